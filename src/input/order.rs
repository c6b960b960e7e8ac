//! Results of rows come in as their articles are finished, and go out in the order of rows.

use std::collections::BTreeMap;

/// Holds back what belongs to later rows until all rows before have come.
///
/// ```
/// let mut order = stance::input::InRowOrder::default();
/// order.push(1, "second");
/// assert_eq!(order.next(), None);
/// order.push(0, "first");
/// assert_eq!(order.by_ref().collect::<Vec<_>>(), ["first", "second"]);
/// ```
#[derive(Debug)]
pub struct InRowOrder<T> {
    next: usize,
    waiting: BTreeMap<usize, T>,
}

impl<T> Default for InRowOrder<T> {
    fn default() -> Self {
        InRowOrder { next: 0, waiting: BTreeMap::new() }
    }
}

impl<T> InRowOrder<T> {
    /// Takes the result of one row; each row from 0 comes once.
    pub fn push(&mut self, row: usize, result: T) {
        self.waiting.insert(row, result);
    }

    /// How many results are held back.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}

impl<T> Iterator for InRowOrder<T> {
    type Item = T;

    /// The result of the next row, if it has come.
    fn next(&mut self) -> Option<T> {
        let result = self.waiting.remove(&self.next)?;
        self.next += 1;
        Some(result)
    }
}
