//! Labelled sentences in, rows out: CSV, JSONL, one label a line, a table for a terminal.
//!
//! CSV and JSONL hold `article,position,start,end,text,label,probability`, one `p_<label>` a label and `speaker`; then the
//! columns of the input that have other names. `start` and `end` are bytes of the input. A sentence that stays
//! unlabelled has an empty label (`null` in JSON) and the probability of its likeliest one.

mod csv;
mod jsonl;
mod table;

use crate::article::Sentence;
use crate::input::Record;
use crate::pipeline::Prediction;

pub use csv::PredictionCsv;
pub(super) use csv::push_cell;
pub use jsonl::prediction_json;
pub use table::{prediction_table, visible};

/// One sentence with all that is said about it.
#[derive(Debug, Clone, Copy)]
pub struct LabelledSentence<'a> {
    /// Name of the article; empty for a sentence on its own.
    pub article: &'a str,
    /// The sentence.
    pub sentence: &'a Sentence,
    /// Probabilities and label.
    pub prediction: &'a Prediction,
    /// Whether the label is probable enough to be given.
    pub labelled: bool,
    /// The side or party whose words it reports.
    pub speaker: Option<&'a str>,
    /// The row of the input that it comes from.
    pub record: Option<&'a Record>,
}

impl LabelledSentence<'_> {
    /// The label as it is printed, empty below the threshold.
    pub fn label<'l>(&self, labels: &'l [String]) -> &'l str {
        if self.labelled { &labels[self.prediction.label] } else { "" }
    }

    /// Probability of the label.
    pub fn probability(&self) -> f64 {
        self.prediction.probabilities[self.prediction.label]
    }
}

/// Decimals of a printed probability: enough that a row sums to 1 within 10⁻⁶.
const DECIMALS: usize = 7;

/// Names of our own columns, in order.
fn own_columns(labels: &[String]) -> Vec<String> {
    let before = ["article", "position", "start", "end", "text", "label", "probability"].map(String::from);
    let probabilities = labels.iter().map(|label| format!("p_{label}"));
    before.into_iter().chain(probabilities).chain(["speaker".to_string()]).collect()
}

/// Columns of the input that say again what our own say.
const SAME: [&str; 3] = ["article", "position", "text"];

/// Name under which a column of the input is kept: its own, or with `input_` before it where the name is taken. A name that
/// begins so already gets one more, so that no two columns end up with one name.
fn kept_name(name: &str, own: &[String]) -> Option<String> {
    let plain = name.trim_start_matches("input_");
    match name {
        _ if SAME.contains(&name) => None,
        _ if !SAME.contains(&plain) && own.iter().any(|column| column == plain) => Some(format!("input_{name}")),
        _ => Some(name.to_string()),
    }
}
