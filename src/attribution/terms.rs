//! Terms of attribution: an attributed sentence in, the terms of each block out.
//!
//! | block | its terms |
//! | --- | --- |
//! | `masked words` | word 1–2-grams with names as masks |
//! | `masked characters` | character 3–5-grams of the same text, inside words |
//! | `speaker` | speaker × entities named, quotation, subject, verb and its object, target, way found |
//! | `wording` | kind of wording × speaker × party named; how many kinds |
//! | `article` | charges and push-back around the sentence and in the article × speaker |
//!
//! A term crossed with a speaker counts with that speaker's probability.

use super::mentions::Reference;
use super::sentence::AttributedSentence;
use super::sides::{Bears, EntityKind, NONE, OTHER};
use crate::features::{Block, NGrams, TermBuffer, TermKind, TermSource, collect_character_n_grams};

/// Factor of the indicator blocks against the text blocks of norm 1.
const INDICATORS: f32 = 0.2;
/// Factor of the block on the article.
const ARTICLE: f32 = 0.28;
/// A term that counts less than this is left out.
const LEAST: f32 = 0.01;

/// The blocks of attribution with their weighing.
pub fn blocks() -> Vec<Block> {
    let kind = |name: &str| TermKind::Attribution(name.to_string());
    let indicators = |name: &str, scale| Block::indicators(name, kind(name), 2, scale);
    vec![
        Block::new("masked words", kind("masked words"), 2),
        Block::new("masked characters", kind("masked characters"), 6),
        indicators("speaker", INDICATORS),
        indicators("wording", INDICATORS),
        indicators("article", ARTICLE),
    ]
}

impl TermSource for AttributedSentence {
    fn collect(&self, kind: &TermKind, terms: &mut TermBuffer) {
        let TermKind::Attribution(name) = kind else { return };
        match name.as_str() {
            "masked words" => {
                let mut words = std::mem::take(&mut terms.words);
                words.set(self.masked.split_ascii_whitespace());
                terms.push_n_grams(&words, NGrams { min: 1, max: 2 });
                terms.words = words;
            }
            "masked characters" => collect_character_n_grams(&self.masked, NGrams { min: 3, max: 5 }, true, terms),
            "speaker" => self.speaker_terms(&mut Writer::new(terms)),
            "wording" => self.wording_terms(&mut Writer::new(terms)),
            "article" => self.article_terms(&mut Writer::new(terms)),
            _ => {}
        }
    }
}

/// Joins the parts of a term with `|` in one buffer.
struct Writer<'a> {
    terms: &'a mut TermBuffer,
    text: String,
}

impl<'a> Writer<'a> {
    fn new(terms: &'a mut TermBuffer) -> Self {
        let text = std::mem::take(&mut terms.characters);
        Writer { terms, text }
    }

    fn push(&mut self, parts: &[&str], weight: f32) {
        if weight < LEAST {
            return;
        }
        self.text.clear();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.text.push('|');
            }
            self.text.push_str(part);
        }
        self.terms.push_weighted(&self.text, weight);
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        self.terms.characters = std::mem::take(&mut self.text);
    }
}

impl AttributedSentence {
    /// Speakers that are probable enough, with their probabilities.
    fn likely(&self) -> impl Iterator<Item = (&str, f32)> {
        let parties = self.sides.parties().iter().map(|party| party.id.as_str());
        parties.chain([OTHER, NONE]).zip(self.probabilities.iter().copied()).filter(|(_, p)| *p >= LEAST)
    }

    fn id(&self, entity: u8) -> &str {
        &self.sides.entities()[usize::from(entity)].id
    }

    /// A reference as a term writes it: how it refers, and to whom.
    fn reference(&self, reference: Reference) -> (&'static str, &str) {
        match reference {
            Reference::Nothing => ("nobody", ""),
            Reference::Named(entity) => ("", self.id(entity)),
            Reference::Title(party, entity) => ("title", self.id(entity.unwrap_or(party))),
            Reference::Role(entity) => ("office", entity.map_or("", |e| self.id(e))),
            Reference::Somebody => ("somebody", ""),
            Reference::Document(entity) => ("document", entity.map_or("", |e| self.id(e))),
            Reference::Pronoun(number) => (super::english::PRONOUNS[usize::from(number)], ""),
        }
    }

    fn named(&self) -> impl Iterator<Item = (&str, EntityKind)> {
        let entities = self.sides.entities().iter().enumerate();
        entities.filter(|(e, _)| self.named >> e & 1 == 1).map(|(_, entity)| (entity.id.as_str(), entity.kind))
    }

