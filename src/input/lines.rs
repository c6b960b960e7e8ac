//! Lines come in, each goes out as a sentence on its own, in an article without a name.
//!
//! A blank line yields nothing but is counted: [`Document::rows`] and errors tell the place in the file. Spans are
//! bytes of the file. Memory holds one line. A line that is not UTF-8 is read as windows-1252; then, as in UTF-16, which
//! is decoded as a whole, spans are bytes of the decoded text.

use std::borrow::Cow;
use std::io::{BufRead, Cursor, Read};
use std::path::Path;

use super::encoding::{self, mark};
use super::text::too_long;
use super::{Document, ReadOptions};
use crate::article::{Article, Sentence};
use crate::error::{Error, Result};

pub(super) fn read(
    path: &Path,
    input: Box<dyn BufRead + Send>,
    options: &ReadOptions,
    each: &mut dyn FnMut(Document) -> Result<()>,
) -> Result<()> {
    let (mut input, mut offset) = after_mark(path, input, options)?;
    let mut found_any = false;
    let mut bytes = Vec::new();
    for row in 0.. {
        let line = row as u64 + 1;
        if !next_line(path, &mut input, options.max_sentence_bytes, line, &mut bytes)? {
            break;
        }
        let whole = decoded(&bytes);
        if whole.contains('\0') {
            return Err(encoding::nul(path, line));
        }
        let text = whole.trim();
        if !text.is_empty() {
            found_any = true;
            let start = offset + whole.len() - whole.trim_start().len();
            let span = start..start + text.len();
            let sentence = Sentence { text: text.to_string(), span, position: 0, paragraph: 0 };
            let article = Article { id: String::new(), sentences: vec![sentence] };
            each(Document { article, rows: vec![row], records: Vec::new(), extracted: None, bytes: bytes.len() })?;
        }
        offset += whole.len();
    }
    if !found_any {
        return Err(empty(path));
    }
    Ok(())
}

/// The input behind its byte order mark, in UTF-8 where the mark tells of another encoding, and the length of the mark.
pub(super) fn after_mark(
    path: &Path,
    mut input: Box<dyn BufRead + Send>,
    options: &ReadOptions,
) -> Result<(Box<dyn BufRead + Send>, usize)> {
    match mark(input.fill_buf().map_err(|e| Error::io(path, &e))?) {
        Some((encoding, length)) if encoding == encoding_rs::UTF_8 => {
            input.consume(length);
            Ok((input, length))
        }
        Some(_) => {
            let text = encoding::read_text(path, &mut input, options.max_article_bytes, false)?.text;
            Ok((Box::new(Cursor::new(text.into_bytes())), 0))
        }
        None => Ok((input, 0)),
    }
}

/// A line as text.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => encoding::windows_1252(bytes),
    }
}

pub(super) fn empty(path: &Path) -> Error {
    Error::data("is empty", "expected one sentence a line").at(path)
}

/// # Errors
/// A line of more than `limit` bytes, its end not counted.
pub(super) fn check_length(path: &Path, line_number: u64, line: &[u8], limit: usize) -> Result<()> {
    let length = line.strip_suffix(b"\n").map_or(line.len(), |b| b.strip_suffix(b"\r").unwrap_or(b).len());
    if length > limit {
        let Error { advice, .. } = too_long(length, limit);
        return Err(Error::data(format!("a line of more than {limit} bytes"), advice).at(path).line(line_number));
    }
    Ok(())
}

/// Reads a line with its end into `bytes`; false at the end of the input.
///
/// # Errors
/// Failed reads and a line of more than `limit` bytes, its end not counted.
pub(super) fn next_line(
    path: &Path,
    input: &mut dyn BufRead,
    limit: usize,
    line: u64,
    bytes: &mut Vec<u8>,
) -> Result<bool> {
    bytes.clear();
    input.take(limit as u64 + 2).read_until(b'\n', bytes).map_err(|e| Error::io(path, &e))?;
    check_length(path, line, bytes, limit)?;
    Ok(!bytes.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, texts};
    use super::super::{InputFormat, ReadOptions};

    fn options() -> ReadOptions {
        ReadOptions { format: InputFormat::Lines, ..ReadOptions::default() }
    }

    #[test]
    fn a_line_is_a_sentence_and_blank_lines_keep_their_place() {
        let file = "\u{feff}First. Still first.\r\n\r\n  Second \nlast";
        let documents = read("-", file.as_bytes(), &options()).unwrap();
        assert_eq!(texts(&documents), [["First. Still first."], ["Second"], ["last"]]);
        assert_eq!(documents.iter().map(|d| d.rows[0]).collect::<Vec<_>>(), [0, 2, 3]);
        for document in &documents {
            let sentence = &document.article.sentences[0];
            assert_eq!(&file[sentence.span.clone()], sentence.text);
        }
    }

    #[test]
    fn other_encodings_are_read() {
        assert_eq!(texts(&read("-", b"caf\xe9\nno", &options()).unwrap()), [["café"], ["no"]]);
        assert_eq!(texts(&read("-", b"\xff\xfea\0\n\0b\0", &options()).unwrap()), [["a"], ["b"]]);
    }

    #[test]
    fn long_lines_and_nul_are_refused_with_their_line() {
        let options = ReadOptions { max_sentence_bytes: 5, ..options() };
        assert_eq!(texts(&read("-", b"12345\r\n12345\n12345", &options).unwrap()).len(), 3);
        let error = read("-", b"ok\n123456\n", &options).unwrap_err().to_string();
        assert!(error.starts_with("-:2: a line of more than 5 bytes;"), "{error}");
        assert!(read("-", b"ok\na\0\n", &options).unwrap_err().to_string().starts_with("-:2: NUL byte"));
    }

    #[test]
    fn a_line_of_fifty_megabytes_is_refused_in_every_format() {
        let line = vec![b'a'; 50 << 20];
        for format in ["text", "html", "lines", "csv", "jsonl"] {
            let options = ReadOptions { format: format.parse().unwrap(), ..ReadOptions::default() };
            let error = read("-", &line, &options).unwrap_err().to_string();
            assert!(error.starts_with("-:1: a "), "{format}: {error}");
        }
    }
}
