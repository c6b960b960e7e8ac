//! A file or stream comes in, [`Document`]s go out, one after the other.
//!
//! ```text
//! bytes ─▶ text    (any encoding)   ─▶ one article, cut into sentences
//!       ─▶ html    (readable part)  ─▶ one article, cut into sentences
//!       ─▶ lines                    ─▶ a sentence a line, each on its own
//!       ─▶ csv, jsonl ─▶ gather     ─▶ sentences by article, or articles in cells
//! ```
//!
//! **Memory** is bounded by one document ([`ReadOptions::max_article_bytes`]) for text and HTML, by one sentence for
//! lines and for rows without an article, and by [`ReadOptions::max_gathered_bytes`] for rows that name their article,
//! which may stand anywhere in the file; see [`ReadOptions::contiguous`].

mod csv;
mod encoding;
mod gather;
mod html;
mod jsonl;
mod line_chunks;
mod lines;
mod nesting;
mod order;
mod text;

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use crate::article::{Article, Sentence};
use crate::error::{Error, Result, nearest};

pub use line_chunks::{LineChunk, LineChunks};
pub use order::InRowOrder;

/// The shape of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InputFormat {
    /// By the extension of the file; plain text where it says nothing.
    #[default]
    Auto,
    /// One article in plain text.
    Text,
    /// One article in a web page.
    Html,
    /// One sentence a line, each on its own.
    Lines,
    /// A table with a header; `.tsv` means tabs.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl InputFormat {
    const NAMES: [(&'static str, InputFormat); 6] = [
        ("auto", InputFormat::Auto),
        ("text", InputFormat::Text),
        ("html", InputFormat::Html),
        ("lines", InputFormat::Lines),
        ("csv", InputFormat::Csv),
        ("jsonl", InputFormat::Jsonl),
    ];

    /// The names of all formats.
    pub fn names() -> impl Iterator<Item = &'static str> {
        InputFormat::NAMES.iter().map(|(name, _)| *name)
    }

    /// The format itself, or for [`InputFormat::Auto`] the one that the extension of `path` names.
    pub fn resolve(self, path: &Path) -> InputFormat {
        if self != InputFormat::Auto {
            return self;
        }
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "html" | "htm" | "xhtml" => InputFormat::Html,
            "csv" | "tsv" => InputFormat::Csv,
            "jsonl" | "ndjson" => InputFormat::Jsonl,
            _ => InputFormat::Text,
        }
    }
}

impl FromStr for InputFormat {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let names = InputFormat::NAMES;
        names.iter().find(|(n, _)| *n == name).map(|(_, format)| *format).ok_or_else(|| {
            let advice = match nearest(name, names.iter().map(|(n, _)| *n)) {
                Some(other) => format!("did you mean {other}?"),
                None => "choose one of auto, text, html, lines, csv, jsonl".to_string(),
            };
            Error::usage(format!("no input format {name:?}"), advice)
        })
    }
}

impl fmt::Display for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = InputFormat::NAMES.iter().find(|(_, format)| format == self).map_or("", |(name, _)| name);
        f.pad(name)
    }
}

/// What a text cell of a CSV row or JSON object holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cells {
    /// One sentence.
    #[default]
    Sentence,
    /// A whole article, to be cut into sentences.
    Article,
}

/// How an input is read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The shape of the input. Default [`InputFormat::Auto`].
    pub format: InputFormat,
    /// Column or key of the text. Default `text`.
    pub text_column: String,
    /// Column or key of the article's name. Default `article`; may be missing under that name.
    pub article_column: String,
    /// Column or key of the position in the article. Default `position`; may be missing under that name, and then
    /// the order of rows counts.
    pub position_column: String,
    /// What a text cell holds. Default [`Cells::Sentence`].
    pub cells: Cells,
    /// Rows of one article stand together: each article is passed on as soon as the next begins, in the memory of one
    /// article, and one that comes again is refused. Default false: all rows are held until the end, so that the rows
    /// of an article may stand anywhere.
    pub contiguous: bool,
    /// Longest sentence, in bytes. Default 1 MiB.
    pub max_sentence_bytes: usize,
    /// Largest article, in bytes. Default 64 MiB.
    pub max_article_bytes: usize,
    /// Most bytes of memory that are held while rows of articles are gathered. Default 2 GiB.
    pub max_gathered_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            format: InputFormat::Auto,
            text_column: "text".into(),
            article_column: "article".into(),
            position_column: "position".into(),
            cells: Cells::Sentence,
            contiguous: false,
            max_sentence_bytes: 1 << 20,
            max_article_bytes: 64 << 20,
            max_gathered_bytes: 2 << 30,
        }
    }
}

/// The row of a table that a sentence comes from, whole, with the columns this library does not know.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A CSV row: one field a header.
    Csv {
        /// Names of the columns, in order.
        headers: Arc<Vec<String>>,
        /// The fields, in the same order.
        fields: Vec<String>,
    },
    /// A JSON object.
    Json(serde_json::Map<String, serde_json::Value>),
}

/// An article with the rows it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The sentences in reading order. Spans are bytes of: the file for text and lines, the decoded text where the
    /// file was not UTF-8, the extracted text for HTML, the text cell for CSV and JSONL.
    pub article: Article,
    /// For each sentence the number of its row in the input, from 0: of its line for lines, 0 for text and HTML.
    pub rows: Vec<usize>,
    /// For CSV and JSONL the rows, by ascending number; every row of the input is in exactly one document.
    pub records: Vec<(usize, Record)>,
    /// The text that the spans refer to, where it is not the input's own bytes: HTML only.
    pub extracted: Option<String>,
    /// How many bytes of the input it was read from: by them a reader may tell how much is done.
    pub bytes: usize,
}

