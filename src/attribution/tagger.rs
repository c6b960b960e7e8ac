//! The speaker tagger: the readings of an article in, for each sentence the probability of each speaker out.
//!
//! A maximum-entropy Markov model (McCallum, Freitag and Pereira 2000): a logistic regression gives the probability of a sentence's
//! speaker from the sentence and from the state before it. A state is who spoke in the sentence before or, where that was the writer, the last
//! one who spoke. It learns from gold states and is read out by an exact forward pass, so what comes out are posteriors and not one best path.

use std::borrow::Cow;

use linfa::ParamGuard;
use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;

use super::reading::ReadArticle;
use super::sides::Sides;
use super::speaker_terms::{Terms, local, transition};
use crate::error::{Error, Result};
use crate::features::{FeatureMatrix, RowBuffer, Vocabulary};
use crate::logistic::{Classifier, LogisticParams, softmax};
use crate::storage::Values;

/// Inverse strength of the penalty. Chosen by cross-validation over articles.
const C: f64 = 0.1;
/// Terms in fewer sentences are dropped.
const MIN_SENTENCES: usize = 2;

/// A fitted tagger.
#[derive(Debug, Clone)]
pub(super) struct Tagger {
    vocabulary: Vocabulary,
    classifier: Classifier,
}

/// The speakers as numbers: parties from 0, then OTHER, then NONE; and the states over them.
#[derive(Debug, Clone, Copy)]
pub(super) struct States {
    n_parties: usize,
}

impl States {
    pub fn new(sides: &Sides) -> Self {
        States { n_parties: sides.parties().len() }
    }

    pub fn n_speakers(self) -> usize {
        self.n_parties + 2
    }

    /// Number of NONE, the writer's own voice.
    pub fn writer(self) -> usize {
        self.n_parties + 1
    }

    /// Somebody speaking, or the writer with the last speaker or none so far.
    pub fn count(self) -> usize {
        2 * self.n_parties + 3
    }

    /// Before the first sentence: the writer, nobody spoke.
    pub fn start(self) -> usize {
        self.n_parties + 1
    }

    /// State after `speaker` in `state`.
    pub fn after(self, state: usize, speaker: usize) -> usize {
        if speaker != self.writer() {
            speaker
        } else if state <= self.n_parties {
            self.start() + 1 + state
        } else {
            state
        }
    }

    /// The speaker that a state remembers, plus 1; 0 for none.
    fn last(self, state: usize) -> u16 {
        (if state <= self.n_parties { state + 1 } else { state - self.start() }) as u16
    }
}

impl Tagger {
    /// Learns from articles with the gold speaker of each sentence.
    pub fn fit(sides: &Sides, articles: &[(&ReadArticle, &[usize])]) -> Result<Tagger> {
        let states = States::new(sides);
        let mut rows: Vec<Terms> = Vec::new();
        let mut targets = Vec::new();
        for (article, speakers) in articles {
            let mut state = states.start();
            for (index, &speaker) in speakers.iter().enumerate() {
                let mut terms = Terms::new();
                local(sides, article, index, &mut terms);
                transition(article, index, state as u16, states.last(state), &mut terms);
                terms.sort_unstable_by_key(|a| a.0);
                terms.dedup_by_key(|term| term.0);
                rows.push(terms);
                targets.push(speaker);
                state = states.after(state, speaker);
            }
        }
        let vocabulary = vocabulary(&rows)?;
        let mut matrix = FeatureMatrix::new(vocabulary.len());
        let mut row = RowBuffer::new();
        for terms in &rows {
            row.clear();
            row.extend(terms.iter().filter_map(|&(f, weight)| Some((vocabulary.column(f)?, weight))));
            matrix.push(&row);
        }
        let params = LogisticParams::new(states.n_speakers()).c(C).tolerance(1e-4).check()?;
        let fitted = params.fit(&DatasetBase::new(&matrix, Array1::from(targets)))?;
        Ok(Tagger { vocabulary, classifier: fitted.classifier })
    }

