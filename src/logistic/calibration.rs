//! Scores in, honest probabilities out.
//!
//! Scores of sentences that a classifier was trained on are too sure of themselves. Calibration learns, from scores of sentences
//! that were held out, a multinomial logistic regression from log-odds to labels (Platt 1999, for many classes): the
//! probability of class c is softmax(A·(z − mean z) + b)_c. linfa-logistic fits it: a few dense columns are what it is made for.

use linfa::dataset::Dataset;
use linfa::traits::Fit;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};

use super::classifier::{LIMIT, softmax};
use crate::error::{Error, Result};

/// L2 penalty on A: enough to keep it finite where scores separate the classes wholly.
const ALPHA: f64 = 1e-2;

/// A map from scores to probabilities.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// n_classes × n_classes, row c making the score of class c.
    matrix: Vec<f64>,
    bias: Vec<f64>,
}

impl Calibration {
    /// Scores are taken as they are: probabilities are their softmax.
    pub fn identity(n_classes: usize) -> Self {
        let mut matrix = vec![0.0; n_classes * n_classes];
        for class in 0..n_classes {
            matrix[class * n_classes + class] = 1.0;
        }
        Calibration { matrix, bias: vec![0.0; n_classes] }
    }

    /// A calibration from its n_classes² + n_classes numbers, as a model file holds them.
    ///
    /// # Errors
    /// Lengths that do not fit, numbers that are not finite.
    pub fn from_parts(matrix: Vec<f64>, bias: Vec<f64>) -> Result<Self> {
        if bias.len() < 2 || matrix.len() != bias.len() * bias.len() {
            return Err(Error::model("a calibration of the wrong size", ""));
        }
        if matrix.iter().chain(&bias).any(|x| x.is_nan() || x.abs() > LIMIT) {
            return Err(Error::model("a calibration with a number that is not finite", ""));
        }
        Ok(Calibration { matrix, bias })
    }

    /// The matrix (row by row) and the bias.
    pub fn parts(&self) -> (&[f64], &[f64]) {
        (&self.matrix, &self.bias)
    }

    /// Learns from held-out scores (n_samples × n_classes, row by row) and their classes.
    ///
    /// # Errors
    /// Where linfa-logistic finds no optimum.
    pub fn fit(scores: &[f64], classes: &[u32], n_classes: usize) -> Result<Self> {
        let mut records = Array2::from_shape_vec((classes.len(), n_classes), scores.to_vec())
            .map_err(|_| Error::data("scores that do not fit their classes", ""))?;
        for mut row in records.rows_mut() {
            let mean = row.mean().unwrap_or(0.0);
            row -= mean;
        }
        let targets: Array1<usize> = classes.iter().map(|&class| class as usize).collect();
        let fitted = MultiLogisticRegression::default()
            .alpha(ALPHA)
            .max_iterations(500)
            .gradient_tolerance(1e-6 * classes.len() as f64)
            .fit(&Dataset::new(records, targets))
            .map_err(|error| Error::data(format!("calibration failed: {error}"), "use --calibration none"))?;
        // A class without a held-out sentence keeps its own score.
        let mut calibration = Calibration::identity(n_classes);
        for (seen, &class) in fitted.classes().iter().enumerate() {
            for (from, weight) in fitted.params().column(seen).iter().enumerate() {
                calibration.matrix[class * n_classes + from] = *weight;
            }
            calibration.bias[class] = fitted.intercept()[seen];
        }
        Ok(calibration)
    }

    /// Moves the bias so that probabilities learnt where the classes have shares `from` suit a place where they have
    /// shares `to`: p'(c) ∝ p(c) · to(c) / from(c) (Elkan 2001).
    pub fn shift_prior(&mut self, from: &[f64], to: &[f64]) {
        for ((bias, from), to) in self.bias.iter_mut().zip(from).zip(to) {
            *bias += (to / from).ln();
        }
    }

    /// Log-odds after calibration, up to a common constant, in place.
    pub fn adjust(&self, scores: &mut [f64]) {
        let k = self.bias.len();
        let mean = scores.iter().sum::<f64>() / k as f64;
        // Few labels need no memory of their own: this is done for every sentence.
        let (mut few, mut many) = ([0.0; 8], Vec::new());
        let centred = few.get_mut(..k).unwrap_or_else(|| {
            many.resize(k, 0.0);
            &mut many
        });
        for (centred, score) in centred.iter_mut().zip(&*scores) {
            *centred = score - mean;
        }
        for (class, score) in scores.iter_mut().enumerate() {
            let row = &self.matrix[class * k..(class + 1) * k];
            *score = self.bias[class] + row.iter().zip(&*centred).map(|(a, z)| a * z).sum::<f64>();
        }
    }

    /// Replaces scores by calibrated probabilities, which sum to 1.
    pub fn probabilities(&self, scores: &mut [f64]) {
        self.adjust(scores);
        softmax(scores);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overconfident_scores_are_cooled_down() {
        // The score says 12 : 1 in log-odds, the truth is 3 : 1.
        let (mut scores, mut classes) = (Vec::new(), Vec::new());
        for i in 0..400u32 {
            let (says, is) = ((i % 2), if i % 8 < 2 { 1 - i % 2 } else { i % 2 });
            scores.extend(if says == 0 { [12.0, 0.0] } else { [0.0, 12.0] });
            classes.push(is);
        }
        let calibration = Calibration::fit(&scores, &classes, 2).unwrap();
        let mut p = [12.0, 0.0];
        calibration.probabilities(&mut p);
        assert!((p[0] - 0.75).abs() < 0.01, "{p:?}");
    }

    #[test]
    fn identity_is_softmax_and_a_shift_moves_the_odds() {
        let mut calibration = Calibration::identity(2);
        let mut p = [1e4, -1e4];
        calibration.probabilities(&mut p);
        assert_eq!(p, [1.0, 0.0]);
        calibration.shift_prior(&[0.5, 0.5], &[0.9, 0.1]);
        let mut p = [0.0, 0.0];
        calibration.probabilities(&mut p);
        assert!((p[0] - 0.9).abs() < 1e-12);
    }
}
