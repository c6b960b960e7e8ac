//! Wording by kind: patterns over the words of a sentence, with `*` inside a word or for a whole one.

use toml::Spanned;

use super::schema::Lines;
use super::tokens::Tokens;
use super::trie::{HashedMap, Words};
use crate::error::Result;

/// Letters that must come before a `*` inside a word: by them stems are found.
const STEM_LETTERS: usize = 3;

/// One element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Element {
    /// This word, by fingerprint.
    Word(u64),
    /// A word with this start and this end.
    Stem(String, String),
    /// Any word.
    Any,
}

#[derive(Debug, Clone)]
struct Pattern {
    kind: u8,
    elements: Vec<Element>,
}

/// All patterns, by their first element.
#[derive(Debug, Clone, Default)]
pub(super) struct Wordings {
    patterns: Vec<Pattern>,
    /// By number of the first word.
    by_word: HashedMap<Vec<u16>>,
    /// By the first letters of a stem.
    by_stem: HashedMap<Vec<u16>>,
}

impl Wordings {
    /// Adds a pattern of kind `kind`.
    pub fn add(&mut self, entry: &Spanned<String>, kind: u8, words: &mut Words, lines: &Lines<'_>) -> Result<()> {
        let text = entry.as_ref();
        let bad = |advice: &str| lines.error(entry, format!("wording {text:?}"), advice);
        let mut elements = Vec::new();
        for part in text.to_lowercase().replace('’', "'").split_whitespace() {
            match part.split_once('*') {
                _ if part == "*" => elements.push(Element::Any),
                Some((start, end)) if !end.contains('*') && start.len() >= STEM_LETTERS => {
                    elements.push(Element::Stem(start.to_string(), end.to_string()));
                }
                Some(_) => return Err(bad("one * in a word, after three letters at least")),
                None => {
                    // "pakistan's" is two tokens.
                    let tokens = Tokens::cut(part, |f| words.number(f));
                    elements.extend((0..tokens.list.len()).map(|i| Element::Word(tokens.list[i].fingerprint)));
                }
            }
        }
        if self.patterns.len() > usize::from(u16::MAX) {
            return Err(bad("more than 65,536 terms: remove some"));
        }
        let number = self.patterns.len() as u16;
        let no_word = "no word to begin with: a term begins with a word or a stem";
        let alike = match elements.first() {
            Some(Element::Word(first)) if text.contains(char::is_alphanumeric) => {
                self.by_word.entry(u64::from(words.add(*first))).or_default()
            }
            Some(Element::Stem(start, _)) => {
                let letters = letters(start).ok_or_else(|| bad(no_word))?;
                self.by_stem.entry(letters).or_default()
            }
            _ => return Err(bad(no_word)),
        };
        let mut others = alike.iter().map(|&other| &self.patterns[usize::from(other)]);
        if others.any(|other| other.kind == kind && other.elements == elements) {
            return Err(bad("stands for the second time in its kind: remove it"));
        }
        alike.push(number);
        self.patterns.push(Pattern { kind, elements });
        Ok(())
    }

    /// Kinds of all patterns in a sentence, as bits.
    pub fn kinds(&self, tokens: &Tokens) -> u64 {
        let mut kinds = 0;
        for (start, token) in tokens.list.iter().enumerate() {
            let by_word = if token.word == 0 { None } else { self.by_word.get(&u64::from(token.word)) };
            let by_stem = letters(tokens.lower(start)).and_then(|letters| self.by_stem.get(&letters));
            for &pattern in by_word.into_iter().chain(by_stem).flatten() {
                let Pattern { kind, elements } = &self.patterns[usize::from(pattern)];
                let fits = kinds >> kind & 1 == 0
                    && start + elements.len() <= tokens.list.len()
                    && elements.iter().enumerate().all(|(offset, element)| fits(element, tokens, start + offset));
                if fits {
                    kinds |= 1u64 << kind;
                }
            }
        }
        kinds
    }
}

/// The first bytes of a word as a key.
fn letters(word: &str) -> Option<u64> {
    let [a, b, c] = *word.as_bytes().first_chunk::<STEM_LETTERS>()?;
    Some(u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0]))
}

fn fits(element: &Element, tokens: &Tokens, index: usize) -> bool {
    match element {
        Element::Word(fingerprint) => tokens.list[index].fingerprint == *fingerprint,
        Element::Stem(start, end) => {
            let word = tokens.lower(index);
            word.len() >= start.len() + end.len() && word.starts_with(start.as_str()) && word.ends_with(end.as_str())
        }
        Element::Any => tokens.list[index].is_word() || tokens.list[index].shape == super::tokens::Shape::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sides::tests::ruritania;

    #[test]
    fn stems_wildcards_and_phrases_are_found() {
        let sides = ruritania();
        let lexicon = sides.lexicon();
        let found = |text: &str| lexicon.wordings().kinds(&lexicon.cut(text));
        assert_eq!(found("It is Harboring them."), 1);
        assert_eq!(found("No safe havens here: baseless."), 3);
        assert_eq!(found("The denials? The denial!"), 2);
        assert_eq!(found("we lost 300 soldiers"), 1);
        assert_eq!(found("we lost soldiers; safe"), 0);
    }
}
