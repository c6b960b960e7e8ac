//! Laws that hold for every input.

mod common;

use std::path::Path;
use std::sync::OnceLock;

use common::{ARTICLE, Folder, LABELLED, UNSEEN, column, model_bytes};
use proptest::prelude::*;
use stance::article::Sentence;
use stance::corpus::{Columns, Corpus};
use stance::features::{CharBoundary, NGrams, TermKind, TermSource};
use stance::input::{Cells, ReadOptions, read_documents};
use stance::model_file::{Model, from_bytes, to_bytes};
use stance::pipeline::{Pipeline, PipelineParams};
use stance::sentences;
use stance::storage::ModelBytes;
use stance::table::Table;

fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| from_bytes(ModelBytes::copy(model_bytes())).unwrap())
}

fn corpus(text: &str) -> Corpus {
    Corpus::read_from(Path::new("t.csv"), text.as_bytes(), &Columns::default()).unwrap()
}

/// A fit with words and characters.
fn fit(corpus: &Corpus) -> Pipeline {
    let params = PipelineParams { char_ngrams: Some(NGrams { min: 2, max: 4 }), ..PipelineParams::default() };
    Pipeline::fit(&params, None, corpus).unwrap()
}

fn bytes(pipeline: &Pipeline) -> Vec<u8> {
    to_bytes(pipeline, None, &[]).unwrap()
}

/// The rows of [`LABELLED`] in this order of their numbers.
fn reordered(order: &[usize]) -> String {
    let lines: Vec<&str> = LABELLED.lines().collect();
    order.iter().fold(format!("{}\n", lines[0]), |text, &row| text + lines[row + 1] + "\n")
}

/// Words that the model knows, and any others.
fn text() -> impl Strategy<Value = String> {
    let known = prop::sample::select(LABELLED.split_whitespace().map(str::to_string).collect::<Vec<_>>());
    let word = prop_oneof![4 => known, 1 => "\\PC{1,8}", 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(word, 1..30).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_sentence_alone_is_the_same_sentence_in_a_batch(texts in prop::collection::vec(text(), 1..40)) {
        let article: Vec<Sentence> = texts.iter().map(Sentence::alone).collect();
        let batch = model().pipeline.predict(&article);
        for (sentence, prediction) in article.iter().zip(&batch) {
            let alone = model().pipeline.predict(std::slice::from_ref(sentence));
            prop_assert_eq!(&alone[0], prediction);
        }
    }

    #[test]
    fn probabilities_sum_to_one_and_the_label_is_the_most_probable(text in text()) {
        let prediction = model().pipeline.predict(&[Sentence::alone(text)]).remove(0);
        let sum: f64 = prediction.probabilities.iter().sum();
        prop_assert!((sum - 1.0).abs() < 1e-6);
        prop_assert!(prediction.probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
        let most = prediction.probabilities.iter().copied().fold(0.0, f64::max);
        prop_assert_eq!(prediction.probabilities[prediction.label], most);
    }

    #[test]
    fn contributions_sum_to_the_score(text in text()) {
        let sentence = [Sentence::alone(text)];
        let explanation = model().pipeline.explain(&sentence).remove(0);
        let sum = explanation.base + explanation.contributions.iter().map(|c| c.log_odds).sum::<f64>();
        prop_assert!((sum - explanation.log_odds).abs() < 1e-9);
        // The score is that of the prediction, as far as a probability can tell.
        if explanation.runner_up_probability > 1e-12 {
            let odds = (explanation.probability / explanation.runner_up_probability).ln();
            prop_assert!((odds - sum).abs() < 1e-6, "{} {}", odds, sum);
        }
    }

    #[test]
    fn sentences_lie_in_order_inside_any_text(text in "(\\PC|[a-z .?!\"“”\n\r\t]{1,9}|U\\.S\\. |\u{85}|\u{feff}){0,40}") {
        let mut end = 0;
        for (span, _) in sentences::split(&text) {
            prop_assert!(span.start >= end && span.start < span.end);
            prop_assert!(!text[end..span.start].contains(|c: char| c.is_alphanumeric()));
            prop_assert_eq!(text[span.clone()].trim(), &text[span.clone()]);
            end = span.end;
        }
        prop_assert!(!text[end..].contains(|c: char| c.is_alphanumeric()));
    }

    #[test]
    fn any_text_has_terms(text in any::<String>(), min in 1usize..4, more in 0usize..4) {
        let n = NGrams::new(min, min + more).unwrap();
        for kind in [
            TermKind::Words(n),
            TermKind::Characters(n, CharBoundary::Word),
            TermKind::Characters(n, CharBoundary::Sentence),
        ] {
            let mut terms = stance::features::TermBuffer::with_names();
            text.as_str().collect(&kind, &mut terms);
            prop_assert_eq!(terms.names().count(), terms.len());
        }
    }

    #[test]
    fn any_bytes_are_a_table_or_refused(bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "text,label\n([a-z]{0,3}[,\"\n\r\0é]){0,40}".prop_map(String::into_bytes),
    ]) {
        if let Ok(mut table) = Table::open(Path::new("t.csv"), &bytes[..]) {
            let n = table.headers().len();
            while let Ok(Some(row)) = table.next_row() {
                prop_assert_eq!(row.fields().count(), n);
            }
        }
        let _ = Corpus::read_from(Path::new("t.csv"), &bytes[..], &Columns::default());
    }

    #[test]
    fn what_a_csv_writer_wrote_is_read_back(cells in prop::collection::vec(("[^\0]{1,20}", "[^\0]{0,20}"), 1..6)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["a", "b"]).unwrap();
        cells.iter().for_each(|(a, b)| writer.write_record([a, b]).unwrap());
        let bytes = writer.into_inner().unwrap();
        let mut table = Table::open(Path::new("t.csv"), &bytes[..]).unwrap();
        for (a, b) in &cells {
            let row = table.next_row().unwrap().unwrap();
            prop_assert_eq!((row.field(0), row.field(1)), (a.as_str(), b.as_str()));
        }
        prop_assert!(table.next_row().unwrap().is_none());
    }

    #[test]
    fn any_bytes_are_documents_or_refused(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "(\\{\"text\":\"[a-z. ]{0,9}\"(,\"article\":[0-9])?\\}?\n|text,article\n|<p>|[a-z]{1,4}[.,\"] ){0,20}".prop_map(String::into_bytes),
        ],
        article in any::<bool>(),
    ) {
        for format in ["text", "html", "lines", "csv", "jsonl"] {
            let cells = if article { Cells::Article } else { Cells::Sentence };
            let options = ReadOptions { format: format.parse().unwrap(), cells, ..ReadOptions::default() };
            let input = Box::new(std::io::Cursor::new(bytes.clone()));
            let mut n = 0;
            let outcome = read_documents(Path::new("x"), input, &options, &mut |document| {
                n += model().pipeline.predict(&document.article.sentences).len();
                Ok(())
            });
            if let Err(error) = outcome {
                prop_assert!(!error.to_string().contains('\n') && !error.found.is_empty());
            } else {
                prop_assert!(n > 0, "{} gave nothing", format);
            }
        }
    }
}

