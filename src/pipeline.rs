//! The pipeline: attribution + features + classifier + calibration. [`Pipeline::fit`] learns all of it from a corpus,
//! [`Pipeline::predict`] labels the sentences of an article. No files here.

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::article::Sentence;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::features::{
    Block, CharBoundary, FeatureMatrix, NGrams, RowBuffer, TermBuffer, TermKind, TermSource, TfIdf, TfIdfParams,
};
use crate::folds;
use crate::logistic::{Calibration, ClassWeight, Classifier, Convergence, LogisticParams, Solver, arg_max};
use crate::metrics::{ConfusionMatrix, Scores, log_loss};

/// Below this many sentences, calibration uses folds; from it on, a hold-out.
const HOLDOUT_FROM: usize = 20_000;
/// Share of the articles that a hold-out keeps back.
const HOLDOUT_SHARE: f64 = 0.02;
/// Number of folds of calibration.
const FOLDS: usize = 5;

/// Settings of a whole training run. The defaults are those of the command line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineParams {
    /// Word n-grams; none for no such block. Default 1..2.
    pub word_ngrams: Option<NGrams>,
    /// Character n-grams; none for no such block. Default none.
    pub char_ngrams: Option<NGrams>,
    /// Where character n-grams begin and end. Default inside words.
    pub char_boundary: CharBoundary,
    /// Terms in fewer sentences are dropped. At least 1, default 2.
    pub min_df: u32,
    /// Most terms a block keeps. Default all.
    pub max_features: Option<usize>,
    /// Inverse strength of the L2 penalty. Default 1.
    pub c: f64,
    /// Weights of the classes. Default none.
    pub class_weight: ClassWeight,
    /// Which solver. Default sparse.
    pub solver: Solver,
    /// Most iterations of the solver. Default 1000.
    pub max_iterations: u64,
    /// Norm of the scaled gradient at which the solver stops. Default 1e-3.
    pub tolerance: f64,
    /// How probabilities are calibrated. Default auto.
    pub calibration: CalibrationMethod,
    /// Shares of the labels where the model will be used. Default as in the data.
    pub prior: Prior,
    /// Seed of everything that is drawn: folds and hold-out. Default 1.
    pub seed: u64,
}

impl Default for PipelineParams {
    fn default() -> Self {
        PipelineParams {
            word_ngrams: Some(NGrams { min: 1, max: 2 }),
            char_ngrams: None,
            char_boundary: CharBoundary::Word,
            min_df: 2,
            max_features: None,
            c: 1.0,
            class_weight: ClassWeight::None,
            solver: Solver::Sparse,
            max_iterations: 1000,
            tolerance: 1e-3,
            calibration: CalibrationMethod::Auto,
            prior: Prior::Empirical,
            seed: 1,
        }
    }
}

/// How scores become probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationMethod {
    /// Folds below 20,000 sentences, a hold-out from there on, none below three articles.
    #[default]
    Auto,
    /// On scores from five folds by article; the classifier is then fitted on all sentences.
    Folds,
    /// On 2 % of the articles, which the classifier does not see.
    Holdout,
    /// Softmax of the scores as they are.
    None,
}

/// Shares of the labels where a model will be used.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// As in the training data.
    #[default]
    Empirical,
    /// All labels alike.
    Balanced,
    /// A share for every label, in the order given; they are divided by their sum.
    Shares(Vec<(String, f64)>),
}

impl Prior {
    /// The shares in the order of `labels`, summing to 1; none where they are those of the data.
    ///
    /// # Errors
    /// A label that the data lacks, one that the prior lacks, a share that is not above 0.
    pub fn shares(&self, labels: &[String]) -> Result<Option<Vec<f64>>> {
        let shares = match self {
            Prior::Empirical => return Ok(None),
            Prior::Balanced => vec![1.0; labels.len()],
            Prior::Shares(given) => {
                if let Some((label, _)) = given.iter().find(|(label, _)| !labels.contains(label)) {
                    let advice = format!("the labels are {}", labels.join(", "));
                    return Err(Error::usage(format!("prior for unknown label {label:?}"), advice));
                }
                let share = |label: &String| match given.iter().filter(|(name, _)| name == label).collect::<Vec<_>>()[..]
                {
                    [(_, share)] if share.is_finite() && *share > 0.0 => Ok(*share),
                    [(_, share)] => Err(Error::usage(format!("prior {label}={share}"), "expected a share above 0")),
                    [] => Err(Error::usage(format!("no prior for label {label:?}"), "give every label a share")),
                    _ => Err(Error::usage(format!("two priors for label {label:?}"), "give every label one share")),
                };
                labels.iter().map(share).collect::<Result<Vec<f64>>>()?
            }
        };
        let total: f64 = shares.iter().sum();
        Ok(Some(shares.iter().map(|share| share / total).collect()))
    }
}

