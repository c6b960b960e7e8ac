//! What `data/README.md` promises about the corpus, checked on the files themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;

const SPLITS: [&str; 3] = ["train", "validation", "test"];
const COLUMNS: [&str; 12] = [
    "article",
    "position",
    "paragraph",
    "text",
    "label",
    "speaker",
    "target",
    "kind",
    "register",
    "topic",
    "subject",
    "year",
];
const LABELS: [&str; 3] = ["neutral", "pakistan_rebuttal", "us_claim"];
const SPEAKERS: [&str; 4] = ["NONE", "OTHER", "PK", "US"];
const KINDS: [&str; 5] = ["analysis", "dispute", "near miss", "one side", "wire feed"];
const REGISTERS: [&str; 14] = [
    "Gulf, Indian or British paper",
    "Pakistani daily",
    "US daily or news site",
    "broadcaster",
    "explainer",
    "interview",
    "live blog",
    "magazine feature",
    "official statement",
    "op-ed",
    "parliamentary remarks",
    "press briefing",
    "think-tank brief",
    "wire story",
];
const DIFFERENCES: [&str; 12] = [
    "act or response named without its content",
    "answers the US or someone else",
    "continuation, still answering or charging",
    "heading",
    "reporter's question",
    "retaliatory step or call, no reproach",
    "sanction or penalty, reason or target in doubt",
    "soft, general or conditional demand",
    "source at the edge of a side",
    "summons or protest, the act itself",
    "two voices, main clause",
    "US denial or defence of own conduct",
];

/// No two sentences may share as many words in a row.
const RUN: usize = 8;
/// Names and titles that count as one word in a run, since nobody can write them otherwise.
const FIXED_NAMES: [&str; 2] = [
    "assistant secretary of state for south and central asian affairs",
    "united nations assistance mission in afghanistan",
];
/// Sentences of two splits are near-duplicates from this Jaccard similarity of their sets of three words in a row.
const NEAR_DUPLICATE: f64 = 0.5;

#[derive(Debug, Deserialize)]
struct Row {
    article: String,
    position: u32,
    paragraph: u32,
    text: String,
    label: String,
    speaker: String,
    target: String,
    kind: String,
    register: String,
    topic: String,
    subject: String,
    year: u16,
    #[serde(skip)]
    split: usize,
}

impl Row {
    fn place(&self) -> String {
        format!("{}.csv, {}:{}", SPLITS[self.split], self.article, self.position)
    }
}

#[derive(Debug, Deserialize)]
struct Reading {
    article: String,
    position: u32,
    first: String,
    second: String,
    settled: String,
    difference: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn split_path(split: &str) -> PathBuf {
    root().join("data").join(split).with_extension("csv")
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows = Vec::new();
    for (split, name) in SPLITS.iter().enumerate() {
        for row in csv::Reader::from_path(split_path(name)).unwrap().into_deserialize::<Row>() {
            rows.push(Row { split, ..row.unwrap() });
        }
    }
    rows
});

static WORDS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| ROWS.iter().map(|row| words(&row.text)).collect());

/// Lower-case words without punctuation; what stands before and after a hyphen is two words, a fixed name is one.
fn words(text: &str) -> Vec<String> {
    let text: String = text.to_lowercase().chars().filter(|c| !matches!(c, '\'' | '’')).collect();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut joined = format!(" {} ", words.join(" "));
    for name in FIXED_NAMES {
        joined = joined.replace(&format!(" {name} "), &format!(" {} ", name.replace(' ', "_")));
    }
    joined.split_whitespace().map(String::from).collect()
}

fn by_article() -> BTreeMap<&'static str, Vec<&'static Row>> {
    let mut articles: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in ROWS.iter() {
        articles.entry(&row.article).or_default().push(row);
    }
    articles
}

/// Fails with the complaints, if there are any.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} times:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_file_has_the_same_columns() {
    for split in SPLITS {
        let mut reader = csv::Reader::from_path(split_path(split)).unwrap();
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), COLUMNS, "{split}.csv");
    }
}

