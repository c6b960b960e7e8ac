//! TF-IDF: which terms count, and how much.
//!
//! Fitted once and then frozen: a sentence alone gets the row that it gets in a batch. The formulas are those of
//! scikit-learn's `TfidfVectorizer` (Pedregosa et al. 2011; Manning, Raghavan and Schütze 2008, ch. 6):
//! tf → 1 + ln tf, idf = ln((1 + n) / (1 + df)) + 1, rows divided by their Euclidean norm. A test holds the two equal within 1e-6.
//!
//! Columns stand block by block in the order of the settings; inside a large block first the most frequent terms, then all
//! others in ascending order of the term's [`fingerprint`](super::fingerprint). That order depends on nothing
//! but the terms and how frequent they are.

use rayon::prelude::*;

use super::batches::{BATCH, MANY_TERMS, TOGETHER, chunk_size};
use super::block::Block;
use super::document_frequency::document_frequencies;
use super::fitted_block::FittedBlock;
use super::frequent::{FREQUENT, frequent_first, most_frequent};
use super::matrix::{FeatureMatrix, RowBuffer};
use super::terms::{TermBuffer, TermSource};
use super::vocabulary::Vocabulary;
use crate::error::{Error, Result};
use crate::storage::Values;

/// What [`TfIdf::fit`] needs to know.
#[derive(Debug, Clone, PartialEq)]
pub struct TfIdfParams {
    /// The blocks, in column order.
    pub blocks: Vec<Block>,
    /// Most terms a block may keep: those with the highest total tf, ties to the lower fingerprint. Default: all.
    pub max_features: Option<usize>,
}

/// Fitted vocabularies and inverse document frequencies.
#[derive(Debug, Clone)]
pub struct TfIdf {
    pub(super) blocks: Vec<FittedBlock>,
    n_features: usize,
}

/// Sizes of a fitted [`TfIdf`], for summaries.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TfIdfStats {
    /// Name and number of terms of each block.
    pub blocks: Vec<(String, usize)>,
    /// Total number of columns.
    pub n_features: usize,
}

/// One fitted block as a model file holds it.
#[derive(Debug, Clone)]
pub struct FittedParts {
    /// Settings.
    pub block: Block,
    /// Number of frequent terms, which come first.
    pub n_frequent: usize,
    /// Fingerprints of the terms in column order; those that are not frequent ascend.
    pub terms: Values<u64>,
    /// Inverse document frequencies, one a term; empty where the block does without.
    pub idf: Values<f32>,
}

impl TfIdf {
    /// Learns vocabulary and idf from the sentences in `rows`.
    ///
    /// # Errors
    /// No term is left in any block, or more than 2³² of them are.
    pub fn fit<S: TermSource>(params: &TfIdfParams, rows: &[S]) -> Result<TfIdf> {
        let parts = params.blocks.iter().map(|block| {
            let counts = document_frequencies(block, rows);
            let kept = match params.max_features {
                Some(limit) if counts.0.len() > limit => most_frequent(block, rows, counts, limit),
                _ => counts,
            };
            let ((terms, df), n_frequent) = frequent_first(kept);
            let idf = if block.idf { smooth_idf(rows.len(), &df) } else { Vec::new() };
            FittedParts { block: block.clone(), n_frequent, terms: Values::from(terms), idf: Values::from(idf) }
        });
        let fitted = TfIdf::from_parts(parts.collect())?;
        if fitted.n_features == 0 {
            return Err(Error::data("no term stands in enough sentences", "lower --min-df or add sentences"));
        }
        Ok(fitted)
    }