impl Document {
    /// What it takes in memory, in bytes, roughly: a measure for whoever collects documents.
    pub fn bytes(&self) -> usize {
        let sentences = self.article.sentences.iter().map(|s| size_of::<Sentence>() + s.text.len());
        let records = self.records.iter().map(|(_, record)| match record {
            Record::Csv { fields, .. } => fields.iter().map(|field| size_of::<String>() + field.len()).sum(),
            Record::Json(object) => object.iter().map(|(key, value)| key.len() + jsonl::memory(value)).sum::<usize>(),
        });
        sentences.chain(records).sum::<usize>() + self.extracted.as_ref().map_or(0, String::len)
    }
}

/// Opens `path` for reading; `-` is standard input.
///
/// # Errors
/// No such file, a folder, no permission.
pub fn open(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::with_capacity(1 << 16, std::io::stdin())));
    }
    let file = File::open(path).map_err(|e| Error::io(path, &e))?;
    if file.metadata().map_err(|e| Error::io(path, &e))?.is_dir() {
        return Err(Error::io(path, &std::io::ErrorKind::IsADirectory.into()));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
}

/// Reads all documents of `input` and hands each to `each` as soon as it is whole. `path` gives the format where that
/// is to be found out, the article's name, and the place in errors.
///
/// Documents come by the first row of each. Where rows of articles are mixed, [`InRowOrder`] puts results back into
/// the order of rows.
///
/// # Errors
/// What is no text of the format, a limit of `options` passed, nothing to read at all; and whatever `each` returns.
pub fn read_documents(
    path: &Path,
    input: Box<dyn BufRead + Send>,
    options: &ReadOptions,
    each: &mut dyn FnMut(Document) -> Result<()>,
) -> Result<()> {
    match options.format.resolve(path) {
        InputFormat::Html => html::read(path, input, options, each),
        InputFormat::Lines => lines::read(path, input, options, each),
        InputFormat::Csv => csv::read(path, input, options, each),
        InputFormat::Jsonl => jsonl::read(path, input, options, each),
        InputFormat::Text | InputFormat::Auto => text::read(path, input, options, each),
    }
}

/// An article's name for a whole file.
fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `bytes` as the file `name`.
    pub(super) fn read(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Vec<Document>> {
        let mut documents = Vec::new();
        let input = Box::new(std::io::Cursor::new(bytes.to_vec()));
        read_documents(Path::new(name), input, options, &mut |document| {
            documents.push(document);
            Ok(())
        })?;
        Ok(documents)
    }

    /// The texts of the sentences, a list a document.
    pub(super) fn texts(documents: &[Document]) -> Vec<Vec<&str>> {
        documents.iter().map(|d| d.article.sentences.iter().map(|s| s.text.as_str()).collect()).collect()
    }

    #[test]
    fn the_extension_names_the_format_unless_it_is_given() {
        let resolve = |name| InputFormat::Auto.resolve(Path::new(name));
        assert_eq!(resolve("a.txt"), InputFormat::Text);
        assert_eq!(resolve("a.HTM"), InputFormat::Html);
        assert_eq!(resolve("a.tsv"), InputFormat::Csv);
        assert_eq!(resolve("a.ndjson"), InputFormat::Jsonl);
        assert_eq!(resolve("-"), InputFormat::Text);
        assert_eq!(InputFormat::Lines.resolve(Path::new("a.csv")), InputFormat::Lines);
    }

    #[test]
    fn names_go_there_and_back() {
        for (name, format) in InputFormat::NAMES {
            assert_eq!(name.parse::<InputFormat>().unwrap(), format);
            assert_eq!(format.to_string(), name);
        }
        assert_eq!(
            "jsnol".parse::<InputFormat>().unwrap_err().to_string(),
            "no input format \"jsnol\"; did you mean jsonl?"
        );
    }

    #[test]
    fn missing_files_and_folders_are_refused() {
        let message = |path: &Path| open(path).err().expect("an error").to_string();
        assert_eq!(message(Path::new("no/such.txt")), "no/such.txt: no such file; check the path");
        let folder = tempfile::tempdir().unwrap();
        assert!(message(folder.path()).ends_with("is a folder, not a file; name the files in the folder"));
    }

    #[test]
    fn an_empty_input_is_refused_in_every_format() {
        for format in ["text", "html", "lines", "csv", "jsonl"] {
            let options = ReadOptions { format: format.parse().unwrap(), ..ReadOptions::default() };
            let error = read("a", b"", &options).unwrap_err().to_string();
            assert!(error.starts_with("a: is empty; expected"), "{format}: {error}");
        }
    }

    #[test]
    fn an_error_of_the_reader_stops_the_reading() {
        let input = Box::new(std::io::Cursor::new(b"a\nb\n".to_vec()));
        let options = ReadOptions { format: InputFormat::Lines, ..ReadOptions::default() };
        let mut count = 0;
        let result = read_documents(Path::new("-"), input, &options, &mut |_| {
            count += 1;
            Err(Error::data("enough", ""))
        });
        assert_eq!((result.unwrap_err().found.as_str(), count), ("enough", 1));
    }
}