#[test]
fn there_are_400_articles_and_10_000_sentences() {
    assert!(by_article().len() >= 400, "{} articles", by_article().len());
    assert!(ROWS.len() >= 10_000, "{} sentences", ROWS.len());
}

#[test]
fn every_value_is_a_known_one() {
    let mut complaints = Vec::new();
    for row in ROWS.iter() {
        let (batch, number) = row.article.split_once('-').unwrap_or_default();
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let id = batch.starts_with(|c: char| matches!(c, 'a'..='d')) && is_number(&batch[1..]);
        let from_later_batch = batch.starts_with('d');
        for (what, right) in [
            ("article", id && number.len() == 2 && is_number(number)),
            ("text", !row.text.is_empty() && row.text.trim() == row.text && !row.text.contains(['\n', '\t'])),
            ("label", LABELS.contains(&row.label.as_str())),
            ("speaker", SPEAKERS.contains(&row.speaker.as_str())),
            // Only the d batches were read for the target.
            ("target", row.target.is_empty() || from_later_batch && SPEAKERS[1..].contains(&row.target.as_str())),
            ("kind", KINDS.contains(&row.kind.as_str())),
            ("register", REGISTERS.contains(&row.register.as_str())),
            ("topic", !row.topic.trim().is_empty()),
            ("subject", !row.subject.trim().is_empty()),
            ("year", (2001..=2025).contains(&row.year)),
        ] {
            if !right {
                complaints.push(format!("{}: {what}", row.place()));
            }
        }
    }
    none(&complaints);
}

#[test]
fn positions_have_no_gaps_and_paragraphs_do_not_decrease() {
    let mut complaints = Vec::new();
    for (article, rows) in by_article() {
        if rows.iter().enumerate().any(|(i, row)| row.position != i as u32) {
            complaints.push(format!("{article}: positions"));
        }
        if rows[0].paragraph != 0 || rows.windows(2).any(|pair| pair[1].paragraph < pair[0].paragraph) {
            complaints.push(format!("{article}: paragraphs"));
        }
        let about =
            |row: &Row| (row.kind.clone(), row.register.clone(), row.topic.clone(), row.subject.clone(), row.year);
        if rows.iter().any(|row| about(row) != about(rows[0])) {
            complaints.push(format!("{article}: not one kind, register, topic, subject and year"));
        }
    }
    none(&complaints);
}

#[test]
fn the_speaker_of_a_claim_is_american_and_of_a_rebuttal_pakistani() {
    let odd = |row: &&Row| {
        (row.label == "us_claim" && row.speaker == "PK") || (row.label == "pakistan_rebuttal" && row.speaker == "US")
    };
    none(&ROWS.iter().filter(odd).map(Row::place).collect::<Vec<_>>());
}

#[test]
fn every_split_has_its_size_and_its_share_of_each_class() {
    for (split, name) in SPLITS.iter().enumerate() {
        let rows: Vec<&Row> = ROWS.iter().filter(|row| row.split == split).collect();
        let share = |count: usize, of: usize| count as f64 / of as f64;
        let size = share(rows.len(), ROWS.len());
        let (least, most) = if split == 0 { (0.68, 0.74) } else { (0.12, 0.17) };
        assert!((least..=most).contains(&size), "{name}.csv: {size:.3} of all sentences");
        for (label, least, most) in
            [("neutral", 0.78, 0.86), ("pakistan_rebuttal", 0.08, 0.12), ("us_claim", 0.07, 0.11)]
        {
            let share = share(rows.iter().filter(|row| row.label == label).count(), rows.len());
            assert!((least..=most).contains(&share), "{name}.csv: {share:.3} {label}");
        }
    }
}

#[test]
fn no_article_and_no_subject_stands_in_two_splits() {
    let mut splits: BTreeMap<(&str, &str), BTreeSet<usize>> = BTreeMap::new();
    for row in ROWS.iter() {
        splits.entry(("article", &row.article)).or_default().insert(row.split);
        splits.entry(("subject", &row.subject)).or_default().insert(row.split);
    }
    none(&splits.iter().filter(|(_, s)| s.len() > 1).map(|(what, _)| format!("{what:?}")).collect::<Vec<_>>());
}

