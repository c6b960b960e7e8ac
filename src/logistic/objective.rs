//! The objective J / Σ sᵢ and its gradient, over sparse rows in parallel.
//!
//! Rows are cut into blocks whose number depends on the size of the problem alone; each block is summed on its own and
//! the blocks' sums are added in order. So the result has the same bits at any number of threads.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ndarray::Array1;
use rayon::prelude::*;

use super::classifier::softmax;
use crate::features::FeatureMatrix;

/// Memory that the blocks' gradients may take together, in bytes: adding them up must stay cheap beside filling them.
const GRADIENT_BYTES: usize = 64 << 20;
/// Parameters that one thread adds up at a time.
const CHUNK: usize = 1 << 16;

/// J / Σ sᵢ for one data set. Parameters are a vector of (n_features + 1) · n_classes numbers: the weights of a feature
/// stand side by side, the intercepts at the end.
pub struct Objective<'a> {
    matrix: &'a FeatureMatrix,
    targets: &'a Array1<usize>,
    weights: &'a [f32],
    n_classes: usize,
    /// 1 / (C · Σ sᵢ).
    penalty: f64,
    /// Σ sᵢ.
    total_weight: f64,
    blocks: Vec<Block>,
}

/// Some rows and the memory for their gradient, used again at every evaluation.
struct Block {
    rows: Range<usize>,
    gradient: Mutex<Vec<f64>>,
}

impl<'a> Objective<'a> {
    /// The objective for rows, their classes (below `n_classes`), their weights and C.
    pub fn new(
        matrix: &'a FeatureMatrix,
        targets: &'a Array1<usize>,
        weights: &'a [f32],
        n_classes: usize,
        c: f64,
    ) -> Self {
        let total_weight: f64 = weights.iter().map(|&w| f64::from(w)).sum();
        let n_parameters = (matrix.n_features() + 1) * n_classes;
        let n_samples = matrix.n_samples();
        let most = (GRADIENT_BYTES / (8 * n_parameters)).clamp(2, 16);
        // A block costs what adding its gradient up costs; its rows should cost more.
        let worth = (matrix.n_values() * n_classes / (4 * n_parameters)).clamp(1, most);
        let n_blocks = n_samples.div_ceil(512).clamp(1, worth);
        let size = n_samples.div_ceil(n_blocks).max(1);
        let rows = (0..n_blocks).map(|i| (i * size).min(n_samples)..((i + 1) * size).min(n_samples));
        let blocks = rows.map(|rows| Block { rows, gradient: Mutex::new(vec![0.0; n_parameters]) }).collect();
        Objective { matrix, targets, weights, n_classes, penalty: 1.0 / (c * total_weight), total_weight, blocks }
    }

    /// Number of parameters.
    pub fn n_parameters(&self) -> usize {
        (self.matrix.n_features() + 1) * self.n_classes
    }

    /// Σ sᵢ: multiply a value by it to get J.
    pub fn total_weight(&self) -> f64 {
        self.total_weight
    }

    /// The diagonal of the Hessian where every sentence has the overall shares of the classes as its probabilities, one
    /// a parameter: how steep the objective bends along each of them, all above 0.
    pub fn curvature(&self) -> Vec<f64> {
        let k = self.n_classes;
        let mut shares = vec![0.0; k];
        let mut squares = vec![0.0; self.matrix.n_features()];
        for index in 0..self.matrix.n_samples() {
            let weight = f64::from(self.weights[index]) / self.total_weight;
            shares[self.targets[index]] += weight;
            let (columns, values) = self.matrix.row(index);
            for (&column, &value) in columns.iter().zip(values) {
                squares[column as usize] += weight * f64::from(value) * f64::from(value);
            }
        }
        // A class without a sentence would bend nowhere.
        let spread: Vec<f64> = shares.iter().map(|share| (share * (1.0 - share)).max(1e-6)).collect();
        let weights = squares.iter().flat_map(|square| spread.iter().map(move |s| s * square + self.penalty));
        weights.chain(spread.iter().copied()).collect()
    }

    /// Value and gradient at `parameters`.
    pub fn evaluate(&self, parameters: &[f64]) -> (f64, Vec<f64>) {
        let losses: Vec<f64> = self
            .blocks
            .par_iter()
            .map(|block| {
                // A poisoned lock would mean that a thread has panicked, which ends the fit anyway.
                let mut gradient = block.gradient.lock().unwrap_or_else(PoisonError::into_inner);
                gradient.fill(0.0);
                match self.n_classes {
                    2 => self.evaluate_rows::<2>(block.rows.clone(), parameters, &mut gradient),
                    3 => self.evaluate_rows::<3>(block.rows.clone(), parameters, &mut gradient),
                    4 => self.evaluate_rows::<4>(block.rows.clone(), parameters, &mut gradient),
                    _ => self.evaluate_rows::<0>(block.rows.clone(), parameters, &mut gradient),
                }
            })
            .collect();
        let parts: Vec<MutexGuard<'_, Vec<f64>>> =
            self.blocks.iter().map(|b| b.gradient.lock().unwrap_or_else(PoisonError::into_inner)).collect();
        let parts: Vec<&[f64]> = parts.iter().map(|part| part.as_slice()).collect();

        let n_weights = self.matrix.n_features() * self.n_classes;
        let scale = 1.0 / self.total_weight;
        let mut gradient = vec![0.0; self.n_parameters()];
        let squares: Vec<f64> = gradient
            .par_chunks_mut(CHUNK)
            .enumerate()
            .map(|(chunk, slopes)| {
                let mut squares = 0.0;
                for (index, slope) in (chunk * CHUNK..).zip(slopes) {
                    *slope = scale * parts.iter().map(|part| part[index]).sum::<f64>();
                    if index < n_weights {
                        *slope += self.penalty * parameters[index];
                        squares += parameters[index] * parameters[index];
                    }
                }
                squares
            })
            .collect();
        let loss: f64 = losses.iter().sum();
        (loss * scale + 0.5 * self.penalty * squares.iter().sum::<f64>(), gradient)
    }

