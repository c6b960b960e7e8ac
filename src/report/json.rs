//! Figures as JSON: keys in a fixed order, every key always there, an undefined figure `null`.

use serde::Serialize;

use super::Provenance;
use crate::error::{Error, Result};
use crate::metrics::{Comparison, Evaluation};

#[derive(Serialize)]
struct EvaluationReport<'a> {
    measured: Option<&'a Provenance>,
    evaluation: &'a Evaluation,
    comparison: Option<&'a Comparison>,
}

/// An evaluation: `{"measured": …, "evaluation": …, "comparison": …}`, the first and last `null` where not given.
///
/// # Errors
/// None in practice: every figure can be written.
pub fn evaluation_json(
    evaluation: &Evaluation,
    measured: Option<&Provenance>,
    comparison: Option<&Comparison>,
) -> Result<String> {
    match serde_json::to_string_pretty(&EvaluationReport { measured, evaluation, comparison }) {
        Ok(text) => Ok(text + "\n"),
        Err(error) => Err(Error::data(format!("figures that are no JSON: {error}"), "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_is_null_and_keys_keep_their_order() {
        let labels = ["a".to_string(), "b".to_string()];
        let evaluation = Evaluation::new(&labels, &[0, 0], &[Some(0), None], None, &[0, 1], 1).unwrap();
        let text = evaluation_json(&evaluation, None, None).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let evaluation = &value["evaluation"];
        assert!(value["measured"].is_null() && evaluation["probabilities"].is_null());
        assert_eq!(evaluation["coverage"], 0.5);
        assert!(
            evaluation["classes"][1]["f1"]["value"].is_null() && evaluation["headline"]["matthews"]["value"].is_null()
        );
        assert_eq!(evaluation["confusion"], serde_json::json!([[1, 0], [0, 0]]));
        let places = ["measured", "labels", "coverage", "headline", "classes", "confusion", "baseline"]
            .map(|key| text.find(&format!("\"{key}\"")).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    }
}
