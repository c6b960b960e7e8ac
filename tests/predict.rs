//! `stance predict`: every input format, every output format, by the real binary.

mod common;

use common::{
    ARTICLE, Folder, HEADER, LABELLED, LABELS, SENTENCES, UNSEEN, assert_probabilities, column, rounded, rows,
};

const MODEL: [&str; 3] = ["predict", "-m", "tiny.model"];

fn predict(folder: &Folder, args: &[&str]) -> String {
    folder.run(&[&MODEL, args].concat()).ok()
}

/// Predictions of one file of this name and content.
fn predict_file(name: &str, content: impl AsRef<[u8]>, args: &[&str]) -> String {
    let folder = Folder::with_model();
    folder.write(name, content);
    predict(&folder, &[args, &[name]].concat())
}

/// Start and end of every sentence hold its text in `bytes`.
fn assert_spans(csv: &str, bytes: &[u8]) {
    for row in &rows(csv)[1..] {
        let (start, end): (usize, usize) = (row[2].parse().unwrap(), row[3].parse().unwrap());
        assert_eq!(std::str::from_utf8(&bytes[start..end]).unwrap(), row[4]);
    }
}

#[test]
fn csv_is_what_a_pipe_gets() {
    let csv = predict_file("raid.txt", ARTICLE, &[]);
    assert_eq!(csv.lines().next(), Some(HEADER));
    assert_probabilities(&csv);
    assert_spans(&csv, ARTICLE.as_bytes());
    insta::assert_snapshot!(rounded(&csv));
}

#[test]
fn jsonl_has_the_keys_of_the_csv_in_its_order() {
    let jsonl = predict_file("raid.txt", ARTICLE, &["-f", "jsonl"]);
    for (line, text) in jsonl.lines().zip(SENTENCES) {
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        assert_eq!(object.keys().cloned().collect::<Vec<_>>().join(","), HEADER);
        assert_eq!(object["text"], text);
    }
    insta::assert_snapshot!(rounded(&jsonl));
}

#[test]
fn label_is_one_label_a_line() {
    assert_eq!(predict_file("raid.txt", ARTICLE, &["-f", "label"]), LABELS.map(|l| l.to_string() + "\n").concat());
}

#[test]
fn a_table_fits_its_width_and_has_no_colour_in_a_pipe() {
    let folder = Folder::with_model();
    folder.write("raid.txt", ARTICLE);
    folder.write("b.txt", "Rain delayed shipments from the port.");
    let output = folder.command().args(MODEL).args(["-f", "table", "raid.txt", "b.txt"]).env("COLUMNS", "70").output();
    let table = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(table.lines().all(|line| line.chars().count() <= 70) && !table.contains('\x1b'));
    insta::assert_snapshot!(table);
}

#[test]
fn a_table_does_not_pass_on_what_would_move_the_terminal() {
    let table = predict_file("raid.txt", "A \x1b[31mred\x1b[0m herring \u{202e}or not\u{7}.", &["-f", "table"]);
    assert!(table.contains("␛[31mred") && !table.contains(['\x1b', '\u{202e}', '\u{7}']), "{table:?}");
}

#[test]
fn html_and_text_of_one_article_get_the_same_labels() {
    let page = format!(
        "<html><head><title>{}</title><script>var x = 'The Pentagon accused Pakistan.'</script></head><body><article>\
         <h1>{}</h1><p>{} {}</p><p>{}</p></article></body></html>",
        SENTENCES[0], SENTENCES[0], SENTENCES[1], SENTENCES[2], SENTENCES[3]
    );
    for name in ["raid.html", "raid.HTM", "raid.xhtml"] {
        let csv = predict_file(name, &page, &[]);
        assert_eq!(column(&csv, "text"), SENTENCES);
        assert_eq!(column(&csv, "label"), LABELS);
        assert_eq!(column(&csv, "article"), [name; 4]);
    }
    assert_eq!(column(&predict_file("raid.txt", &page, &["--input-format", "html"]), "text"), SENTENCES);
}

#[test]
fn lines_are_sentences_of_their_own_with_their_place() {
    let file =
        "\u{feff}The Foreign Office rejected the claim as baseless.\r\n\r\n  Mills bought early. And late.  \nno end";
    let csv = predict_file("s.txt", file, &["--input-format", "lines"]);
    let expected = ["The Foreign Office rejected the claim as baseless.", "Mills bought early. And late.", "no end"];
    assert_eq!(column(&csv, "text"), expected);
    assert_eq!(column(&csv, "article"), [""; 3]);
    assert_spans(&csv, file.as_bytes());
}

