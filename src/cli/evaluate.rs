//! `stance evaluate`: an accuracy report on labelled sentences.

use std::path::PathBuf;

use clap::ValueEnum;
use stance::corpus::Corpus;
use stance::error::{Error, Result, hint};
use stance::metrics::{Bootstrap, Comparison, Evaluation, Unit};
use stance::model_file::{self, Model};
use stance::report::{
    DataFile, EvaluationPage, Provenance, comparison_text, evaluation_csv, evaluation_json, evaluation_text,
};

use super::Outcome;
use super::args::{DataArgs, ModelArg, check_probability, load_model};
use super::evaluate_page::{Measured, today};
use super::exit::Failure;
use super::progress::{Amount, Progress};
use super::sink::Sink;
use super::terminal::{Notes, colour};

/// Measure a model on labelled sentences: figures with intervals, confusion matrix, calibration
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stance evaluate data/test.csv
  stance evaluate -f html -o report.html data/test.csv
  stance evaluate --min-macro-f1 0.6 data/test.csv    exit 5 where it is missed
  stance train data/train.csv -o words.safetensors    another model …
  stance evaluate --baseline words.safetensors data/test.csv    … and the two")]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the report here instead of standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Also compare with this model file, sentence by sentence: is the difference more than chance?
    #[arg(long, value_name = "MODEL")]
    baseline: Option<PathBuf>,
    /// Exit with code 5 where macro-F1 is below X, from 0 to 1: a gate for scripts
    #[arg(long, value_name = "X")]
    min_macro_f1: Option<f64>,
    /// Leave a sentence without a label where the most probable one is below P, from 0 to 1; it then counts as missed
    #[arg(long, value_name = "P", default_value_t = 0.0)]
    min_probability: f64,
    /// What intervals resample: whole articles, or sentences one by one
    #[arg(long, value_enum, default_value_t = Group::Article)]
    group: Group,
    /// Seed of the intervals, any whole number from 0
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// In CSV, leave cells that begin like a formula (= + - @) as they are, not made harmless by a leading '
    #[arg(long)]
    no_formula_guard: bool,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
    Html,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Group {
    Article,
    Sentence,
}

impl Args {
    /// How intervals are drawn.
    fn bootstrap(&self) -> Bootstrap {
        let unit = match self.group {
            Group::Article => Unit::Article,
            Group::Sentence => Unit::Sentence,
        };
        Bootstrap { seed: self.seed, unit, ..Bootstrap::default() }
    }
}

pub(crate) fn run(args: &Args, notes: &Notes) -> Outcome {
    check_probability(args.min_probability)?;
    if let Some(least) = args.min_macro_f1.filter(|least| !(0.0..=1.0).contains(least)) {
        return Err(Error::usage(format!("--min-macro-f1 {least}"), "expected a figure from 0 to 1").into());
    }
    let sink = Sink::open(&args.output)?;
    let model = args.model.load()?;
    let baseline = args.baseline.as_deref().map(|path| load_model(Some(path))).transpose()?;
    let corpus = args.data.read()?;
    let gold = gold_classes(model, &corpus, &args.data)?;

    let labels = &model.pipeline.labels;
    let n_models = if baseline.is_some() { 2 } else { 1 };
    let progress = notes.progress("labelling", Amount::Sentences(Some((corpus.len() * n_models) as u64)));
    let (predicted, probabilities) = predict(model, &corpus, args.min_probability, &progress);
    let theirs = baseline
        .map(|other| baseline_predictions(other, &corpus, labels, args.min_probability, &progress))
        .transpose()?;
    drop(progress);

    let progress = notes.progress("drawing samples for the intervals", Amount::Uncounted);
    let (articles, bootstrap) = (corpus.article_of(), args.bootstrap());
    let evaluation = Evaluation::drawn(labels, &gold, &predicted, Some(&probabilities), &articles, bootstrap)?;
    let comparison =
        theirs.map(|theirs| Comparison::drawn(labels, &gold, &predicted, &theirs, &articles, bootstrap)).transpose()?;
    drop(progress);

    let colour = colour() && sink.is_stdout();
    let sentences: Vec<&str> = corpus.sentences.iter().map(|s| s.text.as_str()).collect();
    let provenance = provenance(args, model, baseline, &corpus);
    let text = match args.format {
        Format::Text => {
            let mut text = evaluation_text(&evaluation, colour);
            if let Some(comparison) = &comparison {
                text += "\n";
                text += &comparison_text(comparison, &sentences, colour);
            }
            text
        }
        Format::Json => evaluation_json(&evaluation, Some(&provenance), comparison.as_ref())?,
        Format::Html => {
            let provenance = Provenance { date: Some(today()?), ..provenance };
            let measured = Measured { model, corpus: &corpus, paths: &args.data.paths, gold: &gold };
            let (strongest, mistakes) = (measured.strongest(), measured.mistakes(&predicted, &probabilities));
            EvaluationPage {
                evaluation: &evaluation,
                provenance: &provenance,
                comparison: comparison.as_ref(),
                sentences: &sentences,
                strongest: &strongest,
                mistakes: &mistakes,
            }
            .render()?
        }
        Format::Csv => evaluation_csv(&evaluation, !args.no_formula_guard),
    };
    sink.write_text(&text)?;
    match (args.min_macro_f1, evaluation.headline.macro_f1.value) {
        (Some(least), Some(value)) if value < least => {
            Err(Failure::Gate(format!("macro-F1 {value:.4} is below --min-macro-f1 {least}")))
        }
        _ => Ok(()),
    }
}

