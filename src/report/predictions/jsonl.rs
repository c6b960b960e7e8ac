//! Predictions as JSON objects, one a line, keys in the order of the CSV's columns.

use serde_json::{Map, Value, json};

use super::{DECIMALS, LabelledSentence, kept_name, own_columns};
use crate::input::Record;

/// One sentence as one line, its line feed included.
pub fn prediction_json(s: &LabelledSentence<'_>, labels: &[String]) -> String {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_string(), value);
    put("article", json!(s.article));
    put("position", json!(s.sentence.position));
    put("start", json!(s.sentence.span.start));
    put("end", json!(s.sentence.span.end));
    put("text", json!(s.sentence.text));
    put("label", if s.labelled { json!(labels[s.prediction.label]) } else { Value::Null });
    put("probability", rounded(s.probability()));
    for (label, &probability) in labels.iter().zip(&s.prediction.probabilities) {
        put(&format!("p_{label}"), rounded(probability));
    }
    put("speaker", s.speaker.map_or(Value::Null, |speaker| json!(speaker)));
    let own = own_columns(labels);
    match s.record {
        Some(Record::Csv { headers, fields }) => {
            for (name, field) in headers.iter().zip(fields) {
                if let Some(name) = kept_name(name, &own) {
                    put(&name, json!(field));
                }
            }
        }
        Some(Record::Json(record)) => {
            for (name, value) in record {
                if let Some(name) = kept_name(name, &own) {
                    put(&name, value.clone());
                }
            }
        }
        None => {}
    }
    Value::Object(object).to_string() + "\n"
}

fn rounded(probability: f64) -> Value {
    let factor = 10f64.powi(DECIMALS as i32);
    json!((probability * factor).round() / factor)
}
