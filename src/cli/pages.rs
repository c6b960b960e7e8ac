//! `predict -f html`: articles as they are labelled in, pages out.
//!
//! One page holds all articles, or a folder holds one page an article and an index. Memory is bounded by one article:
//! the pieces of one page lie in a temporary file without a name until the table of contents, which stands before
//! them, is known.

use std::collections::HashSet;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use stance::article::Sentence;
use stance::error::{Error, Result};
use stance::output::OutputFile;
use stance::pipeline::{Pipeline, Prediction};
use stance::report::predictions::LabelledSentence;
use stance::report::{ArticlePages, Contents, ExplainedSentence, Provenance, Reasons};
use tempfile::SpooledTempFile;

use super::writer::usual_label;

/// Sentences on their own that are shown under one heading.
const ALONE: usize = 500;
/// Most sentences of one article: a page with more is of use to nobody, and its reasons take 35 kB of memory a sentence.
const MOST_SENTENCES: usize = 10_000;
/// Bytes of pieces that are held in memory before they go to a temporary file.
const IN_MEMORY: usize = 8 << 20;
/// Longest name of a page, in bytes, without its ending.
const NAME_BYTES: usize = 80;

/// Makes pages while articles come in.
pub(super) struct HtmlPages<'a> {
    pipeline: &'a Pipeline,
    pages: ArticlePages<'a>,
    place: Place,
    contents: Vec<Contents>,
    /// Sentences without an article, until there are enough for a heading.
    alone: Vec<Alone>,
    n_alone: usize,
}

/// Where pages go.
enum Place {
    /// One page. The first article waits: whether it is the only one decides the level of its headings.
    Page { first: Option<String>, pieces: SpooledTempFile },
    /// A folder, with the names that are taken, in lower case.
    Folder { folder: PathBuf, taken: HashSet<String> },
}

/// A sentence without an article.
struct Alone {
    sentence: Sentence,
    prediction: Prediction,
    labelled: bool,
    speaker: Option<String>,
}

impl<'a> HtmlPages<'a> {
    /// Pages of what `pipeline` labels: in `folder` one an article, without it one for all.
    pub(super) fn new(pipeline: &'a Pipeline, provenance: &'a Provenance, folder: Option<&Path>) -> Result<Self> {
        let place = match folder {
            Some(folder) => Place::Folder { folder: folder.to_path_buf(), taken: HashSet::from(["index".to_string()]) },
            None => Place::Page { first: None, pieces: SpooledTempFile::new(IN_MEMORY) },
        };
        let pages = ArticlePages::new(&pipeline.labels, usual_label(pipeline), provenance)?;
        Ok(HtmlPages { pipeline, pages, place, contents: Vec::new(), alone: Vec::new(), n_alone: 0 })
    }

