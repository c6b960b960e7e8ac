//! What stands before, between and after the articles of a page: legend, table of contents, foot.

use serde::Serialize;

use super::article_page::{ArticlePages, Contents};
use super::article_view::rounded;
use super::format::{clean, count, counted, percent};

/// What stands before the articles of a page, or on the page that leads to pages.
#[derive(Serialize)]
pub(super) struct HeadView {
    title: String,
    program: String,
    several: bool,
    articles: String,
    sentences: String,
    labels: Vec<LegendRow>,
    unlabelled: Option<String>,
    contents: Vec<ContentsRow>,
}

#[derive(Serialize)]
struct LegendRow {
    label: String,
    colour: usize,
    count: String,
    share: String,
}

#[derive(Serialize)]
struct ContentsRow {
    title: String,
    place: String,
    sentences: String,
    parts: Vec<Part>,
}

/// A label's share of an article.
#[derive(Serialize)]
struct Part {
    label: String,
    colour: usize,
    count: String,
    length: f64,
}

impl HeadView {
    pub(super) fn of(pages: &ArticlePages<'_>, contents: &[Contents]) -> Self {
        let total: u64 = contents.iter().map(Contents::sentences).sum();
        let of_label = |class: usize| -> u64 { contents.iter().map(|c| c.counts[class]).sum() };
        let share = |n: u64| percent((total > 0).then(|| n as f64 / total as f64));
        let unlabelled: u64 = contents.iter().map(|c| c.unlabelled).sum();
        let articles = counted(contents.len() as u64, "article");
        let legend = (0..pages.labels.len()).map(|class| LegendRow {
            label: clean(&pages.labels[class]),
            colour: pages.colours.of(class),
            count: count(of_label(class)),
            share: share(of_label(class)),
        });
        HeadView {
            title: match contents {
                [only] => only.title.clone(),
                _ => articles.clone(),
            },
            program: clean(&pages.provenance.program),
            several: contents.len() != 1,
            articles,
            sentences: counted(total, "sentence"),
            labels: legend.collect(),
            unlabelled: (unlabelled > 0).then(|| count(unlabelled)),
            contents: contents.iter().map(|c| ContentsRow::of(pages, c)).collect(),
        }
    }
}

impl ContentsRow {
    fn of(pages: &ArticlePages<'_>, contents: &Contents) -> Self {
        let total = contents.sentences().max(1) as f64;
        let parts = contents.counts.iter().enumerate().filter(|&(class, &n)| n > 0 && class != pages.plain);
        ContentsRow {
            title: contents.title.clone(),
            place: contents.place.clone(),
            sentences: counted(contents.sentences(), "sentence"),
            parts: parts
                .map(|(class, &n)| Part {
                    label: clean(&pages.labels[class]),
                    colour: pages.colours.of(class),
                    count: count(n),
                    length: rounded(n as f64 / total * 100.0, 10.0),
                })
                .collect(),
        }
    }
}

/// What stands after the articles.
#[derive(Serialize)]
pub(super) struct FootView {
    program: String,
    model: String,
    checksum: String,
}

impl FootView {
    pub(super) fn of(pages: &ArticlePages<'_>) -> Self {
        let provenance = pages.provenance;
        FootView {
            program: clean(&provenance.program),
            model: clean(&provenance.model),
            checksum: clean(&provenance.model_checksum),
        }
    }
}
