//! What the page of an evaluation shows beside figures: the strongest features, the surest mistakes, the day.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use rayon::prelude::*;
use stance::corpus::Corpus;
use stance::error::{Error, Result};
use stance::model_file::Model;
use stance::report::{Mistake, Reason};

/// How many features of a class are shown.
const FEATURES: usize = 12;
/// How many mistakes are shown.
const MISTAKES: usize = 20;
/// How many reasons of a mistake are shown.
const REASONS: usize = 6;

/// A model on labelled sentences.
pub(super) struct Measured<'a> {
    pub(super) model: &'a Model,
    pub(super) corpus: &'a Corpus,
    pub(super) paths: &'a [PathBuf],
    /// Gold class of each sentence.
    pub(super) gold: &'a [u32],
}

impl Measured<'_> {
    /// For each class its features with the greatest weights above the mean of the classes, strongest first.
    ///
    /// Names come from the model file; one with too many terms to hold them lends those that stand in the sentences.
    pub(super) fn strongest(&self) -> Vec<(String, Vec<(String, f64)>)> {
        let pipeline = &self.model.pipeline;
        let names: Vec<String> = match self.model.term_names() {
            Some(names) => names.into_iter().map(str::to_string).collect(),
            None => pipeline.tfidf.names(&self.corpus.sentences),
        };
        let centred = |column: usize, class: usize| {
            let classifier = &pipeline.classifier;
            let mean = classifier.weights_of(column as u32).map(f64::from).sum::<f64>() / classifier.n_classes() as f64;
            f64::from(classifier.weight(column as u32, class)) - mean
        };
        let of_class = |class: usize| {
            let named = names.iter().enumerate().filter(|(_, name)| !name.is_empty());
            let mut features: Vec<(usize, f64)> = named.map(|(column, _)| (column, centred(column, class))).collect();
            features.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let strongest = features.into_iter().take(FEATURES).filter(|(_, weight)| *weight > 0.0);
            strongest.map(|(column, weight)| (names[column].clone(), weight)).collect()
        };
        pipeline.labels.iter().enumerate().map(|(class, label)| (label.clone(), of_class(class))).collect()
    }

    /// The mistakes that the model was surest of, surest first.
    pub(super) fn mistakes(&self, predicted: &[Option<u32>], probabilities: &[f64]) -> Vec<Mistake> {
        let k = self.model.pipeline.labels.len();
        let mut wrong: Vec<(f64, usize)> = predicted
            .iter()
            .enumerate()
            .filter_map(|(row, class)| class.filter(|class| *class != self.gold[row]).map(|class| (class, row)))
            .map(|(class, row)| (probabilities[row * k + class as usize], row))
            .collect();
        wrong.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        wrong.truncate(MISTAKES);
        let articles = self.corpus.article_of();
        wrong.into_par_iter().map(|(probability, row)| self.mistake(row, probability, articles[row])).collect()
    }

    fn mistake(&self, row: usize, probability: f64, article: u32) -> Mistake {
        let pipeline = &self.model.pipeline;
        let sentence = &self.corpus.sentences[row];
        let gold = self.gold[row] as usize;
        let range = self.corpus.articles().nth(article as usize).unwrap_or(row..row + 1);
        let explanation = pipeline.explain_against(&self.corpus.sentences[range.clone()], row - range.start, gold);
        let several = pipeline.tfidf.blocks().len() > 1;
        let (label, contributions) = explanation.map_or_else(Default::default, |e| (e.label, e.contributions));
        let reasons = contributions.into_iter().take(REASONS).map(|c| Reason {
            feature: c.term,
            block: if several { c.block } else { String::new() },
            contribution: c.log_odds,
        });
        let (file, line) = self.corpus.place[row];
        let name = &self.corpus.article_ids[article as usize];
        Mistake {
            text: sentence.text.clone(),
            place: match name.as_str() {
                "" => format!("{}, line {line}", self.paths[file as usize].display()),
                name => format!("{name}, sentence {}", sentence.position + 1),
            },
            gold: pipeline.labels[gold].clone(),
            predicted: label,
            probability,
            reasons: reasons.collect(),
        }
    }
}

/// The day by the system's clock, in UTC; `SOURCE_DATE_EPOCH` takes the place of the clock, so that a report can be made
/// again byte by byte.
///
/// # Errors
/// `SOURCE_DATE_EPOCH` is not a number of seconds.
pub(super) fn today() -> Result<String> {
    let seconds = match std::env::var_os("SOURCE_DATE_EPOCH") {
        Some(value) => {
            let text = value.to_string_lossy();
            let bad = || Error::usage(format!("SOURCE_DATE_EPOCH={text}"), "expected seconds since 1970-01-01");
            text.trim().parse::<u64>().ok().filter(|&seconds| seconds < 253_402_300_800).ok_or_else(bad)?
        }
        None => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
    };
    Ok(date(seconds / 86_400))
}

/// `YYYY-MM-DD` of a day counted from 1970-01-01, by counting days from the first of March of the year 0, so that the
/// leap day is the last of its year.
fn date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_have_their_dates() {
        let known = [(0, "1970-01-01"), (59, "1970-03-01"), (11_016, "2000-02-29"), (19_722, "2023-12-31")];
        for (days, expected) in known {
            assert_eq!(date(days), expected);
        }
        assert_eq!(date(47_541), "2100-03-01");
    }
}
