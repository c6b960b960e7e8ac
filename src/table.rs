//! CSV whose every row is checked: a stream of bytes in, rows of text out, or one [`Error`] that names
//! path, line and column.
//!
//! The format is RFC 4180 in UTF-8, a byte order mark allowed. The `csv` crate does the parsing; on top of it this
//! module refuses what would silently change meaning: a header name that stands twice, a row with too few or too many
//! fields, quotes that do not balance (an unclosed one swallows the rest of a file), bytes that are not UTF-8, a NUL
//! byte, and a line so long that it can only be a mistake.

use std::collections::{HashSet, VecDeque};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Focus, Result, nearest};

/// Longest line that is read, in bytes: beyond it the input is no table of sentences.
pub const MAX_LINE_BYTES: usize = 16 << 20;

/// A CSV stream with a header, read row by row; memory holds one row.
pub struct Table<R: Read> {
    path: PathBuf,
    headers: Vec<String>,
    reader: csv::Reader<QuoteLog<R>>,
    row: csv::StringRecord,
    /// Line on which `row` begins.
    line: u64,
}

/// One row of a [`Table`].
pub struct Row<'a> {
    path: &'a Path,
    headers: &'a [String],
    record: &'a csv::StringRecord,
    line: u64,
    bytes: u64,
}

/// What stands between the cells of the table at `path`: a tab where its name ends in `.tsv`, else a comma.
pub fn delimiter(path: &Path) -> u8 {
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("tsv")) { b'\t' } else { b',' }
}

impl<R: Read> Table<R> {
    /// Reads and checks the header of `input`. `path` is what errors name; a name that ends in `.tsv` means tabs.
    ///
    /// # Errors
    /// An empty input, a header name that stands twice, and everything that [`Table::next_row`] refuses.
    pub fn open(path: &Path, input: R) -> Result<Self> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter(path)).from_reader(QuoteLog::new(input));
        let mut header = csv::StringRecord::new();
        let read = reader.read_record(&mut header);
        let line = reader.get_mut().line_of(0);
        if !read.map_err(|e| csv_error(path, &[], line, e))? {
            return Err(Error::data("is empty", "expected a CSV header such as text,label").at(path));
        }
        check_quotes(path, &mut reader, line)?;
        let headers: Vec<String> = header.iter().map(|name| name.trim().to_string()).collect();
        let mut seen = HashSet::new();
        for (cell, name) in headers.iter().enumerate() {
            let error = |found: String, advice| Error::data(found, advice).at(path).line(1).focus(Focus::Cell(cell));
            if name.contains('\0') {
                return Err(error("NUL byte in the header".to_string(), "save the file as UTF-8 text"));
            }
            if !name.is_empty() && !seen.insert(name.as_str()) {
                let found = format!("column {name:?} stands twice in the header");
                return Err(error(found, "rename or remove one of the two"));
            }
        }
        Ok(Table { path: path.to_path_buf(), headers, reader, row: csv::StringRecord::new(), line: 0 })
    }

    /// The column names, in order.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Index of the column called `name`, if there is one.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.headers.iter().position(|header| header == name)
    }

    /// Index of the column called `name`.
    ///
    /// # Errors
    /// Names the columns found and the nearest of them where there is no such column.
    pub fn column(&self, name: &str, flag: &str) -> Result<usize> {
        self.find(name).ok_or_else(|| {
            let near = nearest(name, self.headers.iter().map(String::as_str));
            let advice = match near {
                Some(other) => format!("did you mean {flag} {other}?"),
                None => format!("name it with {flag}"),
            };
            let mut found: Vec<&str> = self.headers.iter().take(20).map(String::as_str).collect();
            if self.headers.len() > 20 {
                found.push("…");
            }
            let error = Error::data(format!("no column {name:?} among {}", found.join(", ")), advice);
            let error = error.at(&self.path).line(1);
            match near.and_then(|near| self.find(near)) {
                Some(cell) => error.focus(Focus::Cell(cell)),
                None => error,
            }
        })
    }

    /// The next row, or `None` at the end.
    ///
    /// # Errors
    /// A row with another number of fields than the header, unbalanced quotes, invalid UTF-8, a NUL byte, a line over
    /// [`MAX_LINE_BYTES`], and failed reads.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>> {
        let start = self.reader.position().byte();
        let read = self.reader.read_record(&mut self.row);
        self.line = self.reader.get_mut().line_of(start);
        // Quotes first: an unclosed quote is the cause of most rows with too few fields.
        check_quotes(&self.path, &mut self.reader, self.line)?;
        if !read.map_err(|e| csv_error(&self.path, &self.headers, self.line, e))? {
            return Ok(None);
        }
        let bytes = self.reader.position().byte() - start;
        let row = Row { path: &self.path, headers: &self.headers, record: &self.row, line: self.line, bytes };
        if let Some(column) = self.row.iter().position(|field| field.contains('\0')) {
            return Err(row.error(column, "NUL byte", "save the file as UTF-8 text"));
        }
        Ok(Some(row))
    }
}

