//! An evaluation as text for a terminal: what it is worth first, then where it fails.

use super::format::{Tone, cell, columns, count, counted, decimals, figure, interval, line, percent, plain, signed};
use crate::metrics::{ClassFigures, Evaluation, Figure, Probabilities, Unit};

/// Longest label that is printed whole.
const LABEL: usize = 20;

/// Widest line.
const WIDTH: usize = 80;

/// The evaluation as text, with ANSI colours where `colour`. Ends with a line break.
pub fn evaluation_text(evaluation: &Evaluation, colour: bool) -> String {
    let mut text = size(evaluation) + "\n\n";
    text += &headline(evaluation, colour);
    text += &section("Classes", colour);
    text += &classes(evaluation, colour);
    text += &section("Confusion: rows gold, columns predicted", colour);
    text += &confusion(evaluation, colour);
    if let Some(probabilities) = &evaluation.probabilities {
        text += &section("Probabilities: lower is better", colour);
        text += &probability_figures(evaluation, probabilities, colour);
        text += &section("Calibration: how often a sentence is right that is given this probability", colour);
        text += &calibration(probabilities, colour);
    }
    let bootstrap = &evaluation.bootstrap;
    let (unit, rough) = match bootstrap.unit {
        Unit::Article if evaluation.articles < 20 => ("whole articles", "With few articles they are rough."),
        Unit::Article => ("whole articles", ""),
        Unit::Sentence => ("single sentences", "They are too narrow where sentences of an article are alike."),
    };
    let note = format!(
        "Intervals: 95 %, {} samples of {unit}, seed {}. {rough}",
        count(bootstrap.samples as u64),
        bootstrap.seed,
    );
    text + "\n" + &line(note.trim_end(), Tone::Faint, colour) + "\n"
}

fn section(title: &str, colour: bool) -> String {
    format!("\n{}\n", line(title, Tone::Heading, colour))
}

fn size(evaluation: &Evaluation) -> String {
    let size = format!("{} in {}", counted(evaluation.sentences, "sentence"), counted(evaluation.articles, "article"));
    match evaluation.coverage {
        Some(coverage) if coverage < 1.0 => {
            format!("{size}; {} of them labelled, the rest left out", percent(Some(coverage)))
        }
        _ => size,
    }
}

fn header(names: &[&str]) -> Vec<comfy_table::Cell> {
    names.iter().map(|name| cell(*name, Tone::Faint)).collect()
}

fn headline(evaluation: &Evaluation, colour: bool) -> String {
    let (figures, baseline) = (&evaluation.headline, &evaluation.baseline);
    let majority = match &baseline.label {
        Some(label) => format!("all {}", plain(label, LABEL)),
        None => "majority class".to_string(),
    };
    let mut rows = vec![header(&["", "", "95 % interval", &majority])];
    for (name, value, guess) in [
        ("macro-F1", &figures.macro_f1, baseline.macro_f1),
        ("accuracy", &figures.accuracy, baseline.accuracy),
        ("balanced accuracy", &figures.balanced_accuracy, baseline.balanced_accuracy),
        ("Matthews correlation", &figures.matthews, baseline.matthews),
        ("Cohen's kappa", &figures.kappa, baseline.kappa),
    ] {
        rows.push(figure_row(name, value, guess));
    }
    columns(rows, 1, colour)
}

fn figure_row(name: &str, value: &Figure, guess: Option<f64>) -> Vec<comfy_table::Cell> {
    vec![
        cell(name, Tone::Plain),
        cell(figure(value.value), Tone::Heading),
        cell(interval(value), Tone::Plain),
        cell(figure(guess), Tone::Faint),
    ]
}

fn classes(evaluation: &Evaluation, colour: bool) -> String {
    let has_curves = evaluation.probabilities.is_some();
    let abstains = evaluation.classes.iter().any(|class| class.abstained > 0);
    let mut names = vec!["", "precision", "recall", "F1"];
    names.extend(has_curves.then_some("AP"));
    names.push("gold");
    names.extend(abstains.then_some("left out"));
    let mut rows = vec![header(&names)];
    for class in &evaluation.classes {
        let mut row = vec![cell(plain(&class.label, LABEL), Tone::Plain)];
        row.extend(
            [&class.precision, &class.recall, &class.f1].map(|value| cell(with_short_interval(value), Tone::Plain)),
        );
        row.extend(has_curves.then(|| cell(figure(class.average_precision), Tone::Plain)));
        row.push(cell(count(class.support), Tone::Plain));
        row.extend(abstains.then(|| cell(count(class.abstained), Tone::Plain)));
        rows.push(row);
    }
    columns(rows, 1, colour)
}

/// `0.913 .88–.93`.
fn with_short_interval(value: &Figure) -> String {
    let short = |end: f64| match decimals(end, 2) {
        digits if digits.starts_with('1') => "1.0".to_string(),
        digits => digits.trim_start_matches('0').to_string(),
    };
    match value.interval() {
        Some(interval) => format!("{} {}–{}", figure(value.value), short(interval.low), short(interval.high)),
        None => figure(value.value),
    }
}

