//! The laws of `tests/laws`, each under a bound on memory.

use std::alloc::System;
use std::sync::Once;

use cap::Cap;

#[path = "../tests/laws/mod.rs"]
pub mod laws;

/// Returns nothing over its limit; the program then aborts, which the fuzzer reports.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Holds `law` to `bytes` with at most `bytes × factor + extra` of memory beside what is there already.
pub fn bounded(law: fn(&[u8]), bytes: &[u8], factor: usize, extra: usize) {
    // What is made once for all inputs, such as a loaded model, is no part of it.
    static FIRST: Once = Once::new();
    FIRST.call_once(|| law(b"t"));
    let _ = ALLOCATOR.set_limit(ALLOCATOR.allocated() + bytes.len() * factor + extra);
    law(bytes);
    let _ = ALLOCATOR.set_limit(usize::MAX);
}
