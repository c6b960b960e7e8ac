//! Everything that is measured of one model on one set of sentences.

use serde::Serialize;

use super::bootstrap::{Bootstrap, Figure, Interval};
use super::sums::{Sums, Totals};
use super::{
    Baseline, ConfusionMatrix, CoveragePoint, PrecisionRecall, Reliability, ReliabilityBin, Scores, coverage_curve,
};
use crate::error::{Error, Result};

/// The figures of one model on one set of sentences, each with its interval where it has one.
///
/// Figures of predictions are over the sentences that have one; figures of probabilities are over all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// The labels, which classes count in.
    pub labels: Vec<String>,
    /// Sentences measured.
    pub sentences: u64,
    /// Articles that they stand in.
    pub articles: u64,
    /// Share of the sentences that have a prediction; 0 to 1. `None` for no sentence.
    pub coverage: Option<f64>,
    /// The figures over all classes.
    pub headline: Headline,
    /// The figures of each class, in the order of the labels.
    pub classes: Vec<ClassFigures>,
    /// Counts, rows gold, columns predicted.
    pub confusion: ConfusionMatrix,
    /// What guessing gets, on the sentences that have a prediction (its log loss and Brier score: on all).
    pub baseline: Baseline,
    /// Figures of the probabilities, where there are some.
    pub probabilities: Option<Probabilities>,
    /// How the intervals were drawn.
    pub bootstrap: Bootstrap,
}

/// Figures over all classes; see [`Scores`] for what each is and where it is undefined.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Headline {
    /// Mean F1 over the classes that occur.
    pub macro_f1: Figure,
    /// Share of sentences called rightly.
    pub accuracy: Figure,
    /// Mean recall over the classes in gold.
    pub balanced_accuracy: Figure,
    /// Matthews correlation.
    pub matthews: Figure,
    /// Cohen's kappa.
    pub kappa: Figure,
}

/// Figures of one class; see [`super::ClassScores`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassFigures {
    /// The label.
    pub label: String,
    /// Of the sentences called this, the share that is.
    pub precision: Figure,
    /// Of the sentences that are this, the share called so.
    pub recall: Figure,
    /// Harmonic mean of the two.
    pub f1: Figure,
    /// Sentences of this class in gold that have a prediction.
    pub support: u64,
    /// Sentences called this class.
    pub predicted: u64,
    /// Sentences of this class in gold that were left without a prediction.
    pub abstained: u64,
    /// Area under the precision–recall curve; `None` without probabilities or where gold has none of the class.
    pub average_precision: Option<f64>,
}

/// Figures of the probabilities of all sentences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Probabilities {
    /// See [`super::log_loss`]; nats, lower is better.
    pub log_loss: Figure,
    /// See [`super::brier_score`]; 0 to 2, lower is better.
    pub brier: Figure,
    /// See [`Reliability`]; 0 to 1, lower is better. Its interval leans upwards: chance alone opens gaps in a sample.
    pub expected_calibration_error: Figure,
    /// Bins of the reliability diagram, from 0 to 1.
    pub reliability: Vec<ReliabilityBin>,
    /// The precision–recall curve of each class, in the order of the labels.
    pub precision_recall: Vec<PrecisionRecall>,
    /// Coverage and accuracy by falling threshold.
    pub coverage: Vec<CoveragePoint>,
}

impl Evaluation {
    /// Measures `predicted` against `gold`.
    ///
    /// All slices have one entry a sentence, `probabilities` one a sentence and class, row by row. Classes count in
    /// `labels`; an absent prediction is a sentence left unlabelled. `article_of` keeps sentences of an article together in
    /// the bootstrap, which starts from `seed`.
    ///
    /// # Errors
    /// As [`Evaluation::drawn`].
    pub fn new(
        labels: &[String],
        gold: &[u32],
        predicted: &[Option<u32>],
        probabilities: Option<&[f64]>,
        article_of: &[u32],
        seed: u64,
    ) -> Result<Self> {
        let bootstrap = Bootstrap { seed, ..Bootstrap::default() };
        Evaluation::drawn(labels, gold, predicted, probabilities, article_of, bootstrap)
    }

