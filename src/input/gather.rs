//! Rows of a table come in, whatever the table; documents go out, each as soon as it is whole.
//!
//! A row without an article's name is a document of its own and passes at once, as does a cell that holds an article.
//! Rows that share a name are held, to the end of the input or, where the caller knows that they stand together, to the
//! beginning of the next article; then they are put in order of position.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::text::{cut, too_long};
use super::{Cells, Document, ReadOptions, Record};
use crate::article::{Article, Sentence};
use crate::error::{Error, Result};

/// What a row that waits for the rest of its article costs beside its cells: a measured figure, rounded up.
const ROW_BYTES: usize = 512;
/// What the first row of an article costs likewise, and a row on its own that is labelled but waits for articles before it.
const DOCUMENT_BYTES: usize = 1024;

/// One row of a table, before it is known which others belong to it.
pub(super) struct InputRow {
    /// Number of the row, from 0.
    pub row: usize,
    /// Line of the file, from 1.
    pub line: u64,
    pub article: Option<String>,
    pub position: Option<u32>,
    pub paragraph: u32,
    /// The text cell, as it stands.
    pub text: String,
    /// Size of the row in the file, in bytes.
    pub bytes: usize,
    /// What its cells take in memory, in bytes.
    pub memory: usize,
    pub record: Record,
}

/// Collects rows and hands on documents.
pub(super) struct Gather<'a> {
    path: &'a Path,
    options: &'a ReadOptions,
    each: &'a mut dyn FnMut(Document) -> Result<()>,
    /// Articles that are not finished, in the order of their first rows.
    pending: Vec<(String, Vec<InputRow>)>,
    index: HashMap<String, usize>,
    /// Hashes of the names of finished articles.
    finished: HashSet<u64>,
    held: usize,
}

impl<'a> Gather<'a> {
    pub fn new(path: &'a Path, options: &'a ReadOptions, each: &'a mut dyn FnMut(Document) -> Result<()>) -> Self {
        let (pending, index, finished) = (Vec::new(), HashMap::new(), HashSet::new());
        Gather { path, options, each, pending, index, finished, held: 0 }
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// An empty text, a limit passed, an article that comes again though rows stand together.
    pub fn push(&mut self, row: InputRow) -> Result<()> {
        let text = self.options.text_column.as_str();
        let error = |error: Error| error.at(self.path).line(row.line).column(text);
        let trimmed = row.text.trim();
        if trimmed.is_empty() {
            return Err(error(Error::data("empty text", "write the text or remove the row")));
        }
        if self.options.cells == Cells::Article {
            if row.text.len() > self.options.max_article_bytes {
                let found = format!("an article of more than {} bytes", self.options.max_article_bytes);
                return Err(error(Error::data(found, "expected one article a row")));
            }
            let id = row.article.unwrap_or_default();
            let article = cut(self.path, id, &row.text, self.options.max_sentence_bytes)
                .map_err(|e| Error::data(e.found, e.advice).at(self.path).line(row.line).column(text))?;
            let rows = vec![row.row; article.sentences.len()];
            let (records, bytes) = (vec![(row.row, row.record)], row.bytes);
            return (self.each)(Document { article, rows, records, extracted: None, bytes });
        }
        if trimmed.len() > self.options.max_sentence_bytes {
            return Err(error(too_long(trimmed.len(), self.options.max_sentence_bytes)));
        }
        let Some(name) = row.article.clone() else {
            if self.options.contiguous {
                self.flush()?;
            } else if !self.pending.is_empty() {
                // Whoever writes results in the order of rows holds this one until the articles before it are whole.
                self.hold(row.memory + DOCUMENT_BYTES, row.line)?;
            }
            let document = self.document(String::new(), vec![row])?;
            return (self.each)(document);
        };
        if self.options.contiguous && self.pending.last().is_some_and(|(pending, _)| *pending != name) {
            self.flush()?;
        }
        if self.finished.contains(&hash(&name)) {
            let found = format!("article {name:?} again, after others");
            let advice = "sort the rows by article, or leave out the option that says they are";
            let error = Error::data(found, advice).at(self.path).line(row.line);
            return Err(error.column(self.options.article_column.as_str()));
        }
        let cost = if self.index.contains_key(&name) { ROW_BYTES } else { DOCUMENT_BYTES };
        self.hold(row.memory + cost, row.line)?;
        let at = *self.index.entry(name.clone()).or_insert_with(|| {
            self.pending.push((name, Vec::new()));
            self.pending.len() - 1
        });
        self.pending[at].1.push(row);
        Ok(())
    }

    /// Counts bytes that stay in memory.
    fn hold(&mut self, bytes: usize, line: u64) -> Result<()> {
        self.held += bytes;
        let (limit, advice) = if self.options.contiguous {
            (self.options.max_article_bytes, "expected smaller articles")
        } else {
            (self.options.max_gathered_bytes, "split the file, or sort its rows by article and say --contiguous")
        };
        if self.held > limit {
            let found = format!("more than {limit} bytes in rows whose articles may go on");
            return Err(Error::data(found, advice).at(self.path).line(line));
        }
        Ok(())
    }

    /// Hands on what is still held.
    ///
    /// # Errors
    /// Two rows at one position, a row without a position among others; and what the receiver returns.
    pub fn finish(mut self) -> Result<()> {
        self.flush()
    }

    fn flush(&mut self) -> Result<()> {
        self.index.clear();
        self.held = 0;
        for (name, rows) in std::mem::take(&mut self.pending) {
            if self.options.contiguous {
                self.finished.insert(hash(&name));
            }
            let document = self.document(name, rows)?;
            (self.each)(document)?;
        }
        Ok(())
    }

    /// The rows of one article in order of position.
    fn document(&self, id: String, mut rows: Vec<InputRow>) -> Result<Document> {
        let place = |line: u64| Error::data("", "").at(self.path).line(line).column(&self.options.position_column);
        if let Some(with) = rows.iter().find(|row| row.position.is_some())
            && let Some(without) = rows.iter().find(|row| row.position.is_none())
        {
            let found = format!("no position, though line {} of the same article has one", with.line);
            let advice = "give every sentence of the article a position, or none".to_string();
            return Err(Error { found, advice, ..place(without.line) });
        }
        rows.sort_by_key(|row| (row.position, row.row));
        if let Some(pair) = rows.windows(2).find(|w| w[0].position.is_some() && w[0].position == w[1].position) {
            let found = format!("article and position of line {} again", pair[0].line);
            let advice = "give each sentence of an article its own position".to_string();
            return Err(Error { found, advice, ..place(pair[1].line) });
        }
        let mut document = Document {
            article: Article { id, sentences: Vec::new() },
            rows: Vec::new(),
            records: Vec::new(),
            extracted: None,
            bytes: rows.iter().map(|row| row.bytes).sum(),
        };
        for (i, row) in rows.into_iter().enumerate() {
            let text = row.text.trim();
            let start = row.text.len() - row.text.trim_start().len();
            document.article.sentences.push(Sentence {
                text: text.to_string(),
                span: start..start + text.len(),
                position: row.position.unwrap_or(u32::try_from(i).unwrap_or(u32::MAX)),
                paragraph: row.paragraph,
            });
            document.rows.push(row.row);
            document.records.push((row.row, row.record));
        }
        document.records.sort_by_key(|(row, _)| *row);
        Ok(document)
    }
}

fn hash(name: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(name.as_bytes())
}
