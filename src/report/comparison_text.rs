//! A comparison of two models as text for a terminal.

use super::format::{Tone, cell, columns, counted, figure, line, p_value, plain, signed, signed_interval};
use crate::metrics::{Change, Comparison, Outcome};

/// Changed sentences that are printed, a kind.
const SHOWN: usize = 10;

/// The comparison as text, with ANSI colours where `colour`. `sentences` are the texts of all sentences, in the order that
/// they were compared in; an empty slice leaves the changed ones out. Ends with a line break.
pub fn comparison_text(comparison: &Comparison, sentences: &[&str], colour: bool) -> String {
    let header =
        ["", "this model", "baseline", "difference", "95 % interval"].map(|name| cell(name, Tone::Faint)).to_vec();
    let difference = &comparison.macro_f1_difference;
    let tone = match difference.interval() {
        Some(interval) if interval.low > 0.0 => Tone::Good,
        Some(interval) if interval.high < 0.0 => Tone::Bad,
        _ => Tone::Plain,
    };
    let macro_f1 = vec![
        cell("macro-F1", Tone::Plain),
        cell(figure(comparison.model_macro_f1), Tone::Heading),
        cell(figure(comparison.baseline_macro_f1), Tone::Plain),
        cell(signed(difference.value), tone),
        cell(signed_interval(difference), Tone::Plain),
    ];
    let accuracy = vec![
        cell("accuracy", Tone::Plain),
        cell(figure(comparison.model_accuracy), Tone::Heading),
        cell(figure(comparison.baseline_accuracy), Tone::Plain),
        cell(signed(comparison.accuracy_difference.value), Tone::Plain),
        cell(signed_interval(&comparison.accuracy_difference), Tone::Plain),
    ];
    let mut text = line("Against the baseline", Tone::Heading, colour) + "\n";
    text += &columns(vec![header, macro_f1, accuracy], 1, colour);

    let test = &comparison.mcnemar;
    let kind = if test.statistic.is_some() { "with continuity correction" } else { "exact" };
    text += &format!(
        "\n  McNemar's test ({kind}): p {}; {} right only here, {} only in the baseline\n",
        match p_value(test.p_value) {
            p if p.starts_with('<') => p,
            p => format!("= {p}"),
        },
        test.only_first,
        test.only_second,
    );
    text += &format!(
        "  {} changed: {} put right, {} put wrong, {} wrong either way\n",
        counted(comparison.changed.len() as u64, "sentence"),
        comparison.count(Outcome::Fixed),
        comparison.count(Outcome::Broken),
        comparison.count(Outcome::Moved),
    );
    if !sentences.is_empty() {
        for (title, outcome, tone) in [
            ("Put wrong", Outcome::Broken, Tone::Bad),
            ("Put right", Outcome::Fixed, Tone::Good),
            ("Wrong either way", Outcome::Moved, Tone::Plain),
        ] {
            text += &changed(comparison, sentences, title, outcome, tone, colour);
        }
    }
    text
}

fn changed(
    comparison: &Comparison,
    sentences: &[&str],
    title: &str,
    outcome: Outcome,
    tone: Tone,
    colour: bool,
) -> String {
    let changes: Vec<&Change> = comparison.changed.iter().filter(|change| change.outcome == outcome).collect();
    if changes.is_empty() {
        return String::new();
    }
    let label = |class: Option<u32>| match class {
        Some(class) => comparison.labels.get(class as usize).map_or("?".to_string(), |label| plain(label, 20)),
        None => "none".to_string(),
    };
    let mut text = format!("\n{}\n", line(title, Tone::Heading, colour));
    for change in changes.iter().take(SHOWN) {
        let arrow = format!("{} → {}", label(change.before), label(change.now));
        let gold =
            if outcome == Outcome::Moved { format!(", gold {}", label(Some(change.gold))) } else { String::new() };
        text += &format!("  {}{gold}\n", line(&arrow, tone, colour));
        if let Some(sentence) = sentences.get(change.sentence) {
            text += &format!("    {}\n", plain(sentence, 74));
        }
    }
    if changes.len() > SHOWN {
        text += &line(&format!("  and {} more\n", changes.len() - SHOWN), Tone::Faint, colour);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_changed_for_better_and_worse() {
        let labels = ["claim".to_string(), "neutral".to_string()];
        let now = [Some(0), Some(1), Some(1), Some(0)];
        let before = [Some(0), Some(0), Some(0), None];
        let comparison = Comparison::new(&labels, &[0, 1, 0, 1], &now, &before, &[0, 0, 1, 1], 1).unwrap();
        let text = comparison_text(&comparison, &["One.", "Two.\x1b[2J", "Three.", "Four."], false);
        assert!(
            text.contains("McNemar's test (exact): p = 1.000; 1 right only here, 1 only in the baseline"),
            "{text}"
        );
        assert!(text.contains("3 sentences changed: 1 put right, 1 put wrong, 1 wrong either way"), "{text}");
        assert!(text.contains("Put right\n  claim → neutral\n    Two.\u{fffd}[2J\n"), "{text}");
        assert!(text.contains("Wrong either way\n  none → claim, gold neutral\n    Four.\n"), "{text}");
        assert!(!comparison_text(&comparison, &[], false).contains("Put right\n"));
        assert!(comparison_text(&comparison, &[], true).contains("\x1b[1m"));
    }
}
