//! `stance explain` and `stance info`, by the real binary.

mod common;

use common::{Folder, LABELLED, rounded};
use serde_json::Value;

const TEXT: &str = "The Foreign Office rejected the claim as baseless.";

/// The explanation in a line of JSON.
fn explanation(line: &str) -> Value {
    serde_json::from_str::<Value>(line).unwrap()["explanation"].take()
}

#[test]
fn an_explanation_sums_to_its_score() {
    let folder = Folder::with_model();
    let table = folder.run(&["explain", "-m", "tiny.model", TEXT, "--top", "5"]).ok();
    insta::assert_snapshot!(rounded(&table));
    let json = folder.run(&["explain", "-m", "tiny.model", TEXT, "--top", "0", "-f", "json"]).ok();
    let json = explanation(&json);
    assert_eq!(
        (&json["label"], json["contributions"].as_array().unwrap().len() > 5),
        (&"pakistan_rebuttal".into(), true)
    );
    let sum: f64 = json["contributions"].as_array().unwrap().iter().map(|c| c["log_odds"].as_f64().unwrap()).sum();
    let (base, score) = (json["base"].as_f64().unwrap(), json["log_odds"].as_f64().unwrap());
    assert!((base + sum - score).abs() < 1e-9);
    let odds = json["probability"].as_f64().unwrap() / json["runner_up_probability"].as_f64().unwrap();
    assert!((odds.ln() - score).abs() < 1e-6, "ln {odds} is not {score}");
    // The probability is the one that predict gives.
    folder.write("x.txt", TEXT);
    let csv = folder.run(&["predict", "-m", "tiny.model", "x.txt"]).ok();
    assert_eq!(common::column(&csv, "probability"), [format!("{:.7}", json["probability"].as_f64().unwrap())]);
}

#[test]
fn a_text_without_a_known_word_is_explained_by_its_base() {
    let folder = Folder::with_model();
    let json = folder.run(&["explain", "-m", "tiny.model", "Xyzzy!", "-f", "json"]).ok();
    let json = explanation(&json);
    assert_eq!((json["contributions"].as_array().unwrap().len(), &json["base"]), (0, &json["log_odds"]));
    assert_eq!(folder.refuse(2, &["explain", "-m", "tiny.model", " \n"]), "an empty text; give a sentence to explain");
}

#[test]
fn the_text_may_come_from_a_pipe() {
    let folder = Folder::with_model();
    let piped = folder.run_with(&["explain", "-m", "tiny.model", "-"], format!("{TEXT}\n")).ok();
    assert_eq!(piped, folder.run(&["explain", "-m", "tiny.model", TEXT]).ok());
}

#[test]
fn an_article_is_explained_sentence_by_sentence() {
    let folder = Folder::with_model();
    let all = folder.run_with(&["explain", "-m", "tiny.model", "-", "-f", "json"], common::ARTICLE).ok();
    let labels: Vec<Value> = all.lines().map(|line| explanation(line)["label"].take()).collect();
    assert_eq!(labels, common::LABELS);
    let third = folder.run(&["explain", "-m", "tiny.model", common::ARTICLE, "-f", "json", "--position", "2"]).ok();
    assert_eq!(third.trim_end(), all.lines().nth(2).unwrap());
    assert_eq!(
        folder.refuse(2, &["explain", "-m", "tiny.model", common::ARTICLE, "--position", "4"]),
        "--position 4; the text has 4 sentences, counted from 0"
    );
}

#[test]
fn info_says_what_a_model_is() {
    let folder = Folder::with_model();
    let text = folder.run(&["info", "-m", "tiny.model", "--top", "3"]).ok();
    let json: Value =
        serde_json::from_str(&folder.run(&["info", "-m", "tiny.model", "--top", "3", "-f", "json"]).ok()).unwrap();
    let checksum = json["checksum"].as_str().unwrap().to_string();
    let steady = [&checksum, &json["bytes"].to_string(), env!("CARGO_PKG_VERSION")]
        .iter()
        .fold(text.clone(), |text, part| text.replacen(*part, "…", 1));
    assert!(checksum.len() == 16 && text.contains(&checksum));
    insta::assert_snapshot!(rounded(&steady));
    assert_eq!(json["labels"], serde_json::json!(["neutral", "pakistan_rebuttal", "us_claim"]));
    assert_eq!(json["training"]["n_sentences"], 60);
    assert_eq!(json["training"]["label_counts"], serde_json::json!([36, 12, 12]));
    assert_eq!(json["bytes"], common::model_bytes().len());
    assert_eq!(json["data"][0]["name"], "labelled.csv");
    assert_eq!(json["data"][0]["checksum"], stance::model_file::checksum_of(LABELLED.as_bytes()));
    assert_eq!(json["strongest"].as_array().unwrap().len(), 3);
}

#[test]
fn info_of_the_shipped_model() {
    let text = Folder::new().run(&["info"]).ok();
    assert!(text.starts_with("model        ") && text.contains("pakistan_rebuttal: "), "{text}");
}
