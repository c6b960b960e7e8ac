//! Two predictions of the same sentences in, their difference out: a paired comparison.
//!
//! Both models face the same articles in every bootstrap sample, so that what is hard for both cancels out.

use serde::Serialize;

use super::bootstrap::{Bootstrap, Figure};
use super::evaluation::checked;
use super::sums::Sums;
use super::{ConfusionMatrix, McNemar, Scores};
use crate::error::Result;

/// What became of a sentence from the baseline to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Wrong before, right now.
    Fixed,
    /// Right before, wrong now.
    Broken,
    /// Wrong before and now, but otherwise.
    Moved,
}

/// A sentence whose prediction changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Which sentence, as it was passed in, from 0.
    pub sentence: usize,
    /// Its gold class.
    pub gold: u32,
    /// The class that the baseline gave; `None` for none.
    pub before: Option<u32>,
    /// The class that the model gives; `None` for none.
    pub now: Option<u32>,
    /// Whether that is for the better.
    pub outcome: Outcome,
}

/// A model against a baseline on the same sentences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The labels, which classes count in.
    pub labels: Vec<String>,
    /// Sentences compared.
    pub sentences: u64,
    /// Articles that they stand in.
    pub articles: u64,
    /// Macro-F1 of the model, over the sentences that it labels.
    pub model_macro_f1: Option<f64>,
    /// Macro-F1 of the baseline, over the sentences that it labels.
    pub baseline_macro_f1: Option<f64>,
    /// Accuracy of the model, over the sentences that it labels.
    pub model_accuracy: Option<f64>,
    /// Accuracy of the baseline, over the sentences that it labels.
    pub baseline_accuracy: Option<f64>,
    /// Macro-F1 of the model less that of the baseline, with its interval by article; −1 to 1, above 0 is for the model.
    pub macro_f1_difference: Figure,
    /// Accuracy of the model less that of the baseline, with its interval by article.
    pub accuracy_difference: Figure,
    /// McNemar's test; the model is the first. A sentence without a prediction is not right.
    pub mcnemar: McNemar,
    /// The sentences whose prediction changed, in order.
    pub changed: Vec<Change>,
    /// How the intervals were drawn.
    pub bootstrap: Bootstrap,
}

impl Comparison {
    /// Compares `predicted` with `baseline`. All slices have one entry a sentence; classes count in `labels`. The
    /// bootstrap draws whole articles and starts from `seed`.
    ///
    /// # Errors
    /// As [`Comparison::drawn`].
    pub fn new(
        labels: &[String],
        gold: &[u32],
        predicted: &[Option<u32>],
        baseline: &[Option<u32>],
        article_of: &[u32],
        seed: u64,
    ) -> Result<Self> {
        let bootstrap = Bootstrap { seed, ..Bootstrap::default() };
        Comparison::drawn(labels, gold, predicted, baseline, article_of, bootstrap)
    }

    /// As [`Comparison::new`], with intervals drawn by `bootstrap`.
    ///
    /// # Errors
    /// Slices of different lengths; a class that is none.
    pub fn drawn(
        labels: &[String],
        gold: &[u32],
        predicted: &[Option<u32>],
        baseline: &[Option<u32>],
        article_of: &[u32],
        bootstrap: Bootstrap,
    ) -> Result<Self> {
        let k = labels.len();
        checked(k, gold, predicted, None, article_of)?;
        checked(k, gold, baseline, None, article_of)?;

        let figures = |model: &ConfusionMatrix, baseline: &ConfusionMatrix| {
            let (model, baseline) = (Scores::of(model), Scores::of(baseline));
            let less = |a: Option<f64>, b: Option<f64>| Some(a? - b?);
            vec![less(model.macro_f1, baseline.macro_f1), less(model.accuracy, baseline.accuracy)]
        };
        let units = bootstrap.units(article_of);
        let model_sums = Sums::of(k, gold, predicted, None, &units);
        let baseline_sums = Sums::of(k, gold, baseline, None, &units);
        let intervals = bootstrap.intervals(model_sums.n_units(), |times| {
            figures(&model_sums.total(times).matrix(), &baseline_sums.total(times).matrix())
        });
        let model = ConfusionMatrix::of(k, gold, predicted);
        let other = ConfusionMatrix::of(k, gold, baseline);
        let figures = figures(&model, &other);

        let (model, other) = (Scores::of(&model), Scores::of(&other));

        let (mut only_model, mut only_baseline) = (0, 0);
        let mut changed = Vec::new();
        for (sentence, ((&gold, &now), &before)) in gold.iter().zip(predicted).zip(baseline).enumerate() {
            let outcome = match (before == Some(gold), now == Some(gold)) {
                (false, true) => Outcome::Fixed,
                (true, false) => Outcome::Broken,
                _ => Outcome::Moved,
            };
            only_model += u64::from(outcome == Outcome::Fixed);
            only_baseline += u64::from(outcome == Outcome::Broken);
            if before != now {
                changed.push(Change { sentence, gold, before, now, outcome });
            }
        }
        Ok(Comparison {
            labels: labels.to_vec(),
            sentences: gold.len() as u64,
            articles: model_sums.n_units() as u64,
            model_macro_f1: model.macro_f1,
            baseline_macro_f1: other.macro_f1,
            model_accuracy: model.accuracy,
            baseline_accuracy: other.accuracy,
            macro_f1_difference: Figure::new(figures[0], intervals.first().copied().flatten()),
            accuracy_difference: Figure::new(figures[1], intervals.get(1).copied().flatten()),
            mcnemar: McNemar::new(only_model, only_baseline),
            changed,
            bootstrap,
        })
    }

    /// How many of the changed sentences had this outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.changed.iter().filter(|change| change.outcome == outcome).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<String> {
        ["a", "b", "c"].map(String::from).to_vec()
    }

    #[test]
    fn every_change_has_its_outcome() {
        let now = [Some(0), Some(1), None, Some(1), Some(2)];
        let before = [Some(0), Some(0), Some(2), Some(2), Some(2)];
        let comparison = Comparison::new(&labels(), &[0, 1, 2, 0, 0], &now, &before, &[0, 0, 1, 1, 2], 1).unwrap();
        let outcomes: Vec<_> = comparison.changed.iter().map(|change| (change.sentence, change.outcome)).collect();
        assert_eq!(outcomes, [(1, Outcome::Fixed), (2, Outcome::Broken), (3, Outcome::Moved)]);
        assert_eq!((comparison.mcnemar.only_first, comparison.mcnemar.only_second), (1, 1));
        assert_eq!(comparison.count(Outcome::Moved), 1);
    }

    #[test]
    fn a_model_does_not_differ_from_itself() {
        let gold: Vec<u32> = (0..60).map(|i| i % 3).collect();
        let predicted: Vec<Option<u32>> = (0..60).map(|i| Some((i % 4) % 3)).collect();
        let articles: Vec<u32> = (0..60).map(|i| i / 6).collect();
        let comparison = Comparison::new(&labels(), &gold, &predicted, &predicted, &articles, 1).unwrap();
        assert_eq!(comparison.macro_f1_difference, Figure { value: Some(0.0), low: Some(0.0), high: Some(0.0) });
        assert!(comparison.changed.is_empty() && comparison.mcnemar.p_value == 1.0);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Comparison::new(&labels(), &[0], &[Some(0)], &[], &[0], 1).is_err());
        assert!(Comparison::new(&labels(), &[0], &[Some(0)], &[Some(3)], &[0], 1).is_err());
    }
}
