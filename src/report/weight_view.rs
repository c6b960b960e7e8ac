//! Features with weights as a page shows them: what a class listens to, what moved a mistaken decision.

use serde::Serialize;

use super::evaluation_html::Mistake;
use super::format::{clean, percent, signed_decimals};
use super::page::Colours;

/// A feature with a bar as long as its weight, in percent of the strongest.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct WeightView {
    feature: String,
    /// The block it is from; empty where that goes without saying.
    block: String,
    weight: String,
    length: u32,
    against: bool,
}

/// Features with their weights, in the order given: term, block (may be empty), weight.
pub(super) fn weights<'a>(features: impl Iterator<Item = (&'a str, &'a str, f64)> + Clone) -> Vec<WeightView> {
    let most = features.clone().map(|(.., weight)| weight.abs()).fold(0.0, f64::max);
    let view = |(term, block, weight): (&str, &str, f64)| WeightView {
        feature: clean(term),
        block: clean(block),
        weight: signed_decimals(weight, 2),
        length: if most > 0.0 { (weight.abs() / most * 100.0).round() as u32 } else { 0 },
        against: weight < 0.0,
    };
    features.map(view).collect()
}

/// The strongest features of a class.
#[derive(Debug, Serialize)]
pub(super) struct StrongestView {
    label: String,
    colour: usize,
    features: Vec<WeightView>,
}

impl StrongestView {
    pub(super) fn of(colours: &Colours<'_>, label: &str, features: &[(String, f64)]) -> Self {
        StrongestView {
            label: clean(label),
            colour: colours.named(label),
            features: weights(features.iter().map(|(feature, weight)| (feature.as_str(), "", *weight))),
        }
    }
}

/// A mistake and what moved it.
#[derive(Debug, Serialize)]
pub(super) struct MistakeView {
    text: String,
    place: String,
    gold: String,
    gold_colour: usize,
    predicted: String,
    predicted_colour: usize,
    probability: String,
    reasons: Vec<WeightView>,
}

impl MistakeView {
    pub(super) fn of(colours: &Colours<'_>, mistake: &Mistake) -> Self {
        MistakeView {
            text: clean(&mistake.text),
            place: clean(&mistake.place),
            gold: clean(&mistake.gold),
            gold_colour: colours.named(&mistake.gold),
            predicted: clean(&mistake.predicted),
            predicted_colour: colours.named(&mistake.predicted),
            probability: percent(Some(mistake.probability)),
            reasons: weights(mistake.reasons.iter().map(|r| (r.feature.as_str(), r.block.as_str(), r.contribution))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share_of_the_strongest() {
        let views = weights([("accused", "", 2.0), ("PK|said", "words", -0.5)].into_iter());
        assert_eq!((views[0].length, views[0].weight.as_str(), views[0].against), (100, "+2.00", false));
        assert_eq!((views[1].length, views[1].weight.as_str(), views[1].against), (25, "−0.50", true));
        assert_eq!((views[1].feature.as_str(), views[1].block.as_str()), ("PK|said", "words"));
        assert_eq!(weights([("nothing", "", 0.0)].into_iter())[0].length, 0);
    }
}
