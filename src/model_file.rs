//! One file that holds a whole [`Pipeline`]: versioned, checksummed, readable from Python.
//!
//! The container is `safetensors`: a JSON header, then raw tensors. Its one metadata key, `stance`, holds a JSON text with
//! format version, labels, settings, blocks, training summary and the checksum; the tensors are
//!
//! | tensor | type | shape | holds |
//! | --- | --- | --- | --- |
//! | `terms` | U64 | n_features | XXH3-64 of each term, block by block; in a block first `n_frequent` ascending, then the others ascending |
//! | `idf` | F32 | terms of blocks that use idf | inverse document frequency |
//! | `weights` | F32 or F16 | n_features × n_classes | weights, labels in the order of the metadata; F16 where that loses nothing |
//! | `intercepts` | F64 | n_classes | intercepts |
//! | `calibration.matrix` | F64 | n_classes × n_classes | scores → log-odds |
//! | `calibration.bias` | F64 | n_classes | the same, the prior included |
//! | `sides` | U8 | bytes | with attribution: the text of the sides file |
//! | `speaker.terms` | U64 | n_terms | with a learned speaker: XXH3-64 of its terms, ascending |
//! | `speaker.weights` | F32 | n_terms × n_speakers | its weights, in the order parties of the sides file, OTHER, NONE |
//! | `speaker.intercepts` | F64 | n_speakers | its intercepts |
//! | `names` | U8 | bytes | optional: the terms as UTF-8 text, one a line, in column order |
//!
//! The checksum is XXH3-64 over the whole file with the sixteen digits of the checksum itself read as zeros: every byte counts.
//! Nothing in a file is believed before it is checked, and what is checked is used in place, without a copy.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use half::f16;
use half::slice::HalfFloatSliceExt;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_64};

use crate::attribution::{Attribution, AttributionParts, TaggerParts};
pub use crate::data_file::DataFile;
use crate::error::{Error, ErrorKind, Result};
use crate::features::{Block, FittedParts, TfIdf};
use crate::logistic::{Calibration, Classifier};
use crate::output::OutputFile;
use crate::pipeline::{Pipeline, PipelineParams, TrainingSummary};
use crate::storage::{ModelBytes, Values};

/// The version that this code writes, and the only one it reads.
pub const FORMAT_VERSION: u32 = 1;
/// The metadata key that holds our JSON.
const KEY: &str = "stance";
/// What stands where the checksum goes while it is computed.
const NO_CHECKSUM: &str = "0000000000000000";
/// Vocabularies up to this size are written with their terms as text.
const NAMED_TERMS: usize = 200_000;

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

/// The JSON under the metadata key.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    format_version: u32,
    checksum: String,
    written_by: String,
    labels: Vec<String>,
    params: PipelineParams,
    blocks: Vec<BlockHeader>,
    summary: TrainingSummary,
    data: Vec<DataFile>,
}

#[derive(Debug, Serialize, Deserialize)]
struct BlockHeader {
    #[serde(flatten)]
    block: Block,
    n_terms: usize,
    /// How many of them are frequent and come first.
    #[serde(default)]
    n_frequent: usize,
}

/// Whether the vocabulary is small enough for its terms to be written as text.
pub fn keeps_names(pipeline: &Pipeline) -> bool {
    pipeline.tfidf.n_features() <= NAMED_TERMS
}