    /// As [`Evaluation::new`], with intervals drawn by `bootstrap`.
    ///
    /// # Errors
    /// Slices of different lengths; a class that is none; a probability outside 0 to 1.
    pub fn drawn(
        labels: &[String],
        gold: &[u32],
        predicted: &[Option<u32>],
        probabilities: Option<&[f64]>,
        article_of: &[u32],
        bootstrap: Bootstrap,
    ) -> Result<Self> {
        let k = labels.len();
        checked(k, gold, predicted, probabilities, article_of)?;
        let sums = Sums::of(k, gold, predicted, probabilities, &bootstrap.units(article_of));
        let intervals = bootstrap.intervals(sums.n_units(), |times| figures(&sums.total(times)));
        let totals = sums.total(&vec![1; sums.n_units()]);
        let figures: Vec<Figure> = figures(&totals)
            .into_iter()
            .zip(intervals.into_iter().chain(std::iter::repeat(None)))
            .map(|(value, interval): (Option<f64>, Option<Interval>)| Figure::new(value, interval))
            .collect();

        let confusion = totals.matrix();
        let scores = Scores::of(&confusion);
        let mut gold_totals = vec![0; k];
        for &class in gold {
            gold_totals[class as usize] += 1;
        }
        let precision_recall: Vec<PrecisionRecall> = probabilities
            .map(|p| (0..k).map(|class| PrecisionRecall::of(class, gold, p, k)).collect())
            .unwrap_or_default();
        let classes = labels.iter().enumerate().zip(&scores.classes).map(|((class, label), scores)| {
            let own = &figures[OVERALL + 3 * class..];
            ClassFigures {
                label: label.clone(),
                precision: own[0],
                recall: own[1],
                f1: own[2],
                support: scores.support,
                predicted: scores.predicted,
                abstained: gold_totals[class] - scores.support,
                average_precision: precision_recall.get(class).and_then(|curve| curve.average_precision),
            }
        });
        let classes = classes.collect();
        let all = Baseline::of(labels, &gold_totals);
        Ok(Evaluation {
            labels: labels.to_vec(),
            sentences: gold.len() as u64,
            articles: article_of.iter().max().map_or(0, |&last| u64::from(last) + 1),
            coverage: super::ratio(confusion.total() as f64, gold.len() as f64),
            headline: Headline {
                macro_f1: figures[0],
                accuracy: figures[1],
                balanced_accuracy: figures[2],
                matthews: figures[3],
                kappa: figures[4],
            },
            classes,
            baseline: Baseline {
                log_loss: all.log_loss,
                brier: all.brier,
                ..Baseline::of(labels, &confusion.gold_totals())
            },
            confusion,
            probabilities: probabilities.map(|p| Probabilities {
                log_loss: figures[5],
                brier: figures[6],
                expected_calibration_error: figures[7],
                reliability: Reliability::from_sums(&totals.bins()).bins,
                precision_recall,
                coverage: coverage_curve(gold, p, k),
            }),
            bootstrap,
        })
    }
}

/// Figures over all classes that `figures` puts before those of each class.
const OVERALL: usize = 8;

/// All figures that have an interval, in a fixed order: [`OVERALL`] ones, then three a class.
fn figures(totals: &Totals) -> Vec<Option<f64>> {
    let scores = Scores::of(&totals.matrix());
    let mut figures = vec![
        scores.macro_f1,
        scores.accuracy,
        scores.balanced_accuracy,
        scores.matthews,
        scores.kappa,
        totals.log_loss(),
        totals.brier(),
        Reliability::from_sums(&totals.bins()).expected_calibration_error,
    ];
    figures.extend(scores.classes.iter().flat_map(|class| [class.precision, class.recall, class.f1]));
    figures
}

