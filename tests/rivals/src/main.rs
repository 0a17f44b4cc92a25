//! Measures the codec beside others in one run: rounds interleaved, medians, ratios. Nothing is asserted about time.
//!
//! `cargo xtask bench rivals`

mod contest;
mod decoding;
mod encoding;
mod matching;

use contest::Contest;

fn main() {
    let contests = [
        decoding::contests(),
        encoding::contests(),
        matching::contests(),
    ];
    contests.into_iter().flatten().for_each(Contest::run);
}
