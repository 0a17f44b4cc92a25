//! A client, its commands, and a server that says anything.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| midge_tests_suite::fuzz::client(input));