/// Gold labels as class numbers of the model.
fn gold_classes(model: &Model, corpus: &Corpus, data: &DataArgs) -> Result<Vec<u32>> {
    let labels = &model.pipeline.labels;
    let classes: Vec<Option<u32>> =
        corpus.labels.iter().map(|label| labels.iter().position(|known| known == label).map(|i| i as u32)).collect();
    corpus
        .label
        .iter()
        .zip(&corpus.place)
        .map(|(&label, &(file, line))| {
            classes[label as usize].ok_or_else(|| {
                let name = &corpus.labels[label as usize];
                let hint = hint(name, labels.iter().map(String::as_str));
                let advice = format!("{hint}the model knows {}", labels.join(", "));
                let error = Error::data(format!("the model lacks the label {name:?}"), advice);
                error.at(&data.paths[file as usize]).line(line).column(data.label_column())
            })
        })
        .collect()
}

/// Predicted classes, absent below the threshold, and all probabilities row by row.
fn predict(model: &Model, corpus: &Corpus, min_probability: f64, progress: &Progress) -> (Vec<Option<u32>>, Vec<f64>) {
    let (mut classes, mut probabilities) = (Vec::new(), Vec::new());
    for prediction in model.pipeline.predict_corpus_watched(corpus, &|n| progress.advance(n)) {
        let sure = prediction.probabilities[prediction.label] >= min_probability;
        classes.push(sure.then_some(prediction.label as u32));
        probabilities.extend(prediction.probabilities);
    }
    (classes, probabilities)
}

/// The other model's predictions as class numbers of ours.
fn baseline_predictions(
    other: &Model,
    corpus: &Corpus,
    labels: &[String],
    min_probability: f64,
    progress: &Progress,
) -> Result<Vec<Option<u32>>> {
    if other.pipeline.labels != labels {
        return Err(Error::usage(
            format!("the baseline labels {}", other.pipeline.labels.join(", ")),
            format!("the model labels {}: compare models of one label set", labels.join(", ")),
        ));
    }
    Ok(predict(other, corpus, min_probability, progress).0)
}

fn provenance(args: &Args, model: &Model, baseline: Option<&Model>, corpus: &Corpus) -> Provenance {
    let describe = |(path, file): (&PathBuf, &model_file::DataFile)| DataFile {
        name: path.display().to_string(),
        checksum: file.checksum.clone(),
    };
    let data = args.data.paths.iter().zip(&corpus.files).map(describe).collect();
    let other = args.baseline.as_ref().zip(baseline);
    let baseline =
        other.map(|(path, model)| DataFile { name: path.display().to_string(), checksum: model.checksum.clone() });
    Provenance { baseline, data, ..args.model.provenance(model) }
}
