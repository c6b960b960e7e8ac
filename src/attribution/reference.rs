//! Whom a mention refers to, and how.

/// Whom a mention means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    /// Nobody.
    Nothing,
    /// Somebody named, by entity.
    Named(u8),
    /// A title without a country: the party it means by default, and whose it was when it last stood with a country.
    Title(u8, Option<u8>),
    /// An office without a name ("the spokesman"), and whose it was when it last stood with one.
    Role(Option<u8>),
    /// A capitalised name that nothing explains.
    Somebody,
    /// A report or statement, and whose it was when one last stood with a name.
    Document(Option<u8>),
    /// A pronoun, by its number in [`super::english::PRONOUNS`].
    Pronoun(u8),
}

impl Reference {
    /// A number for terms.
    pub fn code(self) -> u16 {
        let entity = |e: Option<u8>| e.map_or(0, |e| 1 + u16::from(e));
        match self {
            Reference::Nothing => 0,
            Reference::Named(e) => 1 + u16::from(e),
            Reference::Role(e) => 100 + entity(e),
            Reference::Pronoun(p) => 200 + u16::from(p),
            Reference::Somebody => 300,
            Reference::Document(e) => 400 + entity(e),
            Reference::Title(party, e) => 1000 + 100 * u16::from(party) + entity(e),
        }
    }

    /// What kind of reference, for terms that do not care who: 0 nobody, 1 named, 2 a person's pronoun, 3 they or it, 4 the first person, 5 a role.
    pub fn form(self) -> u16 {
        match self {
            Reference::Nothing => 0,
            Reference::Named(_) | Reference::Title(..) => 1,
            Reference::Pronoun(0 | 1) => 2,
            Reference::Pronoun(2 | 3) => 3,
            Reference::Pronoun(_) => 4,
            Reference::Role(_) => 5,
            Reference::Somebody => 6,
            Reference::Document(_) => 7,
        }
    }

    /// The entity meant, as far as the mention itself says.
    pub fn entity(self) -> Option<u8> {
        match self {
            Reference::Named(e) => Some(e),
            Reference::Title(party, e) => Some(e.unwrap_or(party)),
            Reference::Role(e) | Reference::Document(e) => e,
            Reference::Nothing | Reference::Pronoun(_) | Reference::Somebody => None,
        }
    }
}
