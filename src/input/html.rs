//! A web page comes in, the article in it goes out: its title as position 0, then its blocks as paragraphs.
//!
//! `dom_smoothie`, a port of the reader view of browsers, finds the article. Where it finds none, all visible text is
//! the article. Spans are bytes of the text so extracted, which comes along as [`Document::extracted`]: a page's own
//! bytes hold entities and tags between the words.

use std::io::BufRead;
use std::path::Path;

use dom_smoothie::{Config, Readability, TextMode};

use super::nesting::{self, MAX_DEPTH};
use super::text::cut;
use super::{Document, ReadOptions, encoding, file_name};
use crate::error::{Error, Result};

pub(super) fn read(
    path: &Path,
    mut input: Box<dyn BufRead + Send>,
    options: &ReadOptions,
    each: &mut dyn FnMut(Document) -> Result<()>,
) -> Result<()> {
    let page = encoding::read_text(path, &mut input, options.max_article_bytes, true)?.text;
    nesting::check(path, &page)?;
    let text = extract(path, &page)?;
    let article = cut(path, file_name(path), &text, options.max_sentence_bytes)?;
    if article.sentences.is_empty() {
        return Err(Error::data("no visible text in the page", "expected a news page").at(path));
    }
    let rows = vec![0; article.sentences.len()];
    each(Document { article, rows, records: Vec::new(), extracted: Some(text), bytes: page.len() })
}

/// The text of the article in a page, title first, a blank line between blocks.
fn extract(path: &Path, page: &str) -> Result<String> {
    // The readability crate parses JSON-LD with recursion that it does not bound; titles stand elsewhere too.
    let config = Config { disable_json_ld: true, text_mode: TextMode::Raw, ..Config::default() };
    let failed = |e: dom_smoothie::ReadabilityError| Error::data(e.to_string(), "expected a news page").at(path);
    let mut readability = Readability::new(page, None, Some(config)).map_err(failed)?;
    if is_too_deep(&readability) {
        return Err(nesting::too_deep().at(path));
    }
    let fallback_title = readability.get_article_title().to_string();
    let (title, body) = match readability.parse() {
        Ok(article) if !article.text_content.trim().is_empty() => (article.title, visible_text(&article.content)),
        _ => (fallback_title, visible_text(page)),
    };
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = body.trim();
    // Where the article begins with its title, that is enough.
    let first = body.lines().next().unwrap_or_default();
    let body = if letters(first) == letters(&title) { body[first.len()..].trim_start() } else { body };
    Ok(format!("{title}\n\n{body}").trim().to_string())
}

/// All visible text of a page or part of one, a blank line between blocks.
fn visible_text(html: &str) -> String {
    let document = Readability::from(html).doc;
    document.select("script, style, noscript, template, head, svg, iframe, textarea, select, button").remove();
    // Items and cells are blocks of their own.
    for node in document.select("li, dt, dd, td, th, figcaption, caption").nodes() {
        node.rename("p");
    }
    let text = document.formatted_text().to_string();
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n").collect()
}

