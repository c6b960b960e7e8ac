//! Help, completions, manual pages and misspellings, by the real binary.

mod common;

use common::Folder;

const COMMANDS: [&str; 8] = ["train", "predict", "evaluate", "explain", "cv", "info", "completions", "man"];

#[test]
fn the_help_of_every_command_has_an_example_that_names_it() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]).ok();
    assert!(help.contains("Examples:") && help.contains("Exit codes:"));
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command} in {help}");
        let own = folder.run(&[command, "--help"]).ok();
        let (_, examples) = own.split_once("Example").unwrap_or_else(|| panic!("no example: {own}"));
        assert!(examples.contains(&format!("stance {command}")), "{examples}");
        assert_eq!(folder.run(&["help", command]).ok(), own);
        if own.contains("...") {
            assert!(own.find("Arguments:") < own.find("Options:"), "what goes in comes first: {own}");
        }
        assert!(own.lines().all(|line| line.chars().count() <= 100 || line.starts_with("  stance ")), "{own}");
    }
    assert!(folder.run(&["--version"]).ok().starts_with("stance "));
}

#[test]
fn the_help_is_as_it_was() {
    let folder = Folder::new();
    insta::assert_snapshot!("help", folder.run(&["--help"]).ok());
}

#[test]
fn flags_of_the_documentation_exist() {
    let folder = Folder::new();
    let has = |command: &str, flags: &[&str]| {
        let help = folder.run(&[command, "--help"]).ok();
        for flag in flags {
            assert!(help.contains(&format!("--{flag}")), "{command} --{flag}");
        }
    };
    let learning = "c class-weight word-ngrams char-ngrams min-df max-features prior solver calibration seed threads max-iterations tolerance";
    let columns = ["text-column", "label-column", "article-column", "position-column", "quiet", "threads"];
    has("train", &[&learning.split(' ').collect::<Vec<_>>()[..], &columns, &["output"]].concat());
    has("cv", &[&learning.split(' ').collect::<Vec<_>>()[..], &columns, &["folds", "format"]].concat());
    has(
        "predict",
        &["model", "input-format", "format", "output", "min-probability", "max-sentence-bytes", "no-formula-guard"],
    );
    has("evaluate", &["model", "format", "baseline", "min-macro-f1", "group", "output"]);
    has("explain", &["model", "format", "top"]);
    has("info", &["model", "format", "top"]);
}

#[test]
fn no_command_and_unknown_ones_are_usage_errors() {
    let folder = Folder::new();
    assert_eq!(folder.run(&[]).code, Some(2));
    for (typed, meant) in [("trian", "train"), ("predcit", "predict"), ("evalute", "evaluate"), ("inf", "info")] {
        let run = folder.run(&[typed]);
        assert!(run.code == Some(2) && run.stderr.starts_with("error: unrecognized subcommand"), "{run:?}");
        assert!(
            run.stderr.contains(&format!("similar subcommand exists: '{meant}'"))
                || run.stderr.contains(&format!("'{meant}'")),
            "{run:?}"
        );
    }
    let run = folder.run(&["predict", "--fromat", "csv", "x"]);
    assert!(run.code == Some(2) && run.stderr.contains("'--format'"), "{run:?}");
    let run = folder.run(&["predict", "--input-format", "jsnol", "x"]);
    assert!(run.code == Some(2) && run.stderr.contains("a similar value exists: 'jsonl'"), "{run:?}");
    let run = folder.run(&["predict"]);
    assert!(run.code == Some(2) && run.stderr.contains("<INPUT>"), "{run:?}");
    let run = folder.run(&["train", "x.csv"]);
    assert!(run.code == Some(2) && run.stderr.contains("--output <MODEL>"), "{run:?}");
}

#[test]
fn completions_for_every_shell_name_every_command() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = folder.run(&["completions", shell]).ok();
        for word in COMMANDS.iter().chain(&["input-format", "min-macro-f1"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(folder.run(&["completions", "csh"]).code, Some(2));
    // The script that most people load must at least parse.
    folder.write("stance.bash", folder.run(&["completions", "bash"]).ok());
    let parsed = std::process::Command::new("bash").arg("-n").arg(folder.path("stance.bash")).status();
    assert!(parsed.map_or(true, |status| status.success()));
}

#[test]
fn manual_pages_one_a_command() {
    let folder = Folder::new();
    let page = folder.run(&["man"]).ok();
    assert!(page.contains(".TH stance 1") && page.contains("Exit codes"), "{page}");
    folder.run(&["man", "-o", "man1"]).ok();
    for command in COMMANDS {
        let page = folder.read(&format!("man1/stance-{command}.1"));
        assert!(page.contains(&format!("stance\\-{command}")) && page.contains("Example"), "{page}");
    }
    folder.read("man1/stance.1");
    folder.write("file", "");
    assert!(folder.refuse(1, &["man", "-o", "file/sub"]).starts_with("file/sub: "));
}