impl Row<'_> {
    /// The field in `column`.
    pub fn field(&self, column: usize) -> &str {
        &self.record[column]
    }

    /// All fields, in header order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.record.iter()
    }

    /// Line of the file on which the row begins, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Its size in the file.
    pub fn bytes(&self) -> usize {
        self.bytes as usize
    }

    /// An error about the field in `column`.
    pub fn error(&self, column: usize, found: impl Into<String>, advice: impl Into<String>) -> Error {
        Error::data(found, advice).at(self.path).line(self.line()).column(&self.headers[column])
    }
}

/// Every quote inside a quoted field is doubled and every quoted field has two ends, so a well-formed row holds an even number.
fn check_quotes<R: Read>(path: &Path, reader: &mut csv::Reader<QuoteLog<R>>, line: u64) -> Result<()> {
    let end = reader.position().byte();
    let quotes = reader.get_mut().quotes_before(end);
    if quotes.is_multiple_of(2) {
        return Ok(());
    }
    Err(Error::data(
        "quotes do not balance in the row that begins here",
        "close the quoted field, or double a quote that belongs to the text",
    )
    .at(path)
    .line(line)
    .focus(Focus::Quote))
}

/// `line` is where the row begins: the position that `csv` gives is that of the line end before, if it is CRLF or blank.
fn csv_error(path: &Path, headers: &[String], line: u64, error: csv::Error) -> Error {
    match error.kind() {
        csv::ErrorKind::Utf8 { err, .. } => {
            let column = headers.get(err.field()).cloned().unwrap_or_else(|| (err.field() + 1).to_string());
            let error = Error::data("bytes that are not UTF-8", "save the file as UTF-8").at(path).column(column);
            error.line(line)
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let found = format!("{len} field{} where the header has {expected_len}", if *len == 1 { "" } else { "s" });
            let advice = if len < expected_len {
                "add the missing fields, or quote a field that contains a line break"
            } else {
                "quote a field that contains a comma"
            };
            // The first cell too many, or the last one there is.
            let cell = (*expected_len).min(len.saturating_sub(1)) as usize;
            Error::data(found, advice).at(path).line(line).focus(Focus::Cell(cell))
        }
        csv::ErrorKind::Io(source) => match source.get_ref().and_then(|e| e.downcast_ref::<LineTooLong>()) {
            Some(LineTooLong { line }) => Error::data(
                format!("a line of more than {} MiB", MAX_LINE_BYTES >> 20),
                "expected a table with one sentence or article a row",
            )
            .at(path)
            .line(*line),
            None => Error::io(path, source),
        },
        other => Error::data(format!("{other:?}"), "expected CSV").at(path),
    }
}

#[derive(Debug)]
struct LineTooLong {
    line: u64,
}

impl std::fmt::Display for LineTooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {} is too long", self.line)
    }
}

impl std::error::Error for LineTooLong {}

/// Passes bytes through and remembers where quotes stood and lines began, until the row around them has been read.
struct QuoteLog<R> {
    inner: R,
    read: u64,
    quotes: VecDeque<u64>,
    /// Offset and number of lines that are not blank.
    lines: VecDeque<(u64, u64)>,
    newlines: u64,
    at_line_start: bool,
    /// Offset of the first byte after the last line feed.
    line_start: u64,
}

impl<R> QuoteLog<R> {
    fn new(inner: R) -> Self {
        QuoteLog {
            inner,
            read: 0,
            quotes: VecDeque::new(),
            lines: VecDeque::new(),
            newlines: 0,
            at_line_start: true,
            line_start: 0,
        }
    }

    /// How many quotes stand before byte `end`, since the last call.
    fn quotes_before(&mut self, end: u64) -> usize {
        let count = self.quotes.partition_point(|&offset| offset < end);
        self.quotes.drain(..count);
        count
    }
}

impl<R> QuoteLog<R> {
    /// Number of the first line that is not blank from byte `start` on; what stands before is forgotten.
    fn line_of(&mut self, start: u64) -> u64 {
        let before = self.lines.partition_point(|&(offset, _)| offset < start);
        self.lines.drain(..before);
        self.lines.front().map_or(self.newlines + 1, |&(_, line)| line)
    }
}