    /// The loss of some rows, their gradient added to `gradient`. `K` is the number of classes where the compiler may
    /// know it, else 0.
    fn evaluate_rows<const K: usize>(&self, rows: Range<usize>, parameters: &[f64], gradient: &mut [f64]) -> f64 {
        let k = if K == 0 { self.n_classes } else { K };
        let n_weights = self.matrix.n_features() * k;
        let mut scores = vec![0.0; k];
        let mut loss = 0.0;
        for index in rows {
            let weight = f64::from(self.weights[index]);
            if weight == 0.0 {
                continue;
            }
            let (columns, values) = self.matrix.row(index);
            let scores = &mut scores[..k];
            scores.copy_from_slice(&parameters[n_weights..]);
            for (&column, &value) in columns.iter().zip(values) {
                let at = column as usize * k;
                let value = f64::from(value);
                for (score, weight) in scores.iter_mut().zip(&parameters[at..at + k]) {
                    *score += value * weight;
                }
            }
            let target = self.targets[index];
            let gold = scores[target];
            loss += weight * (log_sum_exp(scores) - gold);
            // From here on `scores` holds probabilities, then s · (p − y).
            softmax(scores);
            scores[target] -= 1.0;
            for score in scores.iter_mut() {
                *score *= weight;
            }
            for (&column, &value) in columns.iter().zip(values) {
                let at = column as usize * k;
                let value = f64::from(value);
                for (slope, residual) in gradient[at..at + k].iter_mut().zip(&*scores) {
                    *slope += value * residual;
                }
            }
            for (slope, residual) in gradient[n_weights..].iter_mut().zip(&*scores) {
                *slope += residual;
            }
        }
        loss
    }
}

/// ln Σ exp z, without overflow.
fn log_sum_exp(scores: &[f64]) -> f64 {
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    max + scores.iter().map(|score| (score - max).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three rows, two features, three classes.
    fn data() -> (FeatureMatrix, Array1<usize>, Vec<f32>) {
        let mut matrix = FeatureMatrix::new(2);
        matrix.push(&[(0, 1.0)]);
        matrix.push(&[(0, 0.5), (1, 2.0)]);
        matrix.push(&[(1, -1.0)]);
        (matrix, Array1::from(vec![0, 2, 1]), vec![1.0, 2.0, 0.5])
    }

    #[test]
    fn gradient_agrees_with_finite_differences() {
        let (matrix, targets, weights) = data();
        let objective = Objective::new(&matrix, &targets, &weights, 3, 0.7);
        let at: Vec<f64> = (0..objective.n_parameters()).map(|i| (i as f64 * 0.37).sin()).collect();
        let (_, gradient) = objective.evaluate(&at);
        for i in 0..at.len() {
            let step = 1e-6;
            let (mut above, mut below) = (at.clone(), at.clone());
            above[i] += step;
            below[i] -= step;
            let slope = (objective.evaluate(&above).0 - objective.evaluate(&below).0) / (2.0 * step);
            assert!((slope - gradient[i]).abs() < 1e-8, "parameter {i}: {slope} against {}", gradient[i]);
        }
    }

    #[test]
    fn stays_finite_at_extreme_scores() {
        let (matrix, targets, weights) = data();
        let objective = Objective::new(&matrix, &targets, &weights, 3, 1.0);
        let (value, gradient) = objective.evaluate(&[1e4, -1e4, 0.0, -1e4, 1e4, 1e4, 0.0, 1e4, -1e4]);
        assert!(value.is_finite() && gradient.iter().all(|slope| slope.is_finite()));
    }

    #[test]
    fn any_number_of_classes_gives_the_same_sums_as_the_unrolled_code() {
        let (matrix, targets, weights) = data();
        let objective = Objective::new(&matrix, &targets, &weights, 3, 1.0);
        let at = vec![0.3; objective.n_parameters()];
        let (mut unrolled, mut general) = (vec![0.0; objective.n_parameters()], vec![0.0; objective.n_parameters()]);
        let loss = objective.evaluate_rows::<3>(0..3, &at, &mut unrolled);
        assert_eq!(loss, objective.evaluate_rows::<0>(0..3, &at, &mut general));
        assert_eq!(unrolled, general);
    }
}