/// Refuses what does not fit together.
pub(super) fn checked(
    n_classes: usize,
    gold: &[u32],
    predicted: &[Option<u32>],
    probabilities: Option<&[f64]>,
    article_of: &[u32],
) -> Result<()> {
    let n = gold.len();
    if predicted.len() != n || article_of.len() != n {
        let found = format!("{n} gold labels, {} predictions, {} article numbers", predicted.len(), article_of.len());
        return Err(Error::data(found, "give one of each a sentence"));
    }
    if let Some(class) = gold.iter().chain(predicted.iter().flatten()).find(|&&class| class as usize >= n_classes) {
        return Err(Error::data(format!("class {class} of {n_classes} classes"), "classes count from 0"));
    }
    if let Some(probabilities) = probabilities {
        if probabilities.len() != n * n_classes {
            let found = format!("{} probabilities of {n} sentences in {n_classes} classes", probabilities.len());
            return Err(Error::data(found, "give one a sentence and class"));
        }
        if let Some(p) = probabilities.iter().find(|p| !(0.0..=1.0).contains(*p)) {
            return Err(Error::data(format!("a probability of {p}"), "expected a number from 0 to 1"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Vec<String> {
        ["a", "b"].map(String::from).to_vec()
    }

    #[test]
    fn an_abstention_lowers_coverage_and_touches_no_other_count() {
        let predicted = [Some(0), None, Some(1), Some(0)];
        let p = [0.9, 0.1, 0.5, 0.5, 0.2, 0.8, 0.7, 0.3];
        let evaluation = Evaluation::new(&labels(), &[0, 1, 1, 1], &predicted, Some(&p), &[0, 0, 1, 1], 1).unwrap();
        assert_eq!((evaluation.coverage, evaluation.sentences, evaluation.articles), (Some(0.75), 4, 2));
        assert_eq!(evaluation.headline.accuracy.value, Some(2.0 / 3.0));
        assert_eq!((evaluation.classes[1].support, evaluation.classes[1].abstained), (2, 1));
        let probabilities = evaluation.probabilities.unwrap();
        assert!((probabilities.brier.value.unwrap() - (0.02 + 0.5 + 0.08 + 0.98) / 4.0).abs() < 1e-12);
        assert_eq!(probabilities.coverage.last().unwrap().coverage, 1.0);
    }

    #[test]
    fn intervals_hold_the_figure_and_depend_on_the_seed_alone() {
        let gold: Vec<u32> = (0..200).map(|i| u32::from(i % 5 == 0)).collect();
        let predicted: Vec<Option<u32>> = (0..200).map(|i| Some(u32::from(i % 7 == 0 || i % 10 == 0))).collect();
        let articles: Vec<u32> = (0..200).map(|i| i / 8).collect();
        let run = |seed| Evaluation::new(&labels(), &gold, &predicted, None, &articles, seed).unwrap();
        let figure = run(1).headline.macro_f1;
        assert!(figure.low.unwrap() < figure.value.unwrap() && figure.value.unwrap() < figure.high.unwrap());
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
        assert!(run(1).probabilities.is_none() && run(1).classes[0].average_precision.is_none());
    }

    #[test]
    fn no_sentence_at_all_leaves_every_figure_undefined() {
        let evaluation = Evaluation::new(&labels(), &[], &[], Some(&[]), &[], 1).unwrap();
        assert_eq!(evaluation.headline.macro_f1, Figure::default());
        assert_eq!((evaluation.coverage, evaluation.baseline.accuracy), (None, None));
        assert_eq!(evaluation.probabilities.unwrap().log_loss.value, None);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |gold: &[u32], predicted: &[Option<u32>], p: Option<&[f64]>, articles: &[u32]| {
            Evaluation::new(&labels(), gold, predicted, p, articles, 1).unwrap_err().to_string()
        };
        assert!(refused(&[0], &[], None, &[0]).contains("1 gold labels, 0 predictions"));
        assert!(refused(&[2], &[Some(0)], None, &[0]).contains("class 2 of 2"));
        assert!(refused(&[0], &[Some(0)], Some(&[0.5]), &[0]).contains("1 probabilities"));
        assert!(refused(&[0], &[Some(0)], Some(&[f64::NAN, 0.5]), &[0]).contains("NaN"));
    }
}
