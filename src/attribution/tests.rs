//! The stage as a whole, on sentences of an invented dispute.

use std::path::Path;

use super::mentions::Reference;
use super::reading::read;
use super::sides::tests::{RURITANIA, ruritania};
use super::*;
use crate::corpus::Columns;
use crate::features::{TermBuffer, TermKind, TermSource};

/// Sentences of one article; a text that begins with `¶` opens a paragraph.
fn article(texts: &[&str]) -> Vec<Sentence> {
    let mut paragraph = 0;
    let sentence = |(position, text): (usize, &&str)| {
        paragraph += u32::from(text.starts_with('¶') && position > 0);
        let text = text.trim_start_matches('¶').to_string();
        Sentence { span: 0..text.len(), text, position: position as u32, paragraph }
    };
    texts.iter().enumerate().map(sentence).collect()
}

/// Speaker by rule and how it was found, for each sentence.
fn by_rule(texts: &[&str]) -> Vec<(String, String)> {
    let rules = Attribution { sides: Arc::new(ruritania()), tagger: None };
    let sentences = rules.analyse(&article(texts));
    sentences.iter().map(|s| (s.speaker().unwrap_or("-").to_string(), s.found().to_string())).collect()
}

fn speakers(texts: &[&str]) -> Vec<String> {
    by_rule(texts).into_iter().map(|(speaker, _)| speaker).collect()
}

/// Source of the main frame of one sentence, as an entity.
fn source(text: &str) -> Option<u8> {
    read(&ruritania(), &article(&[text])).readings[0].likely_source().entity()
}

