//! `stance cv`: grouped, stratified cross-validation.

use std::io::Write;

use clap::ValueEnum;
use stance::cross_validation;
use stance::error::Error;
use stance::metrics::Evaluation;
use stance::report::{evaluation_csv, evaluation_json, evaluation_text};

use super::Outcome;
use super::args::DataArgs;
use super::progress::{Amount, words};
use super::terminal::{Notes, colour};
use super::train::Settings;

/// Cross-validate: every sentence is predicted by a model that has not seen its article
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stance cv docs/tutorial/train.csv --folds 10 --char-ngrams 3..5
  stance cv docs/tutorial/train.csv --sides docs/tutorial/fish.sides.toml")]
pub(crate) struct Args {
    /// Number of folds, from 2 to the number of articles; articles are kept whole and the shares of labels alike
    #[arg(long, value_name = "N", default_value_t = 5)]
    folds: usize,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: DataArgs,
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
    let corpus = args.data.read()?;
    let sides = args.settings.sides()?;
    let params = args.settings.params(sides.as_ref());
    let sides = sides.filter(|_| args.settings.attributes());
    let progress = notes.progress("cross-validating", Amount::Parts(args.folds as u64));
    let watch = |fold: usize, stage| {
        progress.part(fold);
        progress.say(format!("fold {} of {}: {}", fold + 1, args.folds, words(stage)));
    };
    let predictions = cross_validation::predict(&params, sides.as_ref(), &corpus, args.folds, &watch)
        .map_err(|error| args.data.blame(error))?;
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
