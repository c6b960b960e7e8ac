//! Words and their n-grams.
//!
//! A word is a run of letters, digits and underscores, lower-cased; all else separates. That is scikit-learn's
//! `token_pattern=r"(?u)\b\w+\b"`: one-letter words count.

use super::block::NGrams;
use super::terms::TermBuffer;

/// The words of one sentence, lower-cased, joined by single spaces, so that every n-gram is one slice.
#[derive(Debug, Default)]
pub struct WordBuffer {
    text: String,
    /// Start and end of each word in `text`.
    spans: Vec<(u32, u32)>,
}

/// Per byte: the lower-cased byte of an ASCII word character, 0 for an ASCII separator, 0xFF for a byte of a longer character.
const ASCII: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = if b >= 0x80 {
            0xFF
        } else if b.is_ascii_alphanumeric() || b == b'_' {
            b.to_ascii_lowercase()
        } else {
            0
        };
        byte += 1;
    }
    table
};

impl WordBuffer {
    /// Replaces the content by the words of `sentence`.
    pub fn cut(&mut self, sentence: &str) {
        self.spans.clear();
        // Reused as bytes: what is written is lower-cased ASCII or whole characters, so it stays UTF-8.
        let mut text = std::mem::take(&mut self.text).into_bytes();
        text.clear();
        let bytes = sentence.as_bytes();
        let mut start = None;
        let mut i = 0;
        while i < bytes.len() {
            let class = ASCII[usize::from(bytes[i])];
            if class != 0 && class != 0xFF {
                if start.is_none() {
                    start = Some(open_word(&mut text));
                }
                text.push(class);
                i += 1;
            } else if class == 0 {
                close_word(&mut start, &text, &mut self.spans);
                i += 1;
            } else {
                let Some(c) = sentence[i..].chars().next() else { break };
                i += c.len_utf8();
                if c.is_alphanumeric() {
                    if start.is_none() {
                        start = Some(open_word(&mut text));
                    }
                    let mut utf8 = [0; 4];
                    for lower in c.to_lowercase() {
                        text.extend_from_slice(lower.encode_utf8(&mut utf8).as_bytes());
                    }
                } else {
                    close_word(&mut start, &text, &mut self.spans);
                }
            }
        }
        close_word(&mut start, &text, &mut self.spans);
        self.text = String::from_utf8(text).unwrap_or_default();
    }

    /// Replaces the content by these words, taken as they are.
    pub fn set<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) {
        self.spans.clear();
        self.text.clear();
        for word in words {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            let start = self.text.len() as u32;
            self.text.push_str(word);
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

    /// The `n` words from `first` on, joined by single spaces; `None` past the end.
    #[inline]
    pub fn n_gram(&self, first: usize, n: usize) -> Option<&str> {
        let (start, _) = *self.spans.get(first)?;
        let (_, end) = *self.spans.get(first + n - 1)?;
        Some(&self.text[start as usize..end as usize])
    }
}

fn open_word(text: &mut Vec<u8>) -> u32 {
    if !text.is_empty() {
        text.push(b' ');
    }
    text.len() as u32
}

fn close_word(start: &mut Option<u32>, text: &[u8], spans: &mut Vec<(u32, u32)>) {
    if let Some(start) = start.take() {
        spans.push((start, text.len() as u32));
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
    for first in 0..words.len() {
        for length in n.min..=n.max {
            let Some(term) = words.n_gram(first, length) else { break };
            terms.push(term);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n_grams(text: &str, min: usize, max: usize) -> Vec<String> {
        let mut terms = TermBuffer::with_names();
        collect(text, NGrams { min, max }, &mut terms);
        terms.names().to_vec()
    }

    #[test]
    fn words_are_lower_cased_runs_of_letters_and_digits() {
        assert_eq!(
            n_grams("The U.S. paid $300m, Çelik's  “note”", 1, 1),
            ["the", "u", "s", "paid", "300m", "çelik", "s", "note"]
        );
    }

    #[test]
    fn n_grams_are_joined_by_one_space() {
        assert_eq!(n_grams("Do -- more.", 1, 2), ["do", "do more", "more"]);
        assert_eq!(n_grams("one", 2, 3), Vec::<String>::new());
        assert_eq!(n_grams("", 1, 2), Vec::<String>::new());
    }
}
