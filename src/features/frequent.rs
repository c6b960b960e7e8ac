//! Which terms of a block are kept, and which come first.

use std::cmp::Reverse;

use super::block::Block;
use super::document_frequency::Counts;
use super::terms::{TermBuffer, TermSource};

/// Terms of a large block that count as frequent: with weights and idf they fit into a core's cache, and they are most of
/// any text.
pub(super) const FREQUENT: usize = 1 << 15;

/// The `limit` terms with the highest total tf over all rows, ties to the lower fingerprint.
pub(super) fn most_frequent<S: TermSource>(block: &Block, rows: &[S], (terms, df): Counts, limit: usize) -> Counts {
    let mut total = vec![0u64; terms.len()];
    let mut buffer = TermBuffer::default();
    for source in rows {
        buffer.clear();
        source.collect(&block.kind, &mut buffer);
        for fingerprint in &buffer.fingerprints {
            if let Ok(index) = terms.binary_search(fingerprint) {
                total[index] += 1;
            }
        }
    }
    let mut order: Vec<usize> = (0..terms.len()).collect();
    order.sort_unstable_by_key(|&i| (Reverse(total[i]), terms[i]));
    order.truncate(limit);
    order.sort_unstable();
    (order.iter().map(|&i| terms[i]).collect(), order.iter().map(|&i| df[i]).collect())
}

/// Puts the most frequent terms of a large block first, in descending order of document frequency, and says how many they
/// are. All others stay in their order.
pub(super) fn frequent_first(counts: Counts) -> (Counts, usize) {
    if counts.0.len() < 4 * FREQUENT {
        return (counts, 0);
    }
    (first(counts, FREQUENT), FREQUENT)
}

/// The `n` terms with the highest document frequency, the highest first and ties to the lower fingerprint, then all others.
fn first((terms, df): Counts, n: usize) -> Counts {
    let mut order: Vec<usize> = (0..terms.len()).collect();
    let rank = |&i: &usize| (Reverse(df[i]), i);
    order.select_nth_unstable_by_key(n, rank);
    order[..n].sort_unstable_by_key(rank);
    order[n..].sort_unstable();
    order.into_iter().map(|i| (terms[i], df[i])).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_terms_come_first() {
        let counts = (vec![10, 20, 30, 40, 50], vec![2, 8, 2, 9, 3]);
        assert_eq!(first(counts, 3), (vec![40, 20, 50, 10, 30], vec![9, 8, 3, 2, 2]));
    }

    #[test]
    fn a_block_that_is_not_large_stays_as_it_is() {
        let counts = (vec![10, 20], vec![1, 2]);
        assert_eq!(frequent_first(counts.clone()), (counts, 0));
    }
}
