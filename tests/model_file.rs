//! Model files that were cut, flipped or forged: refused as bad models or loaded whole, never a panic or a hang.

mod common;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use common::checksum::with_checksum;
use common::forge::{self, fit_header, header_end};
use common::{Folder, LABELLED, model_bytes, replaced};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use stance::article::Sentence;
use stance::error::ErrorKind;
use stance::model_file::{Model, from_bytes};
use stance::storage::ModelBytes;

/// A model with attribution and characters: every kind of tensor that a file may hold.
fn full_model() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let folder = Folder::new();
        let mut table = String::new();
        for (i, line) in LABELLED.lines().enumerate() {
            let speaker = match line {
                _ if i == 0 => "speaker",
                _ if line.contains(",us_claim") => "US",
                _ if line.contains(",pakistan_rebuttal") => "PK",
                _ => "NONE",
            };
            table += &format!("{line},{speaker}\n");
        }
        folder.write("labelled.csv", table);
        let sides = concat!(env!("CARGO_MANIFEST_DIR"), "/data/us-pakistan.sides.toml");
        let args = ["train", "labelled.csv", "-o", "m", "--sides", sides, "--min-df", "6", "--char-ngrams", "2"];
        folder.run(&args).ok();
        std::fs::read(folder.path("m")).unwrap()
    })
}

fn load(bytes: &[u8]) -> Result<Model, String> {
    let started = Instant::now();
    let result = from_bytes(ModelBytes::copy(bytes));
    assert!(started.elapsed() < Duration::from_secs(2), "loading took {:?}", started.elapsed());
    result.map_err(|error| {
        assert_eq!(error.kind, ErrorKind::Model, "{error}");
        assert!(!error.to_string().is_empty() && !error.to_string().contains('\n'));
        error.to_string()
    })
}

/// What loads must also work: probabilities that are some.
fn check(model: &Model) {
    let article: Vec<Sentence> = common::SENTENCES
        .into_iter()
        .zip(0..)
        .map(|(text, position)| Sentence { position, ..Sentence::alone(text) })
        .collect();
    for prediction in model.pipeline.predict(&article) {
        let sum: f64 = prediction.probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-6, "{:?}", prediction.probabilities);
        assert!(prediction.label < model.pipeline.labels.len());
    }
    let _ = model.pipeline.explain(&article[..1]);
    let _ = model.term_names();
}

#[test]
fn the_models_themselves_load_and_the_checksum_is_as_documented() {
    for bytes in [model_bytes(), full_model()] {
        assert_eq!(with_checksum(bytes.to_vec()), bytes);
        check(&load(bytes).unwrap());
    }
    assert!(load(full_model()).unwrap().pipeline.attribution.is_some());
}

#[test]
fn every_flipped_byte_is_found() {
    let mut bytes = model_bytes().to_vec();
    for at in 0..bytes.len() {
        for mask in [1 << (at % 8), 0xff] {
            bytes[at] ^= mask;
            assert!(load(&bytes).is_err(), "byte {at} flipped with {mask:#x}");
            bytes[at] ^= mask;
        }
    }
    let mut bytes = full_model().to_vec();
    for at in (0..bytes.len()).step_by(bytes.len() / 1500 + 1) {
        bytes[at] ^= 0x20;
        assert!(load(&bytes).is_err(), "byte {at} of the full model flipped");
        bytes[at] ^= 0x20;
    }
}

