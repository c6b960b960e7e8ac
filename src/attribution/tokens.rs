//! Tokens: the text of a sentence in, its words and marks out.
//!
//! "U.S." becomes `US`, "Gen." loses its stop, "Ruritania's" is two tokens, curly and doubled quotation marks become one kind of mark that
//! remembers which way it faced. A hyphened word that no list knows comes apart where a part has a capital: "Ruritania-based".

use super::english::ABBREVIATIONS;
use crate::features::fingerprint;

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Without a capital.
    Lower,
    /// A capital first, then none.
    Capital,
    /// Capitals elsewhere too: "US", "LeT".
    Capitals,
    /// Begins with a digit or a currency sign.
    Number,
    /// A punctuation mark.
    Mark(char),
    /// A quotation mark.
    Quote(Facing),
}

/// Which way a quotation mark faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Facing {
    Opening,
    Closing,
    Unknown,
}

/// A word or mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    /// Where its lower-cased text stands in [`Tokens::lower`].
    start: u32,
    end: u32,
    /// Of the lower-cased text.
    pub fingerprint: u64,
    /// Of the text as written, for [`Shape::Capitals`]; else 0.
    pub exact: u64,
    /// Number in the lexicon, 0 for a word that no list knows.
    pub word: u32,
    pub shape: Shape,
    /// Bytes of the sentence that it comes from.
    pub span: (u32, u32),
}

impl Token {
    pub fn has_capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Capitals)
    }

    pub fn is_word(&self) -> bool {
        matches!(self.shape, Shape::Lower | Shape::Capital | Shape::Capitals)
    }

    pub fn is_quote(&self) -> bool {
        matches!(self.shape, Shape::Quote(_))
    }

    pub fn is_mark(&self, mark: char) -> bool {
        self.shape == Shape::Mark(mark)
    }
}

/// The tokens of one sentence.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub list: Vec<Token>,
    lower: String,
    /// Bytes of the sentence that are being cut.
    span: (u32, u32),
}

impl Tokens {
    /// Cuts `text`; `known` gives the number of a word by its fingerprint, 0 for one that no list knows.
    pub fn cut(text: &str, known: impl Fn(u64) -> u32) -> Tokens {
        let mut tokens = Tokens {
            list: Vec::with_capacity(text.len() / 5 + 2),
            lower: String::with_capacity(text.len() + 8),
            span: (0, 0),
        };
        let mut word = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let start = text.len() - rest.len();
            if c.is_alphabetic() {
                rest = take_word(rest, &mut word);
                tokens.span = (start as u32, (text.len() - rest.len()) as u32);
                tokens.push_word(&word, &known);
            } else if c.is_ascii_digit() || (c == '$' && rest[1..].starts_with(|d: char| d.is_ascii_digit())) {
                let end = number_end(rest);
                tokens.span = (start as u32, (start + end) as u32);
                tokens.push(&rest[..end], Shape::Number, &known);
                rest = &rest[end..];
            } else {
                let (shape, length) = mark(text, start, c, tokens.list.last());
                tokens.span = (start as u32, (start + length) as u32);
                if let Some((text, shape)) = shape {
                    tokens.push(text, shape, &known);
                }
                rest = &rest[length..];
            }
        }
        tokens
    }

    /// Lower-cased text of a token.
    pub fn lower(&self, index: usize) -> &str {
        let token = &self.list[index];
        &self.lower[token.start as usize..token.end as usize]
    }

    fn push(&mut self, written: &str, shape: Shape, known: &impl Fn(u64) -> u32) {
        let start = self.lower.len();
        if written.is_ascii() {
            self.lower.push_str(written);
            self.lower[start..].make_ascii_lowercase();
        } else {
            self.lower.extend(written.chars().flat_map(char::to_lowercase));
        }
        let fingerprint = fingerprint(&self.lower.as_bytes()[start..]);
        self.list.push(Token {
            start: start as u32,
            end: self.lower.len() as u32,
            fingerprint,
            exact: if shape == Shape::Capitals { self::fingerprint(written.as_bytes()) } else { 0 },
            word: known(fingerprint),
            shape,
            span: self.span,
        });
    }

    fn push_word(&mut self, written: &str, known: &impl Fn(u64) -> u32) {
        if let Some(owner) = written.strip_suffix("'s").filter(|owner| owner.len() > 1) {
            self.push_word(owner, known);
            self.push("'s", Shape::Mark('\''), known);
            return;
        }
        self.push(written, shape_of(written), known);
        let known_whole = self.list.last().is_some_and(|token| token.word != 0);
        if known_whole || !written.contains('-') || !written.contains(char::is_uppercase) {
            return;
        }
        if let Some(whole) = self.list.pop() {
            self.lower.truncate(whole.start as usize);
        }
        for (index, part) in written.split('-').filter(|part| !part.is_empty()).enumerate() {
            if index > 0 {
                self.push("-", Shape::Mark('-'), known);
            }
            self.push(part, shape_of(part), known);
        }
    }
}

/// Lower-cased, with spaces for hyphens: names that differ in these alone are the same.
pub(super) fn fold(name: &str) -> String {
    name.to_lowercase().replace(['-', '’'], " ").replace('.', "")
}

fn shape_of(word: &str) -> Shape {
    // Most words are plain: small letters behind the first.
    if let [first, rest @ ..] = word.as_bytes()
        && first.is_ascii_alphabetic()
        && rest.iter().all(u8::is_ascii_lowercase)
    {
        return if first.is_ascii_uppercase() { Shape::Capital } else { Shape::Lower };
    }
    let mut chars = word.chars();
    let first = chars.next().is_some_and(char::is_uppercase);
    // "Al-Qaida" and "O'Neill": a capital after a hyphen or an apostrophe is a first one too.
    let mut after_joint = false;
    let mut further = false;
    for c in chars {
        further |= c.is_uppercase() && !after_joint;
        after_joint = c == '-' || c == '\'';
    }
    match (first, further) {
        (_, true) => Shape::Capitals,
        (true, false) => Shape::Capital,
        (false, false) if word.contains(char::is_uppercase) => Shape::Capital,
        (false, false) => Shape::Lower,
    }
}

