//! How many rows are worked on together. None of it changes any result.

/// Rows that are worked on before what came of them is put together: a bound on scratch memory.
pub(super) const BATCH: usize = 1 << 17;

/// Rows a thread takes at a time where there are `n_rows`: small enough that every thread has some, large enough that
/// the start of a chunk does not count.
pub(super) fn chunk_size(n_rows: usize) -> usize {
    n_rows.div_ceil(4 * rayon::current_num_threads()).clamp(256, 4096)
}
