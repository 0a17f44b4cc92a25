//! Client and broker together on a fake clock: the everyday test of the core.
//!
//! [`network::Network`] joins one broker and any number of clients without latency; [`model`] is a
//! broker written for clarity only, against which the real one is held. `conformance` lists every
//! statement of both standards and shows them one by one, with peers that may send any bytes.

pub mod fuzz;
pub mod model;
pub mod network;
pub mod scripts;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod cuts;
#[cfg(test)]
mod determinism;
#[cfg(test)]
mod faulty_links;
#[cfg(test)]
mod pair;
#[cfg(test)]
mod wildcards;

/// How many random cases a test runs: `long` under `MIDGE_LONG=1`, which `cargo xtask test --long` sets.
#[cfg(test)]
fn cases(ordinary: u32, long: u32) -> u32 {
    match std::env::var("MIDGE_LONG").as_deref() {
        Ok("1") => long,
        _ => ordinary,
    }
}
