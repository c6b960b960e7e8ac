//! Reading: an article's sentences in, for each sentence the mentions, quotations and frames that all further steps look at out.

use super::english::flag;
use super::frames::{Frame, frames};
use super::lexicon::{NameKind, VerbKind};
use super::mentions::{LearntNames, Mention, Offices, Reader, Reference, Tag, tag};
use super::names::learn;
use super::quotations::{Quotation, QuotationState};
use super::rules::{Found, speakers};
use super::sides::{EntityKind, Sides};
use super::tokens::{Shape, Tokens};
use crate::article::Sentence;

/// One sentence as it was read.
#[derive(Debug)]
pub(super) struct Reading {
    pub tokens: Tokens,
    pub tags: Vec<Tag>,
    /// Entity of names learnt in the article, one a token.
    pub learnt: Vec<Option<u8>>,
    pub mentions: Vec<Mention>,
    pub quotation: Quotation,
    pub frames: Vec<Frame>,
    pub title: bool,
    pub new_paragraph: bool,
    /// First mention outside quotation marks that no preposition governs.
    pub subject: Reference,
    /// Where it stands: 0 at the start, 1 soon, 2 later, 3 nowhere.
    pub subject_place: u16,
    /// First entity that a preposition governs, and the number of that word.
    pub governed: (u32, Reference),
    /// Index of the frame that most likely says who speaks, and of the last one.
    pub main_frame: Option<usize>,
    pub last_frame: Option<usize>,
    /// Entities named, as bits.
    pub named: u32,
    /// Where events take place: entity of the last state, capital or place named so far, plus 1.
    pub locale: u16,
}

/// An article as it was read.
#[derive(Debug)]
pub(super) struct ReadArticle {
    /// One a sentence.
    pub readings: Vec<Reading>,
    pub facts: ArticleFacts,
    /// Number of the speaker by rule, and how it was found; one a sentence.
    pub ruled: Vec<(usize, Found)>,
}

/// What holds for a whole article.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ArticleFacts {
    /// How much the writer speaks in the first person, 0 to 2.
    pub first_person: u16,
    /// First entity named in the title, plus 1.
    pub title_entity: u16,
    /// Most named state or party, plus 1.
    pub most_named: u16,
    /// Entity of the place that the article was sent from ("KABUL, Feb 3 -"), plus 1.
    pub dateline: u16,
}

impl Reading {
    /// The frame that most likely says who speaks.
    pub fn main(&self) -> Option<&Frame> {
        self.main_frame.map(|index| &self.frames[index])
    }

    /// Source of the main frame, or else the first subject.
    pub fn likely_source(&self) -> Reference {
        self.main().map_or(self.subject, Frame::source)
    }
}

/// Reads the sentences of one article in order.
pub(super) fn read(sides: &Sides, article: &[Sentence]) -> ReadArticle {
    let (lexicon, entities) = (sides.lexicon(), sides.entities());
    let cut: Vec<(Tokens, Vec<Tag>)> = article
        .iter()
        .map(|sentence| {
            let tokens = lexicon.cut(&sentence.text);
            let tags = tag(&tokens, lexicon);
            (tokens, tags)
        })
        .collect();
    let mut learnt = LearntNames::default();
    for (tokens, tags) in &cut {
        learn(tokens, tags, lexicon, entities, &mut learnt);
    }

    let reader = Reader { lexicon, entities, learnt: &learnt };
    let mut offices = Offices::default();
    let mut state = QuotationState::default();
    let mut paragraph = None;
    let mut readings = Vec::with_capacity(cut.len());
    for (sentence, (tokens, tags)) in article.iter().zip(cut) {
        let new_paragraph = paragraph != Some(sentence.paragraph);
        paragraph = Some(sentence.paragraph);
        let quotation = state.next(&tokens, new_paragraph);
        let mentions = reader.mentions(&tokens, &tags, &offices);
        for mention in &mentions {
            if let (Reference::Named(entity), 1..) = (mention.reference, mention.office) {
                offices.insert(u64::from(mention.office), entity);
            }
        }
        let frames = frames(&tokens, &tags, &mentions, &quotation, &reader);
        readings.push(reading(sentence, new_paragraph, (tokens, tags), mentions, quotation, frames, &reader));
    }
    // A sentence that came alone is no headline of anything.
    if let [only] = &mut readings[..] {
        only.title = false;
    }
    let mut locale = 0;
    for reading in &mut readings {
        for tag in &reading.tags {
            if let Tag::Name(name) = tag
                && (matches!(name.kind, NameKind::State | NameKind::Capital | NameKind::Place)
                    || name.kind == NameKind::Third && entities[usize::from(name.entity)].kind == EntityKind::State)
            {
                locale = u16::from(name.entity) + 1;
            }
        }
        reading.locale = locale;
    }
    let facts = facts(&readings, sides);
    let ruled = speakers(sides, article, &readings);
    ReadArticle { readings, facts, ruled }
}

