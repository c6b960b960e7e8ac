//! An evaluation as one HTML page that needs nothing else: pictures are inline SVG, there is no script and no request.
//!
//! Everything that comes from outside, labels, features, sentences, names of files, is escaped by minijinja. The page is
//! laid out by `templates/evaluation.html`; [`super::evaluation_view`] says
//! what stands in it, [`super::charts`] where the marks go.

use super::Provenance;
use super::evaluation_view::View;
use super::page::Templates;
use crate::error::Result;
use crate::metrics::{Comparison, Evaluation};

/// What moved a decision.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reason {
    /// The feature, as a reader knows it.
    pub feature: String,
    /// The block that it is from; empty where that goes without saying.
    pub block: String,
    /// What it added to the log-odds of the predicted label against the gold one; below 0 it spoke for the gold one.
    pub contribution: f64,
}

/// A sentence that the model got wrong.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mistake {
    /// The sentence.
    pub text: String,
    /// Where it stands, such as article and position; may be empty.
    pub place: String,
    /// Its gold label.
    pub gold: String,
    /// The label that it was given.
    pub predicted: String,
    /// How probable the model thought that label; 0 to 1.
    pub probability: f64,
    /// What moved the decision, biggest first.
    pub reasons: Vec<Reason>,
}

/// All that stands on the page.
#[derive(Debug, Clone, Copy)]
pub struct EvaluationPage<'a> {
    /// The figures.
    pub evaluation: &'a Evaluation,
    /// What was measured on what.
    pub provenance: &'a Provenance,
    /// The model against another, where there is one.
    pub comparison: Option<&'a Comparison>,
    /// The texts of all sentences, in the order that they were compared in; an empty slice leaves the changed ones out.
    pub sentences: &'a [&'a str],
    /// For each class its strongest features with their weights, strongest first; may be empty.
    pub strongest: &'a [(String, Vec<(String, f64)>)],
    /// The most confident mistakes, most confident first; may be empty.
    pub mistakes: &'a [Mistake],
}

impl EvaluationPage<'_> {
    /// The page. The same input gives the same bytes.
    ///
    /// # Errors
    /// None in practice: the template is part of the program.
    pub fn render(&self) -> Result<String> {
        Templates::new()?.render("evaluation.html", View::of(self))
    }
}
