//! Why a sentence got its label: exact contributions of its terms.
//!
//! The calibrated log-odds of the label against the runner-up are linear in the row: with z = Wᵀx + b, calibration
//! A·(z − mean z) + d and a, r the two labels,
//!
//! ```text
//! ln p(a)/p(r) = base + Σ_j x_j · Σ_m (A_am − A_rm) · (W_jm − mean W_j)
//! ```
//!
//! so every term has its share, and the shares and the base sum to the score. Nothing is sampled or approximated.

use serde::Serialize;

use crate::article::Sentence;
use crate::attribution::AttributedSentence;
use crate::features::{RowBuffer, TermBuffer};
use crate::logistic::arg_max;
use crate::pipeline::{Pipeline, SentenceTerms, terms};

/// What one term adds to the log-odds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// Name of its block.
    pub block: String,
    /// The term.
    pub term: String,
    /// Its value in the row: tf-idf, normalised.
    pub value: f32,
    /// What it adds to the log-odds of the label against the runner-up, in nats; negative where it speaks for the runner-up.
    pub log_odds: f64,
}

/// Why a sentence got its label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The label.
    pub label: String,
    /// Its probability.
    pub probability: f64,
    /// What it is held against: the most probable of the other labels, unless another was asked for.
    pub runner_up: String,
    /// Its probability.
    pub runner_up_probability: f64,
    /// ln p(label) / p(runner-up): the sum of `base` and all contributions.
    pub log_odds: f64,
    /// What speaks for the label before a word is read: intercepts, calibration and prior.
    pub base: f64,
    /// Whose words the sentence reports, where a sides file tells.
    pub attribution: Option<AttributionNote>,
    /// The contributions, largest absolute value first.
    pub contributions: Vec<Contribution>,
}

/// What attribution found out about a sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttributionNote {
    /// Each possible speaker with its probability, in the order of the sides file.
    pub speakers: Vec<(String, f32)>,
    /// The most probable of them.
    pub speaker: Option<String>,
    /// How the speaker was found, in words.
    pub found: String,
    /// The party written about.
    pub target: Option<String>,
}

impl Explanation {
    /// Sum of the contributions of each block, largest absolute value first.
    pub fn by_block(&self) -> Vec<(String, f64)> {
        let mut blocks: Vec<(String, f64)> = Vec::new();
        for contribution in &self.contributions {
            match blocks.iter_mut().find(|(block, _)| *block == contribution.block) {
                Some((_, sum)) => *sum += contribution.log_odds,
                None => blocks.push((contribution.block.clone(), contribution.log_odds)),
            }
        }
        blocks.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        blocks
    }
}

impl Pipeline {
    /// Explains the labels of all sentences of an article, in order, each against its runner-up.
    pub fn explain(&self, article: &[Sentence]) -> Vec<Explanation> {
        let attributed = self.attribute(article);
        terms(article, &attributed).iter().map(|source| self.explain_one(source, None)).collect()
    }

    /// Explains the label of one sentence of an article, by its index, against another label, by its number;
    /// [`Explanation::runner_up`] is then that label. `None` where the article has no such sentence.
    pub fn explain_against(&self, article: &[Sentence], index: usize, against: usize) -> Option<Explanation> {
        let attributed = self.attribute(article);
        Some(self.explain_one(terms(article, &attributed).get(index)?, Some(against)))
    }

    fn explain_one(&self, source: &SentenceTerms<'_>, against: Option<usize>) -> Explanation {
        let mut terms = TermBuffer::with_names();
        let mut row = RowBuffer::new();
        self.tfidf.row(source, &mut terms, &mut row);
        let prediction = self.decide(&row);
        let label = prediction.label;
        let mut others = prediction.probabilities.clone();
        others[label] = f64::NEG_INFINITY;
        let runner_up = against.unwrap_or_else(|| arg_max(&others));

        let k = self.labels.len();
        let (matrix, bias) = self.calibration.parts();
        let direction: Vec<f64> = (0..k).map(|m| matrix[label * k + m] - matrix[runner_up * k + m]).collect();
        let project = |values: &[f64]| {
            let mean = values.iter().sum::<f64>() / k as f64;
            values.iter().zip(&direction).map(|(value, d)| d * (value - mean)).sum::<f64>()
        };
        let base = bias[label] - bias[runner_up] + project(self.classifier.intercepts());

        let mut names: Vec<(u32, String)> = Vec::new();
        self.tfidf.name_columns(source, &mut terms, |column, name| names.push((column, name.to_string())));
        names.sort();
        let blocks: Vec<&str> = self.tfidf.blocks().map(|block| block.name.as_str()).collect();
        let mut contributions: Vec<Contribution> = row
            .iter()
            .map(|&(column, value)| {
                let weights: Vec<f64> = self.classifier.weights_of(column).map(f64::from).collect();
                let name = names.partition_point(|(named, _)| *named < column);
                Contribution {
                    block: blocks[self.tfidf.block_of(column)].to_string(),
                    term: names.get(name).map(|(_, name)| name.clone()).unwrap_or_default(),
                    value,
                    log_odds: f64::from(value) * project(&weights),
                }
            })
            .collect();
        contributions.sort_by(|a, b| {
            b.log_odds.abs().total_cmp(&a.log_odds.abs()).then_with(|| (&a.block, &a.term).cmp(&(&b.block, &b.term)))
        });
        Explanation {
            label: self.labels[label].clone(),
            probability: prediction.probabilities[label],
            runner_up: self.labels[runner_up].clone(),
            runner_up_probability: prediction.probabilities[runner_up],
            log_odds: base + contributions.iter().map(|c| c.log_odds).sum::<f64>(),
            base,
            attribution: source.attributed.map(note),
            contributions,
        }
    }
}

fn note(attributed: &AttributedSentence) -> AttributionNote {
    AttributionNote {
        speakers: attributed.speaker_probabilities().map(|(name, p)| (name.to_string(), p)).collect(),
        speaker: attributed.speaker().map(str::to_string),
        found: attributed.found().to_string(),
        target: attributed.target().map(str::to_string),
    }
}
