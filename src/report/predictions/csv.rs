//! Predictions as CSV.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::Write;
use std::sync::Arc;

use super::{DECIMALS, LabelledSentence, kept_name, own_columns};
use crate::error::{Error, Result};
use crate::input::Record;

/// The headers of a table, and where among them each kept column stands.
type Places = (Arc<Vec<String>>, Vec<Option<usize>>);

/// Writes a header and then a row a sentence.
pub struct PredictionCsv {
    labels: Vec<String>,
    /// Put an apostrophe before a cell that a spreadsheet would take for a formula.
    guard: bool,
    /// Names in the input, and under which they are kept; known once the first row has come.
    kept: Option<Vec<(String, String)>>,
    /// Where the kept columns stand in rows with these headers: looked up once a table, which may have a million.
    places: Option<Places>,
    buffer: String,
}

impl PredictionCsv {
    /// A writer for sentences with these labels.
    pub fn new(labels: &[String], guard: bool) -> Self {
        PredictionCsv { labels: labels.to_vec(), guard, kept: None, places: None, buffer: String::new() }
    }

    /// Writes one row, and before the first one the header.
    ///
    /// # Errors
    /// A row whose other columns are not those of the first row; failed writes.
    pub fn write(&mut self, sentence: &LabelledSentence<'_>, out: &mut dyn Write) -> Result<std::io::Result<()>> {
        self.buffer.clear();
        if self.kept.is_none() {
            self.header(sentence.record);
        }
        let kept = self.kept.take().unwrap_or_default();
        let row = self.row(sentence, &kept);
        self.kept = Some(kept);
        row?;
        Ok(out.write_all(self.buffer.as_bytes()))
    }

    /// The header alone, for an input without a sentence.
    pub fn finish(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        if self.kept.is_none() {
            self.buffer.clear();
            self.header(None);
            return out.write_all(self.buffer.as_bytes());
        }
        Ok(())
    }

    fn header(&mut self, record: Option<&Record>) {
        let own = own_columns(&self.labels);
        let names: Vec<String> = match record {
            Some(Record::Csv { headers, .. }) => headers.to_vec(),
            Some(Record::Json(object)) => object.keys().cloned().collect(),
            None => Vec::new(),
        };
        let kept: Vec<(String, String)> =
            names.into_iter().filter_map(|name| kept_name(&name, &own).map(|kept| (name, kept))).collect();
        for (index, name) in own.iter().chain(kept.iter().map(|(_, kept)| kept)).enumerate() {
            if index > 0 {
                self.buffer.push(',');
            }
            push_cell(name, self.guard, &mut self.buffer);
        }
        self.buffer.push_str("\r\n");
        self.kept = Some(kept);
    }

    fn row(&mut self, s: &LabelledSentence<'_>, kept: &[(String, String)]) -> Result<()> {
        let buffer = &mut self.buffer;
        push_cell(s.article, self.guard, buffer);
        push_number(s.sentence.position, buffer);
        push_number(s.sentence.span.start, buffer);
        push_number(s.sentence.span.end, buffer);
        buffer.push(',');
        push_cell(&s.sentence.text, self.guard, buffer);
        buffer.push(',');
        push_cell(s.label(&self.labels), self.guard, buffer);
        push_probability(s.probability(), buffer);
        for &probability in &s.prediction.probabilities {
            push_probability(probability, buffer);
        }
        buffer.push(',');
        push_cell(s.speaker.unwrap_or(""), self.guard, buffer);
        match s.record {
            Some(Record::Csv { headers, fields }) => {
                if self.places.as_ref().is_none_or(|(known, _)| !Arc::ptr_eq(known, headers)) {
                    self.places = Some((Arc::clone(headers), places(headers, kept, &own_columns(&self.labels))?));
                }
                for index in self.places.iter().flat_map(|(_, places)| places) {
                    buffer.push(',');
                    if let Some(index) = index {
                        push_cell(&fields[*index], self.guard, buffer);
                    }
                }
            }
            Some(Record::Json(object)) => {
                for (name, _) in kept {
                    buffer.push(',');
                    match object.get(name) {
                        None | Some(serde_json::Value::Null) => {}
                        Some(serde_json::Value::String(text)) => push_cell(text, self.guard, buffer),
                        Some(value) => push_cell(&value.to_string(), self.guard, buffer),
                    }
                }
            }
            None => kept.iter().for_each(|_| buffer.push(',')),
        }
        buffer.push_str("\r\n");
        Ok(())
    }
}

/// Where each of the kept columns stands among `headers`.
///
/// # Errors
/// A column that is not kept: the first row did not have it.
fn places(headers: &[String], kept: &[(String, String)], own: &[String]) -> Result<Vec<Option<usize>>> {
    // Several columns may have an empty name: each is taken once.
    let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
    headers.iter().zip(0..).for_each(|(name, index)| places.entry(name).or_default().push_back(index));
    let found = kept.iter().map(|(name, _)| places.get_mut(name.as_str()).and_then(VecDeque::pop_front)).collect();
    let known: HashSet<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
    match headers.iter().find(|h| kept_name(h, own).is_some() && !known.contains(h.as_str())) {
        None => Ok(found),
        Some(new) => Err(Error::data(
            format!("column {new:?}, which the first input does not have"),
            "label inputs with other columns one by one, or use -f jsonl",
        )),
    }
}

fn push_number(number: impl std::fmt::Display, buffer: &mut String) {
    use std::fmt::Write;
    // Writing to a string does not fail.
    let _ = write!(buffer, ",{number}");
}

fn push_probability(probability: f64, buffer: &mut String) {
    use std::fmt::Write;
    let _ = write!(buffer, ",{probability:.DECIMALS$}");
}

/// A cell, quoted where it must be, guarded where a spreadsheet would run it.
pub(crate) fn push_cell(text: &str, guard: bool, buffer: &mut String) {
    // A sign alone is no formula, and `-` is how standard input is called.
    let formula = guard && text.len() > 1 && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quote = text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ');
    if quote {
        buffer.push('"');
    }
    if formula {
        buffer.push('\'');
    }
    if quote {
        for (index, part) in text.split('"').enumerate() {
            if index > 0 {
                buffer.push_str("\"\"");
            }
            buffer.push_str(part);
        }
        buffer.push('"');
    } else {
        buffer.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::push_cell;

    fn cell(text: &str, guard: bool) -> String {
        let mut buffer = String::new();
        push_cell(text, guard, &mut buffer);
        buffer
    }

    #[test]
    fn cells_are_quoted_and_guarded_only_where_needed() {
        assert_eq!(cell("plain", true), "plain");
        assert_eq!(cell("a \"b\", c", true), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("=1+1", true), "'=1+1");
        assert_eq!(cell("=HYPERLINK(\"x\",1)", true), "\"'=HYPERLINK(\"\"x\"\",1)\"");
        assert_eq!(cell("=1+1", false), "=1+1");
    }
}
