//! `stance predict --input-format lines -f label`: many lines, by all threads.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use common::{Folder, LABELS, SENTENCES};

const LABEL_LINES: [&str; 7] = ["predict", "-m", "tiny.model", "--input-format", "lines", "-f", "label"];

fn label(folder: &Folder, inputs: &[&str]) -> common::Run {
    folder.run(&[&LABEL_LINES, inputs].concat())
}

/// A folder with `few.txt` and with `many.txt`, whose lines make several chunks; and the labels of each.
fn few_and_many() -> (Folder, String, String) {
    let folder = Folder::with_model();
    let few = |texts: [&str; 4]| texts.map(|text| format!("{text}\n")).concat();
    let many = |texts: [&str; 4]| (0..5_000).map(|i| format!("{}\n", texts[i * i % 7 % 4])).collect::<String>();
    folder.write("few.txt", few(SENTENCES));
    folder.write("many.txt", many(SENTENCES));
    (folder, few(LABELS), many(LABELS))
}

#[test]
fn labels_of_several_inputs_come_in_their_order_at_any_number_of_threads() {
    let (folder, few, many) = few_and_many();
    for threads in ["1", "2", "5"] {
        let mut command = folder.command();
        command
            .args(LABEL_LINES)
            .args(["few.txt", "many.txt", "few.txt", "many.txt"])
            .env("RAYON_NUM_THREADS", threads);
        let printed = command.output().unwrap().stdout;
        assert!(printed == [&*few, &many, &few, &many].concat().as_bytes(), "{threads} threads");
    }
    assert_eq!(label(&folder, &["few.txt", "few.txt"]).ok(), few.repeat(2));
}

#[test]
fn what_comes_before_a_bad_input_is_labelled() {
    let (folder, few, many) = few_and_many();
    folder.write("bad.txt", "One.\na\0b\n");
    for (inputs, before, code, told) in [
        (["few.txt", "bad.txt", "few.txt"], &few, 3, "bad.txt:2: NUL byte"),
        (["many.txt", "bad.txt", "many.txt"], &many, 3, "bad.txt:2: NUL byte"),
        (["many.txt", "missing.txt", "few.txt"], &many, 1, "missing.txt: no such file"),
    ] {
        let run = label(&folder, &inputs);
        assert_eq!((run.stdout == *before, run.code), (true, Some(code)), "{inputs:?}");
        assert!(run.stderr.starts_with(&format!("error: {told}")) && run.stderr.lines().count() == 1, "{}", run.stderr);
        // Of a file all or nothing.
        assert_eq!(label(&folder, &[&inputs[..], &["-o", "out.txt"]].concat()).code, Some(code));
        assert!(!folder.names().contains("out.txt"));
    }
}

#[test]
fn a_reader_that_waits_gets_each_line_at_once() {
    let folder = Folder::with_model();
    let mut child = Command::new(env!("CARGO_BIN_EXE_stance"))
        .args(LABEL_LINES)
        .arg("-")
        .current_dir(folder.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, mut lines) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()).lines());
    for (sentence, label) in SENTENCES.iter().zip(LABELS) {
        writeln!(stdin, "{sentence}").unwrap();
        assert_eq!(lines.next().unwrap().unwrap(), label);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success() && lines.next().is_none());
}
