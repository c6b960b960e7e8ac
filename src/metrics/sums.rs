//! Sentences in, sums of each article out, from which every figure of a sample of articles follows.
//!
//! A sample that draws an article twice counts its sums twice. So sentences are looked at once, not once a sample.

use std::collections::BTreeMap;

use super::confusion::ConfusionMatrix;
use super::probability::{brier_of, log_loss_of, top};
use super::reliability::{BINS, BinSums, bin_of};

/// Sums over the sentences of each article, sparse: article after article, the cells that are not 0.
#[derive(Debug)]
pub(crate) struct Sums {
    n_classes: usize,
    /// Where the cells of each article end.
    ends: Vec<usize>,
    cells: Vec<(u32, f64)>,
}

/// Sums over a sample of articles.
#[derive(Debug)]
pub(crate) struct Totals {
    n_classes: usize,
    cells: Vec<f64>,
}

// Cells: first the confusion matrix row by row, then these, then three a reliability bin.
const LOG_LOSS: usize = 0;
const BRIER: usize = 1;
const SCORED: usize = 2;
const FIRST_BIN: usize = 3;

impl Sums {
    /// Sums of each article. Slices have one entry a sentence, `probabilities` n_classes.
    pub(crate) fn of(
        n_classes: usize,
        gold: &[u32],
        predicted: &[Option<u32>],
        probabilities: Option<&[f64]>,
        article_of: &[u32],
    ) -> Self {
        let mut articles: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (sentence, &article) in article_of.iter().enumerate() {
            articles.entry(article).or_default().push(sentence);
        }
        let mut sums = Sums { n_classes, ends: Vec::with_capacity(articles.len()), cells: Vec::new() };
        let after_matrix = n_classes * n_classes;
        for sentences in articles.values() {
            let mut cells: BTreeMap<u32, f64> = BTreeMap::new();
            let mut add = |cell: usize, amount: f64| *cells.entry(cell as u32).or_default() += amount;
            for &sentence in sentences {
                let gold = gold[sentence] as usize;
                if let Some(predicted) = predicted[sentence] {
                    add(gold * n_classes + predicted as usize, 1.0);
                }
                if let Some(probabilities) = probabilities {
                    let row = &probabilities[sentence * n_classes..(sentence + 1) * n_classes];
                    let (class, p) = top(row);
                    add(after_matrix + LOG_LOSS, log_loss_of(gold, row));
                    add(after_matrix + BRIER, brier_of(gold, row));
                    add(after_matrix + SCORED, 1.0);
                    let bin = after_matrix + FIRST_BIN + 3 * bin_of(p);
                    add(bin, 1.0);
                    add(bin + 1, f64::from(u8::from(class == gold)));
                    add(bin + 2, p);
                }
            }
            sums.cells.extend(cells);
            sums.ends.push(sums.cells.len());
        }
        sums
    }

    /// Number of articles.
    pub(crate) fn n_units(&self) -> usize {
        self.ends.len()
    }

    /// Sums over a sample that holds article i `times[i]` times.
    pub(crate) fn total(&self, times: &[u32]) -> Totals {
        let n_classes = self.n_classes;
        let mut cells = vec![0.0; n_classes * n_classes + FIRST_BIN + 3 * BINS];
        let mut start = 0;
        for (&end, &times) in self.ends.iter().zip(times) {
            if times > 0 {
                for &(cell, amount) in &self.cells[start..end] {
                    cells[cell as usize] += amount * f64::from(times);
                }
            }
            start = end;
        }
        Totals { n_classes, cells }
    }
}

impl Totals {
    pub(crate) fn matrix(&self) -> ConfusionMatrix {
        let mut matrix = ConfusionMatrix::new(self.n_classes);
        for gold in 0..self.n_classes {
            for predicted in 0..self.n_classes {
                matrix.add(gold, predicted, self.cells[gold * self.n_classes + predicted] as u64);
            }
        }
        matrix
    }

    fn after_matrix(&self) -> &[f64] {
        &self.cells[self.n_classes * self.n_classes..]
    }

    pub(crate) fn log_loss(&self) -> Option<f64> {
        super::ratio(self.after_matrix()[LOG_LOSS], self.after_matrix()[SCORED])
    }

    pub(crate) fn brier(&self) -> Option<f64> {
        super::ratio(self.after_matrix()[BRIER], self.after_matrix()[SCORED])
    }

    pub(crate) fn bins(&self) -> Vec<BinSums> {
        let bins = self.after_matrix()[FIRST_BIN..].chunks_exact(3);
        bins.map(|bin| BinSums { count: bin[0], correct: bin[1], confidence: bin[2] }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_drawn_twice_counts_twice() {
        let p = [0.9, 0.1, 0.2, 0.8, 0.6, 0.4];
        let sums = Sums::of(2, &[0, 1, 1], &[Some(0), Some(1), None], Some(&p), &[40, 7, 40]);
        assert_eq!(sums.n_units(), 2);
        // Article 7 comes first: articles go by number.
        assert_eq!(sums.total(&[0, 2]).matrix().rows(), [[2, 0], [0, 0]]);
        let all = sums.total(&[1, 1]);
        assert_eq!(all.matrix().rows(), [[1, 0], [0, 1]]);
        assert!((all.brier().unwrap() - (0.02 + 0.08 + 0.72) / 3.0).abs() < 1e-12);
        assert_eq!(all.bins().iter().map(|bin| bin.count).sum::<f64>(), 3.0);
        assert_eq!(sums.total(&[0, 0]).log_loss(), None);
    }
}
