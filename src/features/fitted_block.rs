//! One block of a fitted TF-IDF: its terms found and weighed.

use super::block::Block;
use super::index::Entry;
use super::matrix::RowBuffer;
use super::seen::Seen;
use super::terms::TermBuffer;
use super::vocabulary::Vocabulary;

#[derive(Debug, Clone)]
pub(super) struct FittedBlock {
    pub params: Block,
    pub vocabulary: Vocabulary,
    /// Column of the block's first term.
    pub offset: u32,
}

impl FittedBlock {
    /// Appends the block's part to the row of each sentence in `terms`: its known terms in the order of their first
    /// occurrence. `known` may be called with what comes of each term that is not frequent.
    pub fn append(&self, terms: &mut TermBuffer, rows: &mut [RowBuffer], known: &impl Fn(u32)) {
        let TermBuffer { fingerprints, weights, ends, entries, rest, seen, .. } = terms;
        self.vocabulary.entries(fingerprints, entries, rest, |column| {
            // Of an unknown term some column, which does no harm.
            known(self.offset.wrapping_add(column));
        });
        let mut start = 0;
        for (&end, row) in ends.iter().zip(rows) {
            let weights = if weights.is_empty() { &mut [] } else { &mut weights[start..end] };
            self.append_row(&mut entries[start..end], weights, seen, row);
            start = end;
        }
    }

    /// Appends the part of one row. `weights` has one a term, or none where all are 1; both lists are used up.
    fn append_row(&self, entries: &mut [Entry], weights: &mut [f32], seen: &mut Seen<u32>, row: &mut RowBuffer) {
        let start = row.len();
        let most = entries.len().min(self.vocabulary.len());
        row.resize(start + most, (0, 0.0));
        let part = &mut row[start..];
        seen.reset(most);
        // Until the norm is known a row holds tf, and idf and weights stand aside: a term that counts in part must not weigh
        // more for it. Of the weights of a repeated term the largest counts.
        let mut kept = 0;
        for index in 0..entries.len() {
            let entry = entries[index];
            if entry.is_none() {
                continue;
            }
            let seen_at = seen.find_or_insert(entry.column, kept);
            let place = seen_at.unwrap_or(kept);
            match seen_at {
                Some(place) => part[place].1 += 1.0,
                None => {
                    part[kept] = (entry.column + self.offset, 1.0);
                    entries[kept] = entry;
                    kept += 1;
                }
            }
            if let Some(&weight) = weights.get(index) {
                weights[place] = if seen_at.is_some() { weight.max(weights[place]) } else { weight };
            }
        }
        row.truncate(start + kept);
        let part = &mut row[start..];

        let Block { sublinear_tf, l2_norm, scale, .. } = self.params;
        let mut norm = 0.0f64;
        for ((_, value), entry) in part.iter_mut().zip(&*entries) {
            if sublinear_tf && *value > 1.0 {
                *value = 1.0 + value.ln();
            }
            *value *= entry.idf;
            norm += f64::from(*value) * f64::from(*value);
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
