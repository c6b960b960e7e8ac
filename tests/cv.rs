//! `stance cv`, by the real binary.

mod common;

use common::{Folder, LABELLED, rounded, rows};

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("labelled.csv", LABELLED);
    folder
}

#[test]
fn every_format_reports_every_sentence() {
    let folder = folder();
    let text = folder.run(&["cv", "labelled.csv", "--folds", "4"]).ok();
    insta::assert_snapshot!(rounded(&text));
    let csv = rows(&folder.run(&["cv", "labelled.csv", "--folds", "4", "-f", "csv"]).ok());
    let json = folder.run(&["cv", "labelled.csv", "--folds", "4", "-f", "json"]).ok();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let accuracy: f64 = csv.iter().find(|row| row[0] == "accuracy").unwrap()[2].parse().unwrap();
    assert!((json["evaluation"]["headline"]["accuracy"]["value"].as_f64().unwrap() - accuracy).abs() < 1e-12);
    assert_eq!(json["evaluation"]["sentences"], 60);
}

#[test]
fn neither_threads_nor_row_order_matter() {
    let folder = folder();
    let mut lines: Vec<&str> = LABELLED.lines().collect();
    lines[1..].reverse();
    folder.write("backwards.csv", lines.join("\n"));
    let run = |data: &str, threads: &str| folder.run(&["cv", data, "-f", "json", "--threads", threads]).ok();
    let one = run("labelled.csv", "1");
    assert_eq!(one, run("labelled.csv", "7"));
    assert_eq!(one, run("backwards.csv", "2"));
}

#[test]
fn folds_that_cannot_be_are_refused() {
    let folder = folder();
    assert_eq!(folder.refuse(2, &["cv", "labelled.csv", "--folds", "1"]), "--folds 1; expected at least 2");
    assert_eq!(
        folder.refuse(3, &["cv", "labelled.csv", "--folds", "13"]),
        "labelled.csv: 12 articles for 13 folds; lower --folds; whole articles are kept together"
    );
    folder.write("one.csv", "text,label\na b,x\na c,x\na b,x\n");
    assert!(folder.refuse(3, &["cv", "one.csv", "--folds", "2"]).contains("every sentence has the label \"x\""));
}
