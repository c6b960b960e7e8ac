//! Words as numbers, and phrases as paths in a trie over those numbers: finding a phrase compares no text.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::english;
use super::tokens::Token;
use crate::features::fingerprint;

/// A hash for keys that are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 ^= self.0 >> 29;
    }
}

pub(super) type HashedMap<V> = HashMap<u64, V, BuildHasherDefault<Identity>>;

/// Words with numbers and flags. Number 0 is no word.
#[derive(Debug, Clone)]
pub(super) struct Words {
    numbers: HashedMap<u32>,
    flags: Vec<u32>,
}

impl Words {
    pub fn english() -> Words {
        let mut words = Words { numbers: HashedMap::default(), flags: vec![0] };
        for &(flag, list) in english::LISTS {
            for word in list.split_whitespace() {
                let number = words.add(fingerprint(word.as_bytes()));
                words.flags[number as usize] |= flag;
            }
        }
        for word in english::PRONOUNS {
            let number = words.add(fingerprint(word.as_bytes()));
            words.flags[number as usize] |= english::flag::SUBJECT_PRONOUN;
        }
        words
    }

    /// Number of a word, a new one if need be.
    pub fn add(&mut self, fingerprint: u64) -> u32 {
        let next = self.flags.len() as u32;
        let number = *self.numbers.entry(fingerprint).or_insert(next);
        if number == next {
            self.flags.push(0);
        }
        number
    }

    /// Flags of a word, see [`english::flag`].
    #[inline]
    pub fn flags(&self, number: u32) -> u32 {
        self.flags[number as usize]
    }

    /// Number of a word, 0 if no list knows it.
    #[inline]
    pub fn number(&self, fingerprint: u64) -> u32 {
        self.numbers.get(&fingerprint).copied().unwrap_or(0)
    }
}

/// Phrases over word numbers.
#[derive(Debug, Clone)]
pub(super) struct Trie<V> {
    /// (node, word) to node; node 0 is the root.
    edges: HashedMap<u32>,
    values: Vec<Option<V>>,
}

fn edge(node: u32, word: u32) -> u64 {
    u64::from(node) << 32 | u64::from(word)
}

impl<V: Copy> Trie<V> {
    pub fn new() -> Self {
        Trie { edges: HashedMap::default(), values: vec![None] }
    }

    /// Where `words` end; the value there is the caller's to set.
    pub fn insert(&mut self, words: impl Iterator<Item = u32>) -> &mut Option<V> {
        let mut node = 0;
        for word in words {
            let next = self.values.len() as u32;
            node = *self.edges.entry(edge(node, word)).or_insert(next);
            if node == next {
                self.values.push(None);
            }
        }
        &mut self.values[node as usize]
    }

    /// The longest phrase from the first token on that `fits`, and its length.
    pub fn longest(&self, tokens: &[Token], fits: impl Fn(&V, usize) -> bool) -> Option<(V, usize)> {
        let (mut node, mut found) = (0, None);
        for (index, token) in tokens.iter().enumerate() {
            if token.word == 0 {
                break;
            }
            match self.edges.get(&edge(node, token.word)) {
                Some(&next) => node = next,
                None => break,
            }
            if let Some(value) = self.values[node as usize]
                && fits(&value, index + 1)
            {
                found = Some((value, index + 1));
            }
        }
        found
    }
}
