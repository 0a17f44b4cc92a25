//! Clients that others wrote: `mosquitto_pub`, `mosquitto_sub`, and paho-mqtt from Python.

use std::path::Path;

use tempfile::NamedTempFile;
use tokio::process::Command;

use super::place;
use super::process::Process;

/// The versions that every exchange is tried with, as the page and as Mosquitto's clients call them.
pub(crate) const VERSIONS: [Version; 2] = [
    Version {
        name: "3.1.1",
        flag: "mqttv311",
    },
    Version {
        name: "5.0",
        flag: "mqttv5",
    },
];

/// A version of MQTT.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version {
    pub(crate) name: &'static str,
    pub(crate) flag: &'static str,
}

/// Where a client connects, and how it speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub(crate) port: u16,
    pub(crate) version: Version,
}

/// A message to publish.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note<'a> {
    pub(crate) topic: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) qos: u8,
    pub(crate) retain: bool,
}

impl Peer {
    /// Publishes with `mosquitto_pub`.
    pub(crate) async fn publish(self, note: Note<'_>) {
        let qos = note.qos.to_string();
        let mut command = Command::new("mosquitto_pub");
        self.address(&mut command);
        command.args(["-t", note.topic, "-m", note.payload, "-q", &qos]);
        if note.retain {
            command.arg("-r");
        }
        publish(command).await;
    }

    /// Publishes the bytes of a file at QoS 1.
    pub(crate) async fn publish_file(self, topic: &str, file: &Path) {
        let mut command = Command::new("mosquitto_pub");
        self.address(&mut command);
        command.args(["-t", topic, "-q", "1", "-f"]).arg(file);
        publish(command).await;
    }

    /// Subscribes with `mosquitto_sub`; its lines read `topic qos retain payload-in-hex`.
    pub(crate) async fn subscribe(self, filter: &str, qos: u8) -> Process {
        // It would keep its lines to itself until there are many.
        let mut command = Command::new("stdbuf");
        command.args(["-oL", "mosquitto_sub"]);
        self.address(&mut command);
        command.args(["-t", filter, "-q", &qos.to_string(), "-F", "%t %q %r %x"]);
        // Only its debug lines say when the broker has answered.
        command.arg("-d");
        let process = Process::start(&mut command);
        process.line_with("Subscribed").await;
        process
    }

    fn address(self, command: &mut Command) {
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        command.args(["-V", self.version.flag]);
    }
}

/// What `mosquitto_sub` prints for a message.
pub(crate) fn line(note: Note<'_>) -> String {
    let hex: String = note
        .payload
        .bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let retain = u8::from(note.retain);
    format!("{} {} {retain} {hex}", note.topic, note.qos)
}

async fn publish(mut command: Command) {
    let output = command.output().await.unwrap();
    assert!(
        output.status.success(),
        "mosquitto_pub: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Runs a Python script with paho-mqtt; its last line has to be `ok`.
pub(crate) async fn paho(script: &str, arguments: &[String]) {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let mut process = Process::start(
        Command::new(place::python())
            .arg("-u")
            .arg(file.path())
            .args(arguments),
    );
    let well = process.ended_well().await;
    let lines = process.lines();
    assert!(
        well && lines.last().is_some_and(|line| line == "ok"),
        "paho-mqtt {arguments:?}:\n{}",
        lines.join("\n")
    );
}