    fn speaker_terms(&self, out: &mut Writer<'_>) {
        let share = ["plain", "part", "half", "quoted"][usize::from(self.share.min(3))];
        let (how, who) = self.reference(self.subject);
        for (speaker, p) in self.likely() {
            out.push(&[speaker], p);
            for (entity, _) in self.named() {
                out.push(&[speaker, "names", entity], p);
            }
            out.push(&[speaker, share], p);
            out.push(&[speaker, "subject", how, who], p);
            out.push(&[speaker, self.found.case()], p);
            out.push(&[speaker, "about", self.target.map_or("nobody", |e| self.id(e))], p);
            if let Some((kind, object)) = self.main {
                out.push(&[speaker, kind.name()], p);
                out.push(&[speaker, kind.name(), object.map_or("nobody", |e| self.id(e))], p);
            }
        }
    }

    fn wording_terms(&self, out: &mut Writer<'_>) {
        let kinds = self.sides.wordings();
        // Whom the wording may be about: the parties named, else a third state, else somebody taken up, else nobody.
        let mut about =
            self.named().filter(|(_, kind)| *kind == EntityKind::Party).map(|(id, _)| id).collect::<Vec<_>>();
        if about.is_empty() {
            let third = self.named().any(|(_, kind)| kind == EntityKind::State);
            about.push(if third {
                "third"
            } else if self.pronoun {
                "pronoun"
            } else {
                "nobody"
            });
        }
        for (_, (name, _)) in kinds.iter().enumerate().filter(|(kind, _)| self.kinds >> kind & 1 == 1) {
            out.push(&[name], 1.0);
            for (speaker, p) in self.likely() {
                out.push(&[speaker, name], p);
                for party in &about {
                    out.push(&[speaker, name, party], p);
                }
            }
        }
        let counts = ["0", "1", "2", "3"];
        let count = |n: u8| counts[usize::from(n.min(3))];
        let news = if self.kinds & self.sides.kinds(Bears::Nothing) != 0 { "news" } else { "plain" };
        let third = self.named().any(|(_, kind)| kind == EntityKind::State);
        for (speaker, p) in self.likely() {
            for (name, bearing) in [("attacks", self.attacks), ("defences", self.defences)] {
                for n in 1..=bearing.min(3) {
                    out.push(&[speaker, name, count(n)], p);
                    for (party, entity) in self.sides.parties().iter().enumerate() {
                        let named = if self.named >> party & 1 == 1 { "named" } else { "not named" };
                        out.push(&[speaker, name, count(n), &entity.id, named], p);
                    }
                }
            }
            out.push(&[speaker, if self.first_person { "we" } else { "no we" }], p);
            let about = self.target.map_or("nobody", |e| self.id(e));
            if self.attacks > 0 {
                out.push(&[speaker, "attack about", about], p);
            }
            if self.defences > 0 {
                out.push(&[speaker, "defence about", about], p);
            }
            let attack = if self.attacks > 0 { "attack" } else { "no attack" };
            let defence = if self.defences > 0 { "defence" } else { "no defence" };
            out.push(&[speaker, news, attack, defence], p);
            if third {
                out.push(&[speaker, "third", count(self.defences.min(2))], p);
            }
        }
    }

    fn article_terms(&self, out: &mut Writer<'_>) {
        let article = &self.around.article;
        for (index, party) in self.sides.parties().iter().enumerate() {
            let party = party.id.as_str();
            let (attack, defence) = article.levels[index];
            let figures = [
                ("attack", attack),
                ("defence", defence),
                ("named", article.named[index]),
                ("speaks", article.spoken[index]),
            ];
            for (name, value) in figures {
                out.push(&["article", party, name], value);
                for (speaker, p) in self.likely() {
                    out.push(&[speaker, "article", party, name], p * value);
                }
            }
            for (place, (attack, defence)) in
                [("before", self.around.before[index]), ("behind", self.around.behind[index])]
            {
                for (name, value) in [("attack", attack), ("defence", defence)] {
                    out.push(&[place, party, name], value);
                    for (speaker, p) in self.likely() {
                        out.push(&[speaker, place, party, name], p * value);
                    }
                }
            }
        }
        let (attack, defence) = article.title;
        for (name, value) in [("together", article.together), ("title attack", attack), ("title defence", defence)] {
            out.push(&["article", name], value);
            for (speaker, p) in self.likely() {
                out.push(&[speaker, "article", name], p * value);
            }
        }
        if self.title {
            out.push(&["title"], 1.0);
        }
        if self.question {
            out.push(&["question"], 1.0);
        }
    }
}
