//! The speaker by rule: the readings of an article in, for each sentence who speaks and how that was found out.
//!
//! It stands in for the tagger where the training data has no column `speaker`, and puts into words how the tagger's answer can be seen.
//! The source of the main frame speaks; pronouns, offices without a name and quotations that go on take the last speaker; everything else
//! is the writer.

use std::fmt;

use super::mentions::{Mention, Reference};
use super::quotations::Share;
use super::reading::Reading;
use super::sides::Sides;
use super::tagger::States;
use crate::article::Sentence;

/// How the speaker of a sentence was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The writer's own words.
    Writer,
    /// The sentence names its source.
    Named,
    /// A pronoun or an office without a name takes up somebody from before.
    Carried {
        /// The words that named the speaker.
        from: String,
        /// How many sentences before.
        sentences: u32,
    },
    /// A quotation that began before goes on.
    Continued,
    /// A quotation whose source stands in the next sentence.
    NamedNext,
    /// A quotation in the paragraph of the last speaker.
    Quoted,
    /// From the sentence and those before it together.
    Context,
}

impl Found {
    /// The case in one word, for terms and tables.
    pub fn case(&self) -> &'static str {
        match self {
            Found::Writer => "writer",
            Found::Named => "named",
            Found::Carried { .. } => "carried",
            Found::Continued => "continued",
            Found::NamedNext => "named-next",
            Found::Quoted => "quoted",
            Found::Context => "context",
        }
    }
}

impl Found {
    /// A number for terms.
    pub(super) fn number(&self) -> u16 {
        match self {
            Found::Writer => 0,
            Found::Named => 1,
            Found::Carried { sentences, .. } => 2 + (*sentences).min(3) as u16,
            Found::Continued => 6,
            Found::NamedNext => 7,
            Found::Quoted => 8,
            Found::Context => 9,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Writer => f.write_str("the writer's own words"),
            Found::Named => f.write_str("named in the sentence"),
            Found::Carried { from, sentences } => {
                let words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
                let plural = if *sentences == 1 { "" } else { "s" };
                match words.get(*sentences as usize) {
                    _ if from.is_empty() => f.write_str("carried from before"),
                    Some(count) => write!(f, "carried from '{from}' {count} sentence{plural} before"),
                    None => write!(f, "carried from '{from}' {sentences} sentences before"),
                }
            }
            Found::Continued => f.write_str("quotation continued"),
            Found::NamedNext => f.write_str("named in the next sentence"),
            Found::Quoted => f.write_str("quoted in the last speaker's paragraph"),
            Found::Context => f.write_str("from the context"),
        }
    }
}

/// Who spoke last, and where that was said.
#[derive(Debug, Clone, Copy)]
struct Last {
    speaker: usize,
    sentence: usize,
    /// Bytes of that sentence that name the speaker.
    span: (u32, u32),
}

/// Number of the speaker and the case, for each sentence.
pub(super) fn speakers(sides: &Sides, article: &[Sentence], readings: &[Reading]) -> Vec<(usize, Found)> {
    let states = States::new(sides);
    let mut last: Option<Last> = None;
    let mut found = Vec::with_capacity(readings.len());
    for index in 0..readings.len() {
        let reading = &readings[index];
        let carried = |last: &Last| Found::Carried {
            from: article[last.sentence].text.get(last.span.0 as usize..last.span.1 as usize).unwrap_or("").to_string(),
            sentences: (index - last.sentence) as u32,
        };
        let source = reading.main().map_or(Reference::Nothing, |frame| frame.source());
        let answer = match source {
            Reference::Named(entity) | Reference::Title(_, Some(entity)) | Reference::Title(entity, None) => {
                let speaker = speaker_of(sides, entity);
                last = Some(Last { speaker, sentence: index, span: span_of(reading, source) });
                (speaker, Found::Named)
            }
            Reference::Somebody => (states.writer() - 1, Found::Named),
            Reference::Role(entity) | Reference::Document(entity) => match (entity, &last) {
                (Some(entity), _) => {
                    let speaker = speaker_of(sides, entity);
                    let case = last.as_ref().filter(|l| l.speaker == speaker && l.sentence < index).map(carried);
                    (speaker, case.unwrap_or(Found::Context))
                }
                (None, Some(before)) => (before.speaker, carried(before)),
                (None, None) => (states.writer() - 1, Found::Named),
            },
            Reference::Pronoun(_) => match &last {
                Some(before) if before.sentence < index => (before.speaker, carried(before)),
                _ => (states.writer(), Found::Writer),
            },
            Reference::Nothing => unnamed(sides, readings, index, last.as_ref()),
        };
        found.push(answer);
    }
    found
}

/// A sentence whose frames name no source.
fn unnamed(sides: &Sides, readings: &[Reading], index: usize, last: Option<&Last>) -> (usize, Found) {
    let reading = &readings[index];
    let writer = (States::new(sides).writer(), Found::Writer);
    let quotation = &reading.quotation;
    if quotation.begins_inside || quotation.continued {
        return last.map_or(writer, |last| (last.speaker, Found::Continued));
    }
    if quotation.share < Share::Half {
        return writer;
    }
    // Still open, or whole and at the start of a paragraph: the source often follows.
    let next = readings.get(index + 1).filter(|next| !next.new_paragraph);
    let source = next.and_then(Reading::main).map(|frame| frame.source());
    if let Some(entity) = source.filter(|s| s.form() == 1).and_then(Reference::entity)
        && (quotation.ends_inside || reading.new_paragraph)
    {
        return (speaker_of(sides, entity), Found::NamedNext);
    }
    last.map_or(writer, |last| (last.speaker, Found::Quoted))
}

/// Number of the speaker that an entity is: itself for a party, OTHER for a third party.
pub(super) fn speaker_of(sides: &Sides, entity: u8) -> usize {
    usize::from(entity).min(sides.parties().len())
}

/// Where a sentence has the mention with this reference.
fn span_of(reading: &Reading, reference: Reference) -> (u32, u32) {
    let list = &reading.tokens.list;
    let span = |m: &Mention| (list[m.start].span.0, list[m.end - 1].span.1);
    reading.mentions.iter().find(|m| m.reference == reference).map_or((0, 0), span)
}
