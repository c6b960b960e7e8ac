//! The place of an error comes in, the line of the file that it is about goes out, cut in three: before, there, after.
//!
//! The line is read again, for no error carries its text with it: what was read may be standard input or gigabytes
//! long. Whatever stands in the way, the error is still told, without an excerpt.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;

use stance::error::{Focus, Location};
use stance::table;

use super::cell;

/// Longest row that is read again, in bytes.
const ROW_BYTES: u64 = 4 << 20;

/// A line of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The file, as the user named it.
    pub path: String,
    /// Number of the line, from 1.
    pub line: u64,
    /// The line up to what the error is about.
    pub before: String,
    /// What it is about; may be empty, as a cell may.
    pub there: String,
    /// The rest of the line.
    pub after: String,
}

/// The line at `location`, where that is a line of a file that can be read again.
pub(super) fn read(location: &Location) -> Option<Excerpt> {
    let (path, line) = (location.path.as_deref()?, location.line?);
    // Opening a pipe again would wait for ever.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let row = rows_from(path, line)?;
    let end = row.iter().position(|&byte| byte == b'\n').unwrap_or(row.len());
    let there = match (&location.focus, &location.column) {
        (Some(Focus::Bytes(bytes)), _) => Some(bytes.clone()),
        (Some(Focus::Cell(number)), _) => cell::cells(&row, table::delimiter(path)).into_iter().nth(*number),
        (Some(Focus::Quote), _) => cell::unbalanced(&row, table::delimiter(path)),
        (None, Some(key)) if row.trim_ascii_start().starts_with(b"{") => cell::value(&row[..end], key),
        (None, Some(column)) => named(path, column, &row),
        (None, None) => None,
    };
    Some(cut(path, line, &row, there.unwrap_or(0..end)))
}

/// The cell in the column called `name`, or with that number from 1 where the header could not be read.
fn named(path: &Path, name: &str, row: &[u8]) -> Option<Range<usize>> {
    let delimiter = table::delimiter(path);
    let header = rows_from(path, 1)?;
    let names = cell::cells(&header, delimiter);
    let is_named = |range: &Range<usize>| cell::is_called(&header[range.clone()], name);
    let number = names.iter().position(is_named).or_else(|| name.parse::<usize>().ok()?.checked_sub(1))?;
    cell::cells(row, delimiter).into_iter().nth(number)
}

/// What stands in the file from the beginning of `line` on, up to [`ROW_BYTES`], without a byte order mark.
fn rows_from(path: &Path, line: u64) -> Option<Vec<u8>> {
    let mut file = BufReader::new(File::open(path).ok()?);
    for _ in 1..line {
        file.skip_until(b'\n').ok()?;
    }
    let mut row = Vec::new();
    file.take(ROW_BYTES).read_to_end(&mut row).ok()?;
    if line == 1 && row.starts_with(b"\xef\xbb\xbf") {
        row.drain(..3);
    }
    (!row.is_empty()).then_some(row)
}

