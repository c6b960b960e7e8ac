//! Names that an article explains itself: title and name ("Ruritanian envoy Black") or apposition ("Black, a Ruritanian envoy").
//! Later the last name alone stands for the same side.

use super::english::flag;
use super::lexicon::{Lexicon, NameKind};
use super::mentions::{LearntNames, Tag};
use super::sides::{Entity, EntityKind};
use super::tokens::{Token, Tokens};

/// Tokens before a name that may explain it.
const BEFORE: usize = 8;
/// Tokens behind it.
const BEHIND: usize = 12;

/// Adds what one sentence explains to `learnt`; the first explanation of a name stands.
pub(super) fn learn(tokens: &Tokens, tags: &[Tag], lexicon: &Lexicon, entities: &[Entity], learnt: &mut LearntNames) {
    let list = &tokens.list;
    let is = |token: &Token, flag: u32| lexicon.flags(token) & flag != 0;
    let may_be_name = |at: usize| {
        let token = &list[at];
        token.has_capital() && token.is_word() && tags[at] == Tag::Nothing && !is(token, flag::OFFICE)
    };
    let mut at = 0;
    while at < list.len() {
        // A whole name from the lexicon explains its last part.
        if let Tag::Name(name) = tags[at] {
            let end = (at + 1..list.len()).find(|&i| tags[i] != Tag::Inside).unwrap_or(list.len());
            if name.kind == NameKind::Person && end - at > 1 && list[end - 1].has_capital() {
                learnt.entry(list[end - 1].fingerprint).or_insert(name.entity);
            }
            at = end;
            continue;
        }
        let starts = at > 0 && may_be_name(at) && !is(&list[at], flag::TITLE) && tokens.lower(at).len() > 2;
        let short_behind_title = at > 0 && may_be_name(at) && is(&list[at - 1], flag::TITLE);
        if !starts && !short_behind_title {
            at += 1;
            continue;
        }
        let end = (at..list.len()).find(|&i| !may_be_name(i)).unwrap_or(list.len());
        let entity =
            before(tokens, tags, lexicon, entities, at).or_else(|| behind(tokens, tags, lexicon, entities, end));
        if let Some(entity) = entity {
            learnt.entry(list[end - 1].fingerprint).or_insert(entity);
        }
        at = end.max(at + 1);
    }
}

/// A side that a name may belong to: not a fighting group, and no bare title.
fn side(tag: Tag, entities: &[Entity]) -> Option<u8> {
    match tag {
        Tag::Name(name) if name.kind != NameKind::Title => {
            Some(name.entity).filter(|&e| entities[usize::from(e)].kind != EntityKind::Armed)
        }
        _ => None,
    }
}

/// Title in front of the name that begins at `start`.
fn before(tokens: &Tokens, tags: &[Tag], lexicon: &Lexicon, entities: &[Entity], start: usize) -> Option<u8> {
    let list = &tokens.list;
    if lexicon.flags(&list[start - 1]) & flag::TITLE == 0 && tags[start - 1] == Tag::Nothing {
        return None;
    }
    let (mut entity, mut titled, mut default) = (None, false, None);
    for at in (start.saturating_sub(BEFORE)..start).rev() {
        let flags = lexicon.flags(&list[at]);
        let mark = matches!(list[at].shape, super::tokens::Shape::Mark(',' | ';' | '.' | ':')) || list[at].is_quote();
        if mark || flags & flag::BREAK != 0 || (flags & flag::PREPOSITION != 0 && flags & flag::OF == 0) {
            break;
        }
        titled |= flags & flag::TITLE != 0;
        if let Tag::Name(name) = tags[at] {
            match name.kind {
                NameKind::Title => {
                    titled = true;
                    default = Some(name.entity);
                }
                NameKind::Office => titled = true,
                _ => {}
            }
        }
        entity = side(tags[at], entities).or(entity);
    }
    let independent = entity.is_some_and(|e| entities[usize::from(e)].kind == EntityKind::Independent);
    if titled || independent { entity.or(default) } else { None }
}

/// Apposition behind the name that ends at `end`: ", a Ruritanian envoy".
fn behind(tokens: &Tokens, tags: &[Tag], lexicon: &Lexicon, entities: &[Entity], end: usize) -> Option<u8> {
    let list = &tokens.list;
    if !list.get(end)?.is_mark(',') {
        return None;
    }
    let (mut entity, mut titled, mut default) = (None, false, None);
    for at in end + 1..list.len().min(end + BEHIND) {
        if matches!(list[at].shape, super::tokens::Shape::Mark(',' | ';' | '.')) || list[at].is_quote() {
            break;
        }
        titled |= lexicon.flags(&list[at]) & (flag::TITLE | flag::OFFICE) != 0;
        if let Tag::Name(name) = tags[at]
            && name.kind == NameKind::Title
        {
            titled = true;
            default = Some(name.entity);
        }
        if let Some(found) = side(tags[at], entities) {
            let independent = entities[usize::from(found)].kind == EntityKind::Independent;
            titled |= independent;
            if entity.is_none() || independent {
                entity = Some(found);
            }
        }
    }
    if titled { entity.or(default) } else { None }
}
