//! Scores of a few classes, their sums side by side in the lanes of a vector.

use half::f16;
use wide::f64x4;

use super::weights::Weight;

/// Number of classes up to which there is a lane for each.
pub(super) const FEW: usize = 4;

/// Adds to `sums`, for each entry of a row, its value times the `k` weights of its column, at most [`FEW`]. With fewer
/// classes the last sums are of weights that stand behind, and nobody asks for them.
pub(super) fn add_weighted<W: Weight>(
    sums: [f64; FEW],
    weights: &[W],
    k: usize,
    row: impl Iterator<Item = (u32, f32)>,
) -> [f64; FEW] {
    let mut sums = f64x4::new(sums);
    for (column, value) in row {
        let few = W::wide_few(&few_from(weights, column as usize * k));
        sums += f64x4::splat(f64::from(value)) * f64x4::new(few.map(f64::from));
    }
    sums.to_array()
}

/// The same for weights of 16 bits, and to the bit, by the instruction for them that most processors have.
pub(super) fn add_weighted_halves(
    sums: [f64; FEW],
    weights: &[f16],
    k: usize,
    row: impl Iterator<Item = (u32, f32)>,
) -> [f64; FEW] {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx") && is_x86_feature_detected!("f16c") {
        // SAFETY: the processor has what the function asks for.
        return unsafe { add_weighted_by_f16c(sums, weights, k, row) };
    }
    add_weighted(sums, weights, k, row)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,f16c")]
fn add_weighted_by_f16c(
    sums: [f64; FEW],
    weights: &[f16],
    k: usize,
    row: impl Iterator<Item = (u32, f32)>,
) -> [f64; FEW] {
    use std::arch::x86_64::{
        __m256d, _mm_cvtph_ps, _mm_cvtsi64_si128, _mm256_add_pd, _mm256_cvtps_pd, _mm256_mul_pd, _mm256_set1_pd,
    };
    let mut sums: __m256d = bytemuck::must_cast(sums);
    for (column, value) in row {
        let bits: i64 = bytemuck::must_cast(few_from(weights, column as usize * k));
        let few = _mm256_cvtps_pd(_mm_cvtph_ps(_mm_cvtsi64_si128(bits)));
        // Not in one instruction, which would round once where others round twice.
        sums = _mm256_add_pd(sums, _mm256_mul_pd(_mm256_set1_pd(f64::from(value)), few));
    }
    bytemuck::must_cast(sums)
}

/// The weights from `first` on, zeros where there are none.
#[inline]
fn few_from<W: Weight>(weights: &[W], first: usize) -> [W; FEW] {
    let weights = &weights[first..];
    weights.first_chunk().copied().unwrap_or_else(|| {
        let mut few = [W::default(); FEW];
        few[..weights.len()].copy_from_slice(weights);
        few
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_same_to_the_bit_however_weights_are_widened() {
        let numbers = (0..=u16::MAX).map(f16::from_bits).filter(|number| number.is_finite());
        let weights: Vec<f16> = numbers.collect();
        let single: Vec<f32> = weights.iter().map(|weight| weight.to_f32()).collect();
        for k in 2..=FEW {
            let n_columns = (weights.len() / k) as u32;
            let sums = [1.0 / 3.0; FEW];
            for first in (0..n_columns).step_by(97).chain([n_columns - 1]) {
                let row =
                    || (first..n_columns).step_by(1031).zip(1u16..).map(|(column, i)| (column, 1.0 / f32::from(i)));
                let halves = add_weighted_halves(sums, &weights, k, row());
                assert_eq!(halves.map(f64::to_bits), add_weighted(sums, &weights, k, row()).map(f64::to_bits));
                assert_eq!(halves.map(f64::to_bits), add_weighted(sums, &single, k, row()).map(f64::to_bits));
                let mut plain = sums;
                for (column, value) in row() {
                    for (class, sum) in plain[..k].iter_mut().enumerate() {
                        *sum += f64::from(value) * f64::from(single[column as usize * k + class]);
                    }
                }
                assert_eq!(halves[..k], plain[..k]);
            }
        }
    }
}
