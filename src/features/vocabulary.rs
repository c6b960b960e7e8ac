//! Fingerprint ⇄ column, for one block.

use std::ops::Range;

use crate::prefetch::prefetch;
use crate::storage::Values;

/// Stands for the column of a term that is not known.
pub(super) const UNKNOWN: u32 = u32::MAX;

/// The terms of one block, each with its column.
///
/// Columns stand in two runs, each in ascending order of fingerprint: first the frequent terms, then all others. A text
/// is mostly frequent terms, and so what belongs to them, a few tens of thousands, stays in the processor's cache.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// In column order.
    fingerprints: Values<u64>,
    frequent: Run,
    rare: Run,
}

/// Columns in ascending order of fingerprint.
///
/// The leading bits of a fingerprint name a bucket of one or two terms: two memory accesses find it, or find it missing.
/// Three bits more name one of eight bits a term, set where there is a term: that finds nearly all that are missing.
#[derive(Debug, Clone)]
struct Run {
    /// A bit for each value of the leading bits and the three behind them.
    present: Vec<u64>,
    /// For each value of the leading bits the first column of its bucket; one more at the end.
    starts: Vec<u32>,
    shift: u32,
    end: u32,
}

impl Run {
    /// # Errors
    /// The position of the first fingerprint that is not above the one before it.
    fn new(fingerprints: &[u64], columns: Range<usize>) -> Result<Self, usize> {
        let terms = &fingerprints[columns.clone()];
        // A process that labels one sentence spends most of its time here: nothing in these loops waits for what the
        // step before it has written.
        let ascend = terms.windows(2).fold(true, |ascend, pair| ascend & (pair[0] < pair[1]));
        if !ascend && let Some(i) = terms.windows(2).position(|pair| pair[0] >= pair[1]) {
            return Err(columns.start + i + 1);
        }
        let bits = terms.len().max(1).ilog2().clamp(4, 28);
        let shift = 64 - bits;
        // In ascending order the last term of a bucket is the last to say where the next one begins.
        let mut starts = vec![0u32; (1 << bits) + 1];
        let mut present = vec![0u64; 1 << (bits - 3)];
        let (mut word, mut bits_of_word) = (0, 0);
        for (column, &term) in (columns.start as u32..).zip(terms) {
            starts[(term >> shift) as usize + 1] = column + 1;
            let bit = term >> (shift - 3);
            let same = bit / 64 == word;
            word = bit / 64;
            bits_of_word = if same { bits_of_word } else { 0 } | 1 << (bit % 64);
            present[word as usize] = bits_of_word;
        }
        // An empty bucket begins where the one before it ends.
        let mut latest = columns.start as u32;
        for start in &mut starts {
            latest = latest.max(*start);
            *start = latest;
        }
        Ok(Run { present, starts, shift, end: columns.end as u32 })
    }

    /// Whether a term may be there; most that are not have no bit.
    #[inline]
    fn may_hold(&self, fingerprint: u64) -> bool {
        let bit = fingerprint >> (self.shift - 3);
        self.present[(bit / 64) as usize] >> (bit % 64) & 1 == 1
    }

    #[inline]
    fn prefetch_bit(&self, fingerprint: u64) {
        prefetch(&self.present[(fingerprint >> (self.shift + 3)) as usize]);
    }

    #[inline]
    fn start(&self, fingerprint: u64) -> &u32 {
        &self.starts[(fingerprint >> self.shift) as usize]
    }

    /// The column of `fingerprint`, its bucket starting at `start`, or [`UNKNOWN`].
    #[inline]
    fn find(&self, fingerprints: &[u64], fingerprint: u64, start: u32) -> u32 {
        let terms = &fingerprints[start as usize..self.end as usize];
        // Buckets hold one or two terms. How many stand before the one looked for would be guessed wrong half the time,
        // so the first few are compared in any case.
        if let Some(few) = terms.first_chunk::<4>() {
            let before = few.iter().map(|&term| usize::from(term < fingerprint)).sum::<usize>();
            if before < few.len() {
                return if few[before] == fingerprint { start + before as u32 } else { UNKNOWN };
            }
        }
        let before = terms.iter().take_while(|&&term| term < fingerprint).count();
        if terms.get(before) == Some(&fingerprint) { start + before as u32 } else { UNKNOWN }
    }

