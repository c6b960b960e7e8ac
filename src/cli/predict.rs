//! `stance predict`: label the sentences of articles.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use stance::input::{Cells, InputFormat, ReadOptions};

use super::Outcome;
use super::args::{ModelArg, check_probability};
use super::label_documents::DocumentLabels;
use super::label_lines::BulkLabels;
use super::pages::HtmlPages;
use super::progress::{Amount, Progress};
use super::sink::Sink;
use super::terminal::Notes;
use super::writer::Writer;

/// Label the sentences of articles
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  stance predict docs/example.txt
  stance predict data/test.csv -o predictions.csv
  stance predict docs/example.txt -f html -o article.html
  stance predict docs/*.txt -f html -o pages/    a page an article, and an index
  cat docs/example.txt | stance predict --input-format lines -f label -")]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
    /// Articles or tables of sentences; `-` is standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Output format [default: table on a terminal, csv elsewhere]
    #[arg(short, long, value_enum)]
    format: Option<Format>,
    /// Write here instead of standard output; with -f html a folder (`pages/`) gets one page an article and an index
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Leave a sentence without a label where the most probable one is below P, from 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0)]
    min_probability: f64,
    #[command(flatten)]
    reading: ReadArgs,
    /// In CSV, leave cells that begin like a formula (= + - @) as they are, not made harmless by a leading '
    #[arg(long)]
    no_formula_guard: bool,
}

/// How inputs are read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input")]
struct ReadArgs {
    /// Shape of the inputs: text or html, an article a file; lines, a sentence a line; csv or jsonl, a table; auto goes by
    /// extension
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_parser = input_format())]
    input_format: InputFormat,
    /// What a text cell of CSV or JSONL holds: one sentence, or an article to be cut into sentences
    #[arg(long, value_enum, default_value_t = CellsArg::Sentence)]
    cells: CellsArg,
    /// In CSV and JSONL, the rows of each article stand together: label it as soon as it ends, in little memory
    #[arg(long)]
    contiguous: bool,
    /// Column or key that holds the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_column: String,
    /// Column or key that names the article
    #[arg(long, value_name = "NAME", default_value = "article")]
    article_column: String,
    /// Column or key that holds the order of the sentence in its article
    #[arg(long, value_name = "NAME", default_value = "position")]
    position_column: String,
    /// Longest sentence that is read, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20)]
    max_sentence_bytes: usize,
    /// Largest article that is read, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    max_article_bytes: usize,
}

/// What comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Table,
    Csv,
    Jsonl,
    Label,
    Html,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CellsArg {
    Sentence,
    Article,
}

/// Reads a format, and tells completions and help which there are.
fn input_format() -> impl TypedValueParser<Value = InputFormat> {
    PossibleValuesParser::new(InputFormat::names()).try_map(|name| name.parse::<InputFormat>())
}

impl ReadArgs {
    fn options(&self) -> ReadOptions {
        ReadOptions {
            format: self.input_format,
            text_column: self.text_column.clone(),
            article_column: self.article_column.clone(),
            position_column: self.position_column.clone(),
            cells: match self.cells {
                CellsArg::Sentence => Cells::Sentence,
                CellsArg::Article => Cells::Article,
            },
            contiguous: self.contiguous,
            max_sentence_bytes: self.max_sentence_bytes,
            max_article_bytes: self.max_article_bytes,
            ..ReadOptions::default()
        }
    }
}

pub(crate) fn run(args: &Args, notes: &Notes) -> Outcome {
    check_probability(args.min_probability)?;
    let html = args.format == Some(Format::Html);
    let mut sink = if html { Sink::open_pages(&args.output)? } else { Sink::open(&args.output)? };
    let terminal = sink.is_stdout() && std::io::stdout().is_terminal();
    let format = args.format.unwrap_or(if terminal { Format::Table } else { Format::Csv });
    let model = args.model.load()?;
    let provenance = args.model.provenance(model);
    let writer = if html {
        Writer::Html(Box::new(HtmlPages::new(&model.pipeline, &provenance, sink.folder())?))
    } else {
        Writer::new(format, &model.pipeline, !args.no_formula_guard, terminal)
    };
    let total = total_bytes(&args.inputs);
    // On a terminal the results themselves show how far the work is.
    let progress = match total {
        _ if terminal => Progress::hidden(),
        Some(total) => notes.progress("labelling", Amount::Bytes(total)),
        None => notes.progress("labelling", Amount::Sentences(None)),
    };
    if format == Format::Label
        && args.inputs.iter().all(|path| args.reading.input_format.resolve(path) == InputFormat::Lines)
    {
        let bulk = BulkLabels::new(&model.pipeline, args.min_probability, progress, total.is_some());
        bulk.label_all(&args.inputs, &args.reading.options(), &mut sink)?;
        drop(bulk);
        return sink.finish();
    }
    let labels = DocumentLabels {
        pipeline: &model.pipeline,
        min_probability: args.min_probability,
        writer,
        sink: &mut sink,
        progress,
        counts_bytes: total.is_some(),
    };
    labels.label_all(&args.inputs, &args.reading.options())?;
    sink.finish()
}

/// Size of all inputs together, where all are files.
fn total_bytes(inputs: &[PathBuf]) -> Option<u64> {
    let size = |path: &PathBuf| {
        let path = if path == Path::new("-") { Path::new("/dev/stdin") } else { path };
        std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len())
    };
    inputs.iter().map(size).sum()
}
