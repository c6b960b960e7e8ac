//! The sides file: what comes in is its TOML text, what goes out is the checked lists in [`Sides`].
//!
//! All that is about one dispute stands there, so that the program knows none. The schema:
//!
//! ```toml
//! dispute = "Ruritania and Graustark"        # a title, for the reader
//!
//! [prior]                                    # optional: share of each label where the model will be used
//! claim = 0.1
//!
//! [[party]]                                  # two or more; the order is that of all tables
//! id = "RU"                                  # as in the column `speaker` of the training data
//! name = "Ruritania"                         # as explanations call it
//! mask = "_ru"                               # what its names become in side-masked text
//! states = ["Ruritania"]                     # these six lists all name the party
//! adjectives = ["Ruritanian"]
//! capitals = ["Strelsau"]
//! institutions = ["Royal Guard"]
//! offices = ["lord chamberlain"]             # titles that only this party has
//! places = ["Zenda"]                         # provinces and towns: they count as the country
//! titles = ["foreign minister"]              # titles that mean this party unless another country stands beside them
//! persons = ["Rudolf Elphberg, 1894-"]       # name, first and last year in which they spoke for the party
//! surnames = ["Elphberg"]                    # surnames of `persons` that count even where the whole name never stood
//!
//! [[third_party]]                            # whoever else is heard
//! id = "NEIGHBOUR"
//! kind = "state"                             # state; armed (a group that fights); independent (speaks for nobody)
//! mask = "_neighbour"                        # optional: without it the names stay
//! names = ["Saxony"]
//!
//! [verbs]                                    # say, accuse, demand, warn, sanction, deny, protest, praise, event
//! say = ["said", "pointed out"]
//!
//! [[wording]]
//! kind = "haven"
//! bears = "attack"                           # optional: attack (a charge or demand), defence (push-back)
//! terms = ["harbo*", "lost * soldiers"]
//! ```
//!
//! A name written with a capital is found only where the text has one; a name with further capitals ("US") only as written.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::lexicon::Lexicon;
use super::schema::{File, Lines, meant};
use super::tokens::fold;
use crate::error::{Error, Result, nearest};

/// Most parties and third parties together: mentions are kept as bits of one word.
pub const MAX_ENTITIES: usize = 32;
/// Longest sides file, in bytes.
const MAX_BYTES: usize = 4 << 20;
/// Value of the column `speaker` for somebody who is no party.
pub const OTHER: &str = "OTHER";
/// Value of the column `speaker` for the writer's own voice.
pub const NONE: &str = "NONE";

/// A checked sides file, ready to find names in text.
#[derive(Debug, Clone)]
pub struct Sides {
    source: String,
    /// Parties first, then third parties, in the order of the file.
    entities: Vec<Entity>,
    n_parties: usize,
    wordings: Vec<(String, Bears)>,
    prior: Option<BTreeMap<String, f64>>,
    lexicon: Lexicon,
}

/// A party or a third party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Identifier, as in the column `speaker` for a party.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What its names become in side-masked text, if they change.
    pub mask: Option<String>,
    /// What it is.
    pub kind: EntityKind,
}

/// What a party or third party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// One of the parties to the dispute.
    #[serde(skip)]
    Party,
    /// Another state, or an organisation of states.
    State,
    /// A group that fights.
    Armed,
    /// Somebody who speaks for nobody: analysts, witnesses, the press.
    Independent,
}

/// What wording does in the mouth of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bears {
    /// Neither: it marks ordinary news.
    #[default]
    #[serde(skip)]
    Nothing,
    /// A charge, a demand, a threat.
    Attack,
    /// Push-back against one.
    Defence,
}

impl Sides {
    /// Reads a sides file.
    ///
    /// # Errors
    /// The file cannot be read, or as [`Sides::parse`].
    pub fn read(path: &Path) -> Result<Sides> {
        let bytes = std::fs::read(path).map_err(|e| Error::io(path, &e))?;
        let text =
            String::from_utf8(bytes).map_err(|_| Error::data("text that is not UTF-8", "save as UTF-8").at(path))?;
        Sides::parse(&text, path)
    }

    /// Checks the text of a sides file. `path` is what errors name.
    ///
    /// # Errors
    /// No valid TOML, an unknown or missing key, fewer than two parties, a name or identifier that stands twice, a surname that
    /// belongs to no person, years that make no sense: each with its line.
    pub fn parse(text: &str, path: &Path) -> Result<Sides> {
        if text.len() > MAX_BYTES {
            return Err(Error::data(format!("a sides file of {} bytes", text.len()), "at most 4 MiB").at(path));
        }
        let lines = Lines { path, text };
        let file: File = toml::from_str(text).map_err(|error| {
            let advice = format!("{}see docs/sides.md for the keys", meant(error.message()));
            lines.place(error.span().unwrap_or(0..0), Error::data(error.message(), advice))
        })?;
        let (entities, n_parties) = entities(&file, &lines)?;
        let wordings = wordings(&file, &lines)?;
        let lexicon = Lexicon::build(&file, &lines, n_parties)?;
        Ok(Sides { source: text.to_string(), entities, n_parties, wordings, prior: prior(&file, &lines)?, lexicon })
    }

