//! Frames of both versions, any bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| midge_tests_suite::fuzz::decode(input));
