//! Figures as CSV: one row a figure, `figure,class,value,low,high`; an undefined one is empty.

use super::predictions::push_cell;
use crate::metrics::{Evaluation, Figure};

/// The figures of an evaluation. Counts of the confusion matrix are rows `confusion` whose class is `gold → predicted`.
///
/// `guard` puts an apostrophe before a label that a spreadsheet would take for a formula.
pub fn evaluation_csv(evaluation: &Evaluation, guard: bool) -> String {
    let mut rows = Rows { text: "figure,class,value,low,high\r\n".to_string(), guard };
    rows.count("sentences", "", evaluation.sentences);
    rows.count("articles", "", evaluation.articles);
    rows.value("coverage", "", evaluation.coverage);
    let headline = &evaluation.headline;
    rows.figure("macro_f1", "", &headline.macro_f1);
    rows.figure("accuracy", "", &headline.accuracy);
    rows.figure("balanced_accuracy", "", &headline.balanced_accuracy);
    rows.figure("matthews", "", &headline.matthews);
    rows.figure("kappa", "", &headline.kappa);
    if let Some(probabilities) = &evaluation.probabilities {
        rows.figure("log_loss", "", &probabilities.log_loss);
        rows.figure("brier", "", &probabilities.brier);
        rows.figure("expected_calibration_error", "", &probabilities.expected_calibration_error);
    }
    for class in &evaluation.classes {
        rows.figure("precision", &class.label, &class.precision);
        rows.figure("recall", &class.label, &class.recall);
        rows.figure("f1", &class.label, &class.f1);
        rows.value("average_precision", &class.label, class.average_precision);
        rows.count("support", &class.label, class.support);
        rows.count("predicted", &class.label, class.predicted);
        rows.count("abstained", &class.label, class.abstained);
    }
    let baseline = &evaluation.baseline;
    let majority = baseline.label.as_deref().unwrap_or_default();
    rows.value("baseline_macro_f1", majority, baseline.macro_f1);
    rows.value("baseline_accuracy", majority, baseline.accuracy);
    rows.value("baseline_balanced_accuracy", majority, baseline.balanced_accuracy);
    rows.value("baseline_log_loss", "", baseline.log_loss);
    rows.value("baseline_brier", "", baseline.brier);
    for (gold, counts) in evaluation.labels.iter().zip(evaluation.confusion.rows()) {
        for (predicted, &n) in evaluation.labels.iter().zip(counts) {
            rows.count("confusion", &format!("{gold} → {predicted}"), n);
        }
    }
    rows.text
}

struct Rows {
    text: String,
    guard: bool,
}

impl Rows {
    fn row(&mut self, name: &str, class: &str, numbers: [String; 3]) {
        self.text.push_str(name);
        self.text.push(',');
        push_cell(class, self.guard, &mut self.text);
        self.text.push_str(&format!(",{}\r\n", numbers.join(",")));
    }

    fn figure(&mut self, name: &str, class: &str, figure: &Figure) {
        self.row(name, class, [number(figure.value), number(figure.low), number(figure.high)]);
    }

    fn value(&mut self, name: &str, class: &str, value: Option<f64>) {
        self.row(name, class, [number(value), String::new(), String::new()]);
    }

    fn count(&mut self, name: &str, class: &str, n: u64) {
        self.row(name, class, [n.to_string(), String::new(), String::new()]);
    }
}

/// All digits, as many as tell the number from every other; empty where undefined.
fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_a_figure_undefined_ones_empty_labels_quoted_and_guarded() {
        let labels = ["a,\"b\"".to_string(), "=1+1".to_string()];
        let evaluation = Evaluation::new(&labels, &[0, 0], &[Some(0), Some(0)], None, &[0, 1], 1).unwrap();
        let text = evaluation_csv(&evaluation, true);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(String::from).collect()).collect();
        let find = |figure: &str, class: &str| rows.iter().find(|row| row[0] == figure && row[1] == class).unwrap();
        assert_eq!(find("f1", "a,\"b\"")[2..], ["1", "1", "1"]);
        assert_eq!(find("f1", "'=1+1")[2..], ["", "", ""]);
        assert_eq!(find("confusion", "a,\"b\" → a,\"b\"")[2], "2");
        assert!(evaluation_csv(&evaluation, false).contains("\nf1,=1+1,"));
    }
}
