//! Words and their n-grams.
//!
//! A word is a run of letters, digits and underscores, lower-cased; all else separates. That is scikit-learn's
//! `token_pattern=r"(?u)\b\w+\b"`: one-letter words count.

use super::block::NGrams;
use super::terms::TermBuffer;

/// The words of one sentence, lower-cased, joined by single spaces, so that every n-gram is one slice.
#[derive(Debug, Default)]
pub struct WordBuffer {
    /// Kept at its greatest length so far and written over: what counts ends with the last word.
    text: Vec<u8>,
    /// Start and end of each word in `text`.
    spans: Vec<(u32, u32)>,
}

/// Per byte: the lower-cased byte of an ASCII word character, a space for an ASCII separator, 0xFF for a byte of a longer
/// character.
const ASCII: [u8; 256] = {
    let mut table = [b' '; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        if b >= 0x80 {
            table[byte] = LONGER;
        } else if b.is_ascii_alphanumeric() || b == b'_' {
            table[byte] = b.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};
const LONGER: u8 = 0xFF;

impl WordBuffer {
    /// Replaces the content by the words of `sentence`.
    pub fn cut(&mut self, sentence: &str) {
        let bytes = sentence.as_bytes();
        self.make_room(bytes.len());
        let text = &mut self.text[..];
        let (mut used, mut inside) = (0, false);
        let mut i = 0;
        while i < bytes.len() {
            let class = ASCII[usize::from(bytes[i])];
            if class != LONGER {
                // Words are short, so their ends would be guessed wrong again and again: every byte is written, and one
                // that is not to stay is written over.
                let is_word = class != b' ';
                text[used] = class;
                used += usize::from(is_word | inside);
                inside = is_word;
                i += 1;
                continue;
            }
            let Some(c) = sentence[i..].chars().next() else { break };
            i += c.len_utf8();
            let is_word = c.is_alphanumeric();
            if is_word {
                for lower in c.to_lowercase() {
                    used += lower.encode_utf8(&mut text[used..]).len();
                }
            } else if inside {
                text[used] = b' ';
                used += 1;
            }
            inside = is_word;
        }
        self.spans.clear();
        let mut start = 0;
        for end in memchr::memchr_iter(b' ', &text[..used]).chain(inside.then_some(used)) {
            self.spans.push((start, end as u32));
            start = end as u32 + 1;
        }
    }

    /// Replaces the content by these words, taken as they are.
    pub fn set<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) {
        self.text.clear();
        self.spans.clear();
        for word in words {
            if !self.text.is_empty() {
                self.text.push(b' ');
            }
            let start = self.text.len() as u32;
            self.text.extend_from_slice(word.as_bytes());
            self.spans.push((start, self.text.len() as u32));
        }
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The `n` words from `first` on, joined by single spaces, in UTF-8; `None` past the end.
    #[inline]
    pub fn n_gram(&self, first: usize, n: usize) -> Option<&[u8]> {
        let (start, _) = *self.spans.get(first)?;
        let (_, end) = *self.spans.get(first + n - 1)?;
        Some(&self.text[start as usize..end as usize])
    }

    /// Makes room for the words of a sentence of so many bytes: lower-casing makes no character longer than twice its
    /// bytes, and writing one takes at most four.
    fn make_room(&mut self, n_bytes: usize) {
        let n_bytes = 2 * n_bytes + 4;
        if self.text.len() < n_bytes {
            self.text.resize(n_bytes, 0);
        }
    }
}

/// Appends the word n-grams of `sentence` to `terms`.
pub(super) fn collect(sentence: &str, n: NGrams, terms: &mut TermBuffer) {
    let mut words = std::mem::take(&mut terms.words);
    words.cut(sentence);
    collect_from(&words, n, terms);
    terms.words = words;
}

/// Appends the n-grams of words that are already cut.
pub(crate) fn collect_from(words: &WordBuffer, n: NGrams, terms: &mut TermBuffer) {
    // Length by length: terms of one length are alike in what comes next, which processors guess from what came before.
    for length in n.min..=n.max {
        for first in 0..words.len() {
            let Some(term) = words.n_gram(first, length) else { break };
            terms.push_bytes(term);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n_grams(text: &str, min: usize, max: usize) -> Vec<String> {
        let mut terms = TermBuffer::with_names();
        collect(text, NGrams { min, max }, &mut terms);
        terms.names().map(str::to_string).collect()
    }

    #[test]
    fn words_are_lower_cased_runs_of_letters_and_digits() {
        assert_eq!(
            n_grams("The U.S. paid $300m, Çelik's  “note”", 1, 1),
            ["the", "u", "s", "paid", "300m", "çelik", "s", "note"]
        );
    }

    #[test]
    fn a_long_sentence_and_longer_lower_case_have_room() {
        let mut words = WordBuffer::default();
        for text in ["İİİİ ȺȾ", "a", "", "x y z ".repeat(100).as_str(), "ẞ İ"] {
            words.cut(text);
            let alone = {
                let mut fresh = WordBuffer::default();
                fresh.cut(text);
                fresh
            };
            let all =
                |words: &WordBuffer| (0..words.len()).map(|i| words.n_gram(i, 1).unwrap().to_vec()).collect::<Vec<_>>();
            assert_eq!(all(&words), all(&alone));
            assert_eq!(words.n_gram(words.len(), 1), None);
        }
    }

    #[test]
    fn n_grams_are_joined_by_one_space() {
        assert_eq!(n_grams("Do -- more.", 1, 2), ["do", "more", "do more"]);
        assert_eq!(n_grams("one", 2, 3), Vec::<String>::new());
        assert_eq!(n_grams("", 1, 2), Vec::<String>::new());
    }
}