    /// Takes the sentences of one article.
    pub(super) fn write(&mut self, sentences: &[LabelledSentence<'_>]) -> Result<()> {
        match sentences.first() {
            Some(first) if !first.article.is_empty() => {
                self.write_alone()?;
                self.article(first.article, sentences)
            }
            _ => {
                self.alone.extend(sentences.iter().map(Alone::of));
                if self.alone.len() >= ALONE { self.write_alone() } else { Ok(()) }
            }
        }
    }

    /// Writes what is still held, and the whole page where there is one. The inner result is that of `out`.
    pub(super) fn finish(&mut self, out: &mut dyn Write) -> Result<io::Result<()>> {
        self.write_alone()?;
        match &mut self.place {
            Place::Page { first, pieces } => {
                let (head, foot) = (self.pages.head(&self.contents)?, self.pages.foot()?);
                Ok(assemble(out, &head, first.take(), pieces, &foot))
            }
            Place::Folder { folder, .. } => {
                let index = self.pages.index(&self.contents)?;
                write_file(&folder.join("index.html"), &[&index])?;
                Ok(Ok(()))
            }
        }
    }

    /// The sentences that came alone, as an article of their own.
    fn write_alone(&mut self) -> Result<()> {
        if self.alone.is_empty() {
            return Ok(());
        }
        let alone = std::mem::take(&mut self.alone);
        let name = format!("Sentences {} – {}", self.n_alone + 1, self.n_alone + alone.len());
        self.n_alone += alone.len();
        let sentences: Vec<LabelledSentence<'_>> = alone.iter().map(Alone::labelled).collect();
        self.article(&name, &sentences)
    }

    fn article(&mut self, name: &str, sentences: &[LabelledSentence<'_>]) -> Result<()> {
        if sentences.len() > MOST_SENTENCES {
            let found = format!("an article of {} sentences, more than {MOST_SENTENCES} on a page", sentences.len());
            return Err(Error::data(found, "choose another format, such as -f csv"));
        }
        let pipeline = self.pipeline;
        // Sentences that came alone have no context; those of an article explain each other.
        let texts: Vec<Sentence> = sentences.iter().map(|labelled| labelled.sentence.clone()).collect();
        let together = sentences.first().is_some_and(|first| !first.article.is_empty());
        let explained = texts.par_chunks(if together { texts.len() } else { 1 });
        let reasons: Vec<Reasons> = explained.flat_map_iter(|part| pipeline.explain(part)).map(Reasons::from).collect();
        let explained: Vec<ExplainedSentence<'_>> =
            sentences.iter().zip(reasons).map(|(&labelled, reasons)| ExplainedSentence { labelled, reasons }).collect();
        match &mut self.place {
            Place::Page { first, pieces } => {
                let number = self.contents.len() + 1;
                let (piece, contents) = self.pages.article(number, 2, name, &explained)?;
                self.contents.push(contents);
                if number == 1 {
                    *first = Some(self.pages.article(number, 1, name, &explained)?.0);
                } else {
                    *first = None;
                }
                pieces.write_all(piece.as_bytes()).map_err(|error| temporary(&error))
            }
            Place::Folder { folder, taken } => {
                let file = format!("{}.html", free_name(name, taken));
                let (piece, contents) = self.pages.article(1, 1, name, &explained)?;
                let (head, foot) = (self.pages.head(std::slice::from_ref(&contents))?, self.pages.foot()?);
                write_file(&folder.join(&file), &[&head, &piece, &foot])?;
                self.contents.push(Contents { place: file, ..contents });
                Ok(())
            }
        }
    }
}

impl Alone {
    fn of(labelled: &LabelledSentence<'_>) -> Self {
        Alone {
            sentence: labelled.sentence.clone(),
            prediction: labelled.prediction.clone(),
            labelled: labelled.labelled,
            speaker: labelled.speaker.map(str::to_string),
        }
    }

    fn labelled(&self) -> LabelledSentence<'_> {
        LabelledSentence {
            article: "",
            sentence: &self.sentence,
            prediction: &self.prediction,
            labelled: self.labelled,
            speaker: self.speaker.as_deref(),
            record: None,
        }
    }
}

/// The one article, or all pieces, between head and foot.
fn assemble(
    out: &mut dyn Write,
    head: &str,
    only: Option<String>,
    pieces: &mut SpooledTempFile,
    foot: &str,
) -> io::Result<()> {
    out.write_all(head.as_bytes())?;
    match only {
        Some(piece) => out.write_all(piece.as_bytes())?,
        None => {
            pieces.rewind()?;
            io::copy(pieces, out)?;
        }
    }
    out.write_all(foot.as_bytes())
}

fn temporary(error: &io::Error) -> Error {
    Error::io(&std::env::temp_dir(), error)
}

fn write_file(path: &Path, parts: &[&str]) -> Result<()> {
    let mut file = OutputFile::create(path)?;
    for part in parts {
        file.write_all(part.as_bytes()).map_err(|error| Error::io(path, &error))?;
    }
    file.commit()
}

/// A name for the page of an article that no other page has: letters and digits of any script, `-`, `_` and `.`; never
/// a path, a hidden file or a name that Windows keeps for itself.
fn free_name(article: &str, taken: &mut HashSet<String>) -> String {
    let kept = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let mut name: String = article.chars().map(kept).collect();
    let end = (0..=name.len().min(NAME_BYTES)).rev().find(|&i| name.is_char_boundary(i)).unwrap_or(0);
    name.truncate(end);
    let name = name.trim_matches(['-', '.', '_']);
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    let device = ["con", "prn", "aux", "nul"].contains(&stem.as_str())
        || (stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")));
    let name = if name.is_empty() || device { format!("article-{name}") } else { name.to_string() };
    let name = name.trim_end_matches('-');
    let numbered = |n: usize| if n == 1 { name.to_string() } else { format!("{name}-{n}") };
    let free = (1..).map(numbered).find(|name| taken.insert(name.to_lowercase()));
    free.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_article_can_choose_where_its_page_goes() {
        let mut taken = HashSet::from(["index".to_string()]);
        let names =
            ["../../etc/passwd", "a/b", "a\\b", "A b", "index", "", ".bashrc", "con.txt", "<script>", "Überfall.txt"];
        let free: Vec<String> = names.iter().map(|name| free_name(name, &mut taken)).collect();
        let expected = [
            "etc-passwd",
            "a-b",
            "a-b-2",
            "A-b-3",
            "index-2",
            "article",
            "bashrc",
            "article-con.txt",
            "script",
            "Überfall.txt",
        ];
        assert_eq!(free, expected);
        assert!(free_name(&"ü".repeat(500), &mut taken).len() <= NAME_BYTES);
    }
}
