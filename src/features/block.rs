//! What a block of terms is and how its terms are weighed.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A range of n-gram lengths, both ends included: `1..2` is single terms and pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedNGrams")]
pub struct NGrams {
    /// Shortest n-gram, at least 1.
    pub min: usize,
    /// Longest n-gram, at most 10.
    pub max: usize,
}

impl NGrams {
    /// A checked range.
    ///
    /// # Errors
    /// Where not `1 <= min <= max <= 10`.
    pub fn new(min: usize, max: usize) -> Result<Self> {
        if min == 0 || min > max || max > 10 {
            return Err(Error::usage(format!("n-grams {min}..{max}"), "expected MIN..MAX with 1 <= MIN <= MAX <= 10"));
        }
        Ok(NGrams { min, max })
    }
}

/// A range as a file holds it.
#[derive(Deserialize)]
struct UncheckedNGrams {
    min: usize,
    max: usize,
}

impl TryFrom<UncheckedNGrams> for NGrams {
    type Error = Error;

    fn try_from(range: UncheckedNGrams) -> Result<Self> {
        NGrams::new(range.min, range.max)
    }
}

impl std::str::FromStr for NGrams {
    type Err = Error;

    /// `1..2`, or one number for one length.
    fn from_str(text: &str) -> Result<Self> {
        let bad = || Error::usage(format!("n-grams {text:?}"), "expected MIN..MAX such as 1..2");
        let (min, max) = text.split_once("..").unwrap_or((text, text));
        let number = |part: &str| part.trim().parse::<usize>().map_err(|_| bad());
        NGrams::new(number(min)?, number(max)?)
    }
}

impl std::fmt::Display for NGrams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}..{}", self.min, self.max)
    }
}

/// Where character n-grams may begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CharBoundary {
    /// Inside one word with a space at either end, scikit-learn's `char_wb`.
    Word,
    /// Anywhere in the sentence, scikit-learn's `char`.
    Sentence,
}

/// Which terms a block draws from a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// N-grams of lower-cased words.
    Words(NGrams),
    /// N-grams of lower-cased characters.
    Characters(NGrams, CharBoundary),
    /// Terms of attribution, by the name that the attribution stage gives them.
    Attribution(String),
}

/// A block of terms with its weighing. Each block is weighed and normalised on its own, like one `TfidfVectorizer` of a
/// scikit-learn `FeatureUnion`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Name, as explanations and ablations print it.
    pub name: String,
    /// Which terms.
    pub kind: TermKind,
    /// Terms in fewer sentences than this are dropped. At least 1.
    pub min_df: u32,
    /// Whether tf counts as 1 + ln tf.
    pub sublinear_tf: bool,
    /// Whether tf is multiplied by idf = ln((1 + n) / (1 + df)) + 1 (scikit-learn's smooth idf), n being the number of training sentences.
    pub idf: bool,
    /// Whether the block's row is divided by its Euclidean norm.
    pub l2_norm: bool,
    /// Factor on the finished row of the block, above 0.
    pub scale: f32,
}

impl Block {
    /// A block with the usual weighing: sublinear tf, idf, norm 1, scale 1.
    pub fn new(name: impl Into<String>, kind: TermKind, min_df: u32) -> Self {
        Block { name: name.into(), kind, min_df, sublinear_tf: true, idf: true, l2_norm: true, scale: 1.0 }
    }

    /// A block whose terms are indicators: neither idf nor norm, all values multiplied by `scale`.
    pub fn indicators(name: impl Into<String>, kind: TermKind, min_df: u32, scale: f32) -> Self {
        Block { idf: false, l2_norm: false, scale, ..Block::new(name, kind, min_df) }
    }
}
