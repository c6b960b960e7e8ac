//! The shape of a sides file as serde reads it, and where in it something stands. What the keys mean is told in [`super::sides`].

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::lexicon::VerbKind;
use super::sides::{Bears, EntityKind};
use crate::error::{Error, Focus, hint};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub dispute: String,
    pub prior: Option<BTreeMap<String, Spanned<f64>>>,
    pub party: Vec<Party>,
    #[serde(default)]
    pub third_party: Vec<ThirdParty>,
    pub verbs: Verbs,
    #[serde(default)]
    pub wording: Vec<Wording>,
}

pub(super) type Names = Vec<Spanned<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Party {
    pub id: Spanned<String>,
    pub name: String,
    pub mask: Spanned<String>,
    #[serde(default)]
    pub states: Names,
    #[serde(default)]
    pub adjectives: Names,
    #[serde(default)]
    pub capitals: Names,
    #[serde(default)]
    pub institutions: Names,
    #[serde(default)]
    pub offices: Names,
    #[serde(default)]
    pub places: Names,
    #[serde(default)]
    pub titles: Names,
    #[serde(default)]
    pub persons: Names,
    #[serde(default)]
    pub surnames: Names,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ThirdParty {
    pub id: Spanned<String>,
    pub kind: EntityKind,
    pub mask: Option<Spanned<String>>,
    pub names: Names,
}

/// Verbs of attribution by kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(super) struct Verbs {
    say: Names,
    accuse: Names,
    demand: Names,
    warn: Names,
    sanction: Names,
    deny: Names,
    protest: Names,
    praise: Names,
    event: Names,
}

impl Verbs {
    /// The lists with their kinds.
    pub fn lists(&self) -> [(VerbKind, &Names); 9] {
        use VerbKind as Kind;
        [
            (Kind::Say, &self.say),
            (Kind::Accuse, &self.accuse),
            (Kind::Demand, &self.demand),
            (Kind::Warn, &self.warn),
            (Kind::Sanction, &self.sanction),
            (Kind::Deny, &self.deny),
            (Kind::Protest, &self.protest),
            (Kind::Praise, &self.praise),
            (Kind::Event, &self.event),
        ]
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wording {
    pub kind: Spanned<String>,
    #[serde(default)]
    pub bears: Bears,
    pub terms: Names,
}

/// Says on which line of the file something stands.
pub(super) struct Lines<'a> {
    pub path: &'a Path,
    pub text: &'a str,
}

impl Lines<'_> {
    /// Bad data where `spanned` stands.
    pub fn error<T>(&self, spanned: &Spanned<T>, found: impl Into<String>, advice: impl Into<String>) -> Error {
        self.place(spanned.span(), Error::data(found, advice))
    }

    /// The error about these bytes of the file.
    pub fn place(&self, span: Range<usize>, error: Error) -> Error {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let bytes = span.start.saturating_sub(start)..span.end.saturating_sub(start);
        error.at(self.path).line(line).focus(Focus::Bytes(bytes))
    }
}

/// What an unknown key was meant to be: serde's message names it first and then those that there are, each between
/// back-quotes.
pub(super) fn meant(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    match names.next() {
        Some(unknown) if message.starts_with("unknown ") => hint(unknown, names),
        _ => String::new(),
    }
}
