//! Columns by name: a model knows its terms by their fingerprints, and sentences that hold them name them again.

use rayon::prelude::*;

use super::batches::chunk_size;
use super::terms::{TermBuffer, TermSource};
use super::tfidf::TfIdf;

impl TfIdf {
    /// Names of all columns, found by reading the sentences of `rows` again. A column none of them holds stays empty.
    pub fn names<S: TermSource>(&self, rows: &[S]) -> Vec<String> {
        let of_chunk = |chunk: &[S]| {
            let mut terms = TermBuffer::with_names();
            let (mut named, mut found) = (vec![false; self.n_features()], Vec::new());
            for source in chunk {
                self.name_columns(source, &mut terms, |column, name| {
                    if !std::mem::replace(&mut named[column as usize], true) {
                        found.push((column, name.to_string()));
                    }
                });
            }
            found
        };
        let chunks: Vec<Vec<(u32, String)>> = rows.par_chunks(chunk_size(rows.len())).map(of_chunk).collect();
        let mut names = vec![String::new(); self.n_features()];
        for (column, name) in chunks.into_iter().flatten() {
            let known = &mut names[column as usize];
            if known.is_empty() {
                *known = name;
            }
        }
        names
    }

    /// Calls `found` with column and text of every known term of one sentence. `terms` must be a buffer with names.
    pub fn name_columns<S: TermSource + ?Sized>(
        &self,
        source: &S,
        terms: &mut TermBuffer,
        mut found: impl FnMut(u32, &str),
    ) {
        for block in &self.blocks {
            terms.clear();
            source.collect(&block.params.kind, terms);
            for (fingerprint, name) in terms.fingerprints.iter().zip(terms.names()) {
                if let Some(column) = block.vocabulary.column(*fingerprint) {
                    found(block.offset + column, name);
                }
            }
        }
    }
}