/// Copies the word at the start of `text` into `word`, with plain apostrophes and without the stops of an abbreviation, and returns the rest.
fn take_word<'a>(text: &'a str, word: &mut String) -> &'a str {
    word.clear();
    let mut at = 0;
    loop {
        // Most words are plain letters to their end.
        let plain = text.bytes().skip(at).take_while(u8::is_ascii_alphanumeric).count();
        word.push_str(&text[at..at + plain]);
        at += plain;
        let Some(c) = text[at..].chars().next() else { return "" };
        let behind = at + c.len_utf8();
        let next = text[behind..].chars().next();
        let joins = next.is_some_and(char::is_alphanumeric);
        match c {
            _ if c.is_alphanumeric() => word.push(c),
            '\'' | '’' if joins => word.push('\''),
            '-' | '\u{2010}' | '\u{2011}' if joins => word.push('-'),
            '.' if is_initial(word) => {
                // "U.S.": go on if another initial follows at once, else the stop ends the word.
                if !next.is_some_and(|n| n.is_uppercase() || n == '-' || n == '\'' || n == '’') {
                    return &text[behind..];
                }
            }
            '.' if ABBREVIATIONS.contains(&word.to_lowercase().as_str()) => return &text[behind..],
            _ => return &text[at..],
        }
        at = behind;
    }
}

/// Whether the word so far may be initials: capitals only, as in "U" or "US".
fn is_initial(word: &str) -> bool {
    word.len() <= 4 && word.chars().all(char::is_uppercase) && word.chars().count() <= 3
}

fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 1;
    while end < bytes.len()
        && (bytes[end].is_ascii_digit()
            || (matches!(bytes[end], b'.' | b',') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)))
    {
        end += 1;
    }
    end
}

/// The mark `c` at byte `at` of `sentence`, if it is one to keep, and its length in bytes.
fn mark<'a>(sentence: &'a str, at: usize, c: char, last: Option<&Token>) -> (Option<(&'a str, Shape)>, usize) {
    let (before, text) = sentence.split_at(at);
    let length = c.len_utf8();
    let quote = |facing| Some(("\"", Shape::Quote(facing)));
    match c {
        '“' | '„' | '«' => (quote(Facing::Opening), length),
        '”' | '»' => (quote(Facing::Closing), length),
        '"' => (quote(facing(before, &text[1..])), length),
        '`' if text.starts_with("``") => (quote(Facing::Opening), 2),
        '\'' if text.starts_with("''") => (quote(Facing::Unknown), 2),
        '‘' => (Some(("‘", Shape::Mark('‘'))), length),
        // An opening single quotation mark stands before a word; anything else is an apostrophe.
        '\'' | '’' => {
            let opens = text[length..].starts_with(char::is_alphabetic) && (last.is_none_or(|token| !token.is_word()));
            (Some(("'", Shape::Mark(if opens { '‘' } else { '\'' }))), length)
        }
        '—' | '–' => (Some(("—", Shape::Mark('—'))), length),
        '…' => (Some(("…", Shape::Mark('…'))), length),
        _ if c.is_whitespace() || c.is_control() => (None, length),
        _ => (Some((&text[..length], Shape::Mark(c))), length),
    }
}

/// Which way a straight mark faces, by the spaces around it.
fn facing(before: &str, behind: &str) -> Facing {
    let space_before =
        before.chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '—' | '–'));
    let space_behind = behind.chars().next().is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation());
    match (space_before, space_behind) {
        (true, false) => Facing::Opening,
        (false, true) => Facing::Closing,
        _ => Facing::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let tokens = Tokens::cut(text, |_| 0);
        (0..tokens.list.len()).map(|i| tokens.lower(i).to_string()).collect()
    }

    #[test]
    fn initials_lose_their_stops_and_possessives_come_apart() {
        assert_eq!(
            cut("The U.S. and R.U.'s envoy, Gen. P.J. O'Neill."),
            ["the", "us", "and", "ru", "'s", "envoy", ",", "gen", "pj", "o'neill", "."]
        );
        assert_eq!(cut("U.S.-led, $1.5 million"), ["us", "-", "led", ",", "$1.5", "million"]);
        assert_eq!(cut("the minister’s “no”"), ["the", "minister", "'s", "\"", "no", "\""]);
        assert_eq!(cut(""), Vec::<String>::new());
    }

    #[test]
    fn shapes_tell_us_from_u_s() {
        let shapes = |text| Tokens::cut(text, |_| 0).list.iter().map(|t| t.shape).collect::<Vec<_>>();
        assert_eq!(shapes("US us Us"), [Shape::Capitals, Shape::Lower, Shape::Capital]);
        assert_eq!(shapes("al-Qaida"), [Shape::Lower, Shape::Mark('-'), Shape::Capital]);
        assert_eq!(
            shapes("“a” \""),
            [Shape::Quote(Facing::Opening), Shape::Lower, Shape::Quote(Facing::Closing), Shape::Quote(Facing::Unknown)]
        );
    }

    #[test]
    fn any_text_is_cut_without_panic() {
        for text in ["-", "'", "..", "U.", "a-", "é’", "$", "$5.", "''", "`", "\u{0}", "U.S", "’s", "İ.İ."] {
            cut(text);
        }
    }
}
