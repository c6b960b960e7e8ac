//! The command line: one file a command, each `Args` and `run`.

mod args;
mod completions;
mod cv;
mod error_report;
mod evaluate;
mod evaluate_page;
mod exit;
mod explain;
mod info;
mod label_documents;
mod label_lines;
mod man;
mod pages;
mod predict;
mod progress;
mod read_ahead;
mod sink;
mod terminal;
mod train;
mod train_summary;
mod writer;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub(crate) use exit::Outcome;

/// Label every sentence of news articles about a dispute: the one side's claim, the other side's rebuttal, or neutral.
///
/// A model for the dispute between the United States and Pakistan is part of the program; `train` learns others, with
/// any labels, from a CSV of labelled sentences.
#[derive(Debug, Parser)]
#[command(name = "stance", version, propagate_version = true, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Threads to use; 0 for one a core. Results do not depend on it
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Say nothing on standard error but errors
    #[arg(short, long, global = true)]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  stance predict docs/example.txt                          label its sentences
  stance explain --position 3 - < docs/example.txt         what moved a decision
  stance evaluate data/test.csv                            how good is the model
  stance train docs/tutorial/train.csv -o my.safetensors   learn another

`stance COMMAND --help` explains a command; each has an example. The files of
examples are in the repository: put your own in their place.

Exit codes:
  0    done; a reader that closed the pipe counts as done
  1    a file cannot be read or written
  2    wrong usage
  3    bad data: the message names file, line and column
  4    a bad, damaged or incompatible model file
  5    a quality gate was missed
  130  interrupted; no half-written file is left

Environment:
  NO_COLOR           where it is set, nothing is coloured
  COLUMNS            width of tables and excerpts, in columns
  SOURCE_DATE_EPOCH  date on the page of an evaluation, in seconds since 1970";

#[derive(Debug, Subcommand)]
enum Command {
    Train(train::Args),
    Predict(predict::Args),
    Evaluate(evaluate::Args),
    Explain(explain::Args),
    Cv(cv::Args),
    Info(info::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the command line and turns its outcome into an exit code.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    exit::on_interrupt();
    if cli.threads > 0 {
        // Fails only where a pool exists already, and then nothing has been asked of it yet.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(cli.threads).build_global();
    }
    let notes = terminal::Notes::new(cli.quiet);
    let outcome = match cli.command {
        Command::Train(args) => train::run(&args, &notes),
        Command::Predict(args) => predict::run(&args, &notes),
        Command::Evaluate(args) => evaluate::run(&args, &notes),
        Command::Explain(args) => explain::run(&args),
        Command::Cv(args) => cv::run(&args, &notes),
        Command::Info(args) => info::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    exit::code(outcome)
}

/// The definition of the command line, for completions and manual pages.
fn definition() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}
