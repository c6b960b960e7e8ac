//! Attribution: the sentences of one article in order in, who speaks in each, about whom, and how that is known out.
//!
//! ```text
//! sentences ─▶ tokens ─▶ mentions ─▶ quotations, frames ─▶ speaker (tagger or rules) ─▶ attributed sentences ─▶ terms
//!            (tokens)   (lexicon of                        (posteriors)                                       (blocks of
//!                        the sides file)                                                                      features)
//! ```
//!
//! * [`Sides`]: who the parties are and how they speak: all that is about one dispute, read from a file;
//! * [`Attribution`]: a sides file and a speaker tagger, fitted once and then frozen;
//! * [`AttributedSentence`]: what was found, a source of terms for [`crate::features::TfIdf`];
//! * [`blocks`]: the blocks of those terms.
//!
//! Memory is bounded by one article.

mod english;
mod frames;
mod lexicon;
mod mentions;
mod names;
mod quotations;
mod reading;
mod reference;
mod rules;
mod schema;
mod sentence;
mod sides;
mod speaker_terms;
mod tagger;
mod terms;
mod tokens;
mod trie;
mod wording;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

pub use rules::Found;
pub use sentence::AttributedSentence;
pub use sides::{Bears, Entity, EntityKind, MAX_ENTITIES, NONE, OTHER, Sides};
pub use terms::blocks;

use crate::article::Sentence;
use crate::corpus::Corpus;
use crate::error::{Error, Result, hint};
use crate::storage::Values;
use reading::{ReadArticle, read};
use tagger::{States, Tagger};

/// Folds by article in which training sentences get the speaker of a tagger that has not seen them.
const FOLDS: usize = 5;
/// Probability that the rules give their answer where no tagger was trained.
const RULE_CERTAINTY: f32 = 0.9;

/// The attribution stage: a sides file with a speaker tagger, or with rules where the training data named no speakers.
#[derive(Debug, Clone)]
pub struct Attribution {
    sides: Arc<Sides>,
    tagger: Option<Tagger>,
}

/// An [`Attribution`] as plain values, as a model file holds it.
#[derive(Debug, Clone)]
pub struct AttributionParts {
    /// Text of the sides file.
    pub sides: String,
    /// The speaker tagger, if there is one.
    pub tagger: Option<TaggerParts>,
}

/// A speaker tagger as plain values.
#[derive(Debug, Clone)]
pub struct TaggerParts {
    /// Fingerprints of its terms in ascending order.
    pub terms: Values<u64>,
    /// Weights, those of a term side by side, one a speaker in the order of [`Sides::speakers`].
    pub weights: Values<f32>,
    /// One a speaker.
    pub intercepts: Vec<f64>,
}

impl Attribution {
    /// Learns the speaker tagger from the column `speaker` of `corpus`; without it the rules of the sides file stand in.
    ///
    /// The second value holds the sentences of the corpus in order. Their speakers come from taggers that have not seen their
    /// articles, so that what is learnt from them meets the same doubt later.
    ///
    /// # Errors
    /// A speaker that is neither a party of the sides file nor OTHER nor NONE; a tagger that cannot be fitted.
    pub fn fit(sides: Sides, corpus: &Corpus) -> Result<(Attribution, Vec<AttributedSentence>)> {
        let sides = Arc::new(sides);
        let speakers = numbers(&sides, corpus)?;
        let ranges: Vec<_> = corpus.articles().collect();
        let articles: Vec<ReadArticle> =
            ranges.par_iter().map(|range| read(&sides, &corpus.sentences[range.clone()])).collect();
        // An article takes part in training where every sentence has a speaker.
        let gold: Vec<Option<Vec<usize>>> =
            ranges.iter().map(|range| speakers[range.clone()].iter().copied().collect()).collect();
        let train = |fold: Option<usize>| -> Result<Option<Tagger>> {
            let chosen: Vec<(&ReadArticle, &[usize])> = articles
                .iter()
                .zip(&gold)
                .enumerate()
                .filter(|(index, _)| fold != Some(index % FOLDS))
                .filter_map(|(_, (article, gold))| Some((article, gold.as_deref()?)))
                .collect();
            let mut seen: Vec<usize> = chosen.iter().flat_map(|(_, gold)| gold.iter().copied()).collect();
            seen.sort_unstable();
            seen.dedup();
            if seen.len() < 2 { Ok(None) } else { Tagger::fit(&sides, &chosen).map(Some) }
        };
        let tagger = train(None)?;
        let attribution = Attribution { sides: Arc::clone(&sides), tagger };
        let folds = match attribution.tagger {
            Some(_) => (0..FOLDS).map(|fold| train(Some(fold))).collect::<Result<Vec<_>>>()?,
            None => vec![None; FOLDS],
        };
        let attributed: Vec<Vec<AttributedSentence>> = articles
            .into_par_iter()
            .enumerate()
            .map(|(index, article)| attributed(&sides, folds[index % FOLDS].as_ref(), article))
            .collect();
        Ok((attribution, attributed.into_iter().flatten().collect()))
    }

