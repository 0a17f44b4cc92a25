//! A byte stream in any chunking.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| midge_tests_suite::fuzz::framer(input));
