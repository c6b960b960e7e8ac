//! Gold classes and probabilities in, proper scores out: lower is better, and only honest probabilities reach the least.
//!
//! Probabilities are n_sentences × n_classes, row by row, as everywhere in this room.

use super::ratio;

/// Logarithmic loss of one sentence, −ln of the probability of its gold class (Good 1952); nats, from 0.
///
/// The probability is clipped to [ε, 1 − ε], ε = 2⁻⁵², as in scikit-learn, so that one 0 does not make the mean infinite.
pub(crate) fn log_loss_of(gold: usize, row: &[f64]) -> f64 {
    -row.get(gold).copied().unwrap_or(0.0).clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln()
}

/// Squared distance of one row from the gold class, Σ_c (p_c − [c = gold])² (Brier 1950); 0 to 2.
pub(crate) fn brier_of(gold: usize, row: &[f64]) -> f64 {
    row.iter().enumerate().map(|(class, p)| (p - f64::from(u8::from(class == gold))).powi(2)).sum()
}

/// Mean logarithmic loss; nats, 0 to about 36. `None` for no sentence.
pub fn log_loss(gold: &[u32], probabilities: &[f64], n_classes: usize) -> Option<f64> {
    mean_over_rows(gold, probabilities, n_classes, log_loss_of)
}

/// Mean Brier score over all classes; 0 to 2 (scikit-learn's `brier_score_loss(scale_by_half=False)`). `None` for no
/// sentence.
pub fn brier_score(gold: &[u32], probabilities: &[f64], n_classes: usize) -> Option<f64> {
    mean_over_rows(gold, probabilities, n_classes, brier_of)
}

fn mean_over_rows(gold: &[u32], probabilities: &[f64], k: usize, loss: fn(usize, &[f64]) -> f64) -> Option<f64> {
    let rows = probabilities.chunks_exact(k.max(1));
    let sum: f64 = gold.iter().zip(rows).map(|(&gold, row)| loss(gold as usize, row)).sum();
    ratio(sum, gold.len() as f64)
}

/// Index and value of the largest probability of a row, the first of equals.
pub(crate) fn top(row: &[f64]) -> (usize, f64) {
    let mut best = (0, row.first().copied().unwrap_or(0.0));
    for (class, &p) in row.iter().enumerate() {
        if p > best.1 {
            best = (class, p);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let p = [0.5, 0.5, 0.0, 0.0, 1.0, 0.0];
        assert!((log_loss(&[0, 1], &p, 3).unwrap() - 0.5f64.ln().abs() / 2.0).abs() < 1e-12);
        assert_eq!(brier_score(&[0, 1], &p, 3), Some(0.25));
    }

    #[test]
    fn a_zero_for_the_gold_class_costs_much_but_not_all() {
        let loss = log_loss(&[1], &[1.0, 0.0], 2).unwrap();
        assert!((loss - 52.0 * std::f64::consts::LN_2).abs() < 1e-12);
        assert_eq!(brier_score(&[1], &[1.0, 0.0], 2), Some(2.0));
    }

    #[test]
    fn no_sentence_no_figure() {
        assert_eq!((log_loss(&[], &[], 3), brier_score(&[], &[], 0)), (None, None));
    }

    #[test]
    fn the_first_of_equal_probabilities_is_the_top() {
        assert_eq!(top(&[0.2, 0.4, 0.4]), (1, 0.4));
    }
}
