//! Terms of the speaker tagger: a reading in its article in, fingerprints with weights out.
//!
//! A term is a short label and small numbers (entities, kinds of verbs, word numbers), hashed as bytes: the numbers follow from the
//! sides file, which a model keeps beside its weights.

use super::frames::Frame;
use super::lexicon::VerbKind;
use super::mentions::{Reference, Tag};
use super::quotations::{Place, Share};
use super::reading::{ReadArticle, Reading};
use super::sides::Sides;
use super::tokens::Shape;
use crate::features::fingerprint;

/// Weight of single words and pairs: there are many of them in a sentence.
const WORD_WEIGHT: f32 = 1.0;
/// Mentions that enter one by one.
const MENTIONS: usize = 6;

/// Terms with their weights.
pub(super) type Terms = Vec<(u64, f32)>;

/// Fingerprint of a label and numbers.
pub(super) fn term<const N: usize>(label: &str, parts: [u16; N]) -> u64 {
    let mut bytes = [0u8; 32];
    let length = label.len().min(8);
    bytes[..length].copy_from_slice(&label.as_bytes()[..length]);
    for (index, part) in parts.iter().enumerate() {
        bytes[length + 2 * index..length + 2 * index + 2].copy_from_slice(&part.to_le_bytes());
    }
    fingerprint(&bytes[..length + 2 * N])
}

/// Fingerprint of a label and one or two words.
fn word_term(label: u64, first: u64, second: u64) -> u64 {
    let mut bytes = [0u8; 24];
    bytes[..8].copy_from_slice(&label.to_le_bytes());
    bytes[8..16].copy_from_slice(&first.to_le_bytes());
    bytes[16..].copy_from_slice(&second.to_le_bytes());
    fingerprint(&bytes)
}

/// Kind of the verb of a frame, 0 without one.
fn verb_kind(frame: Option<&Frame>) -> u16 {
    frame.map_or(0, |frame| frame.verb.kind as u16)
}

/// Share of the quotation, and how it begins and ends, as one number.
fn quotation(reading: &Reading) -> u16 {
    let q = &reading.quotation;
    let begin = if q.begins_inside {
        1
    } else if q.continued {
        2
    } else {
        0
    };
    q.share as u16 * 8 + begin * 2 + u16::from(q.ends_inside)
}

/// Terms that do not depend on who spoke before.
pub(super) fn local(sides: &Sides, article: &ReadArticle, index: usize, terms: &mut Terms) {
    let (readings, facts) = (&article.readings, &article.facts);
    let reading = &readings[index];
    let mut add = |fingerprint: u64| terms.push((fingerprint, 1.0));
    let (subject, share) = (reading.subject.code(), reading.quotation.share as u16);
    let (quoted, paragraph) = (quotation(reading), u16::from(reading.new_paragraph));
    let kind = verb_kind(reading.main());
    add(term("e1", [subject]));
    add(term("e1p", [subject, reading.subject_place]));
    add(term("q", [quoted]));
    add(term("qp", [quoted, paragraph]));
    add(term("ep", [reading.governed.0 as u16, reading.governed.1.code()]));
    add(term("e1q", [subject, quoted]));
    add(term("t1", [kind]));
    add(term("e1t", [subject, kind]));
    if let Some(frame) = reading.main() {
        let (source, verb) = (frame.source().code(), frame.verb.number);
        add(term("f1", [source]));
        add(term("f1t", [source, kind]));
        add(term("f1w", [source, verb]));
        add(term("w1", [verb]));
        let shape = u16::from(frame.relative) + 2 * u16::from(frame.coordinated) + 4 * u16::from(frame.passive);
        add(term("f1s", [source, shape]));
        add(term("f1n", [frame.first.code(), frame.near.code()]));
        add(term("f1o", [source, frame.object.map_or(0, |e| u16::from(e) + 1)]));
        add(term("f1q", [source, share]));
        // The word before the verb: for sources that no list knows it is their head.
        if let Some(before) = frame.at.checked_sub(1).map(|at| reading.tokens.list[at].fingerprint) {
            add(word_term(term("hw", [frame.source().form()]), before, 0));
        }
    }
    if reading.last_frame != reading.main_frame
        && let Some(frame) = reading.last_frame.map(|i| &reading.frames[i])
    {
        add(term("fl", [frame.source().code()]));
        add(term("flt", [frame.source().code(), frame.verb.kind as u16, share]));
    }
    for frame in &reading.frames {
        let (source, kind) = (frame.source().code(), frame.verb.kind as u16);
        if frame.verb.kind == VerbKind::Event {
            add(term("ev", [source]));
        } else {
            add(term("fr", [source]));
            add(term("frt", [source, kind]));
            add(term("frr", [source, kind, u16::from(frame.relative)]));
        }
    }
    let said = reading.frames.iter().any(|frame| frame.verb.kind == VerbKind::Say);
    add(term("said", [u16::from(said)]));
    for mention in reading.mentions.iter().take(MENTIONS).filter(|m| m.reference.form() == 1) {
        add(term("m", [mention.reference.code(), u16::from(!reading.quotation.is_outside(mention.start))]));
    }
    if reading.title {
        add(term("title", []));
        add(term("titlee", [subject]));
        add(term("titlet", [kind]));
    }
    add(term("fp", [facts.first_person, share]));
    add(term("fpt", [facts.first_person, facts.title_entity]));
    add(term("mn", [facts.most_named, reading.likely_source().code()]));
    let source = reading.likely_source();
    add(term("dl", [facts.dateline, source.code()]));
    add(term("lo", [reading.locale, source.code()]));
    let ruled = article.ruled[index].0 as u16;
    let case = article.ruled[index].1.number();
    add(term("r", [ruled]));
    add(term("rc", [ruled, case]));
    add(term("rk", [ruled, kind]));
    add(term("rq", [ruled, quoted]));
    add(term("rs", [ruled, subject]));
    if let Some(next) = article.ruled.get(index + 1) {
        let same = u16::from(!readings[index + 1].new_paragraph);
        add(term("nr", [next.0 as u16, next.1.number(), same, quoted]));
    }
    for (distance, label) in [(1, "p1"), (2, "p2")] {
        if let Some(before) = index.checked_sub(distance).map(|i| &readings[i]) {
            add(term(label, [before.likely_source().code(), source.form(), share]));
            add(term(label, [before.subject.code(), source.form()]));
        }
    }
    transcript(reading, share, &mut add);
    if let Some(next) = readings.get(index + 1) {
        let source = next.likely_source();
        let same = u16::from(!next.new_paragraph);
        add(term("nx", [source.code(), same, quoted]));
        add(term("nxp", [source.form(), next.quotation.share as u16, same, share]));
    }
    words(sides, reading, terms);
}

