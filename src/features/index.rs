//! Fingerprint to column and idf with one memory access.

use std::hint::select_unpredictable;

use bytemuck::{Pod, Zeroable};
use memmap2::MmapMut;

use crate::prefetch::prefetch;

/// Where a term has its column, and what it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    /// The column, or [`UNKNOWN`].
    pub column: u32,
    /// Inverse document frequency, positive; 1 where the block does without.
    pub idf: f32,
}

/// Stands for the column of a term that is not known.
pub(super) const UNKNOWN: u32 = u32::MAX;

impl Entry {
    /// That of a term that is not known.
    pub const NONE: Entry = Entry { column: UNKNOWN, idf: 0.0 };

    #[inline]
    pub fn is_none(self) -> bool {
        self.column == UNKNOWN
    }
}

/// Terms of a line.
const PLACES: usize = 4;
/// Of the places one in so many is taken, on average: so few terms find their own lines full.
const ROOM: usize = 2;

/// What the processor fetches in one piece: some terms, from the first place on. All zeros where there is none.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line {
    fingerprints: [u64; PLACES],
    /// The columns, counted from 1; 0 where the place is free, and for the column 2³² − 1, which there is not.
    columns: [u32; PLACES],
    /// Inverse document frequencies. The last one is below zero where a term that wants this line stands in one behind it:
    /// for a field of its own there is no room.
    idf: [f32; PLACES],
}

impl Line {
    /// The entry of a term that stands here.
    #[inline]
    fn entry(&self, fingerprint: u64) -> Entry {
        // In which place a term stands nothing predicts, so all are compared in any case. Backwards: a free place must not
        // hide the term whose fingerprint is 0.
        // For a number of bits, unlike for a float, there is an instruction that chooses.
        let (column, idf) = (0..PLACES).rev().fold((0, 0), |(column, idf), place| {
            let is_here = self.fingerprints[place] == fingerprint;
            (
                select_unpredictable(is_here, self.columns[place], column),
                select_unpredictable(is_here, self.idf[place].to_bits(), idf),
            )
        });
        const { assert!(UNKNOWN == 0u32.wrapping_sub(1)) };
        Entry { column: column.wrapping_sub(1), idf: f32::from_bits(idf).abs() }
    }

    #[inline]
    fn is_crowded(&self) -> bool {
        self.idf[PLACES - 1] < 0.0
    }

    /// Says of a full line that a term which wants it stands behind it.
    fn set_crowded(&mut self) {
        self.idf[PLACES - 1] = -self.idf[PLACES - 1].abs();
    }

    fn is_full(&self) -> bool {
        self.columns[PLACES - 1] != 0
    }

    /// Adds a term, if there is room.
    fn insert(&mut self, fingerprint: u64, entry: Entry) -> bool {
        let Some(place) = self.columns.iter().position(|&column| column == 0) else { return false };
        self.fingerprints[place] = fingerprint;
        self.columns[place] = entry.column.wrapping_add(1);
        self.idf[place] = entry.idf;
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
/// want the same line. A power of two: after its own line comes the one that processors fetch with it, then the others of
/// the same page.
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

    /// An index of up to `n` terms, each with its entry, or `None` where too many want the same line. Ascending terms are
    /// quickest.
    pub fn of(n: usize, terms: impl Iterator<Item = (u64, Entry)>) -> Option<Self> {
        let mut index = Index::new(n);
        let lines = index.lines.as_mut_slice();
        for (fingerprint, entry) in terms {
            let own = line_of(fingerprint, lines.len());
            if !lines[own].insert(fingerprint, entry) {
                lines[own].set_crowded();
                (1..GROUP).find(|step| lines[own ^ step].insert(fingerprint, entry))?;
            }
        }
        Some(index)
    }

    /// Adds a term if its own line has room for it.
    pub fn insert_in_own_line(&mut self, fingerprint: u64, entry: Entry) -> bool {
        let lines = self.lines.as_mut_slice();
        lines[line_of(fingerprint, lines.len())].insert(fingerprint, entry)
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
    /// The entry of a term.
    #[inline]
    pub fn entry(self, fingerprint: u64) -> Entry {
        let own = line_of(fingerprint, self.lines.len());
        let entry = self.lines[own].entry(fingerprint);
        // One branch that is nearly always taken: whether a term is known nothing predicts.
        if !entry.is_none() | !self.lines[own].is_crowded() { entry } else { self.entry_behind(own, fingerprint) }
    }

    /// The entry of a term that does not stand in its own line.
    #[cold]
    fn entry_behind(self, own: usize, fingerprint: u64) -> Entry {
        for step in 1..GROUP {
            let line = &self.lines[own ^ step];
            let entry = line.entry(fingerprint);
            // Where there is room no term went further.
            if !entry.is_none() || !line.is_full() {
                return entry;
            }
        }
        Entry::NONE
    }

    /// The entry of a term that stands in its own line.
    #[inline]
    pub fn entry_in_own_line(self, fingerprint: u64) -> Entry {
        self.lines[line_of(fingerprint, self.lines.len())].entry(fingerprint)
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
        Index::of(terms.len(), (0..).zip(terms).map(|(column, &term)| (term, entry(column))))
    }

    fn entry(column: u32) -> Entry {
        Entry { column, idf: 1.0 + column as f32 }
    }

    #[test]
    fn terms_that_want_the_same_line_are_all_found() {
        // All in the last line.
        let terms: Vec<u64> = (0..8).map(|i| u64::MAX - i).collect();
        let mut index = of(&terms).unwrap();
        for (column, &term) in (0..).zip(&terms) {
            assert_eq!(index.reader().entry(term), entry(column));
        }
        assert_eq!(index.reader().entry(u64::MAX - 8), Entry::NONE);
        assert_eq!(index.reader().entry(0), Entry::NONE);
        let in_own_line = |term: &&u64| !index.reader().entry_in_own_line(**term).is_none();
        assert_eq!(terms.iter().filter(in_own_line).count(), PLACES);
        assert!(!index.insert_in_own_line(u64::MAX - 8, entry(8)));
        assert!(index.insert_in_own_line(0, entry(8)));
        assert_eq!(index.reader().entry(0), entry(8));
    }

    #[test]
    fn the_term_without_bits_is_found_among_free_places() {
        let index = of(&[0, 1]).unwrap();
        assert_eq!((index.reader().entry(0), index.reader().entry(1)), (entry(0), entry(1)));
        assert_eq!(of(&[1]).unwrap().reader().entry(0), Entry::NONE);
    }

    #[test]
    fn of_a_term_added_twice_the_first_column_is_found() {
        let index = of(&[7, 7, 7, 7, 7, 7, 9, 9]).unwrap();
        assert_eq!((index.reader().entry(7), index.reader().entry(9)), (entry(0), entry(6)));
    }

    #[test]
    fn too_many_terms_for_a_line_are_no_index() {
        let most = (GROUP * PLACES) as u64;
        assert!(of(&(0..most).collect::<Vec<u64>>()).is_some());
        assert!(of(&(0..10 * most).collect::<Vec<u64>>()).is_none());
    }
}
