//! Bytes in any common encoding come in, text in UTF-8 goes out.
//!
//! In this order: a byte order mark (UTF-8, UTF-16 either way), for web pages what `<meta charset>` says, UTF-8 if
//! the bytes are that, else windows-1252, which older news sites used. A NUL in the result means that the file is no
//! text, and is refused.
//!
//! Byte offsets into the text are those of the file for UTF-8, [`Decoded::offset`] being the length of a byte order
//! mark before it. For any other encoding they count bytes of the decoded text.

use std::borrow::Cow;
use std::io::{BufRead, Read};
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::{Error, Result};

/// How much of a page is searched for its charset, in bytes.
const META_BYTES: usize = 4096;

/// A text and where it begins in its file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// Bytes of the file before the text: 3 after a UTF-8 mark, else 0.
    pub offset: usize,
}

/// Reads `input` to its end and decodes it; `html` lets a page name its charset.
///
/// # Errors
/// Failed reads, more than `limit` bytes, nothing but white space, a NUL.
pub(super) fn read_text(path: &Path, input: &mut dyn BufRead, limit: usize, html: bool) -> Result<Decoded> {
    let mut bytes = Vec::new();
    input.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|e| Error::io(path, &e))?;
    if bytes.len() > limit {
        return Err(Error::data(
            format!("an article of more than {limit} bytes"),
            "expected one article a file; one sentence a line is --input-format lines",
        )
        .at(path));
    }
    let decoded = decode(bytes, html);
    if decoded.text.trim().is_empty() {
        let found = if decoded.text.is_empty() { "is empty" } else { "is empty but for white space" };
        return Err(Error::data(found, "expected an article").at(path));
    }
    match decoded.text.find('\0') {
        Some(at) => Err(nul(path, line_of(&decoded.text, at))),
        None => Ok(decoded),
    }
}

/// The error for a NUL in a text.
pub(super) fn nul(path: &Path, line: u64) -> Error {
    Error::data("NUL byte", "expected text; save the file as UTF-8").at(path).line(line)
}

/// Line of the byte `at` of `text`, from 1.
pub(super) fn line_of(text: &str, at: usize) -> u64 {
    text.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() as u64 + 1
}

/// The encoding that a byte order mark names, with the length of the mark.
pub(super) fn mark(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(bytes)
}

fn decode(bytes: Vec<u8>, html: bool) -> Decoded {
    if let Some((encoding, length)) = mark(&bytes) {
        let text = encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned();
        return Decoded { text, offset: if encoding == UTF_8 { length } else { 0 } };
    }
    if let Some(encoding) = html.then(|| meta_charset(&bytes)).flatten() {
        let (text, malformed) = encoding.decode_without_bom_handling(&bytes);
        if !malformed {
            return Decoded { text: text.into_owned(), offset: 0 };
        }
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => windows_1252(error.as_bytes()).into_owned(),
    };
    Decoded { text, offset: 0 }
}

/// Text that is not UTF-8.
pub(super) fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

/// The encoding in the first `<meta … charset=…>` of a page.
fn meta_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(META_BYTES)].to_ascii_lowercase();
    let find = |from: usize, word: &[u8]| head[from..].windows(word.len()).position(|w| w == word).map(|i| from + i);
    let mut from = 0;
    while let Some(meta) = find(from, b"<meta") {
        let end = find(meta, b">").unwrap_or(head.len());
        if let Some(charset) = find(meta, b"charset").filter(|&i| i < end) {
            let value = head[charset + 7..end].iter().skip_while(|b| b" \t\r\n=\"'".contains(b));
            let label: Vec<u8> = value.copied().take_while(|b| !b" \t\r\n\"';/>".contains(b)).collect();
            // A page that was read this far is not UTF-16, whatever it says.
            return Encoding::for_label(&label).map(|e| if e == UTF_16LE || e == UTF_16BE { UTF_8 } else { e });
        }
        from = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], html: bool) -> String {
        decode(bytes.to_vec(), html).text
    }

    #[test]
    fn a_mark_names_the_encoding() {
        assert_eq!(decode(b"\xef\xbb\xbfa\xc3\xa9".to_vec(), false), Decoded { text: "aé".into(), offset: 3 });
        assert_eq!(decode(b"\xff\xfea\0\xe9\0".to_vec(), false), Decoded { text: "aé".into(), offset: 0 });
        assert_eq!(text(b"\xfe\xff\0a\0\xe9", false), "aé");
    }

    #[test]
    fn what_is_not_utf_8_is_windows_1252() {
        assert_eq!(text(b"a \x93quote\x94 \x96 caf\xe9", false), "a “quote” – café");
        assert_eq!(text("“é”".as_bytes(), false), "“é”");
    }

    #[test]
    fn a_page_may_name_its_charset_if_it_holds() {
        assert_eq!(
            text(b"<META http-equiv=x content=\"text/html; charset=koi8-r\">\xc4\xc1", true).chars().last(),
            Some('а')
        );
        assert_eq!(text(b"<meta charset='utf-16'>caf\xc3\xa9", true).chars().last(), Some('é'));
        assert_eq!(text(b"<meta charset=utf-8>caf\xe9", true).chars().last(), Some('é'));
        assert_eq!(text(b"<meta charset=nonsense>\xc3\xa9", true).chars().last(), Some('é'));
    }

    #[test]
    fn nul_and_size_are_refused_with_their_place() {
        let read = |bytes: &[u8]| read_text(Path::new("a.txt"), &mut &bytes[..], 10, false).unwrap_err().to_string();
        assert_eq!(read(b"a\nb\0"), "a.txt:2: NUL byte; expected text; save the file as UTF-8");
        assert!(read(b"abcdefghijk").starts_with("a.txt: an article of more than 10 bytes"));
        assert!(read(b" \n ").starts_with("a.txt: is empty but for white space"));
    }
}
