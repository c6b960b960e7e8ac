//! Labelled data: CSV files in, a [`Corpus`] of sentences with gold labels out.
//!
//! Labels are read from the data: a corpus knows no label that does not stand in it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use crate::article::Sentence;
use crate::data_file::{DataFile, Described};
use crate::error::{Error, Result};
use crate::input;
use crate::table::{Row, Table};

/// Longest text of one sentence, in bytes.
pub const MAX_SENTENCE_BYTES: usize = 1 << 20;

/// Names of the columns that a labelled CSV may have. The text and label columns must be there, the others may be.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The sentence. Default `text`.
    pub text: String,
    /// Its gold label. Default `label`.
    pub label: String,
    /// The article it stands in. Default `article`.
    pub article: String,
    /// Its order in the article, from 0. Default `position`.
    pub position: String,
}

impl Default for Columns {
    fn default() -> Self {
        Columns { text: "text".into(), label: "label".into(), article: "article".into(), position: "position".into() }
    }
}

/// Sentences with gold labels, article after article, each article in order of position.
///
/// All vectors but `labels`, `speaker_names` and those of articles have one entry a sentence.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    /// The distinct labels, sorted: what `label` counts in.
    pub labels: Vec<String>,
    /// The sentences.
    pub sentences: Vec<Sentence>,
    /// Gold label of each sentence, as an index into `labels`.
    pub label: Vec<u32>,
    /// Weight of each sentence in training, 1 where the data has no column `weight`. Positive and finite.
    pub weight: Vec<f32>,
    /// Whose words each sentence reports, as an index into `speaker_names`, where the data says so in a column `speaker`.
    pub speaker: Vec<Option<u32>>,
    /// The distinct values of the column `speaker`, sorted.
    pub speaker_names: Vec<String>,
    /// Where each sentence stands: number of the file it was read from and line in it, from 1.
    pub place: Vec<(u32, u64)>,
    /// The files it was read from, in order.
    pub files: Vec<DataFile>,
    /// Name of each article, sorted by file and then by name; a sentence without an article is one of its own.
    pub article_ids: Vec<String>,
    /// Where each article ends in the vectors a sentence.
    article_ends: Vec<usize>,
}

impl Corpus {
    /// Reads the files in order, as one corpus; `-` is standard input. Article names are kept apart by file.
    ///
    /// # Errors
    /// Whatever [`Table`] refuses; an empty text or label; a text over [`MAX_SENTENCE_BYTES`]; a position or weight
    /// that is no number; two sentences at one position of an article; no row at all.
    pub fn read<P: AsRef<Path>>(paths: &[P], columns: &Columns) -> Result<Corpus> {
        let (mut rows, mut files) = (LabelledRows::default(), Vec::new());
        for (file, path) in paths.iter().enumerate() {
            let path = path.as_ref();
            let mut input = Described::new(input::open(path)?);
            rows.read(file, path, Table::open(path, &mut input)?, columns)?;
            files.push(input.describe(path));
        }
        let corpus = Corpus::from_rows(rows, &paths.iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
        Ok(Corpus { files, ..corpus })
    }

    /// Reads one stream, such as standard input. `path` is what errors name.
    ///
    /// # Errors
    /// As [`Corpus::read`].
    pub fn read_from(path: &Path, input: impl std::io::Read, columns: &Columns) -> Result<Corpus> {
        let mut rows = LabelledRows::default();
        let mut input = Described::new(input);
        rows.read(0, path, Table::open(path, &mut input)?, columns)?;
        Ok(Corpus { files: vec![input.describe(path)], ..Corpus::from_rows(rows, &[path])? })
    }

    fn from_rows(rows: LabelledRows, paths: &[&Path]) -> Result<Corpus> {
        let LabelledRows { mut rows, labels, speakers } = rows;
        // Articles by name and sentences by position, so that the order of rows in the file changes nothing.
        // A sentence without an article keeps its place: its sort key is the row number.
        rows.sort_by(|a, b| (a.file, &a.article, a.position).cmp(&(b.file, &b.article, b.position)));
        if let Some(pair) = rows.windows(2).find(|w| w[0].is_at_place_of(&w[1])) {
            let (first, second) = (pair[0].line.min(pair[1].line), pair[0].line.max(pair[1].line));
            let found = format!("article and position of line {first} again");
            let advice = "give each sentence of an article its own position";
            return Err(Error::data(found, advice).at(paths[pair[0].file]).line(second));
        }
        let ((labels, label_ranks), (speaker_names, speaker_ranks)) = (labels.sorted(), speakers.sorted());
        let mut corpus = Corpus { labels, speaker_names, ..Corpus::default() };
        corpus.sentences.reserve_exact(rows.len());
        let mut previous: Option<(usize, ArticleKey)> = None;
        for row in rows {
            let key = (row.file, row.article);
            if previous.as_ref() != Some(&key) {
                corpus.article_ids.push(key.1.name());
                corpus.article_ends.push(corpus.sentences.len());
                previous = Some(key);
            }
            corpus.label.push(label_ranks[row.label as usize]);
            corpus.weight.push(row.weight);
            corpus.place.push((row.file as u32, row.line));
            corpus.speaker.push(row.speaker.map(|name| speaker_ranks[name as usize]));
            corpus.sentences.push(Sentence {
                span: 0..row.text.len(),
                text: row.text,
                position: row.position,
                paragraph: row.paragraph,
            });
            if let Some(end) = corpus.article_ends.last_mut() {
                *end = corpus.sentences.len();
            }
        }
        Ok(corpus)
    }

    /// Number of sentences.
    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    /// Whether there is no sentence.
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// For each article the range of its sentences, in order.
    pub fn articles(&self) -> impl ExactSizeIterator<Item = Range<usize>> + '_ {
        (0..self.article_ends.len()).map(|i| if i == 0 { 0 } else { self.article_ends[i - 1] }..self.article_ends[i])
    }

