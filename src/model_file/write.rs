//! A pipeline in, the bytes of its model file out.

use std::io::Write;
use std::path::Path;

use safetensors::tensor::{Dtype, TensorView};

use super::header::{BlockHeader, FORMAT_VERSION, Header, KEY, NO_CHECKSUM, checksum, checksum_position};
use crate::attribution::{Attribution, TaggerParts};
use crate::data_file::DataFile;
use crate::error::{Error, Result};
use crate::logistic::Weights;
use crate::output::OutputFile;
use crate::pipeline::Pipeline;

/// Vocabularies up to this size are written with their terms as text.
const NAMED_TERMS: usize = 200_000;

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
    let weights = match pipeline.classifier.weights() {
        Weights::Single(weights) => (Dtype::F32, bytemuck::cast_slice(weights)),
        Weights::Half(weights) => (Dtype::F16, bytemuck::cast_slice(weights)),
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
