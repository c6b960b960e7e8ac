//! How well the speaker is found: `cargo run --release --example speaker_accuracy -- SIDES DATA.csv…`
//!
//! Prints, from taggers that have not seen the article (5 folds by article), precision, recall and F1 of each speaker and the accuracy by the case in
//! which the speaker was found. Rows without a speaker do not count.

use std::collections::BTreeMap;
use std::path::Path;

use stance::attribution::{Attribution, Sides};
use stance::corpus::{Columns, Corpus};
use stance::error::Result;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.len() < 2 {
        eprintln!("usage: speaker_accuracy SIDES DATA.csv...");
        std::process::exit(2);
    }
    if let Err(error) = run(Path::new(&arguments[0]), &arguments[1..]) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn run(sides: &Path, data: &[String]) -> Result<()> {
    let sides = Sides::read(sides)?;
    let names: Vec<String> = sides.speakers().iter().map(|name| name.to_string()).collect();
    let corpus = Corpus::read(data, &Columns::default())?;
    let (_, sentences) = Attribution::fit(sides, &corpus)?;

    let number = |name: &str| names.iter().position(|other| other == name);
    let mut counts = vec![vec![0u64; names.len()]; names.len()];
    let mut cases: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let show = std::env::var("SHOW_ERRORS").is_ok();
    let article_of = corpus.article_of();
    for (index, sentence) in sentences.iter().enumerate() {
        let Some(gold) = corpus.speaker[index].and_then(|name| number(&corpus.speaker_names[name as usize])) else {
            continue;
        };
        let predicted = number(sentence.speaker().unwrap_or("NONE")).unwrap_or(0);
        counts[gold][predicted] += 1;
        let case = cases.entry(sentence.found().case()).or_default();
        case.0 += u64::from(gold == predicted);
        case.1 += 1;
        if show && gold != predicted {
            let article = &corpus.article_ids[article_of[index] as usize];
            let text = &corpus.sentences[index].text;
            println!(
                "{article}:{}\t{}\t{}\t{}\t{text}",
                corpus.sentences[index].position,
                names[gold],
                names[predicted],
                sentence.found()
            );
        }
    }

    println!("| speaker | sentences | precision | recall | F1 |\n| --- | --- | --- | --- | --- |");
    let (mut sum, mut right, mut total) = (0.0, 0, 0);
    for (class, name) in names.iter().enumerate() {
        let hits = counts[class][class];
        let gold: u64 = counts[class].iter().sum();
        let predicted: u64 = counts.iter().map(|row| row[class]).sum();
        let f1 = 2.0 * hits as f64 / (gold + predicted).max(1) as f64;
        sum += f1;
        right += hits;
        total += gold;
        let (precision, recall) = (hits as f64 / predicted.max(1) as f64, hits as f64 / gold.max(1) as f64);
        println!("| {name} | {gold} | {precision:.3} | {recall:.3} | {f1:.3} |");
    }
    println!("| macro | {total} |  | {:.3} | {:.3} |\n", right as f64 / total.max(1) as f64, sum / names.len() as f64);
    println!("| found | sentences | accuracy |\n| --- | --- | --- |");
    for (case, (right, total)) in cases {
        println!("| {case} | {total} | {:.3} |", right as f64 / total as f64);
    }
    Ok(())
}
