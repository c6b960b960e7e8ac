//! Cross-validation folds that keep every article whole and the labels' shares alike.
//!
//! The sentences of an article resemble each other, so a split through an article flatters the figures (scikit-learn's
//! `StratifiedGroupKFold` exists for the same reason). Articles go, the most uneven first, each to the fold where it leaves
//! the shares of labels most alike.

use std::cmp::Reverse;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::corpus::Corpus;

/// For each article of `corpus` its fold, below `n_folds`. What decides is the seed and the articles' content, not the order of rows.
pub fn assign(corpus: &Corpus, n_folds: usize, seed: u64) -> Vec<usize> {
    let n_labels = corpus.labels.len();
    let totals: Vec<f64> = corpus.label_counts().iter().map(|&count| (count as f64).max(1.0)).collect();
    let mut articles: Vec<(Vec<u32>, u64, usize)> = corpus
        .articles()
        .enumerate()
        .map(|(index, range)| {
            let mut counts = vec![0u32; n_labels];
            for &label in &corpus.label[range.clone()] {
                counts[label as usize] += 1;
            }
            let mut key = xxh3_64_with_seed(corpus.article_ids[index].as_bytes(), seed);
            key = xxh3_64_with_seed(corpus.sentences[range.start].text.as_bytes(), key);
            (counts, key, index)
        })
        .collect();
    // The squared distance from even shares; not negative, so its bits are ordered as it is.
    let spread = |counts: &[u32]| {
        let mean = counts.iter().sum::<u32>() as f64 / n_labels as f64;
        counts.iter().map(|&count| (f64::from(count) - mean).powi(2)).sum::<f64>()
    };
    articles.sort_by_cached_key(|(counts, key, _)| (Reverse(spread(counts).to_bits()), *key));

    let mut folds = vec![0; articles.len()];
    // One list a label, one number a fold.
    let mut filled = vec![vec![0.0f64; n_folds]; n_labels];
    let mut costs = vec![0.0f64; n_folds];
    for (counts, _, index) in articles {
        // The fold that leaves the smallest sum of squared shares takes it: that of filling every label evenly.
        costs.fill(0.0);
        let present = || counts.iter().map(|&count| f64::from(count)).enumerate().filter(|(_, more)| *more > 0.0);
        for (label, more) in present() {
            let square = totals[label] * totals[label];
            for (cost, have) in costs.iter_mut().zip(&filled[label]) {
                *cost += (2.0 * have + more) * more / square;
            }
        }
        let best = (0..n_folds).min_by(|&a, &b| costs[a].total_cmp(&costs[b])).unwrap_or(0);
        for (label, more) in present() {
            filled[label][best] += more;
        }
        folds[index] = best;
    }
    folds
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::corpus::Columns;

    fn corpus(rows: &[(usize, &str)]) -> Corpus {
        let mut text = String::from("article,text,label\n");
        for (i, (article, label)) in rows.iter().enumerate() {
            text += &format!("a{article},sentence {article}.{i},{label}\n");
        }
        Corpus::read_from(Path::new("t.csv"), text.as_bytes(), &Columns::default()).unwrap()
    }

    #[test]
    fn folds_share_every_label_evenly() {
        let rows: Vec<(usize, &str)> =
            (0..100).flat_map(|a| [(a, "n"), (a, "n"), (a, if a % 4 == 0 { "c" } else { "n" })]).collect();
        let corpus = corpus(&rows);
        let folds = assign(&corpus, 5, 1);
        for fold in 0..5 {
            let claims: usize = corpus
                .articles()
                .zip(&folds)
                .filter(|(_, f)| **f == fold)
                .map(|(range, _)| corpus.label[range].iter().filter(|&&l| l == 0).count())
                .sum();
            assert_eq!(claims, 5);
            assert_eq!(folds.iter().filter(|&&f| f == fold).count(), 20);
        }
        assert_ne!(folds, assign(&corpus, 5, 2));
    }
}
