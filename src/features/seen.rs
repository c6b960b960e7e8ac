//! Finds the repeats among the terms of one sentence without sorting them.

/// A small hash table from term, by column or fingerprint, to place in the row. Emptied by counting on, not by writing.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// (sentence, place, term); open addressing, at most half full.
    slots: Vec<(u32, u32, u64)>,
    sentence: u32,
}

impl Seen {
    /// Forgets all terms and makes room for `n`.
    pub fn reset(&mut self, n: usize) {
        let wanted = (2 * n).next_power_of_two().max(64);
        self.sentence = self.sentence.wrapping_add(1);
        if self.slots.len() < wanted || self.sentence == 0 {
            self.slots.clear();
            self.slots.resize(wanted, (0, 0, 0));
            self.sentence = 1;
        }
    }

    /// The place of `term` if it was seen since the last reset; else it is now seen at `place`.
    #[inline]
    pub fn find_or_insert(&mut self, term: u64, place: usize) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut at = (term.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.0 != self.sentence {
                *slot = (self.sentence, place as u32, term);
                return None;
            }
            if slot.2 == term {
                return Some(slot.1 as usize);
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
            for term in 0..500u64 {
                assert_eq!(seen.find_or_insert(term * 64, term as usize), None, "round {round}");
            }
            for term in 0..500u64 {
                assert_eq!(seen.find_or_insert(term * 64, 0), Some(term as usize));
            }
        }
    }
}
