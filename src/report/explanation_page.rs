//! Why one sentence got its label, as a page: what each block and each term added to the log-odds.

use serde::Serialize;

use super::Provenance;
use super::format::{clean, percent, signed, signed_decimals};
use super::page::{Colours, Templates};
use super::weight_view::{WeightView, weights};
use crate::error::Result;
use crate::explanation::Explanation;

/// All that stands on the page.
#[derive(Debug, Clone, Copy)]
pub struct ExplanationPage<'a> {
    /// The sentence.
    pub text: &'a str,
    /// Why it got its label.
    pub explanation: &'a Explanation,
    /// The labels of the model.
    pub labels: &'a [String],
    /// Number of the usual label, which is set in grey.
    pub plain: usize,
    /// How many terms are shown; 0 for all.
    pub top: usize,
    /// Model and program.
    pub provenance: &'a Provenance,
}

#[derive(Serialize)]
struct View {
    text: String,
    label: String,
    colour: usize,
    probability: String,
    against: String,
    against_colour: usize,
    against_probability: String,
    log_odds: String,
    blocks: Vec<WeightView>,
    terms: Vec<WeightView>,
    others: usize,
    others_sum: String,
    model: String,
    checksum: String,
    program: String,
}

impl ExplanationPage<'_> {
    /// The page. The same input gives the same bytes.
    ///
    /// # Errors
    /// None in practice: the template is part of the program.
    pub fn render(&self) -> Result<String> {
        let ExplanationPage { text, explanation: e, labels, plain, top, provenance } = self;
        let colours = Colours::new(labels, Some(*plain));
        let shown = if *top == 0 { e.contributions.len() } else { e.contributions.len().min(*top) };
        let blocks = e.by_block();
        let several = blocks.len() > 1;
        let terms = e.contributions[..shown].iter();
        let terms = terms.map(|c| (c.term.as_str(), if several { c.block.as_str() } else { "" }, c.log_odds));
        let rest: f64 = e.contributions[shown..].iter().map(|c| c.log_odds).sum();
        Templates::new()?.render(
            "explanation.html",
            View {
                text: clean(text),
                label: clean(&e.label),
                colour: colours.named(&e.label),
                probability: percent(Some(e.probability)),
                against: clean(&e.runner_up),
                against_colour: colours.named(&e.runner_up),
                against_probability: percent(Some(e.runner_up_probability)),
                log_odds: signed(Some(e.log_odds)),
                blocks: weights(
                    std::iter::once(("before a word is read", "", e.base))
                        .chain(blocks.iter().map(|(block, sum)| (block.as_str(), "", *sum))),
                ),
                terms: weights(terms),
                others: e.contributions.len() - shown,
                others_sum: signed_decimals(rest, 2),
                model: clean(&provenance.model),
                checksum: clean(&provenance.model_checksum),
                program: clean(&provenance.program),
            },
        )
    }
}
