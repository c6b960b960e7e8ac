//! Fingerprint to column with one memory access.

use std::hint::select_unpredictable;

use bytemuck::{Pod, Zeroable};
use memmap2::MmapMut;

use super::vocabulary::UNKNOWN;
use crate::prefetch::prefetch;

/// Terms of a line.
const PLACES: usize = 5;
/// Places for each term: of lines that are half full on average few are full.
const ROOM: usize = 2;

/// What the processor fetches in one piece: some terms, from the first place on. All zeros where there is none.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line {
    fingerprints: [u64; PLACES],
    /// The columns, counted from 1; 0 where the place is free, and for the column 2³² − 1, which there is not.
    columns: [u32; PLACES],
    n_taken: u16,
    /// Not 0 where a term that wants this line stands in another one of its group.
    is_crowded: u16,
}

impl Line {
    /// The column of a term that stands here, or [`UNKNOWN`].
    #[inline]
    fn column(&self, fingerprint: u64) -> u32 {
        // In which place a term stands nothing predicts, so all are compared in any case. Backwards: a free place must not
        // hide the term whose fingerprint is 0.
        let found = (0..PLACES).rev().fold(0, |found, place| {
            select_unpredictable(self.fingerprints[place] == fingerprint, self.columns[place], found)
        });
        const { assert!(UNKNOWN == 0u32.wrapping_sub(1)) };
        found.wrapping_sub(1)
    }

    /// Adds a term, if there is room.
    fn insert(&mut self, fingerprint: u64, column: u32) -> bool {
        let place = self.n_taken as usize;
        if place == PLACES {
            return false;
        }
        self.fingerprints[place] = fingerprint;
        self.columns[place] = column.wrapping_add(1);
        self.n_taken += 1;
        true
    }
}

/// A hash table of [`Line`]s. A term stands in its own line, which the leading bits of its fingerprint name, or, where that
/// is full, in another one of its group. Of a term added twice the first column is found.
#[derive(Debug)]
pub(super) struct Index {
    lines: Lines,
}

/// Lines among which a term may stand. Fingerprints are spread too evenly for a few not to do; of a forged file they may all
/// want the same line. A power of two.
const GROUP: usize = 32;

/// Bytes from which on memory is asked for in large pages.
const LARGE: usize = 2 << 20;

#[derive(Debug)]
enum Lines {
    Few(Vec<Line>),
    Many(MmapMut),
}

impl Lines {
    fn free(n_lines: usize) -> Self {
        let n_bytes = n_lines * size_of::<Line>();
        if n_bytes >= LARGE
            && let Ok(map) = MmapMut::map_anon(n_bytes)
        {
            // With pages of the usual size, finding a page takes as long as reading from it. Where there are no others, be
            // it so.
            #[cfg(target_os = "linux")]
            let _ = map.advise(memmap2::Advice::HugePage);
            return Lines::Many(map);
        }
        Lines::Few(vec![Line::zeroed(); n_lines])
    }

    fn as_mut_slice(&mut self) -> &mut [Line] {
        match self {
            Lines::Few(lines) => lines,
            Lines::Many(map) => bytemuck::cast_slice_mut(map),
        }
    }
}

impl Index {
    /// An index with room for `n` terms and some more.
    pub fn new(n: usize) -> Self {
        Index { lines: Lines::free((ROOM * n / PLACES + 1).next_multiple_of(GROUP)) }
    }

    /// An index of up to `n` terms, each with its column, or `None` where too many want the same line. Ascending terms are
    /// quickest.
    pub fn of(n: usize, terms: impl Iterator<Item = (u64, u32)>) -> Option<Self> {
        let mut index = Index::new(n);
        let lines = index.lines.as_mut_slice();
        for (fingerprint, column) in terms {
            let own = line_of(fingerprint, lines.len());
            if !lines[own].insert(fingerprint, column) {
                lines[own].is_crowded = 1;
                (1..GROUP).find(|step| lines[own ^ step].insert(fingerprint, column))?;
            }
        }
        Some(index)
    }

