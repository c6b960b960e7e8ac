//! Frames of attribution: the mentions and verbs of one sentence in, who says, accuses, denies … and to whom out.

use super::english::flag;
use super::lexicon::{Lexicon, Verb, VerbKind};
use super::mentions::{Mention, Reader, Reference, Tag};
use super::quotations::Quotation;
use super::tokens::{Shape, Token, Tokens};

/// Tokens behind a verb within which its inverted subject or its object stands.
const REACH: usize = 6;

/// One verb of attribution outside quotation marks and its surroundings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub verb: Verb,
    /// First token of the verb.
    pub at: usize,
    /// Nearest subject to the left in its clause.
    pub near: Reference,
    /// First subject of its clause.
    pub first: Reference,
    /// Subject to the right: "said the envoy", "according to the envoy".
    pub right: Reference,
    /// Agent of a passive: "was accused by".
    pub agent: Reference,
    /// Entity named right behind the verb.
    pub object: Option<u8>,
    /// In a relative clause: "who said".
    pub relative: bool,
    /// Behind "and", "or", "but".
    pub coordinated: bool,
    pub passive: bool,
    /// "according to".
    pub according: bool,
    /// ", said the envoy": the subject stands behind the verb.
    pub inverted: bool,
}

impl Frame {
    /// Whom the frame names as its source.
    pub fn source(&self) -> Reference {
        if self.passive {
            self.agent
        } else if self.inverted || self.according || self.near == Reference::Nothing {
            self.right
        } else {
            self.near
        }
    }
}

/// All frames of a sentence, in order.
pub(super) fn frames(
    tokens: &Tokens,
    tags: &[Tag],
    mentions: &[Mention],
    quotation: &Quotation,
    reader: &Reader<'_>,
) -> Vec<Frame> {
    let lexicon = reader.lexicon;
    let subjects: Vec<&Mention> = mentions
        .iter()
        .filter(|m| !m.bound && quotation.is_outside(m.start) && reader.preposition(tokens, m).is_none())
        .collect();
    verbs(tokens, tags, lexicon)
        .into_iter()
        .filter(|(at, ..)| quotation.is_outside(*at))
        .map(|(at, end, verb)| frame(tokens, mentions, &subjects, lexicon, (at, end, verb)))
        .collect()
}

/// Verbs with their first and end tokens. A form that is a noun too is none behind an article.
fn verbs(tokens: &Tokens, tags: &[Tag], lexicon: &Lexicon) -> Vec<(usize, usize, Verb)> {
    let list = &tokens.list;
    let is = |at: usize, flag: u32| lexicon.flags(&list[at]) & flag != 0;
    let mut verbs = Vec::new();
    let mut at = 0;
    while at < list.len() {
        let Some((verb, length)) = lexicon.verb_at(&list[at..]) else {
            at += 1;
            continue;
        };
        let noun = length == 1 && is(at, flag::NOUN_TOO) && at > 0 && is(at - 1, flag::DETERMINER);
        if tags[at] == Tag::Nothing && !noun {
            verbs.push((at, at + length, verb));
        }
        at += length;
    }
    verbs
}

fn frame(
    tokens: &Tokens,
    mentions: &[Mention],
    subjects: &[&Mention],
    lexicon: &Lexicon,
    (at, end, verb): (usize, usize, Verb),
) -> Frame {
    let list = &tokens.list;
    let flags = |at: usize| lexicon.flags(&list[at]);
    // The clause begins behind the last quotation mark, semicolon, colon or word that opens a clause.
    let boundary = |token: &Token| {
        token.is_quote() || matches!(token.shape, Shape::Mark(';' | ':')) || lexicon.flags(token) & flag::CLAUSE != 0
    };
    let clause = list[..at].iter().rposition(boundary).map_or(0, |mark| mark + 1);
    let mut left: Vec<&&Mention> = subjects.iter().filter(|m| m.start >= clause && m.end <= at).collect();
    let mut before = at;
    while before > 0 && (flags(before - 1) & flag::AUXILIARY != 0 || tokens.lower(before - 1).ends_with("ly")) {
        before -= 1;
    }
    // ", who often clashed with the envoy, welcomed": what stands in the relative clause is not the subject.
    if before > clause && list[before - 1].is_mark(',') {
        let opens = |i: usize| flags(i) & flag::RELATIVE != 0 && i > clause && list[i - 1].is_mark(',');
        if let Some(relative) = (clause..before - 1).find(|&i| opens(i))
            && left.iter().any(|m| m.end <= relative)
        {
            left.retain(|m| m.end <= relative);
        }
    }
    let reference = |m: Option<&&&Mention>| m.map_or(Reference::Nothing, |m| m.reference);
    let before = before.checked_sub(1).map_or(0, flags);

    let according = tokens.lower(at) == "according";
    let may_be_passive = !matches!(verb.kind, VerbKind::Event | VerbKind::Deny) && !tokens.lower(at).ends_with("ing");
    let passive = may_be_passive && (at.saturating_sub(2)..at).any(|i| flags(i) & flag::BE != 0);
    let agent = if passive { agent(tokens, mentions, end) } else { Reference::Nothing };

    let behind_mark = at == 0 || list[at - 1].is_quote() || list[at - 1].is_mark(',');
    let behind = mentions
        .iter()
        .find(|m| (end..=end + REACH).contains(&m.start))
        .filter(|m| !list[end..m.start].iter().any(|t| t.is_quote() || matches!(t.shape, Shape::Mark(',' | '.'))));
    // Behind a comma the subject follows where nothing follows it that could be its own verb.
    let inverted = behind_mark
        && flags(at) & flag::INVERTS != 0
        && behind.is_some_and(|m| {
            let rest = list[m.end..].iter().find(|token| !token.has_capital());
            rest.is_none_or(|token| {
                let ends = flag::PREPOSITION | flag::CONJUNCTION | flag::RELATIVE;
                token.is_quote()
                    || matches!(token.shape, Shape::Mark(',' | '.' | ';' | '?'))
                    || lexicon.flags(token) & ends != 0
            })
        });
    let may_follow = according || inverted || at == 0 || (behind_mark && left.is_empty());
    let right = behind.filter(|_| may_follow).map_or(Reference::Nothing, |m| m.reference);
    let object = mentions
        .iter()
        .filter(|m| (end..=end + REACH).contains(&m.start))
        .find_map(|m| if let Reference::Named(entity) = m.reference { Some(entity) } else { None });
    // "Ruritanian and Saxon officials said": of two joined sources the first counts.
    let joined = |pair: &[&&Mention]| pair[0].end + 1 == pair[1].start && tokens.lower(pair[0].end) == "and";
    let near = match left.len().checked_sub(2).map(|from| &left[from..]) {
        Some(pair) if joined(pair) => pair[0].reference,
        _ => reference(left.last()),
    };
    Frame {
        verb,
        at,
        near,
        first: reference(left.first()),
        right,
        agent,
        object,
        relative: before & flag::RELATIVE != 0,
        coordinated: before & flag::CONJUNCTION != 0,
        passive,
        according,
        inverted,
    }
}

/// "by …" behind a passive verb that ends at `end`.
fn agent(tokens: &Tokens, mentions: &[Mention], end: usize) -> Reference {
    let last = tokens.list.len().min(end + 8);
    let Some(by) = (end..last).find(|&at| tokens.lower(at) == "by") else { return Reference::Nothing };
    mentions.iter().find(|m| m.start > by && m.start <= by + 4).map_or(Reference::Nothing, |m| m.reference)
}
