//! The quick way through `predict --input-format lines -f label`: a line in, a label out, and no document or prediction
//! is built between.
//!
//! A thread cuts the inputs into chunks of lines; whoever is free takes the next one, labels it, and writes what is next in
//! order. So no thread waits for another one, but where the next chunk is not there yet.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use stance::error::Result;
use stance::input::{self, LineChunk, LineChunks, ReadOptions};
use stance::pipeline::{Labeller, Pipeline};

use super::Outcome;
use super::exit::Failure;
use super::progress::Progress;
use super::read_ahead::ReadAhead;
use super::sink::Sink;

/// Bytes that are read ahead, a thread.
const BYTES: usize = 1 << 20;

/// Chunks that are labelled or wait for their turn to be written, a thread: a bound on memory where one takes long.
const UNDER_WAY: usize = 32;

/// Labels whole inputs.
pub(super) struct BulkLabels<'a> {
    pipeline: &'a Pipeline,
    /// Each label as a line.
    labels: Vec<String>,
    /// Below it a sentence gets an empty line.
    min_probability: f64,
    progress: Progress,
    /// Whether progress counts bytes, or sentences.
    counts_bytes: bool,
}

/// The labels of a chunk, a line each.
struct Labelled {
    lines: Vec<u8>,
    n_sentences: usize,
    n_bytes: usize,
}

impl<'a> BulkLabels<'a> {
    pub fn new(pipeline: &'a Pipeline, min_probability: f64, progress: Progress, counts_bytes: bool) -> Self {
        let labels = pipeline.labels.iter().map(|label| format!("{label}\n")).collect();
        BulkLabels { pipeline, labels, min_probability, progress, counts_bytes }
    }

    /// Writes a label for every line of all inputs that is not blank, in their order.
    pub fn label_all(&self, inputs: &[PathBuf], options: &ReadOptions, sink: &mut Sink) -> Outcome {
        let mut chunks = Chunks { paths: inputs.iter().cloned().collect(), options: options.clone(), current: None };
        let mut first = Vec::new();
        if !inputs.iter().any(|path| waits_for_answers(path)) {
            let ended = loop {
                match chunks.next_chunk() {
                    Ok(Some(chunk)) => first.push(chunk),
                    ended => break Some(ended.map(|_| ())),
                }
                if first.len() == 2 {
                    break None;
                }
            };
            if let Some(ended) = ended {
                // Not worth the start of other threads.
                for chunk in first {
                    let labelled = self.label(&mut Labeller::new(self.pipeline), &chunk)?;
                    self.write(labelled, sink)?;
                }
                return Ok(ended?);
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
        let output = Mutex::new(InOrder { bulk: self, sink, next: 0, waiting: BTreeMap::new(), failure: None });
        rayon::broadcast(|_| self.work(&ahead, &output));
        output.into_inner().unwrap_or_else(PoisonError::into_inner).failure.map_or(Ok(()), Err)
    }

    /// Takes chunks and labels them, until there are no more or something fails.
    fn work(&self, ahead: &ReadAhead<LineChunk>, output: &Mutex<InOrder>) {
        // However this ends, nobody shall wait for it.
        let _leaving = ahead.leaving();
        let mut labeller = Labeller::new(self.pipeline);
        while let Some((number, chunk)) = ahead.take_next(UNDER_WAY * rayon::current_num_threads()) {
            let labelled = chunk.and_then(|chunk| self.label(&mut labeller, &chunk));
            let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
            output.put(number, labelled);
            if output.failure.is_none() && ahead.must_wait_after(output.next) {
                output.flush();
            }
            if output.failure.is_some() {
                return;
            }
        }
    }

    fn label(&self, labeller: &mut Labeller, chunk: &LineChunk) -> Result<Labelled> {
        let texts = chunk.texts()?;
        let mut lines = Vec::new();
        labeller.label_all(&texts, |label, probability| {
            let line = if probability < self.min_probability { "\n" } else { &self.labels[label] };
            lines.extend_from_slice(line.as_bytes());
        });
        Ok(Labelled { lines, n_sentences: texts.len(), n_bytes: chunk.n_bytes() })
    }

    fn write(&self, labelled: Labelled, sink: &mut Sink) -> Outcome {
        sink.write_all(&labelled.lines).map_err(|error| sink.failure(error))?;
        self.progress.advance(if self.counts_bytes { labelled.n_bytes } else { labelled.n_sentences });
        Ok(())
    }
}

/// Chunks of several inputs, one input after the other.
struct Chunks {
    paths: VecDeque<PathBuf>,
    options: ReadOptions,
    current: Option<LineChunks>,
}

impl Chunks {
    fn next_chunk(&mut self) -> Result<Option<LineChunk>> {
        loop {
            if let Some(current) = &mut self.current
                && let Some(chunk) = current.next_chunk()?
            {
                return Ok(Some(chunk));
            }
            let Some(path) = self.paths.pop_front() else { return Ok(None) };
            let chunks = LineChunks::new(&path, input::open(&path)?, &self.options)?;
            self.current = Some(if waits_for_answers(&path) { chunks.prompt() } else { chunks });
        }
    }
}

/// Writes what comes in any order in the order of its numbers, up to what failed.
struct InOrder<'a> {
    bulk: &'a BulkLabels<'a>,
    sink: &'a mut Sink,
    /// The number of what is written next.
    next: usize,
    /// What came before its turn.
    waiting: BTreeMap<usize, Result<Labelled>>,
    failure: Option<Failure>,
}

impl InOrder<'_> {
    fn put(&mut self, number: usize, labelled: Result<Labelled>) {
        self.waiting.insert(number, labelled);
        while self.failure.is_none()
            && let Some(labelled) = self.waiting.remove(&self.next)
        {
            self.next += 1;
            let written = labelled.map_err(Failure::from).and_then(|labelled| self.bulk.write(labelled, self.sink));
            self.failure = written.err();
        }
    }

    fn flush(&mut self) {
        self.failure = self.sink.flush().map_err(|error| self.sink.failure(error)).err();
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
