//! A CSV table comes in, articles made of its rows go out.
//!
//! A row is a sentence ([`Cells::Sentence`], the default) or a whole article ([`Cells::Article`]). Sentence rows with
//! the same value in the article column are one article, ordered by the position column or, without one, as they stand;
//! a row without an article is one of its own. A column `paragraph`, if there is one, numbers paragraphs. Spans are
//! bytes of the text cell.
//!
//! [`Cells::Sentence`]: super::Cells::Sentence
//! [`Cells::Article`]: super::Cells::Article

use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use super::gather::{Gather, InputRow};
use super::{Cells, Document, ReadOptions, Record};
use crate::corpus::whole_number;
use crate::error::{Error, Result};
use crate::table::Table;

pub(super) fn read(
    path: &Path,
    input: Box<dyn BufRead + Send>,
    options: &ReadOptions,
    each: &mut dyn FnMut(Document) -> Result<()>,
) -> Result<()> {
    let mut table = Table::open(path, input)?;
    let text = table.column(&options.text_column, "--text-column")?;
    // A column that was renamed must be there; one under its default name may be missing.
    let default = ReadOptions::default();
    let optional = |name: &str, default: &str, flag: &str| match table.find(name) {
        None if name != default => table.column(name, flag).map(Some),
        found => Ok(found),
    };
    let article = optional(&options.article_column, &default.article_column, "--article-column")?;
    let position = optional(&options.position_column, &default.position_column, "--position-column")?;
    let paragraph = table.find("paragraph");
    let headers = Arc::new(table.headers().to_vec());
    let is_sentence = options.cells == Cells::Sentence;

    let mut gather = Gather::new(path, options, each);
    let mut number = 0;
    while let Some(row) = table.next_row()? {
        let name = article.map(|column| row.field(column).trim()).filter(|name| !name.is_empty());
        let place = position.filter(|_| is_sentence && name.is_some());
        let paragraph = paragraph.filter(|&column| is_sentence && !row.field(column).trim().is_empty());
        let fields: Vec<String> = row.fields().map(str::to_string).collect();
        gather.push(InputRow {
            row: number,
            line: row.line(),
            article: name.map(str::to_string),
            position: place.map(|column| whole_number(&row, column)).transpose()?,
            paragraph: paragraph.map_or(Ok(0), |column| whole_number(&row, column))?,
            text: row.field(text).to_string(),
            bytes: row.bytes(),
            // The text stands in the record and in the sentence.
            memory: fields.iter().map(|field| field.len() + size_of::<String>()).sum::<usize>() + row.field(text).len(),
            record: Record::Csv { headers: Arc::clone(&headers), fields },
        })?;
        number += 1;
    }
    if number == 0 {
        return Err(Error::data("no rows below the header", "add rows with a text").at(path));
    }
    gather.finish()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, texts};
    use super::super::{Cells, InRowOrder, ReadOptions, Record};

    fn message(file: &str, options: &ReadOptions) -> String {
        read("t.csv", file.as_bytes(), options).unwrap_err().to_string()
    }

    #[test]
    fn rows_of_an_article_are_read_together_and_come_back_in_row_order() {
        let file = "text,article,position,paragraph,note\nB1,b,1,4,x\nA0,a,0,,y\nalone,,,,z\n\" B0 \",b,0,3,\"w,\"\n";
        let documents = read("t.csv", file.as_bytes(), &ReadOptions::default()).unwrap();
        let mut named: Vec<_> = documents.iter().map(|d| (d.article.id.as_str(), d.rows.clone())).collect();
        named.sort();
        assert_eq!(named, [("", vec![2]), ("a", vec![1]), ("b", vec![3, 0])]);
        let b = &documents.iter().find(|d| d.article.id == "b").unwrap();
        assert_eq!((b.article.sentences[0].text.as_str(), b.article.sentences[0].span.clone()), ("B0", 1..3));
        assert_eq!((b.article.sentences[0].paragraph, b.article.sentences[1].position), (3, 1));
        let mut order = InRowOrder::default();
        for document in &documents {
            for (row, record) in &document.records {
                let Record::Csv { headers, fields } = record else { panic!("a CSV row") };
                assert_eq!(headers[4], "note");
                order.push(*row, fields[4].as_str());
            }
        }
        assert_eq!(order.collect::<Vec<_>>(), ["x", "y", "z", "w,"]);
    }

    #[test]
    fn without_positions_the_order_of_rows_counts() {
        let documents = read("t.csv", b"article,text\na,One\nb,Two\na,Three\n", &ReadOptions::default()).unwrap();
        assert_eq!(texts(&documents), [vec!["One", "Three"], vec!["Two"]]);
        assert_eq!(documents[0].article.sentences[1].position, 1);
    }

    #[test]
    fn a_cell_may_hold_an_article() {
        let options = ReadOptions { cells: Cells::Article, ..ReadOptions::default() };
        let documents = read("t.tsv", b"article\ttext\na\tIt fell. It rose.\n\tNo.\n", &options).unwrap();
        assert_eq!(texts(&documents), [vec!["It fell.", "It rose."], vec!["No."]]);
        assert_eq!(
            (documents[0].rows.as_slice(), documents[0].article.sentences[1].span.clone()),
            (&[0, 0][..], 9..17)
        );
    }

    #[test]
    fn rows_that_stand_together_stream_and_an_article_that_comes_again_is_refused() {
        let options = ReadOptions { contiguous: true, ..ReadOptions::default() };
        let documents = read("t.csv", b"article,text\na,One\na,Two\nb,Three\n", &options).unwrap();
        assert_eq!(texts(&documents), [vec!["One", "Two"], vec!["Three"]]);
        let error = message("article,text\na,One\nb,Two\na,Three\n", &options);
        assert!(error.starts_with("t.csv:4:article: article \"a\" again, after others;"), "{error}");
    }

    #[test]
    fn bad_rows_are_refused_with_their_place() {
        let message = |file| message(file, &ReadOptions::default());
        assert_eq!(message("txt\na\n"), "t.csv:1: no column \"text\" among txt; did you mean --text-column txt?");
        assert_eq!(message("text,x\na,b\n ,c\n"), "t.csv:3:text: empty text; write the text or remove the row");
        assert!(message("text\n").starts_with("t.csv: no rows below the header"));
        assert!(message("text,article,position\na,b,x\n").starts_with("t.csv:2:position: \"x\""));
        assert!(
            message("text,article,position\na,b,1\nc,b,1\n")
                .starts_with("t.csv:3:position: article and position of line 2")
        );
        let options = ReadOptions { max_gathered_bytes: 2000, ..ReadOptions::default() };
        let error = super::tests::message(&format!("text,article\n{}", "a,b\n".repeat(20)), &options);
        assert!(error.contains("more than 2000 bytes in rows whose articles may go on"), "{error}");
        // Rows of their own wait too where an article before them may go on; they do not where none does.
        let options = ReadOptions { max_gathered_bytes: 9000, ..ReadOptions::default() };
        let alone = "a,\n".repeat(20);
        let error = super::tests::message(&format!("text,article\na,b\n{alone}"), &options);
        assert!(error.contains("more than 9000 bytes in rows whose articles may go on"), "{error}");
        assert_eq!(read("t.csv", format!("text,article\n{alone}a,b\n").as_bytes(), &options).unwrap().len(), 21);
        let options = ReadOptions { contiguous: true, ..options };
        assert_eq!(read("t.csv", format!("text,article\na,b\n{alone}").as_bytes(), &options).unwrap().len(), 21);
        let options = ReadOptions { article_column: "story".into(), ..ReadOptions::default() };
        assert!(super::tests::message("text\na\n", &options).contains("no column \"story\""));
    }
}
