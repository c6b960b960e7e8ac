//! Finds the repeats among the columns of one sentence without sorting them.

/// A small hash table from column to place in the row. Emptied by counting on, not by writing.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// (sentence, column, place); open addressing, at most half full.
    slots: Vec<(u32, u32, u32)>,
    sentence: u32,
}

impl Seen {
    /// Forgets all columns and makes room for `n`.
    pub fn reset(&mut self, n: usize) {
        let wanted = (2 * n).next_power_of_two().max(64);
        self.sentence = self.sentence.wrapping_add(1);
        if self.slots.len() < wanted || self.sentence == 0 {
            self.slots.clear();
            self.slots.resize(wanted, (0, 0, 0));
            self.sentence = 1;
        }
    }

    /// The place of `column` if it was seen since the last reset; else it is now seen at `place`.
    #[inline]
    pub fn find_or_insert(&mut self, column: u32, place: usize) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut at = (column.wrapping_mul(0x9E37_79B1) >> 16) as usize & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.0 != self.sentence {
                *slot = (self.sentence, column, place as u32);
                return None;
            }
            if slot.1 == column {
                return Some(slot.2 as usize);
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn repeats_are_found_and_forgotten_at_a_reset() {
        let mut seen = Seen::default();
        for round in 0..3 {
            seen.reset(500);
            for column in 0..500u32 {
                assert_eq!(seen.find_or_insert(column * 64, column as usize), None, "round {round}");
            }
            for column in 0..500u32 {
                assert_eq!(seen.find_or_insert(column * 64, 0), Some(column as usize));
            }
        }
    }
}
