//! A broker and several peers that say anything.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| midge_tests_suite::fuzz::broker(input));
