//! Fingerprint ⇄ column, for one block.

use crate::prefetch::prefetch;
use crate::storage::Values;

/// Stands for the column of a term that is not known.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// The terms of one block, in ascending order of fingerprint: a term's column is its rank.
///
/// A look-up goes by the leading bits of the fingerprint to a bucket of about one term and compares there: two
/// memory accesses, whether the term is known or not.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    fingerprints: Values<u64>,
    /// For each value of the leading bits the first column of its bucket; one more at the end.
    buckets: Vec<u32>,
    shift: u32,
}

impl Vocabulary {
    /// A vocabulary over fingerprints in strictly ascending order.
    ///
    /// # Errors
    /// The position of the first fingerprint that is not above the one before it.
    pub fn new(fingerprints: Values<u64>) -> Result<Self, usize> {
        let terms = &fingerprints[..];
        if let Some(i) = terms.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(i + 1);
        }
        let bits = terms.len().next_power_of_two().trailing_zeros().clamp(1, 28);
        let shift = 64 - bits;
        let mut buckets = vec![0u32; (1 << bits) + 1];
        for &term in terms {
            buckets[(term >> shift) as usize + 1] += 1;
        }
        let mut total = 0;
        for bucket in &mut buckets {
            total += *bucket;
            *bucket = total;
        }
        Ok(Vocabulary { fingerprints, buckets, shift })
    }

    /// Column of the term with this fingerprint, if it is known.
    #[inline]
    pub fn column(&self, fingerprint: u64) -> Option<u32> {
        let bucket = (fingerprint >> self.shift) as usize;
        let (start, end) = (self.buckets[bucket], self.buckets[bucket + 1]);
        let terms = &self.fingerprints[start as usize..end as usize];
        terms.iter().position(|&term| term == fingerprint).map(|offset| start + offset as u32)
    }

    /// Columns of many fingerprints, [`UNKNOWN`] for a term that is not known; replaces what `columns` holds. `known` is
    /// called with each known column, so that what belongs to it can be fetched early.
    ///
    /// A look-up waits for memory twice, and what it finds there decides a branch that nothing predicts. So all
    /// fingerprints go one step together, each step asking for what the next one reads.
    pub(super) fn columns(&self, fingerprints: &[u64], columns: &mut Vec<u32>, known: impl Fn(u32)) {
        let terms = &self.fingerprints[..];
        let bucket = |fingerprint: &u64| &self.buckets[(fingerprint >> self.shift) as usize];
        fingerprints.iter().for_each(|fingerprint| prefetch(bucket(fingerprint)));
        columns.clear();
        columns.extend(fingerprints.iter().map(|fingerprint| {
            let start = *bucket(fingerprint);
            terms.get(start as usize).into_iter().for_each(prefetch);
            start
        }));
        for (column, &fingerprint) in columns.iter_mut().zip(fingerprints) {
            // Buckets hold about one term: the first comparison decides nearly always.
            let mut at = *column as usize;
            while at < terms.len() && terms[at] < fingerprint {
                at += 1;
            }
            *column = UNKNOWN;
            if at < terms.len() && terms[at] == fingerprint {
                *column = at as u32;
                known(at as u32);
            }
        }
    }

    /// Number of terms.
    pub fn len(&self) -> usize {
        self.fingerprints.len()
    }

    /// Whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.fingerprints.is_empty()
    }

    /// The fingerprints, in column order.
    pub fn fingerprints(&self) -> &[u64] {
        &self.fingerprints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_has_its_rank_and_no_other_term_a_column() {
        let mut terms: Vec<u64> = (0..1000u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        terms.push(u64::MAX);
        terms.sort_unstable();
        terms.dedup();
        let vocabulary = Vocabulary::new(Values::from(terms.clone())).unwrap();
        for (column, &term) in terms.iter().enumerate() {
            assert_eq!(vocabulary.column(term), Some(column as u32));
            assert_eq!(vocabulary.column(term ^ 1).is_some(), terms.contains(&(term ^ 1)));
        }
        let asked: Vec<u64> = terms.iter().flat_map(|term| [*term, term ^ 1]).collect();
        let mut columns = Vec::new();
        vocabulary.columns(&asked, &mut columns, |_| ());
        for (&term, &column) in asked.iter().zip(&columns) {
            assert_eq!(vocabulary.column(term).unwrap_or(UNKNOWN), column);
        }
    }

    #[test]
    fn repeated_or_unsorted_terms_are_refused() {
        assert_eq!(Vocabulary::new(Values::from(vec![1, 2, 2])).unwrap_err(), 2);
        assert_eq!(Vocabulary::new(Values::from(vec![2, 1])).unwrap_err(), 1);
        assert_eq!(Vocabulary::new(Values::from(vec![])).unwrap().column(7), None);
    }
}
