//! An attributed sentence: a reading, its speaker and its article in, everything that terms and explanations need out.

use std::sync::Arc;

use super::english::flag;
use super::lexicon::VerbKind;
use super::mentions::{Reference, Tag};
use super::reading::Reading;
use super::rules::Found;
use super::sides::{Bears, Sides};
use super::tokens::Shape;

/// How much of a mention's weight the next sentence keeps.
const DECAY: f32 = 0.6;

/// A sentence with who speaks, about whom, and how that is known.
#[derive(Debug, Clone)]
pub struct AttributedSentence {
    pub(super) sides: Arc<Sides>,
    /// One a speaker, in the order of [`Sides::speakers`].
    pub(super) probabilities: Vec<f32>,
    pub(super) found: Found,
    /// Entity written about.
    pub(super) target: Option<u8>,
    /// The words with names as masks, one space between them and at either end.
    pub(super) masked: String,
    /// Entities named, as bits.
    pub(super) named: u32,
    /// Kinds of wording, as bits.
    pub(super) kinds: u64,
    /// How many kinds of attack and of defence.
    pub(super) attacks: u8,
    pub(super) defences: u8,
    pub(super) share: u8,
    pub(super) subject: Reference,
    /// Kind of verb and object of the main frame.
    pub(super) main: Option<(VerbKind, Option<u8>)>,
    pub(super) pronoun: bool,
    pub(super) first_person: bool,
    pub(super) question: bool,
    pub(super) title: bool,
    /// Charges and push-back of each party around the sentence and in the article.
    pub(super) around: Around,
}

/// Charges (attack) and push-back (defence) in the mouths of the parties, each in [0, 1].
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// In the two sentences before, one pair a party.
    pub before: Vec<(f32, f32)>,
    /// In the two sentences behind.
    pub behind: Vec<(f32, f32)>,
    pub article: Arc<ArticleFigures>,
}

/// What an article is like as a whole, each figure in [0, 1].
#[derive(Debug, Clone, Default)]
pub(super) struct ArticleFigures {
    /// Charges and push-back, one pair a party.
    pub levels: Vec<(f32, f32)>,
    /// Share of sentences that name each party.
    pub named: Vec<f32>,
    /// Share of sentences that each party speaks.
    pub spoken: Vec<f32>,
    /// Twice the share of sentences that name two parties or more.
    pub together: f32,
    /// Charges and push-back in the title.
    pub title: (f32, f32),
}

impl AttributedSentence {
    /// Identifier of the most probable speaker; `None` for the writer's own voice.
    pub fn speaker(&self) -> Option<&str> {
        self.sides.speakers().get(self.speaker_number()).copied().filter(|speaker| *speaker != super::sides::NONE)
    }

    /// Speakers with their probabilities, which sum to 1: parties in the order of the sides file, OTHER, NONE.
    pub fn speaker_probabilities(&self) -> impl Iterator<Item = (&str, f32)> {
        self.sides.speakers().into_iter().zip(self.probabilities.iter().copied())
    }

    /// How the speaker was found.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// Identifier of the party or third party that the sentence is about, if it or the sentences before it name one.
    pub fn target(&self) -> Option<&str> {
        self.target.map(|entity| self.sides.entities()[usize::from(entity)].id.as_str())
    }

    /// The words with every name replaced by its party's mask.
    pub fn masked(&self) -> &str {
        self.masked.trim()
    }

    pub(super) fn speaker_number(&self) -> usize {
        let mut best = 0;
        for (speaker, p) in self.probabilities.iter().enumerate() {
            if *p > self.probabilities[best] {
                best = speaker;
            }
        }
        best
    }

    /// Whether the sentence names a party other than `party`.
    pub(super) fn names_other(&self, party: usize) -> bool {
        let parties = (1u32 << self.sides.parties().len()) - 1;
        self.named & parties & !(1 << party) != 0
    }

    /// Charge and push-back in the mouth of a party, each in [0, 2].
    pub(super) fn level(&self, party: usize) -> (f32, f32) {
        let p = self.probabilities[party];
        let other = self.names_other(party);
        let attack = p * f32::from(self.attacks.min(2)) * if other { 1.0 } else { 0.4 };
        (attack, p * f32::from(self.defences.min(2)) * if other { 1.0 } else { 0.6 })
    }
}

/// Puts the sentences of one article together. `probabilities` holds n_speakers for each, row by row.
pub(super) fn attribute(
    sides: &Arc<Sides>,
    readings: &[Reading],
    probabilities: &[f32],
    found: Vec<(usize, Found)>,
) -> Vec<AttributedSentence> {
    let k = sides.parties().len() + 2;
    let mut salience = vec![0.0f32; sides.entities().len()];
    let mut sentences: Vec<AttributedSentence> = Vec::with_capacity(readings.len());
    for (index, (reading, (ruled, found))) in readings.iter().zip(found).enumerate() {
        let probabilities = probabilities[index * k..(index + 1) * k].to_vec();
        for (entity, weight) in salience.iter_mut().enumerate() {
            *weight = DECAY * *weight + if reading.named & (1 << entity) != 0 { 1.0 } else { 0.0 };
        }
        let mut sentence = alone(sides, reading, probabilities);
        let speaker = sentence.speaker_number();
        sentence.found = if speaker == ruled {
            found
        } else if speaker == k - 1 {
            Found::Writer
        } else {
            Found::Context
        };
        sentence.target = target(&salience, speaker);
        sentences.push(sentence);
    }
    surround(sides, &mut sentences);
    sentences
}

