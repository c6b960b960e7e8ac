//! Top probabilities and whether they were right in, a reliability diagram and the calibration error out.
//!
//! Sentences are sorted into [`BINS`] bins of equal width by their largest probability, bin i of B holding (i/B, (i+1)/B].
//! Of those where the model says 0.8, eight in ten should be right. The expected calibration error is
//! Σ_b n_b/n · |accuracy_b − confidence_b| (Naeini et al. 2015; Guo et al. 2017, eq. 3).
//!
//! What counts as right is the class of largest probability, whether or not it was put out as the prediction.

use serde::Serialize;

use super::probability::top;
use super::ratio;

/// Number of bins.
pub const BINS: usize = 15;

/// Sentences whose top probability lies in one bin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// Lower edge, not in the bin (but 0 is in the first); 0 to 1.
    pub from: f64,
    /// Upper edge, in the bin; 0 to 1.
    pub to: f64,
    /// Sentences in the bin.
    pub count: u64,
    /// Their mean top probability; `None` for an empty bin.
    pub confidence: Option<f64>,
    /// The share of them that is right; `None` for an empty bin.
    pub accuracy: Option<f64>,
}

/// The reliability diagram.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// Expected calibration error; 0 to 1. `None` for no sentence.
    pub expected_calibration_error: Option<f64>,
    /// The bins, from 0 to 1.
    pub bins: Vec<ReliabilityBin>,
}

impl Reliability {
    /// The diagram of probabilities (n_sentences × n_classes, row by row).
    pub fn of(gold: &[u32], probabilities: &[f64], n_classes: usize) -> Self {
        let mut sums = [BinSums::default(); BINS];
        for (&gold, row) in gold.iter().zip(probabilities.chunks_exact(n_classes.max(1))) {
            let (class, p) = top(row);
            sums[bin_of(p)].add(class == gold as usize, p);
        }
        Reliability::from_sums(&sums)
    }

    /// The diagram of sums a bin.
    pub(crate) fn from_sums(sums: &[BinSums]) -> Self {
        let total: f64 = sums.iter().map(|bin| bin.count).sum();
        let gaps: f64 = sums.iter().map(|bin| (bin.correct - bin.confidence).abs()).sum();
        let bins = sums.iter().enumerate().map(|(i, bin)| ReliabilityBin {
            from: i as f64 / BINS as f64,
            to: (i + 1) as f64 / BINS as f64,
            count: bin.count as u64,
            confidence: ratio(bin.confidence, bin.count),
            accuracy: ratio(bin.correct, bin.count),
        });
        Reliability { expected_calibration_error: ratio(gaps, total), bins: bins.collect() }
    }
}

/// What is summed over the sentences of a bin.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BinSums {
    pub(crate) count: f64,
    pub(crate) correct: f64,
    pub(crate) confidence: f64,
}

impl BinSums {
    fn add(&mut self, correct: bool, confidence: f64) {
        self.count += 1.0;
        self.correct += f64::from(u8::from(correct));
        self.confidence += confidence;
    }
}

/// The bin of a probability from 0 to 1.
pub(crate) fn bin_of(probability: f64) -> usize {
    // A float cast saturates, so that no probability leaves the range.
    ((probability * BINS as f64).ceil() as usize).clamp(1, BINS) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_open_below_and_closed_above() {
        assert_eq!([0.0, 1e-9, 1.0 / 15.0, 0.5, 1.0].map(bin_of), [0, 0, 0, 7, 14]);
        assert_eq!(bin_of(1.0 / 15.0 + 1e-9), 1);
    }

    #[test]
    fn the_error_is_the_weighted_gap() {
        // Two at 0.9, one right: gap 0.4. Two at 0.6, both right: gap 0.4.
        let p = [0.9, 0.1, 0.9, 0.1, 0.6, 0.4, 0.6, 0.4];
        let reliability = Reliability::of(&[0, 1, 0, 0], &p, 2);
        assert!((reliability.expected_calibration_error.unwrap() - 0.4).abs() < 1e-12);
        let bin = reliability.bins[13];
        assert_eq!((bin.count, bin.confidence, bin.accuracy), (2, Some(0.9), Some(0.5)));
        assert_eq!(reliability.bins[0].accuracy, None);
    }

    #[test]
    fn no_sentence_no_figure() {
        assert_eq!(Reliability::of(&[], &[], 2).expected_calibration_error, None);
    }
}
