//! The versions of everything that is installed into `.tools`, in one place.
//!
//! wasm-bindgen is not here: its version has to be the one that `Cargo.lock` names. Programs of the system come in the
//! version that the system has.

/// From crates.io: builds and serves the page.
pub(super) const TRUNK: &str = "0.21.14";

/// From npm: makes the page's WebAssembly smaller.
pub(super) const BINARYEN: Package = Package("binaryen", "132.0.0");
/// From PyPI: paho-mqtt, a client.
pub(super) const PYTHON_PEERS: &[Package] = &[Package("paho-mqtt", "2.1.0")];

/// A package of npm or PyPI: its name and its version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Package(pub(super) &'static str, pub(super) &'static str);
