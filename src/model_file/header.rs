//! What a model file says about itself in JSON, and the checksum that stands there.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3Default;

use crate::data_file::DataFile;
use crate::features::Block;
use crate::pipeline::{PipelineParams, TrainingSummary};

/// The version that this code writes, and the only one it reads.
pub const FORMAT_VERSION: u32 = 2;
/// The metadata key that holds our JSON.
pub(super) const KEY: &str = "stance";
/// What stands where the checksum goes while it is computed.
pub(super) const NO_CHECKSUM: &str = "0000000000000000";

/// The JSON under the metadata key.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    pub format_version: u32,
    pub checksum: String,
    pub written_by: String,
    pub labels: Vec<String>,
    pub params: PipelineParams,
    pub blocks: Vec<BlockHeader>,
    pub summary: TrainingSummary,
    pub data: Vec<DataFile>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BlockHeader {
    #[serde(flatten)]
    pub block: Block,
    pub n_terms: usize,
    /// How many of them are frequent and come first.
    #[serde(default)]
    pub n_frequent: usize,
}

/// Where the digits of the checksum stand: after its key, inside the JSON text that is itself a JSON string of the header.
pub(super) fn checksum_position(bytes: &[u8]) -> Option<usize> {
    let key = br#"\"checksum\":\""#;
    let length = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    let header = bytes.get(8..8usize.checked_add(usize::try_from(length).ok()?)?)?;
    let at = 8 + header.windows(key.len()).position(|window| window == key)? + key.len();
    (at + NO_CHECKSUM.len() <= bytes.len()).then_some(at)
}

/// XXH3-64 of all bytes, the digits at `at` read as zeros.
pub(super) fn checksum(bytes: &[u8], at: usize) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(&bytes[..at]);
    hash.update(NO_CHECKSUM.as_bytes());
    hash.update(&bytes[at + NO_CHECKSUM.len()..]);
    hash.digest()
}
