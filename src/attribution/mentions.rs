//! Mentions: the tokens of one sentence in, who is named or taken up again out.

use super::english::flag;
use super::lexicon::{Lexicon, Name, NameKind};
pub(super) use super::reference::Reference;
use super::sides::{Entity, EntityKind};
use super::tokens::{Token, Tokens};
use super::trie::HashedMap;

/// A stretch of tokens that means somebody.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mention {
    pub start: usize,
    pub end: usize,
    pub reference: Reference,
    /// Word number of the office in it ("officials"), in the singular where the lexicon has that; 0 without one.
    pub office: u32,
    /// Part of a compound ("Ruritania-based"): names somebody but cannot speak.
    pub bound: bool,
}

/// Number of "it" among the pronouns.
const IT: u8 = 3;

fn simple(at: usize, reference: Reference) -> Mention {
    Mention { start: at, end: at + 1, reference, office: 0, bound: false }
}

/// The entity of "At the Royal Guard, a spokesman …": a place at the very start that nobody else follows.
fn initial_place(mentions: &[Mention], tokens: &Tokens, reader: &Reader<'_>) -> Option<u8> {
    let [only] = mentions else { return None };
    let before = &tokens.list[..only.start];
    let starts = before.len() <= 3 && before.iter().any(|token| reader.is(token, flag::PLACE));
    if starts && tokens.list.get(only.end)?.is_mark(',') { only.reference.entity() } else { None }
}

/// What stands at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Nothing,
    /// First token of a name.
    Name(Name),
    /// A further token of a name.
    Inside,
}

/// Finds the names of the lexicon.
pub(super) fn tag(tokens: &Tokens, lexicon: &Lexicon) -> Vec<Tag> {
    let mut tags = vec![Tag::Nothing; tokens.list.len()];
    let mut at = 0;
    while at < tags.len() {
        match lexicon.name_at(&tokens.list[at..]) {
            Some((name, length)) => {
                tags[at] = Tag::Name(name);
                tags[at + 1..at + length].fill(Tag::Inside);
                at += length;
            }
            None => at += 1,
        }
    }
    tags
}

/// Names that one article has explained: last name to entity.
pub(super) type LearntNames = HashedMap<u8>;

/// Whose each office was when it last stood with a name: office to entity.
pub(super) type Offices = HashedMap<u8>;

/// What mentions are read with.
pub(super) struct Reader<'a> {
    pub lexicon: &'a Lexicon,
    pub entities: &'a [Entity],
    pub learnt: &'a LearntNames,
}

