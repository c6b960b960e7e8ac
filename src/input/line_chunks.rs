//! Lines in bulk: an input is cut into chunks of whole lines, which threads then take apart each on its own.
//!
//! What a line is, and what is refused, is as in [`lines`](super::lines); only spans and rows are not told.

use std::borrow::Cow;
use std::io::{BufRead, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::ReadOptions;
use super::encoding::nul;
use super::lines::{after_mark, check_length, decoded, empty};
use crate::error::{Error, Result};

/// Bytes of a chunk, unless a line is longer.
const CHUNK: usize = 64 << 10;

/// Cuts an input into chunks. Memory holds one chunk beside those handed out.
pub struct LineChunks {
    path: PathBuf,
    input: Box<dyn BufRead + Send>,
    max_line_bytes: usize,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
    next_line: u64,
    any_text: bool,
    /// Whether lines are handed out as soon as they have come.
    prompt: bool,
}

/// Some whole lines.
pub struct LineChunk {
    path: PathBuf,
    bytes: Vec<u8>,
    first_line: u64,
    max_line_bytes: usize,
}

impl LineChunks {
    /// Lines of at most `options.max_sentence_bytes`. `path` is what errors name.
    ///
    /// # Errors
    /// Failed reads; an input in UTF-16 of more than `options.max_article_bytes`.
    pub fn new(path: &Path, input: Box<dyn BufRead + Send>, options: &ReadOptions) -> Result<Self> {
        let (input, _) = after_mark(path, input, options)?;
        let max_line_bytes = options.max_sentence_bytes;
        let (rest, next_line, any_text, prompt) = (Vec::new(), 1, false, false);
        Ok(LineChunks { path: path.into(), input, max_line_bytes, rest, next_line, any_text, prompt })
    }

    /// Hands lines out as soon as they have come, for somebody who waits at the other end of a pipe; chunks are smaller then.
    pub fn prompt(self) -> Self {
        LineChunks { prompt: true, ..self }
    }

    /// Appends what comes next: what is there already, or a whole chunk.
    fn read(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<()> {
        if self.prompt {
            let ready = self.input.fill_buf()?;
            let n = ready.len();
            bytes.extend_from_slice(ready);
            self.input.consume(n);
        } else {
            bytes.reserve(CHUNK);
            self.input.by_ref().take(CHUNK as u64).read_to_end(bytes)?;
        }
        Ok(())
    }

    /// The next chunk, or `None` at the end of the input.
    ///
    /// # Errors
    /// Failed reads, a line that is too long, an input without any text.
    pub fn next_chunk(&mut self) -> Result<Option<LineChunk>> {
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            let before = bytes.len();
            match self.read(&mut bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read.map_err(|e| Error::io(&self.path, &e))?,
            }
            if bytes.len() == before {
                break;
            }
            if let Some(end) = memchr::memrchr(b'\n', &bytes[before..]) {
                self.rest = bytes.split_off(before + end + 1);
                break;
            }
            check_length(&self.path, self.next_line, &bytes, self.max_line_bytes)?;
        }
        self.any_text = self.any_text || !decoded(&bytes).trim().is_empty();
        if bytes.is_empty() {
            return if self.any_text { Ok(None) } else { Err(empty(&self.path)) };
        }
        let first_line = self.next_line;
        self.next_line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        Ok(Some(LineChunk { path: self.path.clone(), bytes, first_line, max_line_bytes: self.max_line_bytes }))
    }
}

impl LineChunk {
    /// Size of the lines, their ends included.
    pub fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The text of every line that is not blank.
    ///
    /// # Errors
    /// A line that is too long or holds a NUL byte.
    pub fn texts(&self) -> Result<Vec<Cow<'_, str>>> {
        let whole = std::str::from_utf8(&self.bytes).ok();
        let any_nul = memchr::memchr(0, &self.bytes).is_some();
        let mut texts = Vec::new();
        let (mut start, mut number) = (0, self.first_line);
        while start < self.bytes.len() {
            let end = memchr::memchr(b'\n', &self.bytes[start..]).map_or(self.bytes.len(), |length| start + length + 1);
            let line = &self.bytes[start..end];
            check_length(&self.path, number, line, self.max_line_bytes)?;
            if any_nul && line.contains(&0) {
                return Err(nul(&self.path, number));
            }
            let text = match whole {
                Some(text) => Cow::Borrowed(text[start..end].trim()),
                None => Cow::Owned(decoded(line).trim().to_string()),
            };
            if !text.is_empty() {
                texts.push(text);
            }
            number += 1;
            start = end;
        }
        Ok(texts)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;
    use crate::input::{InputFormat, read_documents};

    fn in_chunks(bytes: &[u8], options: &ReadOptions, prompt: bool) -> Result<Vec<String>> {
        let input = Box::new(BufReader::new(Cursor::new(bytes.to_vec())));
        let mut chunks = LineChunks::new(Path::new("-"), input, options)?;
        if prompt {
            chunks = chunks.prompt();
        }
        let mut texts = Vec::new();
        while let Some(chunk) = chunks.next_chunk()? {
            texts.extend(chunk.texts()?.into_iter().map(Cow::into_owned));
        }
        Ok(texts)
    }

    fn one_by_one(bytes: &[u8], options: &ReadOptions) -> Result<Vec<String>> {
        let options = ReadOptions { format: InputFormat::Lines, ..options.clone() };
        let mut texts = Vec::new();
        read_documents(Path::new("-"), Box::new(Cursor::new(bytes.to_vec())), &options, &mut |document| {
            texts.extend(document.article.sentences.into_iter().map(|sentence| sentence.text));
            Ok(())
        })?;
        Ok(texts)
    }

    #[test]
    fn chunks_hold_the_same_lines_and_refuse_the_same_lines_as_reading_one_by_one() {
        let options = ReadOptions { max_sentence_bytes: 300_000, ..ReadOptions::default() };
        let long = "word ".repeat(50_000);
        let too_long = "word ".repeat(70_000);
        let many: String = (0..20_000).map(|i| format!("Line number {i}.\r\n\n")).collect();
        let inputs = [
            "\u{feff}First.\n\n  Second \nlast".as_bytes().to_vec(),
            format!("{many}{long}\n{many}é").into_bytes(),
            format!("{many}{too_long}\n{many}").into_bytes(),
            format!("{many}{too_long}").into_bytes(),
            [many.as_bytes(), b"caf\xe9\n", many.as_bytes()].concat(),
            format!("{many}a\0b\n").into_bytes(),
            b"\xff\xfea\0\n\0b\0".to_vec(),
            b"".to_vec(),
            b" \n\n".to_vec(),
            "\u{a0}\n\u{2003}\n".as_bytes().to_vec(),
        ];
        for bytes in inputs {
            for prompt in [false, true] {
                match (in_chunks(&bytes, &options, prompt), one_by_one(&bytes, &options)) {
                    (Ok(a), Ok(b)) => assert_eq!(a, b),
                    (Err(a), Err(b)) => assert_eq!(a.to_string(), b.to_string()),
                    (a, b) => panic!("{a:?} against {b:?}"),
                }
            }
        }
    }
}
