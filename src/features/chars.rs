//! Character n-grams of the lower-cased text, white space folded to single spaces, as scikit-learn's analyzers `char_wb` and `char` cut them.

use super::block::NGrams;
use super::terms::TermBuffer;

/// Appends the character n-grams of `sentence` to `terms`, inside words padded by spaces or anywhere.
pub(super) fn collect(sentence: &str, n: NGrams, within_words: bool, terms: &mut TermBuffer) {
    let mut text = std::mem::take(&mut terms.characters);
    fold(sentence, within_words, &mut text);
    collect_from(&text, n, within_words, terms);
    terms.characters = text;
}

/// Appends the n-grams of a text that is already lower-cased and folded, with a space at either end if `within_words`.
pub(crate) fn collect_from(text: &str, n: NGrams, within_words: bool, terms: &mut TermBuffer) {
    if within_words {
        // Each word with the space before and after it; neighbours share a space.
        let mut start = 0;
        while let Some(length) = text.get(start + 1..).and_then(|rest| rest.find(' ')) {
            let end = start + 1 + length;
            windows_of_word(&text[start..=end], n, terms);
            start = end;
        }
    } else {
        for length in n.min..=n.max {
            windows(text, length, terms);
        }
    }
}

/// Lower-cases and folds runs of white space to one space; with padding, one space at either end of a non-empty text.
fn fold(sentence: &str, padded: bool, text: &mut String) {
    text.clear();
    if padded {
        for word in sentence.split_whitespace() {
            text.push(' ');
            push_lower(word, text);
        }
        if !text.is_empty() {
            text.push(' ');
        }
    } else {
        let mut space = false;
        for c in sentence.chars() {
            if c.is_whitespace() {
                if !space {
                    text.push(' ');
                }
                space = true;
            } else {
                space = false;
                text.extend(c.to_lowercase());
            }
        }
    }
}

fn push_lower(word: &str, text: &mut String) {
    if word.is_ascii() {
        text.extend(word.bytes().map(|b| b.to_ascii_lowercase() as char));
    } else {
        text.push_str(&word.to_lowercase());
    }
}

/// All windows of `n` characters of a padded word; a word no longer than a window counts once, and longer windows not again.
fn windows_of_word(word: &str, n: NGrams, terms: &mut TermBuffer) {
    for length in n.min..=n.max {
        let count = windows(word, length, terms);
        if count == 0 {
            terms.push(word);
        }
        if count <= 1 {
            break;
        }
    }
}

/// Appends all windows of `n` characters and returns how many.
fn windows(text: &str, n: usize, terms: &mut TermBuffer) -> usize {
    let mut ends = text.char_indices().map(|(i, _)| i).chain(std::iter::once(text.len())).skip(n);
    let mut count = 0;
    for (start, _) in text.char_indices() {
        let Some(end) = ends.next() else { break };
        terms.push(&text[start..end]);
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n_grams(text: &str, min: usize, max: usize, within_words: bool) -> Vec<String> {
        let mut terms = TermBuffer::with_names();
        collect(text, NGrams { min, max }, within_words, &mut terms);
        terms.names().map(str::to_string).collect()
    }

    #[test]
    fn windows_stay_inside_padded_words() {
        assert_eq!(n_grams("Do  it", 3, 3, true), [" do", "do ", " it", "it "]);
        assert_eq!(n_grams("né", 2, 2, true), [" n", "né", "é "]);
    }

    #[test]
    fn a_short_word_counts_once() {
        assert_eq!(n_grams("a", 3, 5, true), [" a "]);
        assert_eq!(n_grams("a", 4, 5, true), [" a "]);
        assert_eq!(n_grams("", 3, 5, true), Vec::<String>::new());
    }

    #[test]
    fn windows_may_cross_words() {
        assert_eq!(n_grams("a \t b", 2, 3, false), ["a ", " b", "a b"]);
    }
}