    /// Finds the speakers in one article, its sentences in order.
    pub fn analyse(&self, article: &[Sentence]) -> Vec<AttributedSentence> {
        attributed(&self.sides, self.tagger.as_ref(), read(&self.sides, article))
    }

    /// The sides file.
    pub fn sides(&self) -> &Sides {
        &self.sides
    }

    /// Whether the speaker is learnt, not found by rule.
    pub fn is_learnt(&self) -> bool {
        self.tagger.is_some()
    }

    /// All of it as plain values.
    pub fn to_parts(&self) -> AttributionParts {
        AttributionParts {
            sides: self.sides.source().to_string(),
            tagger: self.tagger.as_ref().map(|tagger| {
                let (terms, weights, intercepts) = tagger.parts();
                TaggerParts {
                    terms: Values::from(terms.to_vec()),
                    weights: Values::from(weights.to_vec()),
                    intercepts: intercepts.to_vec(),
                }
            }),
        }
    }

    /// From plain values. `path` is what errors name.
    ///
    /// # Errors
    /// A sides file that does not parse; terms out of order; weights that do not fit or are not finite.
    pub fn from_parts(parts: AttributionParts, path: &Path) -> Result<Attribution> {
        let damaged = |error: Error| Error::model(format!("damaged attribution: {}", error.found), "").at(path);
        let sides = Arc::new(Sides::parse(&parts.sides, path).map_err(damaged)?);
        let tagger = parts
            .tagger
            .map(|tagger| Tagger::from_parts(&sides, tagger.terms, tagger.weights, tagger.intercepts))
            .transpose()
            .map_err(damaged)?;
        Ok(Attribution { sides, tagger })
    }
}

fn attributed(sides: &Arc<Sides>, tagger: Option<&Tagger>, article: ReadArticle) -> Vec<AttributedSentence> {
    let probabilities = match tagger {
        Some(tagger) => tagger.posteriors(sides, &article),
        None => {
            let k = States::new(sides).n_speakers();
            let rest = (1.0 - RULE_CERTAINTY) / (k - 1) as f32;
            let row = |speaker: usize| (0..k).map(move |other| if other == speaker { RULE_CERTAINTY } else { rest });
            article.ruled.iter().flat_map(|(speaker, _)| row(*speaker)).collect()
        }
    };
    sentence::attribute(sides, &article.readings, &probabilities, article.ruled)
}

/// Number of the gold speaker of each sentence.
fn numbers(sides: &Sides, corpus: &Corpus) -> Result<Vec<Option<usize>>> {
    let known = sides.speakers();
    let number = |(index, name): (usize, &String)| {
        known.iter().position(|speaker| speaker == name).ok_or_else(|| {
            let advice = format!("{}the sides file has {}", hint(name, known.iter().copied()), known.join(", "));
            let error = Error::data(format!("speaker {name:?}"), advice).column("speaker");
            let row = corpus.speaker.iter().position(|speaker| *speaker == Some(index as u32));
            match row.map(|row| corpus.place[row]) {
                // Of several files the caller does not know which.
                Some((_, line)) if corpus.place.iter().all(|(file, _)| *file == 0) => error.line(line),
                _ => error,
            }
        })
    };
    let numbers = corpus.speaker_names.iter().enumerate().map(number).collect::<Result<Vec<_>>>()?;
    Ok(corpus.speaker.iter().map(|speaker| speaker.map(|index| numbers[index as usize])).collect())
}
