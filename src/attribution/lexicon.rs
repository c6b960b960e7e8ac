//! The sides file made ready for search: the lists of words in, longest matches over tokens out.
//!
//! A token knows the number of its word; names and verbs are found by those numbers in a trie (see [`super::trie`]), wording by patterns.

use toml::Spanned;

use super::schema::{File, Lines};
use super::sides::{Surnames, person};
use super::tokens::{Shape, Token, Tokens};
use super::trie::{Trie, Words};
use super::wording::Wordings;
use crate::error::Result;
use crate::features::fingerprint;

/// Kind of a verb of attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum VerbKind {
    Say = 1,
    Accuse,
    Demand,
    Warn,
    Sanction,
    Deny,
    Protest,
    Praise,
    Event,
}

impl VerbKind {
    /// Its key in the sides file.
    pub fn name(self) -> &'static str {
        match self {
            VerbKind::Say => "say",
            VerbKind::Accuse => "accuse",
            VerbKind::Demand => "demand",
            VerbKind::Warn => "warn",
            VerbKind::Sanction => "sanction",
            VerbKind::Deny => "deny",
            VerbKind::Protest => "protest",
            VerbKind::Praise => "praise",
            VerbKind::Event => "event",
        }
    }
}

/// Which list a name stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum NameKind {
    State = 1,
    Adjective,
    Capital,
    Institution,
    Office,
    Title,
    Place,
    Person,
    Third,
}

/// A name: whose, and of which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    /// Index into the entities.
    pub entity: u8,
    pub kind: NameKind,
}

/// A verb or phrase of attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verb {
    pub kind: VerbKind,
    /// Number among all verbs, for terms.
    pub number: u16,
}

/// How a word of a name must be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    Any,
    Capital,
    /// Exactly so: fingerprint of the written form.
    Exact(u64),
}

impl Case {
    fn of(token: &Token) -> Case {
        match token.shape {
            Shape::Capital => Case::Capital,
            Shape::Capitals => Case::Exact(token.exact),
            _ => Case::Any,
        }
    }

    fn fits(self, token: &Token) -> bool {
        match self {
            Case::Any => true,
            Case::Capital => token.has_capital(),
            Case::Exact(written) => token.exact == written,
        }
    }
}

/// A name in one way of writing it.
#[derive(Debug, Clone, Copy)]
struct WrittenName {
    name: Name,
    /// Where the cases of its words begin.
    cases: u32,
}

/// All lists of a sides file.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    words: Words,
    /// Values are indices into `names`.
    name_trie: Trie<u32>,
    names: Vec<WrittenName>,
    /// How the words of all names are written, one behind the other.
    cases: Vec<Case>,
    verbs: Trie<Verb>,
    wordings: Wordings,
}

impl Lexicon {
    /// Gathers the lists of a file; parties have the entities from 0, third parties those from `n_parties`.
    pub fn build(file: &File, lines: &Lines<'_>, n_parties: usize) -> Result<Lexicon> {
        let mut lexicon = Lexicon {
            words: Words::english(),
            name_trie: Trie::new(),
            names: Vec::new(),
            cases: Vec::new(),
            verbs: Trie::new(),
            wordings: Wordings::default(),
        };
        for (entity, party) in file.party.iter().enumerate() {
            let lists = [
                (NameKind::State, &party.states),
                (NameKind::Adjective, &party.adjectives),
                (NameKind::Capital, &party.capitals),
                (NameKind::Institution, &party.institutions),
                (NameKind::Office, &party.offices),
                (NameKind::Title, &party.titles),
                (NameKind::Place, &party.places),
            ];
            for (kind, list) in lists {
                for name in list {
                    lexicon.add_name(name, name.as_ref(), Name { entity: entity as u8, kind }, lines)?;
                }
            }
            let name = Name { entity: entity as u8, kind: NameKind::Person };
            let persons = party.persons.iter().map(|p| person(p, lines)).collect::<Result<Vec<_>>>()?;
            for (entry, person) in party.persons.iter().zip(&persons) {
                lexicon.add_name(entry, person, name, lines)?;
            }
            let known = Surnames::of(&persons);
            for surname in &party.surnames {
                known.check(surname, lines)?;
                lexicon.add_name(surname, surname.as_ref(), name, lines)?;
            }
        }
        for (index, third) in file.third_party.iter().enumerate() {
            for name in &third.names {
                let entity = (n_parties + index) as u8;
                lexicon.add_name(name, name.as_ref(), Name { entity, kind: NameKind::Third }, lines)?;
            }
        }
        let mut number = 0;
        for (kind, list) in file.verbs.lists() {
            for verb in list {
                lexicon.add_verb(verb, Verb { kind, number }, lines)?;
                number = number.saturating_add(1);
            }
        }
        for (kind, wording) in file.wording.iter().enumerate() {
            for term in &wording.terms {
                lexicon.wordings.add(term, kind as u8, &mut lexicon.words, lines)?;
            }
        }
        Ok(lexicon)
    }