    /// The text of the file, as the model file keeps it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Parties, then third parties.
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// The parties to the dispute.
    pub fn parties(&self) -> &[Entity] {
        &self.entities[..self.n_parties]
    }

    /// Who may speak: the parties' identifiers, [`OTHER`] and [`NONE`].
    pub fn speakers(&self) -> Vec<&str> {
        self.parties().iter().map(|party| party.id.as_str()).chain([OTHER, NONE]).collect()
    }

    /// Kinds of wording and what each bears, in the order of the file.
    pub fn wordings(&self) -> &[(String, Bears)] {
        &self.wordings
    }

    /// Shares of labels where the model will be used, if the file states them. They sum to 1.
    pub fn prior(&self) -> Option<&BTreeMap<String, f64>> {
        self.prior.as_ref()
    }

    /// Kinds of wording that bear this, as bits.
    pub(super) fn kinds(&self, bears: Bears) -> u64 {
        let kinds = self.wordings.iter().enumerate().filter(|(_, wording)| wording.1 == bears);
        kinds.fold(0, |bits, (kind, _)| bits | 1 << kind)
    }

    pub(super) fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }
}

fn entities(file: &File, lines: &Lines<'_>) -> Result<(Vec<Entity>, usize)> {
    let parties = file.party.iter().map(|p| (&p.id, p.name.clone(), Some(&p.mask), EntityKind::Party));
    let thirds = file.third_party.iter().map(|t| (&t.id, t.id.as_ref().clone(), t.mask.as_ref(), t.kind));
    let mut entities: Vec<Entity> = Vec::new();
    for (id, name, mask, kind) in parties.chain(thirds) {
        let text = id.as_ref();
        if text.is_empty()
            || text.contains(|c: char| c.is_control() || c.is_whitespace())
            || [OTHER, NONE].contains(&text.as_str())
        {
            return Err(lines.error(id, format!("id {text:?}"), "one word, but not OTHER or NONE"));
        }
        if entities.iter().any(|entity| entity.id == *text) {
            return Err(lines.error(id, format!("id {text:?} for the second time"), "give each its own"));
        }
        if let Some(mask) = mask {
            let text = mask.as_ref();
            if text.is_empty() || *text != text.to_lowercase() || text.contains(char::is_whitespace) {
                return Err(lines.error(mask, format!("mask {text:?}"), "one word in lower case"));
            }
        }
        if entities.len() == MAX_ENTITIES {
            return Err(lines.error(id, format!("more than {MAX_ENTITIES} parties"), "merge third parties"));
        }
        entities.push(Entity { id: text.clone(), name, mask: mask.map(|m| m.as_ref().clone()), kind });
    }
    if file.party.len() < 2 {
        let found = format!("{} parties in {:?}", file.party.len(), file.dispute);
        return Err(Error::data(found, "a dispute has at least two [[party]] tables").at(lines.path));
    }
    Ok((entities, file.party.len()))
}

fn wordings(file: &File, lines: &Lines<'_>) -> Result<Vec<(String, Bears)>> {
    let mut kinds: HashMap<&str, ()> = HashMap::new();
    for wording in &file.wording {
        if kinds.insert(wording.kind.as_ref(), ()).is_some() || kinds.len() > 64 {
            let found = format!("wording kind {:?} for the second time, or more than 64 kinds", wording.kind.as_ref());
            return Err(lines.error(&wording.kind, found, "put its terms into one table"));
        }
    }
    Ok(file.wording.iter().map(|wording| (wording.kind.as_ref().clone(), wording.bears)).collect())
}

fn prior(file: &File, lines: &Lines<'_>) -> Result<Option<BTreeMap<String, f64>>> {
    let Some(prior) = &file.prior else { return Ok(None) };
    let mut sum = 0.0;
    for share in prior.values() {
        if !(*share.as_ref() > 0.0 && *share.as_ref() < 1.0) {
            return Err(lines.error(share, format!("a share of {}", share.as_ref()), "between 0 and 1"));
        }
        sum += share.as_ref();
    }
    match prior.values().next() {
        Some(first) if (sum - 1.0).abs() > 1e-6 => {
            Err(lines.error(first, format!("shares that sum to {sum}"), "let them sum to 1"))
        }
        _ => Ok(Some(prior.iter().map(|(label, share)| (label.clone(), *share.as_ref())).collect())),
    }
}

