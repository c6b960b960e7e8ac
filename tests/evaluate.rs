//! `stance evaluate`, by the real binary.

mod common;

use common::{Folder, LABELLED, UNSEEN, column, rounded, rows};

fn folder() -> Folder {
    let folder = Folder::with_model();
    folder.write("unseen.csv", UNSEEN);
    folder
}

fn evaluate(folder: &Folder, args: &[&str]) -> String {
    folder.run(&[&["evaluate", "-m", "tiny.model", "unseen.csv"], args].concat()).ok()
}

#[test]
fn text_is_the_default() {
    let folder = folder();
    let text = evaluate(&folder, &[]);
    assert_eq!(text, evaluate(&folder, &["-f", "text"]));
    insta::assert_snapshot!(rounded(&text));
}

#[test]
fn csv_is_one_row_a_figure() {
    let csv = evaluate(&folder(), &["-f", "csv"]);
    assert_eq!(rows(&csv)[0], ["figure", "class", "value", "low", "high"]);
    insta::assert_snapshot!(rounded(&csv));
}

#[test]
fn json_agrees_with_csv_and_says_what_was_measured() {
    let folder = folder();
    let json: serde_json::Value = serde_json::from_str(&evaluate(&folder, &["-f", "json"])).unwrap();
    let csv = rows(&evaluate(&folder, &["-f", "csv"]));
    let value = |figure: &str| csv.iter().find(|row| row[0] == figure).unwrap()[2].parse::<f64>().unwrap();
    let headline = &json["evaluation"]["headline"];
    assert!((headline["macro_f1"]["value"].as_f64().unwrap() - value("macro_f1")).abs() < 1e-12);
    assert!((headline["accuracy"]["value"].as_f64().unwrap() - value("accuracy")).abs() < 1e-12);
    assert_eq!(json["evaluation"]["sentences"], 12);
    assert_eq!(json["measured"]["model"], "tiny.model");
    assert_eq!(json["measured"]["data"][0]["name"], "unseen.csv");
    assert_eq!(json["measured"]["data"][0]["checksum"], stance::model_file::checksum_of(UNSEEN.as_bytes()));
}

#[test]
fn figures_are_counted_from_the_predictions() {
    let folder = folder();
    let predicted = column(&folder.run(&["predict", "-m", "tiny.model", "unseen.csv"]).ok(), "label");
    let right = predicted.iter().zip(column(UNSEEN, "label")).filter(|(p, gold)| *p == gold).count();
    assert!(right < 12, "some are wrong: figures of 1 test nothing");
    let csv = rows(&evaluate(&folder, &["-f", "csv"]));
    let accuracy: f64 = csv.iter().find(|row| row[0] == "accuracy").unwrap()[2].parse().unwrap();
    assert!((accuracy - right as f64 / 12.0).abs() < 1e-12);
}

#[test]
fn a_baseline_is_compared_sentence_by_sentence() {
    let folder = folder();
    folder
        .run(&["train", "labelled.csv", "-o", "other.model", "--word-ngrams", "0", "--char-ngrams", "1", "--c", "0.05"])
        .ok();
    let text = evaluate(&folder, &["--baseline", "other.model"]);
    assert!(text.contains("Against the baseline") && text.contains("McNemar's test (exact)"), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&evaluate(&folder, &["--baseline", "other.model", "-f", "json"])).unwrap();
    assert!(json.get("comparison").is_some_and(|comparison| comparison.is_object()), "{json:#}");
    let same = evaluate(&folder, &["--baseline", "tiny.model"]);
    assert!(same.contains("p = 1.000"), "{same}");

    folder.write("two.csv", LABELLED.replace("us_claim", "claim"));
    folder.run(&["train", "two.csv", "-o", "two.model"]).ok();
    let line = folder.refuse(2, &["evaluate", "-m", "tiny.model", "--baseline", "two.model", "unseen.csv"]);
    assert_eq!(
        line,
        "the baseline labels claim, neutral, pakistan_rebuttal; \
                      the model labels neutral, pakistan_rebuttal, us_claim: compare models of one label set"
    );
}

