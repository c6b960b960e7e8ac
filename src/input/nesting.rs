//! The tags of a page come in, whether a parser may be trusted with it goes out.
//!
//! A small page can be made to cost a parser gigabytes: HTML reopens every formatting element that was left open, such
//! as `<b>`, in each block that follows. So tags are counted before parsing, each with the formatting elements that may
//! be open at it. The count may be too high, never too low: opening tags count wherever they stand, closing ones only
//! where they cannot be part of a comment, a script or the like.

use std::collections::HashMap;
use std::path::Path;

use crate::error::{Error, Result};

/// Most tags of a page; long live pages have less than half of it.
const MAX_TAGS: usize = 50_000;
/// Most nodes that a parser may have to make.
const MAX_NODES: usize = 2_000_000;
/// Deepest nesting of elements; browsers stop at 512.
pub(super) const MAX_DEPTH: usize = 500;

/// Most elements left open, by their tags: several times [`MAX_DEPTH`], since careless pages and markup in scripts leave
/// some open that a parser would close. It spares a parser, whose work grows with the square of the depth, plain bombs.
const MAX_OPEN: usize = 4 * MAX_DEPTH;

/// Elements that are often left open and then do not nest.
const UNCLOSED: [&[u8]; 24] = [
    b"p", b"li", b"dt", b"dd", b"tr", b"td", b"th", b"tbody", b"thead", b"option", b"br", b"img", b"hr", b"input",
    b"meta", b"link", b"area", b"base", b"col", b"embed", b"source", b"track", b"wbr", b"param",
];
/// Elements that HTML reopens.
const FORMATTING: [&[u8]; 14] =
    [b"a", b"b", b"big", b"code", b"em", b"font", b"i", b"nobr", b"s", b"small", b"strike", b"strong", b"tt", b"u"];
/// Elements in which closing tags of those do not reach outside.
const MARKERS: [&[u8]; 7] = [b"applet", b"caption", b"marquee", b"object", b"td", b"template", b"th"];
/// Elements in which tags may be text, or ignored.
const RAW: [&[u8]; 11] = [
    b"iframe",
    b"noembed",
    b"noframes",
    b"noscript",
    b"plaintext",
    b"script",
    b"select",
    b"style",
    b"textarea",
    b"title",
    b"xmp",
];

/// Checks the tags of a page.
///
/// # Errors
/// More tags or possible nodes than any news page has.
pub(super) fn check(path: &Path, html: &str) -> Result<()> {
    let bytes = html.as_bytes();
    let advice = "expected a news page; extract its text first";
    let mut open = [0usize; FORMATTING.len()];
    let mut nested: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut depth = 0usize;
    let (mut open_before, mut tags, mut nodes) = (0usize, 0usize, 0usize);
    // Closing tags before this byte may be text.
    let mut opaque_until = 0;
    // Where the next comment, declaration and CDATA section end.
    let mut ends = [0; 3];
    let mut at = 0;
    while let Some(found) = find(bytes, at, b"<") {
        let is_end = bytes.get(found + 1) == Some(&b'/');
        let name_at = found + 1 + usize::from(is_end);
        if bytes[name_at..].starts_with(b"!") {
            at = name_at + 1;
            let kind =
                if bytes[at..].starts_with(b"--") { 0 } else { 1 + usize::from(bytes[at..].starts_with(b"[CDATA[")) };
            // Found once, an end serves all that begin before it: a page of openings alone must not take forever.
            if ends[kind] < at {
                ends[kind] = find(bytes, at, [&b"-->"[..], b">", b"]]>"][kind]).unwrap_or(bytes.len());
            }
            opaque_until = opaque_until.max(ends[kind]);
            continue;
        }
        if !bytes.get(name_at).is_some_and(u8::is_ascii_alphabetic) {
            at = name_at;
            continue;
        }
        let name_end =
            (name_at..bytes.len()).find(|&i| is_space(bytes[i]) || b"/>".contains(&bytes[i])).unwrap_or(bytes.len());
        let name = bytes[name_at..name_end].to_ascii_lowercase();
        let name = name.as_slice();
        let is_opaque = found < opaque_until;
        // Inside what may be text a tag need not end where it seems to.
        at = if is_opaque { name_end } else { tag_end(bytes, name_end) };
        tags += 1;
        if !UNCLOSED.contains(&name) && !bytes[..at].ends_with(b"/>") {
            let count = nested.entry(name.to_vec()).or_default();
            if !is_end {
                *count += 1;
                depth += 1;
            } else if *count > 0 {
                *count -= 1;
                depth -= 1;
            }
            if depth > MAX_OPEN {
                return Err(too_deep().at(path));
            }
        }
        if MARKERS.contains(&name) {
            open_before += open.iter().sum::<usize>();
            open = [0; FORMATTING.len()];
        } else if let Some(i) = FORMATTING.iter().position(|f| *f == name) {
            if !is_end {
                open[i] += 1;
            } else if !is_opaque {
                open[i] = open[i].saturating_sub(1);
            }
        } else if RAW.contains(&name) && !is_end && !is_opaque {
            let close = [b"</", name].concat();
            opaque_until = find_ignoring_case(bytes, at, &close).unwrap_or(bytes.len());
        }
        nodes += 2 + open_before + open.iter().sum::<usize>();
        if tags > MAX_TAGS {
            return Err(Error::data(format!("a page of more than {MAX_TAGS} tags"), advice).at(path));
        }
        if nodes > MAX_NODES {
            return Err(Error::data("too many formatting tags left open in the page", advice).at(path));
        }
    }
    Ok(())
}

