//! Fitting over rows that are already features: the classifier, and from held-out scores its calibration.

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use ndarray::Array1;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::SentenceTerms;
use super::compaction::{Compaction, compacted};
use super::params::{CalibrationMethod, PipelineParams};
use super::watch::{Stage, Watch};
use crate::attribution::AttributedSentence;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::features::{FeatureMatrix, TfIdf};
use crate::folds;
use crate::logistic::{Calibration, Classifier, Convergence, Solver};
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
    /// Who speaks in each sentence; empty without attribution.
    pub attributed: &'a [AttributedSentence],
    pub tfidf: &'a TfIdf,
    pub matrix: &'a FeatureMatrix,
    pub watch: Watch<'a>,
}

/// What a training run leads to.
pub(super) struct Learned {
    /// The features that are left, where the model was made smaller.
    pub tfidf: Option<TfIdf>,
    pub classifier: Classifier,
    pub convergence: Convergence,
    pub calibration: Calibration,
    pub held_out: Option<HeldOut>,
    pub compaction: Option<Compaction>,
}

impl Learner<'_> {
    /// A classifier on the rows for which `keeps` says so, number `fit.0` of `fit.1`.
    fn fit_rows(
        &self,
        keeps: impl Fn(usize) -> bool,
        (number, of): (usize, usize),
    ) -> Result<(Classifier, Convergence)> {
        let params = self.params.logistic(self.corpus.labels.len()).check()?;
        let step = |pass| (self.watch)(Stage::Fit { number, of, pass });
        let targets = self.corpus.label.iter().map(|&label| label as usize);
        let fitted = if self.params.solver == Solver::Linfa {
            // linfa-logistic knows no weights: rows that are left out must not be there.
            let rows: Vec<usize> = (0..self.corpus.len()).filter(|&row| keeps(row)).collect();
            let matrix = self.matrix.select(&rows);
            let targets: Array1<usize> = rows.iter().map(|&row| self.corpus.label[row] as usize).collect();
            let weights: Array1<f32> = rows.iter().map(|&row| self.corpus.weight[row]).collect();
            params.fit_watched(&DatasetBase::new(&matrix, targets).with_weights(weights), &step)?
        } else {
            // A weight of 0 leaves a row out without a copy of all the others.
            let weight = |(row, &weight): (usize, &f32)| if keeps(row) { weight } else { 0.0 };
            let weights: Array1<f32> = self.corpus.weight.iter().enumerate().map(weight).collect();
            let targets: Array1<usize> = targets.collect();
            params.fit_watched(&DatasetBase::new(self.matrix, targets).with_weights(weights), &step)?
        };
        Ok((fitted.classifier, fitted.convergence))
    }

    /// The classifier together with the calibration that suits it, made smaller where it is large.
    pub fn fit(&self) -> Result<Learned> {
        let n_articles = self.corpus.articles().len();
        let method = match self.params.calibration {
            CalibrationMethod::Auto if n_articles < 3 => CalibrationMethod::None,
            CalibrationMethod::Auto if self.corpus.len() < HOLDOUT_FROM => CalibrationMethod::Folds,
            CalibrationMethod::Auto => CalibrationMethod::Holdout,
            method => method,
        };
        let n_folds = match method {
            CalibrationMethod::None | CalibrationMethod::Auto => {
                let (classifier, convergence) = self.fit_rows(|_| true, (1, 1))?;
                let small = compacted(self.params.compact, self.tfidf, self.matrix, &classifier)?;
                let calibration = Calibration::identity(self.corpus.labels.len());
                return Ok(self.learned(classifier, convergence, (calibration, None), small));
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
        // Fit number i leaves fold i out. The last is the model: it leaves out the hold-out, or a fold that has no rows.
        let (n_held_out, n_fits) = if method == CalibrationMethod::Folds { (n_folds, n_folds + 1) } else { (1, 1) };
        let mut fitted: Vec<(Classifier, Convergence)> = (0..n_fits)
            .into_par_iter()
            .map(|fold| self.fit_rows(|row| fold_of[row] != fold, (fold + 1, n_fits)))
            .collect::<Result<_>>()?;
        let held: Vec<usize> = (0..self.corpus.len()).filter(|&row| fold_of[row] < n_held_out).collect();
        let calibrated = self.calibrate(method, &held, |at, score| {
            fitted[fold_of[held[at]]].0.scores_of(self.matrix, held[at], score);
        })?;
        let (classifier, convergence) = fitted.swap_remove(n_fits - 1);
        let small = compacted(self.params.compact, self.tfidf, self.matrix, &classifier)?;
        let learned = self.learned(classifier, convergence, calibrated, small);
        match &learned.tfidf {
            Some(tfidf) if method == CalibrationMethod::Holdout => {
                let matrix = tfidf.transform(&held.iter().map(|&row| self.terms(row)).collect::<Vec<_>>());
                let scores = |at: usize, score: &mut [f64]| learned.classifier.scores_of(&matrix, at, score);
                let (calibration, held_out) = self.calibrate(method, &held, scores)?;
                Ok(Learned { calibration, held_out, ..learned })
            }
            _ => Ok(learned),
        }
    }

    /// The large model or, where there is one, the small model that it became.
    fn learned(
        &self,
        classifier: Classifier,
        convergence: Convergence,
        (calibration, held_out): (Calibration, Option<HeldOut>),
        small: Option<(TfIdf, Classifier)>,
    ) -> Learned {
        match small {
            None => Learned { tfidf: None, classifier, convergence, calibration, held_out, compaction: None },
            Some((tfidf, classifier)) => {
                let compaction = Some(Compaction { n_terms: self.tfidf.n_features(), held_out: held_out.clone() });
                Learned { tfidf: Some(tfidf), classifier, convergence, calibration, held_out, compaction }
            }
        }
    }

    /// A sentence as a source of terms.
    fn terms(&self, row: usize) -> SentenceTerms<'_> {
        SentenceTerms { text: &self.corpus.sentences[row].text, attributed: self.attributed.get(row) }
    }

    /// The calibration that suits the scores of held-out sentences, `scores` writing those of number `at` of them, and
    /// what they say about the model.
    fn calibrate(
        &self,
        method: CalibrationMethod,
        held: &[usize],
        scores: impl Fn(usize, &mut [f64]),
    ) -> Result<(Calibration, Option<HeldOut>)> {
        let k = self.corpus.labels.len();
        let mut all = vec![0.0; held.len() * k];
        all.chunks_exact_mut(k).enumerate().for_each(|(at, score)| scores(at, score));
        let gold: Vec<u32> = held.iter().map(|&row| self.corpus.label[row]).collect();
        let calibration = Calibration::fit(&all, &gold, k)?;
        let held_out = self.held_out(method, &calibration, &mut all, &gold);
        Ok((calibration, Some(held_out)))
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
