//! The tests that run in a dedicated Worker, where the engine lives.

#![cfg(target_arch = "wasm32")]

mod core;
mod engine;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