/// The bytes of a model file for `pipeline`. The same pipeline gives the same bytes. `names` are the terms in column order,
/// written where the vocabulary is small enough to be read by people.
///
/// # Errors
/// Only where serialisation fails.
pub fn to_bytes(pipeline: &Pipeline, names: Option<&[String]>, data: &[DataFile]) -> Result<Vec<u8>> {
    let (mut terms, mut idf): (Vec<u64>, Vec<f32>) = (Vec::new(), Vec::new());
    let mut blocks = Vec::new();
    for (block, n_frequent, block_terms, block_idf) in pipeline.tfidf.parts() {
        terms.extend_from_slice(block_terms);
        idf.extend_from_slice(block_idf);
        blocks.push(BlockHeader { block: block.clone(), n_terms: block_terms.len(), n_frequent });
    }
    let header = Header {
        format_version: FORMAT_VERSION,
        checksum: NO_CHECKSUM.into(),
        written_by: format!("stance {}", env!("CARGO_PKG_VERSION")),
        labels: pipeline.labels.clone(),
        params: pipeline.params.clone(),
        blocks,
        summary: pipeline.summary.clone(),
        data: data.to_vec(),
    };
    let internal = |error: &dyn std::fmt::Display| Error::model(format!("could not be written: {error}"), "");
    let json = serde_json::to_string(&header).map_err(|e| internal(&e))?;

    let (k, n) = (pipeline.labels.len(), terms.len());
    let (matrix, bias) = pipeline.calibration.parts();
    let attribution = pipeline.attribution.as_ref().map(Attribution::to_parts);
    let names = names.filter(|_| keeps_names(pipeline)).map(|names| names.join("\n"));
    // A model that was made smaller has weights of 16 bits.
    let weights = pipeline.classifier.weights();
    let halves: Vec<f16> = weights.iter().map(|&w| f16::from_f32(w)).collect();
    let weights = if halves.iter().zip(weights).all(|(half, &w)| half.to_f32() == w) {
        (Dtype::F16, bytemuck::cast_slice(&halves))
    } else {
        (Dtype::F32, bytemuck::cast_slice(weights))
    };
    let mut tensors = vec![
        ("terms", Dtype::U64, vec![n], bytemuck::cast_slice(&terms)),
        ("idf", Dtype::F32, vec![idf.len()], bytemuck::cast_slice(&idf)),
        ("weights", weights.0, vec![n, k], weights.1),
        ("intercepts", Dtype::F64, vec![k], bytemuck::cast_slice(pipeline.classifier.intercepts())),
        ("calibration.matrix", Dtype::F64, vec![k, k], bytemuck::cast_slice(matrix)),
        ("calibration.bias", Dtype::F64, vec![k], bytemuck::cast_slice(bias)),
    ];
    if let Some(parts) = &attribution {
        tensors.push(("sides", Dtype::U8, vec![parts.sides.len()], parts.sides.as_bytes()));
        if let Some(TaggerParts { terms, weights, intercepts }) = &parts.tagger {
            let speakers = intercepts.len();
            tensors.push(("speaker.terms", Dtype::U64, vec![terms.len()], bytemuck::cast_slice(terms)));
            tensors.push(("speaker.weights", Dtype::F32, vec![terms.len(), speakers], bytemuck::cast_slice(weights)));
            tensors.push(("speaker.intercepts", Dtype::F64, vec![speakers], bytemuck::cast_slice(intercepts)));
        }
    }
    if let Some(names) = &names {
        tensors.push(("names", Dtype::U8, vec![names.len()], names.as_bytes()));
    }
    let views = tensors
        .into_iter()
        .map(|(name, dtype, shape, bytes)| Ok((name, TensorView::new(dtype, shape, bytes).map_err(|e| internal(&e))?)))
        .collect::<Result<Vec<_>>>()?;
    let metadata = [(KEY.to_string(), json)].into();
    let mut bytes = safetensors::serialize(views, Some(metadata)).map_err(|e| internal(&e))?;
    let at = checksum_position(&bytes).ok_or_else(|| internal(&"no place for the checksum"))?;
    let checksum = format!("{:016x}", checksum(&bytes, at));
    bytes[at..at + NO_CHECKSUM.len()].copy_from_slice(checksum.as_bytes());
    Ok(bytes)
}

/// Writes a model file, whole or not at all.
///
/// # Errors
/// As [`to_bytes`], and failed writes.
pub fn save(mut file: OutputFile, path: &Path, bytes: &[u8]) -> Result<()> {
    file.write_all(bytes).map_err(|e| Error::io(path, &e))?;
    file.commit()
}

/// Loads the model file at `path`, mapped where the system allows.
///
/// # Errors
/// The file cannot be read, or is no model that this version can use; the error says which and why.
pub fn load(path: &Path) -> Result<Model> {
    let file = File::open(path).map_err(|e| Error::io(path, &e))?;
    let is_file = file.metadata().map_err(|e| Error::io(path, &e))?.is_file();
    // SAFETY: the map is read-only and private to this process. `stance` replaces model files by renaming, which leaves
    // a map of the old file intact; a file truncated in place by another program ends the process by SIGBUS, as it does
    // for every program that maps files.
    let bytes = match is_file.then(|| unsafe { memmap2::Mmap::map(&file) }) {
        Some(Ok(map)) => ModelBytes::Mapped(map),
        _ => ModelBytes::copy(&std::fs::read(path).map_err(|e| Error::io(path, &e))?),
    };
    from_bytes(bytes).map_err(|error| if error.kind == ErrorKind::Model { error.at(path) } else { error })
}