impl std::str::FromStr for Prior {
    type Err = Error;

    /// `empirical`, `balanced` or `LABEL=SHARE,LABEL=SHARE,…`.
    fn from_str(text: &str) -> Result<Self> {
        match text {
            "empirical" => Ok(Prior::Empirical),
            "balanced" => Ok(Prior::Balanced),
            _ => text
                .split(',')
                .map(|part| {
                    let (label, share) = part.rsplit_once('=').unwrap_or((part, ""));
                    let share = share.trim().parse().map_err(|_| {
                        Error::usage(
                            format!("prior {part:?}"),
                            "expected empirical, balanced or LABEL=SHARE,LABEL=SHARE,…",
                        )
                    })?;
                    Ok((label.trim().to_string(), share))
                })
                .collect::<Result<_>>()
                .map(Prior::Shares),
        }
    }
}

/// What a model was trained on and how that went: part of the model, so it holds neither times nor paths of a machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingSummary {
    /// Number of training sentences.
    pub n_sentences: usize,
    /// Number of articles they stand in.
    pub n_articles: usize,
    /// Sentences a label, in the order of the labels.
    pub label_counts: Vec<u64>,
    /// How the fit ended.
    pub convergence: Convergence,
    /// What held-out sentences said, where calibration held some out.
    pub held_out: Option<HeldOut>,
}

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

/// The label of a sentence and how probable each label is.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Number of the label: the most probable one, or with class weights and no prior the one with the highest score.
    pub label: usize,
    /// Probability of each label, summing to 1.
    pub probabilities: Vec<f64>,
}

/// All that prediction needs.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The labels, sorted.
    pub labels: Vec<String>,
    /// The settings it was trained with.
    pub params: PipelineParams,
    /// Fitted features.
    pub tfidf: TfIdf,
    /// Fitted weights.
    pub classifier: Classifier,
    /// Scores to probabilities, the prior included.
    pub calibration: Calibration,
    /// What it was trained on.
    pub summary: TrainingSummary,
}

impl PipelineParams {
    fn blocks(&self) -> Result<Vec<Block>> {
        if self.min_df == 0 {
            return Err(Error::usage("--min-df 0", "expected at least 1"));
        }
        let mut blocks = Vec::new();
        if let Some(n) = self.word_ngrams {
            blocks.push(Block::new("words", TermKind::Words(n), self.min_df));
        }
        if let Some(n) = self.char_ngrams {
            blocks.push(Block::new("characters", TermKind::Characters(n, self.char_boundary), self.min_df));
        }
        if blocks.is_empty() {
            return Err(Error::usage("no features", "give --word-ngrams or --char-ngrams"));
        }
        Ok(blocks)
    }

    /// Turns scores into calibrated probabilities and picks the label.
    ///
    /// Class weights are a wish about decisions, not about probabilities: with them, and no prior that says otherwise,
    /// the weighted classifier's own decision stands, as in scikit-learn, while the probabilities stay honest.
    fn decide(&self, calibration: &Calibration, scores: &mut [f64]) -> usize {
        let weighted = self.class_weight != ClassWeight::None && self.prior == Prior::Empirical;
        let by_score = arg_max(scores);
        calibration.probabilities(scores);
        if weighted { by_score } else { arg_max(scores) }
    }

    fn logistic(&self, n_classes: usize) -> LogisticParams {
        LogisticParams::new(n_classes)
            .c(self.c)
            .class_weight(self.class_weight)
            .solver(self.solver)
            .max_iterations(self.max_iterations)
            .tolerance(self.tolerance)
    }
}