    fn add_name(&mut self, entry: &Spanned<String>, name: &str, value: Name, lines: &Lines<'_>) -> Result<()> {
        // The name as it stands, one word where it has no space, and with spaces for its hyphens.
        let mut written: Vec<Vec<Token>> = Vec::new();
        let spaced = name.contains('-').then(|| name.replace('-', " "));
        for form in [Some(name), spaced.as_deref()].into_iter().flatten() {
            let mut phrase = Vec::new();
            for part in form.split_whitespace() {
                // A hyphened word becomes known before it is cut, and so stays whole.
                if part.contains('-') {
                    self.words.add(fingerprint(part.to_lowercase().replace('.', "").as_bytes()));
                }
                phrase.extend(Tokens::cut(part, |f| self.words.number(f)).list);
            }
            if !written.iter().any(|other| same_words(other, &phrase)) {
                written.push(phrase);
            }
        }
        if written.iter().any(|phrase| phrase.is_empty() || phrase.iter().all(|token| !token.is_word())) {
            return Err(lines.error(entry, format!("no word in name {name:?}"), "remove it"));
        }
        for phrase in written {
            let numbers: Vec<u32> = phrase.iter().map(|token| self.words.add(token.fingerprint)).collect();
            let place = self.name_trie.insert(numbers.into_iter());
            if place.is_some() {
                return Err(lines.error(entry, format!("name {name:?} for the second time"), "let it mean one party"));
            }
            *place = Some(self.names.len() as u32);
            self.names.push(WrittenName { name: value, cases: self.cases.len() as u32 });
            self.cases.extend(phrase.iter().map(Case::of));
        }
        Ok(())
    }

    fn add_verb(&mut self, entry: &Spanned<String>, value: Verb, lines: &Lines<'_>) -> Result<()> {
        let tokens = Tokens::cut(entry.as_ref(), |f| self.words.number(f)).list;
        if tokens.is_empty() || !tokens.iter().all(Token::is_word) {
            return Err(lines.error(entry, format!("no word in verb {:?}", entry.as_ref()), "remove it"));
        }
        let numbers: Vec<u32> = tokens.iter().map(|token| self.words.add(token.fingerprint)).collect();
        let place = self.verbs.insert(numbers.into_iter());
        if place.is_some() {
            let found = format!("verb {:?} for the second time", entry.as_ref());
            return Err(lines.error(entry, found, "let it have one kind"));
        }
        *place = Some(value);
        Ok(())
    }

    /// Cuts a sentence and numbers its words.
    pub fn cut(&self, text: &str) -> Tokens {
        Tokens::cut(text, |fingerprint| self.words.number(fingerprint))
    }

    /// Number of a word in lower case, 0 if no list knows it.
    pub fn number(&self, word: &str) -> u32 {
        self.words.number(fingerprint(word.as_bytes()))
    }

    /// Flags of a token, see [`super::english::flag`].
    pub fn flags(&self, token: &Token) -> u32 {
        self.words.flags(token.word)
    }

    /// The longest name at the start of `tokens`, and its length.
    pub fn name_at(&self, tokens: &[Token]) -> Option<(Name, usize)> {
        let fits = |&index: &u32, length: usize| {
            let cases = &self.cases[self.names[index as usize].cases as usize..];
            cases.iter().zip(&tokens[..length]).all(|(case, token)| case.fits(token))
        };
        let (index, length) = self.name_trie.longest(tokens, fits)?;
        Some((self.names[index as usize].name, length))
    }

    /// The longest verb at the start of `tokens`, and its length.
    pub fn verb_at(&self, tokens: &[Token]) -> Option<(Verb, usize)> {
        self.verbs.longest(tokens, |_, _| true)
    }

    pub fn wordings(&self) -> &Wordings {
        &self.wordings
    }
}

fn same_words(a: &[Token], b: &[Token]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.fingerprint == b.fingerprint)
}

#[cfg(test)]
mod tests {
    use super::super::sides::tests::ruritania;
    use super::*;

    fn first_name(text: &str) -> Option<(u8, usize)> {
        let sides = ruritania();
        let lexicon = sides.lexicon();
        lexicon.name_at(&lexicon.cut(text).list).map(|(name, length)| (name.entity, length))
    }

    #[test]
    fn the_longest_name_counts_and_case_as_the_file_writes_it() {
        assert_eq!(first_name("Rudolf Elphberg left"), Some((0, 2)));
        assert_eq!(first_name("Elphberg left"), Some((0, 1)));
        assert_eq!(first_name("R.U. officials"), Some((0, 1)));
        assert_eq!(first_name("ru officials"), None);
        assert_eq!(first_name("khan, a title"), None);
        assert_eq!(first_name("Khan left"), Some((0, 1)));
        assert_eq!(first_name("foreign minister of"), Some((1, 2)));
        assert_eq!(first_name("Foreign Ministry"), Some((1, 2)));
    }

    #[test]
    fn the_longest_verb_counts() {
        let sides = ruritania();
        let lexicon = sides.lexicon();
        let verb = |text| lexicon.verb_at(&lexicon.cut(text).list).map(|(verb, length)| (verb.kind, length));
        assert_eq!(verb("pointed out that"), Some((VerbKind::Say, 2)));
        assert_eq!(verb("pointed at"), None);
        assert_eq!(verb("denied it"), Some((VerbKind::Deny, 1)));
    }
}