/// The error for a page that is nested too deep.
pub(super) fn too_deep() -> Error {
    let found = format!("elements nested more than {MAX_DEPTH} deep");
    Error::data(found, "expected a news page; extract its text first")
}

/// Where the tag ends whose name ends at `at`: behind `>`, quoted values skipped.
fn tag_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'>' => return at + 1,
            b'=' => {
                at += 1;
                while bytes.get(at).copied().is_some_and(is_space) {
                    at += 1;
                }
                match bytes.get(at) {
                    Some(&quote @ (b'"' | b'\'')) => at = find(bytes, at + 1, &[quote]).map_or(bytes.len(), |i| i + 1),
                    // An unquoted value goes on to white space or the end of the tag, other `=` included.
                    _ => {
                        while bytes.get(at).is_some_and(|&b| !is_space(b) && b != b'>') {
                            at += 1;
                        }
                    }
                }
            }
            _ => at += 1,
        }
    }
    at
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn find(bytes: &[u8], from: usize, word: &[u8]) -> Option<usize> {
    bytes.get(from..)?.windows(word.len()).position(|w| w == word).map(|i| from + i)
}

fn find_ignoring_case(bytes: &[u8], from: usize, word: &[u8]) -> Option<usize> {
    bytes.get(from..)?.windows(word.len()).position(|w| w.eq_ignore_ascii_case(word)).map(|i| from + i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(html: &str) -> bool {
        check(Path::new("p.html"), html).is_err()
    }

    #[test]
    fn ordinary_pages_pass() {
        assert!(!refuses(&"<p>Text with <b>bold</b> and <a href='/x?a=1>2'>a link</a>.</p>".repeat(5_000)));
        assert!(!refuses("a < b, <3, <!-- </b> -->, </, <"));
        assert!(!refuses(&"<script>if (a<b;b>c) { x = '<b>' }</script>".repeat(100)));
    }

    #[test]
    fn bombs_do_not() {
        assert!(refuses(&"<div>".repeat(5_000)));
        assert!(refuses(&"<p></p>".repeat(40_000)));
        let many = |piece: &str| (0..4000).map(|i| piece.replace('#', &i.to_string())).collect::<String>();
        assert!(refuses(&many("<b id=#><p>x")));
        assert!(refuses(&many("<b id=#><!-- </b> --><p>x")));
        assert!(refuses(&many("<b id=#><!-- -> </b> --><p>x")));
        assert!(!refuses(&"<!--".repeat(1 << 20)) && !refuses(&"<!x".repeat(1 << 20)));
        assert!(refuses(&many("<b id=#><a title='</b>'></a><p>x")));
        assert!(refuses(&many("<b id=#><style></b></style><p>x")));
        assert!(refuses(&many("<b id=#><table><td></b></table><p>x")));
    }
}
