//! Figures in, places on paper out: coordinates of marks and lines for the SVG pictures of a page.
//!
//! Only scaling happens here. x grows to the right and y downwards; all lengths are SVG user units.

use serde::Serialize;

use super::format::{count, decimals, figure};
use crate::metrics::{CoveragePoint, Figure, PrecisionRecall, ReliabilityBin};

/// The rectangle that data is drawn in, and the data range that it spans.
#[derive(Debug, Clone, Copy)]
struct Frame {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    /// The least value of the y axis; the greatest is 1. The x axis runs from 0 to 1.
    low: f64,
}

impl Frame {
    fn x(&self, value: f64) -> f64 {
        tenth(self.left + self.width * value.clamp(0.0, 1.0))
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value.clamp(self.low, 1.0) - self.low) / (1.0 - self.low);
        tenth(self.top + self.height * (1.0 - share))
    }

    fn path(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for (x, y) in points {
            path += &format!("{}{} {}", if path.is_empty() { "M" } else { " L" }, self.x(x), self.y(y));
        }
        path
    }
}

fn tenth(x: f64) -> f64 {
    (x * 10.0).round() / 10.0
}

/// A mark on an axis.
#[derive(Debug, Serialize)]
pub(super) struct Tick {
    at: f64,
    label: String,
}

const SQUARE: Frame = Frame { left: 46.0, top: 12.0, width: 340.0, height: 340.0, low: 0.0 };
const WIDE: Frame = Frame { left: 52.0, top: 14.0, width: 400.0, height: 250.0, low: 0.0 };

fn fifths(place: impl Fn(f64) -> f64) -> Vec<Tick> {
    (0..=5).map(|i| f64::from(i) / 5.0).map(|v| Tick { at: place(v), label: decimals(v, 1) }).collect()
}

/// A figure on a horizontal scale from 0 to 1 that starts at `left` and is `width` wide.
#[derive(Debug, Serialize)]
pub(super) struct Bar {
    /// Where the value stands; `None` where undefined.
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    length: f64,
}

/// A figure as a bar with its interval.
pub(super) fn bar(figure: &Figure, left: f64, width: f64) -> Bar {
    let place = |value: f64| tenth(left + width * value.clamp(0.0, 1.0));
    Bar {
        value: figure.value.map(place),
        low: figure.low.map(place),
        high: figure.high.map(place),
        length: figure.value.map_or(0.0, |value| tenth(place(value) - left)),
    }
}

/// A point with its words.
#[derive(Debug, Serialize)]
pub(super) struct Mark {
    x: f64,
    y: f64,
    /// Another end, of the gap to the diagonal or of a column.
    y_end: f64,
    label: String,
}

/// The reliability diagram: a square, and below it how many sentences are in each bin.
#[derive(Debug, Serialize)]
pub(super) struct ReliabilityChart {
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    path: String,
    /// Points, `y_end` on the diagonal.
    marks: Vec<Mark>,
    columns: Vec<Column>,
    most: String,
}

/// A column of the histogram.
#[derive(Debug, Serialize)]
pub(super) struct Column {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    label: String,
}

/// Top and height of the histogram under the reliability diagram.
const HISTOGRAM: (f64, f64) = (404.0, 56.0);

/// The diagram of these bins.
pub(super) fn reliability(bins: &[ReliabilityBin]) -> ReliabilityChart {
    let points: Vec<(f64, f64, u64)> =
        bins.iter().filter_map(|bin| Some((bin.confidence?, bin.accuracy?, bin.count))).collect();
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1);
    let (top, full) = HISTOGRAM;
    ReliabilityChart {
        x_ticks: fifths(|v| SQUARE.x(v)),
        y_ticks: fifths(|v| SQUARE.y(v)),
        path: SQUARE.path(points.iter().map(|&(says, is, _)| (says, is))),
        marks: points
            .iter()
            .map(|&(says, is, n)| Mark {
                x: SQUARE.x(says),
                y: SQUARE.y(is),
                y_end: SQUARE.y(says),
                label: format!("says {}, right {}, {} sentences", figure(Some(says)), figure(Some(is)), count(n)),
            })
            .collect(),
        columns: bins
            .iter()
            .map(|bin| {
                let height = tenth(full * bin.count as f64 / most as f64);
                Column {
                    x: tenth(SQUARE.x(bin.from) + 1.0),
                    y: tenth(top + full - height),
                    width: tenth(SQUARE.x(bin.to) - SQUARE.x(bin.from) - 2.0),
                    height,
                    label: format!("{} – {}: {}", decimals(bin.from, 2), decimals(bin.to, 2), count(bin.count)),
                }
            })
            .collect(),
        most: count(most),
    }
}

/// Precision–recall curves of all classes in one square.
#[derive(Debug, Serialize)]
pub(super) struct PrecisionRecallChart {
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    /// One path a class; empty where the class has no curve.
    paths: Vec<String>,
    /// Lines of equal F1, `label` at their upper end.
    equal_f1: Vec<EqualF1>,
}

/// Where precision and recall give the same F1.
#[derive(Debug, Serialize)]
pub(super) struct EqualF1 {
    path: String,
    x: f64,
    y: f64,
    label: String,
}

/// The chart of these curves.
pub(super) fn precision_recall(curves: &[PrecisionRecall]) -> PrecisionRecallChart {
    PrecisionRecallChart {
        x_ticks: fifths(|v| SQUARE.x(v)),
        y_ticks: fifths(|v| SQUARE.y(v)),
        paths: curves.iter().map(steps).collect(),
        equal_f1: [0.2, 0.4, 0.6, 0.8].into_iter().map(equal_f1).collect(),
    }
}

