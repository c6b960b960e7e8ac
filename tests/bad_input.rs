//! What cannot be used is refused: one line with place, finding and advice, the documented exit code, no file left.

mod common;

use std::time::{Duration, Instant};

use common::{Folder, LABELLED, model_bytes};

const GOOD: &str = "text,label\nIt rained all day.,x\nIt was dry.,y\n";

/// Refuses `content` as labelled data in every command that takes such, each naming `line`.
fn labelled(content: impl AsRef<[u8]>, line: &str) {
    let folder = Folder::with_model();
    folder.write("d.csv", content);
    for args in [
        &["train", "d.csv", "-o", "out"][..],
        &["evaluate", "-m", "tiny.model", "d.csv", "-o", "out"],
        &["cv", "d.csv", "--folds", "2"],
    ] {
        assert_eq!(folder.refuse(3, args), line);
    }
}

/// Refuses `content` as an input of predict.
fn input(name: &str, content: impl AsRef<[u8]>, line: &str) {
    let folder = Folder::with_model();
    folder.write(name, content);
    for format in ["csv", "jsonl", "label", "table"] {
        assert_eq!(folder.refuse(3, &["predict", "-m", "tiny.model", name, "-o", "out", "-f", format]), line);
    }
}

#[test]
fn files_that_are_not_there_and_folders() {
    let folder = Folder::with_model();
    std::fs::create_dir(folder.path("folder")).unwrap();
    for (name, line) in [
        ("no/such.csv", "no/such.csv: no such file; check the path"),
        ("folder", "folder: is a folder, not a file; name the files in the folder"),
    ] {
        for args in [
            &["train", name, "-o", "out"][..],
            &["train", "labelled.csv", name, "-o", "out"],
            &["evaluate", "-m", "tiny.model", name],
            &["evaluate", "-m", name, "labelled.csv"],
            &["evaluate", "-m", "tiny.model", "--baseline", name, "labelled.csv"],
            &["cv", name],
            &["predict", "-m", "tiny.model", name],
            &["predict", "-m", "tiny.model", "labelled.csv", name, "-o", "out"],
            &["predict", "-m", name, "labelled.csv"],
            &["explain", "-m", name, "A text."],
            &["info", "-m", name],
            &["train", "labelled.csv", "-o", "out", "--sides", name],
        ] {
            assert_eq!(folder.refuse(1, args), line, "{args:?}");
        }
    }
}

#[test]
fn empty_files() {
    labelled("", "d.csv: is empty; expected a CSV header such as text,label");
    labelled("\u{feff}", "d.csv: is empty; expected a CSV header such as text,label");
    labelled("text,label\n", "d.csv: no rows below the header; add labelled sentences");
    input("a.txt", "", "a.txt: is empty; expected an article");
    input("a.txt", " \r\n\t\n", "a.txt: is empty but for white space; expected an article");
    input("a.html", "", "a.html: is empty; expected an article");
    input("a.html", "<script>no()</script>", "a.html: no visible text in the page; expected a news page");
    input("a.csv", "", "a.csv: is empty; expected a CSV header such as text,label");
    input("a.csv", "text\n", "a.csv: no rows below the header; add rows with a text");
    input("a.jsonl", "\n\n", "a.jsonl: is empty; expected one JSON object a line");
    let folder = Folder::with_model();
    let run = folder.run_with(&["predict", "-m", "tiny.model", "-", "--input-format", "lines"], "");
    assert_eq!(run.refused(3), "-: is empty; expected one sentence a line");
}

