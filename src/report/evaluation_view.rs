//! What stands on the page of an evaluation, in the words and places that its template asks for.

use serde::Serialize;

use super::charts::{self, Bar, CoverageChart, PrecisionRecallChart, ReliabilityChart};
use super::comparison_view::ComparisonView;
use super::evaluation_html::EvaluationPage;
use super::format::{clean, count, counted, decimals, figure, interval, percent};
use super::page::Colours;
use super::weight_view::{MistakeView, StrongestView};
use super::{DataFile, Provenance};
use crate::metrics::{Evaluation, Figure, Probabilities, Unit};

/// All that the template asks for.
#[derive(Serialize)]
pub(super) struct View {
    measured: Provenance,
    sentences: String,
    articles: String,
    /// Whether intervals draw whole articles, or sentences one by one.
    by_article: bool,
    few_articles: bool,
    coverage: Option<String>,
    majority: String,
    headline: Vec<Row>,
    right: String,
    by_guessing: String,
    confusion: Vec<ConfusionRow>,
    worst: Vec<Worst>,
    classes: Vec<ClassView>,
    probabilities: Option<ProbabilityView>,
    comparison: Option<ComparisonView>,
    strongest: Vec<StrongestView>,
    mistakes: Vec<MistakeView>,
    samples: String,
    seed: String,
}

impl View {
    /// What stands on this page.
    pub(super) fn of(page: &EvaluationPage<'_>) -> Self {
        let evaluation = page.evaluation;
        let headline = &evaluation.headline;
        let baseline = &evaluation.baseline;
        let majority = baseline.label.as_ref().and_then(|label| evaluation.labels.iter().position(|l| l == label));
        let colours = Colours::new(&evaluation.labels, majority);
        View {
            measured: measured(page.provenance),
            sentences: counted(evaluation.sentences, "sentence"),
            articles: counted(evaluation.articles, "article"),
            by_article: evaluation.bootstrap.unit == Unit::Article,
            few_articles: evaluation.articles < 20,
            coverage: evaluation.coverage.filter(|&coverage| coverage < 1.0).map(|coverage| percent(Some(coverage))),
            majority: baseline.label.as_deref().map_or("—".to_string(), clean),
            headline: vec![
                Row::new("Macro-F1", &headline.macro_f1, baseline.macro_f1),
                Row::new("Accuracy", &headline.accuracy, baseline.accuracy),
                Row::new("Balanced accuracy", &headline.balanced_accuracy, baseline.balanced_accuracy),
                Row::new("Matthews correlation", &headline.matthews, baseline.matthews),
                Row::new("Cohen’s kappa", &headline.kappa, baseline.kappa),
            ],
            right: percent(headline.accuracy.value),
            by_guessing: percent(baseline.accuracy),
            confusion: confusion(evaluation),
            worst: worst(evaluation),
            classes: classes(evaluation, &colours),
            probabilities: evaluation.probabilities.as_ref().map(|probabilities| {
                let Probabilities { reliability, precision_recall, coverage, .. } = probabilities;
                ProbabilityView {
                    figures: vec![
                        Row::new("Log loss", &probabilities.log_loss, baseline.log_loss),
                        Row::new("Brier score", &probabilities.brier, baseline.brier),
                        Row::new("Calibration error", &probabilities.expected_calibration_error, None),
                    ],
                    gap: probabilities.expected_calibration_error.value.map(|gap| decimals(gap * 100.0, 1)),
                    reliability: charts::reliability(reliability),
                    precision_recall: charts::precision_recall(precision_recall),
                    coverage: charts::coverage(coverage),
                    bins: reliability
                        .iter()
                        .filter(|bin| bin.count > 0)
                        .map(|bin| {
                            let range = format!("{} – {}", decimals(bin.from, 2), decimals(bin.to, 2));
                            [range, figure(bin.confidence), figure(bin.accuracy), count(bin.count)]
                        })
                        .collect(),
                }
            }),
            comparison: page.comparison.map(|comparison| ComparisonView::of(&colours, comparison, page.sentences)),
            strongest: page
                .strongest
                .iter()
                .map(|(label, features)| StrongestView::of(&colours, label, features))
                .collect(),
            mistakes: page.mistakes.iter().map(|mistake| MistakeView::of(&colours, mistake)).collect(),
            samples: count(evaluation.bootstrap.samples as u64),
            seed: evaluation.bootstrap.seed.to_string(),
        }
    }
}

fn measured(provenance: &Provenance) -> Provenance {
    let Provenance { model, model_checksum, baseline, data, date, program } = provenance;
    let file = |file: &DataFile| DataFile { name: clean(&file.name), checksum: clean(&file.checksum) };
    Provenance {
        model: clean(model),
        model_checksum: clean(model_checksum),
        baseline: baseline.as_ref().map(file),
        data: data.iter().map(file).collect(),
        date: date.as_deref().map(clean),
        program: clean(program),
    }
}