/// Steps, not slopes: the area below them is the average precision.
fn steps(curve: &PrecisionRecall) -> String {
    let Some(first) = curve.points.first() else { return String::new() };
    let mut path = format!("M{} {}", SQUARE.x(0.0), SQUARE.y(first.precision));
    for point in &curve.points {
        path += &format!(" V{} H{}", SQUARE.y(point.precision), SQUARE.x(point.recall));
    }
    path
}

fn equal_f1(f1: f64) -> EqualF1 {
    // F1 = 2pr / (p + r), so p = F1·r / (2r − F1), which reaches 1 at r = F1 / (2 − F1).
    let least = f1 / (2.0 - f1);
    let points = (0..=32).map(|i| least + (1.0 - least) * (f64::from(i) / 32.0).powi(2));
    EqualF1 {
        path: SQUARE.path(points.map(|r| (r, f1 * r / (2.0 * r - f1)))),
        x: SQUARE.x(least),
        y: SQUARE.y(1.0) - 5.0,
        label: format!("F1 {}", decimals(f1, 1)),
    }
}

/// Accuracy against coverage.
#[derive(Debug, Serialize)]
pub(super) struct CoverageChart {
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    path: String,
    /// Points at round thresholds, some without words for want of room.
    marks: Vec<Mark>,
    /// What the curve says at round thresholds: threshold, coverage, accuracy.
    rows: Vec<[String; 3]>,
}

/// The chart of this curve.
pub(super) fn coverage(curve: &[CoveragePoint]) -> CoverageChart {
    // The first few sentences alone say nothing about the height of the curve.
    let least = curve.iter().filter(|point| point.coverage >= 0.02).map(|point| point.accuracy).fold(1.0, f64::min);
    let low = ((least * 10.0 - 0.2).floor() / 10.0).clamp(0.0, 0.9);
    let frame = Frame { low, ..WIDE };
    // In twentieths, from the top.
    let n_ticks = ((1.0 - low) * 20.0).round() as usize;
    let step = match n_ticks {
        0..=5 => 1,
        6..=10 => 2,
        _ => 4,
    };
    let mut chart = CoverageChart {
        x_ticks: fifths(|v| frame.x(v)),
        y_ticks: (0..=n_ticks)
            .step_by(step)
            .map(|i| 1.0 - i as f64 / 20.0)
            .map(|v| Tick { at: frame.y(v), label: decimals(v, 2) })
            .collect(),
        path: frame.path(curve.iter().map(|point| (point.coverage, point.accuracy))),
        marks: Vec::new(),
        rows: Vec::new(),
    };
    let mut last = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for threshold in [0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5] {
        let Some(point) = curve.iter().rfind(|point| point.threshold >= threshold) else { continue };
        let (x, y) = (frame.x(point.coverage), frame.y(point.accuracy));
        let label = decimals(threshold, if threshold > 0.9 { 2 } else { 1 });
        chart.rows.push([label.clone(), super::format::percent(Some(point.coverage)), figure(Some(point.accuracy))]);
        // Words stand to the upper right of their point, above the curve.
        let crowded = (x - last.0).abs() < 36.0 && (y - last.1).abs() < 16.0;
        last = if crowded { last } else { (x, y) };
        chart.marks.push(Mark { x, y, y_end: y - 10.0, label: if crowded { String::new() } else { label } });
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::PrecisionRecallPoint;

    #[test]
    fn the_frame_spans_its_range_and_nothing_leaves_it() {
        assert_eq!((SQUARE.x(0.0), SQUARE.x(1.0), SQUARE.y(0.0), SQUARE.y(1.0)), (46.0, 386.0, 352.0, 12.0));
        assert_eq!((SQUARE.x(7.0), SQUARE.y(-1.0)), (386.0, 352.0));
        assert_eq!(Frame { low: 0.5, ..WIDE }.y(0.5), 264.0);
    }

    #[test]
    fn steps_enclose_the_average_precision() {
        let point = |precision, recall| PrecisionRecallPoint { threshold: 0.5, precision, recall };
        let curve = PrecisionRecall {
            average_precision: Some(0.75),
            prevalence: Some(0.5),
            points: vec![point(1.0, 0.5), point(0.5, 1.0)],
        };
        assert_eq!(steps(&curve), "M46 12 V12 H216 V182 H386");
        assert_eq!(steps(&PrecisionRecall { points: vec![], ..curve }), "");
    }

    #[test]
    fn empty_data_draws_nothing_and_does_not_fail() {
        assert_eq!(reliability(&[]).path, "");
        assert_eq!(coverage(&[]).rows.len(), 0);
        assert_eq!(bar(&Figure::default(), 0.0, 100.0).value, None);
    }

    #[test]
    fn the_coverage_chart_reads_the_curve_at_round_thresholds() {
        let at = |threshold, coverage, accuracy| CoveragePoint { threshold, coverage, accuracy };
        let chart = coverage(&[at(0.97, 0.2, 1.0), at(0.91, 0.4, 0.95), at(0.4, 1.0, 0.8)]);
        assert_eq!(chart.rows[0], ["0.95", "20.0\u{a0}%", "1.000"]);
        assert_eq!(chart.rows[1], ["0.9", "40.0\u{a0}%", "0.950"]);
        let ticks: Vec<&str> = chart.y_ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(ticks, ["1.00", "0.90", "0.80", "0.70"]);
    }
}