#[test]
fn no_two_sentences_are_the_same_or_share_a_run_of_eight_words() {
    let mut first: HashMap<&[String], usize> = HashMap::new();
    let mut complaints = Vec::new();
    for (i, words) in WORDS.iter().enumerate() {
        let whole = (words.len() < RUN).then_some(words.as_slice());
        for run in words.windows(RUN).chain(whole) {
            let j = *first.entry(run).or_insert(i);
            if j != i {
                complaints.push(format!("{} and {}: {:?}", ROWS[j].place(), ROWS[i].place(), run.join(" ")));
            }
        }
    }
    none(&complaints);
}

#[test]
fn no_sentence_is_a_near_duplicate_of_one_in_another_split() {
    // Shingles of three words; a shorter sentence is one shingle.
    let mut number: HashMap<&[String], u32> = HashMap::new();
    let shingles: Vec<BTreeSet<u32>> = WORDS
        .iter()
        .map(|words| {
            words
                .windows(words.len().clamp(1, 3))
                .map(|s| {
                    let n = number.len() as u32;
                    *number.entry(s).or_insert(n)
                })
                .collect()
        })
        .collect();
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); number.len()];
    let mut complaints = Vec::new();
    for (i, mine) in shingles.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for &shingle in mine {
            for &j in &holders[shingle as usize] {
                *shared.entry(j).or_default() += 1;
            }
            holders[shingle as usize].push(i);
        }
        for (j, both) in shared {
            let similarity = both as f64 / (mine.len() + shingles[j].len() - both) as f64;
            if ROWS[i].split != ROWS[j].split && similarity >= NEAR_DUPLICATE {
                complaints.push(format!("{similarity:.2}: {} and {}", ROWS[j].place(), ROWS[i].place()));
            }
        }
    }
    none(&complaints);
}

/// Real sentences are measured on and must never come in: checked wherever they are at hand.
#[test]
fn nothing_is_taken_from_the_real_sentences() {
    let path = std::env::var_os("STANCE_REAL").map_or_else(|| root().join("../shared/real/dev.csv"), PathBuf::from);
    if !path.exists() {
        return;
    }
    #[derive(Deserialize)]
    struct Real {
        text: String,
    }
    let mut real: HashSet<Vec<String>> = HashSet::new();
    for row in csv::Reader::from_path(&path).unwrap().into_deserialize::<Real>() {
        let words = words(&row.unwrap().text);
        real.extend(words.windows(RUN).map(<[_]>::to_vec));
        real.insert(words);
    }
    let taken = |i: &usize| real.contains(&WORDS[*i]) || WORDS[*i].windows(RUN).any(|run| real.contains(run));
    none(&(0..ROWS.len()).filter(taken).map(|i| ROWS[i].place()).collect::<Vec<_>>());
}

#[test]
fn the_two_readings_cover_every_sentence_and_settle_on_its_label() {
    let mut labels: HashMap<(String, u32), &str> =
        ROWS.iter().map(|row| ((row.article.clone(), row.position), row.label.as_str())).collect();
    let mut complaints = Vec::new();
    for reading in csv::Reader::from_path(split_path("readings")).unwrap().into_deserialize::<Reading>() {
        let reading = reading.unwrap();
        let settled = labels.remove(&(reading.article.clone(), reading.position));
        let agreed = reading.first == reading.second;
        if settled != Some(&reading.settled)
            || !LABELS.contains(&reading.first.as_str())
            || !LABELS.contains(&reading.second.as_str())
            || (agreed && reading.settled != reading.first)
            || (!agreed && !DIFFERENCES.contains(&reading.difference.as_str()))
            || (agreed && !reading.difference.is_empty())
        {
            complaints.push(format!("readings.csv, {}:{}", reading.article, reading.position));
        }
    }
    complaints.extend(labels.keys().map(|(article, position)| format!("no reading of {article}:{position}")));
    none(&complaints);
}
