//! Outputs that cannot be written, fill up or lose their reader: one line or silence, and no half file.

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::{ARTICLE, Folder, UNSEEN, arg};

#[test]
fn an_output_that_cannot_be_written_is_found_before_the_input_is_read() {
    let folder = Folder::with_model();
    // Whoever opened this pipe would wait for ever.
    assert!(Command::new("mkfifo").arg(folder.path("never.csv")).status().unwrap().success());
    std::fs::create_dir(folder.path("folder")).unwrap();
    let sysfs =
        if cfg!(target_os = "linux") && Path::new("/sys/kernel").is_dir() { "/sys/kernel/out" } else { "no/out" };
    for (output, finding) in [
        ("no/such/out", "no/such/out: no such file"),
        ("folder", "folder: is a folder, not a file"),
        ("tiny.model/out", "tiny.model/out: "),
        (sysfs, sysfs),
    ] {
        for args in [
            &["train", "never.csv", "-o", output][..],
            &["predict", "-m", "tiny.model", "never.csv", "-o", output],
            &["evaluate", "-m", "tiny.model", "never.csv", "-o", output],
        ] {
            let line = folder.refuse(1, args);
            assert!(line.starts_with(finding), "{args:?}: {line}");
        }
    }
}

#[test]
fn a_file_that_another_run_is_writing_is_left_alone() {
    let folder = Folder::with_model();
    let file = std::fs::File::create(folder.path(".out.partial")).unwrap();
    file.lock().unwrap();
    let line = folder.refuse(1, &["predict", "-m", "tiny.model", "labelled.csv", "-o", "out"]);
    assert_eq!(line, "out: another process is writing it; wait for it or write elsewhere");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let folder = Folder::with_model();
    folder.write("a.txt", ARTICLE);
    folder.write("unseen.csv", UNSEEN);
    for args in [
        &["predict", "-m", "tiny.model", "a.txt"][..],
        &["predict", "-m", "tiny.model", "labelled.csv", "-f", "jsonl"],
        &["evaluate", "-m", "tiny.model", "unseen.csv"],
        &["explain", "-m", "tiny.model", "A text."],
        &["info", "-m", "tiny.model"],
        &["cv", "labelled.csv", "--folds", "2"],
        &["completions", "bash"],
        &["man"],
        &["train", "labelled.csv", "-o", "m"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_stance"))
            .args(args)
            .current_dir(folder.path(""))
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "error: standard output: no space left on the device; free some space or write elsewhere\n",
            "{args:?}"
        );
    }
    let line = folder.refuse(1, &["predict", "-m", "tiny.model", "a.txt", "-o", "/dev/full"]);
    assert_eq!(line, "/dev/full: no space left on the device; free some space or write elsewhere");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_old_file() {
    struct Mounted<'a>(&'a Path);
    impl Drop for Mounted<'_> {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg(self.0).status();
        }
    }
    let folder = Folder::with_model();
    std::fs::create_dir(folder.path("small")).unwrap();
    let small = folder.path("small");
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=8k", "tmpfs", arg(&small)]).stderr(Stdio::null());
    let mounted = mount.status().is_ok_and(|status| status.success());
    if !mounted {
        eprintln!("skipped: a small file system can only be mounted by root");
        return;
    }
    let _mounted = Mounted(&small);
    std::fs::write(small.join("out"), "old").unwrap();
    let full = "small/out: no space left on the device; free some space or write elsewhere";
    assert_eq!(folder.refuse(1, &["predict", "-m", "tiny.model", "labelled.csv", "-o", "small/out"]), full);
    assert_eq!(folder.refuse(1, &["train", "labelled.csv", "-o", "small/out", "--char-ngrams", "2..5"]), full);
    assert_eq!(std::fs::read_to_string(small.join("out")).unwrap(), "old");
    assert_eq!(std::fs::read_dir(&small).unwrap().count(), 1);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = Folder::with_model();
    let header = "article,position,text,label\n";
    let rows: String = (0..20_000).map(|i| format!("a{i},0,It rained on day {i}.,neutral\n")).collect();
    folder.write("big.csv", format!("{header}{rows}"));
    for args in [&["predict", "-m", "tiny.model", "big.csv"][..], &["man"], &["completions", "zsh"], &["info"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stance"))
            .args(args)
            .current_dir(folder.path(""))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{args:?}");
    }
}