impl<R: Read> Read for QuoteLog<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut n = self.inner.read(buffer)?;
        // `csv` knows a byte order mark only where it comes in one piece, with more behind it; a pipe may cut it.
        while self.read == 0 && (1..4).contains(&n) && n < buffer.len() {
            match self.inner.read(&mut buffer[n..])? {
                0 => break,
                more => n += more,
            }
        }
        let mut from = 0;
        for at in memchr::memchr3_iter(b'"', b'\n', b'\r', &buffer[..n]) {
            let offset = self.read + at as u64;
            let is_quote = buffer[at] == b'"';
            if self.at_line_start && (from < at || is_quote) {
                self.lines.push_back((self.read + from as u64, self.newlines + 1));
            }
            self.at_line_start = !is_quote;
            if is_quote {
                self.quotes.push_back(offset);
            } else if buffer[at] == b'\n' {
                self.newlines += 1;
                self.line_start = offset + 1;
            }
            from = at + 1;
        }
        if self.at_line_start && from < n {
            self.lines.push_back((self.read + from as u64, self.newlines + 1));
            self.at_line_start = false;
        }
        self.read += n as u64;
        if self.read - self.line_start > MAX_LINE_BYTES as u64 {
            return Err(io::Error::other(LineTooLong { line: self.newlines + 1 }));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Result<Vec<Vec<String>>> {
        let mut table = Table::open(Path::new("t.csv"), text)?;
        let mut rows = Vec::new();
        while let Some(row) = table.next_row()? {
            rows.push(row.fields().map(str::to_string).collect());
        }
        Ok(rows)
    }

    fn message(text: &[u8]) -> String {
        rows(text).expect_err("should be refused").to_string()
    }

    #[test]
    fn reads_quotes_line_breaks_a_mark_and_both_line_ends() {
        let text = "\u{feff}text,label\r\n\"a \"\"b\"\", c\nd\",x\r\ne,y";
        assert_eq!(rows(text.as_bytes()).unwrap(), [["a \"b\", c\nd", "x"], ["e", "y"]]);
    }

    #[test]
    fn refuses_an_unclosed_quote_where_it_opens() {
        assert_eq!(
            message(b"text,label\na,x\n\"b,x\nc,y\nd,z\n"),
            "t.csv:3: quotes do not balance in the row that begins here; \
             close the quoted field, or double a quote that belongs to the text"
        );
        assert!(message(b"text,label\na,x\nb,\"x\nc,y\n").starts_with("t.csv:3: quotes"));
    }

    #[test]
    fn refuses_rows_of_another_length() {
        assert!(message(b"text,label\na,x\nb\n").starts_with("t.csv:3: 1 field where the header has 2"));
        assert!(message(b"text,label\na,b,c\n").starts_with("t.csv:2: 3 fields where the header has 2"));
    }

    #[test]
    fn counts_lines_whatever_ends_them() {
        for end in ["\n", "\r\n", "\n\n", "\r\n\r\n\r\n"] {
            let text = format!("{end}text,label{end}a,x{end}\"b{end}\",y{end}c,z{end}d");
            let line = 1 + text.matches('\n').count();
            assert!(message(text.as_bytes()).starts_with(&format!("t.csv:{line}: 1 field")), "{end:?}");
        }
        // The mark and each byte of the file may come on their own.
        struct Bytewise<'a>(&'a [u8]);
        impl Read for Bytewise<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let n = self.0.len().min(buffer.len()).min(1);
                buffer[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        let mut table = Table::open(Path::new("t.csv"), Bytewise("\u{feff}text\r\na\r\nb".as_bytes())).unwrap();
        assert_eq!(table.headers(), ["text"]);
        assert_eq!(table.next_row().unwrap().unwrap().line(), 2);
        assert_eq!(table.next_row().unwrap().unwrap().line(), 3);
    }

    #[test]
    fn refuses_bytes_that_are_no_text() {
        assert_eq!(
            message(b"text,label\nok,x\n\xff\xfe,x\n"),
            "t.csv:3:text: bytes that are not UTF-8; save the file as UTF-8"
        );
        assert_eq!(message(b"text,label\na\0b,x\n"), "t.csv:2:text: NUL byte; save the file as UTF-8 text");
    }

    #[test]
    fn refuses_a_header_that_repeats_itself_and_an_empty_file() {
        assert!(message(b"text,label,text\n").contains("\"text\" stands twice"));
        assert!(message(b"").contains("is empty"));
    }

    #[test]
    fn refuses_an_endless_line() {
        let mut text = b"text,label\nok,x\n".to_vec();
        text.extend(std::iter::repeat_n(b'a', MAX_LINE_BYTES + 10));
        assert!(message(&text).starts_with("t.csv:3: a line of more than 16 MiB"));
    }

    #[test]
    fn a_missing_column_names_the_nearest() {
        let table = Table::open(Path::new("t.csv"), &b"sentence,lable\n"[..]).unwrap();
        assert_eq!(
            table.column("label", "--label-column").unwrap_err().to_string(),
            "t.csv:1: no column \"label\" among sentence, lable; did you mean --label-column lable?"
        );
    }
}
