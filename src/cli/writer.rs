//! Labelled sentences in, the output format out: one writer a format, each with what it keeps between articles.

use std::io::Write;

use stance::error::Result;
use stance::pipeline::Pipeline;
use stance::report::predictions::{LabelledSentence, PredictionCsv, prediction_json, prediction_table};

use super::pages::HtmlPages;
use super::predict::Format;
use super::terminal::colour;

/// The output format with its state.
pub(super) enum Writer<'a> {
    Csv(PredictionCsv),
    Jsonl,
    Label,
    Html(Box<HtmlPages<'a>>),
    Table { plain: usize, width: u16, colour: bool, first: bool },
}

impl<'a> Writer<'a> {
    /// A writer of rows. Pages are made by [`HtmlPages`].
    pub(super) fn new(format: Format, pipeline: &Pipeline, guard: bool, terminal: bool) -> Writer<'a> {
        match format {
            Format::Csv => Writer::Csv(PredictionCsv::new(&pipeline.labels, guard)),
            Format::Jsonl => Writer::Jsonl,
            Format::Label => Writer::Label,
            Format::Table | Format::Html => {
                let plain = usual_label(pipeline);
                Writer::Table { plain, width: super::terminal::width(), colour: terminal && colour(), first: true }
            }
        }
    }

    /// Writes the sentences, which stand together. The inner result is that of `out`.
    pub(super) fn write(
        &mut self,
        sentences: &[LabelledSentence<'_>],
        labels: &[String],
        out: &mut dyn Write,
    ) -> Result<std::io::Result<()>> {
        match self {
            Writer::Csv(csv) => {
                for sentence in sentences {
                    if let Err(error) = csv.write(sentence, out)? {
                        return Ok(Err(error));
                    }
                }
                Ok(Ok(()))
            }
            Writer::Jsonl => {
                Ok(sentences.iter().try_for_each(|s| out.write_all(prediction_json(s, labels).as_bytes())))
            }
            Writer::Label => Ok(sentences.iter().try_for_each(|s| {
                out.write_all(s.label(labels).as_bytes())?;
                out.write_all(b"\n")
            })),
            Writer::Html(pages) => {
                pages.write(sentences)?;
                Ok(Ok(()))
            }
            Writer::Table { plain, width, colour, first } => {
                let gap = if std::mem::take(first) { "" } else { "\n" };
                let table = prediction_table(sentences, labels, *plain, *width, *colour);
                Ok(out.write_all((gap.to_string() + &table).as_bytes()))
            }
        }
    }

    /// Writes what is still held.
    pub(super) fn finish(&mut self, out: &mut dyn Write) -> Result<std::io::Result<()>> {
        match self {
            Writer::Csv(csv) => Ok(csv.finish(out)),
            Writer::Html(pages) => pages.finish(out),
            _ => Ok(Ok(())),
        }
    }
}

/// Number of the label that most training sentences have.
pub(super) fn usual_label(pipeline: &Pipeline) -> usize {
    let counts = &pipeline.summary.label_counts;
    (0..counts.len()).max_by_key(|&class| counts[class]).unwrap_or(0)
}
