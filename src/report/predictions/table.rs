//! Predictions of one article as a table for a terminal.

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};

use super::LabelledSentence;

/// Colours of labels, in their order, leaving the most frequent one to `None`: readable on dark and light ground.
const COLOURS: [Color; 6] = [Color::DarkYellow, Color::DarkCyan, Color::Magenta, Color::Green, Color::Blue, Color::Red];

/// The sentences of one article, fitted to `width` columns. `plain` is the label that stays without colour: the usual one.
/// Control characters of the text are shown, not sent to the terminal.
pub fn prediction_table(
    sentences: &[LabelledSentence<'_>],
    labels: &[String],
    plain: usize,
    width: u16,
    colour: bool,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let with_speaker = sentences.iter().any(|s| s.speaker.is_some());
    for s in sentences {
        let label = s.label(labels);
        let paint = |cell: Cell| match s.prediction.label {
            class if !colour || !s.labelled || class == plain => cell,
            class => cell.fg(COLOURS[if class > plain { class - 1 } else { class } % COLOURS.len()]),
        };
        let label = Cell::new(if label.is_empty() { "—" } else { label });
        let mut row = vec![
            paint(if colour && s.labelled && s.prediction.label != plain {
                label.add_attribute(Attribute::Bold)
            } else {
                label
            }),
            Cell::new(format!("{:.2}", s.probability())),
        ];
        if with_speaker {
            row.push(Cell::new(s.speaker.unwrap_or("")));
        }
        row.push(paint(Cell::new(visible(&s.sentence.text))));
        table.add_row(row);
    }
    // Trailing blanks only widen what is copied from a terminal.
    let text = table.to_string();
    let mut lines: String = text.lines().map(|line| line.trim_end().to_string() + "\n").collect();
    if let Some(article) = sentences.first().map(|s| s.article).filter(|article| !article.is_empty()) {
        lines.insert_str(0, &format!("{}\n", visible(article)));
    }
    lines
}

/// The text with control characters as pictures of themselves: a terminal must not obey an article.
pub fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' | '\r' => ' ',
            '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
            '\u{7f}'..='\u{9f}' => '\u{fffd}',
            // Marks that turn the direction of the text around would move other columns.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect()
}
