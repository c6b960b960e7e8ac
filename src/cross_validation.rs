//! Cross-validation: each sentence predicted by a pipeline that has seen nothing of its article.

use crate::attribution::Sides;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::folds;
use crate::pipeline::{Pipeline, PipelineParams, Prediction};

/// Predictions for all sentences of `corpus`, in its order, from `n_folds` pipelines, each fitted wholly without the
/// articles that it predicts: vocabulary, weights and calibration.
///
/// # Errors
/// Fewer articles than folds, a fold whose training part lacks a label, and all that [`Pipeline::fit`] refuses.
pub fn predict(
    params: &PipelineParams,
    sides: Option<&Sides>,
    corpus: &Corpus,
    n_folds: usize,
) -> Result<Vec<Prediction>> {
    let n_articles = corpus.articles().len();
    if n_articles < n_folds {
        return Err(Error::data(
            format!("{n_articles} articles for {n_folds} folds"),
            "lower --folds; whole articles are kept together",
        ));
    }
    let fold_of = folds::assign(corpus, n_folds, params.seed);
    let ranges: Vec<std::ops::Range<usize>> = corpus.articles().collect();
    let mut predictions: Vec<Option<Prediction>> = vec![None; corpus.len()];
    for fold in 0..n_folds {
        let (held, kept): (Vec<usize>, Vec<usize>) = (0..n_articles).partition(|&article| fold_of[article] == fold);
        let pipeline = Pipeline::fit(params, sides.cloned(), &corpus.subset(&kept))?;
        for article in held {
            let range = ranges[article].clone();
            for (index, prediction) in range.clone().zip(pipeline.predict(&corpus.sentences[range])) {
                predictions[index] = Some(prediction);
            }
        }
    }
    // Every article belongs to one fold, so every sentence has been predicted.
    Ok(predictions.into_iter().flatten().collect())
}