/// A model from the bytes of its file.
///
/// # Errors
/// Damage, an unknown version, or numbers that contradict each other; always of kind [`ErrorKind::Model`].
pub fn from_bytes(bytes: ModelBytes) -> Result<Model> {
    let bytes = Arc::new(bytes);
    let damaged = |what: &str| Error::model(format!("damaged model file: {what}"), "copy or train it again");
    let (header_bytes, metadata) = SafeTensors::read_metadata(&bytes)
        .map_err(|_| Error::model("not a stance model file", "expected a file written by stance train"))?;
    let json = metadata.metadata().as_ref().and_then(|map| map.get(KEY)).ok_or_else(|| {
        Error::model("a safetensors file without a stance model", "expected a file written by stance train")
    })?;

    // The version first: another version may have other fields.
    #[derive(Deserialize)]
    struct Version {
        format_version: u32,
    }
    let Version { format_version } = serde_json::from_str(json).map_err(|_| damaged("no format version"))?;
    if format_version != FORMAT_VERSION {
        return Err(Error::model(
            format!("format version {format_version}, this stance reads version {FORMAT_VERSION}"),
            "train the model again or use the stance that wrote it",
        ));
    }
    let at = checksum_position(&bytes).ok_or_else(|| damaged("no checksum"))?;
    let found = format!("{:016x}", checksum(&bytes, at));
    if bytes[at..at + NO_CHECKSUM.len()] != *found.as_bytes() {
        return Err(damaged("the checksum does not match"));
    }
    let header: Header = serde_json::from_str(json).map_err(|e| damaged(&format!("header: {e}")))?;
    if header.labels.len() < 2 || !header.labels.is_sorted_by(|a, b| a < b) {
        return Err(damaged("labels that are not sorted and distinct"));
    }
    if header.labels.iter().any(|label| label.is_empty() || label.chars().any(char::is_control)) {
        return Err(damaged("a label that is empty or holds control characters"));
    }

    let names = header.data.iter().map(|file| &file.name).chain([&header.written_by]);
    if names.chain(header.blocks.iter().map(|block| &block.block.name)).any(|name| name.chars().any(char::is_control)) {
        return Err(damaged("a name with control characters"));
    }

    // `read_metadata` has checked that tensors neither overlap nor leave the file.
    let tensors = Tensors { bytes: &bytes, start: header_bytes + 8, metadata: &metadata };
    let terms_range = tensors.range("terms", Dtype::U64)?;
    let idf_range = tensors.range("idf", Dtype::F32)?;
    let mut parts = Vec::new();
    let (mut next_term, mut next_idf) = (terms_range.start, idf_range.start);
    for BlockHeader { block, n_terms, n_frequent } in header.blocks {
        let take = |next: &mut usize, size: usize, end: usize| -> Result<std::ops::Range<usize>> {
            let stop = n_terms.checked_mul(size).and_then(|n| next.checked_add(n)).filter(|stop| *stop <= end);
            let stop = stop.ok_or_else(|| damaged("a block with more terms than the file"))?;
            Ok(std::mem::replace(next, stop)..stop)
        };
        // Beyond any scale in use, and far from overflow.
        if !(block.scale > 0.0 && block.scale <= 1e6) {
            return Err(damaged("a block without a scale"));
        }
        let block_terms = tensors.values(take(&mut next_term, 8, terms_range.end)?)?;
        let block_idf =
            if block.idf { tensors.values(take(&mut next_idf, 4, idf_range.end)?)? } else { Values::from(Vec::new()) };
        if n_frequent > n_terms {
            return Err(damaged("a block with more frequent terms than terms"));
        }
        parts.push(FittedParts { block, n_frequent, terms: block_terms, idf: block_idf });
    }
    if (next_term, next_idf) != (terms_range.end, idf_range.end) {
        return Err(damaged("terms that belong to no block"));
    }
    let tfidf = TfIdf::from_parts(parts)?;
    let weights = match metadata.info("weights") {
        Some(info) if info.dtype == Dtype::F16 => {
            let halves: Values<f16> = tensors.values(tensors.range("weights", Dtype::F16)?)?;
            Values::from(halves.to_f32_vec())
        }
        _ => tensors.values(tensors.range("weights", Dtype::F32)?)?,
    };
    let classifier = Classifier::new(weights, tensors.numbers("intercepts")?)?;
    let calibration =
        Calibration::from_parts(tensors.numbers("calibration.matrix")?, tensors.numbers("calibration.bias")?)?;
    let k = header.labels.len();
    if classifier.n_classes() != k
        || calibration.parts().1.len() != k
        || classifier.n_features() != tfidf.n_features()
        || header.summary.label_counts.len() != k
    {
        return Err(damaged("parts of different sizes"));
    }
    let attribution = tensors.attribution()?;
    let names = match metadata.info("names") {
        Some(_) => Some(tensors.range("names", Dtype::U8)?),
        None => None,
    };
    Ok(Model {
        pipeline: Pipeline {
            labels: header.labels,
            params: header.params,
            attribution,
            tfidf,
            classifier,
            calibration,
            summary: header.summary,
        },
        n_bytes: bytes.len(),
        checksum: found,
        written_by: header.written_by,
        data: header.data,
        bytes,
        names,
    })
}

