//! How many rows are worked on together. None of it changes any result.

/// Rows that are worked on before what came of them is put together: a bound on scratch memory.
pub(super) const BATCH: usize = 1 << 17;

/// Sentences whose terms are looked up together: enough to wait for memory seldom, few enough for what was fetched to be
/// in the cache still when it is read.
pub(crate) const TOGETHER: usize = 16;

/// Terms that are looked up together in any case, however few sentences they are of: a bound on scratch memory.
pub(super) const MANY_TERMS: usize = 1 << 14;

/// Rows a thread takes at a time where there are `n_rows`: small enough that every thread has some, large enough that
/// the start of a chunk does not count.
pub(super) fn chunk_size(n_rows: usize) -> usize {
    n_rows.div_ceil(4 * rayon::current_num_threads()).clamp(256, 4096)
}
