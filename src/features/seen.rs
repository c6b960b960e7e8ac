//! Finds the repeats among the terms of one sentence without sorting them.

/// A small hash table from term, by column or fingerprint, to place in the row. Emptied by counting on, not by writing.
#[derive(Debug)]
pub(super) struct Seen<T> {
    /// Place, counted on from row to row, and term; open addressing.
    slots: Vec<(u32, T)>,
    /// The count at which the row at hand begins: what stands below it belongs to rows before.
    first: u32,
    /// Places that the row at hand may use.
    n_places: u32,
}

/// Slots a term: two that want the same slot cost more than a larger table does.
const ROOM: usize = 8;

impl<T: Copy + Default + Eq + Into<u64>> Seen<T> {
    /// Forgets all terms and makes room for `n`.
    pub fn reset(&mut self, n: usize) {
        let wanted = (ROOM * n).next_power_of_two().max(ROOM * 64);
        let first = self.first.checked_add(self.n_places).filter(|first| u32::MAX - first > n as u32);
        self.first = first.filter(|_| self.slots.len() >= wanted).unwrap_or_else(|| {
            self.slots.clear();
            self.slots.resize(wanted, (0, T::default()));
            1
        });
        self.n_places = n as u32;
    }

    /// The place of `term` if it was seen since the last reset; else it is now seen at `place`, which is below the number
    /// of places asked for.
    #[inline]
    pub fn find_or_insert(&mut self, term: T, place: usize) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut at = (term.into().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.0 < self.first {
                *slot = (self.first + place as u32, term);
                return None;
            }
            if slot.1 == term {
                return Some((slot.0 - self.first) as usize);
            }
            at = (at + 1) & mask;
        }
    }
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Seen { slots: Vec::new(), first: 1, n_places: 0 }
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
