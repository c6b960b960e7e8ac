//! Fingerprint ⇄ column, for one block.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::index::Index;
use crate::storage::Values;

/// Stands for the column of a term that is not known.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// Look-ups that cost as much as the index of so many terms.
const TERMS_A_LOOK_UP: usize = 16;

/// How many terms ahead the processor fetches what a look-up reads.
const AHEAD: usize = 12;

/// The terms of one block, each with its column.
///
/// Columns stand in two runs, each in ascending order of fingerprint: first the frequent terms, then all others. A text
/// is mostly frequent terms, and so what belongs to them, a few tens of thousands, stays in the processor's cache.
///
/// The first terms are looked up by binary search, so that a process that labels one sentence need not make anything
/// ready. Where many follow, an index is built.
#[derive(Debug)]
pub struct Vocabulary {
    /// In column order.
    fingerprints: Values<u64>,
    n_frequent: usize,
    /// None within where there is no memory for it.
    index: OnceLock<Option<Runs>>,
    /// Terms looked up before there was an index.
    n_sought: AtomicUsize,
}

/// An index of the frequent terms, small enough for the cache, and one of all others. A frequent term that finds no room
/// in its own line is among the others: so a look-up of a frequent term has no step that depends on what it finds.
#[derive(Debug)]
struct Runs {
    frequent: Index,
    rare: Index,
}

impl Runs {
    fn new(fingerprints: &[u64], n_frequent: usize) -> Option<Self> {
        let mut frequent = Index::new(n_frequent)?;
        let mut rare = Index::new(fingerprints.len())?;
        for (column, &fingerprint) in (0..).zip(fingerprints) {
            let is_frequent = (column as usize) < n_frequent && frequent.insert_in_own_line(fingerprint, column);
            if !is_frequent {
                rare.insert(fingerprint, column);
            }
        }
        Some(Runs { frequent, rare })
    }

    #[inline]
    fn column(&self, fingerprint: u64) -> u32 {
        match self.frequent.reader().column_in_own_line(fingerprint) {
            UNKNOWN => self.rare.reader().column(fingerprint),
            column => column,
        }
    }
}

impl Clone for Vocabulary {
    fn clone(&self) -> Self {
        Vocabulary::unchecked(self.fingerprints.clone(), self.n_frequent)
    }
}

impl Vocabulary {
    /// A vocabulary over fingerprints in column order, of which the first `n_frequent` are those of frequent terms.
    ///
    /// # Errors
    /// The position of the first fingerprint that is not above the one before it in its run, or that stands in both runs.
    pub fn new(fingerprints: Values<u64>, n_frequent: usize) -> Result<Self, usize> {
        let n_frequent = n_frequent.min(fingerprints.len());
        let (frequent, rare) = fingerprints.split_at(n_frequent);
        for (first, run) in [(0, frequent), (n_frequent, rare)] {
            // Over all, without a way out half-way: so it goes many at a time.
            let ascend = run.windows(2).fold(true, |ascend, pair| ascend & (pair[0] < pair[1]));
            if !ascend && let Some(i) = run.windows(2).position(|pair| pair[0] >= pair[1]) {
                return Err(first + i + 1);
            }
        }
        // A term in both runs would be two columns.
        let mut at = 0;
        for term in frequent {
            at += rare[at..].partition_point(|rare| rare < term);
            if rare.get(at) == Some(term) {
                return Err(n_frequent + at);
            }
        }
        Ok(Vocabulary::unchecked(fingerprints, n_frequent))
    }

    fn unchecked(fingerprints: Values<u64>, n_frequent: usize) -> Self {
        Vocabulary { fingerprints, n_frequent, index: OnceLock::new(), n_sought: AtomicUsize::new(0) }
    }

    /// The index, if it is there or the `n` terms about to be looked up make it worth building.
    #[inline]
    fn index(&self, n: usize) -> Option<&Runs> {
        self.index.get().unwrap_or_else(|| self.index_if_worth(n)).as_ref()
    }

    #[cold]
    fn index_if_worth(&self, n: usize) -> &Option<Runs> {
        let n_sought = n + self.n_sought.fetch_add(n, Relaxed);
        if n_sought <= self.len() / TERMS_A_LOOK_UP {
            return &None;
        }
        self.index.get_or_init(|| Runs::new(&self.fingerprints, self.n_frequent))
    }

