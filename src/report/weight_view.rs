//! Features with weights as a page shows them: what a class listens to, what moved a mistaken decision.

use serde::Serialize;

use super::evaluation_html::Mistake;
use super::format::{clean, decimals, percent};
use super::page::Colours;

/// A feature with a bar as long as its weight, in percent of the strongest.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct WeightView {
    feature: String,
    weight: String,
    length: u32,
    against: bool,
}

/// Features with their weights, in the order given.
pub(super) fn weights<'a>(features: impl Iterator<Item = (&'a str, f64)> + Clone) -> Vec<WeightView> {
    let most = features.clone().map(|(_, weight)| weight.abs()).fold(0.0, f64::max);
    let view = |(feature, weight): (&str, f64)| WeightView {
        feature: clean(feature),
        weight: format!("{}{}", if weight > 0.0 { "+" } else { "" }, decimals(weight, 2)),
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
            features: weights(features.iter().map(|(feature, weight)| (feature.as_str(), *weight))),
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
            reasons: weights(mistake.reasons.iter().map(|reason| (reason.feature.as_str(), reason.contribution))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share_of_the_strongest() {
        let views = weights([("accused", 2.0), ("said", -0.5)].into_iter());
        assert_eq!((views[0].length, views[0].weight.as_str(), views[0].against), (100, "+2.00", false));
        assert_eq!((views[1].length, views[1].weight.as_str(), views[1].against), (25, "−0.50", true));
        assert_eq!(weights([("nothing", 0.0)].into_iter())[0].length, 0);
    }
}
