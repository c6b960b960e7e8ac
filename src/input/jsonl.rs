//! JSON objects come in, one a line; articles go out as from a CSV table whose columns are the keys.
//!
//! Blank lines are skipped but counted in line numbers. The name of an article may be a string or a number, a position
//! and a paragraph a whole number, also as a string; `null` is the same as no key. Spans are bytes of the decoded string.

use std::io::BufRead;
use std::path::Path;

use serde_json::{Map, Value};

use super::gather::{Gather, InputRow};
use super::lines::next_line;
use super::{Cells, Document, ReadOptions, Record};
use crate::error::{Error, Focus, Result, nearest};

pub(super) fn read(
    path: &Path,
    mut input: Box<dyn BufRead + Send>,
    options: &ReadOptions,
    each: &mut dyn FnMut(Document) -> Result<()>,
) -> Result<()> {
    // In JSON a byte may take six (`\u0001`), and other keys stand beside the text.
    let text_bytes = match options.cells {
        Cells::Sentence => options.max_sentence_bytes,
        Cells::Article => options.max_article_bytes,
    };
    let limit = text_bytes.saturating_mul(2).max(16 << 20);
    let mut gather = Gather::new(path, options, each);
    let (mut bytes, mut row, mut line) = (Vec::new(), 0, 0);
    loop {
        line += 1;
        if !next_line(path, &mut input, limit, line, &mut bytes).map_err(|e| Error { advice: ADVICE.into(), ..e })? {
            break;
        }
        let content = if line == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes) } else { &bytes };
        let error = |found: String, advice: &str| Error::data(found, advice).at(path).line(line);
        let content = std::str::from_utf8(content)
            .map_err(|_| error("bytes that are not UTF-8".into(), "save the file as UTF-8"))?;
        if content.trim().is_empty() {
            continue;
        }
        let object: Map<String, Value> = serde_json::from_str(content.trim_end()).map_err(|e| {
            let cause = e.to_string();
            let cause = cause.rfind(" at line ").map_or(cause.as_str(), |i| &cause[..i]);
            let at = e.column().saturating_sub(1);
            error(format!("{cause} at byte {}", e.column()), ADVICE).focus(Focus::Bytes(at..at + 1))
        })?;
        let size = object.iter().map(|(key, value)| key.len() + memory(value)).sum();
        let row_of_file = to_row(&object, options, size, row).map_err(|e| e.at(path).line(line))?;
        gather.push(row_of_file.on(line, bytes.len(), object))?;
        row += 1;
    }
    if row == 0 {
        return Err(Error::data("is empty", ADVICE).at(path));
    }
    gather.finish()
}

const ADVICE: &str = "expected one JSON object a line";

impl InputRow {
    fn on(self, line: u64, bytes: usize, object: Map<String, Value>) -> Self {
        InputRow { line, bytes, record: Record::Json(object), ..self }
    }
}

fn to_row(object: &Map<String, Value>, options: &ReadOptions, memory: usize, row: usize) -> Result<InputRow> {
    let text = match object.get(&options.text_column) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => return Err(wrong(&options.text_column, other, "a string")),
        None => {
            let advice = match nearest(&options.text_column, object.keys().map(String::as_str)) {
                Some(other) => format!("did you mean --text-column {other}?"),
                None => "name it with --text-column".to_string(),
            };
            let keys: Vec<&str> = object.keys().take(20).map(String::as_str).collect();
            return Err(Error::data(format!("no key {:?} among {}", options.text_column, keys.join(", ")), advice));
        }
    };
    if text.contains('\0') {
        return Err(Error::data("NUL byte", "expected text").column(&options.text_column));
    }
    let article = match object.get(&options.article_column) {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.trim().to_string()).filter(|name| !name.is_empty()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(other) => return Err(wrong(&options.article_column, other, "a string")),
    };
    let is_sentence = options.cells == Cells::Sentence;
    let number = |key: &str| if is_sentence { whole_number(object, key) } else { Ok(None) };
    let position = if article.is_some() { number(&options.position_column)? } else { None };
    let paragraph = number("paragraph")?.unwrap_or(0);
    Ok(InputRow {
        row,
        line: 0,
        article,
        position,
        paragraph,
        text,
        bytes: 0,
        memory,
        record: Record::Json(Map::new()),
    })
}

