//! Fingerprint ⇄ column, for one block.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::index::Index;
use crate::storage::Values;

/// Stands for the column of a term that is not known.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// How many terms there are for each search before they get an index, which costs as much as a few times as many searches.
const TERMS_A_SEARCH: usize = 64;

/// How many terms ahead the processor fetches what a look-up reads.
const AHEAD: usize = 12;

/// The terms of one block, each with its column.
///
/// Columns stand in two runs: first the frequent terms, the most frequent first, then all others in ascending order of
/// fingerprint. A text is mostly frequent terms, and so what belongs to them, a few tens of thousands, stays in the
/// processor's cache, and that of the most frequent few thousand in the part of it that is nearest.
///
/// Frequent terms have an index from the start. Of the others, the first are looked up by binary search, so that a process
/// that labels one sentence need not make anything ready; where many follow, an index is built for them too.
#[derive(Debug)]
pub struct Vocabulary {
    /// In column order.
    fingerprints: Values<u64>,
    n_frequent: usize,
    /// Frequent terms, if there are any, that have room in their own lines: so a look-up has no step that depends on what it
    /// finds.
    frequent: Option<Index>,
    /// Fingerprint and column of the other frequent terms, ascending.
    crowded: Vec<(u64, u32)>,
    /// All terms that are not in the other index; none within where they cannot have one.
    rare: OnceLock<Option<Index>>,
    /// Terms searched for before there was this index.
    n_sought: AtomicUsize,
}

impl Clone for Vocabulary {
    fn clone(&self) -> Self {
        Vocabulary::over(self.fingerprints.clone(), self.n_frequent)
    }
}