impl Reader<'_> {
    fn flags(&self, token: &Token) -> u32 {
        self.lexicon.flags(token)
    }

    fn is(&self, token: &Token, flag: u32) -> bool {
        self.flags(token) & flag != 0
    }

    /// Entity of a name learnt in this article.
    fn learnt(&self, token: &Token, tag: Tag) -> Option<u8> {
        if tag == Tag::Nothing && token.has_capital() { self.learnt.get(&token.fingerprint).copied() } else { None }
    }

    /// All mentions in order. `offices` says whose each office was before this sentence.
    pub fn mentions(&self, tokens: &Tokens, tags: &[Tag], offices: &Offices) -> Vec<Mention> {
        let list = &tokens.list;
        let mut mentions = Vec::new();
        let mut at = 0;
        while at < list.len() {
            let flags = self.flags(&list[at]);
            if tags[at] != Tag::Nothing || self.learnt(&list[at], tags[at]).is_some() {
                let mention = self.named(tokens, tags, at, offices);
                at = mention.end;
                mentions.push(mention);
                continue;
            }
            let role = flags & flag::OFFICE != 0 && flags & flag::THING == 0;
            if role && at > 0 && self.is(&list[at - 1], flag::POSSESSIVE) {
                mentions.push(simple(at, Reference::Pronoun(IT)));
            } else if role {
                let office = self.office(tokens, at);
                let (reference, end) = match self.owner(tokens, tags, at + 1) {
                    Some((entity, end)) => (Reference::Named(entity), end),
                    None => match initial_place(&mentions, tokens, self) {
                        Some(entity) => (Reference::Named(entity), at + 1),
                        None => (Reference::Role(offices.get(&u64::from(office)).copied()), at + 1),
                    },
                };
                mentions.push(Mention { start: at, end, reference, office, bound: false });
                at = end;
                continue;
            } else if flags & flag::SUBJECT_PRONOUN != 0 {
                let number = super::english::PRONOUNS.iter().position(|p| *p == tokens.lower(at));
                if let Some(number) = number {
                    mentions.push(simple(at, Reference::Pronoun(number as u8)));
                }
            } else if flags & flag::DOCUMENT != 0 {
                let office = self.office(tokens, at);
                let reference = match self.owner(tokens, tags, at + 1) {
                    Some((entity, _)) if tokens.lower(at + 1) == "of" => Reference::Named(entity),
                    _ => Reference::Document(offices.get(&u64::from(office)).copied()),
                };
                mentions.push(Mention { office, ..simple(at, reference) });
            } else if list[at].has_capital() && list[at].word == 0 && list[at].is_word() {
                let unlike = |i: &usize| !list[*i].has_capital() || !list[*i].is_word() || tags[*i] != Tag::Nothing;
                let end = (at + 1..list.len()).find(unlike).unwrap_or(list.len());
                mentions.push(Mention { end, ..simple(at, Reference::Somebody) });
                at = end;
                continue;
            }
            at += 1;
        }
        mentions
    }

    /// Word number of an office, in the singular; one number for all documents.
    fn office(&self, tokens: &Tokens, at: usize) -> u32 {
        if self.is(&tokens.list[at], flag::DOCUMENT) {
            return self.lexicon.number("document");
        }
        let word = tokens.lower(at);
        let singular = word.strip_suffix('s').unwrap_or(word);
        match self.lexicon.number(singular) {
            0 => tokens.list[at].word,
            number => number,
        }
    }

    /// The mention that begins with the name at `start`: names, offices and fillers that follow belong to it.
    fn named(&self, tokens: &Tokens, tags: &[Tag], start: usize, offices: &Offices) -> Mention {
        let list = &tokens.list;
        let (mut last, mut at, mut office) = (start, start, 0);
        // First entity named; an independent voice or a fighting group named last take over; titles come last.
        let (mut first, mut title, mut independent, mut last_entity) = (None, None, None, None);
        let mut only_office = true;
        while at < list.len() && at - last <= 3 {
            let token = &list[at];
            let learnt = self.learnt(token, tags[at]);
            if let (Tag::Name(Name { entity, .. }), _) | (_, Some(entity)) = (tags[at], learnt) {
                let kind = if let Tag::Name(name) = tags[at] { name.kind } else { NameKind::Person };
                only_office &= kind == NameKind::Office;
                match (kind, self.entities[usize::from(entity)].kind) {
                    (NameKind::Title, _) => title = title.or(Some(entity)),
                    (_, EntityKind::Independent) => independent = independent.or(Some(entity)),
                    (_, EntityKind::Armed) => {}
                    _ => first = first.or(Some(entity)),
                }
                if kind != NameKind::Title {
                    last_entity = Some(entity);
                }
                last = at;
            } else if tags[at] == Tag::Inside || self.compound(tokens, tags, at) {
                last = at;
            } else if !self.is(token, flag::OFFICE | flag::FILLER)
                && (!token.has_capital() || !token.is_word() || self.lexicon.verb_at(&list[at..]).is_some())
            {
                // A capital alone does not make a name: in a title verbs have one too.
                break;
            }
            if self.is(token, flag::OFFICE | flag::DOCUMENT) {
                office = self.office(tokens, at);
                last = at;
            }
            at += 1;
        }
        let mut end = last + 1;
        let armed_last =
            last_entity.filter(|&e| self.entities[usize::from(e)].kind == EntityKind::Armed && office == 0);
        let named = independent.or(armed_last).or(first);
        let reference = match (named, title) {
            (Some(entity), _) if only_office => match self.owner(tokens, tags, end) {
                Some((owner, owner_end)) => {
                    end = owner_end;
                    Reference::Named(owner)
                }
                None => Reference::Named(entity),
            },
            (Some(entity), _) => Reference::Named(entity),
            (None, Some(party)) => match self.owner(tokens, tags, end) {
                Some((entity, owner_end)) => {
                    end = owner_end;
                    Reference::Named(entity)
                }
                None => Reference::Title(party, offices.get(&u64::from(office)).copied()),
            },
            (None, None) => last_entity.map_or(Reference::Nothing, Reference::Named),
        };
        let owned = start > 0 && self.is(&list[start - 1], flag::POSSESSIVE);
        let reference = match reference {
            Reference::Title(..) if owned => Reference::Pronoun(IT),
            reference => reference,
        };
        let hyphen = |at: Option<usize>| at.and_then(|at| list.get(at)).is_some_and(|token| token.is_mark('-'));
        let bound = hyphen(start.checked_sub(1)) || hyphen(Some(end));
        Mention { start, end, reference, office, bound }
    }

    /// Whether an unknown word stands between a name and its office: "Ruritanian security official".
    fn compound(&self, tokens: &Tokens, tags: &[Tag], at: usize) -> bool {
        let plain = |at: usize| {
            let flags = self.flags(&tokens.list[at]);
            let grammar =
                flag::PREPOSITION | flag::AUXILIARY | flag::CONJUNCTION | flag::CLAUSE | flag::RELATIVE | flag::PRONOUN;
            tags[at] == Tag::Nothing && tokens.list[at].shape == super::tokens::Shape::Lower && flags & grammar == 0
        };
        let office = |at: usize| at < tags.len() && self.is(&tokens.list[at], flag::OFFICE);
        let verb = |at: usize| self.lexicon.verb_at(&tokens.list[at..]).is_some();
        plain(at)
            && !verb(at)
            && (office(at + 1) || at + 1 < tags.len() && plain(at + 1) && !verb(at + 1) && office(at + 2))
    }

    /// Whose an office is by what follows it: "spokesman for the Ruritanian ministry", "officials in Strelsau". An "envoy to"
    /// somewhere is not from there.
    fn owner(&self, tokens: &Tokens, tags: &[Tag], from: usize) -> Option<(u8, usize)> {
        let list = &tokens.list;
        if !matches!(list.get(from).map(|_| tokens.lower(from))?, "for" | "of" | "in" | "from" | "at") {
            return None;
        }
        let mut at = from + 1;
        while at < list.len().min(from + 5) {
            match tags[at] {
                Tag::Name(name) if name.kind != NameKind::Title => {
                    let armed = self.entities[usize::from(name.entity)].kind == EntityKind::Armed;
                    let mut end = (at + 1..list.len()).find(|&i| tags[i] != Tag::Inside).unwrap_or(list.len());
                    // "… the Ruritanian embassy": the office behind the name is part of it.
                    while end < list.len() && tags[end] == Tag::Nothing && self.is(&list[end], flag::OFFICE) {
                        end += 1;
                    }
                    return if armed { None } else { Some((name.entity, end)) };
                }
                _ if self.is(&list[at], flag::FILLER | flag::OFFICE | flag::TITLE) => at += 1,
                Tag::Name(_) | Tag::Inside => at += 1,
                _ if list[at].has_capital() => at += 1,
                Tag::Nothing => return None,
            }
        }
        None
    }

    /// The preposition before a mention, if one governs it: such a mention is no subject.
    pub fn preposition(&self, tokens: &Tokens, mention: &Mention) -> Option<u32> {
        let before = tokens.list[..mention.start].iter().enumerate().rev();
        let mut rest =
            before.skip_while(|(at, token)| self.is(token, flag::FILLER) || tokens.lower(*at).ends_with("est"));
        let (_, token) = rest.next()?;
        self.is(token, flag::PREPOSITION).then_some(token.word)
    }
}
