//! Ctrl-C during long work: exit 130, and no file that is half written.

#![cfg(unix)]

mod common;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Folder, LABELLED};

fn start(folder: &Folder, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_stance"))
        .args(args)
        .current_dir(folder.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits for the partial file, then sends the signal; what the process said on standard error.
fn interrupt(folder: &Folder, mut child: Child, partial: &str, signal: &str, after: Duration) {
    // Held open: the end of the input would end the process by itself.
    let _stdin = child.stdin.take();
    let started = Instant::now();
    while !folder.path(partial).exists() {
        assert!(started.elapsed() < Duration::from_secs(20), "no {partial}");
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(after);
    let sent = Instant::now();
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(130), &b""[..]));
    assert!(output.stdout.is_empty());
    assert!(sent.elapsed() < Duration::from_secs(5), "{:?}", sent.elapsed());
}

#[test]
fn training_leaves_the_old_model_and_nothing_else() {
    let folder = Folder::new();
    // Enough to fit for minutes.
    let mut table = "text,label\n".to_string();
    for i in 0..6_000u32 {
        let word = |j: u32| i.wrapping_mul(2_654_435_761).rotate_left(j * 5) % 5_000;
        table += &format!("w{} w{} w{} w{} w{},l{}\n", word(0), word(1), word(2), word(3), word(4), i % 7);
    }
    folder.write("big.csv", table);
    folder.write("m", "old");
    let before = folder.names();
    let long = ["train", "big.csv", "-o", "m", "--char-ngrams", "2..6", "--tolerance", "1e-300", "--c", "1e6"];
    for (signal, after) in [("-INT", 0), ("-INT", 100), ("-INT", 700), ("-TERM", 300)] {
        let child = start(&folder, &[&long[..], &["--max-iterations", "1000000"]].concat());
        interrupt(&folder, child, ".m.partial", signal, Duration::from_millis(after));
        assert_eq!((folder.names(), folder.read("m").as_str()), (before.clone(), "old"));
    }
}

#[test]
fn predicting_leaves_no_file() {
    let folder = Folder::with_model();
    let before = folder.names();
    for after in [0, 50] {
        // Its input never ends.
        let child = start(&folder, &["predict", "-m", "tiny.model", "--input-format", "lines", "-", "-o", "out"]);
        interrupt(&folder, child, ".out.partial", "-INT", Duration::from_millis(after));
        assert_eq!(folder.names(), before);
    }
}

#[test]
fn a_killed_run_leaves_the_old_file_and_the_next_run_cleans_up() {
    let folder = Folder::with_model();
    folder.write("out", "old");
    let mut child = start(&folder, &["predict", "-m", "tiny.model", "--input-format", "lines", "-", "-o", "out"]);
    while !folder.path(".out.partial").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(folder.read("out"), "old");
    folder.write("in.csv", LABELLED);
    folder.run(&["predict", "-m", "tiny.model", "in.csv", "-o", "out"]).ok();
    assert!(folder.read("out").starts_with(common::HEADER) && !folder.names().contains(".out.partial"));
}
