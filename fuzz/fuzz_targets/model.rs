#![no_main]

use libfuzzer_sys::fuzz_target;
use stance_fuzz::{bounded, laws};

fuzz_target!(|bytes: &[u8]| bounded(laws::model, bytes, 1, 64 << 20));
