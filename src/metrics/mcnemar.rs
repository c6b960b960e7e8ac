//! Two counts of disagreement in, McNemar's test out.
//!
//! Where two models label the same sentences, only those that one gets right and the other wrong tell them apart. Were the
//! models equally good, each such sentence would be a fair coin (McNemar 1947). The test takes sentences as independent, which
//! those of one article are not: the bootstrap interval by article is the safer guide, the test the customary one.

use serde::Serialize;

/// Fewer disagreements than this are tested exactly.
const EXACT_BELOW: u64 = 25;

/// McNemar's test of two models on the same sentences.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct McNemar {
    /// Sentences that only the first model gets right.
    pub only_first: u64,
    /// Sentences that only the second model gets right.
    pub only_second: u64,
    /// (|b − c| − 1)² / (b + c) with continuity correction (Edwards 1948); `None` where the exact test was used.
    pub statistic: Option<f64>,
    /// Two-sided p-value; 0 to 1. Below 25 disagreements 2·P(X ≤ min(b, c)), X binomial with n = b + c and p = ½, and 1 at
    /// most; else the tail of χ² with one degree of freedom.
    pub p_value: f64,
}

impl McNemar {
    /// The test of these disagreements.
    pub fn new(only_first: u64, only_second: u64) -> Self {
        let n = only_first + only_second;
        if n < EXACT_BELOW {
            let p_value = (2.0 * binomial_half_cdf(only_first.min(only_second), n)).min(1.0);
            return McNemar { only_first, only_second, statistic: None, p_value };
        }
        // As many on both sides is no evidence at all: the correction does not turn it into some.
        let corrected = only_first.abs_diff(only_second).saturating_sub(1) as f64;
        let statistic = corrected * corrected / n as f64;
        // χ² with one degree of freedom is a squared normal.
        McNemar { only_first, only_second, statistic: Some(statistic), p_value: erfc((statistic / 2.0).sqrt()) }
    }
}

/// P(X ≤ k) for X binomial with n trials and p = ½.
fn binomial_half_cdf(k: u64, n: u64) -> f64 {
    let mut term = 0.5f64.powi(n as i32);
    let mut sum = term;
    for i in 0..k {
        term *= (n - i) as f64 / (i + 1) as f64;
        sum += term;
    }
    sum
}

/// The complementary error function for x ≥ 0, to about 1e-14 relative: Abramowitz and Stegun 7.1.6 (a series without
/// cancellation) below 2, 7.1.14 (a continued fraction) from there.
fn erfc(x: f64) -> f64 {
    let scale = (-x * x).exp() / std::f64::consts::PI.sqrt();
    if x < 2.0 {
        let (mut term, mut sum) = (x, x);
        for n in 1..100 {
            term *= 2.0 * x * x / f64::from(2 * n + 1);
            sum += term;
        }
        1.0 - 2.0 * scale * sum
    } else {
        let tail = (1..=100).rev().fold(x, |tail, n| x + f64::from(n) / 2.0 / tail);
        scale / tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erfc_is_that_of_the_tables() {
        for (x, expected) in [
            (0.0, 1.0),
            (0.5, 0.479_500_122_186_953_5),
            (1.0, 0.157_299_207_050_285_1),
            (2.0, 0.004_677_734_981_047_266),
            (3.0, 2.209_049_699_858_544e-5),
            (6.0, 2.151_973_671_249_891_3e-17),
        ] {
            assert!((erfc(x) / expected - 1.0).abs() < 1e-12, "erfc({x}) = {}", erfc(x));
        }
    }

    #[test]
    fn exact_for_few_and_corrected_for_many() {
        assert_eq!(McNemar::new(0, 0).p_value, 1.0);
        assert_eq!(McNemar::new(5, 0).p_value, 0.0625);
        assert_eq!(McNemar::new(3, 3).p_value, 1.0);
        // (|121 − 59| − 1)² / 180 = 20.672
        let many = McNemar::new(59, 121);
        assert!((many.statistic.unwrap() - 20.672_222_222).abs() < 1e-8);
        assert!(many.p_value < 1e-5 && many.p_value > 1e-6);
        assert_eq!(McNemar::new(100, 100).p_value, 1.0);
        assert_eq!(McNemar::new(u64::from(u32::MAX), 0).p_value, 0.0);
    }
}
