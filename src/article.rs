//! Articles: what comes in is a text, what the pipeline works on is its sentences in order.

use std::ops::Range;

/// One sentence of an article, in its place: a label depends on what was said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The words, as written.
    pub text: String,
    /// Bytes of the input that hold the sentence; `0..text.len()` for a sentence that came alone.
    pub span: Range<usize>,
    /// Order in the article, from 0; 0 is the title where there is one.
    pub position: u32,
    /// Number of the paragraph, from 0; sentences that share it stand together.
    pub paragraph: u32,
}

impl Sentence {
    /// A sentence on its own, without an article around it.
    pub fn alone(text: impl Into<String>) -> Self {
        let text = text.into();
        Sentence { span: 0..text.len(), text, position: 0, paragraph: 0 }
    }
}

/// The sentences of one article in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// Name of the article: a file name, or the value of the article column.
    pub id: String,
    /// The sentences, ordered by position.
    pub sentences: Vec<Sentence>,
}
