//! Arguments that several commands share.

use std::path::{Path, PathBuf};

use stance::corpus::Columns;
use stance::error::{Error, ErrorKind, Result};
use stance::model_file::{self, Model};
use stance::report::Provenance;

/// Which model.
#[derive(Debug, clap::Args)]
pub(crate) struct ModelArg {
    /// Model file; the shipped model for the dispute between the United States and Pakistan where none is named
    #[arg(short, long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
}

impl ModelArg {
    /// Loads the model.
    pub(crate) fn load(&self) -> Result<Model> {
        load_model(self.model.as_deref())
    }

    /// What a report says about the loaded model and this program.
    pub(crate) fn provenance(&self, model: &Model) -> Provenance {
        Provenance {
            model: self
                .model
                .as_ref()
                .map_or_else(|| "the shipped model".to_string(), |path| path.display().to_string()),
            model_checksum: model.checksum.clone(),
            program: format!("stance {}", env!("CARGO_PKG_VERSION")),
            ..Provenance::default()
        }
    }
}

/// Loads the model file at `path`, or the shipped model.
pub(crate) fn load_model(path: Option<&Path>) -> Result<Model> {
    match path {
        Some(path) => model_file::load(path),
        None => stance::shipped::model(),
    }
}

/// Names of the columns of labelled data.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Columns")]
pub(crate) struct ColumnArgs {
    /// Column that holds the sentence
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_column: String,
    /// Column that holds the label
    #[arg(long, value_name = "NAME", default_value = "label")]
    label_column: String,
    /// Column that names the article
    #[arg(long, value_name = "NAME", default_value = "article")]
    article_column: String,
    /// Column that holds the order of the sentence in its article
    #[arg(long, value_name = "NAME", default_value = "position")]
    position_column: String,
}

impl ColumnArgs {
    pub(crate) fn columns(&self) -> Columns {
        Columns {
            text: self.text_column.clone(),
            label: self.label_column.clone(),
            article: self.article_column.clone(),
            position: self.position_column.clone(),
        }
    }
}

/// An error about labelled data as a whole, such as one label only, names the file where there is one.
pub(crate) fn in_data(error: Error, paths: &[PathBuf]) -> Error {
    match paths {
        [path] if error.kind == ErrorKind::Data && error.location.path.is_none() => error.at(path),
        _ => error,
    }
}

/// Checks `--min-probability`.
pub(crate) fn check_probability(least: f64) -> Result<()> {
    if (0.0..=1.0).contains(&least) {
        return Ok(());
    }
    Err(Error::usage(format!("--min-probability {least}"), "expected a probability from 0 to 1"))
}

/// Text as clap wants it refused.
pub(crate) fn parse<T: std::str::FromStr<Err = Error>>(text: &str) -> std::result::Result<T, String> {
    text.parse().map_err(|error: Error| error.to_string())
}
