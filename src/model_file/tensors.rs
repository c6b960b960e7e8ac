//! The numbers of a model file, each tensor by its name.

use std::ops::Range;
use std::sync::Arc;

use safetensors::tensor::{Dtype, Metadata};

use super::header::BlockHeader;
use super::read::damaged;
use crate::attribution::{Attribution, AttributionParts, TaggerParts};
use crate::error::{Error, Result};
use crate::features::{FittedParts, TfIdf};
use crate::logistic::{Calibration, Classifier, Weights};
use crate::storage::{ModelBytes, Values};

/// Access to tensors whose place in the file has been checked.
pub(super) struct Tensors<'a> {
    pub bytes: &'a Arc<ModelBytes>,
    /// Where the tensors' bytes begin.
    pub start: usize,
    pub metadata: &'a Metadata,
}

impl Tensors<'_> {
    pub fn range(&self, name: &str, dtype: Dtype) -> Result<Range<usize>> {
        match self.metadata.info(name) {
            Some(info) if info.dtype == dtype => Ok(self.start + info.data_offsets.0..self.start + info.data_offsets.1),
            Some(_) => {
                Err(Error::model(format!("damaged model file: tensor {name:?} of another type"), "train it again"))
            }
            None => Err(Error::model(format!("damaged model file: no tensor {name:?}"), "train it again")),
        }
    }

    pub fn values<T: bytemuck::Pod>(&self, range: Range<usize>) -> Result<Values<T>> {
        Values::shared(self.bytes.clone(), range).ok_or_else(|| damaged("a tensor out of place"))
    }

    /// Whether the file has an attribution stage.
    pub fn has_sides(&self) -> bool {
        self.metadata.info("sides").is_some()
    }

    /// The attribution stage.
    pub fn attribution(&self) -> Result<Attribution> {
        let sides = self.bytes[self.range("sides", Dtype::U8)?].to_vec();
        let sides = String::from_utf8(sides).map_err(|_| damaged("a sides file that is not UTF-8"))?;
        let tagger = match self.metadata.info("speaker.terms") {
            None => None,
            Some(_) => Some(TaggerParts {
                terms: self.values(self.range("speaker.terms", Dtype::U64)?)?,
                weights: self.values(self.range("speaker.weights", Dtype::F32)?)?,
                intercepts: self.numbers("speaker.intercepts")?,
            }),
        };
        Attribution::from_parts(AttributionParts { sides, tagger }, "sides".as_ref())
    }

    /// Weights, intercepts and calibration.
    pub fn classifier(&self) -> Result<(Classifier, Calibration)> {
        let weights = match self.metadata.info("weights") {
            Some(info) if info.dtype == Dtype::F16 => Weights::Half(self.values(self.range("weights", Dtype::F16)?)?),
            _ => Weights::Single(self.values(self.range("weights", Dtype::F32)?)?),
        };
        let classifier = Classifier::new(weights, self.numbers("intercepts")?)?;
        let matrix = self.numbers("calibration.matrix")?;
        Ok((classifier, Calibration::from_parts(matrix, self.numbers("calibration.bias")?)?))
    }

    /// The terms of each block with their idf, put as `blocks` says, one behind the other.
    pub fn tfidf(&self, blocks: Vec<BlockHeader>) -> Result<TfIdf> {
        let (terms, idf) = (self.range("terms", Dtype::U64)?, self.range("idf", Dtype::F32)?);
        let mut parts = Vec::new();
        let (mut next_term, mut next_idf) = (terms.start, idf.start);
        for BlockHeader { block, n_terms, n_frequent } in blocks {
            let take = |next: &mut usize, size: usize, end: usize| -> Result<Range<usize>> {
                let stop = n_terms.checked_mul(size).and_then(|n| next.checked_add(n)).filter(|stop| *stop <= end);
                let stop = stop.ok_or_else(|| damaged("a block with more terms than the file"))?;
                Ok(std::mem::replace(next, stop)..stop)
            };
            // Beyond any scale in use, and far from overflow.
            if !(block.scale > 0.0 && block.scale <= 1e6) {
                return Err(damaged("a block without a scale"));
            }
            let block_terms = self.values(take(&mut next_term, 8, terms.end)?)?;
            let block_idf =
                if block.idf { self.values(take(&mut next_idf, 4, idf.end)?)? } else { Values::from(Vec::new()) };
            parts.push(FittedParts { block, n_frequent, terms: block_terms, idf: block_idf });
        }
        if (next_term, next_idf) != (terms.end, idf.end) {
            return Err(damaged("terms that belong to no block"));
        }
        TfIdf::from_parts(parts)
    }

    fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        Ok(self.values::<f64>(self.range(name, Dtype::F64)?)?.to_vec())
    }
}
