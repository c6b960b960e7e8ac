//! Function words and common nouns of English that the grammar of attribution leans on. Nothing here belongs to one dispute.

/// What a word may be, as bits: a word may be several things.
pub(super) mod flag {
    /// Preposition: what follows is no subject.
    pub const PREPOSITION: u32 = 1;
    /// Auxiliary or adverb that stands between a subject and its verb.
    pub const AUXILIARY: u32 = 1 << 1;
    /// Word inside a name phrase that changes nothing: articles, possessives, "former", "unnamed".
    pub const FILLER: u32 = 1 << 2;
    /// Noun for somebody or something that speaks for others: "spokesman", "ministry".
    pub const OFFICE: u32 = 1 << 3;
    /// Title in front of or behind a person's name.
    pub const TITLE: u32 = 1 << 4;
    /// Verb form that is a noun after an article: "report", "charge".
    pub const NOUN_TOO: u32 = 1 << 5;
    /// What makes a noun of such a form: articles, possessives, "of".
    pub const DETERMINER: u32 = 1 << 6;
    /// Relative pronoun: its clause hangs on the noun before it.
    pub const RELATIVE: u32 = 1 << 7;
    /// "and", "or", "but".
    pub const CONJUNCTION: u32 = 1 << 8;
    /// Opens a clause of its own: "that", "while".
    pub const CLAUSE: u32 = 1 << 9;
    /// Forms of "be" that make a passive.
    pub const BE: u32 = 1 << 10;
    /// First person: inside quotation marks the speaker, outside them the writer.
    pub const FIRST_PERSON: u32 = 1 << 11;
    /// Ends the search for the country of a title.
    pub const BREAK: u32 = 1 << 12;
    /// Third person that takes up somebody named before.
    pub const PRONOUN: u32 = 1 << 13;
    /// "of" and "to": prepositions that may stand inside a title.
    pub const OF: u32 = 1 << 14;
    /// Any of the pronouns that are referred to by number.
    pub const SUBJECT_PRONOUN: u32 = 1 << 15;
    /// Collective office that is no person: "report", "statement". Never a role on its own.
    pub const THING: u32 = 1 << 16;
    /// Says that the speaker held an office in the past.
    pub const FORMER: u32 = 1 << 17;
    /// "not", "no", "never", "without".
    pub const NEGATION: u32 = 1 << 18;
    /// "should", "must", "needs", "would", "will": what ought to be or will be.
    pub const MODAL: u32 = 1 << 19;
    /// Day, month or word that says when: never a name.
    pub const TIME: u32 = 1 << 20;
    /// Something written that may be a source: "the report said".
    pub const DOCUMENT: u32 = 1 << 21;
    /// Possessive pronoun: "its spokesman" belongs to somebody from before.
    pub const POSSESSIVE: u32 = 1 << 22;
    /// Verb that may stand before its subject: ", said the envoy".
    pub const INVERTS: u32 = 1 << 24;
    /// Says where: "in", "at".
    pub const PLACE: u32 = 1 << 23;
}

/// Pronouns that may be the subject of a verb of attribution, in the order of their numbers.
pub(super) const PRONOUNS: [&str; 6] = ["he", "she", "they", "it", "i", "we"];

/// Abbreviations whose full stop belongs to them.
pub(super) const ABBREVIATIONS: [&str; 21] = [
    "mr", "mrs", "ms", "dr", "gen", "lt", "maj", "col", "sen", "rep", "adm", "gov", "st", "jr", "brig", "capt", "sgt",
    "prof", "dept", "sens", "reps",
];

/// Word lists and the flag each carries.
pub(super) const LISTS: &[(u32, &str)] = &[
    (
        flag::PREPOSITION,
        "of in to from against on with by for at near inside into over about toward towards between across through within under after \
         since during before amid along outside including than as upon among despite beyond",
    ),
    (
        flag::AUXILIARY,
        "has have had is are was were be been being will would could should may might must does do did not n't never also repeatedly \
         strongly publicly again then later further often recently once already on monday tuesday wednesday thursday friday saturday sunday \
         still now today yesterday just long so both all",
    ),
    (
        flag::TIME,
        "monday tuesday wednesday thursday friday saturday sunday today yesterday later january february march april may june july august september october \
         november december jan feb mar apr jun jul aug sept sep oct nov dec gmt am pm",
    ),
    (
        flag::DOCUMENT,
        "report statement document paper study letter survey memo editorial communique communiqué dossier review assessment",
    ),
    (flag::POSSESSIVE, "its his her their"),
    (flag::PLACE, "in at"),
    (
        flag::INVERTS,
        "said says say added adds wrote writes explained explains noted notes insisted insists warned warns acknowledged replied recalled concluded \
         declared argued complained",
    ),
    (
        flag::FILLER,
        "the a an 's ' its his their former senior top new then one some two several many unnamed other another local acting leading civilian - \
         also visiting first three ruling retired ex chief key high-ranking high-level top-level outgoing incoming current powerful main",
    ),
    (
        flag::OFFICE,
        "spokesman spokeswoman spokesperson spokesmen official officials minister ministers ambassador envoy envoys secretary president general generals admiral senator \
         senators chief commander commanders ministry government army military lawmaker lawmakers diplomat diplomats adviser advisor committee \
         officer officers leader leaders premier governor parliament authorities forces administration agency agencies report statement office embassy congressman \
         representative director chairman deputy negotiator colonel brigadier major intelligence source sources politician politicians side leadership advisers aide aides \
         legislators legislator mission delegation party regime team",
    ),
    (
        flag::THING,
        "report statement major general intelligence office generals side party team mission delegation regime",
    ),
    (
        flag::TITLE,
        "spokesman spokeswoman spokesperson minister ambassador envoy secretary president general gen admiral adm senator sen representative rep \
         congressman congresswoman chief commander adviser advisor officer official director chairman diplomat colonel col brigadier brig major maj lt \
         lieutenant premier undersecretary deputy marshal governor captain mr ms mrs dr leader lawmaker politician",
    ),
    (
        flag::NOUN_TOO,
        "report reports claim claims charge charges protest protests demand demands pressure press visit visits question questions warning warnings \
         push block meet state states note notes comment fire strike blast counter halt object answer answers call calls dispute contest press want wants \
         terms suspect follow",
    ),
    (flag::DETERMINER, "the a an its his their of no any this that 's for under her our such some each new more"),
    (flag::RELATIVE, "who which whose"),
    (flag::CONJUNCTION, "and or but"),
    (flag::CLAUSE, "that but while because although though whereas if"),
    (flag::BE, "was were been is are being be"),
    (flag::FIRST_PERSON, "we our us i my ours me"),
    (flag::BREAK, "that and said says by with met but told saying while"),
    (flag::PRONOUN, "he she they it him her them his its their"),
    (flag::OF, "of to"),
    (flag::FORMER, "former ex retired then-president"),
    (
        flag::NEGATION,
        "not no never n't without neither nor none nothing cannot don't doesn't didn't won't isn't aren't wasn't haven't hasn't can't",
    ),
    (flag::MODAL, "should must needs need will would ought shall can could may might won't cannot can't"),
];
