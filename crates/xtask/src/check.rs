//! `cargo xtask check`: formatting, tidy, clippy for both targets, links in the documentation.

use crate::place::Place;
use crate::{Outcome, say, setup, tidy};

/// Crates that never run in a browser.
const NATIVE_ONLY: &[&str] = &[
    "midge-server",
    "midge-xtask",
    "midge-tests-suite",
    "midge-tests-e2e",
    "midge-tests-peers",
    "midge-tests-browser",
];

/// Runs every check; the first that fails ends it.
pub(crate) fn run(place: &Place) -> Outcome {
    setup::components(place)?;
    setup::wasm_target(place)?;
    say::step("Formatting", "seconds");
    place.cargo().words("fmt --all --check").run()?;
    // Workspaces of their own, which are built only to fuzz and to measure.
    for alone in ["tests/fuzz", "tests/rivals"] {
        let manifest = format!("{alone}/Cargo.toml");
        place
            .cargo()
            .words("fmt --check --manifest-path")
            .word(manifest)
            .run()?;
    }
    say::step("Tidy", "a second");
    tidy::run(place)?;
    say::step("Clippy, native", "about 3 minutes the first time");
    place
        .cargo()
        .words("clippy --workspace --all-targets --locked -- -D warnings")
        .run()?;
    say::step("Clippy, wasm32", "about 2 minutes the first time");
    let mut pages = place
        .cargo()
        .words("clippy --target wasm32-unknown-unknown --locked --workspace");
    for package in NATIVE_ONLY {
        pages = pages.word("--exclude").word(package);
    }
    pages.words("-- -D warnings").run()?;
    place
        .cargo()
        .words("clippy --target wasm32-unknown-unknown --locked -p midge-tests-browser --all-targets -- -D warnings")
        .run()?;
    say::step("Documentation", "about 1 minute the first time");
    place
        .cargo()
        .words("doc --workspace --no-deps --locked --keep-going")
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()?;
    say::fact("Formatting, tidy, clippy and the documentation's links are well.");
    Ok(())
}