#[test]
fn a_source_is_found_left_and_right_of_its_verb_and_behind_by() {
    let cases = [
        ("Ruritanian officials said the road was open.", Some(0)),
        ("The road is open, said Ruritanian officials.", Some(0)),
        ("According to the Ruritanian envoy, Graustark must act.", Some(0)),
        ("Graustark was accused by Ruritania of harboring bandits.", Some(0)),
        ("Graustark rejected Ruritanian claims.", Some(1)),
        ("The foreign minister, speaking in Dresden, said Ruritania must stop.", Some(1)),
        ("Elphberg, who often met Graustark's envoy, praised the plan.", Some(0)),
        ("In Edelweiss, a spokesman denied it.", Some(1)),
        ("A spokesman for the Ruritanian embassy in Edelweiss said no.", Some(0)),
        ("The foreign minister of Saxony said no.", Some(2)),
        ("A Ruritanian security official said no.", Some(0)),
        ("Analysts said Ruritania would not act.", Some(4)),
        ("Ruritanian and Saxon officials said no.", Some(0)),
        ("Graustark Rejects Ruritanian Claims", Some(1)),
    ];
    for (text, expected) in cases {
        assert_eq!(source(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_source_is_none() {
    for text in ["Three people were killed near Zenda.", "It was told to us yesterday.", "\"Ruritania said no\"", ""] {
        assert_eq!(source(text), None, "{text}");
    }
    // A compound names a party that does not speak.
    let reading = &read(&ruritania(), &article(&["Ruritania-based bandits said no."])).readings[0];
    assert_ne!(reading.likely_source(), Reference::Named(0));
}

#[test]
fn case_tells_a_state_from_a_pronoun() {
    assert_eq!(source("RU said no."), Some(0));
    assert_eq!(source("ru said no."), None);
}

#[test]
fn two_voices_in_one_sentence_go_to_the_main_clause() {
    assert_eq!(source("While Ruritania says Graustark shelters bandits, Graustark insisted it had acted."), Some(0));
    assert_eq!(source("Graustark denied what Ruritania said."), Some(1));
}

#[test]
fn pronouns_and_offices_carry_the_speaker_and_say_from_where() {
    let found = by_rule(&[
        "Ruritanian envoy Hans Black accused Graustark of harboring bandits.",
        "He added that patience was short.",
        "It rained in Dresden.",
        "The envoy said Graustark must act.",
    ]);
    let speakers: Vec<&str> = found.iter().map(|(speaker, _)| speaker.as_str()).collect();
    assert_eq!(speakers, ["RU", "RU", "-", "RU"]);
    assert_eq!(found[0].1, "named in the sentence");
    assert_eq!(found[1].1, "carried from 'Ruritanian envoy Hans Black' one sentence before");
    assert_eq!(found[2].1, "the writer's own words");
    assert_eq!(found[3].1, "carried from 'Ruritanian envoy Hans Black' three sentences before");
}

#[test]
fn a_title_joins_a_name_to_a_side_and_the_surname_stands_for_it_later() {
    assert_eq!(speakers(&["Ruritanian envoy Hans Black met reporters.", "Graustark must act, Black said."])[1], "RU");
    assert_eq!(speakers(&["Hans Black, a Graustarkian envoy, met reporters.", "¶Black said no."])[1], "GR");
}

#[test]
fn quotations_go_on_until_they_are_closed() {
    let found = by_rule(&[
        "¶“We have acted,” the foreign minister of Graustark said.",
        "¶“They have not.",
        "And they know it.",
        "¶“It is baseless,” he said.",
    ]);
    assert_eq!(found.iter().map(|(s, _)| s.as_str()).collect::<Vec<_>>(), ["GR", "GR", "GR", "GR"]);
    assert_eq!(found[2].1, "quotation continued");
    // The mark that closes stands behind the stop and so in the next sentence.
    assert_eq!(speakers(&["Elphberg said: \"Do more.", "\" Nobody moved."]), ["RU", "-"]);
}

#[test]
fn the_other_side_is_written_about() {
    let rules = Attribution { sides: Arc::new(ruritania()), tagger: None };
    let sentences = rules.analyse(&article(&["Ruritania accused Graustark of lying.", "Elphberg said it must act."]));
    assert_eq!(sentences[0].target(), Some("GR"));
    assert_eq!(sentences[1].target(), Some("GR"));
    assert_eq!(sentences[0].masked(), "_ru accused _gr of lying");
}

/// Forty small articles with speakers.
fn corpus(speaker: bool) -> Corpus {
    let mut text = String::from("article,position,text,label,speaker\n");
    for i in 0..40 {
        let (name, id) = if i % 2 == 0 { ("Ruritania", "RU") } else { ("Graustark", "GR") };
        let rows = [
            (format!("{name} said day {i} was bad."), id),
            ("It rained.".into(), "NONE"),
            ("Analysts said no.".into(), "OTHER"),
        ];
        for (position, (sentence, gold)) in rows.iter().enumerate() {
            let gold = if speaker { gold } else { "" };
            text.push_str(&format!("a{i:02},{position},{sentence},x,{gold}\n"));
        }
    }
    Corpus::read_from(Path::new("t.csv"), text.as_bytes(), &Columns::default()).unwrap()
}

#[test]
fn a_learnt_tagger_survives_its_parts() {
    let corpus = corpus(true);
    let (learnt, rows) = Attribution::fit(ruritania(), &corpus).unwrap();
    assert!(learnt.is_learnt());
    assert_eq!(rows.len(), corpus.len());
    for (index, row) in rows.iter().enumerate() {
        let gold = corpus.speaker[index].map(|s| corpus.speaker_names[s as usize].as_str());
        assert_eq!(row.speaker().or(Some("NONE")), gold);
        assert!((row.speaker_probabilities().map(|(_, p)| p).sum::<f32>() - 1.0).abs() < 1e-5);
    }
    let again = Attribution::from_parts(learnt.to_parts(), Path::new("m")).unwrap();
    let sentences = article(&["Graustark said no.", "He denied it.", "It rained."]);
    let probabilities = |a: &Attribution| {
        a.analyse(&sentences)
            .iter()
            .map(|s| s.speaker_probabilities().map(|(_, p)| p).collect())
            .collect::<Vec<Vec<f32>>>()
    };
    assert_eq!(probabilities(&learnt), probabilities(&again));
}

#[test]
fn without_speakers_in_the_data_rules_stand_in() {
    let (rules, rows) = Attribution::fit(ruritania(), &corpus(false)).unwrap();
    assert!(!rules.is_learnt() && rules.to_parts().tagger.is_none());
    assert_eq!(rows[0].speaker(), Some("RU"));
    assert_eq!(rows[1].speaker(), None);
}

#[test]
fn damaged_parts_are_refused() {
    let (learnt, _) = Attribution::fit(ruritania(), &corpus(true)).unwrap();
    let damage: [fn(&mut AttributionParts); 4] = [
        |parts| parts.sides = RURITANIA.replace("[verbs]", "[werbs]"),
        |parts| parts.tagger.as_mut().unwrap().intercepts = vec![0.0; 3],
        |parts| parts.tagger.as_mut().unwrap().terms = Values::from(vec![2, 1]),
        |parts| parts.tagger.as_mut().unwrap().weights = Values::from(vec![f32::NAN; 4]),
    ];
    for spoil in damage {
        let mut parts = learnt.to_parts();
        spoil(&mut parts);
        let error = Attribution::from_parts(parts, Path::new("m")).unwrap_err();
        assert_eq!(error.kind, crate::error::ErrorKind::Model);
        assert!(error.to_string().starts_with("m: damaged attribution"), "{error}");
    }
}

#[test]
fn an_unknown_speaker_is_refused_by_name() {
    let text = "text,label,speaker\nA said no.,x,RU\nB said no.,y,GRA\n";
    let corpus = Corpus::read_from(Path::new("t.csv"), text.as_bytes(), &Columns::default()).unwrap();
    let error = Attribution::fit(ruritania(), &corpus).unwrap_err().to_string();
    assert!(error.contains("\"GRA\"") && error.contains("RU, GR, OTHER, NONE"), "{error}");
}

#[test]
fn terms_come_for_every_block_and_none_for_a_block_that_is_unknown() {
    let rules = Attribution { sides: Arc::new(ruritania()), tagger: None };
    let sentences = rules
        .analyse(&article(&["Ruritania accused Graustark of harboring bandits.", "Graustark rejects it as baseless."]));
    let mut terms = TermBuffer::with_names();
    for block in blocks() {
        terms.clear();
        sentences[1].collect(&block.kind, &mut terms);
        assert!(!terms.is_empty(), "{}", block.name);
    }
    terms.clear();
    sentences[1].collect(&TermKind::Attribution("wording".into()), &mut terms);
    assert!(terms.names().any(|name| name == "GR|denial|GR"), "{:?}", terms.names().collect::<Vec<_>>());
    terms.clear();
    sentences[1].collect(&TermKind::Attribution("nothing".into()), &mut terms);
    assert!(terms.is_empty());
}

#[test]
fn no_text_makes_it_panic() {
    let rules = Attribution { sides: Arc::new(ruritania()), tagger: None };
    assert!(rules.analyse(&[]).is_empty());
    for text in [
        "",
        "\"",
        "“",
        "said",
        ", said",
        "by",
        "Ruritania",
        "-Ruritania-",
        "\u{0}",
        "He",
        "Q:",
        "said by",
        "A. B. C.",
        "’s",
        "In",
    ] {
        assert_eq!(rules.analyse(&article(&[text, text, text])).len(), 3, "{text}");
    }
}
