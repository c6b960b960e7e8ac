//! Gold classes and probabilities in, curves over all thresholds out: precision against recall, accuracy against coverage.
//!
//! Sentences of equal probability pass a threshold together. Points too close to tell apart in a picture are left out.

use serde::Serialize;

use super::probability::top;
use super::ratio;

/// Points nearer than this in both directions are one in a picture.
const STEP: f64 = 1.0 / 200.0;

/// One threshold of a precision–recall curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PrecisionRecallPoint {
    /// Sentences with at least this probability of the class are called it.
    pub threshold: f64,
    /// Share of those called that are; 0 to 1.
    pub precision: f64,
    /// Share of those that are that were called; 0 to 1.
    pub recall: f64,
}

/// One class against all others, over all thresholds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PrecisionRecall {
    /// Σ_t (R_t − R_t−1)·P_t over falling thresholds t (Manning et al. 2008, ch. 8; scikit-learn's
    /// `average_precision_score`, no interpolation); 0 to 1. `None` where gold has no sentence of the class.
    pub average_precision: Option<f64>,
    /// Share of the class in gold: the precision of calling everything so.
    pub prevalence: Option<f64>,
    /// The curve by falling threshold; recall never falls. Empty where gold has no sentence of the class.
    pub points: Vec<PrecisionRecallPoint>,
}

impl PrecisionRecall {
    /// The curve of `class` for probabilities (n_sentences × n_classes, row by row).
    pub fn of(class: usize, gold: &[u32], probabilities: &[f64], n_classes: usize) -> Self {
        let scored = gold.iter().zip(probabilities.chunks_exact(n_classes.max(1)));
        let mut ranked: Vec<(f64, bool)> =
            scored.map(|(&gold, row)| (row.get(class).copied().unwrap_or(0.0), gold as usize == class)).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let positives = ranked.iter().filter(|(_, hit)| *hit).count() as f64;
        let mut curve = PrecisionRecall {
            average_precision: None,
            prevalence: ratio(positives, ranked.len() as f64),
            points: Vec::new(),
        };
        if positives == 0.0 {
            return curve;
        }
        let (mut called, mut hits, mut area, mut recall_before) = (0.0, 0.0, 0.0, 0.0);
        for group in ranked.chunk_by(|a, b| a.0 == b.0) {
            called += group.len() as f64;
            hits += group.iter().filter(|(_, hit)| *hit).count() as f64;
            let (precision, recall) = (hits / called, hits / positives);
            area += (recall - recall_before) * precision;
            recall_before = recall;
            curve.points.push(PrecisionRecallPoint { threshold: group[0].0, precision, recall });
        }
        curve.average_precision = Some(area);
        thin(&mut curve.points, |a, b| (a.recall - b.recall).abs() < STEP && (a.precision - b.precision).abs() < STEP);
        curve
    }
}

/// What happens where only sentences with a top probability of at least `threshold` are labelled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CoveragePoint {
    /// The least top probability that is labelled.
    pub threshold: f64,
    /// Share of sentences labelled; 0 to 1.
    pub coverage: f64,
    /// Share of those that is right; 0 to 1.
    pub accuracy: f64,
}

/// Coverage and accuracy by falling threshold (the risk–coverage curve of El-Yaniv and Wiener 2010, as accuracy).
pub fn coverage_curve(gold: &[u32], probabilities: &[f64], n_classes: usize) -> Vec<CoveragePoint> {
    let mut ranked: Vec<(f64, bool)> = gold
        .iter()
        .zip(probabilities.chunks_exact(n_classes.max(1)))
        .map(|(&gold, row)| (top(row), gold as usize))
        .map(|((class, p), gold)| (p, class == gold))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total = ranked.len() as f64;
    let (mut covered, mut right) = (0.0, 0.0);
    let mut points = Vec::new();
    for group in ranked.chunk_by(|a, b| a.0 == b.0) {
        covered += group.len() as f64;
        right += group.iter().filter(|(_, right)| *right).count() as f64;
        points.push(CoveragePoint { threshold: group[0].0, coverage: covered / total, accuracy: right / covered });
    }
    thin(&mut points, |a, b| (a.coverage - b.coverage).abs() < STEP && (a.accuracy - b.accuracy).abs() < STEP);
    points
}

/// Drops every point that is `close` to the last one kept, but never the last of all. Short curves stay whole.
fn thin<T: Copy>(points: &mut Vec<T>, close: impl Fn(&T, &T) -> bool) {
    const WHOLE: usize = 200;
    if points.len() <= WHOLE {
        return;
    }
    let last = points.len() - 1;
    let mut kept = vec![points[0]];
    for (i, point) in points.iter().enumerate().skip(1) {
        if i == last || !close(&kept[kept.len() - 1], point) {
            kept.push(*point);
        }
    }
    *points = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precision_and_recall_of_the_textbook_case() {
        // scikit-learn's own example: y = 0 0 1 1, scores .1 .4 .35 .8, average precision 0.83.
        let p = [0.9, 0.1, 0.6, 0.4, 0.65, 0.35, 0.2, 0.8];
        let curve = PrecisionRecall::of(1, &[0, 0, 1, 1], &p, 2);
        assert!((curve.average_precision.unwrap() - 0.833_333_333_333).abs() < 1e-9);
        assert_eq!(curve.points[0], PrecisionRecallPoint { threshold: 0.8, precision: 1.0, recall: 0.5 });
        assert_eq!(curve.points.last().unwrap().recall, 1.0);
        assert_eq!(curve.prevalence, Some(0.5));
    }

    #[test]
    fn an_absent_class_has_no_curve() {
        let curve = PrecisionRecall::of(2, &[0, 1], &[0.5, 0.3, 0.2, 0.1, 0.8, 0.1], 3);
        assert_eq!((curve.average_precision, curve.points.len(), curve.prevalence), (None, 0, Some(0.0)));
    }

    #[test]
    fn equal_probabilities_pass_together() {
        let points = coverage_curve(&[0, 1, 0, 0], &[0.9, 0.1, 0.9, 0.1, 0.6, 0.4, 0.6, 0.4], 2);
        assert_eq!(points.len(), 2);
        assert_eq!(points[0], CoveragePoint { threshold: 0.9, coverage: 0.5, accuracy: 0.5 });
        assert_eq!(points[1], CoveragePoint { threshold: 0.6, coverage: 1.0, accuracy: 0.75 });
    }

    #[test]
    fn long_curves_are_thinned_and_keep_their_ends() {
        let n = 5000;
        let gold: Vec<u32> = (0..n).map(|i| u32::from(i % 3 == 0)).collect();
        let p: Vec<f64> = (0..n).flat_map(|i| [1.0 - f64::from(i) / 1e4, f64::from(i) / 1e4]).collect();
        let points = coverage_curve(&gold, &p, 2);
        assert!(points.len() < 500, "{}", points.len());
        assert_eq!(points.last().unwrap().coverage, 1.0);
        assert_eq!(points[0].threshold, 1.0);
    }
}
