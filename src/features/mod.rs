//! Features: a sentence in, a sparse TF-IDF row out.
//!
//! ```text
//! sentence ─▶ blocks of terms ─▶ fingerprints ─▶ columns of the vocabulary ─▶ tf · idf, normalised ─▶ row
//! ```
//!
//! * [`Block`]: which terms are drawn from a sentence (word n-grams, character n-grams, terms of attribution) and how they are weighed;
//! * [`TermBuffer`]: the terms of a sentence, or of a few, in one block, as 64-bit fingerprints;
//! * [`Vocabulary`]: fingerprint ⇄ column, fitted once and then frozen;
//! * [`TfIdf`]: vocabulary and inverse document frequencies of all blocks;
//! * [`FeatureMatrix`]: the rows, compressed (CSR).

mod batches;
mod block;
mod chars;
mod document_frequency;
mod fitted_block;
mod frequent;
mod index;
mod matrix;
mod names;
mod seen;
mod terms;
mod tfidf;
mod vocabulary;
mod words;

pub(crate) use batches::TOGETHER;
pub(crate) use chars::collect_from as collect_character_n_grams;

pub use block::{Block, CharBoundary, NGrams, TermKind};
pub use matrix::{FeatureMatrix, RowBuffer};
pub use terms::{TermBuffer, TermSource, fingerprint};
pub use tfidf::{FittedParts, TfIdf, TfIdfParams, TfIdfStats};
pub use vocabulary::Vocabulary;
pub use words::WordBuffer;
