//! Cross-validation: each sentence predicted by a pipeline that has seen nothing of its article.

use crate::attribution::Sides;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::folds;
use crate::pipeline::{Pipeline, PipelineParams, Prediction, Stage};

/// Predictions for all sentences of `corpus`, in its order, from `n_folds` pipelines, each fitted wholly without the
/// articles that it predicts: vocabulary, weights and calibration. `watch` is told the number of the fold, from 0, and
/// what its fit is at.
///
/// # Errors
/// Fewer articles than folds, a fold whose training part lacks a label, and all that [`Pipeline::fit`] refuses.
pub fn predict(
    params: &PipelineParams,
    sides: Option<&Sides>,
    corpus: &Corpus,
    n_folds: usize,
    watch: &(dyn Fn(usize, Stage) + Sync),
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
        let watch = |stage| watch(fold, stage);
        let pipeline = Pipeline::fit_watched(params, sides.cloned(), &corpus.subset(&kept), &watch)?;
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