    /// A fitted TF-IDF from its blocks, as a model file holds them.
    ///
    /// # Errors
    /// Terms out of order, more frequent terms than any block has, idf of another length or outside 0 to 100, too many columns.
    pub fn from_parts(parts: Vec<FittedParts>) -> Result<TfIdf> {
        let mut blocks = Vec::with_capacity(parts.len());
        let mut offset = 0usize;
        for FittedParts { block: params, n_frequent, terms, idf } in parts {
            let n = terms.len();
            if offset + n > u32::MAX as usize {
                return Err(Error::data("more than 2^32 terms", "raise --min-df or set --max-features"));
            }
            if n_frequent > n.min(FREQUENT) {
                let found = format!("{n_frequent} frequent terms of {n} in block {:?}", params.name);
                return Err(Error::model(found, ""));
            }
            let vocabulary = Vocabulary::new(terms, n_frequent).map_err(|position| {
                Error::model(format!("terms of block {:?} out of order at {position}", params.name), "")
            })?;
            if idf.len() != if params.idf { n } else { 0 } {
                return Err(Error::model(format!("{} idf for {n} terms in block {:?}", idf.len(), params.name), ""));
            }
            // 1 + ln of a number of sentences: 100 is beyond any corpus, and far from overflow.
            let in_range = |value: f32| value > 0.0 && value <= 100.0;
            if !idf.iter().fold(true, |all, &value| all & in_range(value)) {
                return Err(Error::model(format!("an idf of block {:?} is no number from 0 to 100", params.name), ""));
            }
            blocks.push(FittedBlock { params, vocabulary, idf, offset: offset as u32 });
            offset += n;
        }
        Ok(TfIdf { blocks, n_features: offset })
    }

    /// The same with only those columns for which `keeps` says so.
    ///
    /// # Errors
    /// None in practice: what is left of a fitted TF-IDF is one.
    pub fn restricted(&self, keeps: &[bool]) -> Result<TfIdf> {
        let parts = self.blocks.iter().map(|block| {
            let terms = block.vocabulary.fingerprints();
            let kept = |n: usize| (0..n).filter(|&i| keeps[block.offset as usize + i]);
            let idf: Vec<f32> = kept(block.idf.len()).map(|i| block.idf[i]).collect();
            FittedParts {
                block: block.params.clone(),
                n_frequent: kept(block.vocabulary.n_frequent()).count(),
                terms: Values::from(kept(terms.len()).map(|i| terms[i]).collect::<Vec<u64>>()),
                idf: Values::from(idf),
            }
        });
        TfIdf::from_parts(parts.collect())
    }

    /// Number of columns.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// The blocks' settings, in column order.
    pub fn blocks(&self) -> impl ExactSizeIterator<Item = &Block> {
        self.blocks.iter().map(|block| &block.params)
    }

    /// The fitted parts of every block, in column order.
    pub fn parts(&self) -> impl Iterator<Item = (&Block, usize, &[u64], &[f32])> {
        self.blocks.iter().map(|block| {
            let vocabulary = &block.vocabulary;
            (&block.params, vocabulary.n_frequent(), vocabulary.fingerprints(), &block.idf[..])
        })
    }

    /// Index of the block that `column` belongs to.
    pub fn block_of(&self, column: u32) -> usize {
        self.blocks.partition_point(|block| block.offset <= column) - 1
    }

    /// Sizes, for summaries.
    pub fn stats(&self) -> TfIdfStats {
        let blocks = self.blocks.iter().map(|block| (block.params.name.clone(), block.vocabulary.len())).collect();
        TfIdfStats { blocks, n_features: self.n_features }
    }

    /// Rows of all sentences, in parallel; the result does not depend on the number of threads.
    pub fn transform<S: TermSource>(&self, rows: &[S]) -> FeatureMatrix {
        let mut matrix = FeatureMatrix::new(self.n_features);
        for batch in rows.chunks(BATCH) {
            let parts: Vec<FeatureMatrix> = batch
                .par_chunks(chunk_size(rows.len()))
                .map(|chunk| {
                    let mut part = FeatureMatrix::new(self.n_features);
                    self.rows(chunk, |row| part.push(row));
                    part
                })
                .collect();
            for part in parts {
                matrix.append(part);
            }
        }
        matrix
    }

    /// Calls `each` with the row of every sentence, in their order.
    pub fn rows<S: TermSource>(&self, sources: &[S], mut each: impl FnMut(&RowBuffer)) {
        let (mut terms, mut rows) = (TermBuffer::default(), Vec::new());
        for sources in sources.chunks(TOGETHER) {
            self.rows_together(sources, &mut terms, &mut rows, |_| ());
            rows.iter().for_each(&mut each);
        }
    }

    /// The row of one sentence, into `row`; `terms` is scratch.
    pub fn row<S: TermSource + ?Sized>(&self, source: &S, terms: &mut TermBuffer, row: &mut RowBuffer) {
        let mut rows = vec![std::mem::take(row)];
        self.rows_together(&[source], terms, &mut rows, |_| ());
        *row = rows.swap_remove(0);
    }

