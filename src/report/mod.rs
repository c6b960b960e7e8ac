//! Figures in, something to read out: a terminal's text, JSON, CSV, a page. Nothing is computed here, nothing written to a file.
//!
//! * [`evaluation_text`], [`comparison_text`]: for a terminal, within 80 columns where labels are not longer than 20 characters;
//! * [`evaluation_json`]: for programs; keys in a fixed order, an undefined figure is `null`;
//! * [`evaluation_csv`]: one row a figure, an undefined one empty;
//! * [`EvaluationPage`], [`ArticlePages`], [`ExplanationPage`]: self-contained HTML pages.
//!
//! To the eye an undefined figure is `—`.

mod article_frame;
mod article_layout;
mod article_page;
mod article_view;
mod charts;
mod comparison_text;
mod comparison_view;
mod csv;
mod evaluation_html;
mod evaluation_view;
mod explanation_page;
mod format;
mod json;
mod page;
pub mod predictions;
mod provenance;
mod text;
mod weight_view;

pub use article_page::{ArticlePages, Contents, ExplainedSentence, Reasons};
pub use comparison_text::comparison_text;
pub use csv::evaluation_csv;
pub use evaluation_html::{EvaluationPage, Mistake, Reason};
pub use explanation_page::ExplanationPage;
pub use json::evaluation_json;
pub use provenance::{DataFile, Provenance};
pub use text::evaluation_text;