fn confusion(evaluation: &Evaluation, colour: bool) -> String {
    let labels: Vec<String> = evaluation.labels.iter().map(|label| plain(label, LABEL)).collect();
    let row_label = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let wide = labels.iter().map(|label| label.chars().count().max(5) + 2).sum::<usize>() + row_label + 4 > WIDTH;
    // Labels too wide for the columns are numbered.
    let name = |class: usize| if wide { format!("{}", class + 1) } else { labels[class].clone() };
    let mut rows = vec![vec![cell("", Tone::Plain)]];
    rows[0].extend((0..labels.len()).map(|class| cell(name(class), Tone::Faint)));
    for (gold, counts) in evaluation.confusion.rows().iter().enumerate() {
        let label = if wide { format!("{} {}", gold + 1, labels[gold]) } else { labels[gold].clone() };
        let mut row = vec![cell(label, Tone::Plain)];
        let own = evaluation.classes.get(gold).map_or(0, |class: &ClassFigures| class.support);
        row.extend(counts.iter().enumerate().map(|(predicted, &n)| {
            let tone = match (predicted == gold, n) {
                (_, 0) => Tone::Faint,
                (true, _) => Tone::Good,
                // One sentence in ten of the class goes this way.
                (false, n) if n * 10 >= own => Tone::Bad,
                (false, _) => Tone::Plain,
            };
            cell(count(n), tone)
        }));
        rows.push(row);
    }
    columns(rows, 1, colour)
}

fn probability_figures(evaluation: &Evaluation, probabilities: &Probabilities, colour: bool) -> String {
    let baseline = &evaluation.baseline;
    let rows = vec![
        header(&["", "", "95 % interval", "class shares"]),
        figure_row("log loss", &probabilities.log_loss, baseline.log_loss),
        figure_row("Brier score", &probabilities.brier, baseline.brier),
        figure_row("calibration error", &probabilities.expected_calibration_error, None),
    ];
    columns(rows, 1, colour)
}

fn calibration(probabilities: &Probabilities, colour: bool) -> String {
    let mut rows = vec![header(&["", "says", "is right", "gap", "sentences", ""])];
    for bin in &probabilities.reliability {
        let (Some(confidence), Some(accuracy)) = (bin.confidence, bin.accuracy) else { continue };
        rows.push(vec![
            cell(format!("{} – {}", decimals(bin.from, 2), decimals(bin.to, 2)), Tone::Plain),
            cell(figure(Some(confidence)), Tone::Plain),
            cell(figure(Some(accuracy)), Tone::Heading),
            cell(signed(Some(accuracy - confidence)), Tone::Plain),
            cell(count(bin.count), Tone::Plain),
            cell(bar(accuracy, 20), Tone::Faint),
        ]);
    }
    columns(rows, 1, colour)
}

/// A bar of `width` characters, filled to a share of it.
fn bar(share: f64, width: usize) -> String {
    let filled = (share * width as f64).round() as usize;
    (0..width).map(|i| if i < filled { '█' } else { '·' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluation(labels: &[&str]) -> Evaluation {
        let k = labels.len() as u32;
        let labels: Vec<String> = labels.iter().map(ToString::to_string).collect();
        let gold: Vec<u32> = (0..600).map(|i| [0, 0, 0, 1, 2, 0, 1][i % 7] % k).collect();
        let predicted: Vec<u32> =
            gold.iter().enumerate().map(|(i, &g)| if i % 9 == 0 { (g + 1) % k } else { g }).collect();
        let p: Vec<f64> = predicted
            .iter()
            .enumerate()
            .flat_map(|(i, &c)| {
                let top = 0.55 + 0.44 * ((i * 37 % 100) as f64 / 100.0);
                (0..k).map(move |class| if class == c { top } else { (1.0 - top) / f64::from(k - 1) })
            })
            .collect();
        let predicted: Vec<Option<u32>> = predicted.into_iter().map(Some).collect();
        let articles: Vec<u32> = (0..600).map(|i| i / 20).collect();
        Evaluation::new(&labels, &gold, &predicted, Some(&p), &articles, 1).unwrap()
    }

    #[test]
    fn fits_eighty_columns_and_leaves_no_figure_out() {
        let text = evaluation_text(&evaluation(&["neutral", "pakistan_rebuttal", "us_claim"]), false);
        println!("{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(!text.contains('\x1b') && !text.contains("NaN"));
        for word in
            ["600 sentences in 30 articles", "macro-F1", "Matthews", "kappa", "all neutral", "log loss", "Brier", "AP"]
        {
            assert!(text.contains(word), "{word} in\n{text}");
        }
    }

    #[test]
    fn undefined_figures_are_dashes() {
        let labels = ["a".to_string(), "b".to_string()];
        let evaluation = Evaluation::new(&labels, &[0], &[Some(0)], None, &[0], 1).unwrap();
        let text = evaluation_text(&evaluation, false);
        assert!(text.starts_with("1 sentence in 1 article\n"));
        assert!(text.contains("Matthews correlation      —              —      —"), "{text}");
    }

    #[test]
    fn long_labels_are_numbered_where_they_do_not_fit() {
        let names =
            ["a_rather_long_label_of_a", "a_rather_long_label_of_b", "a_rather_long_label_of_c", "d_that_is_long_too"];
        let text = evaluation_text(&evaluation(&names), false);
        assert!(text.contains("  1 a_rather_long_label…"), "{text}");
    }

    #[test]
    fn colour_only_where_asked() {
        let evaluation = evaluation(&["a", "b"]);
        assert!(evaluation_text(&evaluation, true).contains("\x1b["));
    }
}