    /// A tagger from its parts, as a model file holds them.
    pub fn from_parts(sides: &Sides, terms: Values<u64>, weights: Values<f32>, intercepts: Vec<f64>) -> Result<Tagger> {
        let vocabulary = Vocabulary::new(terms, 0)
            .map_err(|position| Error::model(format!("terms of the speaker tagger out of order at {position}"), ""))?;
        let classifier = Classifier::new(weights, intercepts)?;
        if classifier.n_classes() != States::new(sides).n_speakers() || classifier.n_features() != vocabulary.len() {
            return Err(Error::model("a speaker tagger that does not fit its sides file", ""));
        }
        Ok(Tagger { vocabulary, classifier })
    }

    /// Fingerprints of the terms in ascending order, weights of each side by side, intercepts.
    pub fn parts(&self) -> (&[u64], Cow<'_, [f32]>, &[f64]) {
        (self.vocabulary.fingerprints(), self.classifier.weights().to_f32(), self.classifier.intercepts())
    }

    /// Probability of each speaker for each sentence, n_sentences × n_speakers, row by row.
    pub fn posteriors(&self, sides: &Sides, article: &ReadArticle) -> Vec<f32> {
        let states = States::new(sides);
        let k = states.n_speakers();
        let mut before = vec![0.0f64; states.count()];
        let mut after = before.clone();
        before[states.start()] = 1.0;
        let (mut terms, mut row) = (Terms::new(), RowBuffer::new());
        let (mut base, mut scores) = (vec![0.0; k], vec![0.0; k]);
        let mut posteriors = Vec::with_capacity(article.readings.len() * k);
        for index in 0..article.readings.len() {
            terms.clear();
            local(sides, article, index, &mut terms);
            self.columns(&terms, &mut row);
            self.classifier.scores(row.iter().copied(), &mut base);
            after.fill(0.0);
            let mut posterior = vec![0.0; k];
            for state in 0..states.count() {
                if before[state] < 1e-6 {
                    continue;
                }
                terms.clear();
                transition(article, index, state as u16, states.last(state), &mut terms);
                scores.copy_from_slice(&base);
                for &(fingerprint, weight) in &terms {
                    if let Some(column) = self.vocabulary.column(fingerprint) {
                        for (score, w) in scores.iter_mut().zip(self.classifier.weights_of(column)) {
                            *score += f64::from(weight) * f64::from(w);
                        }
                    }
                }
                softmax(&mut scores);
                for (speaker, &p) in scores.iter().enumerate() {
                    let joint = before[state] * p;
                    posterior[speaker] += joint;
                    after[states.after(state, speaker)] += joint;
                }
            }
            let sum: f64 = posterior.iter().sum();
            posteriors.extend(posterior.iter().map(|p| (p / sum) as f32));
            std::mem::swap(&mut before, &mut after);
        }
        posteriors
    }

    /// Known terms as columns in ascending order, each once.
    fn columns(&self, terms: &Terms, row: &mut RowBuffer) {
        row.clear();
        row.extend(terms.iter().filter_map(|&(f, weight)| Some((self.vocabulary.column(f)?, weight))));
        row.sort_unstable_by_key(|entry| entry.0);
        row.dedup_by_key(|entry| entry.0);
    }
}

/// Terms that stand in enough sentences. Each row has each of its terms once.
fn vocabulary(rows: &[Terms]) -> Result<Vocabulary> {
    let mut all: Vec<u64> = rows.iter().flatten().map(|term| term.0).collect();
    all.sort_unstable();
    let kept: Vec<u64> =
        all.chunk_by(|a, b| a == b).filter(|run| run.len() >= MIN_SENTENCES).map(|run| run[0]).collect();
    Vocabulary::new(Values::from(kept), 0).map_err(|_| Error::data("terms out of order", ""))
}