    /// For each sentence the number of its article.
    pub fn article_of(&self) -> Vec<u32> {
        self.articles().enumerate().flat_map(|(i, range)| range.map(move |_| i as u32)).collect()
    }

    /// The corpus that holds only the articles with these numbers, in the order given; labels keep their numbers.
    pub fn subset(&self, articles: &[usize]) -> Corpus {
        let mut subset =
            Corpus { labels: self.labels.clone(), speaker_names: self.speaker_names.clone(), ..Corpus::default() };
        let ranges: Vec<Range<usize>> = self.articles().collect();
        for &article in articles {
            let range = ranges[article].clone();
            subset.sentences.extend_from_slice(&self.sentences[range.clone()]);
            subset.label.extend_from_slice(&self.label[range.clone()]);
            subset.weight.extend_from_slice(&self.weight[range.clone()]);
            subset.place.extend_from_slice(&self.place[range.clone()]);
            subset.speaker.extend_from_slice(&self.speaker[range]);
            subset.article_ids.push(self.article_ids[article].clone());
            subset.article_ends.push(subset.sentences.len());
        }
        subset
    }

    /// How many sentences have each label, in the order of `labels`.
    pub fn label_counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.labels.len()];
        for &label in &self.label {
            counts[label as usize] += 1;
        }
        counts
    }
}

/// What keeps the sentences of one article together, and apart from all others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum ArticleKey {
    Named(String),
    /// A sentence without an article, by row number.
    Alone(u64),
}

impl ArticleKey {
    fn name(&self) -> String {
        match self {
            ArticleKey::Named(name) => name.clone(),
            ArticleKey::Alone(_) => String::new(),
        }
    }
}

struct LabelledRow {
    file: usize,
    line: u64,
    article: ArticleKey,
    position: u32,
    paragraph: u32,
    text: String,
    /// Numbers in [`LabelledRows`].
    label: u32,
    speaker: Option<u32>,
    weight: f32,
}

impl LabelledRow {
    fn is_at_place_of(&self, other: &LabelledRow) -> bool {
        self.file == other.file && self.article == other.article && self.position == other.position
    }
}

/// Distinct names, numbered as they come.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        match self.numbers.get(name) {
            Some(&number) => number,
            None => {
                let number = self.numbers.len() as u32;
                self.numbers.insert(name.to_string(), number);
                number
            }
        }
    }

    /// The names in order, and for each number the place of its name there.
    fn sorted(self) -> (Vec<String>, Vec<u32>) {
        let mut names: Vec<(String, u32)> = self.numbers.into_iter().collect();
        names.sort_unstable();
        let mut ranks = vec![0; names.len()];
        for (rank, (_, number)) in (0..).zip(&names) {
            ranks[*number as usize] = rank;
        }
        (names.into_iter().map(|(name, _)| name).collect(), ranks)
    }
}

/// All rows that were read, before they are put in order.
#[derive(Default)]
struct LabelledRows {
    rows: Vec<LabelledRow>,
    labels: Names,
    speakers: Names,
}