/// A figure beside what guessing gets, in words and as a strip 200 units wide.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    value: String,
    interval: String,
    guess: String,
    strip: Bar,
    guess_at: Option<f64>,
}

impl Row {
    fn new(name: &'static str, value: &Figure, guess: Option<f64>) -> Self {
        Row {
            name,
            value: figure(value.value),
            interval: interval(value),
            guess: figure(guess),
            strip: charts::bar(value, 4.0, 192.0),
            guess_at: guess.map(|guess| 4.0 + 192.0 * guess.clamp(0.0, 1.0)),
        }
    }
}

#[derive(Serialize)]
struct ConfusionRow {
    label: String,
    cells: Vec<ConfusionCell>,
    total: String,
}

#[derive(Serialize)]
struct ConfusionCell {
    count: String,
    share: String,
    /// How strong the tint is, 0 to 100: the share of the row; for mistakes its root, so that few are seen too.
    tint: u32,
    right: bool,
}

fn confusion(evaluation: &Evaluation) -> Vec<ConfusionRow> {
    let rows = evaluation.confusion.rows().iter().zip(&evaluation.labels).enumerate();
    rows.map(|(gold, (counts, label))| {
        let total: u64 = counts.iter().sum();
        let share = |n: u64| (total > 0).then(|| n as f64 / total as f64);
        ConfusionRow {
            label: clean(label),
            cells: counts
                .iter()
                .enumerate()
                .map(|(predicted, &n)| ConfusionCell {
                    count: count(n),
                    share: percent(share(n)),
                    tint: share(n).map_or(0, |share| tint(share, predicted == gold)),
                    right: predicted == gold,
                })
                .collect(),
            total: count(total),
        }
    })
    .collect()
}

fn tint(share: f64, right: bool) -> u32 {
    let strength = if right { share } else { share.sqrt() };
    (strength * 100.0).round() as u32
}

/// A mistake made often.
#[derive(Serialize)]
struct Worst {
    gold: String,
    predicted: String,
    n: String,
    sentences: String,
    share: String,
}

/// The mistakes made most often, most often first.
fn worst(evaluation: &Evaluation) -> Vec<Worst> {
    let k = evaluation.labels.len();
    let pairs = (0..k).flat_map(|gold| (0..k).map(move |predicted| (gold, predicted)));
    let errors = pairs.filter(|(gold, predicted)| gold != predicted);
    let counted_errors = errors.map(|(gold, predicted)| (evaluation.confusion.count(gold, predicted), gold, predicted));
    let mut errors: Vec<(u64, usize, usize)> = counted_errors.filter(|&(n, ..)| n > 0).collect();
    errors.sort_by_key(|&(n, gold, predicted)| (std::cmp::Reverse(n), gold, predicted));
    let view = |(n, gold, predicted): (u64, usize, usize)| Worst {
        gold: clean(&evaluation.labels[gold]),
        predicted: clean(&evaluation.labels[predicted]),
        n: count(n),
        sentences: counted(n, "sentence"),
        share: percent(Some(n as f64 / evaluation.classes[gold].support as f64)),
    };
    errors.into_iter().take(3).map(view).collect()
}

#[derive(Serialize)]
struct ClassView {
    label: String,
    colour: usize,
    bars: Vec<ClassBar>,
    average_precision: String,
    by_chance: String,
    gold: String,
    predicted: String,
    left_out: Option<String>,
}

#[derive(Serialize)]
struct ClassBar {
    name: &'static str,
    bar: Bar,
    value: String,
    interval: String,
}

fn classes(evaluation: &Evaluation, colours: &Colours<'_>) -> Vec<ClassView> {
    let bar = |name, value: &Figure| ClassBar {
        name,
        bar: charts::bar(value, 72.0, 192.0),
        value: figure(value.value),
        interval: interval(value),
    };
    let curves = evaluation.probabilities.as_ref().map(|probabilities| &probabilities.precision_recall);
    let classes = evaluation.classes.iter().enumerate().map(|(index, class)| ClassView {
        label: clean(&class.label),
        colour: colours.of(index),
        bars: vec![bar("precision", &class.precision), bar("recall", &class.recall), bar("F1", &class.f1)],
        average_precision: figure(class.average_precision),
        by_chance: figure(curves.and_then(|curves| curves.get(index)?.prevalence)),
        gold: count(class.support),
        predicted: count(class.predicted),
        left_out: (class.abstained > 0).then(|| count(class.abstained)),
    });
    classes.collect()
}

#[derive(Serialize)]
struct ProbabilityView {
    figures: Vec<Row>,
    gap: Option<String>,
    reliability: ReliabilityChart,
    precision_recall: PrecisionRecallChart,
    coverage: CoverageChart,
    bins: Vec<[String; 4]>,
}