impl Model {
    /// The terms as text in column order, where the file holds them.
    pub fn term_names(&self) -> Option<Vec<&str>> {
        let text = std::str::from_utf8(&self.bytes[self.names.clone()?]).ok()?;
        let names: Vec<&str> = text.split('\n').collect();
        (names.len() == self.pipeline.tfidf.n_features()).then_some(names)
    }
}

/// Access to tensors whose place in the file has been checked.
struct Tensors<'a> {
    bytes: &'a Arc<ModelBytes>,
    /// Where the tensors' bytes begin.
    start: usize,
    metadata: &'a safetensors::tensor::Metadata,
}

impl Tensors<'_> {
    fn range(&self, name: &str, dtype: Dtype) -> Result<std::ops::Range<usize>> {
        match self.metadata.info(name) {
            Some(info) if info.dtype == dtype => Ok(self.start + info.data_offsets.0..self.start + info.data_offsets.1),
            Some(_) => {
                Err(Error::model(format!("damaged model file: tensor {name:?} of another type"), "train it again"))
            }
            None => Err(Error::model(format!("damaged model file: no tensor {name:?}"), "train it again")),
        }
    }

    fn values<T: bytemuck::Pod>(&self, range: std::ops::Range<usize>) -> Result<Values<T>> {
        Values::shared(self.bytes.clone(), range)
            .ok_or_else(|| Error::model("damaged model file: a tensor out of place", "train it again"))
    }

    /// The attribution stage, where the file has one.
    fn attribution(&self) -> Result<Option<Attribution>> {
        if self.metadata.info("sides").is_none() {
            return Ok(None);
        }
        let sides = self.bytes[self.range("sides", Dtype::U8)?].to_vec();
        let sides = String::from_utf8(sides)
            .map_err(|_| Error::model("damaged model file: a sides file that is not UTF-8", "train it again"))?;
        let tagger = match self.metadata.info("speaker.terms") {
            None => None,
            Some(_) => Some(TaggerParts {
                terms: self.values(self.range("speaker.terms", Dtype::U64)?)?,
                weights: self.values(self.range("speaker.weights", Dtype::F32)?)?,
                intercepts: self.numbers("speaker.intercepts")?,
            }),
        };
        Attribution::from_parts(AttributionParts { sides, tagger }, "sides".as_ref()).map(Some)
    }

    fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        Ok(self.values::<f64>(self.range(name, Dtype::F64)?)?.to_vec())
    }
}

/// Where the digits of the checksum stand: after its key, inside the JSON text that is itself a JSON string of the header.
fn checksum_position(bytes: &[u8]) -> Option<usize> {
    let key = br#"\"checksum\":\""#;
    let length = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    let header = bytes.get(8..8usize.checked_add(usize::try_from(length).ok()?)?)?;
    let at = 8 + header.windows(key.len()).position(|window| window == key)? + key.len();
    (at + NO_CHECKSUM.len() <= bytes.len()).then_some(at)
}

/// XXH3-64 of all bytes, the digits at `at` read as zeros.
fn checksum(bytes: &[u8], at: usize) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(&bytes[..at]);
    hash.update(NO_CHECKSUM.as_bytes());
    hash.update(&bytes[at + NO_CHECKSUM.len()..]);
    hash.digest()
}

/// XXH3-64 of some bytes as sixteen hexadecimal digits.
pub fn checksum_of(bytes: &[u8]) -> String {
    format!("{:016x}", xxh3_64(bytes))
}