/// Name and years of `"Name, from-to"`.
pub(super) fn person<'a>(entry: &'a Spanned<String>, lines: &Lines<'_>) -> Result<&'a str> {
    let bad = || {
        let advice =
            "write \"Name, from-to\" with years, such as \"Rudolf Elphberg, 1894-1897\"; \"1894-\" if still in office";
        lines.error(entry, format!("person {:?}", entry.as_ref()), advice)
    };
    let (name, years) = entry.as_ref().rsplit_once(',').ok_or_else(bad)?;
    let (from, to) = years.trim().split_once('-').ok_or_else(bad)?;
    let year = |text: &str| text.trim().parse::<u16>().ok().filter(|year| (1000..=2999).contains(year)).ok_or_else(bad);
    let from = year(from)?;
    if !to.trim().is_empty() && year(to)? < from {
        return Err(bad());
    }
    Ok(name.trim())
}

/// The surnames that persons of a party may go by: any part of a name.
pub(super) struct Surnames<'a> {
    persons: &'a [&'a str],
    parts: HashSet<String>,
}

impl<'a> Surnames<'a> {
    pub fn of(persons: &'a [&'a str]) -> Self {
        let names = persons.iter().map(|person| fold(person));
        let parts = names.flat_map(|name| name.split(' ').map(str::to_string).collect::<Vec<_>>()).collect();
        Surnames { persons, parts }
    }

    /// # Errors
    /// A surname that belongs to nobody; the nearest name is told.
    pub fn check(&self, surname: &Spanned<String>, lines: &Lines<'_>) -> Result<()> {
        if self.parts.contains(&fold(surname.as_ref())) {
            return Ok(());
        }
        let advice = match nearest(surname.as_ref(), self.persons.iter().copied()) {
            Some(person) => format!("did you mean {person:?}? A surname must belong to an entry of `persons`"),
            None => "a surname must belong to an entry of `persons`".to_string(),
        };
        Err(lines.error(surname, format!("surname {:?} of no person", surname.as_ref()), advice))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small dispute, as other tests of this folder use it.
    pub(crate) const RURITANIA: &str = include_str!("testdata/ruritania.sides.toml");

    pub(crate) fn ruritania() -> Sides {
        Sides::parse(RURITANIA, Path::new("ruritania.sides.toml")).unwrap()
    }

    fn refused(from: &str, to: &str) -> String {
        assert!(RURITANIA.contains(from), "{from}");
        Sides::parse(&RURITANIA.replacen(from, to, 1), Path::new("s.toml")).unwrap_err().to_string()
    }

    #[test]
    fn the_parties_come_first_and_the_speakers_end_with_other_and_none() {
        let sides = ruritania();
        assert_eq!(sides.speakers(), ["RU", "GR", "OTHER", "NONE"]);
        assert_eq!(sides.entities().len(), 5);
        assert_eq!(sides.source(), RURITANIA);
    }

    #[test]
    fn the_shipped_file_is_valid() {
        Sides::parse(include_str!("../../data/us-pakistan.sides.toml"), Path::new("shipped")).unwrap();
    }

    #[test]
    fn what_is_wrong_is_refused_with_its_line() {
        let cases = [
            ("mask = \"_gr\"", "masc = \"_gr\"", "unknown field"),
            ("id = \"GR\"", "id = \"RU\"", "for the second time"),
            ("id = \"GR\"", "id = \"OTHER\"", "not OTHER or NONE"),
            ("mask = \"_gr\"", "mask = \"_GR\"", "lower case"),
            ("\"Elphberg\"", "\"Elfberg\"", "of no person"),
            ("\"Rudolf Elphberg, 1894-\"", "\"Rudolf Elphberg\"", "with years"),
            ("1890-1899", "1899-1890", "with years"),
            ("\"Strelsau\"", "\"Strelsau\", \"Graustark\"", "for the second time"),
            ("kind = \"denial\"", "kind = \"haven\"", "for the second time"),
            ("\"harbo*\"", "\"ha*\"", "three letters"),
            ("\"harbo*\"", "\"!\"", "no word"),
            ("claim = 0.1", "claim = 1.1", "between 0 and 1"),
            ("claim = 0.1", "claim = 0.2", "sum to 1"),
            ("kind = \"armed\"", "kind = \"navy\"", "unknown variant"),
        ];
        for (from, to, expected) in cases {
            let error = refused(from, to);
            assert!(error.contains(expected) && error.starts_with("s.toml:"), "{from} -> {to}: {error}");
            assert!(!error.contains('\n'));
        }
        assert!(Sides::parse("verbs = {}\nparty = []", Path::new("s.toml")).unwrap_err().to_string().contains("two"));
    }
}