    /// As [`Run::find`], from the beginning.
    #[inline]
    fn column(&self, fingerprints: &[u64], fingerprint: u64) -> Option<u32> {
        let column = self.find(fingerprints, fingerprint, *self.start(fingerprint));
        (column != UNKNOWN).then_some(column)
    }
}

impl Vocabulary {
    /// A vocabulary over fingerprints in column order, of which the first `n_frequent` are those of frequent terms.
    ///
    /// # Errors
    /// The position of the first fingerprint that is not above the one before it in its run.
    pub fn new(fingerprints: Values<u64>, n_frequent: usize) -> Result<Self, usize> {
        let n_frequent = n_frequent.min(fingerprints.len());
        let frequent = Run::new(&fingerprints, 0..n_frequent)?;
        let rare = Run::new(&fingerprints, n_frequent..fingerprints.len())?;
        let vocabulary = Vocabulary { fingerprints, frequent, rare };
        // A term in both runs would be two columns.
        let frequent = &vocabulary.fingerprints[..n_frequent];
        let mut twice = frequent.iter().filter(|&&term| vocabulary.rare.may_hold(term));
        let twice = twice.find_map(|&term| vocabulary.rare.column(&vocabulary.fingerprints, term));
        match twice {
            Some(column) => Err(column as usize),
            None => Ok(vocabulary),
        }
    }

    /// Column of the term with this fingerprint, if it is known.
    #[inline]
    pub fn column(&self, fingerprint: u64) -> Option<u32> {
        let column = |run: &Run| run.column(&self.fingerprints, fingerprint);
        column(&self.frequent).or_else(|| column(&self.rare))
    }

    /// Columns of many fingerprints, [`UNKNOWN`] for a term that is not known; replaces what `columns` holds. `known` is
    /// called with each known column that is not frequent, so that what belongs to it can be fetched early. `rest` is
    /// scratch.
    ///
    /// Looking up a term that is not frequent waits for memory, and what it finds there decides a branch that nothing
    /// predicts. So such terms go one step together, each step asking for what the next one reads.
    pub(super) fn columns(
        &self,
        fingerprints: &[u64],
        columns: &mut Vec<u32>,
        rest: &mut Vec<u32>,
        known: impl Fn(u32),
    ) {
        let terms = &self.fingerprints[..];
        columns.clear();
        // The places of terms that are not frequent: written every time, and kept by counting on.
        rest.clear();
        rest.resize(fingerprints.len(), 0);
        let mut n_rest = 0;
        columns.extend(fingerprints.iter().map(|&fingerprint| {
            let start = *self.frequent.start(fingerprint);
            terms.get(start as usize).into_iter().for_each(prefetch);
            start
        }));
        for ((place, &fingerprint), column) in (0..).zip(fingerprints).zip(&mut *columns) {
            *column = self.frequent.find(terms, fingerprint, *column);
            self.rare.prefetch_bit(fingerprint);
            rest[n_rest] = place;
            n_rest += usize::from(*column == UNKNOWN);
        }
        let mut n_found = 0;
        for at in 0..n_rest {
            let place = rest[at];
            let fingerprint = fingerprints[place as usize];
            prefetch(self.rare.start(fingerprint));
            rest[n_found] = place;
            n_found += usize::from(self.rare.may_hold(fingerprint));
        }
        rest.truncate(n_found);
        for &place in &*rest {
            let start = *self.rare.start(fingerprints[place as usize]);
            terms.get(start as usize).into_iter().for_each(prefetch);
            columns[place as usize] = start;
        }
        for &place in &*rest {
            let column = &mut columns[place as usize];
            *column = self.rare.find(terms, fingerprints[place as usize], *column);
            if *column != UNKNOWN {
                known(*column);
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

    /// Number of frequent terms, which have the first columns.
    pub fn n_frequent(&self) -> usize {
        self.frequent.end as usize
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
