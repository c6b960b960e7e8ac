//! The quick way through `predict --input-format lines -f label`: a line in, a label out, and nothing is built between.

use std::io::Write;
use std::path::Path;

use rayon::prelude::*;
use stance::error::Result;
use stance::input::{self, LineChunk, LineChunks, ReadOptions};
use stance::pipeline::{Labeller, Pipeline};

use super::exit::Failure;
use super::predict::waits_for_answers;
use super::progress::Progress;
use super::sink::Sink;

/// Chunks that are labelled together, a thread.
const CHUNKS: usize = 4;

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
        let labels: Vec<String> = self.pipeline.labels.iter().map(|label| format!("{label}\n")).collect();
        let mut chunks = LineChunks::new(path, input::open(path)?, options)?;
        if waits_for_answers(path) {
            chunks = chunks.prompt();
            while let Some(chunk) = chunks.next_chunk()? {
                self.write(self.label_chunk(&chunk, &labels)?, sink, count_bytes)?;
                sink.flush().map_err(|error| sink.failure(error))?;
            }
            return Ok(());
        }
        let mut batch = read_batch(&mut chunks, 2)?;
        if let [only] = &batch[..] {
            // Not worth the start of other threads.
            return self.write(self.label_chunk(only, &labels)?, sink, count_bytes);
        }
        let n_chunks = CHUNKS * rayon::current_num_threads();
        while !batch.is_empty() {
            let mut labelled: Vec<Result<Labelled>> = Vec::new();
            // This thread reads; those of the pool label.
            let next = rayon::in_place_scope(|scope| {
                scope.spawn(|_| labelled = batch.par_iter().map(|chunk| self.label_chunk(chunk, &labels)).collect());
                read_batch(&mut chunks, n_chunks)
            });
            for chunk in labelled {
                self.write(chunk?, sink, count_bytes)?;
            }
            batch = next?;
        }
        Ok(())
    }

    fn write(&self, labelled: Labelled, sink: &mut Sink, count_bytes: bool) -> std::result::Result<(), Failure> {
        sink.write_all(&labelled.lines).map_err(|error| sink.failure(error))?;
        self.progress.advance(if count_bytes { labelled.n_bytes } else { labelled.n_sentences });
        Ok(())
    }

    fn label_chunk(&self, chunk: &LineChunk, labels: &[String]) -> Result<Labelled> {
        let mut labeller = Labeller::new(self.pipeline);
        let (mut lines, mut n_sentences) = (Vec::new(), 0);
        chunk.for_each(|text| {
            let (label, probability) = labeller.label(text);
            let line = if probability < self.min_probability { "\n" } else { &labels[label] };
            lines.extend_from_slice(line.as_bytes());
            n_sentences += 1;
        })?;
        Ok(Labelled { lines, n_sentences, n_bytes: chunk.n_bytes() })
    }
}

/// The next `n_chunks`, or those that are left.
fn read_batch(chunks: &mut LineChunks, n_chunks: usize) -> Result<Vec<LineChunk>> {
    let mut batch = Vec::new();
    while batch.len() < n_chunks {
        match chunks.next_chunk()? {
            Some(chunk) => batch.push(chunk),
            None => break,
        }
    }
    Ok(batch)
}
