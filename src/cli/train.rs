//! `stance train`: learn a model from labelled sentences.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;
use stance::attribution::Sides;
use stance::error::{Error, Result};
use stance::features::{CharBoundary, NGrams};
use stance::logistic::{ClassWeight, Solver};
use stance::model_file;
use stance::output::OutputFile;
use stance::pipeline::{CalibrationMethod, Compact, Pipeline, PipelineParams, Prior};

use super::Outcome;
use super::args::{DataArgs, parse};
use super::progress::{Amount, words};
use super::terminal::Notes;
use super::train_summary::{after, summary};

/// Learn a model from labelled sentences
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stance train docs/tutorial/train.csv -o my.safetensors
  stance train docs/tutorial/train.csv -o my.safetensors --char-ngrams 3..5
  stance train docs/tutorial/train.csv -o my.safetensors \\
    --sides docs/tutorial/fish.sides.toml --class-weight balanced")]
pub(crate) struct Args {
    /// Where to write the model
    #[arg(short, long, value_name = "MODEL")]
    output: PathBuf,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: DataArgs,
}

/// Settings of a training run, shared by `train` and `cv`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Learning")]
pub(crate) struct Settings {
    /// Sides file: who the parties are and how they speak, so that the model knows whose words it reads; docs/sides.md
    #[arg(long, value_name = "FILE.toml")]
    sides: Option<PathBuf>,
    /// With --sides: take only its prior, the shares of the labels; find no speakers
    #[arg(long, requires = "sides")]
    no_attribution: bool,
    /// Word n-grams (runs of MIN to MAX words, 1 to 10) as features; 0 for none
    /// [default: 1..2; with --sides none, since its masked words take their place]
    #[arg(long, value_name = "MIN..MAX", value_parser = n_grams)]
    word_ngrams: Option<NGramsOrNone>,
    /// Character n-grams (runs of MIN to MAX letters, 1 to 10) as features, such as 3..5; 0 for none
    #[arg(long, value_name = "MIN..MAX", default_value = "0", value_parser = n_grams)]
    char_ngrams: NGramsOrNone,
    /// Where character n-grams begin and end
    #[arg(long, value_enum, default_value_t = Boundary::Word)]
    char_boundary: Boundary,
    /// Drop word and character n-grams that stand in fewer than N sentences, at least 1
    #[arg(long, value_name = "N", default_value_t = 2)]
    min_df: u32,
    /// Keep at most this many terms a block, the most frequent, at least 1 [default: all]
    #[arg(long, value_name = "N")]
    max_features: Option<usize>,
    /// Leave out this block of features, by its name in the line `features` of the summary; may be given again
    #[arg(long, value_name = "BLOCK")]
    without: Vec<String>,
    /// How closely to fit the training data, above 0: the inverse strength of the L2 penalty, as in scikit-learn
    #[arg(long, value_name = "C", default_value_t = 1.0)]
    c: f64,
    /// Weight of each label in training
    #[arg(long, value_enum, default_value_t = Weight::None)]
    class_weight: Weight,
    /// Shares of the labels where the model will be used: empirical (as in the data), balanced or LABEL=SHARE,…
    /// [default: those of the sides file, else empirical]
    #[arg(long, value_name = "PRIOR", value_parser = parse::<Prior>)]
    prior: Option<Prior>,
    /// How probabilities are made honest, by sentences that the model has not seen
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    calibration: Method,
    /// Which solver finds the weights
    #[arg(long, value_enum, default_value_t = SolverName::Sparse)]
    solver: SolverName,
    /// Most iterations of the solver, at least 1; a warning says so where they do not suffice
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_iterations: u64,
    /// Stop when the norm of the scaled gradient is below this, above 0
    #[arg(long, value_name = "NORM", default_value_t = 1e-3)]
    tolerance: f64,
    /// Make the model smaller: drop the terms that hardly move any score, together at most 0.2 % of the scores' variance,
    /// and keep weights in 16 bits; the summary says what it cost
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = CompactArg::Auto)]
    compact: CompactArg,
    /// Seed of the draw of folds or hold-out, and in cv of the intervals; any whole number from 0
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
}

/// `0` on the command line is no block.
#[derive(Debug, Clone, Copy)]
struct NGramsOrNone(Option<NGrams>);