/// What one sentence shows without its article.
fn alone(sides: &Arc<Sides>, reading: &Reading, probabilities: Vec<f32>) -> AttributedSentence {
    let lexicon = sides.lexicon();
    let kinds = lexicon.wordings().kinds(&reading.tokens);
    let bearing = |bears: Bears| (kinds & sides.kinds(bears)).count_ones() as u8;
    let list = &reading.tokens.list;
    let any = |flag: u32| list.iter().any(|t| lexicon.flags(t) & flag != 0 && t.shape != Shape::Capitals);
    AttributedSentence {
        sides: Arc::clone(sides),
        probabilities,
        found: Found::Writer,
        target: None,
        masked: masked(sides, reading),
        named: reading.named,
        kinds,
        attacks: bearing(Bears::Attack),
        defences: bearing(Bears::Defence),
        share: reading.quotation.share as u8,
        subject: reading.subject,
        main: reading.main().map(|frame| (frame.verb.kind, frame.object)),
        pronoun: any(flag::PRONOUN),
        first_person: any(flag::FIRST_PERSON),
        question: list.iter().any(|token| token.is_mark('?')),
        title: reading.title,
        around: Around::default(),
    }
}

/// Entity with the highest salience that does not speak itself.
fn target(salience: &[f32], speaker: usize) -> Option<u8> {
    let mut best: Option<usize> = None;
    for (entity, &weight) in salience.iter().enumerate() {
        if entity != speaker && weight > 0.1 && best.is_none_or(|best| weight > salience[best]) {
            best = Some(entity);
        }
    }
    best.map(|entity| entity as u8)
}

/// The words, lower-cased, with masks for names and `_n` for numbers. Quotation marks, `?`, `!` and `:` stay.
fn masked(sides: &Sides, reading: &Reading) -> String {
    let mut text = String::with_capacity(reading.tokens.list.len() * 6);
    text.push(' ');
    let mut previous = None;
    for (at, token) in reading.tokens.list.iter().enumerate() {
        let entity = match reading.tags[at] {
            Tag::Inside => continue,
            Tag::Name(name) => Some(name.entity),
            Tag::Nothing => reading.learnt[at],
        };
        let mask = entity.and_then(|e| sides.entities()[usize::from(e)].mask.as_deref());
        let word = match (mask, token.shape) {
            (Some(_), _) if previous == entity => continue,
            (Some(mask), _) => mask,
            (None, Shape::Number) => "_n",
            (None, Shape::Quote(_) | Shape::Mark('?' | '!' | ':')) => reading.tokens.lower(at),
            (None, Shape::Mark(_)) => continue,
            (None, _) => reading.tokens.lower(at),
        };
        previous = entity.filter(|_| mask.is_some());
        text.push_str(word);
        text.push(' ');
    }
    text
}

/// Fills in what lies around each sentence.
fn surround(sides: &Sides, sentences: &mut [AttributedSentence]) {
    let parties = sides.parties().len();
    let n = sentences.len();
    let levels: Vec<Vec<(f32, f32)>> =
        sentences.iter().map(|s| (0..parties).map(|party| s.level(party)).collect()).collect();
    let share = |count: usize| count as f32 / n.max(1) as f32;
    let mean = |of: &dyn Fn(usize) -> f32| (0..n).map(of).sum::<f32>() / n.max(1) as f32;
    let title = sentences
        .first()
        .map_or((0.0, 0.0), |s| (f32::from(s.attacks.min(2)) / 2.0, f32::from(s.defences.min(2)) / 2.0));
    let figures = Arc::new(ArticleFigures {
        levels: (0..parties)
            .map(|party| {
                let attack = mean(&|i| levels[i][party].0);
                ((3.0 * attack).min(1.0), (3.0 * mean(&|i| levels[i][party].1)).min(1.0))
            })
            .collect(),
        named: (0..parties).map(|p| share(sentences.iter().filter(|s| s.named & (1 << p) != 0).count())).collect(),
        spoken: (0..parties).map(|p| mean(&|i| sentences[i].probabilities[p])).collect(),
        together: (2.0 * share(sentences.iter().filter(|s| (s.named & ((1 << parties) - 1)).count_ones() > 1).count()))
            .min(1.0),
        title,
    });
    let sum = |range: std::ops::Range<usize>, party: usize| {
        let (attack, defence) =
            levels[range].iter().fold((0.0, 0.0), |sum, l| (sum.0 + l[party].0, sum.1 + l[party].1));
        ((attack / 4.0f32).min(1.0), (defence / 4.0f32).min(1.0))
    };
    for (index, sentence) in sentences.iter_mut().enumerate() {
        sentence.around = Around {
            before: (0..parties).map(|party| sum(index.saturating_sub(2)..index, party)).collect(),
            behind: (0..parties).map(|party| sum(index + 1..n.min(index + 3).max(index + 1), party)).collect(),
            article: Arc::clone(&figures),
        };
    }
}
