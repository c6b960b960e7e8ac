//! How a training run went, in words: the summary that `train` prints, lines of which `info` has too.

use stance::logistic::Convergence;
use stance::pipeline::{CalibrationMethod, HeldOut, Pipeline};

use super::terminal::figure;

/// How a fit ended: `converged after 14 iterations`.
pub(super) fn ending(convergence: &Convergence) -> String {
    let ending = if convergence.converged { "converged" } else { "stopped early" };
    format!("{ending}{}", after(convergence))
}

/// The figures of held-out sentences.
pub(super) fn held_out(held: &HeldOut) -> String {
    let HeldOut { macro_f1, accuracy, log_loss, .. } = *held;
    format!("macro-F1 {}, accuracy {}, log loss {}", figure(macro_f1), figure(accuracy), figure(log_loss))
}

/// The line that tells what a model was before it was made smaller, where it was.
pub(super) fn made_smaller(pipeline: &Pipeline) -> String {
    pipeline.summary.compaction.as_ref().map_or_else(String::new, |before| {
        let figures = match &before.held_out {
            Some(held) if held.method == CalibrationMethod::Holdout => format!("; before: {}", held_out(held)),
            // Folds measure models of their own, which are not made smaller.
            Some(_) => "; held out: by models kept whole".to_string(),
            None => String::new(),
        };
        let now = pipeline.tfidf.n_features();
        format!("made small   {now} of {} terms kept, weights of 16 bits{figures}\n", before.n_terms)
    })
}

/// After how many iterations a fit ended, where the solver tells.
pub(super) fn after(convergence: &Convergence) -> String {
    match convergence.iterations {
        0 => String::new(),
        n => format!(" after {n} iterations"),
    }
}

/// What `train` prints at the end.
pub(super) fn summary(pipeline: &Pipeline, n_bytes: usize, path: &str, seconds: f64) -> String {
    let s = &pipeline.summary;
    let labels: Vec<String> =
        pipeline.labels.iter().zip(&s.label_counts).map(|(label, count)| format!("{label} {count}")).collect();
    let stats = pipeline.tfidf.stats();
    let blocks: Vec<String> = stats.blocks.iter().map(|(name, n)| format!("{name} {n}")).collect();
    let mut text =
        format!("data         {} sentences in {} articles: {}\n", s.n_sentences, s.n_articles, labels.join(", "));
    text += &format!("features     {}: {}\n", stats.n_features, blocks.join(", "));
    text += &format!(
        "fit          {}, objective {:.6}, gradient norm {:.1e}\n",
        ending(&s.convergence),
        s.convergence.objective,
        s.convergence.gradient_norm
    );
    match &s.held_out {
        Some(held) => {
            text += &format!(
                "held out     {} sentences ({}): {}\n",
                held.n_sentences,
                match held.method {
                    CalibrationMethod::Holdout => "2 % of the articles",
                    _ => "five folds by article",
                },
                held_out(held)
            );
        }
        None => text += "held out     nothing: probabilities are not calibrated\n",
    }
    text += &made_smaller(pipeline);
    text + &format!("written      {path}, {n_bytes} bytes, in {seconds:.1} s\n")
}
