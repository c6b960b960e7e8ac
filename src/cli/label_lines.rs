//! The quick way through `predict --input-format lines -f label`: a line in, a label out, and no document or prediction
//! is built between.

use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use stance::error::Result;
use stance::input::{self, LineChunk, LineChunks, ReadOptions};
use stance::pipeline::{Labeller, Pipeline};

use super::exit::Failure;
use super::progress::Progress;
use super::read_ahead::ReadAhead;
use super::sink::Sink;

/// Bytes that are read ahead, a thread.
const BYTES: usize = 1 << 20;

/// Writes labels of whole inputs.
pub(super) struct BulkLabels<'a> {
    pub pipeline: &'a Pipeline,
    /// Below it a sentence gets an empty line.
    pub min_probability: f64,
    pub progress: Progress,
}

/// The labels of a chunk, a line each.
struct Labelled {
    lines: Vec<u8>,
    n_sentences: usize,
    n_bytes: usize,
}

/// What makes labels, used again from chunk to chunk.
struct Labels<'a> {
    pipeline: &'a Pipeline,
    /// Each label as a line.
    lines: Vec<String>,
    /// Labellers that no thread uses at the moment; each keeps its memory.
    idle: Mutex<Vec<Labeller<'a>>>,
}

impl<'a> Labels<'a> {
    fn new(pipeline: &'a Pipeline) -> Self {
        let lines = pipeline.labels.iter().map(|label| format!("{label}\n")).collect();
        Labels { pipeline, lines, idle: Mutex::default() }
    }

    fn with_labeller(&self, label: impl FnOnce(&mut Labeller<'a>)) {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let mut labeller = idle().pop().unwrap_or_else(|| Labeller::new(self.pipeline));
        label(&mut labeller);
        idle().push(labeller);
    }
}

impl BulkLabels<'_> {
    /// Writes a label for every line of `path` that is not blank, in their order. While some chunks are labelled the next
    /// ones are read. Progress counts bytes or sentences.
    pub fn label(
        &self,
        path: &Path,
        options: &ReadOptions,
        sink: &mut Sink,
        count_bytes: bool,
    ) -> std::result::Result<(), Failure> {
        let labels = &Labels::new(self.pipeline);
        let mut chunks = LineChunks::new(path, input::open(path)?, options)?;
        let mut first = Vec::new();
        if waits_for_answers(path) {
            chunks = chunks.prompt();
        } else {
            while first.len() < 2
                && let Some(chunk) = chunks.next_chunk()?
            {
                first.push(chunk);
            }
            if first.len() < 2 {
                // Not worth the start of other threads.
                return self.label_batch(first, labels, sink, count_bytes);
            }
        }
        let ahead = ReadAhead::start(BYTES * rayon::current_num_threads(), move |inbox| {
            let put = |chunk: LineChunk| {
                let size = chunk.n_bytes();
                inbox.put(chunk, size)
            };
            first.into_iter().try_for_each(put)?;
            while let Some(chunk) = chunks.next_chunk()? {
                put(chunk)?;
            }
            Ok(())
        })?;
        loop {
            let batch = ahead.take()?;
            if batch.is_empty() {
                return Ok(());
            }
            self.label_batch(batch, labels, sink, count_bytes)?;
            if ahead.must_wait() {
                sink.flush().map_err(|error| sink.failure(error))?;
            }
        }
    }

    fn label_batch(
        &self,
        batch: Vec<LineChunk>,
        labels: &Labels<'_>,
        sink: &mut Sink,
        count_bytes: bool,
    ) -> std::result::Result<(), Failure> {
        let labelled: Vec<Result<Labelled>> = match &batch[..] {
            [only] => vec![self.label_chunk(only, labels)],
            _ => batch.par_iter().map(|chunk| self.label_chunk(chunk, labels)).collect(),
        };
        for labelled in labelled {
            let Labelled { lines, n_sentences, n_bytes } = labelled?;
            sink.write_all(&lines).map_err(|error| sink.failure(error))?;
            self.progress.advance(if count_bytes { n_bytes } else { n_sentences });
        }
        Ok(())
    }

    fn label_chunk(&self, chunk: &LineChunk, labels: &Labels<'_>) -> Result<Labelled> {
        let texts = chunk.texts()?;
        let mut lines = Vec::new();
        labels.with_labeller(|labeller| {
            labeller.label_all(&texts, |label, probability| {
                let line = if probability < self.min_probability { "\n" } else { &labels.lines[label] };
                lines.extend_from_slice(line.as_bytes());
            });
        });
        Ok(Labelled { lines, n_sentences: texts.len(), n_bytes: chunk.n_bytes() })
    }
}

/// Whether somebody may be waiting for answers to the first lines: standard input that is no file.
fn waits_for_answers(path: &Path) -> bool {
    path == Path::new("-") && !stdin_is_file()
}

/// Whether standard input is a file, where nobody waits for an answer to the first line.
fn stdin_is_file() -> bool {
    std::fs::metadata("/dev/stdin").is_ok_and(|metadata| metadata.is_file())
}
