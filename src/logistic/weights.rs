//! Weights as they lie in memory or in a model file, in 32 or 16 bits.

use std::borrow::Cow;

use half::f16;
use wide::{f32x4, u32x4};

use super::few_classes::FEW;
use crate::storage::Values;

/// Weights of a classifier, those of a feature side by side.
///
/// Those of 16 bits are used as they lie in the file: half the memory, and nothing to do when a model is loaded.
#[derive(Debug, Clone)]
pub enum Weights {
    /// In single precision.
    Single(Values<f32>),
    /// In 16 bits, as a model that was made smaller keeps them.
    Half(Values<f16>),
}

impl From<Values<f32>> for Weights {
    fn from(values: Values<f32>) -> Self {
        Weights::Single(values)
    }
}

impl From<Values<f16>> for Weights {
    fn from(values: Values<f16>) -> Self {
        Weights::Half(values)
    }
}

impl Weights {
    /// Number of weights.
    pub fn len(&self) -> usize {
        match self {
            Weights::Single(values) => values.len(),
            Weights::Half(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The weight at `index`.
    #[inline]
    pub fn get(&self, index: usize) -> f32 {
        match self {
            Weights::Single(values) => values[index],
            Weights::Half(values) => values[index].wide(),
        }
    }

    /// All of them in single precision.
    pub fn to_f32(&self) -> Cow<'_, [f32]> {
        match self {
            Weights::Single(values) => Cow::Borrowed(values),
            Weights::Half(values) => Cow::Owned(values.iter().map(|weight| weight.wide()).collect()),
        }
    }

    /// Whether none is infinite or no number.
    pub(super) fn are_finite(&self) -> bool {
        // Over all, without a way out half-way: so it goes many at a time.
        match self {
            Weights::Single(values) => values.iter().fold(true, |finite, weight| finite & weight.is_finite()),
            Weights::Half(values) => values.iter().fold(true, |finite, weight| finite & weight.is_finite()),
        }
    }

    /// Their bytes, and how many a weight has.
    pub(super) fn bytes(&self) -> (&[u8], usize) {
        match self {
            Weights::Single(values) => (bytemuck::cast_slice(values), size_of::<f32>()),
            Weights::Half(values) => (bytemuck::cast_slice(values), size_of::<f16>()),
        }
    }
}

/// A finite number that becomes one of single precision without loss.
pub(super) trait Weight: Copy + Default {
    /// The number.
    fn wide(self) -> f32;

    /// A few at a time.
    fn wide_few(few: &[Self; FEW]) -> [f32; FEW];
}

impl Weight for f32 {
    #[inline]
    fn wide(self) -> f32 {
        self
    }

    #[inline]
    fn wide_few(few: &[Self; FEW]) -> [f32; FEW] {
        *few
    }
}

impl Weight for f16 {
    /// The bits put in place and the exponent, whose bias is 15 and not 127, set right by a multiplication: right for all
    /// but infinities, and quicker for a few numbers than asking the processor what it can do.
    #[inline]
    fn wide(self) -> f32 {
        let bits = u32::from(self.to_bits());
        let magnitude = f32::from_bits((bits & 0x7FFF) << 13) * f32::from_bits((127 + 112) << 23);
        f32::from_bits(magnitude.to_bits() | (bits & 0x8000) << 16)
    }

    /// The same in the lanes of a vector.
    #[inline]
    fn wide_few(few: &[Self; FEW]) -> [f32; FEW] {
        let [first, second]: [u32; FEW / 2] = bytemuck::must_cast(*few);
        let pairs = u32x4::new([first, second, 0, 0]);
        // The bits of one each, with those of others above, which shifting drops.
        let bits = pairs.unpack_lo(pairs >> 16u32);
        let scale = f32x4::splat(f32::from_bits((127 + 112) << 23));
        let magnitude: f32x4 = bytemuck::must_cast((bits & u32x4::splat(0x7FFF)) << 13u32);
        let sign = (bits & u32x4::splat(0x8000)) << 16u32;
        bytemuck::must_cast(bytemuck::must_cast::<f32x4, u32x4>(magnitude * scale) | sign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_finite_number_of_16_bits_becomes_itself() {
        for number in (0..=u16::MAX).map(f16::from_bits).filter(|number| number.is_finite()) {
            assert_eq!(number.wide().to_bits(), number.to_f32().to_bits());
            let few = [number, f16::ONE, -number, f16::ZERO];
            assert_eq!(Weight::wide_few(&few).map(f32::to_bits), few.map(|number| number.to_f32().to_bits()));
        }
    }

    #[test]
    fn an_infinite_weight_is_found() {
        let weights = |last: f32| [1.0, 0.0, last];
        for (last, finite) in [(-1.0, true), (f32::INFINITY, false), (f32::NAN, false)] {
            assert_eq!(Weights::from(Values::from(weights(last).to_vec())).are_finite(), finite);
            assert_eq!(Weights::from(Values::from(weights(last).map(f16::from_f32).to_vec())).are_finite(), finite);
        }
    }
}