#[test]
fn columns_that_are_missing() {
    labelled("lable,text\nx,a\n", "d.csv:1: no column \"label\" among lable, text; did you mean --label-column lable?");
    labelled("label,Text \nx,a\n", "d.csv:1: no column \"text\" among label, Text; did you mean --text-column Text?");
    labelled("a;b\nx;y\n", "d.csv:1: no column \"text\" among a;b; name it with --text-column");
    input("a.csv", "txt,n\na,1\n", "a.csv:1: no column \"text\" among txt, n; did you mean --text-column txt?");
    input("a.jsonl", "{\"txt\":\"a\"}", "a.jsonl:1: no key \"text\" among txt; did you mean --text-column txt?");
    let folder = Folder::new();
    folder.write("d.csv", LABELLED);
    assert_eq!(
        folder.refuse(3, &["train", "d.csv", "-o", "out", "--article-column", "artikel"]),
        "d.csv:1: no column \"artikel\" among article, position, paragraph, text, label, source; \
         did you mean --article-column article?"
    );
    // Many columns are not all named.
    let many: Vec<String> = (0..500).map(|i| format!("c{i}")).collect();
    folder.write("d.csv", many.join(","));
    let line = folder.refuse(3, &["train", "d.csv", "-o", "out"]);
    assert!(line.contains(", c19, …;") && line.len() < 200, "{line}");
}

#[test]
fn cells_that_are_empty_or_wrong() {
    labelled("text,label\na,x\n  ,x\n", "d.csv:3:text: empty text; write the sentence or remove the row");
    labelled("text,label\na,x\n\"b\nc\",\n", "d.csv:3:label: empty label; write a label or remove the row");
    labelled("text,label\na,\"x\ny\"\n", "d.csv:2:label: a control character in the label; use plain text for labels");
    labelled("text,label,weight\na,x,-1\n", "d.csv:2:weight: \"-1\"; expected a weight above 0");
    labelled("text,label,weight\na,x,inf\n", "d.csv:2:weight: \"inf\"; expected a weight above 0");
    labelled(
        "text,label,article,position\na,x,n,first\n",
        "d.csv:2:position: \"first\"; expected a whole number from 0",
    );
    labelled(
        "text,label,article,position\na,x,n,0\nb,x,m,0\nc,y,n,0\n",
        "d.csv:4: article and position of line 2 again; give each sentence of an article its own position",
    );
    input("a.csv", "text\nb\n \n", "a.csv:3:text: empty text; write the text or remove the row");
    input(
        "a.jsonl",
        "{\"text\":\"a\"}\n{\"text\":\"\"}",
        "a.jsonl:2:text: empty text; write the text or remove the row",
    );
    input("a.jsonl", "{\"text\":7}", "a.jsonl:1:text: 7; expected a string");
    input(
        "a.jsonl",
        "{\"text\":\"a\"",
        "a.jsonl:1: EOF while parsing an object at byte 11; expected one JSON object a line",
    );
}

#[test]
fn labels_that_do_not_suit() {
    let folder = Folder::with_model();
    folder.write("one.csv", "text,label\na b,x\nb c,x\n");
    let one = "every sentence has the label \"x\"; a model needs sentences of at least two labels";
    assert_eq!(folder.refuse(3, &["train", "one.csv", "-o", "out"]), format!("one.csv: {one}"));
    folder.write("other.csv", "text,label\na b,neutral\nb c,us_clam\n");
    assert_eq!(
        folder.refuse(3, &["evaluate", "-m", "tiny.model", "other.csv"]),
        "other.csv:3:label: the model lacks the label \"us_clam\"; did you mean \"us_claim\"? \
         the model knows neutral, pakistan_rebuttal, us_claim"
    );
    folder.write("more.csv", "text,stance\na b,zzz\n");
    assert_eq!(
        folder.refuse(3, &["evaluate", "-m", "tiny.model", "more.csv", "--label-column", "stance"]),
        "more.csv:2:stance: the model lacks the label \"zzz\"; the model knows neutral, pakistan_rebuttal, us_claim"
    );
}

