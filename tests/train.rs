//! `stance train`, by the real binary.

mod common;

use common::{Folder, LABELLED, column, rounded};

/// A summary without what may differ from run to run or from machine to machine: size and seconds.
fn steady(summary: &str) -> String {
    let text = rounded(summary);
    let (rest, _) = text.rsplit_once("m.model, ").expect("where it was written");
    format!("{rest}m.model, …\n")
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("labelled.csv", LABELLED);
    folder
}

#[test]
fn the_summary_says_data_features_fit_figures_and_file() {
    let folder = folder();
    let summary = folder.run(&["train", "labelled.csv", "-o", "m.model"]).ok();
    let n_bytes = std::fs::metadata(folder.path("m.model")).unwrap().len();
    assert!(summary.contains(&format!("written      m.model, {n_bytes} bytes, in ")));
    insta::assert_snapshot!(steady(&summary));
    assert_eq!(folder.names().into_iter().collect::<Vec<_>>(), ["labelled.csv", "m.model"]);
}

#[test]
fn the_same_command_gives_the_same_bytes_and_another_seed_may_not() {
    let folder = folder();
    for (name, threads) in [("one", "1"), ("two", "2"), ("seven", "7"), ("again", "7")] {
        folder.run(&["train", "labelled.csv", "-o", name, "--threads", threads, "--char-ngrams", "2..4"]).ok();
    }
    let bytes = |name: &str| std::fs::read(folder.path(name)).unwrap();
    assert!(bytes("one") == bytes("two") && bytes("two") == bytes("seven") && bytes("seven") == bytes("again"));
    folder.run(&["train", "labelled.csv", "-o", "other", "--char-ngrams", "2..4", "--seed", "2"]).ok();
    assert_ne!(bytes("one"), bytes("other"));
    // Neither the folder nor the locale is in the file.
    let elsewhere = common::Folder::new();
    elsewhere.write("labelled.csv", LABELLED);
    let args = ["train", "labelled.csv", "-o", "m", "--char-ngrams", "2..4"];
    elsewhere.command().args(args).env("LC_ALL", "tr_TR.UTF-8").env("TZ", "Asia/Karachi").assert().success();
    assert_eq!(std::fs::read(elsewhere.path("m")).unwrap(), bytes("one"));
}

#[test]
fn every_setting_is_taken_and_stands_in_the_model() {
    let folder = folder();
    let settings = |args: &[&str]| -> serde_json::Value {
        folder.run(&[&["train", "labelled.csv", "-o", "m"], args].concat()).ok();
        serde_json::from_str(&folder.run(&["info", "-m", "m", "-f", "json"]).ok()).unwrap()
    };
    let info =
        settings(&["--word-ngrams", "0", "--char-ngrams", "3..4", "--char-boundary", "sentence", "--min-df", "3"]);
    assert_eq!(info["settings"]["word_ngrams"], serde_json::Value::Null);
    assert_eq!(info["settings"]["char_ngrams"], serde_json::json!({"min": 3, "max": 4}));
    assert_eq!(info["settings"]["char_boundary"], "sentence");
    assert_eq!(info["features"]["blocks"][0][0], "characters");
    let info = settings(&["--max-features", "20", "--c", "0.5", "--class-weight", "balanced", "--seed", "9"]);
    assert_eq!(info["features"]["n_features"], 20);
    assert_eq!((&info["settings"]["c"], &info["settings"]["class_weight"]), (&0.5.into(), &"balanced".into()));
    let info = settings(&["--prior", "us_claim=1,neutral=2,pakistan_rebuttal=1", "--calibration", "none"]);
    assert_eq!(info["settings"]["calibration"], "none");
    assert_eq!(info["training"]["held_out"], serde_json::Value::Null);
    let info = settings(&["--solver", "linfa", "--word-ngrams", "1", "--prior", "balanced"]);
    assert_eq!((&info["settings"]["solver"], &info["settings"]["prior"]), (&"linfa".into(), &"balanced".into()));
}

#[test]
fn settings_that_make_no_sense_are_usage_errors() {
    let folder = folder();
    let refuse = |args: &[&str]| folder.refuse(2, &[&["train", "labelled.csv", "-o", "m"], args].concat());
    assert_eq!(refuse(&["--min-df", "0"]), "--min-df 0; expected at least 1");
    assert_eq!(refuse(&["--word-ngrams", "0"]), "no features; give --word-ngrams, --char-ngrams or --sides");
    assert!(refuse(&["--c", "0"]).contains("--c 0"));
    assert!(refuse(&["--c", "nan"]).contains("--c NaN"));
    assert!(refuse(&["--tolerance=-1"]).contains("--tolerance"));
    assert!(refuse(&["--max-iterations", "0"]).contains("--max-iterations 0"));
    assert!(refuse(&["--max-features", "0"]).contains("--max-features 0"));
    let unknown = refuse(&["--prior", "a=1,b=2"]);
    assert_eq!(unknown, "prior for unknown label \"a\"; the labels are neutral, pakistan_rebuttal, us_claim");
    assert!(refuse(&["--prior", "neutral=1,us_claim=1"]).contains("no prior for label \"pakistan_rebuttal\""));
    // Refused by the parser, with usage below.
    for args in [["--word-ngrams", "2..1"], ["--char-ngrams", "x"], ["--prior", "nonsense"], ["--solver", "magic"]] {
        let run = folder.run(&[&["train", "labelled.csv", "-o", "m"], &args[..]].concat());
        assert!(run.code == Some(2) && run.stderr.starts_with("error: invalid value"), "{run:?}");
    }
    assert_eq!(
        folder.refuse(3, &["train", "labelled.csv", "-o", "m", "--min-df", "1000"]),
        "labelled.csv: no term stands in enough sentences; lower --min-df or add sentences"
    );
}