/// First person, questions, and the labels of an interview ("Q:", "MR. BLACK:").
fn transcript(reading: &Reading, share: u16, add: &mut impl FnMut(u64)) {
    let list = &reading.tokens.list;
    let first_person = |inside: bool| {
        reading.mentions.iter().any(|m| {
            m.reference == Reference::Pronoun(5) && (reading.quotation.places[m.start] == Place::Inside) == inside
        })
    };
    if reading.quotation.share != Share::Nothing {
        if first_person(true) {
            add(term("weq", []));
        }
    } else if first_person(false) {
        add(term("weo", []));
    }
    if list.last().is_some_and(|token| token.is_mark('?')) {
        add(term("quest", [share]));
    }
    if let Some(colon) = list.iter().take(6).position(|token| token.is_mark(':')) {
        let capitals = list[..colon].iter().all(|t| t.shape == Shape::Capitals || t.has_capital() && colon == 1);
        if colon > 0 && capitals {
            let speaker = reading.mentions.first().filter(|m| m.start < colon).map_or(0, |m| m.reference.code());
            add(term("label", []));
            add(term("labele", [speaker]));
            if colon == 1 && matches!(reading.tokens.lower(0), "q" | "question") {
                add(term("labelq", []));
            }
        }
    }
}

/// Words and pairs outside quotation marks, names as their entities.
fn words(sides: &Sides, reading: &Reading, terms: &mut Terms) {
    let (one, two, head) = (term("w", []), term("w2", []), term("h", []));
    let mut previous: Option<u64> = None;
    let mut previous_entity = None;
    let mut count = 0;
    for (at, token) in reading.tokens.list.iter().enumerate() {
        let entity = match reading.tags[at] {
            Tag::Inside => continue,
            Tag::Name(name) => Some(name.entity),
            Tag::Nothing => reading.learnt[at],
        };
        if !reading.quotation.is_outside(at) && !token.is_quote() {
            continue;
        }
        let masked = entity.filter(|&e| sides.entities()[usize::from(e)].mask.is_some());
        let word = match (masked, token.shape) {
            (Some(entity), _) if previous_entity == Some(entity) => continue,
            (Some(entity), _) => term("_", [u16::from(entity)]),
            (None, Shape::Number) => 1,
            (None, Shape::Mark(c)) if !matches!(c, '?' | '!' | ':') => continue,
            (None, _) => token.fingerprint,
        };
        previous_entity = masked;
        terms.push((word_term(one, word, 0), WORD_WEIGHT));
        if let Some(before) = previous {
            terms.push((word_term(two, before, word), WORD_WEIGHT));
        }
        match count {
            0 => terms.push((word_term(head, word, 0), 1.0)),
            1 => terms.push((word_term(head, previous.unwrap_or(0), word), 1.0)),
            _ => {}
        }
        previous = Some(word);
        count += 1;
    }
}

/// Terms that cross the state before the sentence (`state`, with `last` the speaker it remembers) with the sentence.
pub(super) fn transition(article: &ReadArticle, index: usize, state: u16, last: u16, terms: &mut Terms) {
    let reading = &article.readings[index];
    let mut add = |fingerprint: u64| terms.push((fingerprint, 1.0));
    let source = reading.likely_source();
    let (kind, form, subject_form) = (verb_kind(reading.main()), source.form(), reading.subject.form());
    let (quoted, share, paragraph) =
        (quotation(reading), reading.quotation.share as u16, u16::from(reading.new_paragraph));
    add(term("S", [state]));
    add(term("Sq", [state, quoted, paragraph]));
    add(term("St", [state, subject_form, kind]));
    add(term("Sf", [state, form, share, paragraph]));
    add(term("Se", [state, reading.subject.code()]));
    add(term("Lf", [last, form]));
    add(term("Lt", [last, subject_form, share, kind]));
    add(term("Lq", [last, quoted]));
    add(term("Sp", [state, subject_form, paragraph]));
    add(term("Spt", [state, subject_form, reading.subject_place, kind, share]));
    add(term("Sk", [state, source.code()]));
    let (ruled, case) = (article.ruled[index].0 as u16, article.ruled[index].1.number());
    add(term("Sr", [state, ruled]));
    add(term("Src", [state, ruled, case, paragraph]));
    if reading.quotation.share == Share::Whole {
        add(term("SF", [state, quoted, paragraph]));
    }
}
