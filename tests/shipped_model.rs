//! The shipped model file, damaged and forged: refused, or loaded and at work, in bounded memory and time.
//!
//! `cargo test` takes a sample. All of it, every byte flipped and every truncation, takes minutes:
//! `cargo test --release --test shipped_model -- --ignored --nocapture`

mod common;

use std::alloc::System;
use std::time::{Duration, Instant};

use cap::Cap;
use common::forge;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use stance::article::Sentence;
use stance::error::ErrorKind;
use stance::model_file::from_bytes;
use stance::storage::ModelBytes;

const MODEL: &[u8] = include_bytes!("../models/us-pakistan.safetensors");

/// Gives nothing beyond its limit: the program then ends, and the test with it.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Most that loading may take beside the bytes of the file.
const EXTRA: usize = 64 << 20;

/// Loads and, where that works, predicts; whether it did.
fn loads(bytes: &[u8]) -> bool {
    let started = Instant::now();
    ALLOCATOR.set_limit(ALLOCATOR.allocated() + bytes.len() + EXTRA).expect("a limit above what is in use");
    let result = from_bytes(ModelBytes::copy(bytes));
    ALLOCATOR.set_limit(usize::MAX).expect("no limit");
    // Far above what a busy machine needs; a hang would be longer.
    assert!(started.elapsed() < Duration::from_secs(60), "loading took {:?}", started.elapsed());
    match result {
        Ok(model) => {
            let article = common::SENTENCES.map(Sentence::alone);
            for prediction in model.pipeline.predict(&article) {
                let sum: f64 = prediction.probabilities.iter().sum();
                assert!((sum - 1.0).abs() < 1e-6, "{:?}", prediction.probabilities);
            }
            true
        }
        Err(error) => {
            assert_eq!(error.kind, ErrorKind::Model, "{error}");
            false
        }
    }
}

/// Flips a bit in every `step`th byte and cuts the file after every `step`th, then edits it `edits` times.
fn damage(step: usize, edits: usize) {
    let started = Instant::now();
    assert!(loads(MODEL));
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut bytes = MODEL.to_vec();
    for at in (0..bytes.len()).step_by(step) {
        let bit = 1 << (random.next_u32() % 8);
        bytes[at] ^= bit;
        assert!(!loads(&bytes), "loaded with byte {at} flipped by {bit:#x}");
        bytes[at] ^= bit;
    }
    println!("{} flips refused, {:.0} s", bytes.len().div_ceil(step), started.elapsed().as_secs_f64());
    for length in (0..bytes.len()).step_by(step) {
        assert!(!loads(&bytes[..length]), "loaded {length} bytes");
    }
    println!("{} truncations refused, {:.0} s", bytes.len().div_ceil(step), started.elapsed().as_secs_f64());
    let loaded = (0..edits).filter(|_| loads(&forge::edited(MODEL, &mut random))).count();
    println!("{edits} edits: {loaded} loaded, {} refused, {:.0} s", edits - loaded, started.elapsed().as_secs_f64());
    assert!(loaded > edits / 20 && loaded < edits);
}

#[test]
fn a_sample_of_damage_is_refused_or_works() {
    damage(1511, 100);
}

#[test]
#[ignore = "minutes"]
fn all_damage_is_refused_or_works() {
    damage(1, 10_000);
}
