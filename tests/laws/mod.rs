//! What must hold for any bytes, one law a reader: `tests/any_bytes.rs` holds them to generated inputs and to every input that the
//! fuzzers kept, the targets in `fuzz/` to whatever the fuzzer comes upon.

#[path = "../common/checksum.rs"]
mod checksum;

use std::io::Cursor;
use std::path::Path;
use std::sync::OnceLock;

use checksum::with_checksum;
use stance::article::Sentence;
use stance::attribution::{Attribution, AttributionParts};
use stance::corpus::{Columns, Corpus};
use stance::error::{ErrorKind, Result};
use stance::features::{CharBoundary, NGrams, TermBuffer, TermKind, TermSource};
use stance::input::{Cells, Document, InRowOrder, InputFormat, ReadOptions, Record, read_documents};
use stance::model_file::{Model, from_bytes};
use stance::pipeline::{Pipeline, Prediction};
use stance::report::predictions::{LabelledSentence, PredictionCsv, prediction_json, prediction_table};
use stance::sentences;
use stance::shipped;
use stance::storage::ModelBytes;
use stance::table::Table;

/// Bytes as a model file: refused as a bad model, or loaded and at work. The checksum is made good first, so that edits get
/// behind it. Bytes that begin with `{` are a header up to the first line feed, then the tensors: the container is built.
pub fn model(bytes: &[u8]) {
    let file = match bytes.iter().position(|&byte| byte == b'\n') {
        Some(end) if bytes.starts_with(b"{") => {
            let mut header = bytes[..end].to_vec();
            header.resize(end.next_multiple_of(8), b' ');
            [&(header.len() as u64).to_le_bytes(), header.as_slice(), &bytes[end + 1..]].concat()
        }
        _ => bytes.to_vec(),
    };
    match from_bytes(ModelBytes::copy(&with_checksum(file))) {
        Ok(model) => {
            let text = "Officials accused the ministry on Friday. “We deny it,” the envoy said.";
            let article: Vec<Sentence> =
                sentences::split(text).into_iter().map(|(s, _)| Sentence::alone(&text[s])).collect();
            check_predictions(&model.pipeline, &article, &model.pipeline.predict(&article));
            let _ = (model.pipeline.explain(&article[..1]), model.term_names());
        }
        Err(error) => assert!(error.kind == ErrorKind::Model && !error.to_string().contains('\n'), "{error}"),
    }
}

/// Bytes as CSV: rows as wide as the header; labelled sentences; articles.
pub fn csv(bytes: &[u8]) {
    if let Ok(mut table) = Table::open(Path::new("t.csv"), bytes) {
        let columns = table.headers().len();
        let mut line = 0;
        while let Ok(Some(row)) = table.next_row() {
            assert_eq!(row.fields().count(), columns);
            assert!(row.line() >= line, "line {} after {line}", row.line());
            line = row.line();
        }
    }
    if let Ok(corpus) = Corpus::read_from(Path::new("t.csv"), bytes, &Columns::default()) {
        let n = corpus.len();
        assert!(n > 0 && corpus.label.len() == n && corpus.weight.iter().all(|w| w.is_finite() && *w > 0.0));
        assert_eq!(corpus.articles().map(|range| range.len()).sum::<usize>(), n);
    }
    rows(bytes, InputFormat::Csv);
}

/// Bytes as JSON lines: articles.
pub fn jsonl(bytes: &[u8]) {
    rows(bytes, InputFormat::Jsonl);
}

/// Rows as sentences or articles, mixed or standing together: every row once, its sentences inside its text.
fn rows(bytes: &[u8], format: InputFormat) {
    for (cells, contiguous) in [(Cells::Sentence, false), (Cells::Sentence, true), (Cells::Article, false)] {
        let mut order = InRowOrder::default();
        let mut n_rows = 0;
        let options = ReadOptions { cells, contiguous, ..options(format) };
        let outcome = read(bytes, &options, &mut |document| {
            for (row, record) in &document.records {
                let text = match record {
                    Record::Csv { headers, fields } => {
                        fields[headers.iter().position(|h| h == "text").unwrap()].as_str()
                    }
                    Record::Json(object) => object["text"].as_str().unwrap(),
                };
                for (sentence, _) in document.article.sentences.iter().zip(&document.rows).filter(|(_, r)| *r == row) {
                    assert_eq!(&text[sentence.span.clone()], sentence.text);
                }
                order.push(*row, ());
                n_rows += 1;
            }
            assert!(document.article.sentences.iter().all(|s| !s.text.is_empty()));
        });
        assert!(outcome.is_err() || (n_rows > 0 && order.by_ref().count() == n_rows && order.waiting() == 0));
    }
}

/// Bytes as a web page: one article whose sentences lie in the extracted text.
pub fn html(bytes: &[u8]) {
    let _ = read(bytes, &options(InputFormat::Html), &mut |document| {
        let text = document.extracted.as_deref().expect("a page has its text");
        check_spans(text, document.article.sentences.iter().map(|s| s.span.clone()));
        assert!(!document.article.sentences.is_empty());
    });
}

/// Bytes as a text to be cut into sentences: spans in order that hold all that is visible.
pub fn sentences(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let found = sentences::split(&text);
    assert!(found.windows(2).all(|pair| pair[0].1 <= pair[1].1), "paragraphs ascend");
    check_spans(&text, found.iter().map(|(span, _)| span.clone()));
}

