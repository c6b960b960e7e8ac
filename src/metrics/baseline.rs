//! Gold counts in, what guessing would get out: the figure to beat.

use serde::Serialize;

use super::{ConfusionMatrix, Scores, ratio};

/// The majority class for every sentence; for figures of probabilities, the class shares for every sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baseline {
    /// The most frequent gold label, the first of equals; `None` for no sentence.
    pub label: Option<String>,
    /// Its share of the gold labels; 0 to 1.
    pub accuracy: Option<f64>,
    /// 1 / number of classes in gold.
    pub balanced_accuracy: Option<f64>,
    /// F1 of the majority class over the number of classes in gold.
    pub macro_f1: Option<f64>,
    /// Always `None`: one prediction correlates with nothing.
    pub matthews: Option<f64>,
    /// 0, or `None` where gold holds but one class.
    pub kappa: Option<f64>,
    /// Log loss of the class shares, −Σ share·ln share; nats, from 0.
    pub log_loss: Option<f64>,
    /// Brier score of the class shares, 1 − Σ share²; 0 to 1.
    pub brier: Option<f64>,
}

impl Baseline {
    /// The baseline where `gold[c]` sentences are of class c, whose name is `labels[c]`.
    pub fn of(labels: &[String], gold: &[u64]) -> Self {
        let mut majority = 0;
        for (class, &count) in gold.iter().enumerate() {
            if count > gold[majority] {
                majority = class;
            }
        }
        let mut matrix = ConfusionMatrix::new(gold.len());
        for (class, &count) in gold.iter().enumerate() {
            matrix.add(class, majority, count);
        }
        let scores = Scores::of(&matrix);
        let total = matrix.total() as f64;
        let shares: Option<Vec<f64>> = gold.iter().map(|&count| ratio(count as f64, total)).collect();
        let shares = shares.filter(|shares| !shares.is_empty());
        let present = |shares: &Vec<f64>| shares.iter().copied().filter(|&share| share > 0.0).collect::<Vec<f64>>();
        Baseline {
            label: shares.as_ref().and_then(|_| labels.get(majority).cloned()),
            accuracy: scores.accuracy,
            balanced_accuracy: scores.balanced_accuracy,
            macro_f1: scores.macro_f1,
            matthews: scores.matthews,
            kappa: scores.kappa,
            log_loss: shares.as_ref().map(|s| present(s).iter().map(|share| -share * share.ln()).sum::<f64>() + 0.0),
            brier: shares.as_ref().map(|s| 1.0 - s.iter().map(|share| share * share).sum::<f64>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<String> {
        ["a", "b", "c"].map(String::from).to_vec()
    }

    #[test]
    fn the_majority_class_for_all() {
        let baseline = Baseline::of(&labels(), &[1, 3, 0]);
        assert_eq!(baseline.label.as_deref(), Some("b"));
        assert_eq!((baseline.accuracy, baseline.balanced_accuracy), (Some(0.75), Some(0.5)));
        assert_eq!(baseline.macro_f1, Some(6.0 / 7.0 / 2.0));
        assert_eq!((baseline.matthews, baseline.kappa), (None, Some(0.0)));
        assert_eq!(baseline.brier, Some(0.375));
        assert!((baseline.log_loss.unwrap() - 0.562_335_144_618_808).abs() < 1e-12);
    }

    #[test]
    fn the_first_of_equals_and_nothing_for_nothing() {
        assert_eq!(Baseline::of(&labels(), &[2, 2, 2]).label.as_deref(), Some("a"));
        let nothing = Baseline::of(&labels(), &[0, 0, 0]);
        assert_eq!((nothing.label, nothing.accuracy, nothing.log_loss, nothing.brier), (None, None, None, None));
    }
}
