//! The quick way through `predict --input-format lines -f label`: a line in, a label out, and nothing is built between.

use std::io::Write;
use std::path::Path;

use rayon::prelude::*;
use stance::error::{Error, Result};
use stance::input::{self, LineChunk, LineChunks, ReadOptions};
use stance::pipeline::{Labeller, Pipeline};

use super::exit::Failure;
use super::sink::Sink;

/// Chunks that are labelled together, a thread.
const CHUNKS: usize = 4;

/// Writes a label for every line of `path` that is not blank, an empty line where its probability is below
/// `min_probability`, in the order of the lines. While some chunks are labelled the next ones are read.
pub(super) fn label_lines(
    pipeline: &Pipeline,
    min_probability: f64,
    path: &Path,
    options: &ReadOptions,
    sink: &mut Sink,
) -> std::result::Result<(), Failure> {
    let labels: Vec<String> = pipeline.labels.iter().map(|label| format!("{label}\n")).collect();
    let mut chunks = LineChunks::new(path, input::open(path)?, options).map_err(|error| at(error, path))?;
    let label = |chunk: &LineChunk| {
        let (mut labeller, mut out) = (Labeller::new(pipeline), Vec::new());
        chunk.for_each(|text| {
            let (label, probability) = labeller.label(text);
            out.extend_from_slice(if probability < min_probability { b"\n" } else { labels[label].as_bytes() });
        })?;
        Ok(out)
    };
    let mut batch = read_batch(&mut chunks)?;
    while !batch.is_empty() {
        let mut labelled: Vec<Result<Vec<u8>>> = Vec::new();
        // This thread reads; those of the pool label.
        let next = rayon::in_place_scope(|scope| {
            scope.spawn(|_| labelled = batch.par_iter().map(label).collect());
            read_batch(&mut chunks)
        });
        for out in labelled {
            let out = out.map_err(|error| at(error, path))?;
            sink.write_all(&out).map_err(|error| sink.failure(error))?;
        }
        batch = next.map_err(|error| at(error, path))?;
    }
    Ok(())
}

fn read_batch(chunks: &mut LineChunks) -> Result<Vec<LineChunk>> {
    let mut batch = Vec::new();
    while batch.len() < CHUNKS * rayon::current_num_threads() {
        match chunks.next_chunk()? {
            Some(chunk) => batch.push(chunk),
            None => break,
        }
    }
    Ok(batch)
}

fn at(error: Error, path: &Path) -> Error {
    if error.location.path.is_none() { error.at(path) } else { error }
}
