//! Articles with labels as pages to read: each page is one file that loads nothing and runs no script.
//!
//! A page is written in pieces, so that its memory is bounded by one article: [`ArticlePages::article`] gives the piece of
//! an article with its line in the table of contents, [`ArticlePages::head`] all that stands before the articles, and
//! [`ArticlePages::foot`] what stands after. [`ArticlePages::index`] is the page beside a folder of pages.

use super::Provenance;
use super::article_frame::{FootView, HeadView};
use super::article_view::ArticleView;
use super::page::{Colours, Templates};
use super::predictions::LabelledSentence;
use crate::error::Result;
use crate::explanation::Explanation;

/// How many features the page shows for a sentence.
const SHOWN: usize = 6;

/// What moved the label of one sentence: the strongest contributions, and the sum of all others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reasons {
    /// The label that the decision is held against.
    pub against: String,
    /// What spoke for the label before a word was read, in log-odds.
    pub base: f64,
    /// The strongest contributions, strongest first: block, term, log-odds.
    pub strongest: Vec<(String, String, f64)>,
    /// How many more there are.
    pub others: usize,
    /// Their sum, in log-odds.
    pub others_sum: f64,
}

impl From<Explanation> for Reasons {
    fn from(explanation: Explanation) -> Self {
        let Explanation { runner_up, base, mut contributions, .. } = explanation;
        let rest = contributions.split_off(contributions.len().min(SHOWN));
        Reasons {
            against: runner_up,
            base,
            strongest: contributions.into_iter().map(|c| (c.block, c.term, c.log_odds)).collect(),
            others: rest.len(),
            others_sum: rest.iter().map(|c| c.log_odds).sum(),
        }
    }
}

/// A sentence with its label and what moved it.
#[derive(Debug, Clone)]
pub struct ExplainedSentence<'a> {
    /// The sentence and its label.
    pub labelled: LabelledSentence<'a>,
    /// What moved it.
    pub reasons: Reasons,
}

/// The line of an article in a table of contents.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contents {
    /// Its title, or its name where it has none.
    pub title: String,
    /// Where it stands: `#a3` on the same page, or the name of a file beside it.
    pub place: String,
    /// Sentences a label, in the order of the labels.
    pub counts: Vec<u64>,
    /// Sentences without a label.
    pub unlabelled: u64,
}

impl Contents {
    /// How many sentences there are.
    pub fn sentences(&self) -> u64 {
        self.counts.iter().sum::<u64>() + self.unlabelled
    }
}

/// Makes pages of articles that one model has labelled.
#[derive(Debug)]
pub struct ArticlePages<'a> {
    pub(super) labels: &'a [String],
    pub(super) colours: Colours<'a>,
    pub(super) plain: usize,
    pub(super) provenance: &'a Provenance,
    templates: Templates,
}

impl<'a> ArticlePages<'a> {
    /// `plain` is the usual label, which is set in grey. Of `provenance` the pages show model and program.
    ///
    /// # Errors
    /// None in practice: the templates are part of the program.
    pub fn new(labels: &'a [String], plain: usize, provenance: &'a Provenance) -> Result<Self> {
        let colours = Colours::new(labels, Some(plain));
        Ok(ArticlePages { labels, colours, plain, provenance, templates: Templates::new()? })
    }

    /// The piece of the article that is number `number` on its page, from 1. `level` is that of its title: 1 where the
    /// article is all of the page, 2 where it is one of several. Sentences without an article stand each on its own line.
    ///
    /// # Errors
    /// None in practice.
    pub fn article(
        &self,
        number: usize,
        level: u8,
        name: &str,
        sentences: &[ExplainedSentence<'_>],
    ) -> Result<(String, Contents)> {
        let (view, contents) = ArticleView::of(self, number, level, name, sentences);
        Ok((self.templates.render("article.html", view)?, contents))
    }

    /// What stands before the articles: style, legend and, for more than one, a table of contents.
    ///
    /// # Errors
    /// None in practice.
    pub fn head(&self, contents: &[Contents]) -> Result<String> {
        self.templates.render("article_head.html", HeadView::of(self, contents))
    }

    /// What stands after the articles.
    ///
    /// # Errors
    /// None in practice.
    pub fn foot(&self) -> Result<String> {
        self.templates.render("article_foot.html", FootView::of(self))
    }

    /// The page that leads to pages beside it.
    ///
    /// # Errors
    /// None in practice.
    pub fn index(&self, contents: &[Contents]) -> Result<String> {
        self.templates.render("article_index.html", HeadView::of(self, contents))
    }
}