fn n_grams(text: &str) -> std::result::Result<NGramsOrNone, String> {
    if text == "0" || text == "none" { Ok(NGramsOrNone(None)) } else { parse(text).map(|n| NGramsOrNone(Some(n))) }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Boundary {
    /// Inside one word, like scikit-learn's char_wb
    Word,
    /// Anywhere, like scikit-learn's char
    Sentence,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Weight {
    /// Every sentence counts as it is
    None,
    /// Rare labels count more: each label weighs the same
    Balanced,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Method {
    /// Folds below 20,000 sentences, holdout from there on, none below three articles
    Auto,
    /// Five folds of whole articles; the model itself learns from all sentences
    Folds,
    /// 2 % of the articles are kept back
    Holdout,
    /// Probabilities as the model has them, mostly too sure
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SolverName {
    /// Ours, for data of any size
    Sparse,
    /// linfa-logistic on a dense matrix, for small data
    Linfa,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CompactArg {
    /// Above 500,000 terms
    Auto,
    /// Whatever the size
    Always,
    /// Never
    Never,
}

impl Settings {
    /// Reads the sides file, if one is named.
    pub(crate) fn sides(&self) -> Result<Option<Sides>> {
        self.sides.as_deref().map(Sides::read).transpose()
    }

    /// Whether the model is to know who speaks.
    pub(crate) fn attributes(&self) -> bool {
        self.sides.is_some() && !self.no_attribution
    }

    pub(crate) fn params(&self, sides: Option<&Sides>) -> PipelineParams {
        let usual = if self.attributes() { None } else { Some(NGrams { min: 1, max: 2 }) };
        PipelineParams {
            word_ngrams: self.word_ngrams.map_or(usual, |n| n.0),
            char_ngrams: self.char_ngrams.0,
            char_boundary: match self.char_boundary {
                Boundary::Word => CharBoundary::Word,
                Boundary::Sentence => CharBoundary::Sentence,
            },
            min_df: self.min_df,
            max_features: self.max_features,
            c: self.c,
            class_weight: match self.class_weight {
                Weight::None => ClassWeight::None,
                Weight::Balanced => ClassWeight::Balanced,
            },
            solver: match self.solver {
                SolverName::Sparse => Solver::Sparse,
                SolverName::Linfa => Solver::Linfa,
            },
            max_iterations: self.max_iterations,
            tolerance: self.tolerance,
            calibration: match self.calibration {
                Method::Auto => CalibrationMethod::Auto,
                Method::Folds => CalibrationMethod::Folds,
                Method::Holdout => CalibrationMethod::Holdout,
                Method::None => CalibrationMethod::None,
            },
            prior: match (&self.prior, sides.and_then(Sides::prior)) {
                (Some(prior), _) => prior.clone(),
                (None, Some(shares)) => Prior::Shares(shares.clone().into_iter().collect()),
                (None, None) => Prior::Empirical,
            },
            compact: match self.compact {
                CompactArg::Auto => Compact::Auto,
                CompactArg::Always => Compact::Always,
                CompactArg::Never => Compact::Never,
            },
            without: self.without.clone(),
            seed: self.seed,
        }
    }
}

pub(crate) fn run(args: &Args, notes: &Notes) -> Outcome {
    let started = Instant::now();
    if args.output == Path::new("-") {
        return Err(Error::usage("--output -", "name a file: the summary goes to standard output").into());
    }
    // Before the long work: can the model be written at all?
    let file = OutputFile::create(&args.output)?;
    let sides = args.settings.sides()?;
    let progress = notes.progress("reading", Amount::Uncounted);
    let corpus = args.data.read()?;
    let params = args.settings.params(sides.as_ref());
    let watch = |stage| progress.say(words(stage));
    let pipeline = Pipeline::fit_watched(&params, sides.filter(|_| args.settings.attributes()), &corpus, &watch)
        .map_err(|error| args.data.blame(error))?;
    progress.say("writing");
    let names = model_file::keeps_names(&pipeline).then(|| pipeline.term_names(&corpus));
    let bytes = model_file::to_bytes(&pipeline, names.as_deref(), &corpus.files)?;
    model_file::save(file, &args.output, &bytes)?;
    drop(progress);

    let convergence = &pipeline.summary.convergence;
    if !convergence.converged {
        // A solver that stops by itself has found no better point; how many iterations linfa took is not known.
        let by_itself = (1..args.settings.max_iterations).contains(&convergence.iterations);
        let advice = if by_itself { "rounding lets it come no nearer" } else { "raise --max-iterations" };
        notes.warning(&format!(
            "the solver stopped{} with a gradient norm of {:.1e}, above --tolerance {:.1e}; {advice}",
            after(convergence),
            convergence.gradient_norm,
            args.settings.tolerance
        ));
    }
    let summary = summary(&pipeline, bytes.len(), &args.output.display().to_string(), started.elapsed().as_secs_f64());
    Ok(std::io::stdout().write_all(summary.as_bytes())?)
}
