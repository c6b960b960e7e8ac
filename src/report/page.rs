//! What all pages share: the templates, with everything escaped that is put into them, and the colours of labels.
//!
//! Colours are six, told apart with any kind of colour vision (after Okabe and Ito), and dark enough or light enough to
//! be read; the last is grey and belongs to the most frequent label. With more labels colours come again, and the name
//! of the label beside them tells.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use crate::error::{Error, Result};

/// Number of the grey: that many other colours stand before it in `palette.css`.
const GREY: usize = 5;

/// The templates, by name. Names that end in `.html` make minijinja escape all that is put in; the style sheets take nothing.
const FILES: [(&str, &str); 12] = [
    ("palette.css", include_str!("templates/palette.css")),
    ("page.css", include_str!("templates/page.css")),
    ("article.css", include_str!("templates/article.css")),
    ("evaluation.css", include_str!("templates/evaluation.css")),
    ("evaluation.html", include_str!("templates/evaluation.html")),
    ("evaluation_probabilities.html", include_str!("templates/evaluation_probabilities.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("article.html", include_str!("templates/article.html")),
    ("article_head.html", include_str!("templates/article_head.html")),
    ("article_foot.html", include_str!("templates/article_foot.html")),
    ("article_index.html", include_str!("templates/article_index.html")),
    ("explanation.html", include_str!("templates/explanation.html")),
];

/// The templates of all pages, ready to be filled.
#[derive(Debug)]
pub(super) struct Templates(Environment<'static>);

impl Templates {
    /// # Errors
    /// None in practice: the templates are part of the program.
    pub(super) fn new() -> Result<Self> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().map_err(failed)?);
        for (name, text) in FILES {
            environment.add_template(name, text).map_err(failed)?;
        }
        Ok(Templates(environment))
    }

    /// The template `name` with `view` in it. The same input gives the same bytes.
    ///
    /// # Errors
    /// None in practice: views hold what their templates ask for.
    pub(super) fn render(&self, name: &str, view: impl Serialize) -> Result<String> {
        self.0.get_template(name).and_then(|template| template.render(Serde(view))).map_err(failed)
    }
}

fn failed(error: minijinja::Error) -> Error {
    Error::data(format!("the page cannot be made: {error:#}"), "")
}

/// Which colour each label has, as a number of `palette.css`.
#[derive(Debug, Clone)]
pub(super) struct Colours<'a> {
    labels: &'a [String],
    plain: Option<usize>,
}

impl<'a> Colours<'a> {
    /// `plain` is the most frequent label, which is grey.
    pub(super) fn new(labels: &'a [String], plain: Option<usize>) -> Self {
        Colours { labels, plain }
    }

    /// Colour of the label with this number.
    pub(super) fn of(&self, label: usize) -> usize {
        match self.plain {
            Some(plain) if label == plain => GREY,
            Some(plain) if label > plain => (label - 1) % GREY,
            _ => label % GREY,
        }
    }

    /// Colour of a label by name; grey where no label has it.
    pub(super) fn named(&self, label: &str) -> usize {
        self.labels.iter().position(|known| known == label).map_or(GREY, |label| self.of(label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_label_is_grey_and_the_others_begin_with_the_first_colour() {
        let labels: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        let colours = Colours::new(&labels, Some(1));
        assert_eq!([colours.of(0), colours.of(1), colours.of(2)], [0, GREY, 1]);
        assert_eq!([colours.named("c"), colours.named("z")], [1, GREY]);
        assert_eq!(
            (0..7).map(|label| Colours::new(&labels, None).of(label)).collect::<Vec<_>>(),
            [0, 1, 2, 3, 4, 0, 1]
        );
    }
}
