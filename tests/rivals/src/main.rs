//! Measures codec and broker beside others in one run: rounds interleaved, medians, ratios. Nothing is asserted about time.
//!
//! `cargo xtask bench rivals`

mod brokers;
mod contest;
mod decoding;
mod encoding;
mod matching;
mod peer;

use contest::Contest;

fn main() {
    let contests = [
        decoding::contests(),
        encoding::contests(),
        matching::contests(),
    ];
    contests.into_iter().flatten().for_each(Contest::run);
    brokers::run();
}
