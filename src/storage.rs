//! Numbers that are owned, or that lie in a model file's bytes and are used from there without copying.

use std::ops::{Deref, Range};
use std::sync::Arc;

/// The bytes of a model file: inside the binary, mapped, or read into memory. Always aligned to 8 bytes.
#[derive(Debug)]
pub enum ModelBytes {
    /// Part of the program.
    Static(&'static [u8]),
    /// A mapped file.
    Mapped(memmap2::Mmap),
    /// A copy in memory, in words so that it is aligned; the second value is the length in bytes.
    Owned(Vec<u64>, usize),
}

impl ModelBytes {
    /// An aligned copy of `bytes`.
    pub fn copy(bytes: &[u8]) -> Self {
        let mut words = vec![0u64; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words)[..bytes.len()].copy_from_slice(bytes);
        ModelBytes::Owned(words, bytes.len())
    }
}

impl Deref for ModelBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            ModelBytes::Static(bytes) => bytes,
            ModelBytes::Mapped(map) => map,
            ModelBytes::Owned(words, length) => &bytemuck::cast_slice(words)[..*length],
        }
    }
}

/// A slice of `T`, owned or inside shared [`ModelBytes`].
#[derive(Debug, Clone)]
pub enum Values<T> {
    /// Owned values.
    Owned(Vec<T>),
    /// A range of bytes, checked for length and alignment by [`Values::shared`].
    Shared(Arc<ModelBytes>, Range<usize>),
}

impl<T: bytemuck::Pod> Values<T> {
    /// The values that `range` of `bytes` holds, or `None` where the range lies outside, is no whole number of values
    /// or is not aligned.
    pub fn shared(bytes: Arc<ModelBytes>, range: Range<usize>) -> Option<Self> {
        bytemuck::try_cast_slice::<u8, T>(bytes.get(range.clone())?).ok()?;
        Some(Values::Shared(bytes, range))
    }
}

impl<T> From<Vec<T>> for Values<T> {
    fn from(values: Vec<T>) -> Self {
        Values::Owned(values)
    }
}

impl<T: bytemuck::Pod> Deref for Values<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Values::Owned(values) => values,
            Values::Shared(bytes, range) => bytemuck::cast_slice(&bytes[range.clone()]),
        }
    }
}
