//! One block of a fitted TF-IDF: its terms found and weighed.

use super::block::Block;
use super::matrix::RowBuffer;
use super::seen::Seen;
use super::terms::TermBuffer;
use super::vocabulary::{UNKNOWN, Vocabulary};
use crate::prefetch::prefetch_at;
use crate::storage::Values;

#[derive(Debug, Clone)]
pub(super) struct FittedBlock {
    pub params: Block,
    pub vocabulary: Vocabulary,
    /// One a term; empty where the block does without.
    pub idf: Values<f32>,
    /// Column of the block's first term.
    pub offset: u32,
}

impl FittedBlock {
    /// Appends the block's part to the row of each sentence in `terms`: its known terms in the order of their first
    /// occurrence. `known` may be called with what comes of each term that is not frequent.
    pub fn append(&self, terms: &mut TermBuffer, rows: &mut [RowBuffer], known: &impl Fn(u32)) {
        let TermBuffer { fingerprints, weights, ends, columns, rest, seen, .. } = terms;
        let idf = &self.idf[..];
        self.vocabulary.columns(fingerprints, columns, rest, |column| {
            prefetch_at(idf, column as usize);
            // Of an unknown term some column, which does no harm.
            known(self.offset.wrapping_add(column));
        });
        let mut start = 0;
        for (&end, row) in ends.iter().zip(rows) {
            let weights = if weights.is_empty() { &mut [] } else { &mut weights[start..end] };
            self.append_row(&columns[start..end], weights, seen, row);
            start = end;
        }
    }

    /// Appends the part of one row. `weights` has one a term, or none where all are 1; it is used up.
    fn append_row(&self, columns: &[u32], weights: &mut [f32], seen: &mut Seen<u32>, row: &mut RowBuffer) {
        let start = row.len();
        let most = columns.len().min(self.vocabulary.len());
        row.resize(start + most, (0, 0.0));
        let part = &mut row[start..];
        seen.reset(most);
        // Until the norm is known a row holds tf, and weights stand aside: a term that counts in part must not weigh more
        // for it.
        let kept =
            if weights.is_empty() { count(columns, seen, part) } else { count_weighted(columns, weights, seen, part) };
        row.truncate(start + kept);
        let part = &mut row[start..];

        let Block { sublinear_tf, idf: uses_idf, l2_norm, scale, .. } = self.params;
        let (idf, offset) = (&self.idf[..], self.offset);
        let tf = |count: f32| if sublinear_tf && count > 1.0 { 1.0 + count.ln() } else { count };
        let mut norm = 0.0f64;
        for (column, value) in &mut *part {
            *value = tf(*value);
            if uses_idf {
                *value *= idf[*column as usize];
            }
            norm += f64::from(*value) * f64::from(*value);
            *column += offset;
        }
        let factor = if l2_norm && norm > 0.0 { scale / norm.sqrt() as f32 } else { scale };
        for (_, value) in &mut *part {
            *value *= factor;
        }
        for ((_, value), weight) in part.iter_mut().zip(weights.iter()) {
            *value *= weight;
        }
    }
}

/// Counts the terms of a row: each known column once in `part`, with how often it comes. Says how many these are.
fn count(columns: &[u32], seen: &mut Seen<u32>, part: &mut [(u32, f32)]) -> usize {
    let mut kept = 0;
    for &column in columns.iter().filter(|&&column| column != UNKNOWN) {
        match seen.find_or_insert(column, kept) {
            Some(place) => part[place].1 += 1.0,
            None => {
                part[kept] = (column, 1.0);
                kept += 1;
            }
        }
    }
    kept
}

/// The same, moving the weights to where their terms are. Of those of a repeated term the largest counts.
fn count_weighted(columns: &[u32], weights: &mut [f32], seen: &mut Seen<u32>, part: &mut [(u32, f32)]) -> usize {
    let mut kept = 0;
    for (index, &column) in columns.iter().enumerate().filter(|(_, column)| **column != UNKNOWN) {
        match seen.find_or_insert(column, kept) {
            Some(place) => {
                part[place].1 += 1.0;
                weights[place] = weights[place].max(weights[index]);
            }
            None => {
                part[kept] = (column, 1.0);
                weights[kept] = weights[index];
                kept += 1;
            }
        }
    }
    kept
}
