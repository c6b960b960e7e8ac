//! Fitting over rows that are already features: the classifier, and from held-out scores its calibration.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use ndarray::Array1;
use serde::{Deserialize, Serialize};

use super::params::{CalibrationMethod, PipelineParams};
use super::watch::{Stage, Watch};
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::features::FeatureMatrix;
use crate::folds;
use crate::logistic::{Calibration, Classifier, Convergence};
use crate::metrics::{ConfusionMatrix, Scores, log_loss};

/// Below this many sentences, calibration uses folds; from it on, a hold-out.
const HOLDOUT_FROM: usize = 20_000;
/// Share of the articles that a hold-out keeps back.
const HOLDOUT_SHARE: f64 = 0.02;
/// Number of folds of calibration.
const FOLDS: usize = 5;

/// Predictions for sentences that were held out while they were predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldOut {
    /// `folds` or `holdout`.
    pub method: CalibrationMethod,
    /// Number of sentences.
    pub n_sentences: usize,
    /// Share of correct labels.
    pub accuracy: Option<f64>,
    /// Mean of the labels' F1.
    pub macro_f1: Option<f64>,
    /// Mean negative logarithm of the gold label's probability.
    pub log_loss: Option<f64>,
}

/// One training run over rows that are already features.
pub(super) struct Learner<'a> {
    pub params: &'a PipelineParams,
    pub corpus: &'a Corpus,
    pub matrix: &'a FeatureMatrix,
    pub watch: Watch<'a>,
}

impl Learner<'_> {
    /// A classifier on these rows, number `fit.0` of `fit.1`.
    fn fit_rows(&self, rows: &[usize], fit: (usize, usize)) -> Result<(Classifier, Convergence)> {
        if rows.len() == self.corpus.len() {
            return self.fit_matrix(self.matrix, rows, fit);
        }
        self.fit_matrix(&self.matrix.select(rows), rows, fit)
    }

    fn fit_matrix(
        &self,
        matrix: &FeatureMatrix,
        rows: &[usize],
        (number, of): (usize, usize),
    ) -> Result<(Classifier, Convergence)> {
        let targets: Array1<usize> = rows.iter().map(|&row| self.corpus.label[row] as usize).collect();
        let weights: Array1<f32> = rows.iter().map(|&row| self.corpus.weight[row]).collect();
        let dataset = DatasetBase::new(matrix, targets).with_weights(weights);
        let step = |step, objective| (self.watch)(Stage::Fit { number, of, step, objective });
        let fitted = self.params.logistic(self.corpus.labels.len()).check()?.fit_watched(&dataset, &step)?;
        Ok((fitted.classifier, fitted.convergence))
    }

    /// The classifier together with the calibration that suits it.
    pub fn fit_calibrated(&self) -> Result<(Classifier, Convergence, Calibration, Option<HeldOut>)> {
        let n_articles = self.corpus.articles().len();
        let all: Vec<usize> = (0..self.corpus.len()).collect();
        let method = match self.params.calibration {
            CalibrationMethod::Auto if n_articles < 3 => CalibrationMethod::None,
            CalibrationMethod::Auto if self.corpus.len() < HOLDOUT_FROM => CalibrationMethod::Folds,
            CalibrationMethod::Auto => CalibrationMethod::Holdout,
            method => method,
        };
        let n_folds = match method {
            CalibrationMethod::None | CalibrationMethod::Auto => {
                let (classifier, convergence) = self.fit_rows(&all, (1, 1))?;
                return Ok((classifier, convergence, Calibration::identity(self.corpus.labels.len()), None));
            }
            CalibrationMethod::Folds => FOLDS.min(n_articles),
            CalibrationMethod::Holdout => (1.0 / HOLDOUT_SHARE) as usize,
        };
        if n_articles < 2 || (method == CalibrationMethod::Holdout && n_articles < n_folds) {
            return Err(Error::data(
                format!("{n_articles} articles are too few to hold some out"),
                "use --calibration none or add articles",
            ));
        }
        let fold_of_article = folds::assign(self.corpus, n_folds, self.params.seed);
        let fold_of: Vec<usize> = self.corpus.article_of().iter().map(|&a| fold_of_article[a as usize]).collect();
        let split = |fold: usize| all.iter().partition::<Vec<usize>, _>(|&&row| fold_of[row] == fold);

        let (mut rows, mut scores) = (Vec::new(), Vec::new());
        let mut fitted = None;
        let (n_held_out, n_fits) = if method == CalibrationMethod::Folds { (n_folds, n_folds + 1) } else { (1, 1) };
        for fold in 0..n_held_out {
            let (held, kept) = split(fold);
            let (classifier, convergence) = self.fit_rows(&kept, (fold + 1, n_fits))?;
            let mut score = vec![0.0; self.corpus.labels.len()];
            for row in held {
                classifier.scores_of(self.matrix, row, &mut score);
                scores.extend_from_slice(&score);
                rows.push(row);
            }
            fitted = Some((classifier, convergence));
        }
        let gold: Vec<u32> = rows.iter().map(|&row| self.corpus.label[row]).collect();
        let calibration = Calibration::fit(&scores, &gold, self.corpus.labels.len())?;
        let held_out = self.held_out(method, &calibration, &mut scores, &gold);
        let (classifier, convergence) = match (method, fitted) {
            (CalibrationMethod::Holdout, Some(fitted)) => fitted,
            _ => self.fit_rows(&all, (n_fits, n_fits))?,
        };
        Ok((classifier, convergence, calibration, Some(held_out)))
    }

    /// What held-out scores, turned into probabilities in place, say about the model.
    fn held_out(
        &self,
        method: CalibrationMethod,
        calibration: &Calibration,
        scores: &mut [f64],
        gold: &[u32],
    ) -> HeldOut {
        let k = self.corpus.labels.len();
        let decide = |row: &mut [f64]| Some(self.params.decide(calibration, row) as u32);
        let predicted: Vec<Option<u32>> = scores.chunks_exact_mut(k).map(decide).collect();
        let figures = Scores::of(&ConfusionMatrix::of(k, gold, &predicted));
        HeldOut {
            method,
            n_sentences: gold.len(),
            accuracy: figures.accuracy,
            macro_f1: figures.macro_f1,
            log_loss: log_loss(gold, scores, k),
        }
    }
}
