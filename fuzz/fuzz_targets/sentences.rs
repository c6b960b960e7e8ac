#![no_main]

use libfuzzer_sys::fuzz_target;
use stance_fuzz::{bounded, laws};

fuzz_target!(|bytes: &[u8]| bounded(laws::sentences, bytes, 64, 1 << 20));
