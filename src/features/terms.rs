//! The terms of a sentence, or of a few, in one block, as fingerprints.
//!
//! A term is a short text: a word n-gram, a character n-gram, a crossing of speaker and wording. It is known by its
//! fingerprint, XXH3 (64 bits, seed 0) of its UTF-8 bytes, which any XXH3 implementation reproduces. That of an n-gram of
//! words is a polynomial over the fingerprints of its words (Karp and Rabin 1987): f(w₁ … wₙ) = f(w₁ … wₙ₋₁) · B + f(wₙ)
//! modulo 2⁶⁴, and so a word is hashed once where it stands. Two terms of one vocabulary share a fingerprint with probability n²/2⁶⁵:
//! below 10⁻⁷ for a million terms. So no string is built, stored or compared while text is read, and yet every term can
//! be named again from the sentence that holds it.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::block::{CharBoundary, NGrams, TermKind};
use super::seen::Seen;
use super::words::WordBuffer;
use super::{chars, words};

/// B, the base of the polynomial over words: odd, so that nothing of the words before is lost, and of mixed bits (2⁶⁴
/// over the golden ratio).
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Fingerprint of a term that is no n-gram of several words: XXH3-64 with seed 0 of its bytes.
#[inline]
pub fn fingerprint(term: &[u8]) -> u64 {
    xxh3_64(term)
}

/// Fingerprint of an n-gram of words, from that of all its words but the last and that of the last.
#[inline]
fn joined(start: u64, last: u64) -> u64 {
    start.wrapping_mul(BASE).wrapping_add(last)
}

/// Collects the terms of a sentence, or of a few, in one block. Reused from sentence to sentence.
#[derive(Debug, Default)]
pub struct TermBuffer {
    /// Fingerprint of each term, in text order, repeats included.
    pub(crate) fingerprints: Vec<u64>,
    /// Weight of each term, in [0, 1]; shorter than `fingerprints` while all weights so far are 1.
    pub(crate) weights: Vec<f32>,
    /// Where the terms of each sentence end, as far as ends were marked.
    pub(super) ends: Vec<usize>,
    /// The terms themselves, kept only on request (explanations, the vocabulary of a small model).
    names: Option<Names>,
    /// Words of the sentence at hand.
    pub(crate) words: WordBuffer,
    /// A sentence as character n-grams are cut from it.
    pub(crate) characters: String,
    /// Columns of the terms.
    pub(super) columns: Vec<u32>,
    /// Places of the terms that are not frequent.
    pub(super) rest: Vec<u32>,
    /// Columns met so far in the sentence at hand.
    pub(super) seen: Seen<u32>,
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

    fn push_joined(&mut self, words: &WordBuffer, n_gram: Range<usize>) {
        for word in n_gram.clone() {
            if word > n_gram.start {
                self.text.push(' ');
            }
            self.text.push_str(words.word(word));
        }
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
        self.ends.clear();
        if let Some(names) = &mut self.names {
            names.clear();
        }
    }

    /// Adds one occurrence of a term.
    #[inline]
    pub fn push(&mut self, term: &str) {
        self.fingerprints.push(fingerprint(term.as_bytes()));
        if let Some(names) = &mut self.names {
            names.push(term);
        }
    }

    /// Adds the n-grams of `words`, length by length; as text their words are joined by single spaces.
    pub(crate) fn push_n_grams(&mut self, words: &WordBuffer, n: NGrams) {
        let start = self.fingerprints.len();
        self.fingerprints.extend(words.iter().map(fingerprint));
        // Each length grows out of the one before it, which stands right before.
        let mut before = start;
        for length in 2..=n.max.min(words.len()) {
            let first = self.fingerprints.len();
            self.fingerprints.resize(first + words.len() + 1 - length, 0);
            let (there, n_grams) = self.fingerprints.split_at_mut(first);
            let parts = there[before..].iter().zip(&there[start + length - 1..]);
            for (n_gram, (&shorter, &last)) in n_grams.iter_mut().zip(parts) {
                *n_gram = joined(shorter, last);
            }
            before = first;
        }
        if n.min > 1 {
            let n_shorter: usize = (1..n.min).map(|length| (words.len() + 1).saturating_sub(length)).sum();
            self.fingerprints.drain(start..start + n_shorter);
        }
        if let Some(names) = &mut self.names {
            for length in n.min.max(1)..=n.max.min(words.len()) {
                for first in 0..=words.len() - length {
                    names.push_joined(words, first..first + length);
                }
            }
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

    /// Marks the terms added since the last mark as those of one sentence.
    pub(super) fn end_sentence(&mut self) {
        if !self.weights.is_empty() {
            self.weights.resize(self.fingerprints.len(), 1.0);
        }
        self.ends.push(self.fingerprints.len());
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