#[test]
fn standard_input_is_a_dash() {
    let folder = Folder::with_model();
    let args = |extra: &[&'static str]| [&MODEL, extra].concat();
    let csv = folder.run_with(&args(&["-"]), ARTICLE).ok();
    assert_eq!(
        (column(&csv, "label"), column(&csv, "article")),
        (LABELS.map(String::from).to_vec(), vec!["-".into(); 4])
    );
    let lines = folder.run_with(&args(&["--input-format", "lines", "-f", "label", "-"]), SENTENCES.join("\n")).ok();
    assert_eq!(lines.lines().collect::<Vec<_>>(), LABELS);
    let table = format!("text\n{}\n", SENTENCES.map(|s| format!("\"{s}\"")).join("\n"));
    assert_eq!(column(&folder.run_with(&args(&["--input-format", "csv", "-"]), table).ok(), "label"), LABELS);
    let json: String = SENTENCES.iter().map(|s| serde_json::json!({ "text": s }).to_string() + "\n").collect();
    assert_eq!(column(&folder.run_with(&args(&["--input-format", "jsonl", "-"]), json).ok(), "label"), LABELS);
}

#[test]
fn every_encoding_gives_the_same_sentences() {
    let text =
        "Résumé of the talks\r\n\r\n“We deny it,” the ministry said. The Foreign Office rejected the claim – again.";
    let utf16 = |big: bool| -> Vec<u8> {
        let mark = [0xfeffu16].into_iter().chain(text.encode_utf16());
        mark.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let windows = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let plain = predict_file("a.txt", text, &[]);
    assert_spans(&plain, text.as_bytes());
    let marked = format!("\u{feff}{text}");
    let with_mark = predict_file("a.txt", &marked, &[]);
    assert_spans(&with_mark, marked.as_bytes());
    for other in [windows, utf16(false), utf16(true), text.replace("\r\n", "\n").into_bytes()] {
        let csv = predict_file("a.txt", &other, &[]);
        assert_eq!(column(&csv, "text"), column(&plain, "text"));
        assert_eq!(column(&csv, "probability"), column(&plain, "probability"));
    }
    assert_eq!(column(&plain, "text").len(), 3);
}

#[test]
fn rows_keep_their_order_and_their_other_columns() {
    let table = "note,text,position,article,label,end\n\
        \"a, b\",The Foreign Office rejected the claim.,1,x,gold,9\n\
        ,Mills in the south bought early this year.,0,y,,\n\
        =1+1,Washington accused Pakistan of sheltering militants.,0,x,other,7\n";
    let csv = predict_file("t.csv", table, &[]);
    assert_eq!(csv.lines().next().unwrap(), format!("{HEADER},note,input_label,input_end"));
    assert_eq!(column(&csv, "label"), ["pakistan_rebuttal", "neutral", "us_claim"]);
    assert_eq!(column(&csv, "article"), ["x", "y", "x"]);
    assert_eq!(column(&csv, "position"), ["1", "0", "0"]);
    assert_eq!(column(&csv, "note"), ["a, b", "", "'=1+1"]);
    assert_eq!(column(&csv, "input_label"), ["gold", "", "other"]);
    assert_eq!(column(&csv, "input_end"), ["9", "", "7"]);
    let unguarded = predict_file("t.csv", table, &["--no-formula-guard"]);
    assert_eq!(column(&unguarded, "note")[2], "=1+1");

    let tabs = table.replace("\"a, b\"", "a; b").replace(',', "\t").replace("a; b", "a, b");
    assert_eq!(predict_file("t.tsv", tabs, &[]), csv);
    // Quotes, a mark and CRLF change nothing.
    let crlf = format!("\u{feff}{}", table.replace('\n', "\r\n"));
    assert_eq!(predict_file("t.csv", crlf, &[]), csv);
}

#[test]
fn jsonl_keeps_its_other_keys_with_their_types() {
    let lines = "{\"text\":\"Washington accused Pakistan of sheltering militants.\",\"id\":[1,{\"a\":null}],\"article\":7}\n\n\
                 {\"id\":\"b\",\"text\":\"Mills in the south bought early this year.\"}\n";
    let jsonl = predict_file("t.jsonl", lines, &["-f", "jsonl"]);
    let objects: Vec<serde_json::Value> = jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects[0]["id"], serde_json::json!([1, { "a": null }]));
    assert_eq!((&objects[0]["article"], &objects[1]["article"]), (&"7".into(), &"".into()));
    assert_eq!((&objects[0]["label"], &objects[1]["label"]), (&"us_claim".into(), &"neutral".into()));
    assert_eq!(column(&predict_file("t.ndjson", lines, &[]), "id"), ["[1,{\"a\":null}]", "b"]);
}

#[test]
fn cells_may_hold_articles() {
    let table = format!("article,text,id\nx,\"{ARTICLE}\",1\n,\"It rained. It stopped.\",2\n");
    let csv = predict_file("t.csv", &table, &["--cells", "article"]);
    assert_eq!(column(&csv, "text")[..4], SENTENCES);
    assert_eq!(column(&csv, "id"), ["1", "1", "1", "1", "2", "2"]);
    for (row, cell) in rows(&csv)[1..].iter().zip([ARTICLE; 4].into_iter().chain(["It rained. It stopped."; 2])) {
        assert_eq!(cell[row[2].parse().unwrap()..row[3].parse().unwrap()], row[4]);
    }
}

#[test]
fn columns_may_have_other_names() {
    let table = "Satz,Artikel,Nr\nThe Foreign Office rejected the claim.,a,1\nRain delayed shipments.,a,0\n";
    let args = ["--text-column", "Satz", "--article-column", "Artikel", "--position-column", "Nr"];
    let csv = predict_file("t.csv", table, &args);
    assert_eq!(
        (column(&csv, "article"), column(&csv, "position")),
        (vec!["a".into(); 2], vec!["1".into(), "0".into()])
    );
    assert_eq!(predict_file("t.csv", table, &[&args[..], &["--contiguous"]].concat()), csv);
}

#[test]
fn below_the_least_probability_there_is_no_label() {
    let folder = Folder::with_model();
    folder.write("unseen.csv", UNSEEN);
    let all = predict(&folder, &["unseen.csv"]);
    let probabilities: Vec<f64> = column(&all, "probability").iter().map(|p| p.parse().unwrap()).collect();
    let mut sorted = probabilities.clone();
    sorted.sort_by(f64::total_cmp);
    let least = (sorted[3] + sorted[4]) / 2.0;
    let some = predict(&folder, &["--min-probability", &least.to_string(), "unseen.csv"]);
    for ((label, sure), probability) in column(&some, "label").iter().zip(column(&all, "label")).zip(&probabilities) {
        assert_eq!(*label, if *probability < least { String::new() } else { sure });
    }
    assert_eq!(column(&some, "label").iter().filter(|label| label.is_empty()).count(), 4);
    assert_eq!(column(&some, "probability"), column(&all, "probability"));
    let jsonl = predict(&folder, &["--min-probability", "1", "-f", "jsonl", "unseen.csv"]);
    assert!(jsonl.contains("\"label\":null"), "{jsonl}");
    assert_eq!(
        folder.refuse(2, &["predict", "--min-probability", "1.5", "unseen.csv"]),
        "--min-probability 1.5; expected a probability from 0 to 1"
    );
    assert!(
        folder.refuse(2, &["predict", "--min-probability", "nan", "unseen.csv"]).starts_with("--min-probability NaN;")
    );
}

#[test]
fn several_inputs_come_out_one_after_the_other() {
    let folder = Folder::with_model();
    folder.write("a.txt", ARTICLE);
    folder.write("b.html", "<p>Rain delayed shipments from the port.</p>");
    let csv = predict(&folder, &["b.html", "a.txt", "b.html"]);
    assert_eq!(column(&csv, "article"), ["b.html", "a.txt", "a.txt", "a.txt", "a.txt", "b.html"]);
    assert_eq!(csv.matches("article,position").count(), 1);
}

#[test]
fn an_output_file_holds_what_standard_output_would() {
    let folder = Folder::with_model();
    let written = predict(&folder, &["labelled.csv"]);
    assert_eq!(predict(&folder, &["labelled.csv", "-o", "out.csv"]), "");
    assert_eq!(folder.read("out.csv"), written);
    assert_eq!(predict(&folder, &["labelled.csv", "-o", "-"]), written);
    assert_eq!(column(&written, "text"), column(LABELLED, "text"));
    assert_eq!(column(&written, "source"), column(LABELLED, "source"));
    assert_eq!(column(&written, "input_label"), column(LABELLED, "label"));
    // The input itself may be the output: it is read whole before it is replaced.
    predict(&folder, &["labelled.csv", "-o", "labelled.csv"]);
    assert_eq!(folder.read("labelled.csv"), written);
    assert!(!folder.names().iter().any(|name| name.starts_with('.')));
}

#[test]
fn an_output_that_is_no_ordinary_file_is_written_where_it_is() {
    let folder = Folder::with_model();
    folder.write("real.csv", "old");
    std::os::unix::fs::symlink("real.csv", folder.path("link.csv")).unwrap();
    predict(&folder, &["labelled.csv", "-o", "link.csv"]);
    assert!(folder.read("real.csv").starts_with(HEADER));
    assert!(folder.path("link.csv").symlink_metadata().unwrap().is_symlink());
    std::os::unix::fs::symlink("/dev/null", folder.path("null")).unwrap();
    predict(&folder, &["labelled.csv", "-o", "null"]);
    assert!(folder.path("null").symlink_metadata().unwrap().is_symlink());
    assert!(predict(&folder, &["labelled.csv", "-o", "/dev/stdout"]).starts_with(HEADER));
}

#[test]
fn without_a_model_the_shipped_one_answers() {
    let folder = Folder::new();
    folder.write("raid.txt", ARTICLE);
    let csv = folder.run(&["predict", "raid.txt"]).ok();
    assert_eq!(csv.lines().next(), Some(HEADER));
    assert_probabilities(&csv);
    folder.write(
        "known.txt",
        "Pakistan has rejected the US claims.\n\nThe United States has repeatedly blamed Pakistan for sheltering militants.",
    );
    let csv = folder.run(&["predict", "known.txt"]).ok();
    assert_eq!(column(&csv, "label"), ["pakistan_rebuttal", "us_claim"]);
}

#[test]
fn html_is_a_page_of_the_article_with_its_text_escaped() {
    let folder = Folder::with_model();
    folder.write("raid.txt", format!("{ARTICLE}\nHe wrote <script>alert(1)</script> & left.\n"));
    let page = predict(&folder, &["-f", "html", "raid.txt"]);
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    // The last word stands in markup of its own, beside the label.
    assert!(SENTENCES.iter().all(|sentence| page.contains(sentence.rsplit_once(' ').unwrap().0)));
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>alert"));
    assert_eq!(predict(&folder, &["-f", "html", "raid.txt", "-o", "page.html"]), "");
    assert_eq!(folder.read("page.html"), page);
    folder.write("b.txt", "Rain delayed shipments from the port.");
    predict(&folder, &["-f", "html", "raid.txt", "b.txt", "-o", "pages/"]);
    let pages: Vec<_> = std::fs::read_dir(folder.path("pages")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(pages.len() == 3 && pages.iter().any(|name| name == "index.html"), "{pages:?}");
}

#[test]
fn an_article_too_long_for_a_page_is_refused() {
    let folder = Folder::with_model();
    folder.write("long.txt", "It rained. ".repeat(10_001));
    let line = folder.refuse(3, &["predict", "-m", "tiny.model", "long.txt", "-f", "html", "-o", "page.html"]);
    assert!(line.starts_with("long.txt: an article of 10001 sentences, more than 10000 on a page;"), "{line}");
}

#[test]
fn columns_without_a_name_or_named_like_ours_stay_apart() {
    let csv = predict_file("a.csv", "text,,label,input_label,\nIt rained.,1,2,3,4\n", &[]);
    let rows = common::rows(&csv);
    assert!(rows[0].ends_with(&["", "input_label", "input_input_label", ""].map(String::from)), "{:?}", rows[0]);
    assert!(rows[1].ends_with(&["1", "2", "3", "4"].map(String::from)), "{:?}", rows[1]);
}

#[test]
fn a_hundred_thousand_columns_take_no_longer_than_their_bytes() {
    let row = |cell: &str| format!("It rained.{}\n", format!(",{cell}").repeat(100_000));
    let header: String = (0..100_000).map(|i| format!(",c{i}")).collect();
    // A search of all columns for each would take minutes.
    let csv = predict_file("wide.csv", format!("text{header}\n{}", row("x").repeat(3)), &[]);
    assert_eq!(csv.lines().count(), 4);
    assert!(csv.lines().nth(1).unwrap().ends_with(&",x".repeat(100_000)));
}

#[test]
fn many_files_come_out_in_their_order_up_to_the_one_that_cannot_be_read() {
    let folder = Folder::with_model();
    let names: Vec<String> = (0..60).map(|i| format!("{i}.txt")).collect();
    for (i, name) in names.iter().enumerate() {
        folder.write(name, format!("Rain fell on day {i}. The road stayed shut."));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let all = predict(&folder, &names);
    let expected: Vec<&str> = names.iter().flat_map(|name| [*name; 2]).collect();
    assert_eq!(column(&all, "article"), expected);

    let run = folder.run(&[&MODEL[..], &names[..40], &["missing.txt"], &names[40..]].concat());
    assert!(run.code == Some(1) && all.starts_with(&run.stdout), "{run:?}");
    assert_eq!(run.stdout.lines().count(), 1 + 40 * 2);
    assert!(run.stderr.starts_with("error: missing.txt: no such file"), "{}", run.stderr);
}
