//! Numbers in, words for the eye out: the same in every report.

use comfy_table::{Attribute, Cell, CellAlignment, Color, Table};

use crate::metrics::{Figure, Interval};

/// What stands where a figure is undefined.
pub(super) const UNDEFINED: &str = "—";

/// `0.841`, `−0.120`, `—`.
pub(super) fn figure(value: Option<f64>) -> String {
    value.map_or(UNDEFINED.to_string(), |value| decimals(value, 3))
}

/// A number with so many decimals and a true minus sign; never a negative zero.
pub(super) fn decimals(value: f64, places: usize) -> String {
    let digits = format!("{:.places$}", value.abs());
    let is_zero = digits.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    if value < 0.0 && !is_zero { format!("−{digits}") } else { digits }
}

/// As [`figure`], with a plus sign above zero.
pub(super) fn signed(value: Option<f64>) -> String {
    value.map_or(UNDEFINED.to_string(), |value| signed_decimals(value, 3))
}

/// As [`decimals`], with a plus sign above zero.
pub(super) fn signed_decimals(value: f64, places: usize) -> String {
    let digits = decimals(value, places);
    let is_zero = digits.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    if value > 0.0 && !is_zero { format!("+{digits}") } else { digits }
}

/// `0.812 – 0.866`, `—`.
pub(super) fn interval(figure: &Figure) -> String {
    match figure.interval() {
        Some(Interval { low, high }) => format!("{} – {}", decimals(low, 3), decimals(high, 3)),
        None => UNDEFINED.to_string(),
    }
}

/// `+0.012 – +0.040`: an interval of differences.
pub(super) fn signed_interval(figure: &Figure) -> String {
    match figure.interval() {
        Some(Interval { low, high }) => format!("{} to {}", signed(Some(low)), signed(Some(high))),
        None => UNDEFINED.to_string(),
    }
}

/// `97.2 %`, `—`; the space does not break.
pub(super) fn percent(share: Option<f64>) -> String {
    share.map_or(UNDEFINED.to_string(), |share| format!("{}\u{a0}%", decimals(share * 100.0, 1)))
}

/// `12,045`.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 sentence`, `12,045 sentences`.
pub(super) fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(n), if n == 1 { "" } else { "s" })
}

/// A p-value: `0.031`, `< 0.001`.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_string() } else { decimals(p, 3) }
}

/// Text without what could steer a terminal, shortened to `width` characters.
pub(super) fn plain(text: &str, width: usize) -> String {
    let mut safe: String = text.chars().take(width).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(width).is_some() {
        safe.pop();
        safe.push('…');
    }
    safe
}

/// Control characters have no place on a page; bidirectional overrides would turn what follows them round.
pub(super) fn clean(text: &str) -> String {
    let unsafe_direction = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || unsafe_direction(c) { ' ' } else { c }).collect()
}

/// How a piece of text stands out, where colour is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Heading,
    Faint,
    Good,
    Bad,
}

/// A cell in this tone.
pub(super) fn cell(content: impl Into<String>, tone: Tone) -> Cell {
    let cell = Cell::new(content.into());
    match tone {
        Tone::Plain => cell,
        Tone::Heading => cell.add_attribute(Attribute::Bold),
        Tone::Faint => cell.add_attribute(Attribute::Dim),
        Tone::Good => cell.fg(Color::Green).add_attribute(Attribute::Bold),
        Tone::Bad => cell.fg(Color::Red),
    }
}

/// A line of text in this tone.
pub(super) fn line(text: &str, tone: Tone, colour: bool) -> String {
    let code = match tone {
        Tone::Plain => return text.to_string(),
        Tone::Heading => "1",
        Tone::Faint => "2",
        Tone::Good => "1;32",
        Tone::Bad => "31",
    };
    if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
}

/// Rows of cells as aligned columns without rules: the first `left` columns to the left, the others to the right.
pub(super) fn columns(rows: Vec<Vec<Cell>>, left: usize, colour: bool) -> String {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    if colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if index == 0 { 2 } else { 0 }, 2));
        column.set_cell_alignment(if index < left { CellAlignment::Left } else { CellAlignment::Right });
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([figure(Some(0.8414)), figure(None), figure(Some(-0.1204))], ["0.841", "—", "−0.120"]);
        assert_eq!([figure(Some(-0.0001)), signed(Some(0.0001)), signed(Some(0.01))], ["0.000", "0.000", "+0.010"]);
        assert_eq!([count(0), count(999), count(1000), count(12_345_678)], ["0", "999", "1,000", "12,345,678"]);
        assert_eq!([p_value(0.0312), p_value(1e-9), percent(Some(0.9715))], ["0.031", "< 0.001", "97.2\u{a0}%"]);
        assert_eq!([counted(1, "article"), counted(2, "article")], ["1 article", "2 articles"]);
    }

    #[test]
    fn nothing_in_a_label_steers_the_terminal() {
        assert_eq!(plain("a\x1b[31mb", 20), "a\u{fffd}[31mb");
        assert_eq!(plain("pakistan_rebuttal", 9), "pakistan…");
    }

    #[test]
    fn columns_are_aligned_and_colourless_unless_asked() {
        let rows = || {
            vec![
                vec![cell("a", Tone::Good), cell("1", Tone::Plain)],
                vec![cell("bb", Tone::Bad), cell("22", Tone::Plain)],
            ]
        };
        assert_eq!(columns(rows(), 1, false), "  a    1\n  bb  22\n");
        assert!(columns(rows(), 1, true).contains('\x1b'));
    }
}
