//! The page of an article: whole, the same every time, and nothing in it but text where text comes from outside.

use stance::article::Sentence;
use stance::pipeline::Prediction;
use stance::report::predictions::LabelledSentence;
use stance::report::{ArticlePages, Contents, ExplainedSentence, Provenance, Reasons};

const NASTY: &str = "<img src=x onerror=alert(1)>\"'&</title></style><script>alert(2)</script>\u{202e}\u{1b}[2J";

fn labels() -> Vec<String> {
    ["neutral", "pakistan_rebuttal", "us_claim"].map(String::from).to_vec()
}

fn provenance() -> Provenance {
    Provenance { model: "made up".into(), program: "stance".into(), ..Provenance::default() }
}

fn sentences(texts: &[(&str, u32)]) -> Vec<Sentence> {
    let numbered = texts.iter().enumerate();
    numbered
        .map(|(i, &(text, paragraph))| Sentence { position: i as u32, paragraph, ..Sentence::alone(text) })
        .collect()
}

/// Labels go round: neutral, rebuttal, claim.
fn predictions(n: usize) -> Vec<Prediction> {
    let prediction = |i: usize| {
        let mut probabilities = vec![0.1; 3];
        probabilities[i % 3] = 0.8;
        Prediction { label: i % 3, probabilities, speaker: None }
    };
    (0..n).map(prediction).collect()
}

fn explained<'a>(
    article: &'a str,
    sentences: &'a [Sentence],
    predictions: &'a [Prediction],
    term: &str,
) -> Vec<ExplainedSentence<'a>> {
    let reasons = Reasons {
        against: term.to_string(),
        base: 0.5,
        strongest: vec![("words".into(), term.to_string(), 1.2), (term.to_string(), "said".into(), -0.4)],
        others: 3,
        others_sum: 0.1,
    };
    let pairs = sentences.iter().zip(predictions);
    pairs
        .map(|(sentence, prediction)| ExplainedSentence {
            labelled: LabelledSentence {
                article,
                sentence,
                prediction,
                labelled: sentence.position != 4,
                speaker: (!term.is_empty()).then_some(article),
                record: None,
            },
            reasons: reasons.clone(),
        })
        .collect()
}

/// The page of one article, with its line in a table of contents.
fn page(labels: &[String], provenance: &Provenance, name: &str, all: &[ExplainedSentence<'_>]) -> (String, Contents) {
    let pages = ArticlePages::new(labels, 0, provenance).unwrap();
    let (piece, contents) = pages.article(1, 1, name, all).unwrap();
    (pages.head(std::slice::from_ref(&contents)).unwrap() + &piece + &pages.foot().unwrap(), contents)
}

#[test]
fn a_page_is_whole_and_the_same_every_time() {
    let (labels, provenance) = (labels(), provenance());
    let sentences = sentences(&[
        ("Ministry answers charge", 0),
        ("It began.", 1),
        ("They said so.", 1),
        ("A heading", 2),
        ("Unsure.", 3),
        ("Sure.", 3),
    ]);
    let predictions = predictions(sentences.len());
    let all = explained("news.txt", &sentences, &predictions, "sanctuaries");
    let (html, contents) = page(&labels, &provenance, "news.txt", &all);
    assert_eq!(html, page(&labels, &provenance, "news.txt", &all).0);
    assert_eq!((contents.title.as_str(), contents.counts.as_slice()), ("Ministry answers charge", &[2, 1, 2][..]));
    assert_eq!((contents.unlabelled, contents.sentences()), (1, 6));
    for foreign in ["http:", "https:", "<script", "src=", "url(", "@import", "NaN"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    assert_eq!((html.matches("<h1").count(), html.matches("<h2").count()), (1, 1));
    assert_eq!(html.matches("tabindex=\"0\"").count(), sentences.len());
    assert!(html.contains("Words of news.txt") && html.contains("No label, nearest"));
    // Every id is given once, and whatever refers to one finds it.
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
    for attribute in ["aria-describedby=\"", "aria-labelledby=\"", "href=\"#"] {
        for name in html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.contains(&name), "{attribute}{name}");
        }
    }
}

#[test]
fn markup_in_whatever_comes_from_outside_is_text() {
    let labels = vec![NASTY.to_string(), "{{ 7 * 7 }}".to_string(), format!("{NASTY}2")];
    let provenance =
        Provenance { model: NASTY.into(), model_checksum: NASTY.into(), program: NASTY.into(), ..provenance() };
    let sentences = sentences(&[(NASTY, 0), (NASTY, 1), ("{{ 7 * 7 }}", 1), (NASTY, 2), (NASTY, 3)]);
    let predictions = predictions(sentences.len());
    let all = explained(NASTY, &sentences, &predictions, NASTY);
    let (html, contents) = page(&labels, &provenance, NASTY, &all);
    let index = ArticlePages::new(&labels, 0, &provenance).unwrap().index(&[contents]).unwrap();
    for html in [html, index] {
        for raw in ["<img", "<script", "\u{202e}", "\u{1b}"] {
            assert!(!html.contains(raw), "{raw}");
        }
        assert!(html.contains("{{ 7 * 7 }}"));
        assert_eq!(html.matches("</style>").count(), 1);
    }
}

#[test]
fn an_empty_article_is_a_page_too() {
    let (labels, provenance) = (labels(), provenance());
    let (html, contents) = page(&labels, &provenance, "empty.txt", &[]);
    assert!(html.contains("0 sentences") && !html.contains("NaN"));
    assert_eq!((contents.title.as_str(), contents.sentences()), ("empty.txt", 0));
    let pages = ArticlePages::new(&labels, 0, &provenance).unwrap();
    assert!(pages.index(&[]).unwrap().contains("0 articles") && pages.head(&[]).unwrap().contains("0 articles"));
}

#[test]
fn several_articles_have_a_table_of_contents_and_ids_of_their_own() {
    let (labels, provenance) = (labels(), provenance());
    let sentences = sentences(&[("A title", 0), ("It began.", 1)]);
    let predictions = predictions(2);
    let all = explained("a.txt", &sentences, &predictions, "said");
    let pages = ArticlePages::new(&labels, 0, &provenance).unwrap();
    let (first, second) = (pages.article(1, 2, "a.txt", &all).unwrap(), pages.article(2, 2, "b.txt", &all).unwrap());
    let head = pages.head(&[first.1, second.1]).unwrap();
    assert!(head.contains("href=\"#a1\"") && head.contains("href=\"#a2\"") && head.contains("<h1>2 articles</h1>"));
    assert!(first.0.contains("id=\"s1-1\"") && second.0.contains("id=\"s2-1\"") && second.0.contains("<h2"));
}
