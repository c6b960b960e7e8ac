//! Every figure against scikit-learn's, on the 50 cases that `fixtures/metrics.py` generated: classes absent from gold, never
//! predicted, or both; equal probabilities; probabilities of 0 and 1.

use serde_json::Value;
use stance::metrics::{Comparison, ConfusionMatrix, Evaluation, Scores};

struct Case(Value);

impl Case {
    fn all() -> Vec<Case> {
        let cases: Vec<Value> = serde_json::from_str(include_str!("fixtures/metrics.json")).unwrap();
        assert_eq!(cases.len(), 50);
        cases.into_iter().map(Case).collect()
    }

    fn labels(&self) -> Vec<String> {
        (0..self.0["n_classes"].as_u64().unwrap()).map(|class| format!("class {class}")).collect()
    }

    fn classes(&self, key: &str) -> Vec<u32> {
        self.0[key].as_array().unwrap().iter().map(|x| x.as_u64().unwrap() as u32).collect()
    }

    fn predictions(&self, key: &str) -> Vec<Option<u32>> {
        self.classes(key).into_iter().map(Some).collect()
    }

    fn probabilities(&self) -> Vec<f64> {
        self.classes("probabilities_in_4096ths").into_iter().map(|parts| f64::from(parts) / 4096.0).collect()
    }

    /// The figure must be what scikit-learn says, and undefined exactly where it is.
    fn holds(&self, key: &str, found: Option<f64>, tolerance: f64) {
        self.matches(key, &self.0[key], found, tolerance);
    }

    fn holds_for_class(&self, key: &str, class: usize, found: Option<f64>) {
        self.matches(&format!("{key} of class {class}"), &self.0[key][class], found, 1e-9);
    }

    fn matches(&self, name: &str, expected: &Value, found: Option<f64>, tolerance: f64) {
        let near = match (expected.as_f64(), found) {
            (Some(expected), Some(found)) => (expected - found).abs() <= tolerance,
            (None, None) => expected.is_null(),
            _ => false,
        };
        assert!(near, "{name}: {found:?}, scikit-learn has {expected}, confusion {}", self.0["confusion"]);
    }

    fn evaluation(&self) -> Evaluation {
        let articles: Vec<u32> = (0..self.classes("gold").len() as u32).map(|sentence| sentence / 5).collect();
        let (gold, predicted) = (self.classes("gold"), self.predictions("predicted"));
        Evaluation::new(&self.labels(), &gold, &predicted, Some(&self.probabilities()), &articles, 1).unwrap()
    }
}

#[test]
fn figures_of_predictions() {
    for case in Case::all() {
        let evaluation = case.evaluation();
        assert_eq!(serde_json::to_value(&evaluation.confusion).unwrap(), case.0["confusion"]);
        let headline = evaluation.headline;
        case.holds("accuracy", headline.accuracy.value, 1e-9);
        case.holds("balanced_accuracy", headline.balanced_accuracy.value, 1e-9);
        case.holds("macro_f1", headline.macro_f1.value, 1e-9);
        case.holds("macro_f1_by_default", headline.macro_f1.value, 1e-9);
        case.holds("matthews", headline.matthews.value, 1e-9);
        case.holds("kappa", headline.kappa.value, 1e-9);
        for (class, figures) in evaluation.classes.iter().enumerate() {
            case.holds_for_class("precision", class, figures.precision.value);
            case.holds_for_class("recall", class, figures.recall.value);
            case.holds_for_class("f1", class, figures.f1.value);
            case.holds_for_class("average_precision", class, figures.average_precision);
            assert_eq!(case.0["support"][class], figures.support);
        }
    }
}

#[test]
fn figures_of_probabilities() {
    for case in Case::all() {
        let found = case.evaluation().probabilities.unwrap();
        case.holds("log_loss", found.log_loss.value, 1e-9);
        case.holds("brier", found.brier.value, 1e-9);
        case.holds("expected_calibration_error", found.expected_calibration_error.value, 1e-6);
    }
}

#[test]
fn the_evaluation_agrees_with_its_parts() {
    for case in Case::all() {
        let (gold, predicted, labels) = (case.classes("gold"), case.predictions("predicted"), case.labels());
        let scores = Scores::of(&ConfusionMatrix::of(labels.len(), &gold, &predicted));
        let p = case.probabilities();
        case.holds("macro_f1", scores.macro_f1, 1e-9);
        case.holds("log_loss", stance::metrics::log_loss(&gold, &p, labels.len()), 1e-9);
        case.holds("brier", stance::metrics::brier_score(&gold, &p, labels.len()), 1e-9);
        let reliability = stance::metrics::Reliability::of(&gold, &p, labels.len());
        case.holds("expected_calibration_error", reliability.expected_calibration_error, 1e-6);
    }
}

#[test]
fn mcnemars_test_is_that_of_scipy() {
    for case in Case::all() {
        let gold = case.classes("gold");
        let articles = vec![0; gold.len()];
        let (ours, theirs) = (case.predictions("predicted"), case.predictions("other"));
        let found = Comparison::new(&case.labels(), &gold, &ours, &theirs, &articles, 1).unwrap().mcnemar;
        let expected = &case.0["mcnemar"];
        assert_eq!(expected["only_first"], found.only_first);
        assert_eq!(expected["only_second"], found.only_second);
        case.matches("p-value", &expected["p_value"], Some(found.p_value), 1e-9);
    }
}

#[test]
fn intervals_lie_around_their_figures() {
    for case in Case::all().into_iter().filter(|case| case.classes("gold").len() >= 80) {
        let headline = case.evaluation().headline;
        for figure in [headline.accuracy, headline.macro_f1, headline.kappa] {
            if let (Some(value), Some(interval)) = (figure.value, figure.interval()) {
                // Macro-F1 is biased downwards in samples that lose a class, so that it may lie at the edge.
                assert!(interval.low <= value + 0.02 && value <= interval.high + 0.02, "{figure:?}");
            }
        }
    }
}
