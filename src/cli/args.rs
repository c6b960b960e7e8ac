//! Arguments that several commands share.

use std::path::{Path, PathBuf};

use stance::corpus::{Columns, Corpus};
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
    pub(crate) fn load(&self) -> Result<&'static Model> {
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

/// Loads the model file at `path`, or the shipped model. It stays to the end of the process, which then need not free it
/// piece by piece.
pub(crate) fn load_model(path: Option<&Path>) -> Result<&'static Model> {
    let model = match path {
        Some(path) => model_file::load(path),
        None => stance::shipped::model(),
    }?;
    Ok(Box::leak(Box::new(model)))
}

/// Labelled data.
#[derive(Debug, clap::Args)]
pub(crate) struct DataArgs {
    /// Labelled CSV files: columns text and label, and where known article, position, paragraph, speaker, weight; `-` is
    /// standard input
    #[arg(required = true, value_name = "DATA.csv", help_heading = None)]
    pub(crate) paths: Vec<PathBuf>,
    #[command(flatten)]
    columns: ColumnArgs,
}

impl DataArgs {
    /// Reads all of it.
    pub(crate) fn read(&self) -> Result<Corpus> {
        Corpus::read(&self.paths, &self.columns.columns())
    }

    /// Name of the column that holds the label.
    pub(crate) fn label_column(&self) -> &str {
        &self.columns.label_column
    }

    /// An error about the data as a whole, such as one label only, names the file where there is one.
    pub(crate) fn blame(&self, error: Error) -> Error {
        match &self.paths[..] {
            [path] if error.kind == ErrorKind::Data && error.location.path.is_none() => error.at(path),
            _ => error,
        }
    }
}

/// Names of the columns of labelled data.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Columns")]
struct ColumnArgs {
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
    fn columns(&self) -> Columns {
        Columns {
            text: self.text_column.clone(),
            label: self.label_column.clone(),
            article: self.article_column.clone(),
            position: self.position_column.clone(),
        }
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
