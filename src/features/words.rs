//! Words and their n-grams.
//!
//! A word is a run of letters, digits and underscores, lower-cased; all else separates. That is scikit-learn's
//! `token_pattern=r"(?u)\b\w+\b"`: one-letter words count.

use wide::i8x32;

use super::block::NGrams;
use super::terms::TermBuffer;

/// The words of one sentence, lower-cased.
#[derive(Debug, Default)]
pub struct WordBuffer {
    /// Kept at its greatest length so far and written over: what counts lies between the bounds.
    text: Vec<u8>,
    /// Start and end of each word in `text`, by turns; kept likewise.
    bounds: Vec<u32>,
    /// How many of these count.
    n_bounds: usize,
}

/// Bytes that are looked at together.
const LANES: usize = 32;

/// Bounds of words that are written together: seldom are there more among so many bytes.
const BOUNDS: usize = 16;

/// What there is to know of [`LANES`] bytes.
struct Classified {
    /// ASCII letters in lower case, all other bytes as they are.
    lower: [u8; LANES],
    /// A bit for each byte that is an ASCII letter, a digit or an underscore.
    words: u32,
    /// A bit for each byte of a character beyond ASCII.
    longer: u32,
}

impl Classified {
    #[inline]
    fn of(bytes: [u8; LANES]) -> Self {
        // Bytes beyond ASCII are negative here and so in no range.
        let bytes: i8x32 = bytemuck::must_cast(bytes);
        let all = |byte: u8| i8x32::splat(byte as i8);
        let within = |bytes: i8x32, first: u8, last: u8| bytes.simd_gt(all(first - 1)) & bytes.simd_lt(all(last + 1));
        let letters = within(bytes | all(0x20), b'a', b'z');
        let words = letters | within(bytes, b'0', b'9') | bytes.simd_eq(all(b'_'));
        Classified {
            lower: bytemuck::must_cast(bytes | (letters & all(0x20))),
            words: words.to_bitmask(),
            longer: bytes.to_bitmask(),
        }
    }
}

impl WordBuffer {
    /// Replaces the content by the words of `sentence`.
    pub fn cut(&mut self, sentence: &str) {
        let bytes = sentence.as_bytes();
        self.make_room(bytes.len());
        let WordBuffer { text, bounds, n_bounds } = self;
        let (text, bounds) = (&mut text[..], &mut bounds[..]);
        *n_bounds = 0;
        let (mut used, mut inside) = (0, false);
        let mut i = 0;
        while i < bytes.len() {
            let rest = &bytes[i..];
            let block = rest.first_chunk().copied().unwrap_or_else(|| {
                let mut padded = [0; LANES];
                padded[..rest.len()].copy_from_slice(rest);
                padded
            });
            let Classified { lower, words, longer } = Classified::of(block);
            let length = rest.len().min(LANES).min(longer.trailing_zeros() as usize);
            text[used..used + LANES].copy_from_slice(&lower);
            // A word begins or ends where a bit is not as the one before it.
            let words = u64::from(words);
            let edges = (words ^ (words << 1 | u64::from(inside))) & ((1 << length) - 1);
            *n_bounds += push_bounds(&mut bounds[*n_bounds..], used as u32, edges);
            if length > 0 {
                inside = words >> (length - 1) & 1 == 1;
            }
            used += length;
            i += length;
            if longer == 0 {
                continue;
            }
            for c in sentence[i..].chars().take_while(|c| !c.is_ascii()) {
                i += c.len_utf8();
                let is_word = is_alphanumeric(c);
                bounds[*n_bounds] = used as u32;
                *n_bounds += usize::from(is_word != inside);
                inside = is_word;
                if is_word {
                    for lower in c.to_lowercase() {
                        used += lower.encode_utf8(&mut text[used..]).len();
                    }
                }
            }
        }
        bounds[*n_bounds] = used as u32;
        *n_bounds += usize::from(inside);
    }

    /// Replaces the content by these words, taken as they are.
    pub fn set<'a>(&mut self, words: impl IntoIterator<Item = &'a str>) {
        self.text.clear();
        self.bounds.clear();
        for word in words {
            self.bounds.push(self.text.len() as u32);
            self.text.extend_from_slice(word.as_bytes());
            self.bounds.push(self.text.len() as u32);
        }
        self.n_bounds = self.bounds.len();
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.n_bounds / 2
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.n_bounds == 0
    }

    /// The word at `index`, which is below their number.
    pub(super) fn word(&self, index: usize) -> &str {
        let (start, end) = (self.bounds[2 * index] as usize, self.bounds[2 * index + 1] as usize);
        std::str::from_utf8(&self.text[start..end]).unwrap_or_default()
    }

    /// The words in their order, in UTF-8.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.bounds[..self.n_bounds].as_chunks().0.iter().map(|&[start, end]| &self.text[start as usize..end as usize])
    }

    /// Makes room for the words of a sentence of so many bytes: lower-casing makes no character longer than twice its
    /// bytes, and bytes are written [`LANES`] at a time; there is at most one bound a byte, and one behind them, and bounds
    /// are written [`BOUNDS`] at a time.
    fn make_room(&mut self, n_bytes: usize) {
        if self.text.len() < 2 * n_bytes + LANES {
            self.text.resize(2 * n_bytes + LANES, 0);
        }
        if self.bounds.len() < n_bytes + BOUNDS {
            self.bounds.resize(n_bytes + BOUNDS, 0);
        }
    }
}

/// Writes a bound for each bit of `edges`, counted from `start`, and says how many these are. Words are short, so a branch
/// for each bit would be guessed wrong again and again: [`BOUNDS`] are written in any case.
#[inline]
fn push_bounds(bounds: &mut [u32], start: u32, mut edges: u64) -> usize {
    let n = edges.count_ones() as usize;
    let (first, others) = bounds.split_at_mut(BOUNDS);
    for bound in first {
        *bound = start + edges.trailing_zeros();
        edges &= edges.wrapping_sub(1);
    }
    for bound in others {
        if edges == 0 {
            break;
        }
        *bound = start + edges.trailing_zeros();
        edges &= edges - 1;
    }
    n
}

/// As [`char::is_alphanumeric`], quick for the quotation marks and dashes of typeset text.
fn is_alphanumeric(c: char) -> bool {
    !matches!(c, '\u{2000}'..='\u{206F}') && c.is_alphanumeric()
}

/// Appends the word n-grams of `sentence` to `terms`.
pub(super) fn collect(sentence: &str, n: NGrams, terms: &mut TermBuffer) {
    let mut words = std::mem::take(&mut terms.words);
    words.cut(sentence);
    terms.push_n_grams(&words, n);
    terms.words = words;
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
    fn marks_of_typeset_text_are_no_letters() {
        assert!((0..=0x2FFF).filter_map(char::from_u32).all(|c| is_alphanumeric(c) == c.is_alphanumeric()));
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
            assert!(words.iter().eq(alone.iter()), "{text:?}");
        }
    }

    #[test]
    fn n_grams_are_joined_by_one_space() {
        assert_eq!(n_grams("Do -- more.", 1, 2), ["do", "more", "do more"]);
        assert_eq!(n_grams("one", 2, 3), Vec::<String>::new());
        assert_eq!(n_grams("", 1, 2), Vec::<String>::new());
    }
}