    /// Rows of a few sentences, into `rows`; `terms` is scratch. Waiting for memory, which looking up a term that is not
    /// frequent means, is done once for all of them. `known` may be called with the column of each such term, so that what
    /// belongs to it can be fetched early; a column may come more than once, or be none of those in the rows.
    pub(crate) fn rows_together<S: TermSource>(
        &self,
        sources: &[S],
        terms: &mut TermBuffer,
        rows: &mut Vec<RowBuffer>,
        known: impl Fn(u32),
    ) {
        rows.resize_with(sources.len(), RowBuffer::new);
        rows.iter_mut().for_each(RowBuffer::clear);
        for block in &self.blocks {
            terms.clear();
            let mut first = 0;
            for (index, source) in sources.iter().enumerate() {
                source.collect(&block.params.kind, terms);
                terms.end_sentence();
                if terms.len() >= MANY_TERMS || index + 1 == sources.len() {
                    block.append(terms, &mut rows[first..=index], &known);
                    terms.clear();
                    first = index + 1;
                }
            }
        }
    }
}

fn smooth_idf(n: usize, df: &[u32]) -> Vec<f32> {
    df.iter().map(|&df| (((1 + n) as f64 / (1.0 + f64::from(df))).ln() + 1.0) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::super::block::{NGrams, TermKind};
    use super::*;

    fn words(min_df: u32) -> TfIdfParams {
        let kind = TermKind::Words(NGrams { min: 1, max: 2 });
        TfIdfParams { blocks: vec![Block::new("words", kind, min_df)], max_features: None }
    }

    #[test]
    fn a_sentence_alone_gets_its_row_of_the_batch() {
        let rows = ["do more", "we did do more than you", "no safe havens, none"];
        let tfidf = TfIdf::fit(&words(1), &rows).unwrap();
        let batch = tfidf.transform(&rows);
        for (index, row) in rows.iter().enumerate() {
            assert_eq!(tfidf.transform(&[row]).row(0), batch.row(index));
        }
    }

    /// A sentence whose words count in part if it is marked.
    struct InPart(String, bool);

    impl TermSource for InPart {
        fn collect(&self, _: &TermKind, terms: &mut TermBuffer) {
            for (index, word) in self.0.split(' ').enumerate() {
                match self.1 {
                    true => terms.push_weighted(word, 1.0 / (index + 1) as f32),
                    false => terms.push(word),
                }
            }
        }
    }

    #[test]
    fn sentences_with_and_without_weights_do_not_disturb_each_other() {
        let text = |i: usize| format!("w{} w{} w{} more w{}", i % 3, i % 5, i % 7, i % 3);
        let rows: Vec<InPart> = (0..3 * TOGETHER).map(|i| InPart(text(i), i % 3 == 1)).collect();
        let tfidf = TfIdf::fit(&words(1), &rows).unwrap();
        let batch = tfidf.transform(&rows);
        for (index, row) in rows.iter().enumerate() {
            assert_eq!(tfidf.transform(&[row]).row(0), batch.row(index));
        }
        let whole = tfidf.transform(&[InPart(text(1), false)]);
        assert_eq!(batch.row(1).1[1], 0.25 * whole.row(0).1[1], "the fourth word");
    }

    #[test]
    fn rows_have_norm_one_and_unknown_terms_no_column() {
        let tfidf = TfIdf::fit(&words(1), &["do more"]).unwrap();
        let matrix = tfidf.transform(&["more more and do", "nothing known"]);
        let norm: f32 = matrix.row(0).1.iter().map(|v| v * v).sum();
        assert!((norm - 1.0).abs() < 1e-6);
        assert!(matrix.row(1).0.is_empty());
    }

    #[test]
    fn min_df_drops_rare_terms_and_names_come_back() {
        let rows = ["do more", "do less"];
        let tfidf = TfIdf::fit(&words(2), &rows).unwrap();
        assert_eq!(tfidf.names(&rows), ["do"]);
        assert!(TfIdf::fit(&words(3), &rows).is_err());
    }

    #[test]
    fn max_features_keeps_the_most_frequent() {
        let rows = ["b b a", "b c", "a"];
        let params = TfIdfParams {
            blocks: vec![Block::new("words", TermKind::Words(NGrams { min: 1, max: 1 }), 1)],
            max_features: Some(2),
        };
        let mut names = TfIdf::fit(&params, &rows).unwrap().names(&rows);
        names.sort();
        assert_eq!(names, ["a", "b"]);
    }
}
