//! A comparison of two models as the page of an evaluation shows it: differences, and the sentences that changed.

use serde::Serialize;

use super::format::{clean, count, counted, figure, p_value, signed, signed_interval};
use super::page::Colours;
use crate::metrics::{Change, Comparison, Figure, Outcome};

/// Most changed sentences that are shown, a kind.
const SHOWN: usize = 100;

/// All that the template asks for.
#[derive(Debug, Serialize)]
pub(super) struct ComparisonView {
    rows: Vec<[String; 5]>,
    p_value: String,
    exact: bool,
    changed: String,
    fixed: String,
    broken: String,
    moved: String,
    kinds: Vec<Kind>,
}

/// The sentences that changed in one way.
#[derive(Debug, Serialize)]
struct Kind {
    title: &'static str,
    sentences: String,
    rows: Vec<ChangeView>,
    /// How many are not shown; empty where all are.
    more: String,
}

#[derive(Debug, Serialize)]
struct ChangeView {
    text: String,
    before: LabelView,
    now: LabelView,
    /// The gold label, where neither model gave it.
    gold: Option<LabelView>,
}

#[derive(Debug, Serialize)]
struct LabelView {
    label: String,
    colour: usize,
}

impl ComparisonView {
    pub(super) fn of(colours: &Colours<'_>, comparison: &Comparison, sentences: &[&str]) -> Self {
        let row = |name: &str, model, baseline, difference: &Figure| {
            let (value, interval) = (signed(difference.value), signed_interval(difference));
            [name.to_string(), figure(model), figure(baseline), value, interval]
        };
        let Comparison { model_macro_f1, baseline_macro_f1, model_accuracy, baseline_accuracy, .. } = *comparison;
        let kinds =
            [("Put wrong", Outcome::Broken), ("Put right", Outcome::Fixed), ("Wrong either way", Outcome::Moved)];
        ComparisonView {
            rows: vec![
                row("Macro-F1", model_macro_f1, baseline_macro_f1, &comparison.macro_f1_difference),
                row("Accuracy", model_accuracy, baseline_accuracy, &comparison.accuracy_difference),
            ],
            p_value: p_value(comparison.mcnemar.p_value),
            exact: comparison.mcnemar.statistic.is_none(),
            changed: counted(comparison.changed.len() as u64, "sentence"),
            fixed: count(comparison.count(Outcome::Fixed) as u64),
            broken: count(comparison.count(Outcome::Broken) as u64),
            moved: count(comparison.count(Outcome::Moved) as u64),
            kinds: kinds
                .into_iter()
                .filter(|(_, outcome)| !sentences.is_empty() && comparison.count(*outcome) > 0)
                .map(|(title, outcome)| Kind::of(colours, comparison, sentences, title, outcome))
                .collect(),
        }
    }
}

impl Kind {
    fn of(
        colours: &Colours<'_>,
        comparison: &Comparison,
        sentences: &[&str],
        title: &'static str,
        outcome: Outcome,
    ) -> Self {
        let total = comparison.count(outcome);
        let label = |class: Option<u32>| match class {
            Some(class) => {
                let label = &comparison.labels[class as usize];
                LabelView { label: clean(label), colour: colours.named(label) }
            }
            None => LabelView { label: "no label".to_string(), colour: colours.named("") },
        };
        let view = |change: &Change| ChangeView {
            text: clean(sentences[change.sentence]),
            before: label(change.before),
            now: label(change.now),
            gold: (outcome == Outcome::Moved || change.now.is_none() || change.before.is_none())
                .then(|| label(Some(change.gold))),
        };
        Kind {
            title,
            sentences: counted(total as u64, "sentence"),
            rows: comparison.changed.iter().filter(|c| c.outcome == outcome).take(SHOWN).map(view).collect(),
            more: if total > SHOWN { count((total - SHOWN) as u64) } else { String::new() },
        }
    }
}
