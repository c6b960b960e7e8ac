//! A [`ConfusionMatrix`] in, the figures that follow from it out.
//!
//! With n_gp sentences of gold class g called p, t_g = Σ_p n_gp, q_p = Σ_g n_gp and n in all:
//!
//! * precision n_cc / q_c, recall n_cc / t_c, F1 2·n_cc / (t_c + q_c) (van Rijsbergen 1979);
//! * macro-F1, the mean of F1 over the classes that occur in gold or prediction;
//! * balanced accuracy, the mean recall over the classes that occur in gold (Brodersen et al. 2010);
//! * Matthews correlation for many classes (Gorodkin 2004):
//!   (n·Σ n_cc − Σ t_c·q_c) / √((n² − Σ q_c²)·(n² − Σ t_c²));
//! * Cohen's kappa (Cohen 1960): (p_o − p_e) / (1 − p_e), p_o = Σ n_cc / n, p_e = Σ t_c·q_c / n².

use serde::Serialize;

use super::{ConfusionMatrix, mean, ratio};

/// Figures of one class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassScores {
    /// Of the sentences called this class, the share that is; 0 to 1. `None` where none was called so.
    pub precision: Option<f64>,
    /// Of the sentences of this class, the share that was called so; 0 to 1. `None` where gold has none.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall; 0 to 1. `None` where the class occurs in neither gold nor prediction;
    /// 0 where it occurs in only one of them, for then every sentence that bears it is a mistake.
    pub f1: Option<f64>,
    /// Sentences of this class in gold (with a prediction).
    pub support: u64,
    /// Sentences called this class.
    pub predicted: u64,
}

/// Figures of all classes together, and of each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// Share of sentences called rightly; 0 to 1. `None` for no sentence.
    pub accuracy: Option<f64>,
    /// Mean recall over the classes in gold; 0 to 1. `None` for no sentence.
    pub balanced_accuracy: Option<f64>,
    /// Mean F1 over the classes that occur in gold or prediction; 0 to 1. `None` for no sentence.
    ///
    /// That is scikit-learn's `f1_score(average="macro", zero_division=0)` with its default labels. A class of the
    /// model that is in neither takes no part; one that was predicted but is not in gold counts as 0.
    pub macro_f1: Option<f64>,
    /// Matthews correlation; −1 to 1, 0 for guessing. `None` where gold or prediction holds but one class
    /// (scikit-learn says 0).
    pub matthews: Option<f64>,
    /// Cohen's kappa: agreement beyond chance; −1 to 1, 0 for guessing. `None` where chance alone agrees wholly.
    pub kappa: Option<f64>,
    /// Figures of each class, in the order of the labels.
    pub classes: Vec<ClassScores>,
}

impl Scores {
    /// The figures of these counts.
    pub fn of(matrix: &ConfusionMatrix) -> Self {
        let (gold, called) = (matrix.gold_totals(), matrix.predicted_totals());
        let (n, correct) = (u128::from(matrix.total()), u128::from(matrix.correct()));
        let classes: Vec<ClassScores> = (0..matrix.n_classes())
            .map(|class| {
                let hits = matrix.count(class, class) as f64;
                ClassScores {
                    precision: ratio(hits, called[class] as f64),
                    recall: ratio(hits, gold[class] as f64),
                    f1: ratio(2.0 * hits, (gold[class] + called[class]) as f64),
                    support: gold[class],
                    predicted: called[class],
                }
            })
            .collect();
        // Whole numbers up to here: a difference of large floats could make something of nothing.
        let by_chance: u128 =
            gold.iter().zip(&called).map(|(&gold, &called)| u128::from(gold) * u128::from(called)).sum();
        let beyond_chance = (correct * n) as f64 - by_chance as f64;
        let spreads = spread(&gold, n) * spread(&called, n);
        Scores {
            accuracy: ratio(correct as f64, n as f64),
            balanced_accuracy: mean(classes.iter().map(|class| class.recall)),
            macro_f1: mean(classes.iter().map(|class| class.f1)),
            matthews: ratio(beyond_chance, spreads.sqrt()),
            kappa: ratio(beyond_chance, (n * n - by_chance) as f64),
            classes,
        }
    }
}

/// n² − Σ counts²: 0 where all is in one class.
fn spread(counts: &[u64], n: u128) -> f64 {
    counts.iter().map(|&count| u128::from(count) * (n - u128::from(count))).sum::<u128>() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(n_classes: usize, gold: &[u32], predicted: &[u32]) -> Scores {
        let predicted: Vec<Option<u32>> = predicted.iter().copied().map(Some).collect();
        Scores::of(&ConfusionMatrix::of(n_classes, gold, &predicted))
    }

    #[test]
    fn figures_of_a_small_case_worked_by_hand() {
        // Class 0: 2 of 3 found, 2 of 2 right. Class 1: 1 of 1 found, 1 of 2 right. Class 2 nowhere.
        let scores = scores(3, &[0, 0, 0, 1], &[0, 0, 1, 1]);
        assert_eq!(scores.accuracy, Some(0.75));
        assert_eq!(scores.balanced_accuracy, Some((2.0 / 3.0 + 1.0) / 2.0));
        assert_eq!(scores.macro_f1, Some((0.8 + 2.0 / 3.0) / 2.0));
        assert_eq!(scores.kappa, Some(0.5));
        // (3·4 − (3·2 + 1·2)) / √((16 − 10)(16 − 8)) = 4 / √48
        assert!((scores.matthews.unwrap() - 4.0 / 48f64.sqrt()).abs() < 1e-15);
        assert_eq!(
            scores.classes[2],
            ClassScores { precision: None, recall: None, f1: None, support: 0, predicted: 0 }
        );
    }

    #[test]
    fn what_is_undefined_is_none_and_what_is_zero_is_zero() {
        let only_one = scores(2, &[0, 0], &[0, 0]);
        assert_eq!((only_one.accuracy, only_one.matthews, only_one.kappa), (Some(1.0), None, None));
        let never_called = scores(2, &[0, 1], &[0, 0]);
        let class = never_called.classes[1];
        assert_eq!((class.precision, class.recall, class.f1), (None, Some(0.0), Some(0.0)));
        let absent = scores(2, &[0, 0], &[0, 1]).classes[1];
        assert_eq!((absent.precision, absent.recall, absent.f1), (Some(0.0), None, Some(0.0)));
        let nothing = scores(2, &[], &[]);
        assert_eq!((nothing.accuracy, nothing.balanced_accuracy, nothing.macro_f1), (None, None, None));
    }

    #[test]
    fn counts_beyond_the_square_root_of_u64_do_not_overflow() {
        let mut matrix = ConfusionMatrix::new(2);
        matrix.add(0, 0, 1 << 40);
        matrix.add(1, 1, 1 << 40);
        let scores = Scores::of(&matrix);
        assert_eq!((scores.matthews, scores.kappa), (Some(1.0), Some(1.0)));
    }
}
