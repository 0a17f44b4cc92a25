//! Computes natively what the browser has to compute again: the trace hashes of the suite's scripts.

use std::env;
use std::fs;
use std::path::Path;

fn main() {
    let hashes = midge_tests_suite::scripts::hashes();
    let folder = env::var_os("OUT_DIR").expect("cargo says where a build script may write");
    let text = format!("{hashes:?}");
    fs::write(Path::new(&folder).join("native_hashes.in"), text)
        .expect("the folder can be written");
}