    /// Adds a term if its own line has room for it.
    pub fn insert_in_own_line(&mut self, fingerprint: u64, column: u32) -> bool {
        let lines = self.lines.as_mut_slice();
        lines[line_of(fingerprint, lines.len())].insert(fingerprint, column)
    }

    /// What looks terms up.
    #[inline]
    pub fn reader(&self) -> IndexReader<'_> {
        let lines = match &self.lines {
            Lines::Few(lines) => lines,
            Lines::Many(map) => bytemuck::cast_slice(map),
        };
        IndexReader { lines }
    }
}

/// An [`Index`] at hand, for many look-ups.
#[derive(Clone, Copy)]
pub(super) struct IndexReader<'a> {
    lines: &'a [Line],
}

impl IndexReader<'_> {
    /// The column of a term, or [`UNKNOWN`].
    #[inline]
    pub fn column(self, fingerprint: u64) -> u32 {
        let own = line_of(fingerprint, self.lines.len());
        let column = self.lines[own].column(fingerprint);
        // One branch that is nearly always taken: whether a term is known nothing predicts.
        if (column != UNKNOWN) | (self.lines[own].is_crowded == 0) {
            column
        } else {
            self.column_elsewhere(own, fingerprint)
        }
    }

    /// The column of a term that may stand in another line of the group.
    #[cold]
    fn column_elsewhere(self, own: usize, fingerprint: u64) -> u32 {
        for step in 1..GROUP {
            let line = &self.lines[own ^ step];
            let column = line.column(fingerprint);
            // Where there is room no term went further.
            if column != UNKNOWN || usize::from(line.n_taken) < PLACES {
                return column;
            }
        }
        UNKNOWN
    }

    /// The column of a term that stands in its own line, or [`UNKNOWN`].
    #[inline]
    pub fn column_in_own_line(self, fingerprint: u64) -> u32 {
        self.lines[line_of(fingerprint, self.lines.len())].column(fingerprint)
    }

    /// Has the processor fetch what a look-up will read.
    #[inline]
    pub fn prefetch(self, fingerprint: u64) {
        prefetch(&self.lines[line_of(fingerprint, self.lines.len())]);
    }
}

/// The own line of a term, by its leading bits.
#[inline]
fn line_of(fingerprint: u64, n_lines: usize) -> usize {
    ((u128::from(fingerprint) * n_lines as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(terms: &[u64]) -> Option<Index> {
        Index::of(terms.len(), (0..).zip(terms).map(|(column, &term)| (term, column)))
    }

    #[test]
    fn terms_that_want_the_same_line_are_all_found() {
        // All in the last line.
        let terms: Vec<u64> = (0..8).map(|i| u64::MAX - i).collect();
        let mut index = of(&terms).unwrap();
        for (column, &term) in (0..).zip(&terms) {
            assert_eq!(index.reader().column(term), column);
        }
        assert_eq!(index.reader().column(u64::MAX - 8), UNKNOWN);
        assert_eq!(index.reader().column(0), UNKNOWN);
        let in_own_line = |term: &&u64| index.reader().column_in_own_line(**term) != UNKNOWN;
        assert_eq!(terms.iter().filter(in_own_line).count(), PLACES);
        assert!(!index.insert_in_own_line(u64::MAX - 8, 8));
        assert!(index.insert_in_own_line(0, 8));
        assert_eq!(index.reader().column(0), 8);
    }

    #[test]
    fn of_a_term_added_twice_the_first_column_is_found() {
        let index = of(&[7, 7, 7, 7, 7, 7, 9, 9]).unwrap();
        assert_eq!((index.reader().column(7), index.reader().column(9)), (0, 6));
    }

    #[test]
    fn too_many_terms_for_a_line_are_no_index() {
        let most = (GROUP * PLACES) as u64;
        assert!(of(&(0..most).collect::<Vec<u64>>()).is_some());
        assert!(of(&(0..10 * most).collect::<Vec<u64>>()).is_none());
    }
}
