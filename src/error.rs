//! One error type for the library: where it happened, what was found there, what to do about it.
//!
//! An [`Error`] prints as a single line, `train.csv:17:label: empty label; write one of …`.
//! The library only returns errors. Printing them and choosing an exit code is the binary's work.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// `Result` with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// What kind of thing went wrong. The binary maps each kind to one exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A file or stream could not be read or written.
    Io,
    /// Settings that contradict each other or lie outside their range.
    Usage,
    /// Data that does not have the shape it should have.
    Data,
    /// A model file that is damaged, incompatible or not a model at all.
    Model,
}

/// Where in the input an error was found. Every part is optional: not every error has a file or a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Location {
    /// The file, as the user named it; `-` for standard input.
    pub path: Option<PathBuf>,
    /// Line in the file, from 1.
    pub line: Option<u64>,
    /// Name of the CSV column or JSON key, or a column number from 1.
    pub column: Option<String>,
    /// What in that line to look at, where `column` does not say it. Not part of the printed line.
    pub focus: Option<Focus>,
}

/// What in a line an error is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Focus {
    /// The cell with this number in its CSV row, from 0.
    Cell(usize),
    /// The cell of a CSV row whose quotes do not balance.
    Quote,
    /// These bytes of the line; they may reach beyond its end.
    Bytes(Range<usize>),
}

/// An error as a user can act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What kind of thing went wrong.
    pub kind: ErrorKind,
    /// Where.
    pub location: Location,
    /// What was found.
    pub found: String,
    /// What to do about it; empty where nothing sensible can be said.
    pub advice: String,
}

impl Error {
    /// An error of `kind` without a place; add one with [`Error::at`] and friends.
    pub fn new(kind: ErrorKind, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Error { kind, location: Location::default(), found: found.into(), advice: advice.into() }
    }

    /// Bad data: what was found, what to do.
    pub fn data(found: impl Into<String>, advice: impl Into<String>) -> Self {
        Error::new(ErrorKind::Data, found, advice)
    }

    /// Bad settings: what was found, what to do.
    pub fn usage(found: impl Into<String>, advice: impl Into<String>) -> Self {
        Error::new(ErrorKind::Usage, found, advice)
    }

    /// A bad model file: what was found, what to do.
    pub fn model(found: impl Into<String>, advice: impl Into<String>) -> Self {
        Error::new(ErrorKind::Model, found, advice)
    }

    /// A failed read or write of `path`.
    pub fn io(path: &Path, source: &std::io::Error) -> Self {
        let advice = match source.kind() {
            std::io::ErrorKind::NotFound => "check the path",
            std::io::ErrorKind::PermissionDenied => "check the permissions of the file and its folder",
            std::io::ErrorKind::IsADirectory => "name the files in the folder",
            std::io::ErrorKind::StorageFull => "free some space or write elsewhere",
            _ => "",
        };
        let found = match source.kind() {
            std::io::ErrorKind::NotFound => "no such file".to_string(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
            std::io::ErrorKind::IsADirectory => "is a folder, not a file".to_string(),
            std::io::ErrorKind::StorageFull => "no space left on the device".to_string(),
            _ => one_line(&source.to_string()),
        };
        Error::new(ErrorKind::Io, found, advice).at(path)
    }

    /// The same error, in this file.
    pub fn at(mut self, path: &Path) -> Self {
        self.location.path = Some(path.to_path_buf());
        self
    }

    /// The same error, on this line (from 1).
    pub fn line(mut self, line: u64) -> Self {
        self.location.line = Some(line);
        self
    }

    /// The same error, in this column or key.
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.location.column = Some(column.into());
        self
    }

    /// The same error, about this part of the line.
    pub fn focus(mut self, focus: Focus) -> Self {
        self.location.focus = Some(focus);
        self
    }
}

/// Control characters and line breaks would break the promise of one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Location { path, line, column, .. } = &self.location;
        if let Some(path) = path {
            write!(f, "{}", one_line(&path.display().to_string()))?;
            if let Some(line) = line {
                write!(f, ":{line}")?;
            }
            if let Some(column) = column {
                write!(f, ":{}", one_line(column))?;
            }
            f.write_str(": ")?;
        } else if let Some(line) = line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&one_line(&self.found))?;
        if !self.advice.is_empty() {
            write!(f, "; {}", one_line(&self.advice))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The candidate nearest to `word` by edit distance, if it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// `did you mean "us_claim"? `, to stand before an advice; empty where no candidate is near.
pub fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |near| format!("did you mean {near:?}? "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_one_line_with_place_finding_and_advice() {
        let error = Error::data("empty label", "write a label or remove the row")
            .at(Path::new("train.csv"))
            .line(17)
            .column("label");
        assert_eq!(error.to_string(), "train.csv:17:label: empty label; write a label or remove the row");
    }

    #[test]
    fn line_breaks_in_findings_do_not_break_the_line() {
        assert_eq!(Error::data("a\nb", "").to_string(), "a b");
    }

    #[test]
    fn nearest_finds_a_misspelling_and_nothing_else() {
        assert_eq!(nearest("lable", ["text", "label"]), Some("label"));
        assert_eq!(nearest("Text ", ["text", "label"]), Some("text"));
        assert_eq!(nearest("zzz", ["text", "label"]), None);
        assert_eq!(hint("lable", ["text", "label"]) + "no", "did you mean \"label\"? no");
        assert_eq!(hint("zzz", ["text", "label"]), "");
    }
}
