//! What stands on the page of an article, in the words and places that its templates ask for.

use serde::Serialize;

use super::article_layout::{Kind, blocks};
use super::article_page::{ArticlePages, Contents, ExplainedSentence};
use super::format::{clean, count, counted, percent, signed_decimals};
use super::weight_view::{WeightView, weights};
use crate::article::Sentence;

/// Most probabilities that are shown for a sentence.
const PROBABILITIES: usize = 6;
/// Length of the strip that shows how labels run through an article, in its own units.
const STRIP: f64 = 1000.0;
/// Longest title in a table of contents, in characters.
const TITLE: usize = 160;

/// One article.
#[derive(Serialize)]
pub(super) struct ArticleView {
    number: usize,
    level: u8,
    /// The title's sentence, where the article has one.
    title: Option<SentenceView>,
    name: String,
    size: String,
    lanes: Vec<Lane>,
    blocks: Vec<BlockView>,
}

impl ArticleView {
    pub(super) fn of(
        pages: &ArticlePages<'_>,
        number: usize,
        level: u8,
        name: &str,
        sentences: &[ExplainedSentence<'_>],
    ) -> (Self, Contents) {
        let plain: Vec<Sentence> = sentences.iter().map(|s| s.labelled.sentence.clone()).collect();
        let together = sentences.iter().any(|s| !s.labelled.article.is_empty());
        let apart = || (0..sentences.len()).map(|index| (Kind::Paragraph, index..index + 1)).collect();
        let layout = if together { blocks(&plain) } else { apart() };
        let view = |index: usize| SentenceView::of(pages, number, index, &sentences[index]);
        let title = layout.first().filter(|(kind, _)| *kind == Kind::Title).map(|_| view(0));
        let name = if name.is_empty() { "Sentences".to_string() } else { clean(name) };
        let blocks = layout.iter().filter(|(kind, _)| *kind != Kind::Title).map(|(kind, block)| BlockView {
            heading: *kind == Kind::Heading,
            sentences: block.clone().map(view).collect(),
        });
        let title_text = title.as_ref().map(|_| clean(&sentences[0].labelled.sentence.text));
        let contents = contents(pages, number, title_text.as_ref().unwrap_or(&name), sentences);
        let article = ArticleView {
            number,
            level,
            blocks: blocks.collect(),
            name,
            size: counted(sentences.len() as u64, "sentence"),
            lanes: lanes(pages, number, sentences, &contents),
            title,
        };
        (article, contents)
    }
}

fn contents(pages: &ArticlePages<'_>, number: usize, title: &str, sentences: &[ExplainedSentence<'_>]) -> Contents {
    let mut counts = vec![0; pages.labels.len()];
    for sentence in sentences.iter().filter(|s| s.labelled.labelled) {
        counts[sentence.labelled.prediction.label] += 1;
    }
    let unlabelled = sentences.iter().filter(|s| !s.labelled.labelled).count() as u64;
    Contents { title: shortened(title, TITLE), place: format!("#a{number}"), counts, unlabelled }
}

fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_string(),
    }
}

#[derive(Serialize)]
struct BlockView {
    heading: bool,
    sentences: Vec<SentenceView>,
}

#[derive(Serialize)]
struct SentenceView {
    id: String,
    text: String,
    /// Its last word, where that stays on one line with the name of the label; else empty, and `text` is all of it.
    last: String,
    /// Number of its label, `None` below the threshold.
    class: Option<usize>,
    colour: usize,
    /// Whether it has the usual label.
    plain: bool,
    /// How sure the label is, 0 to 1: from all labels alike to no doubt.
    strength: f64,
    label: String,
    percent: String,
    speaker: Option<String>,
    probabilities: Vec<ProbabilityRow>,
    against: String,
    base: String,
    reasons: Vec<WeightView>,
    others: usize,
    others_sum: String,
}

#[derive(Serialize)]
struct ProbabilityRow {
    label: String,
    colour: usize,
    percent: String,
    length: f64,
}

