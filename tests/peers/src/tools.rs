//! Where the installed tools are: said by `cargo xtask test`, else in their usual places.

use std::env;
use std::path::{Path, PathBuf};

/// The Python that has paho-mqtt and amqtt.
pub(crate) fn python() -> PathBuf {
    said("MIDGE_PYTHON").unwrap_or_else(|| root().join(".tools/python/bin/python"))
}

/// The folder where a script of Node finds MQTT.js and Aedes; `None`, said aloud, where they are not installed. Where
/// `cargo xtask test` made sure of them, they have to be there.
pub(crate) fn node() -> Option<PathBuf> {
    let folder = said("MIDGE_NODE").unwrap_or_else(|| root().join(".tools/node"));
    if folder.join("node_modules/mqtt").is_dir() && folder.join("node_modules/aedes").is_dir() {
        return Some(folder);
    }
    missing("node", "MQTT.js and Aedes", &folder);
    None
}

/// The folder that RabbitMQ and its Erlang were unpacked into; `None`, said aloud, where it is not. Where
/// `cargo xtask test` made sure of it, it has to be there.
pub(crate) fn rabbitmq() -> Option<PathBuf> {
    let folder = said("MIDGE_RABBITMQ").unwrap_or_else(|| root().join(".tools/rabbitmq"));
    if folder.join("usr/lib/rabbitmq/lib").is_dir() {
        return Some(folder);
    }
    missing("rabbitmq", "RabbitMQ", &folder);
    None
}

/// Says that something is skipped; fails where `cargo xtask test` made sure of it.
#[expect(clippy::print_stdout, reason = "what is skipped is said")]
fn missing(tool: &str, what: &str, folder: &Path) {
    let tools = env::var("MIDGE_TOOLS").unwrap_or_default();
    let required = tools.split(' ').any(|it| it == tool);
    assert!(!required, "{} has no {what}", folder.display());
    println!("SKIPPED: {what} is not installed");
}

fn said(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from)
}

/// The root of the project.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("the package stands two folders below the root")
        .to_path_buf()
}