impl Pipeline {
    /// Learns from `corpus`.
    ///
    /// # Errors
    /// Fewer than two labels, settings out of range, no term left, or a solver that fails.
    pub fn fit(params: &PipelineParams, corpus: &Corpus) -> Result<Pipeline> {
        if corpus.labels.len() < 2 {
            let found = match corpus.labels.first() {
                Some(label) => format!("every sentence has the label {label:?}"),
                None => "no sentence".to_string(),
            };
            return Err(Error::data(found, "a model needs sentences of at least two labels"));
        }
        let prior = params.prior.shares(&corpus.labels)?;
        let tfidf_params = TfIdfParams { blocks: params.blocks()?, max_features: params.max_features };
        let tfidf = TfIdf::fit(&tfidf_params, &corpus.sentences)?;
        let matrix = tfidf.transform(&corpus.sentences);
        let learner = Learner { params, corpus, matrix: &matrix };

        let (classifier, convergence, mut calibration, held_out) = learner.fit_calibrated()?;
        if let Some(shares) = prior {
            let counts = corpus.label_counts();
            let empirical: Vec<f64> = counts.iter().map(|&count| count as f64 / corpus.len() as f64).collect();
            calibration.shift_prior(&empirical, &shares);
        }
        let summary = TrainingSummary {
            n_sentences: corpus.len(),
            n_articles: corpus.articles().len(),
            label_counts: corpus.label_counts(),
            convergence,
            held_out,
        };
        Ok(Pipeline { labels: corpus.labels.clone(), params: params.clone(), tfidf, classifier, calibration, summary })
    }

    /// Labels the sentences of one article, in order.
    pub fn predict(&self, article: &[Sentence]) -> Vec<Prediction> {
        let (mut terms, mut row) = (TermBuffer::default(), RowBuffer::new());
        article.iter().map(|sentence| self.predict_one(sentence, &mut terms, &mut row)).collect()
    }

    /// Labels all sentences of a corpus, article by article, in parallel; in the order of the corpus.
    pub fn predict_corpus(&self, corpus: &Corpus) -> Vec<Prediction> {
        let articles: Vec<std::ops::Range<usize>> = corpus.articles().collect();
        let predicted: Vec<Vec<Prediction>> =
            articles.into_par_iter().map(|article| self.predict(&corpus.sentences[article])).collect();
        predicted.into_iter().flatten().collect()
    }

    /// Labels one sentence with the terms of `source`; `terms` and `row` are scratch.
    fn predict_one<S: TermSource + ?Sized>(
        &self,
        source: &S,
        terms: &mut TermBuffer,
        row: &mut RowBuffer,
    ) -> Prediction {
        self.tfidf.row(source, terms, row);
        self.decide_row(row)
    }

    /// Labels a finished row.
    pub(crate) fn decide_row(&self, row: &RowBuffer) -> Prediction {
        let mut probabilities = vec![0.0; self.labels.len()];
        self.classifier.scores(row.iter().copied(), &mut probabilities);
        let label = self.params.decide(&self.calibration, &mut probabilities);
        Prediction { label, probabilities }
    }
}

/// One training run over rows that are already features.
struct Learner<'a> {
    params: &'a PipelineParams,
    corpus: &'a Corpus,
    matrix: &'a FeatureMatrix,
}

impl Learner<'_> {
    /// A classifier on these rows.
    fn fit_rows(&self, rows: &[usize]) -> Result<(Classifier, Convergence)> {
        if rows.len() == self.corpus.len() {
            return self.fit_matrix(self.matrix, rows);
        }
        self.fit_matrix(&self.matrix.select(rows), rows)
    }

    fn fit_matrix(&self, matrix: &FeatureMatrix, rows: &[usize]) -> Result<(Classifier, Convergence)> {
        let targets: Array1<usize> = rows.iter().map(|&row| self.corpus.label[row] as usize).collect();
        let weights: Array1<f32> = rows.iter().map(|&row| self.corpus.weight[row]).collect();
        let dataset = DatasetBase::new(matrix, targets).with_weights(weights);
        let fitted = self.params.logistic(self.corpus.labels.len()).fit(&dataset)?;
        Ok((fitted.classifier, fitted.convergence))
    }

    /// The classifier together with the calibration that suits it.
    fn fit_calibrated(&self) -> Result<(Classifier, Convergence, Calibration, Option<HeldOut>)> {
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
                let (classifier, convergence) = self.fit_rows(&all)?;
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
        for fold in 0..if method == CalibrationMethod::Folds { n_folds } else { 1 } {
            let (held, kept) = split(fold);
            let (classifier, convergence) = self.fit_rows(&kept)?;
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
            _ => self.fit_rows(&all)?,
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
