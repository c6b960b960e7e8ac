//! A plain text comes in, one article named like its file goes out. Spans are bytes of the file.

use std::io::BufRead;
use std::path::Path;

use super::encoding::{self, line_of};
use super::{Document, ReadOptions, file_name};
use crate::article::{Article, Sentence};
use crate::error::{Error, Result};
use crate::sentences;

pub(super) fn read(
    path: &Path,
    mut input: Box<dyn BufRead + Send>,
    options: &ReadOptions,
    each: &mut dyn FnMut(Document) -> Result<()>,
) -> Result<()> {
    let decoded = encoding::read_text(path, &mut input, options.max_article_bytes, false)?;
    let mut article = cut(path, file_name(path), &decoded.text, options.max_sentence_bytes)?;
    for sentence in &mut article.sentences {
        sentence.span = sentence.span.start + decoded.offset..sentence.span.end + decoded.offset;
    }
    let rows = vec![0; article.sentences.len()];
    let bytes = decoded.text.len();
    each(Document { article, rows, records: Vec::new(), extracted: None, bytes })
}

/// Cuts a text into the sentences of an article.
///
/// # Errors
/// A sentence of more than `limit` bytes, with its line in the text.
pub(super) fn cut(path: &Path, id: String, text: &str, limit: usize) -> Result<Article> {
    let mut sentences = Vec::new();
    for (position, (span, paragraph)) in sentences::split(text).into_iter().enumerate() {
        if span.len() > limit {
            return Err(too_long(span.len(), limit).at(path).line(line_of(text, span.start)));
        }
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        sentences.push(Sentence { text: text[span.clone()].to_string(), span, position, paragraph });
    }
    Ok(Article { id, sentences })
}

/// The error for a sentence over the limit.
pub(super) fn too_long(length: usize, limit: usize) -> Error {
    Error::data(
        format!("a sentence of {length} bytes, more than {limit}"),
        "expected prose; raise --max-sentence-bytes if it is meant",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, texts};
    use super::*;

    #[test]
    fn spans_are_bytes_of_the_file_after_a_mark_too() {
        let file = "\u{feff}A heading\r\n\r\nThe army said no. “Never,” it added.\r\n";
        let documents = read("some/news.txt", file.as_bytes(), &ReadOptions::default()).unwrap();
        assert_eq!(texts(&documents), [["A heading", "The army said no.", "“Never,” it added."]]);
        let article = &documents[0].article;
        assert_eq!(article.id, "news.txt");
        for (i, sentence) in article.sentences.iter().enumerate() {
            assert_eq!(&file[sentence.span.clone()], sentence.text);
            assert_eq!(sentence.position as usize, i);
        }
        assert_eq!(article.sentences.iter().map(|s| s.paragraph).collect::<Vec<_>>(), [0, 1, 1]);
        assert_eq!(documents[0].rows, [0, 0, 0]);
    }

    #[test]
    fn a_sentence_over_the_limit_is_refused_with_its_line() {
        let options = ReadOptions { max_sentence_bytes: 20, ..ReadOptions::default() };
        let error = read("a.txt", b"Short.\n\nThis one is far longer than that.", &options).unwrap_err();
        assert!(error.to_string().starts_with("a.txt:3: a sentence of 33 bytes, more than 20;"), "{error}");
    }
}
