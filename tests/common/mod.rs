//! What the tests of the command line share: a private folder, the real binary in it, a tiny model built once a test program.

#![allow(dead_code)] // Each test program uses a part of it.

pub mod checksum;
pub mod forge;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::OnceLock;
use std::time::Duration;

/// Sixty sentences in twelve articles, written for the tests.
pub const LABELLED: &str = include_str!("../fixtures/labelled.csv");

/// Labelled sentences that the tiny model has not seen, with two that it gets wrong.
pub const UNSEEN: &str = "\
article,position,text,label
strike,0,Strike near the border,neutral
strike,1,The State Department accused Pakistan of sheltering the gunmen.,us_claim
strike,2,The Foreign Office rejected the accusation.,pakistan_rebuttal
strike,3,Both sides will meet in the morning.,neutral
canal,0,Canal opens after repairs,neutral
canal,1,Washington blamed Pakistan for the delay.,us_claim
canal,2,Islamabad denied the charge and called it baseless.,pakistan_rebuttal
canal,3,The ministry published its figures.,neutral
canal,4,The Foreign Office said nothing of the kind had happened.,pakistan_rebuttal
canal,5,The Pentagon said the network enjoys safe haven.,us_claim
port,0,The port handled more wheat this week.,neutral
port,1,Officials accused Pakistan of failing to act against smugglers.,us_claim
";

/// A short article of four sentences.
pub const ARTICLE: &str = "Raid sparks fresh dispute\n\n\
    The State Department accused Pakistan of failing to act against militants. \
    The Foreign Office rejected the claim as baseless.\n\n\
    The talks resume at 5 p.m. Friday.\n";

/// The sentences of [`ARTICLE`].
pub const SENTENCES: [&str; 4] = [
    "Raid sparks fresh dispute",
    "The State Department accused Pakistan of failing to act against militants.",
    "The Foreign Office rejected the claim as baseless.",
    "The talks resume at 5 p.m. Friday.",
];

/// Their labels under the tiny model.
pub const LABELS: [&str; 4] = ["neutral", "us_claim", "pakistan_rebuttal", "neutral"];

/// The header of predictions by the tiny model.
pub const HEADER: &str =
    "article,position,start,end,text,label,probability,p_neutral,p_pakistan_rebuttal,p_us_claim,speaker";

/// A folder of one test, gone with it.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("a file written");
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// A folder that holds `labelled.csv` and the tiny model, `tiny.model`.
    pub fn with_model() -> Folder {
        let folder = Folder::new();
        folder.write("labelled.csv", LABELLED);
        folder.write("tiny.model", model_bytes());
        folder
    }

    /// Names of all files, hidden ones included.
    pub fn names(&self) -> BTreeSet<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    /// The binary, in this folder.
    pub fn command(&self) -> assert_cmd::Command {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_stance"));
        command.current_dir(self.0.path()).timeout(Duration::from_secs(60));
        command.env_remove("COLUMNS").env_remove("NO_COLOR");
        command
    }

    /// Runs the binary in this folder.
    pub fn run(&self, args: &[&str]) -> Run {
        Run::of(args, self.command().args(args).output().expect("the binary runs"))
    }

    /// Runs the binary in this folder with this standard input.
    pub fn run_with(&self, args: &[&str], stdin: impl Into<Vec<u8>>) -> Run {
        Run::of(args, self.command().args(args).write_stdin(stdin).output().expect("the binary runs"))
    }

    /// Runs what must be refused: this exit code, nothing on standard output, no new or lost file, and on standard
    /// error one line, which is returned without its `error: `.
    pub fn refuse(&self, code: i32, args: &[&str]) -> String {
        let before = self.names();
        let run = self.run(args);
        let line = run.refused(code);
        assert_eq!(self.names(), before, "files after stance {}", args.join(" "));
        line
    }
}

/// What a run gave.
#[derive(Debug)]
pub struct Run {
    pub args: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(args: &[&str], output: Output) -> Run {
        Run {
            args: args.join(" "),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }

    /// Standard output of a run that must be a success and say nothing on standard error.
    pub fn ok(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "stance {}\n{}", self.args, self.stdout);
        self.stdout
    }

    /// The one line of a run that must be refused.
    pub fn refused(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "stance {}\n{}{}", self.args, self.stderr, self.stdout);
        assert_eq!(self.stdout, "", "stance {}", self.args);
        let line = self.stderr.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {:?}", self.stderr));
        let message = line.strip_prefix("error: ").unwrap_or_else(|| panic!("no error: {line}"));
        assert!(!message.contains('\n'), "more than one line: {message}");
        assert!(!message.contains("panicked"), "{message}");
        message.to_string()
    }
}

/// The tiny model, trained by the real binary on [`LABELLED`].
pub fn model_bytes() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let folder = Folder::new();
        folder.write("labelled.csv", LABELLED);
        folder.run(&["train", "labelled.csv", "-o", "tiny.model"]).ok();
        std::fs::read(folder.path("tiny.model")).expect("the model")
    })
}

/// The rows of a CSV, the header first.
pub fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    reader.records().map(|row| row.expect("a CSV row").iter().map(String::from).collect()).collect()
}

/// The values of one column of a CSV.
pub fn column(csv: &str, name: &str) -> Vec<String> {
    let rows = rows(csv);
    let index = rows[0].iter().position(|header| header == name).unwrap_or_else(|| panic!("no {name}: {:?}", rows[0]));
    rows[1..].iter().map(|row| row[index].clone()).collect()
}

/// The text with every decimal number rounded to three places: what a snapshot may hold on every machine.
pub fn rounded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        out += &rest[..start];
        let end = rest[start..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(rest.len(), |i| start + i);
        let number = &rest[start..end];
        match number.split_once('.') {
            Some((_, decimals)) if decimals.len() > 3 && decimals.bytes().all(|b| b.is_ascii_digit()) => {
                out += &format!("{:.3}", number.parse::<f64>().expect("a number"));
            }
            _ => out += number,
        }
        rest = &rest[end..];
    }
    out + rest
}

/// Whether all probabilities of a prediction CSV are such and sum to 1 in each row.
pub fn assert_probabilities(csv: &str) {
    let rows = rows(csv);
    let columns: Vec<usize> = (0..rows[0].len()).filter(|&i| rows[0][i].starts_with("p_")).collect();
    for row in &rows[1..] {
        let sum: f64 = columns.iter().map(|&i| row[i].parse::<f64>().expect("a probability")).sum();
        assert!((sum - 1.0).abs() < 1e-6, "{row:?} sums to {sum}");
    }
}

/// A path as an argument.
pub fn arg(path: &Path) -> &str {
    path.to_str().expect("a UTF-8 path")
}

/// `bytes` with the first `from` replaced by a `to` of the same length, or of another where only the header's length changes.
pub fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|w| w == from.as_bytes()).unwrap_or_else(|| panic!("no {from}"));
    [&bytes[..at], to.as_bytes(), &bytes[at + from.len()..]].concat()
}
