//! Making a large model small: terms that hardly matter go, weights keep 16 bits.
//!
//! A term matters as much as it makes the scores of the training sentences vary, Σᵢ xᵢ² · Σ_c (w_c − w̄)². Most terms of a
//! large vocabulary are rare, and a third of them carry next to nothing of all that.

use half::f16;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::learner::HeldOut;
use crate::error::Result;
use crate::features::{FeatureMatrix, TfIdf};
use crate::logistic::Classifier;

/// Vocabularies up to this size are never made smaller unless asked for.
const LARGE: usize = 500_000;
/// Share of the scores' variance that dropped terms may have carried.
const DROPPED: f64 = 0.002;

/// When a model is made smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compact {
    /// Above 500,000 terms.
    #[default]
    Auto,
    /// Whatever its size.
    Always,
    /// Never.
    Never,
}

/// What a model was before it was made smaller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compaction {
    /// Number of its terms.
    pub n_terms: usize,
    /// What held-out sentences said about it, where calibration held some out.
    pub held_out: Option<HeldOut>,
}

/// The small model, where one is to be made and no weight is beyond 16 bits.
pub(super) fn compacted(
    when: Compact,
    tfidf: &TfIdf,
    matrix: &FeatureMatrix,
    classifier: &Classifier,
) -> Result<Option<(TfIdf, Classifier)>> {
    if when == Compact::Never || (when == Compact::Auto && tfidf.n_features() <= LARGE) {
        return Ok(None);
    }
    if classifier.weights().to_f32().iter().any(|weight| weight.abs() > f16::MAX.to_f32()) {
        return Ok(None);
    }
    let keeps = terms_that_matter(matrix, classifier);
    Ok(Some((tfidf.restricted(&keeps)?, classifier.restricted(&keeps)?)))
}

/// For each column whether it stays: all but those that matter least and together no more than [`DROPPED`].
fn terms_that_matter(matrix: &FeatureMatrix, classifier: &Classifier) -> Vec<bool> {
    let squares = matrix.column_squares();
    let matters = |column: u32| {
        let weights = || classifier.weights_of(column);
        let mean = weights().sum::<f32>() / classifier.n_classes() as f32;
        squares[column as usize] * weights().map(|w| f64::from(w - mean).powi(2)).sum::<f64>()
    };
    // Not negative, so the bits are ordered as the numbers are.
    let mut order: Vec<(u64, u32)> =
        (0..squares.len() as u32).into_par_iter().map(|column| (matters(column).to_bits(), column)).collect();
    order.par_sort_unstable();
    let carried = |&(bits, _): &(u64, u32)| f64::from_bits(bits);
    let limit = DROPPED * order.iter().map(carried).sum::<f64>();
    let mut keeps = vec![true; squares.len()];
    let mut dropped = 0.0;
    for term in &order {
        dropped += carried(term);
        if dropped > limit {
            break;
        }
        keeps[term.1 as usize] = false;
    }
    keeps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{Block, NGrams, TermKind, TfIdfParams};
    use crate::storage::Values;

    #[test]
    fn a_model_with_a_weight_beyond_16_bits_stays_as_it_is() {
        let kind = TermKind::Words(NGrams { min: 1, max: 1 });
        let params = TfIdfParams { blocks: vec![Block::new("words", kind, 1)], max_features: None };
        let tfidf = TfIdf::fit(&params, &["a"]).unwrap();
        let matrix = tfidf.transform(&["a"]);
        for (weight, small) in [(1.0, true), (1e5, false)] {
            let classifier = Classifier::new(Values::from(vec![weight, -weight]), vec![0.0; 2]).unwrap();
            assert_eq!(compacted(Compact::Always, &tfidf, &matrix, &classifier).unwrap().is_some(), small);
        }
    }

    #[test]
    fn terms_that_hardly_move_scores_go() {
        let mut matrix = FeatureMatrix::new(3);
        for _ in 0..10 {
            matrix.push(&[(0, 1.0), (1, 0.05), (2, 1.0)]);
        }
        // The second is rare in effect; the third has the same weight for every class.
        let classifier = Classifier::new(Values::from(vec![1.0, -1.0, 0.5, -0.5, 3.0, 3.0]), vec![0.0; 2]).unwrap();
        assert_eq!(terms_that_matter(&matrix, &classifier), [true, false, false]);
    }
}