    fn search(&self, fingerprint: u64) -> Option<u32> {
        let (frequent, rare) = self.fingerprints.split_at(self.n_frequent);
        let column = match frequent.binary_search(&fingerprint) {
            Ok(rank) => rank,
            Err(_) => self.n_frequent + rare.binary_search(&fingerprint).ok()?,
        };
        Some(column as u32)
    }

    /// Column of the term with this fingerprint, if it is known.
    #[inline]
    pub fn column(&self, fingerprint: u64) -> Option<u32> {
        match self.index(1) {
            Some(index) => Some(index.column(fingerprint)).filter(|&column| column != UNKNOWN),
            None => self.search(fingerprint),
        }
    }

    /// Columns of many fingerprints, [`UNKNOWN`] for a term that is not known; replaces what `columns` holds. `found` is
    /// called with the column of each term that is not frequent, so that what belongs to it can be fetched early. `rest`
    /// is scratch.
    ///
    /// Looking up a term that is not frequent waits for memory. So such terms go together, and for each some others are
    /// fetched already.
    pub(super) fn columns(
        &self,
        fingerprints: &[u64],
        columns: &mut Vec<u32>,
        rest: &mut Vec<u32>,
        found: impl Fn(u32),
    ) {
        columns.clear();
        let Some(Runs { frequent, rare }) = self.index(fingerprints.len()) else {
            columns.extend(fingerprints.iter().map(|&fingerprint| self.search(fingerprint).unwrap_or(UNKNOWN)));
            return;
        };
        let (frequent, rare) = (frequent.reader(), rare.reader());
        columns.resize(fingerprints.len(), UNKNOWN);
        // The places of terms that are not frequent: which they are nothing predicts, so each place is written, and kept
        // by counting on.
        rest.clear();
        rest.resize(fingerprints.len(), 0);
        let mut n_rest = 0;
        for ((place, &fingerprint), column) in (0..).zip(fingerprints).zip(&mut *columns) {
            *column = frequent.column_in_own_line(fingerprint);
            rest[n_rest] = place;
            n_rest += usize::from(*column == UNKNOWN);
        }
        let rest = &rest[..n_rest];
        let fetch = |&place: &u32| rare.prefetch(fingerprints[place as usize]);
        rest.iter().take(AHEAD).for_each(fetch);
        for (index, &place) in rest.iter().enumerate() {
            rest.get(index + AHEAD).into_iter().for_each(fetch);
            let column = rare.column(fingerprints[place as usize]);
            columns[place as usize] = column;
            found(column);
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

    /// Number of frequent terms, which have the first columns.
    pub fn n_frequent(&self) -> usize {
        self.n_frequent
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
    fn every_term_has_its_place_and_no_other_term_a_column() {
        let mut terms: Vec<u64> = (0..1000u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        terms.extend([0, u64::MAX]);
        for n_frequent in [0, 1, 300, 1001] {
            terms[..n_frequent].sort_unstable();
            terms[n_frequent..].sort_unstable();
            terms.dedup();
            let vocabulary = Vocabulary::new(Values::from(terms.clone()), n_frequent).unwrap();
            for (column, &term) in terms.iter().enumerate() {
                assert_eq!(vocabulary.column(term), Some(column as u32));
                assert_eq!(vocabulary.column(term ^ 1).is_some(), terms.contains(&(term ^ 1)));
            }
            let asked: Vec<u64> = terms.iter().flat_map(|term| [*term, term ^ 1]).collect();
            let (mut columns, mut rest) = (Vec::new(), Vec::new());
            vocabulary.columns(&asked, &mut columns, &mut rest, |_| ());
            for (&term, &column) in asked.iter().zip(&columns) {
                assert_eq!(vocabulary.column(term).unwrap_or(UNKNOWN), column);
            }
        }
    }

    #[test]
    fn repeated_or_unsorted_terms_are_refused() {
        let error = |terms: Vec<u64>, n_frequent| Vocabulary::new(Values::from(terms), n_frequent).unwrap_err();
        assert_eq!(error(vec![1, 2, 2], 0), 2);
        assert_eq!(error(vec![2, 1], 0), 1);
        assert_eq!(error(vec![2, 1, 3, 3], 1), 3);
        assert_eq!(error(vec![2, 1, 2, 3], 1), 2);
        assert_eq!(Vocabulary::new(Values::from(vec![]), 0).unwrap().column(7), None);
    }
}