/// What a value takes in memory, in bytes: many times its text where that is all brackets.
pub(super) fn memory(value: &Value) -> usize {
    size_of::<Value>()
        + match value {
            Value::String(text) => text.len(),
            Value::Array(values) => values.iter().map(memory).sum(),
            // A key has its own string and its place in the index.
            Value::Object(object) => object.iter().map(|(key, value)| key.len() + 64 + memory(value)).sum(),
            _ => 0,
        }
}

/// The whole number from 0 under `key`; an empty string is no number and no error.
fn whole_number(object: &Map<String, Value>, key: &str) -> Result<Option<u32>> {
    let value = match object.get(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(value) => value,
    };
    let number = match value {
        Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.map(Some).ok_or_else(|| wrong(key, value, "a whole number from 0"))
}

fn wrong(key: &str, value: &Value, expected: &str) -> Error {
    let mut found = value.to_string();
    if found.len() > 60 {
        found.truncate(found.floor_char_boundary(57));
        found.push('…');
    }
    Error::data(found, format!("expected {expected}")).column(key)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, texts};
    use super::super::{Cells, ReadOptions, Record};

    #[test]
    fn brackets_count_by_what_they_take_in_memory() {
        let row = format!("{{\"text\":\"a\",\"article\":\"b\",\"x\":[{}0]}}\n", "[],".repeat(10_000));
        let options = ReadOptions { max_gathered_bytes: 200_000, ..ReadOptions::default() };
        let error = read("t.jsonl", row.as_bytes(), &options).unwrap_err().to_string();
        assert!(error.starts_with("t.jsonl:1: more than 200000 bytes"), "{error}");
    }

    #[test]
    fn objects_are_rows_and_keep_their_other_keys() {
        let file = "\u{feff}{\"text\":\"Two\",\"article\":7,\"position\":1,\"tag\":[1]}\r\n\n\
                    {\"text\":\"One\",\"article\":\"7\",\"position\":\"0\",\"paragraph\":null}\n{\"text\":\"é\"}";
        let documents = read("t.jsonl", file.as_bytes(), &ReadOptions::default()).unwrap();
        assert_eq!(texts(&documents), [vec!["é"], vec!["One", "Two"]]);
        assert_eq!(documents[1].rows, [1, 0]);
        let Record::Json(object) = &documents[1].records[0].1 else { panic!("an object") };
        assert_eq!(object["tag"][0], 1);
    }

    #[test]
    fn a_text_may_hold_an_article() {
        let options = ReadOptions { cells: Cells::Article, ..ReadOptions::default() };
        let documents = read("t.jsonl", br#"{"text":"Title\n\nIt fell. It rose."}"#, &options).unwrap();
        assert_eq!(texts(&documents), [["Title", "It fell.", "It rose."]]);
    }

    #[test]
    fn bad_lines_are_refused_with_line_and_key() {
        let message = |file: &[u8]| read("t.jsonl", file, &ReadOptions::default()).unwrap_err().to_string();
        assert_eq!(
            message(b"{\"text\":\"a\"}\n{\"text\":\n"),
            "t.jsonl:2: EOF while parsing a value at byte 8; expected one JSON object a line"
        );
        assert_eq!(
            message(b"{\"txt\":\"a\"}\n"),
            "t.jsonl:1: no key \"text\" among txt; did you mean --text-column txt?"
        );
        assert_eq!(message(b"{\"text\":7}"), "t.jsonl:1:text: 7; expected a string");
        assert!(message(b"{\"text\":\" \"}").starts_with("t.jsonl:1:text: empty text"));
        assert!(message(b"{\"text\":\"a\\u0000\"}").starts_with("t.jsonl:1:text: NUL byte"));
        assert!(message(b"\n{\"text\":\"\xff\"}").starts_with("t.jsonl:2: bytes that are not UTF-8"));
        assert!(message(b"[1]").starts_with("t.jsonl:1: invalid type: sequence"));
        assert!(message(b"{\"text\":\"a\",\"article\":\"x\",\"position\":-1}").starts_with("t.jsonl:1:position: -1"));
        let mixed = b"{\"text\":\"a\",\"article\":\"x\",\"position\":1}\n{\"text\":\"b\",\"article\":\"x\"}";
        assert!(message(mixed).starts_with("t.jsonl:2:position: no position, though line 1"));
        let deep = format!("{{\"text\":{}", "[".repeat(100_000));
        assert!(message(deep.as_bytes()).starts_with("t.jsonl:1: recursion limit exceeded"));
    }
}