#[test]
fn a_gate_that_is_missed_is_exit_5_after_the_report() {
    let folder = folder();
    let report = evaluate(&folder, &["--min-macro-f1", "0.1"]);
    let run = folder.run(&["evaluate", "-m", "tiny.model", "unseen.csv", "--min-macro-f1", "0.999"]);
    assert_eq!((run.code, run.stdout), (Some(5), report));
    let line = run.stderr.strip_prefix("error: macro-F1 0.").expect(&run.stderr);
    assert!(line.ends_with(" is below --min-macro-f1 0.999\n") && line.lines().count() == 1);
    // The file is written all the same: a gate is about the model, not about the report.
    let run =
        folder.run(&["evaluate", "-m", "tiny.model", "unseen.csv", "--min-macro-f1", "0.999", "-o", "report.txt"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(5), ""));
    assert!(folder.read("report.txt").starts_with("12 sentences"));
    for bad in ["nan", "1.5", "-0.1"] {
        let line = folder.refuse(2, &["evaluate", "unseen.csv", &format!("--min-macro-f1={bad}")]);
        assert!(line.starts_with("--min-macro-f1") && line.ends_with("expected a figure from 0 to 1"), "{line}");
    }
}

#[test]
fn unsure_sentences_count_as_abstained() {
    let folder = folder();
    let csv = rows(&evaluate(&folder, &["-f", "csv", "--min-probability", "0.99"]));
    let coverage: f64 = csv.iter().find(|row| row[0] == "coverage").unwrap()[2].parse().unwrap();
    assert!(coverage > 0.0 && coverage < 1.0, "{coverage}");
    let line = folder.refuse(2, &["evaluate", "unseen.csv", "--min-probability=2"]);
    assert_eq!(line, "--min-probability 2; expected a probability from 0 to 1");
}

#[test]
fn grouping_and_seed_change_intervals_only() {
    let folder = folder();
    let figure = |args: &[&str]| {
        let csv = rows(&evaluate(&folder, &[&["-f", "csv"], args].concat()));
        csv.into_iter().find(|row| row[0] == "accuracy").unwrap()
    };
    let (articles, sentences, seed) = (figure(&[]), figure(&["--group", "sentence"]), figure(&["--seed", "7"]));
    assert!(articles[2] == sentences[2] && articles[2] == seed[2]);
    assert_ne!(articles[3..], sentences[3..]);
    let (by_article, by_sentence) = (evaluate(&folder, &[]), evaluate(&folder, &["--group", "sentence"]));
    assert_eq!(by_article.lines().next(), by_sentence.lines().next());
    assert!(by_article.contains("1,000 samples of whole articles"), "{by_article}");
    assert!(by_sentence.contains("1,000 samples of single sentences"), "{by_sentence}");
    let page = evaluate(&folder, &["-f", "html", "--group", "sentence"]);
    assert!(page.contains("bootstrap samples of single sentences") && !page.contains("whole articles"));
}

#[test]
fn several_files_and_a_pipe_are_read() {
    let folder = folder();
    let text = evaluate(&folder, &["labelled.csv"]);
    assert!(text.starts_with("72 sentences in 15 articles"), "{text}");
    let piped = folder.run_with(&["evaluate", "-m", "tiny.model", "-", "-f", "csv"], UNSEEN).ok();
    assert_eq!(piped, evaluate(&folder, &["-f", "csv"]));
    let json = folder.run_with(&["evaluate", "-m", "tiny.model", "-", "-f", "json"], UNSEEN).ok();
    assert!(json.contains(&stance::model_file::checksum_of(UNSEEN.as_bytes())));
}

#[test]
fn html_is_a_page_with_the_figures() {
    let folder = folder();
    let page = evaluate(&folder, &["-f", "html"]);
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("tiny.model") && page.contains("pakistan_rebuttal"));
    evaluate(&folder, &["-f", "html", "-o", "page.html"]);
    assert!(folder.read("page.html").trim_end().ends_with("</html>"));
}
