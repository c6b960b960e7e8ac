//! The terms of one sentence in one block, as fingerprints.
//!
//! A term is a short text: a word n-gram, a character n-gram, a crossing of speaker and wording. It is known by its
//! fingerprint, XXH3 (64 bits, seed 0) of its UTF-8 bytes, which any XXH3 implementation reproduces. Two terms of one
//! vocabulary share a fingerprint with probability n²/2⁶⁵: below 10⁻⁷ for a million terms. So no string is built, stored or compared
//! while text is read, and yet every term can be named again from the sentence that holds it.

use xxhash_rust::xxh3::xxh3_64;

use super::block::{CharBoundary, TermKind};
use super::seen::Seen;
use super::{chars, words};

/// XXH3-64 with seed 0 over the bytes of a term.
#[inline]
pub fn fingerprint(term: &[u8]) -> u64 {
    xxh3_64(term)
}

/// Collects the terms of one sentence in one block. Reused from sentence to sentence.
#[derive(Debug, Default)]
pub struct TermBuffer {
    /// Fingerprint of each term, in text order, repeats included.
    pub(crate) fingerprints: Vec<u64>,
    /// Weight of each term, in [0, 1]; shorter than `fingerprints` while all weights so far are 1.
    pub(crate) weights: Vec<f32>,
    /// The terms themselves, kept only on request (explanations, the vocabulary of a small model).
    names: Option<Names>,
    /// Words of the sentence at hand.
    pub(crate) words: words::WordBuffer,
    /// A sentence as character n-grams are cut from it.
    pub(crate) characters: String,
    /// Columns of the terms.
    pub(super) columns: Vec<u32>,
    /// Places of the terms that are not frequent.
    pub(super) rest: Vec<u32>,
    /// Columns met so far.
    pub(super) seen: Seen,
}

/// Texts in one piece of memory.
#[derive(Debug, Default)]
struct Names {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Names {
    fn push(&mut self, name: &str) {
        self.text.push_str(name);
        self.ends.push(self.text.len());
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.text[start..end])
    }
}

impl TermBuffer {
    /// A buffer that also keeps the terms as text.
    pub fn with_names() -> Self {
        TermBuffer { names: Some(Names::default()), ..TermBuffer::default() }
    }

    /// Forgets all terms; keeps the memory.
    pub fn clear(&mut self) {
        self.fingerprints.clear();
        self.weights.clear();
        if let Some(names) = &mut self.names {
            names.clear();
        }
    }

    /// Adds one occurrence of a term.
    #[inline]
    pub fn push(&mut self, term: &str) {
        self.push_bytes(term.as_bytes());
    }

    /// Adds one occurrence of a term, given as UTF-8.
    #[inline]
    pub(super) fn push_bytes(&mut self, term: &[u8]) {
        self.fingerprints.push(fingerprint(term));
        if let Some(names) = &mut self.names {
            names.push(&String::from_utf8_lossy(term));
        }
    }

    /// Adds one occurrence of a term that counts only in part: the value of its column is multiplied by `weight`, in
    /// [0, 1], after the block's row has been normalised.
    #[inline]
    pub fn push_weighted(&mut self, term: &str, weight: f32) {
        self.weights.resize(self.fingerprints.len(), 1.0);
        self.weights.push(weight);
        self.push(term);
    }

    /// Number of terms, repeats included.
    pub fn len(&self) -> usize {
        self.fingerprints.len()
    }

    /// Whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.fingerprints.is_empty()
    }

    /// The terms as text, empty unless made by [`TermBuffer::with_names`].
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().flat_map(Names::iter)
    }
}

/// Something that terms can be drawn from: a sentence, alone or with what attribution found out about it.
pub trait TermSource: Sync {
    /// Appends the terms of `kind` to `terms`. A kind that the source knows nothing of has no terms.
    fn collect(&self, kind: &TermKind, terms: &mut TermBuffer);
}

impl TermSource for str {
    fn collect(&self, kind: &TermKind, terms: &mut TermBuffer) {
        match kind {
            TermKind::Words(n) => words::collect(self, *n, terms),
            TermKind::Characters(n, boundary) => chars::collect(self, *n, *boundary == CharBoundary::Word, terms),
            TermKind::Attribution(_) => {}
        }
    }
}

impl<T: TermSource + ?Sized> TermSource for &T {
    fn collect(&self, kind: &TermKind, terms: &mut TermBuffer) {
        (**self).collect(kind, terms);
    }
}

impl TermSource for crate::article::Sentence {
    fn collect(&self, kind: &TermKind, terms: &mut TermBuffer) {
        self.text.as_str().collect(kind, terms);
    }
}
