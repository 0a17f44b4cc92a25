//! Mosquitto's clients, `mosquitto_pub` and `mosquitto_sub`, as a person uses them.

use std::path::Path;

use tokio::process::Command;

use crate::process::Process;

/// The versions that every exchange is tried with, as the page and as Mosquitto's clients call them.
pub const VERSIONS: [Version; 2] = [
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
pub struct Version {
    /// As people say it.
    pub name: &'static str,
    /// As `mosquitto_pub -V` takes it.
    pub flag: &'static str,
}

/// Where a client connects, and how it speaks.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// Of TCP, on loopback.
    pub port: u16,
    /// What it speaks.
    pub version: Version,
}

/// A message to publish.
#[derive(Debug, Clone, Copy)]
pub struct Note<'a> {
    /// Topic name.
    pub topic: &'a str,
    /// Payload.
    pub payload: &'a str,
    /// 0 to 2.
    pub qos: u8,
    /// The RETAIN flag.
    pub retain: bool,
}

impl Peer {
    /// Publishes with `mosquitto_pub`.
    pub async fn publish(self, note: Note<'_>) {
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
    pub async fn publish_file(self, topic: &str, file: &Path) {
        let mut command = Command::new("mosquitto_pub");
        self.address(&mut command);
        command.args(["-t", topic, "-q", "1", "-f"]).arg(file);
        publish(command).await;
    }

    /// Subscribes with `mosquitto_sub`; its lines read `topic qos retain payload-in-hex`.
    pub async fn subscribe(self, filter: &str, qos: u8) -> Process {
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
pub fn line(note: Note<'_>) -> String {
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