proptest! {
    // Each case is a training run or more.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_of_rows_does_not_change_a_bit_of_a_model(order in Just((0..60).collect::<Vec<usize>>()).prop_shuffle()) {
        static FIRST: OnceLock<Vec<u8>> = OnceLock::new();
        let first = FIRST.get_or_init(|| bytes(&fit(&corpus(LABELLED))));
        prop_assert!(bytes(&fit(&corpus(&reordered(&order)))) == *first);
    }

    #[test]
    fn without_articles_the_order_of_rows_changes_no_label(order in Just((0..60).collect::<Vec<usize>>()).prop_shuffle()) {
        // Sums are taken in another order, so bits may differ; labels may not.
        let columns = Columns { article: "none".into(), ..Columns::default() };
        let read = |text: &str| {
            let text = text.replacen("article,", "none,", 1).lines().enumerate().map(|(i, line)| {
                if i == 0 { format!("{line}\n") } else { format!("{}\n", &line[line.find(',').unwrap()..]) }
            }).collect::<String>();
            Corpus::read_from(Path::new("t.csv"), text.as_bytes(), &columns).unwrap()
        };
        let unseen = corpus(UNSEEN);
        let labels = |corpus: &Corpus| -> Vec<usize> {
            fit(corpus).predict_corpus(&unseen).into_iter().map(|p| p.label).collect()
        };
        static FIRST: OnceLock<Vec<usize>> = OnceLock::new();
        prop_assert_eq!(FIRST.get_or_init(|| labels(&read(LABELLED))), &labels(&read(&reordered(&order))));
    }
}

#[test]
fn saved_and_loaded_a_model_predicts_the_same_bits() {
    let corpus = corpus(LABELLED);
    let pipeline = fit(&corpus);
    let loaded = from_bytes(ModelBytes::copy(&bytes(&pipeline))).unwrap().pipeline;
    for text in LABELLED.lines().chain(UNSEEN.lines()) {
        let sentence = [Sentence::alone(text)];
        let bits = |pipeline: &Pipeline| -> Vec<u64> {
            pipeline.predict(&sentence)[0].probabilities.iter().map(|p| p.to_bits()).collect()
        };
        assert_eq!(bits(&pipeline), bits(&loaded), "{text}");
    }
    assert!(bytes(&loaded) == bytes(&pipeline), "the file of a loaded model has other bytes");
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = Folder::with_model();
    folder.write("a.txt", ARTICLE);
    // Enough rows for several batches and blocks, in articles whose rows are mixed.
    let texts = column(LABELLED, "text");
    let rows: String = (0..9_000)
        .map(|i| format!("a{},{},\"{} {}\",{}\n", i % 700, i / 700, texts[i % 60], texts[i * 7 % 60], i % 3))
        .collect();
    folder.write("big.csv", format!("article,position,text,label\n{rows}"));
    let mut seen: Vec<(Vec<u8>, String)> = Vec::new();
    for threads in ["1", "2", "7", "7"] {
        let model = format!("m{}", seen.len());
        folder.run(&["train", "big.csv", "-o", &model, "--threads", threads, "--c", "0.01", "--tolerance", "0.1"]).ok();
        let args = ["predict", "-m", &model, "a.txt", "big.csv", "-f", "jsonl", "--threads", threads];
        seen.push((std::fs::read(folder.path(&model)).unwrap(), folder.run(&args).ok()));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
}
