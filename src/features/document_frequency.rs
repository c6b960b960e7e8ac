//! In how many sentences each term stands.
//!
//! Threads cut chunks of sentences into terms and lay those out by their leading byte; then each byte's terms are counted
//! in a table of their own, small enough for the cache. Counts are a function of the sentences alone, whatever the number
//! of threads. Memory holds one entry a distinct term, and the terms of one batch.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use rayon::prelude::*;

use super::batches::{BATCH, chunk_size};
use super::block::Block;
use super::seen::Seen;
use super::terms::{TermBuffer, TermSource};

/// Fingerprints in ascending order, and in how many rows each stands.
pub(super) type Counts = (Vec<u64>, Vec<u32>);

/// Tables, one for each leading byte.
const SHARDS: usize = 256;

type Table = HashMap<u64, u32, BuildHasherDefault<FingerprintHasher>>;

/// The terms of a block that stand in at least `min_df` of the rows.
pub(super) fn document_frequencies<S: TermSource>(block: &Block, rows: &[S]) -> Counts {
    let mut tables = vec![Table::default(); SHARDS];
    for batch in rows.chunks(BATCH) {
        let chunks = batch.par_chunks(chunk_size(rows.len()));
        let chunks: Vec<Sharded> = chunks.map(|chunk| Sharded::of(block, chunk)).collect();
        tables.par_iter_mut().enumerate().for_each(|(shard, table)| {
            for &term in chunks.iter().flat_map(|chunk| chunk.shard(shard)) {
                *table.entry(term).or_insert(0) += 1;
            }
        });
    }
    let frequent = |table: Table| {
        let mut counts: Vec<(u64, u32)> = table.into_iter().filter(|&(_, df)| df >= block.min_df).collect();
        counts.sort_unstable();
        counts
    };
    let counts: Vec<Vec<(u64, u32)>> = tables.into_par_iter().map(frequent).collect();
    counts.into_iter().flatten().unzip()
}

/// The distinct terms of each row of a chunk, by leading byte.
struct Sharded {
    terms: Vec<u64>,
    /// Where each shard ends.
    ends: Vec<usize>,
}

impl Sharded {
    fn of<S: TermSource>(block: &Block, rows: &[S]) -> Self {
        let mut buffer = TermBuffer::default();
        let (mut all, mut seen) = (Vec::new(), Seen::default());
        for source in rows {
            buffer.clear();
            source.collect(&block.kind, &mut buffer);
            seen.reset(buffer.fingerprints.len());
            all.extend(buffer.fingerprints.iter().filter(|&&term| seen.find_or_insert(term, 0).is_none()));
        }
        let shard_of = |term: u64| (term >> 56) as usize;
        let mut counts = vec![0; SHARDS];
        for &term in &all {
            counts[shard_of(term)] += 1;
        }
        let before = |total: &mut usize, &n: &usize| Some(std::mem::replace(total, *total + n));
        let mut next: Vec<usize> = counts.iter().scan(0, before).collect();
        let mut terms = vec![0; all.len()];
        for term in all {
            let place = &mut next[shard_of(term)];
            terms[*place] = term;
            *place += 1;
        }
        // Each place has moved to the end of its shard.
        Sharded { terms, ends: next }
    }

    fn shard(&self, shard: usize) -> &[u64] {
        let start = if shard == 0 { 0 } else { self.ends[shard - 1] };
        &self.terms[start..self.ends[shard]]
    }
}

/// Fingerprints are hashes already. The leading byte, alike in a whole table, is mixed with the next: hash tables look at
/// both ends of a hash.
#[derive(Default)]
struct FingerprintHasher(u64);

impl Hasher for FingerprintHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(byte));
        }
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint ^ fingerprint << 8;
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::{NGrams, TermKind};
    use super::super::fingerprint;
    use super::*;

    #[test]
    fn a_term_counts_once_a_row_and_batches_add_up() {
        let block = Block::new("words", TermKind::Words(NGrams { min: 1, max: 1 }), 2);
        let rows: Vec<String> = (0..BATCH + 10).map(|i| format!("all all w{}", i / 2)).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (terms, df) = document_frequencies(&block, &rows);
        assert!(terms.is_sorted_by(|a, b| a < b));
        assert_eq!(terms.len(), 1 + rows.len() / 2);
        let at = terms.binary_search(&fingerprint(b"all")).unwrap();
        assert_eq!(df[at] as usize, rows.len());
        assert!(df.iter().enumerate().all(|(i, &n)| i == at || n == 2));
    }
}