fn check_spans(text: &str, spans: impl Iterator<Item = std::ops::Range<usize>>) {
    let mut end = 0;
    for span in spans {
        assert!(span.start >= end && span.start < span.end, "{span:?} after {end}");
        assert!(text[end..span.start].trim().is_empty(), "left out before {span:?}");
        assert_eq!(text[span.clone()].trim(), &text[span.clone()]);
        end = span.end;
    }
    assert!(text[end..].trim().is_empty(), "left out at the end");
}

/// Bytes as sentences, one a line, to be cut into words and characters, and read for who speaks.
pub fn tokens(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let n = NGrams { min: 1, max: 3 };
    for boundary in [CharBoundary::Word, CharBoundary::Sentence] {
        for kind in [TermKind::Words(n), TermKind::Characters(n, boundary)] {
            let mut terms = TermBuffer::with_names();
            text.as_ref().collect(&kind, &mut terms);
            assert!(terms.names().count() == terms.len() && terms.names().all(|name| !name.is_empty()));
        }
    }
    static ATTRIBUTION: OnceLock<Attribution> = OnceLock::new();
    let attribution = ATTRIBUTION.get_or_init(|| {
        let sides = include_str!("../../docs/tutorial/fish.sides.toml").to_string();
        Attribution::from_parts(AttributionParts { sides, tagger: None }, Path::new("fish")).unwrap()
    });
    let article: Vec<Sentence> =
        text.lines().zip(0..).map(|(line, i)| Sentence { position: i, ..Sentence::alone(line) }).collect();
    let attributed = attribution.analyse(&article);
    assert_eq!(attributed.len(), article.len());
    for sentence in attributed {
        let sum: f32 = sentence.speaker_probabilities().map(|(_, p)| p).sum();
        assert!((sum - 1.0).abs() < 1e-3, "speakers sum to {sum}");
        assert_eq!(sentence.masked().trim(), sentence.masked());
    }
}

/// A first byte that names the format, then an input for the whole of `predict` with the shipped model, to every output.
pub fn predict(bytes: &[u8]) {
    static MODEL: OnceLock<Model> = OnceLock::new();
    let pipeline = &MODEL.get_or_init(|| shipped::model().unwrap()).pipeline;
    let Some((first, bytes)) = bytes.split_first() else { return };
    let format = match first {
        b'h' => InputFormat::Html,
        b'l' => InputFormat::Lines,
        b'c' => InputFormat::Csv,
        b'j' => InputFormat::Jsonl,
        _ => InputFormat::Text,
    };
    let mut csv = PredictionCsv::new(&pipeline.labels, true);
    let (mut out, mut n, mut whole) = (Vec::new(), 0, true);
    let outcome = read(bytes, &options(format), &mut |document| {
        let article = &document.article.sentences;
        let predictions = pipeline.predict(article);
        check_predictions(pipeline, article, &predictions);
        let labelled: Vec<LabelledSentence<'_>> = article
            .iter()
            .zip(&predictions)
            .zip(&document.rows)
            .map(|((sentence, prediction), row)| LabelledSentence {
                article: &document.article.id,
                sentence,
                prediction,
                labelled: prediction.probabilities[prediction.label] >= 0.5,
                speaker: prediction.speaker.as_deref(),
                record: document.records.iter().find(|record| record.0 == *row).map(|record| &record.1),
            })
            .collect();
        let table = prediction_table(&labelled, &pipeline.labels, 0, 80, false);
        assert!(!table.contains(|c: char| c.is_control() && c != '\n'), "{table:?}");
        for sentence in &labelled {
            let line = prediction_json(sentence, &pipeline.labels);
            let object: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert_eq!(object["text"], sentence.sentence.text.as_str());
            // JSON objects may have keys that the first had not: refused.
            whole &= csv.write(sentence, &mut out).is_ok_and(|written| written.is_ok());
            n += 1;
        }
    });
    assert!(outcome.is_err() || n > 0);
    if n > 0 && whole {
        let mut reader = csv::Reader::from_reader(out.as_slice());
        let text = reader.headers().unwrap().iter().position(|header| header == "text").unwrap();
        let rows: Vec<csv::StringRecord> = reader.into_records().map(|row| row.unwrap()).collect();
        assert_eq!(rows.len(), n);
        let formula = |cell: &str| cell.len() > 1 && cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert!(!rows.iter().any(|row| formula(&row[text])));
    }
}

fn options(format: InputFormat) -> ReadOptions {
    ReadOptions { format, ..ReadOptions::default() }
}

/// Reads; an error must be one line that says what was found.
fn read(bytes: &[u8], options: &ReadOptions, each: &mut dyn FnMut(Document)) -> Result<()> {
    let outcome = read_documents(Path::new("x"), Box::new(Cursor::new(bytes.to_vec())), options, &mut |document| {
        assert_eq!(document.rows.len(), document.article.sentences.len());
        each(document);
        Ok(())
    });
    if let Err(error) = &outcome {
        assert!(error.kind == ErrorKind::Data && !error.found.is_empty(), "{error:?}");
        assert!(!error.to_string().contains(char::is_control), "{:?}", error.to_string());
    }
    outcome
}

fn check_predictions(pipeline: &Pipeline, article: &[Sentence], predictions: &[Prediction]) {
    assert_eq!(predictions.len(), article.len());
    for Prediction { label, probabilities, .. } in predictions {
        assert!(*label < pipeline.labels.len() && probabilities.len() == pipeline.labels.len());
        assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "{probabilities:?}");
        assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{probabilities:?}");
    }
}