impl Vocabulary {
    /// A vocabulary over fingerprints in column order, of which the first `n_frequent` are those of frequent terms. A term
    /// that stands twice has the first of its columns.
    ///
    /// # Errors
    /// Where terms that are not frequent do not ascend: the position of the first that is not above the one before it.
    pub fn new(fingerprints: Values<u64>, n_frequent: usize) -> Result<Self, usize> {
        let n_frequent = n_frequent.min(fingerprints.len());
        let rare = &fingerprints[n_frequent..];
        // Over all, without a way out half-way: so it goes many at a time.
        let ascend = rare.windows(2).fold(true, |ascend, pair| ascend & (pair[0] < pair[1]));
        if !ascend && let Some(i) = rare.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(n_frequent + i + 1);
        }
        Ok(Vocabulary::over(fingerprints, n_frequent))
    }

    fn over(fingerprints: Values<u64>, n_frequent: usize) -> Self {
        let mut crowded = Vec::new();
        let frequent = (n_frequent > 0).then(|| {
            let mut index = Index::new(n_frequent);
            for (column, &fingerprint) in (0..).zip(&fingerprints[..n_frequent]) {
                if !index.insert_in_own_line(fingerprint, column) {
                    crowded.push((fingerprint, column));
                }
            }
            index
        });
        crowded.sort_unstable();
        crowded.dedup_by_key(|term| term.0);
        let (rare, n_sought) = (OnceLock::new(), AtomicUsize::new(0));
        Vocabulary { fingerprints, n_frequent, frequent, crowded, rare, n_sought }
    }

    /// The index of what is not in the first one, if it is there or the `n` terms about to be looked up make it worth
    /// building.
    #[inline]
    fn rare(&self, n: usize) -> Option<&Index> {
        self.rare.get().unwrap_or_else(|| self.rare_if_worth(n)).as_ref()
    }

    #[cold]
    fn rare_if_worth(&self, n: usize) -> &Option<Index> {
        let n_sought = n + self.n_sought.fetch_add(n, Relaxed);
        if n_sought <= self.len() / TERMS_A_SEARCH {
            return &None;
        }
        self.rare.get_or_init(|| {
            let rare = (self.n_frequent as u32..).zip(&self.fingerprints[self.n_frequent..]);
            let rare = rare.map(|(column, &fingerprint)| (fingerprint, column));
            Index::of(self.len() - self.n_frequent + self.crowded.len(), self.crowded.iter().copied().chain(rare))
        })
    }

    /// The column of a term that is not in the first index, or [`UNKNOWN`], found without the second.
    fn search(&self, fingerprint: u64) -> u32 {
        if let Ok(rank) = self.crowded.binary_search_by_key(&fingerprint, |term| term.0) {
            return self.crowded[rank].1;
        }
        let rank = self.fingerprints[self.n_frequent..].binary_search(&fingerprint);
        rank.map_or(UNKNOWN, |rank| (self.n_frequent + rank) as u32)
    }

    /// Column of the term with this fingerprint, if it is known.
    #[inline]
    pub fn column(&self, fingerprint: u64) -> Option<u32> {
        let frequent = self.frequent.as_ref();
        let column = match frequent.map_or(UNKNOWN, |index| index.reader().column_in_own_line(fingerprint)) {
            UNKNOWN => match self.rare(1) {
                Some(rare) => rare.reader().column(fingerprint),
                None => self.search(fingerprint),
            },
            column => column,
        };
        Some(column).filter(|&column| column != UNKNOWN)
    }

    /// Columns of many fingerprints, [`UNKNOWN`] for a term that is not known; replaces what `columns` holds. `found` may be
    /// called with what comes of each term that is not frequent, [`UNKNOWN`] too, so that what belongs to it can be fetched
    /// early. `rest` is scratch.
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
        columns.resize(fingerprints.len(), UNKNOWN);
        if rest.len() < fingerprints.len() {
            rest.resize(fingerprints.len(), 0);
        }
        let rest = &mut rest[..fingerprints.len()];
        // Which terms are not frequent nothing predicts, so the place of each is written, and kept by counting on.
        let mut n_rest = 0;
        if let Some(frequent) = self.frequent.as_ref().map(Index::reader) {
            for (place, (&fingerprint, column)) in fingerprints.iter().zip(&mut *columns).enumerate() {
                fingerprints.get(place + 2 * AHEAD).into_iter().for_each(|&later| frequent.prefetch(later));
                let known = frequent.column_in_own_line(fingerprint);
                *column = known;
                rest[n_rest] = place as u32;
                n_rest += usize::from(known == UNKNOWN);
            }
        } else {
            rest.iter_mut().zip(0..).for_each(|(rest, place)| *rest = place);
            n_rest = fingerprints.len();
        }
        let rest = rest[..n_rest].iter().map(|&place| place as usize);
        let Some(rare) = self.rare(n_rest).map(Index::reader) else {
            return rest.for_each(|place| columns[place] = self.search(fingerprints[place]));
        };
        let mut ahead = rest.clone();
        let mut fetch_next = || ahead.next().into_iter().for_each(|place| rare.prefetch(fingerprints[place]));
        (0..AHEAD).for_each(|_| fetch_next());
        for place in rest {
            fetch_next();
            let column = rare.column(fingerprints[place]);
            columns[place] = column;
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
    fn every_term_has_its_column_and_no_other_term_one() {
        let mut terms: Vec<u64> = (0..1000u64).map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        // Many that want the same line.
        terms.splice(100..100, (1..20).map(|i| i * 4));
        terms.extend([1, u64::MAX]);
        for n_frequent in [0, 1, 300, terms.len()] {
            terms[n_frequent..].sort_unstable();
            let vocabulary = Vocabulary::new(Values::from(terms.clone()), n_frequent).unwrap();
            let asked: Vec<u64> = terms.iter().flat_map(|term| [*term, term ^ 2]).collect();
            let expected = |term: u64| terms.iter().position(|known| *known == term).map(|column| column as u32);
            let (mut columns, mut rest) = (Vec::new(), Vec::new());
            // The first are searched for, the others found by the index.
            for asked in asked.chunks(8) {
                vocabulary.columns(asked, &mut columns, &mut rest, |_| ());
                for (&term, &column) in asked.iter().zip(&columns) {
                    assert_eq!(Some(column).filter(|column| *column != UNKNOWN), expected(term));
                    assert_eq!(vocabulary.column(term), expected(term));
                }
            }
            assert!(vocabulary.rare.get().is_some());
        }
    }

    #[test]
    fn terms_out_of_order_are_refused() {
        let error = |terms: Vec<u64>, n_frequent| Vocabulary::new(Values::from(terms), n_frequent).unwrap_err();
        assert_eq!(error(vec![1, 2, 2], 0), 2);
        assert_eq!(error(vec![2, 1], 0), 1);
        assert_eq!(error(vec![2, 1, 3, 3], 1), 3);
        assert_eq!(Vocabulary::new(Values::from(vec![]), 0).unwrap().column(7), None);
        assert_eq!(Vocabulary::new(Values::from(vec![2, 1, 2, 3]), 1).unwrap().column(2), Some(0));
    }
}
