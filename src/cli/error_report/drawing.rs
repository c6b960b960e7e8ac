//! An excerpt comes in, a drawing of it goes out: the line with its number, what the error is about underlined.
//!
//! miette draws. What it is given fits the width, whatever the length of the line, and holds nothing that could steer a
//! terminal.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use stance::report::predictions::visible;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::excerpt::Excerpt;

/// The drawing, at most `width` columns wide, with line ends; `advice` stands below the place.
pub(super) fn draw(excerpt: &Excerpt, advice: &str, width: usize, colour: bool) -> String {
    let place = Place::of(excerpt, advice, width);
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(width)
        .with_context_lines(0)
        .without_primary_span_start();
    let mut drawn = String::new();
    // Writing to a string does not fail.
    let _ = handler.render_report(&mut drawn, &place);
    // miette begins with the message, which is empty here: the one line above has said it.
    drawn.split_once('\n').map_or(String::new(), |(_, snippet)| snippet.to_string())
}

/// One line of a file as miette asks for it.
#[derive(Debug)]
struct Place {
    name: String,
    /// Number of the line, from 0.
    line: usize,
    text: String,
    /// What is underlined, in bytes of `text`.
    there: std::ops::Range<usize>,
    advice: String,
}

impl Place {
    fn of(excerpt: &Excerpt, advice: &str, width: usize) -> Place {
        let Excerpt { path, line, before, there, after } = excerpt;
        // Beside the text stands ` 17 │ `.
        let room = width.saturating_sub(line.to_string().len() + 4).max(20);
        let before = last_columns(&one_line(before), room / 4);
        let there = first_columns(&one_line(there), room / 2);
        let rest = room - before.width() - there.width();
        // What is empty at the end of a line is pointed at from below a space.
        let after = if after.is_empty() { " ".to_string() } else { first_columns(&one_line(after), rest) };
        // The advice hangs from the middle of the underline by `╰── `.
        let hangs = before.width() + there.width() / 2 + 4;
        Place {
            name: format!("{}:{line}", one_line(path)),
            line: *line as usize - 1,
            there: before.len()..before.len() + there.len(),
            text: before + &there + &after,
            advice: first_columns(&one_line(advice), room.saturating_sub(hangs)),
        }
    }
}

/// Tabs and line breaks as spaces, other control characters so that they are seen and do nothing.
fn one_line(text: &str) -> String {
    visible(&text.replace(['\t', '\n', '\r'], " "))
}

/// The beginning of `text`, at most `columns` wide; `…` says that more follows.
fn first_columns(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_string();
    }
    format!("{}…", taken(text.chars(), columns.saturating_sub(1)).iter().collect::<String>())
}

/// The end of `text`, at most `columns` wide.
fn last_columns(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_string();
    }
    format!("…{}", taken(text.chars().rev(), columns.saturating_sub(1)).iter().rev().collect::<String>())
}

/// As many characters as fit.
fn taken(characters: impl Iterator<Item = char>, columns: usize) -> Vec<char> {
    let mut width = 0;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width <= columns
    };
    characters.take_while(fits).collect()
}

impl fmt::Display for Place {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Place {}

impl Diagnostic for Place {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = Some(self.advice.clone()).filter(|advice| !advice.is_empty());
        Some(Box::new(std::iter::once(LabeledSpan::new(label, self.there.start, self.there.len()))))
    }
}

impl SourceCode for Place {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (text, all) = (self.text.as_bytes(), (0, self.text.len()).into());
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), text, all, self.line, 0, 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(line: u64, parts: [&str; 3]) -> Excerpt {
        let [before, there, after] = parts.map(String::from);
        Excerpt { path: "d.csv".to_string(), line, before, there, after }
    }

    #[test]
    fn the_cell_is_underlined_and_the_advice_hangs_from_it() {
        let drawn = draw(&excerpt(17, ["We deny it.,", "", ",1"]), "write a label or remove the row", 80, false);
        insta::assert_snapshot!(drawn, @r"
           ╭─[d.csv:17]
        17 │ We deny it.,,1
           ·             ▲
           ·             ╰── write a label or remove the row
           ╰────
        ");
        let drawn = draw(&excerpt(3, ["a,", "lable", ",n"]), "did you mean --label-column lable?", 80, false);
        insta::assert_snapshot!(drawn, @r"
          ╭─[d.csv:3]
        3 │ a,lable,n
          ·   ──┬──
          ·     ╰── did you mean --label-column lable?
          ╰────
        ");
        // At the end of a line, and with nothing to say about it.
        let drawn = draw(&excerpt(2, ["a,", "", ""]), "", 80, false);
        assert!(drawn.ends_with("\n   ·   ▲\n   ╰────\n"), "{drawn}");
    }

    #[test]
    fn a_huge_line_is_cut_on_both_sides_and_nothing_steers_the_terminal() {
        let (long, wide) = ("before ".repeat(1 << 16), "部".repeat(1 << 16));
        let hostile = format!("\x1b[31m\u{202e}a\tb{wide}");
        let advice = "expected one sentence a row, and not what stands in this cell of the file, which is too long";
        for width in [20, 40, 80, 200] {
            let drawn = draw(&excerpt(123_456, [&long, &hostile, &long]), advice, width, false);
            let widest = drawn.lines().map(UnicodeWidthStr::width).max().unwrap();
            assert!(widest <= width.max(34), "{widest} in {width}\n{drawn}");
            assert!(!drawn.contains(['\x1b', '\t', '\u{202e}']), "{drawn}");
        }
        insta::assert_snapshot!(draw(&excerpt(9, [&long, &hostile, &long]), advice, 60, false), @r"
          ╭─[d.csv:9]
        9 │ …fore before ␛[31m�a b部部部部部部部部…before before b…
          ·              ─────────────┬────────────
          ·                           ╰── expected one sentence a …
          ╰────
        ");
    }

    #[test]
    fn colour_only_where_asked() {
        assert!(draw(&excerpt(1, ["", "a", ""]), "advice", 80, true).contains("\x1b["));
    }
}