fn reading(
    sentence: &Sentence,
    new_paragraph: bool,
    (tokens, tags): (Tokens, Vec<Tag>),
    mentions: Vec<Mention>,
    quotation: Quotation,
    frames: Vec<Frame>,
    reader: &Reader<'_>,
) -> Reading {
    let learnt = tokens
        .list
        .iter()
        .zip(&tags)
        .map(|(token, tag)| {
            let known = *tag != Tag::Nothing || !token.has_capital();
            if known { None } else { reader.learnt.get(&token.fingerprint).copied() }
        })
        .collect();
    let (mut subject, mut subject_place, mut governed) = (Reference::Nothing, 3, (0, Reference::Nothing));
    let mut named = 0;
    for mention in &mentions {
        if let Some(entity) = mention
            .reference
            .entity()
            .filter(|_| !matches!(mention.reference, Reference::Role(_) | Reference::Document(_)))
        {
            named |= 1 << entity;
        }
        if !quotation.is_outside(mention.start) || mention.bound {
            continue;
        }
        match reader.preposition(&tokens, mention) {
            None if subject_place == 3 => {
                subject = mention.reference;
                subject_place = if mention.start < 3 { 0 } else { u16::from(mention.start >= 8) + 1 };
            }
            Some(word) if governed.0 == 0 && mention.reference.form() == 1 => governed = (word, mention.reference),
            _ => {}
        }
    }
    let speaks = |frame: &Frame| frame.verb.kind != VerbKind::Event;
    let sourced = |frame: &Frame| speaks(frame) && !frame.relative && frame.source() != Reference::Nothing;
    let main_frame = frames
        .iter()
        .rposition(|frame| frame.inverted)
        .or_else(|| frames.iter().position(sourced))
        .or_else(|| frames.iter().position(|frame| speaks(frame) && !frame.relative))
        .or_else(|| frames.iter().position(speaks));
    let last_frame = frames.iter().rposition(speaks);
    Reading {
        tokens,
        tags,
        learnt,
        mentions,
        quotation,
        frames,
        title: sentence.position == 0,
        new_paragraph,
        subject,
        subject_place,
        governed,
        main_frame,
        last_frame,
        named,
        locale: 0,
    }
}

fn facts(readings: &[Reading], sides: &Sides) -> ArticleFacts {
    let lexicon = sides.lexicon();
    let mut first_person = 0;
    let mut counts = vec![0u32; sides.entities().len()];
    for reading in readings {
        for (at, token) in reading.tokens.list.iter().enumerate() {
            let first = lexicon.flags(token) & flag::FIRST_PERSON != 0 && token.shape != Shape::Capitals;
            first_person += usize::from(first && reading.quotation.is_outside(at));
        }
        for mention in &reading.mentions {
            if let Reference::Named(entity) = mention.reference {
                counts[usize::from(entity)] += 1;
            }
        }
    }
    let country = |e: usize| matches!(sides.entities()[e].kind, EntityKind::Party | EntityKind::State);
    let most = (0..counts.len()).filter(|&e| country(e) && counts[e] > 0).max_by_key(|&e| (counts[e], usize::MAX - e));
    let title = readings.first().and_then(|r| {
        r.mentions
            .iter()
            .find_map(|m| if let Reference::Named(e) = m.reference { Some(u16::from(e) + 1) } else { None })
    });
    ArticleFacts {
        first_person: (4 * first_person / readings.len().max(1)).min(2) as u16,
        title_entity: title.unwrap_or(0),
        most_named: most.map_or(0, |e| e as u16 + 1),
        dateline: readings.iter().take(2).find_map(dateline).map_or(0, |e| u16::from(e) + 1),
    }
}

/// A place in capitals at the start, or a name with a dash within the first tokens.
fn dateline(reading: &Reading) -> Option<u8> {
    let Some(Tag::Name(name)) = reading.tags.first() else { return None };
    let dash = |mark: char| reading.tokens.list.iter().take(9).any(|token| token.is_mark(mark));
    (dash('—') || dash('-')).then_some(name.entity)
}
