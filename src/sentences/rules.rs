//! The thin layer over the sentence crate: where news text needs another answer than the crate gives.
//!
//! In come the text around a possible boundary, out goes whether it is one. Three kinds of rule: [`mask`] hides quotes
//! and brackets from the crate, which would not cut inside them; [`starts`] adds boundaries the crate misses;
//! [`joins`] takes back those it invents.

use super::words::{AFTER_CLOCK, DOTTED, SAYING, STARTERS, TITLES, WORDS};

/// The text as the crate sees it, byte for byte as long: quotes, brackets and odd white space are blanks.
pub(super) fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut previous = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let hidden = match c {
            '\'' | '’' | '‘' => {
                !(previous.is_alphanumeric() && chars.peek().is_some_and(|next| next.is_alphanumeric()))
            }
            _ => c.is_whitespace() || is_quote(c) || is_bracket(c),
        };
        if hidden {
            masked.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            masked.push(c);
        }
        previous = c;
    }
    masked
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '‹' | '›')
}

fn is_bracket(c: char) -> bool {
    matches!(c, '(' | ')' | '[' | ']' | '{' | '}')
}

/// Bytes of the quotes and brackets that close right at the beginning of `text`, and so belong to the sentence before.
pub(super) fn closers(text: &str) -> usize {
    let run = text.find(|c: char| !is_quote(c) && !is_bracket(c)).unwrap_or(text.len());
    // `said."But` has no white space to tell: the straight quote opens.
    let opens_next = text[run..].chars().next().is_some_and(char::is_alphanumeric);
    if opens_next {
        0
    } else {
        run - text[..run].trim_start_matches(|c| !matches!(c, '“' | '„' | '‘' | '(' | '[' | '{')).len()
    }
}

/// The word that ends at the stop which ends `before`: without the stop, quotes or brackets around it.
fn word_before(before: &str) -> &str {
    let before = before.trim_end_matches(|c| is_quote(c) || is_bracket(c));
    let tail = &before[before.floor_char_boundary(before.len().saturating_sub(32))..];
    let word = tail.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = word.strip_suffix('.').unwrap_or(word);
    word.rsplit(['/', '-', '–', '—', '(', '[', '"', '“', '‘', '\'']).next().unwrap_or_default()
}

/// The first word of `after`, without quotes and brackets before it.
fn word_after(after: &str) -> &str {
    let after = after.trim_start_matches(|c: char| c.is_whitespace() || is_quote(c) || is_bracket(c));
    let after = &after[..after.floor_char_boundary(after.len().min(40))];
    after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// Whether a sentence begins between `before`, which ends with a dot, and `after`, where the crate sees none.
pub(super) fn starts(before: &str, after: &str) -> bool {
    let (word, next) = (word_before(before), word_after(after));
    if DOTTED.contains(&word) {
        return STARTERS.contains(&next);
    }
    WORDS.contains(&word) && next.starts_with(char::is_uppercase)
}

/// Whether the sentence goes on from `before` to `after`, where the crate sees a boundary.
pub(super) fn joins(before: &str, after: &str) -> bool {
    let next = word_after(after);
    // Nothing but a list marker or a stray mark on one side.
    if next.is_empty() && !after.contains(char::is_alphanumeric) {
        return true;
    }
    if next.starts_with(char::is_lowercase) {
        return true;
    }
    let word = word_before(before);
    let lower = word.to_lowercase();
    if matches!(lower.as_str(), "a.m" | "p.m" | "am" | "pm") && AFTER_CLOCK.contains(&next.to_lowercase().as_str()) {
        return before.ends_with('.');
    }
    if TITLES.contains(&lower.as_str()) && word.starts_with(char::is_uppercase) && before.ends_with('.') {
        return true;
    }
    // `R-S.C.`: no white space, a lone letter on either side.
    if before.ends_with('.')
        && next.chars().count() == 1
        && after.starts_with(next)
        && after[next.len()..].starts_with('.')
    {
        return word.chars().count() == 1 && !before.ends_with(char::is_whitespace);
    }
    asks(before, after)
}

/// `“Where is it?” Mr. Khan asked.`
fn asks(before: &str, after: &str) -> bool {
    let open = before.trim_end_matches(is_quote);
    if open.len() == before.len() || !open.ends_with(['?', '!']) {
        return false;
    }
    for word in after.split_whitespace().take(5) {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if SAYING.contains(&bare) {
            return true;
        }
        if !word.starts_with(char::is_uppercase) || STARTERS.contains(&bare) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_as_long_as_what_it_hides_and_keeps_apostrophes() {
        for text in ["“It’s so,” he\u{a0}said (twice). 'No.'", "\"a\"\n\u{2003}b"] {
            assert_eq!(mask(text).len(), text.len());
        }
        assert_eq!(mask("it's (so) 'x'"), "it's  so   x ");
    }

    #[test]
    fn closing_marks_belong_to_the_sentence_before() {
        assert_eq!(closers("\" He"), 1);
        assert_eq!(closers("”) He"), 4);
        assert_eq!(closers("\"But"), 0);
        assert_eq!(closers(" \"But"), 0);
        assert_eq!(closers("\""), 1);
    }

    #[test]
    fn clocks_titles_and_lower_case_join() {
        assert!(joins("at 5 p.m.", "Friday without"));
        assert!(!joins("at 5 p.m.", "The army"));
        assert!(joins("said Ms.", "Haley was"));
        assert!(joins("“Where?”", "the man asked"));
        assert!(joins("“Where?”", "Mr. Khan asked."));
        assert!(!joins("“Where?”", "Nobody answered."));
    }

    #[test]
    fn a_dotted_name_ends_a_sentence_before_a_starter_only() {
        assert!(starts("troubled the U.S.", "The ministry"));
        assert!(!starts("of the U.S.", "Congress met"));
        assert!(starts("he told me.", "“Give me one"));
    }
}
