//! The usual way through `predict`: documents in, rows or pages out, in the order of the inputs.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rayon::prelude::*;
use stance::error::Error;
use stance::input::{self, Document, InRowOrder, InputFormat, ReadOptions};
use stance::pipeline::{Pipeline, Prediction};
use stance::report::predictions::LabelledSentence;

use super::Outcome;
use super::progress::Progress;
use super::read_ahead::ReadAhead;
use super::sink::Sink;
use super::writer::Writer;

/// Bytes of documents that are read ahead while others are labelled: a bound on memory, not on results.
const AHEAD: usize = 16 << 20;
/// What a sentence counts for at least: a prediction is longer than a short one.
const SENTENCE: usize = 4 << 10;

/// Labels documents as they come and writes their sentences in the order of the input.
pub(super) struct DocumentLabels<'a> {
    pub pipeline: &'a Pipeline,
    /// Below it a sentence gets no label.
    pub min_probability: f64,
    pub writer: Writer<'a>,
    pub sink: &'a mut Sink,
    pub progress: Progress,
    /// Whether progress counts bytes of the inputs, not sentences.
    pub counts_bytes: bool,
}

/// Rows of one input that wait for those before them: a document and the first of its sentences in the row.
type WaitingRows = InRowOrder<(usize, Rc<LabelledDocument>)>;

/// A document with its predictions.
struct LabelledDocument {
    document: Document,
    predictions: Vec<Prediction>,
}

impl DocumentLabels<'_> {
    /// Labels all inputs. One thread reads them, one after the other, while documents of several are labelled together.
    pub fn label_all(mut self, inputs: &[PathBuf], options: &ReadOptions) -> Outcome {
        let (paths, options) = (inputs.to_vec(), options.clone());
        let format = options.format;
        let ahead = ReadAhead::start(AHEAD, move |inbox| {
            for (number, path) in paths.iter().enumerate() {
                let mut put = |document: Document| {
                    let size = document.bytes().max(document.article.sentences.len() * SENTENCE);
                    inbox.put((number, document), size)
                };
                let read = input::open(path).and_then(|input| input::read_documents(path, input, &options, &mut put));
                read.map_err(|error| placed(error, path))?;
            }
            Ok(())
        })?;
        let (mut current, mut waiting) = (0, WaitingRows::default());
        loop {
            let batch = ahead.take()?;
            if batch.is_empty() {
                break;
            }
            for (number, document) in self.label(batch) {
                if number != current {
                    (current, waiting) = (number, WaitingRows::default());
                }
                self.write_in_order(document, &inputs[number], format, &mut waiting)?;
            }
            if ahead.must_wait() {
                // Somebody may be waiting at the other end of a pipe.
                self.sink.flush().map_err(|error| self.sink.failure(error))?;
            }
        }
        self.writer.finish(self.sink)?.map_err(|error| self.sink.failure(error))
    }

    /// Labels documents, each with the number of its input.
    fn label(&self, batch: Vec<(usize, Document)>) -> Vec<(usize, LabelledDocument)> {
        let label = |(number, document): (usize, Document)| {
            let predictions = self.pipeline.predict(&document.article.sentences);
            (number, LabelledDocument { predictions, document })
        };
        let labelled: Vec<(usize, LabelledDocument)> = match batch.len() {
            // One is not worth the start of other threads.
            1 => batch.into_iter().map(label).collect(),
            _ => batch.into_par_iter().map(label).collect(),
        };
        let size = |d: &LabelledDocument| if self.counts_bytes { d.document.bytes } else { d.predictions.len() };
        self.progress.advance(labelled.iter().map(|(_, document)| size(document)).sum());
        labelled
    }

    /// Writes a document, or of an input of rows all rows whose predecessors are there. Pages hold whole articles.
    fn write_in_order(
        &mut self,
        labelled: LabelledDocument,
        path: &Path,
        format: InputFormat,
        waiting: &mut WaitingRows,
    ) -> Outcome {
        let by_row = matches!(format.resolve(path), InputFormat::Csv | InputFormat::Jsonl);
        if matches!(self.writer, Writer::Html(_)) || !by_row {
            let sentences: Vec<usize> = (0..labelled.predictions.len()).collect();
            return self.write(&labelled, &sentences, path);
        }
        let labelled = Rc::new(labelled);
        // A row that holds a whole article has several sentences, and they stay together.
        let rows = &labelled.document.rows;
        for (index, &row) in rows.iter().enumerate() {
            if index == 0 || rows[index - 1] != row {
                waiting.push(row, (index, labelled.clone()));
            }
        }
        for (first, document) in waiting {
            let rows = &document.document.rows;
            let sentences: Vec<usize> = (first..rows.len()).take_while(|&i| rows[i] == rows[first]).collect();
            self.write(&document, &sentences, path)?;
        }
        Ok(())
    }

    fn write(&mut self, labelled: &LabelledDocument, sentences: &[usize], path: &Path) -> Outcome {
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
        let written = self.writer.write(&sentences, &self.pipeline.labels, self.sink);
        written.map_err(|error| placed(error, path))?.map_err(|error| self.sink.failure(error))
    }
}

/// An error that names the input it is about.
fn placed(error: Error, path: &Path) -> Error {
    if error.location.path.is_none() { error.at(path) } else { error }
}
