//! One file that holds a whole [`Pipeline`]: versioned, checksummed, readable from Python.
//!
//! The container is `safetensors`: a JSON header, then raw tensors. Its one metadata key, `stance`, holds a JSON text with
//! format version, labels, settings, blocks, training summary and the checksum; the tensors are
//!
//! | tensor | type | shape | holds |
//! | --- | --- | --- | --- |
//! | `terms` | U64 | n_features | fingerprint of each term, block by block; in a block first `n_frequent` in any order, then the others ascending |
//! | `idf` | F32 | terms of blocks that use idf | inverse document frequency |
//! | `weights` | F32 or F16 | n_features × n_classes | weights, labels in the order of the metadata; F16 in a model made smaller |
//! | `intercepts` | F64 | n_classes | intercepts |
//! | `calibration.matrix` | F64 | n_classes × n_classes | scores → log-odds |
//! | `calibration.bias` | F64 | n_classes | the same, the prior included |
//! | `sides` | U8 | bytes | with attribution: the text of the sides file |
//! | `speaker.terms` | U64 | n_terms | with a learned speaker: fingerprints of its terms, ascending |
//! | `speaker.weights` | F32 | n_terms × n_speakers | its weights, in the order parties of the sides file, OTHER, NONE |
//! | `speaker.intercepts` | F64 | n_speakers | its intercepts |
//! | `names` | U8 | bytes | optional: the terms as UTF-8 text, one a line, in column order |
//!
//! The checksum is XXH3-64 over the whole file with the sixteen digits of the checksum itself read as zeros: every byte counts.
//! Nothing in a file is believed before it is checked, and what is checked is used in place, without a copy.

mod header;
mod read;
mod tensors;
mod write;

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

pub use self::header::FORMAT_VERSION;
pub use self::read::{from_bytes, load};
pub use self::write::{keeps_names, save, to_bytes};
pub use crate::data_file::DataFile;
use crate::pipeline::Pipeline;
use crate::storage::ModelBytes;

/// A pipeline with what its file says about it.
#[derive(Debug, Clone)]
pub struct Model {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// Size of the file in bytes.
    pub n_bytes: usize,
    /// XXH3-64 of the file, sixteen hexadecimal digits.
    pub checksum: String,
    /// The version of `stance` that wrote it.
    pub written_by: String,
    /// The files it was trained on.
    pub data: Vec<DataFile>,
    bytes: Arc<ModelBytes>,
    names: Option<std::ops::Range<usize>>,
}

impl Model {
    /// The terms as text in column order, where the file holds them.
    pub fn term_names(&self) -> Option<Vec<&str>> {
        let text = std::str::from_utf8(&self.bytes[self.names.clone()?]).ok()?;
        let names: Vec<&str> = text.split('\n').collect();
        (names.len() == self.pipeline.tfidf.n_features()).then_some(names)
    }
}

/// XXH3-64 of some bytes as sixteen hexadecimal digits.
pub fn checksum_of(bytes: &[u8]) -> String {
    format!("{:016x}", xxh3_64(bytes))
}