#[test]
fn stopping_early_is_a_warning_that_names_the_flag() {
    let folder = folder();
    let run = folder.run(&["train", "labelled.csv", "-o", "m", "--max-iterations", "1"]);
    assert_eq!(run.code, Some(0));
    assert!(run.stderr.starts_with("warning: the solver stopped after 1 iterations"), "{}", run.stderr);
    assert!(run.stderr.trim_end().ends_with("raise --max-iterations") && run.stderr.lines().count() == 1);
    assert!(run.stdout.contains("fit          stopped early after 1 iterations"));
    folder.run(&["train", "labelled.csv", "-o", "m", "--max-iterations", "1", "--quiet"]).ok();
    // More iterations would not help here, and the warning does not ask for them.
    let run = folder.run(&["train", "labelled.csv", "-o", "m", "--tolerance", "1e-15"]);
    assert!(run.code == Some(0) && run.stderr.trim_end().ends_with("rounding lets it come no nearer"), "{run:?}");
}

#[test]
fn any_labels_and_any_column_names_will_do() {
    let folder = Folder::new();
    let table = LABELLED.replacen("article,position,paragraph,text,label", "story,n,paragraph,sentence,stance", 1);
    let table =
        table.replace("us_claim", "the mill's side").replace("pakistan_rebuttal", "गाँव").replace("neutral", "a \"b\"");
    folder.write("t.csv", table.replace("a \"b\"", "\"a \"\"b\"\"\""));
    let columns = [
        "--text-column",
        "sentence",
        "--label-column",
        "stance",
        "--article-column",
        "story",
        "--position-column",
        "n",
    ];
    let summary = folder.run(&[&["train", "t.csv", "-o", "m"], &columns[..]].concat()).ok();
    assert!(summary.contains("60 sentences in 12 articles: a \"b\" 36, the mill's side 12, गाँव 12"), "{summary}");
    folder.write("x.txt", "The ministry rejected the charge as baseless.");
    let csv = folder.run(&["predict", "-m", "m", "x.txt"]).ok();
    assert_eq!(
        csv.lines().next().unwrap(),
        "article,position,start,end,text,label,probability,\"p_a \"\"b\"\"\",p_the mill's side,p_गाँव,speaker"
    );
    assert_eq!(column(&csv, "label"), ["गाँव"]);
}

#[test]
fn several_files_are_one_corpus_and_tabs_do() {
    let folder = folder();
    let header = LABELLED.lines().next().unwrap();
    let (mut one, mut two) = (format!("{header}\n"), format!("{header}\n").replace(',', "\t"));
    for (i, line) in LABELLED.lines().skip(1).enumerate() {
        if i < 31 {
            one += &format!("{line}\n")
        } else {
            two += &format!("{}\n", line.replace(", ", "; ").replace(',', "\t"))
        }
    }
    folder.write("one.csv", one);
    folder.write("two.tsv", two.replace('"', "").replace("; ", ", "));
    let summary = folder.run(&["train", "one.csv", "two.tsv", "-o", "m"]).ok();
    assert!(
        summary.contains("60 sentences in 13 articles") || summary.contains("60 sentences in 12 articles"),
        "{summary}"
    );
    let info: serde_json::Value = serde_json::from_str(&folder.run(&["info", "-m", "m", "-f", "json"]).ok()).unwrap();
    assert_eq!((&info["data"][0]["name"], &info["data"][1]["name"]), (&"one.csv".into(), &"two.tsv".into()));
}

#[test]
fn data_may_come_through_a_pipe() {
    let folder = folder();
    folder.run(&["train", "labelled.csv", "-o", "file"]).ok();
    folder.run_with(&["train", "-", "-o", "pipe"], LABELLED).ok();
    let info = |name: &str| -> serde_json::Value {
        serde_json::from_str(&folder.run(&["info", "-m", name, "-f", "json"]).ok()).unwrap()
    };
    let (file, pipe) = (info("file"), info("pipe"));
    assert_eq!(file["data"][0]["n_bytes"], LABELLED.len());
    assert_eq!(file["data"][0]["checksum"], pipe["data"][0]["checksum"]);
    assert_eq!(file["data"][0]["n_bytes"], pipe["data"][0]["n_bytes"]);
    assert_eq!(pipe["data"][0]["name"], "-");
}

#[test]
fn an_old_model_stays_where_training_fails() {
    let folder = folder();
    folder.write("m", "old");
    folder.write("bad.csv", "text,label\na,x\n");
    folder.refuse(3, &["train", "bad.csv", "-o", "m"]);
    assert_eq!(folder.read("m"), "old");
    // What a killed run left behind is written over.
    folder.write(".m.partial", vec![b'x'; 1 << 20]);
    folder.run(&["train", "labelled.csv", "-o", "m"]).ok();
    assert!(!folder.names().contains(".m.partial"));
    folder.run(&["info", "-m", "m"]).ok();
}
