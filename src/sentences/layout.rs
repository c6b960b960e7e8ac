//! A text comes in, its blocks go out: the paragraphs, headings and list items that no sentence reaches across.
//!
//! A blank line always ends a block. A single line break is harder: in hard-wrapped prose it is a space, after a heading
//! or between paragraphs of one line each it is an end. It counts as a space where the line had no room for the first
//! word of the next one, or where the next one goes on in lower case; see [`wraps`].

use std::ops::Range;

/// Longest line that hard-wrapped text has, in characters; a longer line is a whole paragraph.
const WRAP_COLUMNS: usize = 120;
/// Hard-wrapped text has at least this many columns; anything narrower is a list of short lines.
const MIN_COLUMNS: usize = 60;

/// A line of the text, without the white space around it.
struct Line {
    span: Range<usize>,
    /// Length in characters.
    chars: usize,
    /// Length of its first word in characters; of marker and first word in a list item.
    first_word: usize,
    /// Whether it begins with a bullet or number.
    item: bool,
    /// Whether a blank line (or the start of the text) stands before it.
    first: bool,
}

/// The blocks of `text` in order: byte spans without surrounding white space, together all that is not white space.
pub(super) fn blocks(text: &str) -> Vec<Range<usize>> {
    let lines = lines(text);
    let widest = |lines: &[Line]| lines.iter().map(|l| l.chars).filter(|&n| n <= WRAP_COLUMNS).max().unwrap_or(0);
    let columns = widest(&lines).max(MIN_COLUMNS);
    let mut blocks: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while start < lines.len() {
        let end = (start + 1..lines.len()).find(|&i| lines[i].first).unwrap_or(lines.len());
        let paragraph = &lines[start..end];
        let width = widest(paragraph);
        let mut in_list = false;
        for (i, line) in paragraph.iter().enumerate() {
            let joined = i > 0 && {
                let previous = &paragraph[i - 1];
                let opens_item = line.item && (in_list || text[..previous.span.end].ends_with(':'));
                !opens_item && wraps(text, previous, line, width, columns)
            };
            match blocks.last_mut() {
                Some(block) if joined => block.end = line.span.end,
                _ => {
                    in_list = line.item;
                    blocks.push(line.span.clone());
                }
            }
        }
        start = end;
    }
    blocks
}

/// Whether `next` goes on with the sentence of `line`. `width` is the longest line of the paragraph, `columns` that of the text.
fn wraps(text: &str, line: &Line, next: &Line, width: usize, columns: usize) -> bool {
    if text[next.span.clone()].chars().next().is_some_and(char::is_lowercase) {
        return true;
    }
    if line.chars > WRAP_COLUMNS {
        return false;
    }
    let needed = line.chars + 1 + next.first_word;
    let is_heading = needed * 5 < columns * 3 && !ends_sentence(&text[line.span.clone()]);
    // Writers who wrap by hand leave some room.
    needed * 20 > width * 17 && !is_heading
}

/// Whether `text` ends as sentences do, or in punctuation that must be followed by more.
fn ends_sentence(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_punctuation() || "…”’»—–".contains(c))
}

/// The lines that are not blank.
fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut first = true;
    let mut rest = 0;
    while rest < text.len() {
        let stop = text[rest..].find(is_line_break).map_or(text.len(), |i| rest + i);
        let line = text[rest..stop].trim();
        if line.is_empty() {
            first = true;
        } else {
            let start = stop - text[rest..stop].trim_start().len();
            let mut words = line.split_whitespace();
            let marker = words.next().unwrap_or_default();
            let item = is_marker(marker) && words.next().is_some();
            let word = if item { line.split_whitespace().nth(1).unwrap_or_default() } else { marker };
            let first_word = word.chars().count() + if item { marker.chars().count() + 1 } else { 0 };
            let span = start..start + line.len();
            lines.push(Line { span, chars: line.chars().count(), first_word, item, first });
            first = false;
        }
        rest = stop;
        // One line break: CR LF counts as one.
        if text[rest..].starts_with("\r\n") {
            rest += 2;
        } else if let Some(c) = text[rest..].chars().next() {
            // A paragraph separator and a form feed are blank lines in one character.
            first |= matches!(c, '\u{2029}' | '\u{c}');
            rest += c.len_utf8();
        }
    }
    lines
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// `-`, `*`, `•`, `12.`, `3)`, `(b)`.
fn is_marker(word: &str) -> bool {
    if matches!(word, "-" | "*" | "•" | "·" | "‣" | "◦" | "▪" | "■" | "●") {
        return true;
    }
    let inner = word.strip_prefix('(').unwrap_or(word);
    let Some(inner) = inner.strip_suffix(')').or_else(|| inner.strip_suffix('.')) else { return false };
    let number = inner.len() <= 2 && inner.bytes().all(|b| b.is_ascii_digit());
    let letter = inner.len() == 1 && word.ends_with(')') && inner.as_bytes()[0].is_ascii_lowercase();
    !inner.is_empty() && (number || letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        blocks(text).into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn a_blank_line_parts_blocks_whatever_the_line_end() {
        assert_eq!(
            cut("One a.\r\n\r\nTwo b.\n \t\nThree\r\rFour\u{2029}Five"),
            ["One a.", "Two b.", "Three", "Four", "Five"]
        );
    }

    #[test]
    fn wrapped_prose_stays_together_and_a_heading_above_it_does_not() {
        let text = "What the note says\nThe note speaks of three raids on the border. It names no\nCommander and gives no date.";
        assert_eq!(cut(text).len(), 2);
        assert!(cut(text)[1].starts_with("The note"));
    }

    #[test]
    fn two_short_lines_are_a_heading_and_a_sentence() {
        assert_eq!(cut("What it says\nIt says no."), ["What it says", "It says no."]);
        assert_eq!(cut("he said\nand left"), ["he said\nand left"]);
    }

    #[test]
    fn a_long_line_is_a_paragraph() {
        let long = "The army said so again. ".repeat(9);
        assert_eq!(cut(&format!("{long}\nIt left.")).len(), 2);
    }

    #[test]
    fn list_items_are_blocks() {
        assert_eq!(
            cut("Demands:\n- an end\n- a joint inquiry, led by\n  a judge\n- pay"),
            ["Demands:", "- an end", "- a joint inquiry, led by\n  a judge", "- pay"]
        );
        assert_eq!(
            cut("It all began, the papers say, in the spring of the year, on Oct.\n12. It ended soon.").len(),
            1
        );
    }
}
