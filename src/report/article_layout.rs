//! The sentences of an article in order come in; title, headings and paragraphs go out, as a page sets them.
//!
//! What is a heading is read from its shape, in any language: a short line on its own, without the mark that ends a
//! sentence, above a paragraph of prose.

use std::ops::Range;

use crate::article::Sentence;

/// Longest heading, in characters.
const HEADING_CHARS: usize = 100;
/// Longest title, in characters.
const TITLE_CHARS: usize = 200;

/// How a block is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Title,
    Heading,
    Paragraph,
}

/// The blocks of an article: what each is and the sentences in it, by their place in `sentences`.
pub(super) fn blocks(sentences: &[Sentence]) -> Vec<(Kind, Range<usize>)> {
    let mut blocks: Vec<(Kind, Range<usize>)> = Vec::new();
    let has_title = sentences.len() > 1 && sentences[0].position == 0 && is_title(&sentences[0].text);
    for (index, sentence) in sentences.iter().enumerate() {
        let joins = index > 0 && sentences[index - 1].paragraph == sentence.paragraph && !(has_title && index == 1);
        match blocks.last_mut() {
            Some((_, block)) if joins => block.end = index + 1,
            _ => blocks.push((Kind::Paragraph, index..index + 1)),
        }
    }
    let shaped: Vec<bool> =
        blocks.iter().map(|(_, block)| block.len() == 1 && is_heading(&sentences[block.start].text)).collect();
    for index in 0..blocks.len() {
        if index == 0 && has_title && blocks[0].1.len() == 1 {
            blocks[0].0 = Kind::Title;
        } else if shaped[index] && index + 1 < blocks.len() && !shaped[index + 1] && index > 0 {
            blocks[index].0 = Kind::Heading;
        }
    }
    blocks
}

fn is_title(text: &str) -> bool {
    text.chars().count() <= TITLE_CHARS && !text.ends_with(['.', ':', ';', ',', '…'])
}

fn is_heading(text: &str) -> bool {
    let ends = |c: char| ".!…:;,”\"’'»)".contains(c);
    let is_item = text.starts_with(|c: char| c.is_ascii_digit() || "-–—*•·‣◦▪■●(".contains(c));
    // A line that says who wrote it stands where a heading might.
    let is_byline = text.starts_with("By ");
    text.chars().count() <= HEADING_CHARS
        && !text.ends_with(ends)
        && !is_item
        && !is_byline
        && text.chars().next().is_some_and(|c| !c.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(texts: &[(&str, u32)]) -> Vec<Sentence> {
        let sentences = texts.iter().enumerate();
        sentences
            .map(|(i, &(text, paragraph))| Sentence { position: i as u32, paragraph, ..Sentence::alone(text) })
            .collect()
    }

    #[test]
    fn a_title_headings_and_paragraphs() {
        let sentences = article(&[
            ("What next for the two?", 0),
            ("By A Writer", 1),
            ("It began early.", 2),
            ("It went on.", 2),
            ("When it went sour", 3),
            ("It ended.", 4),
            ("Photograph of a road", 5),
        ]);
        use Kind::{Heading, Paragraph, Title};
        let expected = [
            (Title, 0..1),
            (Paragraph, 1..2),
            (Paragraph, 2..4),
            (Heading, 4..5),
            (Paragraph, 5..6),
            (Paragraph, 6..7),
        ];
        assert_eq!(blocks(&sentences), expected);
    }

    #[test]
    fn rows_without_paragraphs_still_have_their_title() {
        let sentences = article(&[("Army says no", 0), ("It said so.", 0), ("Twice.", 0)]);
        assert_eq!(blocks(&sentences), [(Kind::Title, 0..1), (Kind::Paragraph, 1..3)]);
        assert_eq!(blocks(&article(&[("One alone", 0)])), [(Kind::Paragraph, 0..1)]);
        assert_eq!(blocks(&[]), []);
    }
}
