//! Quotation: the marks of an article's sentences in order, which words stand inside them out.

use super::tokens::{Facing, Shape, Tokens};

/// Where a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Outside,
    Inside,
    /// The mark itself.
    Mark,
}

/// How much of a sentence is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Share {
    Nothing = 0,
    Part,
    Half,
    Whole,
}

/// The quotation of one sentence.
#[derive(Debug, Clone)]
pub(super) struct Quotation {
    /// One a token.
    pub places: Vec<Place>,
    pub share: Share,
    /// The sentence begins inside a quotation that was opened before.
    pub begins_inside: bool,
    /// It opens a paragraph with a mark while the paragraph before never closed its own: the quotation goes on.
    pub continued: bool,
    /// The sentence ends inside a quotation.
    pub ends_inside: bool,
}

impl Quotation {
    pub fn is_outside(&self, token: usize) -> bool {
        self.places[token] == Place::Outside
    }
}

/// Follows the marks through an article.
#[derive(Debug, Default)]
pub(super) struct QuotationState {
    open: bool,
}

impl QuotationState {
    /// Takes the next sentence; `new_paragraph` where a paragraph begins with it.
    pub fn next(&mut self, tokens: &Tokens, new_paragraph: bool) -> Quotation {
        let list = &tokens.list;
        let first_is_mark = list.first().is_some_and(|token| token.is_quote());
        // A mark that stands off from what follows, or before a word in lower case, closes what the sentence before left open: `." he said.`
        let stands_off = list.get(1).is_some_and(|next| next.span.0 > list[0].span.1 || next.shape == Shape::Lower);
        let closes_first = first_is_mark
            && self.open
            && !new_paragraph
            && (list[0].shape == Shape::Quote(Facing::Closing) || stands_off);
        let mut continued = false;
        if new_paragraph || (first_is_mark && !closes_first) {
            continued = self.open && first_is_mark;
            self.open = false;
        }
        let marks = list.iter().filter(|token| token.is_quote()).count();
        // One mark alone, at the end: its opening was lost.
        let last_is_mark = list.last().is_some_and(|token| token.is_quote());
        let facing_in = list.last().is_some_and(|token| token.shape == Shape::Quote(Facing::Opening));
        if marks == 1 && last_is_mark && !facing_in && !self.open && list.len() > 1 {
            self.open = true;
        }
        let begins_inside = self.open && !closes_first;
        let mut places = Vec::with_capacity(list.len());
        let (mut inside, mut words) = (0, 0);
        for token in list {
            match token.shape {
                Shape::Quote(facing) => {
                    let first = places.is_empty();
                    self.open = match facing {
                        _ if first && closes_first => false,
                        Facing::Opening => true,
                        Facing::Closing => false,
                        Facing::Unknown => !self.open,
                    };
                    places.push(Place::Mark);
                }
                shape => {
                    places.push(if self.open { Place::Inside } else { Place::Outside });
                    if !matches!(shape, Shape::Mark(_)) {
                        words += 1;
                        inside += usize::from(self.open);
                    }
                }
            }
        }
        let share = match inside {
            0 => Share::Nothing,
            _ if inside == words => Share::Whole,
            _ if inside * 2 > words => Share::Half,
            _ => Share::Part,
        };
        Quotation { places, share, begins_inside, continued, ends_inside: self.open }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sentences: &[(&str, bool)]) -> Vec<Quotation> {
        let mut state = QuotationState::default();
        sentences.iter().map(|(text, new)| state.next(&Tokens::cut(text, |_| 0), *new)).collect()
    }

    #[test]
    fn a_quotation_runs_over_sentences_and_paragraphs() {
        let read = read(&[
            ("“We did it.", true),
            ("They did not.", false),
            ("“And much more,” he said.", true),
            ("Nothing followed.", true),
        ]);
        assert!(read[0].ends_inside && read[0].share == Share::Whole);
        assert!(read[1].begins_inside && read[1].share == Share::Whole && read[1].ends_inside);
        assert!(read[2].continued && read[2].share == Share::Half && !read[2].ends_inside);
        assert!(read[3].share == Share::Nothing && !read[3].begins_inside);
    }

    #[test]
    fn marks_that_close_after_the_stop_belong_to_the_sentence_before() {
        let read = read(&[("\"We did it.", true), ("\" he added.", false), ("Later he left.", false)]);
        assert!(read[0].ends_inside);
        assert_eq!(read[1].share, Share::Nothing);
        assert!(!read[1].ends_inside && read[2].share == Share::Nothing);
    }

    #[test]
    fn a_lost_opening_is_supplied_and_an_unclosed_one_ends_with_its_paragraph() {
        let read = read(&[("We are done.\"", true), ("\"Never closed", true), ("Plain.", true)]);
        assert_eq!(read[0].share, Share::Whole);
        assert!(read[1].ends_inside);
        assert_eq!(read[2].share, Share::Nothing);
    }
}
