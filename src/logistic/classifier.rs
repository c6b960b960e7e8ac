//! The fitted model: scores for a sparse row.

use half::f16;
use linfa::traits::PredictInplace;
use ndarray::Array1;

use super::few_classes::{FEW, add_weighted, add_weighted_halves};
use super::weights::{Weight, Weights};
use crate::error::{Error, Result};
use crate::features::FeatureMatrix;
use crate::prefetch::prefetch_at;
use crate::storage::Values;

/// Largest number of a fitted model in double precision: beyond any in use, and no product or sum of a few overflows.
pub(super) const LIMIT: f64 = 1e60;

/// Weights (n_features × n_classes) and intercepts of a logistic regression.
#[derive(Debug, Clone)]
pub struct Classifier {
    /// The weights of a feature stand side by side.
    weights: Weights,
    intercepts: Vec<f64>,
}

impl Classifier {
    /// A classifier from `n_features · n_classes` weights, those of a feature side by side, and `n_classes` intercepts.
    ///
    /// # Errors
    /// Lengths that do not fit together, or a number that is not finite.
    pub fn new(weights: impl Into<Weights>, intercepts: Vec<f64>) -> Result<Self> {
        let weights = weights.into();
        if intercepts.len() < 2 || !weights.len().is_multiple_of(intercepts.len()) {
            return Err(Error::model("weights and intercepts that do not fit together", ""));
        }
        if !weights.are_finite() || intercepts.iter().any(|b| b.is_nan() || b.abs() > LIMIT) {
            return Err(Error::model("a weight that is no finite number", ""));
        }
        Ok(Classifier { weights, intercepts })
    }

    /// The same with only those features for which `keeps` says so, weights rounded to 16 bits.
    ///
    /// # Errors
    /// A weight beyond 65,504, the largest number of 16 bits.
    pub fn restricted(&self, keeps: &[bool]) -> Result<Classifier> {
        let kept = (0..).zip(keeps).filter(|(_, keeps)| **keeps).map(|(column, _)| column);
        let weights: Vec<f16> = kept.flat_map(|column| self.weights_of(column).map(f16::from_f32)).collect();
        Classifier::new(Values::from(weights), self.intercepts.clone())
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.intercepts.len()
    }

    /// Number of features.
    pub fn n_features(&self) -> usize {
        self.weights.len() / self.intercepts.len()
    }

    /// All weights.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The weights of one feature, one a class.
    pub fn weights_of(&self, column: u32) -> impl ExactSizeIterator<Item = f32> {
        (0..self.n_classes()).map(move |class| self.weight(column, class))
    }

    /// The weight of one feature for one class.
    #[inline]
    pub fn weight(&self, column: u32, class: usize) -> f32 {
        self.weights.get(column as usize * self.n_classes() + class)
    }

    /// The intercepts, one a class.
    pub fn intercepts(&self) -> &[f64] {
        &self.intercepts
    }

    /// What has the processor fetch the weights of a feature that is about to be needed.
    #[inline]
    pub(crate) fn prefetcher(&self) -> impl Fn(u32) {
        let (weights, size) = self.weights.bytes();
        let size = size * self.n_classes();
        move |column| prefetch_at(weights, column as usize * size)
    }

    /// Scores z = Wᵀx + b of one row, into `scores` (one a class).
    pub fn scores(&self, row: impl Iterator<Item = (u32, f32)>, scores: &mut [f64]) {
        let k = self.n_classes();
        if k <= FEW {
            let mut sums = [0.0; FEW];
            sums[..k].copy_from_slice(&self.intercepts);
            let sums = match &self.weights {
                Weights::Single(weights) => add_weighted(sums, weights, k, row),
                Weights::Half(weights) => add_weighted_halves(sums, weights, k, row),
            };
            return scores.copy_from_slice(&sums[..k]);
        }
        match &self.weights {
            Weights::Single(weights) => self.scores_of_many(weights, row, scores),
            Weights::Half(weights) => self.scores_of_many(weights, row, scores),
        }
    }

    fn scores_of_many<W: Weight>(&self, weights: &[W], row: impl Iterator<Item = (u32, f32)>, scores: &mut [f64]) {
        let k = self.n_classes();
        scores.copy_from_slice(&self.intercepts);
        for (column, value) in row {
            let at = column as usize * k;
            for (score, &weight) in scores.iter_mut().zip(&weights[at..at + k]) {
                *score += f64::from(value) * f64::from(weight.wide());
            }
        }
    }

    /// Scores of row `index` of a matrix.
    pub fn scores_of(&self, matrix: &FeatureMatrix, index: usize, scores: &mut [f64]) {
        let (columns, values) = matrix.row(index);
        self.scores(columns.iter().copied().zip(values.iter().copied()), scores);
    }
}

/// Replaces scores by probabilities that sum to 1: exp(z − max z) / Σ exp(z − max z), without overflow at any score.
pub fn softmax(scores: &mut [f64]) {
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - max).exp();
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
}

/// Index of the largest value, the first of equals.
pub(crate) fn arg_max(values: &[f64]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}

impl PredictInplace<FeatureMatrix, Array1<usize>> for Classifier {
    fn predict_inplace(&self, matrix: &FeatureMatrix, classes: &mut Array1<usize>) {
        let mut scores = vec![0.0; self.n_classes()];
        for (index, class) in classes.iter_mut().enumerate() {
            self.scores_of(matrix, index, &mut scores);
            *class = arg_max(&scores);
        }
    }

    fn default_target(&self, matrix: &FeatureMatrix) -> Array1<usize> {
        Array1::zeros(matrix.n_samples())
    }
}
