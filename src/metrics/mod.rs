//! Gold labels and predictions in, figures with intervals out. No file is read, nothing is printed.
//!
//! ```text
//! gold, predicted, probabilities, articles ─▶ sums over sentences ─▶ figures ─┐
//!                                        └─▶ 1000 samples of articles ─▶ intervals ─▶ Evaluation
//! ```
//!
//! * [`ConfusionMatrix`] counts, [`Scores`] are what follows from the counts alone, [`Baseline`] is what guessing gets;
//! * [`log_loss`], [`brier_score`], [`Reliability`], [`PrecisionRecall`] and [`coverage_curve`] judge probabilities;
//! * [`Bootstrap`] draws whole articles, since sentences of one article stand or fall together;
//! * [`Evaluation`] holds all of it for one model, [`Comparison`] sets two models side by side.
//!
//! An undefined figure is `None`, never 0 and never NaN: the precision of a class that was never predicted is unknown.
//! Everything is deterministic: the same input and seed give the same bits at any number of threads, in any order of rows
//! up to the rounding of sums.

mod baseline;
mod bootstrap;
mod compare;
mod confusion;
mod curves;
mod evaluation;
mod mcnemar;
mod probability;
mod reliability;
mod scores;
mod sums;

pub use baseline::Baseline;
pub use bootstrap::{Bootstrap, Figure, Interval, LEVEL, SAMPLES, Unit};
pub use compare::{Change, Comparison, Outcome};
pub use confusion::ConfusionMatrix;
pub use curves::{CoveragePoint, PrecisionRecall, PrecisionRecallPoint, coverage_curve};
pub use evaluation::{ClassFigures, Evaluation, Headline, Probabilities};
pub use mcnemar::McNemar;
pub use probability::{brier_score, log_loss};
pub use reliability::{BINS, Reliability, ReliabilityBin};
pub use scores::{ClassScores, Scores};

/// `part / whole`, undefined where the whole is nothing.
pub(crate) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// The mean of the values that are defined, undefined where none is.
pub(crate) fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (sum, n) = values.flatten().fold((0.0, 0u32), |(sum, n), value| (sum + value, n + 1));
    ratio(sum, f64::from(n))
}
