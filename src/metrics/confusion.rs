//! Pairs of gold and predicted class in, counts out.

use serde::Serialize;

/// How many sentences of each gold class were given each class. Rows are gold, columns are predicted.
///
/// Sentences that were left without a prediction are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ConfusionMatrix {
    /// n_classes rows of n_classes counts.
    rows: Vec<Vec<u64>>,
}

impl ConfusionMatrix {
    /// Counts nothing yet, over `n_classes` classes.
    pub fn new(n_classes: usize) -> Self {
        ConfusionMatrix { rows: vec![vec![0; n_classes]; n_classes] }
    }

    /// Counts pairs of gold and predicted class. A class outside `0..n_classes` and an absent prediction count nowhere.
    pub fn of(n_classes: usize, gold: &[u32], predicted: &[Option<u32>]) -> Self {
        let mut matrix = ConfusionMatrix::new(n_classes);
        for (&gold, predicted) in gold.iter().zip(predicted) {
            if let Some(predicted) = predicted {
                matrix.add(gold as usize, *predicted as usize, 1);
            }
        }
        matrix
    }

    /// Adds `n` sentences of class `gold` that were called `predicted`; nothing where either is no class.
    pub fn add(&mut self, gold: usize, predicted: usize, n: u64) {
        if let Some(count) = self.rows.get_mut(gold).and_then(|row| row.get_mut(predicted)) {
            *count += n;
        }
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.rows.len()
    }

    /// The rows, one a gold class, each with one count a predicted class.
    pub fn rows(&self) -> &[Vec<u64>] {
        &self.rows
    }

    /// Sentences of class `gold` that were called `predicted`; 0 where either is no class.
    pub fn count(&self, gold: usize, predicted: usize) -> u64 {
        self.rows.get(gold).and_then(|row| row.get(predicted)).copied().unwrap_or(0)
    }

    /// All sentences counted.
    pub fn total(&self) -> u64 {
        self.rows.iter().flatten().sum()
    }

    /// Sentences on the diagonal.
    pub fn correct(&self) -> u64 {
        (0..self.n_classes()).map(|class| self.count(class, class)).sum()
    }

    /// Sentences of each gold class.
    pub fn gold_totals(&self) -> Vec<u64> {
        self.rows.iter().map(|row| row.iter().sum()).collect()
    }

    /// Sentences called each class.
    pub fn predicted_totals(&self) -> Vec<u64> {
        (0..self.n_classes()).map(|class| self.rows.iter().map(|row| row[class]).sum()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_gold_and_columns_predicted() {
        let matrix = ConfusionMatrix::of(3, &[0, 0, 1, 2, 2], &[Some(0), Some(1), Some(1), None, Some(0)]);
        assert_eq!(matrix.rows(), [[1, 1, 0], [0, 1, 0], [1, 0, 0]]);
        assert_eq!((matrix.total(), matrix.correct()), (4, 2));
        assert_eq!(matrix.gold_totals(), [2, 1, 1]);
        assert_eq!(matrix.predicted_totals(), [2, 2, 0]);
    }

    #[test]
    fn a_class_that_is_none_counts_nowhere() {
        let mut matrix = ConfusionMatrix::new(2);
        matrix.add(2, 0, 1);
        matrix.add(0, 7, 1);
        assert_eq!((matrix.total(), matrix.count(9, 9)), (0, 0));
    }
}