impl LabelledRows {
    /// Adds the rows of one file.
    fn read<R: std::io::Read>(
        &mut self,
        file: usize,
        path: &Path,
        mut table: Table<R>,
        columns: &Columns,
    ) -> Result<()> {
        let text = table.column(&columns.text, "--text-column")?;
        let label = table.column(&columns.label, "--label-column")?;
        // A column that was renamed must be there; one under its default name may be missing.
        let default = Columns::default();
        let optional = |name: &str, default: &str, flag: &str| match table.find(name) {
            None if name != default => table.column(name, flag).map(Some),
            found => Ok(found),
        };
        let article = optional(&columns.article, &default.article, "--article-column")?;
        let position = optional(&columns.position, &default.position, "--position-column")?;
        let [paragraph, speaker, weight] = ["paragraph", "speaker", "weight"].map(|name| table.find(name));

        let before = self.rows.len();
        let mut next_position: HashMap<String, u32> = HashMap::new();
        while let Some(row) = table.next_row()? {
            let sentence = checked_text(&row, text)?;
            let gold = row.field(label).trim();
            if gold.is_empty() {
                return Err(row.error(label, "empty label", "write a label or remove the row"));
            }
            if gold.contains(|c: char| c.is_control()) {
                return Err(row.error(label, "a control character in the label", "use plain text for labels"));
            }
            let name = article.map(|column| row.field(column).trim()).filter(|name| !name.is_empty());
            let place = match (name, position) {
                (Some(_), Some(column)) => whole_number(&row, column)?,
                (Some(name), None) => {
                    let next = next_position.entry(name.to_string()).or_insert(0);
                    *next += 1;
                    *next - 1
                }
                (None, _) => 0,
            };
            self.rows.push(LabelledRow {
                file,
                line: row.line(),
                article: match name {
                    Some(name) => ArticleKey::Named(name.to_string()),
                    None => ArticleKey::Alone(self.rows.len() as u64),
                },
                position: place,
                paragraph: match paragraph {
                    Some(column) if !row.field(column).trim().is_empty() => whole_number(&row, column)?,
                    _ => 0,
                },
                text: sentence.to_string(),
                label: self.labels.number(gold),
                speaker: speaker
                    .map(|column| row.field(column).trim())
                    .filter(|name| !name.is_empty())
                    .map(|name| self.speakers.number(name)),
                weight: weight.map_or(Ok(1.0), |column| positive_number(&row, column))?,
            });
        }
        if self.rows.len() == before {
            return Err(Error::data("no rows below the header", "add labelled sentences").at(path));
        }
        Ok(())
    }
}

/// The text of a sentence row: not empty, not absurdly long.
pub(crate) fn checked_text<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a str> {
    let text = row.field(column).trim();
    if text.is_empty() {
        return Err(row.error(column, "empty text", "write the sentence or remove the row"));
    }
    if text.len() > MAX_SENTENCE_BYTES {
        let found = format!("a sentence of {} bytes, more than {MAX_SENTENCE_BYTES}", text.len());
        return Err(row.error(column, found, "expected one sentence a row"));
    }
    Ok(text)
}

/// A position or paragraph: a whole number from 0.
pub(crate) fn whole_number(row: &Row<'_>, column: usize) -> Result<u32> {
    let field = row.field(column).trim();
    field.parse().map_err(|_| row.error(column, format!("{field:?}"), "expected a whole number from 0"))
}

fn positive_number(row: &Row<'_>, column: usize) -> Result<f32> {
    let field = row.field(column).trim();
    match field.parse::<f32>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value),
        _ => Err(row.error(column, format!("{field:?}"), "expected a weight above 0")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(text: &str) -> Result<Corpus> {
        Corpus::read_from(Path::new("t.csv"), text.as_bytes(), &Columns::default())
    }

    #[test]
    fn sentences_come_article_by_article_in_order_of_position_whatever_the_row_order() {
        let one = corpus("article,position,text,label\nb,1,B1,y\na,0,A0,x\nb,0,B0,x\n").unwrap();
        let two = corpus("article,position,text,label\na,0,A0,x\nb,0,B0,x\nb,1,B1,y\n").unwrap();
        let texts = |c: &Corpus| c.sentences.iter().map(|s| s.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&one), ["A0", "B0", "B1"]);
        assert_eq!(texts(&one), texts(&two));
        assert_eq!(one.label, [0, 0, 1]);
        assert_eq!(one.articles().collect::<Vec<_>>(), [0..1, 1..3]);
        assert_eq!(one.article_of(), [0, 1, 1]);
    }

    #[test]
    fn a_sentence_without_an_article_is_one_of_its_own() {
        let corpus = corpus("text,label\nB,y\nA,x\n").unwrap();
        assert_eq!(corpus.articles().len(), 2);
        assert_eq!(corpus.sentences[0].text, "B");
        assert_eq!(corpus.labels, ["x", "y"]);
    }

    #[test]
    fn two_sentences_at_one_position_are_refused() {
        let error = corpus("article,position,text,label\na,0,A,x\na,0,B,y\n").unwrap_err();
        assert!(error.to_string().contains("t.csv:3: article and position of line 2 again"), "{error}");
    }

    #[test]
    fn empty_cells_are_refused_with_their_place() {
        assert_eq!(
            corpus("text,label\na,x\n  ,x\n").unwrap_err().to_string(),
            "t.csv:3:text: empty text; write the sentence or remove the row"
        );
        assert!(corpus("text,label\na,\n").unwrap_err().to_string().starts_with("t.csv:2:label: empty label"));
        assert!(corpus("text,label,weight\na,x,-1\n").unwrap_err().to_string().starts_with("t.csv:2:weight: \"-1\""));
        assert!(corpus("text,label\n").unwrap_err().to_string().starts_with("t.csv: no rows"));
    }
}
