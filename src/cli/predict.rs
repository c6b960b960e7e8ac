//! `stance predict`: label the sentences of articles.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use rayon::prelude::*;
use stance::error::{Error, ErrorKind, Result};
use stance::input::{self, Cells, Document, InRowOrder, InputFormat, ReadOptions};
use stance::pipeline::{Pipeline, Prediction};
use stance::report::predictions::LabelledSentence;

use super::Outcome;
use super::args::{ModelArg, check_probability};
use super::exit::Failure;
use super::label_lines::BulkLabels;
use super::pages::HtmlPages;
use super::progress::{Amount, Progress};
use super::read_ahead::ReadAhead;
use super::sink::Sink;
use super::terminal::Notes;
use super::writer::Writer;

/// Bytes of documents that are read ahead while others are labelled: a bound on memory, not on results.
const AHEAD: usize = 16 << 20;
/// What a sentence counts for at least: a prediction is longer than a short one.
const SENTENCE: usize = 4 << 10;

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
        let bulk = BulkLabels { pipeline: &model.pipeline, min_probability: args.min_probability, progress };
        for path in &args.inputs {
            bulk.label(path, &args.reading.options(), &mut sink, total.is_some())?;
        }
        drop(bulk);
        return sink.finish();
    }
    let mut labeller = Labeller {
        pipeline: &model.pipeline,
        min_probability: args.min_probability,
        writer,
        sink: &mut sink,
        progress,
        counts_bytes: total.is_some(),
        failed: None,
    };
    let options = args.reading.options();
    for path in &args.inputs {
        labeller.read(path, &options)?;
    }
    let finished = labeller.writer.finish(labeller.sink)?;
    finished.map_err(|error| sink.failure(error))?;
    sink.finish()
}

/// Whether somebody may be waiting for answers to the first lines: standard input that is no file.
pub(super) fn waits_for_answers(path: &Path) -> bool {
    path == Path::new("-") && !stdin_is_file()
}

/// Labels documents as they come and writes their sentences in the order of the input.
struct Labeller<'a> {
    pipeline: &'a Pipeline,
    min_probability: f64,
    writer: Writer<'a>,
    sink: &'a mut Sink,
    progress: Progress,
    /// Whether progress counts bytes of the inputs, not sentences.
    counts_bytes: bool,
    /// A write that failed, kept aside while the reader unwinds.
    failed: Option<std::io::Error>,
}

/// A document with its predictions.
struct LabelledDocument {
    document: Document,
    predictions: Vec<Prediction>,
}

impl Labeller<'_> {
    fn read(&mut self, path: &Path, options: &ReadOptions) -> std::result::Result<(), Failure> {
        let mut order = InRowOrder::default();
        // Pages hold whole articles; other outputs hold rows, in the order of the input.
        let rows = !matches!(self.writer, Writer::Html(_))
            && matches!(options.format.resolve(path), InputFormat::Csv | InputFormat::Jsonl);
        let input = input::open(path)?;
        let (name, options) = (path.to_path_buf(), options.clone());
        let ahead = ReadAhead::start(AHEAD, move |inbox| {
            input::read_documents(&name, input, &options, &mut |document: Document| {
                let size = document.bytes().max(document.article.sentences.len() * SENTENCE);
                inbox.put(document, size)
            })
        })?;
        let mut label_all = || loop {
            let batch = ahead.take()?;
            if batch.is_empty() {
                return Ok(());
            }
            self.label(batch, rows.then_some(&mut order))?;
            if ahead.must_wait() {
                // Somebody may be waiting at the other end of a pipe.
                self.flush()?;
            }
        };
        let outcome: Result<()> = label_all();
        match (self.failed.take(), outcome) {
            (Some(error), _) => Err(self.sink.failure(error)),
            (None, Err(error)) if error.location.path.is_none() => Err(error.at(path).into()),
            (None, outcome) => Ok(outcome?),
        }
    }

    /// Labels a batch of documents and writes what can be written: all of it, or with `order` the rows whose
    /// predecessors are there.
    fn label(
        &mut self,
        batch: Vec<Document>,
        order: Option<&mut InRowOrder<(usize, std::rc::Rc<LabelledDocument>)>>,
    ) -> Result<()> {
        let pipeline = self.pipeline;
        let label = |document: Document| LabelledDocument {
            predictions: pipeline.predict(&document.article.sentences),
            document,
        };
        let labelled: Vec<LabelledDocument> = match batch.len() {
            // One is not worth the start of other threads.
            1 => batch.into_iter().map(label).collect(),
            _ => batch.into_par_iter().map(label).collect(),
        };
        let size = |d: &LabelledDocument| if self.counts_bytes { d.document.bytes } else { d.predictions.len() };
        self.progress.advance(labelled.iter().map(size).sum());
        match order {
            None => {
                for document in &labelled {
                    let sentences: Vec<usize> = (0..document.predictions.len()).collect();
                    self.write(document, &sentences)?;
                }
            }
            Some(order) => {
                for document in labelled {
                    let document = std::rc::Rc::new(document);
                    // A row that holds a whole article has several sentences, and they stay together.
                    let rows = &document.document.rows;
                    for (index, &row) in rows.iter().enumerate() {
                        if index == 0 || rows[index - 1] != row {
                            order.push(row, (index, document.clone()));
                        }
                    }
                }
                for (first, document) in order.by_ref() {
                    let rows = &document.document.rows;
                    let sentences: Vec<usize> = (first..rows.len()).take_while(|&i| rows[i] == rows[first]).collect();
                    self.write(&document, &sentences)?;
                }
            }
        }
        Ok(())
    }

    fn write(&mut self, labelled: &LabelledDocument, sentences: &[usize]) -> Result<()> {
        let LabelledDocument { document, predictions } = labelled;
        let sentences: Vec<LabelledSentence<'_>> = sentences
            .iter()
            .map(|&index| {
                let prediction = &predictions[index];
                let row = document.rows[index];
                let record = document.records.binary_search_by_key(&row, |record| record.0).ok();
                LabelledSentence {
                    article: &document.article.id,
                    sentence: &document.article.sentences[index],
                    prediction,
                    labelled: prediction.probabilities[prediction.label] >= self.min_probability,
                    speaker: prediction.speaker.as_deref(),
                    record: record.map(|index| &document.records[index].1),
                }
            })
            .collect();
        let written = self.writer.write(&sentences, &self.pipeline.labels, self.sink)?;
        self.keep(written)
    }

    fn flush(&mut self) -> Result<()> {
        let flushed = self.sink.flush();
        self.keep(flushed)
    }

    /// Ends the reading where a write failed.
    fn keep(&mut self, written: std::io::Result<()>) -> Result<()> {
        written.map_err(|error| {
            self.failed = Some(error);
            Error::new(ErrorKind::Io, "output failed", "")
        })
    }
}

/// Size of all inputs together, where all are files.
fn total_bytes(inputs: &[PathBuf]) -> Option<u64> {
    let size = |path: &PathBuf| {
        let path = if path == Path::new("-") { Path::new("/dev/stdin") } else { path };
        std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len())
    };
    inputs.iter().map(size).sum()
}

/// Whether standard input is a file, where nobody waits for an answer to the first line.
fn stdin_is_file() -> bool {
    std::fs::metadata("/dev/stdin").is_ok_and(|metadata| metadata.is_file())
}
