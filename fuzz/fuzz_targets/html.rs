#![no_main]

use libfuzzer_sys::fuzz_target;
use stance_fuzz::{bounded, laws};

fuzz_target!(|bytes: &[u8]| bounded(laws::html, bytes, 1024, 256 << 20));
