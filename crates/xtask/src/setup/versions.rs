//! The versions of everything that is installed into `.tools`, in one place.
//!
//! wasm-bindgen is not here: its version has to be the one that `Cargo.lock` names. Programs of the system come in the
//! version that the system has.

/// From crates.io: builds and serves the page.
pub(super) const TRUNK: &str = "0.21.14";
/// From crates.io: builds the fuzz targets and runs them.
pub(super) const CARGO_FUZZ: &str = "0.13.2";

/// From npm: makes the page's WebAssembly smaller.
pub(super) const BINARYEN: Package = Package("binaryen", "132.0.0");
/// From npm: MQTT.js, a client; Aedes, a broker, with what it needs to speak WebSocket and to remember.
pub(super) const NODE_PEERS: &[Package] = &[
    Package("mqtt", "5.16.0"),
    Package("aedes", "1.2.0"),
    Package("aedes-persistence-level", "9.2.0"),
    Package("classic-level", "3.0.0"),
    Package("ws", "8.23.0"),
];
/// From PyPI: paho-mqtt, a client; amqtt, a broker.
pub(super) const PYTHON_PEERS: &[Package] =
    &[Package("paho-mqtt", "2.1.0"), Package("amqtt", "0.12.1")];

/// A package of npm or PyPI: its name and its version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Package(pub(super) &'static str, pub(super) &'static str);