/// Whether elements are nested deeper than [`MAX_DEPTH`].
fn is_too_deep(readability: &Readability) -> bool {
    let root = readability.doc.root();
    let mut level: Vec<_> = root.children();
    for _ in 0..MAX_DEPTH {
        level = level.iter().flat_map(|node| node.children()).collect();
        if level.is_empty() {
            return false;
        }
    }
    true
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::super::ReadOptions;
    use super::super::tests::{read, texts};

    const NEWS: &str = include_str!("../../tests/fixtures/pages/news.html");
    const TABLES: &str = include_str!("../../tests/fixtures/pages/divs.html");

    fn page(html: &str) -> Vec<(String, u32)> {
        let documents = read("p.html", html.as_bytes(), &ReadOptions::default()).unwrap();
        let document = &documents[0];
        let extracted = document.extracted.as_deref().unwrap();
        for sentence in &document.article.sentences {
            assert_eq!(&extracted[sentence.span.clone()], sentence.text);
        }
        document.article.sentences.iter().map(|s| (s.text.clone(), s.paragraph)).collect()
    }

    #[test]
    fn a_news_page_gives_its_article_and_nothing_else() {
        let sentences = page(NEWS);
        let expected = [
            ("Envoy rejects raid claim", 0),
            (
                "ISLAMABAD — Pakistan’s envoy on Friday rejected a claim that the raid had been planned with his \
                 government's help, and called on Washington to share whatever proof it holds.",
                1,
            ),
            ("“We were told nothing,” the envoy said.", 2),
            ("“Not by phone, not by letter.”", 2),
            ("He spoke at 5 p.m. Friday, after a meeting with Dr. Saima Noor, the minister for border affairs.", 2),
            ("What the other side says", 3),
            ("The U.S. Embassy did not answer questions.", 4),
            (
                "A spokesman in Washington repeated that the militants had crossed from the Pakistani side,\nand that \
                 the border posts had been warned.",
                4,
            ),
            ("“The evidence is clear, and it has been shared at the highest level,” he said.", 5),
            ("The two governments agreed on three points:", 6),
            ("a hotline between the two commands", 7),
            ("a joint inquiry into the raid", 8),
            ("monthly meetings at the border", 9),
            ("Neither side gave a date.", 10),
            ("Talks go on, officials in both capitals said, and the next round is expected within weeks.", 10),
        ];
        let sentences: Vec<(&str, u32)> =
            sentences.iter().map(|(text, paragraph)| (text.as_str(), *paragraph)).collect();
        assert_eq!(sentences, expected);
    }

    #[test]
    fn an_old_page_laid_out_in_tables_gives_its_paragraphs() {
        let sentences = page(TABLES);
        assert_eq!(sentences[0].0, "Army says posts were warned");
        let texts: Vec<&str> = sentences.iter().map(|(text, _)| text.as_str()).collect();
        assert!(texts.contains(&"\"We sent it at 4 a.m. and again at 5 a.m.,\" he said."), "{texts:#?}");
        assert!(texts.contains(&"Officials on the other side of the line called the account a fiction."));
    }

    #[test]
    fn a_page_without_an_article_gives_its_visible_text() {
        let sentences =
            page("<title>Note</title><style>x{}</style><ul><li>one item<li>another</ul><script>no()</script>");
        let texts: Vec<&str> = sentences.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["Note", "one item", "another"]);
    }

    #[test]
    fn pages_without_text_or_of_absurd_depth_are_refused() {
        let message = |html: &str| read("p.html", html.as_bytes(), &ReadOptions::default()).unwrap_err().to_string();
        assert_eq!(message("<div><img src=x></div>"), "p.html: no visible text in the page; expected a news page");
        for deep in ["<div>", "<span>", "<table><td>", "<svg>", "<ul><li>"] {
            let error = message(&format!("{}deep", deep.repeat(40_000)));
            assert!(error.starts_with("p.html: elements nested more than 500 deep;"), "{deep}: {error}");
            let error = message(&format!("{}deep", deep.repeat(600)));
            assert!(error.starts_with("p.html: elements nested more than 500 deep;"), "{deep}: {error}");
        }
        // The closing tag of a formatting element is ignored here, whatever a count of tags may say.
        let _ = read("p.html", "<span><p></span></p>".repeat(10_000).as_bytes(), &ReadOptions::default());
    }

    #[test]
    fn markup_that_is_broken_does_no_harm() {
        for html in
            ["<", "<p", "<p>a</b></i><<<>>", "<!--", "<![CDATA[", "<title>", "<table><p>x", "&#0;&#xFFFFFF;x", "</p>x"]
        {
            let _ = read("p.html", html.as_bytes(), &ReadOptions::default());
        }
        assert_eq!(texts(&read("p.htm", b"just words", &ReadOptions::default()).unwrap()), [["just words"]]);
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_read_or_refused(html in "(<(/?)(p|div|b|a|table|td|li|svg|title|select)( [a-z]+=\"?x\"?)?>|[a-z .&;<]{1,6}|\\PC){0,60}") {
            let _ = read("p.html", html.as_bytes(), &ReadOptions::default());
        }
    }
}