/// Cuts the line on which `there` begins out of `row`, which begins on `line`. A row goes over several lines where a
/// cell holds a line break.
fn cut(path: &Path, line: u64, row: &[u8], there: Range<usize>) -> Excerpt {
    let start = there.start.min(row.len());
    let line_start = row[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let length = row[start..].iter().position(|&byte| byte == b'\n').unwrap_or(row.len() - start);
    let line_end = start + row[start..start + length].strip_suffix(b"\r").map_or(length, <[u8]>::len);
    let end = there.end.clamp(start, line_end);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Excerpt {
        path: path.display().to_string(),
        line: line + row[..start].iter().filter(|&&byte| byte == b'\n').count() as u64,
        before: text(&row[line_start..start]),
        there: text(&row[start..end]),
        after: text(&row[end..line_end]),
    }
}

#[cfg(test)]
mod tests {
    use stance::corpus::{Columns, Corpus};
    use stance::error::Error;
    use stance::input::{self, ReadOptions};

    use super::*;

    /// The error that reading `content` as labelled data ends with, and before, there and after.
    fn of_csv(name: &str, content: impl AsRef<[u8]>) -> (u64, [String; 3]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        place(&Corpus::read(&[path], &Columns::default()).unwrap_err())
    }

    fn of_jsonl(content: &str) -> (u64, [String; 3]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, content).unwrap();
        let read = input::read_documents(&path, input::open(&path).unwrap(), &ReadOptions::default(), &mut |_| Ok(()));
        place(&read.unwrap_err())
    }

    fn place(error: &Error) -> (u64, [String; 3]) {
        let Excerpt { line, before, there, after, .. } = read(&error.location).unwrap();
        (line, [before, there, after])
    }

    fn is(line: u64, before: &str, there: &str, after: &str) -> (u64, [String; 3]) {
        (line, [before, there, after].map(String::from))
    }

    #[test]
    fn a_cell_by_the_name_of_its_column() {
        assert_eq!(of_csv("d.csv", "text,label,weight\na,x,1\n\"b, c\",x,-1\n"), is(3, "\"b, c\",x,", "-1", ""));
        assert_eq!(of_csv("d.csv", "text,label\r\na,x\r\n  ,x\r\n"), is(3, "", "  ", ",x"));
        assert_eq!(of_csv("d.csv", "\u{feff}text,\"label\"\na,"), is(2, "a,", "", ""));
        assert_eq!(of_csv("d.tsv", "text\tlabel\nb, c\t\n"), is(2, "b, c\t", "", ""));
        // A cell below a line break in its row.
        assert_eq!(of_csv("d.csv", "text,label,weight\n\"a\nb\",x,none\n"), is(3, "b\",x,", "none", ""));
        assert_eq!(of_csv("d.csv", b"text,label\na\xff,x\n"), is(2, "", "a\u{fffd}", ",x"));
        assert_eq!(of_csv("d.csv", b"text,la\xffbel\na,x\n"), is(1, "text,", "la\u{fffd}bel", ""));
    }

    #[test]
    fn cells_that_no_name_tells() {
        assert_eq!(of_csv("d.csv", "text,lable,n\na,x,1\n"), is(1, "text,", "lable", ",n"));
        assert_eq!(of_csv("d.csv", "text,label,text\na,x,b\n"), is(1, "text,label,", "text", ""));
        assert_eq!(of_csv("d.csv", "text,label\na,b,x\n"), is(2, "a,b,", "x", ""));
        assert_eq!(of_csv("d.csv", "text,label,n\na,b\n"), is(2, "a,", "b", ""));
        assert_eq!(of_csv("d.csv", "text,label\n\"a\",\"x\nc,y\n"), is(2, "\"a\",", "\"x", ""));
        // Nothing near: the whole header.
        assert_eq!(of_csv("d.csv", "a;b\nx;y\n"), is(1, "", "a;b", ""));
    }

    #[test]
    fn a_json_value_by_its_key_and_a_syntax_error_by_its_byte() {
        assert_eq!(of_jsonl("{\"n\": [1, 2], \"text\": 7}\n"), is(1, "{\"n\": [1, 2], \"text\": ", "7", "}"));
        assert_eq!(of_jsonl("{\"text\":\"a\"}\n{\"text\":}\n"), is(2, "{\"text\":", "}", ""));
        assert_eq!(of_jsonl("{\"text\":\"a\""), is(1, "{\"text\":\"a", "\"", ""));
    }

    #[test]
    fn what_stands_in_a_sides_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.toml");
        let of_toml = |content: &str| {
            std::fs::write(&path, content).unwrap();
            place(&stance::attribution::Sides::read(&path).unwrap_err())
        };
        assert_eq!(of_toml("dispute = \"d\"\nparties = 2\n"), is(2, "", "parties", " = 2"));
        assert_eq!(of_toml("dispute = \"d\n"), is(1, "dispute = \"d", "", ""));
    }

    #[test]
    fn what_cannot_be_read_again_has_no_excerpt() {
        let none = |error: Error| assert_eq!(read(&error.location), None);
        none(Error::data("found", ""));
        none(Error::data("found", "").at("-".as_ref()).line(1));
        none(Error::data("found", "").at("/no/such/file".as_ref()).line(1));
        let file = tempfile::NamedTempFile::new().unwrap();
        none(Error::data("found", "").at(file.path()));
        none(Error::data("found", "").at(file.path()).line(7));
    }
}
