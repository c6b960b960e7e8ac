//! Fingerprint to column with one memory access.

use std::alloc::{Layout, handle_alloc_error};
use std::hint::select_unpredictable;

use bytemuck::{Pod, Zeroable};
use memmap2::MmapMut;

use super::vocabulary::UNKNOWN;
use crate::prefetch::prefetch;

/// Terms of a line.
const PLACES: usize = 5;
/// Terms that a line has on average, so that few lines are full.
const MEAN: usize = 3;

/// What the processor fetches in one piece: some terms, from the first place on. All zeros where there is none.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line {
    fingerprints: [u64; PLACES],
    /// The columns, counted from 1; 0 where the place is free.
    columns: [u32; PLACES],
    n_taken: u32,
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

    #[inline]
    fn is_full(&self) -> bool {
        self.n_taken as usize == PLACES
    }

    /// Adds a term, if there is room.
    fn insert(&mut self, fingerprint: u64, column: u32) -> bool {
        if self.is_full() {
            return false;
        }
        let place = self.n_taken as usize;
        self.fingerprints[place] = fingerprint;
        self.columns[place] = column + 1;
        self.n_taken += 1;
        true
    }
}

/// A hash table of [`Line`]s. A term stands in its own line, which the leading bits of its fingerprint name, or, where that
/// is full, in the next that is not.
#[derive(Debug)]
pub(super) struct Index {
    lines: MmapMut,
}

impl Index {
    /// An index with room for `n` terms and some more.
    pub fn new(n: usize) -> Self {
        let n_lines = n / MEAN + 1;
        let lines = MmapMut::map_anon(n_lines * size_of::<Line>())
            .unwrap_or_else(|_| handle_alloc_error(Layout::new::<Line>()));
        // With pages of the usual size, finding a page takes as long as reading from it. Where there are no others, be it so.
        #[cfg(target_os = "linux")]
        let _ = lines.advise(memmap2::Advice::HugePage);
        Index { lines }
    }

    /// An index of up to `n` terms, each with its column. Ascending terms are quickest.
    pub fn of(n: usize, terms: impl Iterator<Item = (u64, u32)>) -> Self {
        let mut index = Index::new(n);
        let n_lines = index.reader().lines.len();
        let lines = index.lines_mut();
        for (fingerprint, column) in terms {
            let mut at = line_of(fingerprint, n_lines);
            while !lines[at].insert(fingerprint, column) {
                at = next(at, n_lines);
            }
        }
        index
    }

    /// Adds a term that is not there yet, if its own line has room for it.
    pub fn insert_in_own_line(&mut self, fingerprint: u64, column: u32) -> bool {
        let at = line_of(fingerprint, self.reader().lines.len());
        self.lines_mut()[at].insert(fingerprint, column)
    }

    fn lines_mut(&mut self) -> &mut [Line] {
        bytemuck::cast_slice_mut(&mut self.lines)
    }

    /// What looks terms up.
    #[inline]
    pub fn reader(&self) -> IndexReader<'_> {
        IndexReader { lines: bytemuck::cast_slice(&self.lines) }
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
        let mut at = line_of(fingerprint, self.lines.len());
        loop {
            let line = &self.lines[at];
            let column = line.column(fingerprint);
            if column != UNKNOWN || !line.is_full() {
                return column;
            }
            at = next(at, self.lines.len());
        }
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

#[inline]
fn next(at: usize, n_lines: usize) -> usize {
    if at + 1 == n_lines { 0 } else { at + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_want_the_same_line_are_all_found() {
        // All in the last line, behind which the first one follows.
        let terms: Vec<u64> = (0..8).map(|i| u64::MAX - i).collect();
        let mut index = Index::of(terms.len(), (0..).zip(&terms).map(|(column, &term)| (term, column)));
        let reader = index.reader();
        for (column, &term) in (0..).zip(&terms) {
            assert_eq!(reader.column(term), column);
        }
        assert_eq!(reader.column(u64::MAX - 8), UNKNOWN);
        assert_eq!(reader.column(0), UNKNOWN);
        assert_eq!(terms.iter().filter(|&&term| reader.column_in_own_line(term) != UNKNOWN).count(), PLACES);
        assert!(!index.insert_in_own_line(u64::MAX - 8, 8));
        assert!(index.insert_in_own_line(0, 8));
        assert_eq!(index.reader().column(0), 8);
    }
}