impl SentenceView {
    fn of(pages: &ArticlePages<'_>, article: usize, index: usize, explained: &ExplainedSentence<'_>) -> Self {
        let ExplainedSentence { labelled, reasons } = explained;
        let prediction = labelled.prediction;
        let plain = prediction.label == pages.plain;
        let label = clean(&pages.labels[prediction.label]);
        let text = clean(&labelled.sentence.text);
        let (text, last) = if plain || !labelled.labelled { (text, String::new()) } else { cut(text, &label) };
        let mut order: Vec<usize> = (0..pages.labels.len()).collect();
        order.sort_by(|&a, &b| prediction.probabilities[b].total_cmp(&prediction.probabilities[a]).then(a.cmp(&b)));
        let several = reasons.strongest.iter().any(|(block, ..)| *block != reasons.strongest[0].0);
        let named = reasons.strongest.iter();
        let named =
            named.map(|(block, term, value)| (term.as_str(), if several { block.as_str() } else { "" }, *value));
        SentenceView {
            id: format!("s{article}-{}", index + 1),
            text,
            last,
            class: labelled.labelled.then_some(prediction.label),
            colour: pages.colours.of(prediction.label),
            plain,
            strength: strength(labelled.probability(), pages.labels.len()),
            label,
            percent: whole_percent(labelled.probability()),
            speaker: labelled.speaker.map(clean),
            probabilities: order
                .into_iter()
                .take(PROBABILITIES)
                .map(|class| ProbabilityRow {
                    label: clean(&pages.labels[class]),
                    colour: pages.colours.of(class),
                    percent: percent(Some(prediction.probabilities[class])),
                    length: rounded(prediction.probabilities[class] * 100.0, 10.0),
                })
                .collect(),
            against: clean(&reasons.against),
            base: signed_decimals(reasons.base, 2),
            reasons: weights(named),
            others: reasons.others,
            others_sum: signed_decimals(reasons.others_sum, 2),
        }
    }
}

/// The text up to its last word and that word, where word and label are short enough for any screen.
fn cut(text: String, label: &str) -> (String, String) {
    let start = text.trim_end().rfind(' ').map_or(0, |space| space + 1);
    let last = &text[start..];
    if last.chars().count() > 16 || label.chars().count() > 24 {
        return (text, String::new());
    }
    (text[..start].to_string(), last.to_string())
}

/// How sure a label is: 0 where all labels are alike, 1 where there is no doubt.
fn strength(probability: f64, labels: usize) -> f64 {
    let chance = 1.0 / labels.max(2) as f64;
    rounded(((probability - chance) / (1.0 - chance)).clamp(0.0, 1.0), 100.0)
}

/// The value to one part in `parts`: pages need no more digits.
pub(super) fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

/// `97 %`: sure, but never surer than the model is.
fn whole_percent(probability: f64) -> String {
    format!("{}\u{a0}%", ((probability * 100.0).round() as u32).min(if probability < 1.0 { 99 } else { 100 }))
}

/// How one label runs through an article.
#[derive(Serialize)]
struct Lane {
    label: String,
    class: Option<usize>,
    colour: usize,
    count: String,
    share: String,
    marks: Vec<Mark>,
}

#[derive(Serialize)]
struct Mark {
    id: String,
    x: f64,
    width: f64,
    strength: f64,
    title: String,
}

/// A lane for every label that occurs, the usual one last, then the sentences without a label.
fn lanes(
    pages: &ArticlePages<'_>,
    number: usize,
    sentences: &[ExplainedSentence<'_>],
    contents: &Contents,
) -> Vec<Lane> {
    let n = sentences.len().max(1) as f64;
    let mut classes: Vec<Option<usize>> = (0..pages.labels.len()).filter(|&c| c != pages.plain).map(Some).collect();
    classes.extend([Some(pages.plain), None]);
    let sized = classes.into_iter().map(|class| (class, class.map_or(contents.unlabelled, |c| contents.counts[c])));
    sized
        .filter(|&(class, size)| size > 0 || (class.is_some() && pages.labels.len() <= PROBABILITIES))
        .map(|(class, size)| Lane {
            label: class.map_or_else(|| "no label".to_string(), |class| clean(&pages.labels[class])),
            class,
            colour: class.map_or(5, |class| pages.colours.of(class)),
            count: count(size),
            share: percent((!sentences.is_empty()).then(|| size as f64 / n)),
            marks: sentences
                .iter()
                .enumerate()
                .filter(|(_, s)| s.labelled.labelled.then_some(s.labelled.prediction.label) == class)
                .map(|(index, s)| Mark {
                    id: format!("s{number}-{}", index + 1),
                    x: rounded(index as f64 / n * STRIP, 10.0),
                    width: rounded((STRIP / n - if n < 200.0 { 1.5 } else { 0.0 }).max(1.0), 10.0),
                    strength: rounded(0.35 + 0.65 * strength(s.labelled.probability(), pages.labels.len()), 100.0),
                    title: format!("{}: {}", index + 1, shortened(&clean(&s.labelled.sentence.text), 60)),
                })
                .collect(),
        })
        .collect()
}