#[test]
fn names_that_are_nearly_right() {
    let folder = Folder::new();
    folder.write("labelled.csv", LABELLED);
    folder.write("s.toml", "dispute = \"d\"\npartie = 2\n");
    for (code, args, advice) in [
        (2, ["--without", "word"], "did you mean \"words\"? the blocks are words"),
        (2, ["--prior", "neutrl=0.8,us_claim=0.1,pakistan_rebuttal=0.1"], "did you mean \"neutral\"? the labels are "),
        (3, ["--sides", "s.toml"], "did you mean \"party\"? see docs/sides.md"),
    ] {
        let line = folder.refuse(code, &[&["train", "labelled.csv", "-o", "out"], &args[..]].concat());
        assert!(line.contains(advice), "{line}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    labelled(b"text,label\na,x\n\xff\xfe,y\n", "d.csv:3:text: bytes that are not UTF-8; save the file as UTF-8");
    labelled(b"text,la\xffbel\na,x\n", "d.csv:1:2: bytes that are not UTF-8; save the file as UTF-8");
    labelled(b"text,label\na\0b,x\n", "d.csv:2:text: NUL byte; save the file as UTF-8 text");
    labelled(b"text,lab\0el\na,x\n", "d.csv:1: NUL byte in the header; save the file as UTF-8 text");
    input("a.csv", b"text\na\n\xc3(\n", "a.csv:3:text: bytes that are not UTF-8; save the file as UTF-8");
    input("a.jsonl", b"{\"text\":\"\xff\"}", "a.jsonl:1: bytes that are not UTF-8; save the file as UTF-8");
    input("a.txt", b"One.\nTwo\0.", "a.txt:2: NUL byte; expected text; save the file as UTF-8");
    input("a.html", b"<p>One.</p>\n\n<p>\0</p>", "a.html:3: NUL byte; expected text; save the file as UTF-8");
    input("a.jsonl", "{\"text\":\"a\\u0000\"}", "a.jsonl:1:text: NUL byte; expected text");
    // A spreadsheet's own file, and one that it saved as "Unicode text".
    let utf16: Vec<u8> = "\u{feff}text,label\na,x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    labelled(utf16, "d.csv:1:1: bytes that are not UTF-8; save the file as UTF-8");
}

#[test]
fn rows_that_do_not_fit_the_header() {
    let quotes = "quotes do not balance in the row that begins here; \
                  close the quoted field, or double a quote that belongs to the text";
    labelled("text,label\na,x\n\"b,x\nc,y\n", &format!("d.csv:3: {quotes}"));
    labelled("text,\"label\na,x\n", &format!("d.csv:1: {quotes}"));
    labelled("text,label\na \"b,x\n", &format!("d.csv:2: {quotes}"));
    let few = "1 field where the header has 2; add the missing fields, or quote a field that contains a line break";
    labelled("text,label\na,x\nb\n", &format!("d.csv:3: {few}"));
    labelled("text,label\r\na,x\r\nb\r\n", &format!("d.csv:3: {few}"));
    labelled("text,label\na,b,x\n", "d.csv:2: 3 fields where the header has 2; quote a field that contains a comma");
    labelled(
        "text,label,text\na,x,b\n",
        "d.csv:1: column \"text\" stands twice in the header; rename or remove one of the two",
    );
    input("a.csv", "text,n\n\"a,1\n", &format!("a.csv:2: {quotes}"));
    input("a.csv", "text,n\na\n", &format!("a.csv:2: {few}"));
    let folder = Folder::with_model();
    folder.write("a.csv", "text,n\nIt rained.,1\n");
    folder.write("b.csv", "text,m\nIt rained.,1\n");
    assert_eq!(
        folder.refuse(3, &["predict", "-m", "tiny.model", "a.csv", "b.csv", "-o", "out"]),
        "b.csv: column \"m\", which the first input does not have; label inputs with other columns one by one, or use -f jsonl"
    );
}

#[test]
fn a_line_of_50_mb() {
    let long = "a".repeat(50 << 20);
    let table = "expected a table with one sentence or article a row";
    labelled(format!("{GOOD}{long},x\n"), &format!("d.csv:4: a line of more than 16 MiB; {table}"));
    let folder = Folder::with_model();
    let sentence = "expected prose; raise --max-sentence-bytes if it is meant";
    for (name, content, line) in [
        ("a.csv", format!("text\nb\n{long}\n"), format!("a.csv:3: a line of more than 16 MiB; {table}")),
        (
            "a.txt",
            format!("b\n\n{long}"),
            format!("a.txt:3: a sentence of 52428800 bytes, more than 1048576; {sentence}"),
        ),
        (
            "a.jsonl",
            format!("{{\"text\":\"{long}\"}}"),
            "a.jsonl:1: a line of more than 16777216 bytes; expected one JSON object a line".to_string(),
        ),
        ("a.lines", format!("b\n{long}"), format!("a.lines:2: a line of more than 1048576 bytes; {sentence}")),
    ] {
        folder.write(name, content);
        let format = if name == "a.lines" { "lines" } else { "auto" };
        let started = Instant::now();
        assert_eq!(
            folder.refuse(3, &["predict", "-m", "tiny.model", name, "--input-format", format, "-o", "out"]),
            line
        );
        assert!(started.elapsed() < Duration::from_secs(10), "{name}: {:?}", started.elapsed());
    }
    // A sentence that is only a little too long has its own message.
    labelled(
        format!("{GOOD}{},x\n", "a".repeat((1 << 20) + 1)),
        "d.csv:4:text: a sentence of 1048577 bytes, more than 1048576; expected one sentence a row",
    );
}

#[test]
fn line_breaks_in_names_do_not_break_the_line() {
    let folder = Folder::new();
    assert_eq!(
        folder.refuse(1, &["train", "a\nb\x1b[31m.csv", "-o", "out"]),
        "a b [31m.csv: no such file; check the path"
    );
    folder.write("d.csv", "text,\"la\nbel\"\na,x\n");
    let line = folder.refuse(3, &["train", "d.csv", "-o", "out"]);
    assert!(line.starts_with("d.csv:1: no column \"label\" among text, la bel; did you mean"), "{line}");
}

/// Exit 4 in every command that loads a model, with this line.
fn bad_model(bytes: impl AsRef<[u8]>, line: &str) {
    let folder = Folder::with_model();
    folder.write("bad.model", bytes);
    for args in [
        &["predict", "-m", "bad.model", "labelled.csv", "-o", "out"][..],
        &["evaluate", "-m", "bad.model", "labelled.csv"],
        &["evaluate", "-m", "tiny.model", "--baseline", "bad.model", "labelled.csv"],
        &["explain", "-m", "bad.model", "A text."],
        &["info", "-m", "bad.model"],
    ] {
        assert_eq!(folder.refuse(4, args), format!("bad.model: {line}"), "{args:?}");
    }
}

#[test]
fn model_files_that_are_none_or_damaged() {
    let no_model = "not a stance model file; expected a file written by stance train";
    bad_model("", no_model);
    bad_model(LABELLED, no_model);
    bad_model(vec![0; 10_000], no_model);
    bad_model(&model_bytes()[..model_bytes().len() - 1], no_model);
    bad_model([model_bytes(), b"\0"].concat(), no_model);
    let damaged = "damaged model file: the checksum does not match; copy or train it again";
    let mut flipped = model_bytes().to_vec();
    let last = flipped.len() - 5;
    flipped[last] ^= 1;
    bad_model(flipped, damaged);
    let edited = |from: &str, to: &str| common::replaced(model_bytes(), from, to);
    bad_model(
        edited(r#"\"format_version\":2"#, r#"\"format_version\":1"#),
        "format version 1, this stance reads version 2; train the model again or use the stance that wrote it",
    );
    bad_model(
        edited(r#"{"stance":"#, r#"{"pickle":"#),
        "a safetensors file without a stance model; expected a file written by stance train",
    );
    // As if another program had written it: every checksum is right.
    let typed = common::checksum::with_checksum(edited(r#""dtype":"U64""#, r#""dtype":"I64""#));
    bad_model(typed, "damaged model file: tensor \"terms\" of another type; train it again");
}