#[test]
fn every_truncation_is_found() {
    for bytes in [model_bytes(), full_model()] {
        let lengths = (0..200).chain((200..bytes.len()).step_by(bytes.len() / 800 + 1));
        for length in lengths.chain(bytes.len().saturating_sub(40)..bytes.len()) {
            assert!(load(&bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
        }
        assert!(load(&[bytes, &bytes[..8]].concat()).is_err(), "8 bytes more");
    }
}

#[test]
fn edits_with_a_good_checksum_are_refused_or_work() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut loaded, mut refused) = (0, 0);
    for round in 0..2000 {
        let original = if round % 2 == 0 { model_bytes() } else { full_model() };
        match load(&forge::edited(original, &mut random)) {
            Ok(model) => {
                check(&model);
                loaded += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(loaded > 100 && refused > 500, "{loaded} loaded, {refused} refused");
}

/// What is said of the tiny model with this edit of its header.
fn edited(from: &str, to: &str) -> String {
    let mut bytes = replaced(model_bytes(), from, to);
    fit_header(&mut bytes, model_bytes().len() - header_end(model_bytes()));
    match load(&with_checksum(bytes)) {
        Ok(_) => panic!("loaded with {to}"),
        Err(message) => message,
    }
}

#[test]
fn what_a_forged_header_says_is_refused_by_name() {
    let expect = |from: &str, to: &str, message: &str| {
        let found = edited(from, to);
        assert!(found.contains(message), "{to}: {found}");
    };
    expect(r#"\"format_version\":2"#, r#"\"format_version\":1"#, "format version 1, this stance reads version 2");
    expect(r#"\"n_frequent\":0"#, r#"\"n_frequent\":9000"#, "9000 frequent terms of ");
    expect(r#"[\"neutral\",\"pak"#, r#"[\"qeutral\",\"pak"#, "labels that are not sorted and distinct");
    expect(r#"[\"neutral\",\"pak"#, r#"[\"\",\"pak"#, "a label that is empty or holds control characters");
    expect(r#"[\"neutral\",\"pak"#, r#"[\"a\\u001b[31m\",\"pak"#, "a label that is empty or holds control characters");
    expect(r#"\"neutral\",\"pak"#, r#"\"neutral\",\"o\",\"pak"#, "parts of different sizes");
    expect(r#"\"written_by\":\"stance"#, r#"\"written_by\":\"\\u0007"#, "a name with control characters");
    expect(r#"\"words\":{\"min\":1,\"max\":2}"#, r#"\"words\":{\"min\":0,\"max\":2}"#, "n-grams 0..2");
    expect(
        r#"\"words\":{\"min\":1,\"max\":2}"#,
        r#"\"words\":{\"min\":1,\"max\":4000000000}"#,
        "n-grams 1..4000000000",
    );
    expect(r#"\"scale\":1.0"#, r#"\"scale\":0.0"#, "a block without a scale");
    expect(r#"\"scale\":1.0"#, r#"\"scale\":9e30"#, "a block without a scale");
    expect(r#"\"n_terms\":"#, r#"\"n_terms\":9"#, "a block with more terms than the file");
    expect(r#"\"checksum\":\"#, r#"\"checksun\":\"#, "damaged model file");
    expect(r#""weights":{"dtype":"F32""#, r#""weights":{"dtype":"I32""#, "tensor \"weights\" of another type");
    expect(r#""weights":{"#, r#""wights":{"#, "no tensor \"weights\"");
    // Sizes that would take all memory, offsets that overlap or leave the file: the container refuses them.
    expect(r#""shape":["#, r#""shape":[18446744073709551615,"#, "not a stance model file");
    expect(
        r#""weights":{"dtype":"F32","shape":["#,
        r#""weights":{"dtype":"F32","shape":[99"#,
        "not a stance model file",
    );
    expect(r#""data_offsets":[0,"#, r#""data_offsets":[8,"#, "not a stance model file");
}

#[test]
fn a_header_longer_than_the_file_is_refused() {
    for length in [u64::MAX, u64::MAX - 7, 1 << 62, 1 << 40, 100_000_000, model_bytes().len() as u64] {
        let found = load(&[&length.to_le_bytes(), &model_bytes()[8..]].concat()).unwrap_err();
        assert!(found.contains("not a stance model file"), "{length}: {found}");
    }
}

#[test]
fn what_forged_tensors_hold_is_refused_by_name() {
    let metadata: serde_json::Value = serde_json::from_slice(&model_bytes()[8..header_end(model_bytes())]).unwrap();
    let expect = |tensor: &str, index: usize, value: &[u8], message: &str| {
        let start = header_end(model_bytes()) + metadata[tensor]["data_offsets"][0].as_u64().unwrap() as usize;
        let mut bytes = model_bytes().to_vec();
        let at = start + index * value.len();
        bytes[at..at + value.len()].copy_from_slice(value);
        match load(&with_checksum(bytes)) {
            Ok(_) => panic!("{tensor} loaded"),
            Err(found) => assert!(found.contains(message), "{tensor}: {found}"),
        }
    };
    expect("terms", 1, &0u64.to_le_bytes(), "terms of block \"words\" out of order at 1");
    expect("terms", 0, &u64::MAX.to_le_bytes(), "terms of block \"words\" out of order at 1");
    for value in [f32::NAN, f32::INFINITY, -1.0, 0.0, 1e30] {
        expect("idf", 3, &value.to_le_bytes(), "an idf of block \"words\" is no number from 0 to 100");
    }
    for value in [f32::NAN, f32::NEG_INFINITY] {
        expect("weights", 7, &value.to_le_bytes(), "a weight that is no finite number");
    }
    for value in [f64::NAN, f64::INFINITY, f64::MAX] {
        expect("intercepts", 1, &value.to_le_bytes(), "a weight that is no finite number");
        expect("calibration.matrix", 4, &value.to_le_bytes(), "a calibration with a number that is not finite");
        expect("calibration.bias", 2, &value.to_le_bytes(), "a calibration with a number that is not finite");
    }
}

/// A block of `unsafe` maps a model file: under valgrind nothing is read that does not belong to it.
#[cfg(target_os = "linux")]
#[test]
fn a_mapped_file_is_read_within_its_bounds() {
    let folder = Folder::with_model();
    folder.write("a.txt", common::ARTICLE);
    folder.write("empty.model", "");
    folder.write("cut.model", &model_bytes()[..model_bytes().len() - 9]);
    folder.write("longer.model", [model_bytes(), b"12345"].concat());
    folder.write("forged.model", with_checksum(replaced(model_bytes(), r#"\"n_terms\":1"#, r#"\"n_terms\":9"#)));
    for (model, code) in
        [("tiny.model", 0), ("empty.model", 4), ("cut.model", 4), ("longer.model", 4), ("forged.model", 4)]
    {
        let mut valgrind = std::process::Command::new("valgrind");
        valgrind.args(["--quiet", "--error-exitcode=99", env!("CARGO_BIN_EXE_stance")]);
        valgrind.args(["predict", "-m", model, "a.txt"]).current_dir(folder.path(""));
        let Ok(output) = valgrind.output() else {
            eprintln!("skipped: no valgrind here; .ci/run brings it");
            return;
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{model}: {said}");
    }
}
