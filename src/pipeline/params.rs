//! Settings of a training run.

use serde::{Deserialize, Serialize};

use super::compaction::Compact;
use super::prior::Prior;
use crate::error::{Error, Result, hint};
use crate::features::{Block, CharBoundary, NGrams, TermKind};
use crate::logistic::{Calibration, ClassWeight, LogisticParams, Solver, arg_max};

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
    /// Names of blocks that are left out. Default none.
    pub without: Vec<String>,
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
    /// Whether a large model is made smaller. Default auto.
    #[serde(default)]
    pub compact: Compact,
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
            without: Vec::new(),
            c: 1.0,
            class_weight: ClassWeight::None,
            solver: Solver::Sparse,
            max_iterations: 1000,
            tolerance: 1e-3,
            calibration: CalibrationMethod::Auto,
            prior: Prior::Empirical,
            compact: Compact::Auto,
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

impl PipelineParams {
    /// The blocks of features in column order, `more` after those of plain words and characters.
    ///
    /// # Errors
    /// A `min_df` of 0, an unknown name in `without`, no block left.
    pub(super) fn blocks(&self, more: Vec<Block>) -> Result<Vec<Block>> {
        if self.min_df == 0 {
            return Err(Error::usage("--min-df 0", "expected at least 1"));
        }
        if self.max_features == Some(0) {
            return Err(Error::usage("--max-features 0", "expected at least 1"));
        }
        let mut blocks = Vec::new();
        if let Some(n) = self.word_ngrams {
            blocks.push(Block::new("words", TermKind::Words(n), self.min_df));
        }
        if let Some(n) = self.char_ngrams {
            blocks.push(Block::new("characters", TermKind::Characters(n, self.char_boundary), self.min_df));
        }
        blocks.extend(more);
        if let Some(unknown) = self.without.iter().find(|name| !blocks.iter().any(|block| block.name == **name)) {
            let names: Vec<&str> = blocks.iter().map(|block| block.name.as_str()).collect();
            return Err(Error::usage(
                format!("no block {unknown:?} to leave out"),
                format!("{}the blocks are {}", hint(unknown, names.iter().copied()), names.join(", ")),
            ));
        }
        blocks.retain(|block| !self.without.contains(&block.name));
        if blocks.is_empty() {
            return Err(Error::usage("no features", "give --word-ngrams, --char-ngrams or --sides"));
        }
        Ok(blocks)
    }

    /// Turns scores into calibrated probabilities and picks the label.
    ///
    /// Class weights are a wish about decisions, not about probabilities: with them, and no prior that says otherwise,
    /// the weighted classifier's own decision stands, as in scikit-learn, while the probabilities stay honest.
    pub(super) fn decide(&self, calibration: &Calibration, scores: &mut [f64]) -> usize {
        let weighted = self.class_weight != ClassWeight::None && self.prior == Prior::Empirical;
        let by_score = arg_max(scores);
        calibration.probabilities(scores);
        if weighted { by_score } else { arg_max(scores) }
    }

    pub(super) fn logistic(&self, n_classes: usize) -> LogisticParams {
        LogisticParams::new(n_classes)
            .c(self.c)
            .class_weight(self.class_weight)
            .solver(self.solver)
            .max_iterations(self.max_iterations)
            .tolerance(self.tolerance)
    }
}
