//! The functions of the fuzzer, run without one: on the inputs that are kept, and on random bytes.

use std::fs;
use std::path::Path;

type Check = fn(&[u8]);

/// Every target with its function, named as its file in `tests/fuzz/targets` and its folder in `tests/suite/inputs`.
const TARGETS: [(&str, Check); 4] = [
    ("decode", super::decode),
    ("framer", super::framer),
    ("client", super::client),
    ("broker", super::broker),
];

#[test]
fn kept_inputs_break_nothing() {
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("inputs");
    for (target, run) in TARGETS {
        // Without a folder, nothing ever broke it.
        for entry in fs::read_dir(inputs.join(target)).into_iter().flatten() {
            let path = entry.unwrap().path();
            let input = fs::read(&path).unwrap();
            let outcome = std::panic::catch_unwind(|| run(&input));
            assert!(outcome.is_ok(), "{} breaks it again", path.display());
        }
    }
}

#[test]
fn random_inputs_break_nothing() {
    let rounds = crate::cases(300, 30_000);
    for seed in 0..rounds {
        let input = random_bytes(seed.into());
        for (target, run) in TARGETS {
            let outcome = std::panic::catch_unwind(|| run(&input));
            assert!(outcome.is_ok(), "{target} with seed {seed}");
        }
    }
}

/// Up to 1,500 bytes by SplitMix64, small ones more often: those are decisions.
fn random_bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    };
    let length = next() % 1_500;
    (0..length)
        .map(|_| match next() {
            number if number % 3 == 0 => (number >> 32) as u8 & 15,
            number => (number >> 32) as u8,
        })
        .collect()
}
