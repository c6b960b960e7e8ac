//! `stance cv`: grouped, stratified cross-validation.

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use stance::corpus::Corpus;
use stance::cross_validation;
use stance::error::Error;
use stance::metrics::Evaluation;
use stance::report::{evaluation_csv, evaluation_json, evaluation_text};

use super::Outcome;
use super::args::{ColumnArgs, in_data};
use super::terminal::{Notes, colour};
use super::train::Settings;

/// Cross-validate: every sentence is predicted by a model that has not seen its article
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  stance cv labelled.csv --folds 10 --char-ngrams 3..5")]
pub(crate) struct Args {
    /// Labelled CSV files: columns text and label, and where known article, position, paragraph, speaker, weight
    #[arg(required = true, value_name = "DATA.csv")]
    data: Vec<PathBuf>,
    /// Number of folds; articles are kept whole and the shares of labels alike
    #[arg(long, value_name = "N", default_value_t = 5)]
    folds: usize,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    columns: ColumnArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
}

pub(crate) fn run(args: &Args, notes: &Notes) -> Outcome {
    if args.folds < 2 {
        return Err(Error::usage(format!("--folds {}", args.folds), "expected at least 2").into());
    }
    let corpus = Corpus::read(&args.data, &args.columns.columns())?;
    let sides = args.settings.sides()?;
    let params = args.settings.params(sides.as_ref());
    let sides = sides.filter(|_| args.settings.attributes());
    let progress = notes.progress("cross-validating");
    let predictions = cross_validation::predict(&params, sides.as_ref(), &corpus, args.folds)
        .map_err(|error| in_data(error, &args.data))?;
    drop(progress);

    let predicted: Vec<Option<u32>> = predictions.iter().map(|p| Some(p.label as u32)).collect();
    let probabilities: Vec<f64> = predictions.into_iter().flat_map(|p| p.probabilities).collect();
    let evaluation = Evaluation::new(
        &corpus.labels,
        &corpus.label,
        &predicted,
        Some(&probabilities),
        &corpus.article_of(),
        params.seed,
    )?;
    let text = match args.format {
        Format::Text => evaluation_text(&evaluation, colour()),
        Format::Json => evaluation_json(&evaluation, None, None)?,
        Format::Csv => evaluation_csv(&evaluation, true),
    };
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}
