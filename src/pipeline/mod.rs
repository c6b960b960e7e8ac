//! The pipeline: attribution + features + classifier + calibration. [`Pipeline::fit`] learns all of it from a corpus,
//! [`Pipeline::predict`] labels the sentences of an article. No files here.

mod compaction;
mod labeller;
mod learner;
mod params;
mod prior;
mod watch;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use compaction::{Compact, Compaction};
pub use labeller::Labeller;
pub use learner::HeldOut;
pub use params::{CalibrationMethod, PipelineParams};
pub use prior::Prior;
pub use watch::{Stage, Watch};

use crate::article::Sentence;
use crate::attribution::{self, AttributedSentence, Attribution, Sides};
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::features::{RowBuffer, TermBuffer, TermKind, TermSource, TfIdf, TfIdfParams};
use crate::logistic::{Calibration, Classifier, Convergence};
use learner::{Learned, Learner};

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
    /// What the model was before it was made smaller, where it was.
    #[serde(default)]
    pub compaction: Option<Compaction>,
}

/// The label of a sentence, how probable each label is, and whose words it reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Number of the label: the most probable one, or with class weights and no prior the one with the highest score.
    pub label: usize,
    /// Probability of each label, summing to 1.
    pub probabilities: Vec<f64>,
    /// The party whose words the sentence reports; none for the writer's own and without a sides file.
    pub speaker: Option<String>,
}

/// All that prediction needs.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The labels, sorted.
    pub labels: Vec<String>,
    /// The settings it was trained with.
    pub params: PipelineParams,
    /// Who speaks, about whom; none without a sides file.
    pub attribution: Option<Attribution>,
    /// Fitted features.
    pub tfidf: TfIdf,
    /// Fitted weights.
    pub classifier: Classifier,
    /// Scores to probabilities, the prior included.
    pub calibration: Calibration,
    /// What it was trained on.
    pub summary: TrainingSummary,
}

/// A sentence as a source of terms: its text, and what attribution found out about it.
#[derive(Debug, Clone, Copy)]
pub struct SentenceTerms<'a> {
    /// The sentence.
    pub text: &'a str,
    /// Who speaks in it, about whom.
    pub attributed: Option<&'a AttributedSentence>,
}

impl TermSource for SentenceTerms<'_> {
    fn collect(&self, kind: &TermKind, terms: &mut TermBuffer) {
        match (kind, self.attributed) {
            (TermKind::Attribution(_), Some(attributed)) => attributed.collect(kind, terms),
            _ => self.text.collect(kind, terms),
        }
    }
}

impl Pipeline {
    /// Learns from `corpus`, with a sides file who speaks as well.
    ///
    /// # Errors
    /// Fewer than two labels, settings out of range, a speaker that the sides file lacks, no term left, or a solver that fails.
    pub fn fit(params: &PipelineParams, sides: Option<Sides>, corpus: &Corpus) -> Result<Pipeline> {
        Pipeline::fit_watched(params, sides, corpus, &|_| ())
    }

    /// As [`Pipeline::fit`]; `watch` is told how far it is.
    ///
    /// # Errors
    /// As [`Pipeline::fit`].
    pub fn fit_watched(
        params: &PipelineParams,
        sides: Option<Sides>,
        corpus: &Corpus,
        watch: Watch<'_>,
    ) -> Result<Pipeline> {
        if corpus.labels.len() < 2 {
            let found = match corpus.labels.first() {
                Some(label) => format!("every sentence has the label {label:?}"),
                None => "no sentence".to_string(),
            };
            return Err(Error::data(found, "a model needs sentences of at least two labels"));
        }
        let prior = params.prior.shares(&corpus.labels)?;
        let blocks = params.blocks(if sides.is_some() { attribution::blocks() } else { Vec::new() })?;
        let (attribution, attributed) = match sides {
            Some(sides) => {
                watch(Stage::Speakers);
                let (attribution, attributed) = Attribution::fit(sides, corpus)?;
                (Some(attribution), attributed)
            }
            None => (None, Vec::new()),
        };
        watch(Stage::Features);
        let rows = terms(&corpus.sentences, &attributed);
        let tfidf = TfIdf::fit(&TfIdfParams { blocks, max_features: params.max_features }, &rows)?;
        let matrix = tfidf.transform(&rows);
        drop(rows);
        let learner = Learner { params, corpus, attributed: &attributed, tfidf: &tfidf, matrix: &matrix, watch };
        let Learned { tfidf: small, classifier, convergence, mut calibration, held_out, compaction } = learner.fit()?;
        let tfidf = small.unwrap_or(tfidf);
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
            compaction,
        };
        let (labels, params) = (corpus.labels.clone(), params.clone());
        Ok(Pipeline { labels, params, attribution, tfidf, classifier, calibration, summary })
    }

    /// Labels the sentences of one article, in order.
    pub fn predict(&self, article: &[Sentence]) -> Vec<Prediction> {
        let attributed = self.attribute(article);
        let mut predictions = Vec::with_capacity(article.len());
        self.tfidf.rows(&terms(article, &attributed), |row| {
            let speaker = attributed.get(predictions.len()).and_then(AttributedSentence::speaker).map(str::to_string);
            predictions.push(Prediction { speaker, ..self.decide(row) });
        });
        predictions
    }

    /// Labels all sentences of a corpus, article by article, in parallel; in the order of the corpus.
    pub fn predict_corpus(&self, corpus: &Corpus) -> Vec<Prediction> {
        self.predict_corpus_watched(corpus, &|_| ())
    }

    /// As [`Pipeline::predict_corpus`]; `done` is told how many more sentences have been labelled.
    pub fn predict_corpus_watched(&self, corpus: &Corpus, done: &(dyn Fn(usize) + Sync)) -> Vec<Prediction> {
        let articles: Vec<std::ops::Range<usize>> = corpus.articles().collect();
        let predict = |article: std::ops::Range<usize>| {
            let predictions = self.predict(&corpus.sentences[article]);
            done(predictions.len());
            predictions
        };
        let predicted: Vec<Vec<Prediction>> = articles.into_par_iter().map(predict).collect();
        predicted.into_iter().flatten().collect()
    }

    /// Who speaks in each sentence of an article; empty without a sides file.
    pub fn attribute(&self, article: &[Sentence]) -> Vec<AttributedSentence> {
        self.attribution.as_ref().map_or_else(Vec::new, |attribution| attribution.analyse(article))
    }

    /// Names of all columns, found by reading the sentences of a corpus again.
    pub fn term_names(&self, corpus: &Corpus) -> Vec<String> {
        let attributed: Vec<AttributedSentence> =
            corpus.articles().flat_map(|article| self.attribute(&corpus.sentences[article])).collect();
        self.tfidf.names(&terms(&corpus.sentences, &attributed))
    }

    /// Label and probabilities of a finished row.
    pub(crate) fn decide(&self, row: &RowBuffer) -> Prediction {
        let mut probabilities = vec![0.0; self.labels.len()];
        self.classifier.scores(row.iter().copied(), &mut probabilities);
        let label = self.params.decide(&self.calibration, &mut probabilities);
        Prediction { label, probabilities, speaker: None }
    }
}

/// Sentences as sources of terms; `attributed` has one entry a sentence or none at all.
pub(crate) fn terms<'a>(sentences: &'a [Sentence], attributed: &'a [AttributedSentence]) -> Vec<SentenceTerms<'a>> {
    sentences
        .iter()
        .enumerate()
        .map(|(index, sentence)| SentenceTerms { text: &sentence.text, attributed: attributed.get(index) })
        .collect()
}
