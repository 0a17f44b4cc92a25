//! A broker that others wrote, in a program of its own on free loopback ports.

use crate::mosquitto::Mosquitto;
use crate::process::Process;
use crate::{free_port, tools};
use midge_codec::{QoS, Version};
use std::path::PathBuf;
use tempfile::TempDir;
use tokio::process::Command;

/// Who wrote it. What a broker does otherwise than the standard says is said here, once, and held by the tests as well.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Eclipse Mosquitto, in C.
    Mosquitto,
    /// amqtt, in Python.
    Amqtt,
    /// Aedes, in JavaScript, installed in this folder.
    Aedes(PathBuf),
}

impl Kind {
    /// The QoS at which a message arrives, a will excepted. amqtt takes the subscription's and does not look at the message's.
    pub(super) fn delivered(&self, published: QoS, subscribed: QoS) -> QoS {
        match self {
            Self::Amqtt => subscribed,
            _ => published.min(subscribed),
        }
    }

    /// Whether what it keeps can be relied on. amqtt gives retained messages at one QoS or another, and forgets what is in
    /// flight when a connection breaks, now and then the session as well.
    pub(super) fn keeps(&self) -> bool {
        !matches!(self, Self::Amqtt)
    }

    /// Whether a message keeps its packet identifier when it is sent again on a new connection. Aedes gives it another, so
    /// that a message which was received and not yet acknowledged to the end arrives again, at QoS 2 as well.
    pub(super) fn keeps_identifiers(&self) -> bool {
        !matches!(self, Self::Aedes(_))
    }

    /// Whether a message is kept for a client that is away while the broker starts. Aedes loses one now and then.
    pub(super) fn keeps_what_waits(&self) -> bool {
        matches!(self, Self::Mosquitto)
    }

    /// What it speaks: the others have no 5.0.
    pub(super) fn versions(&self) -> &'static [Version] {
        match self {
            Self::Mosquitto => &[Version::V311, Version::V5],
            Self::Amqtt | Self::Aedes(_) => &[Version::V311],
        }
    }
}

/// A running broker; dropping it ends it.
#[derive(Debug)]
pub(super) struct Broker {
    pub(super) tcp: u16,
    pub(super) ws: u16,
    kind: Kind,
    running: Running,
    /// Where a program keeps what it has to remember; Mosquitto has a folder of its own.
    folder: Option<TempDir>,
}

#[derive(Debug)]
enum Running {
    Mosquitto(Mosquitto),
    Program(Process),
}

impl Broker {
    /// A broker that remembers nothing when it ends.
    pub(super) async fn start(kind: &Kind) -> Self {
        match kind {
            Kind::Mosquitto => Self::of(Mosquitto::start().await),
            _ => Self::program(kind, None).await,
        }
    }

    /// A broker that remembers sessions and messages when it ends in peace.
    pub(super) async fn start_remembering(kind: &Kind) -> Self {
        match kind {
            Kind::Mosquitto => Self::of(Mosquitto::start_persistent().await),
            _ => Self::program(kind, Some(tempfile::tempdir().expect("a folder"))).await,
        }
    }

    /// Ends it at once and starts it again on the same ports.
    pub(super) async fn restart(&mut self) {
        match &mut self.running {
            Running::Mosquitto(mosquitto) => mosquitto.stop().await,
            Running::Program(process) => process.kill().await,
        }
        self.start_again().await;
    }

    /// Ends it in peace and starts it again on the same ports.
    pub(super) async fn restart_in_peace(&mut self) {
        match &mut self.running {
            Running::Mosquitto(mosquitto) => mosquitto.interrupt().await,
            Running::Program(process) => assert!(process.interrupt().await, "it ended well"),
        }
        self.start_again().await;
    }

    async fn start_again(&mut self) {
        match &mut self.running {
            Running::Mosquitto(mosquitto) => mosquitto.start_again().await,
            Running::Program(process) => {
                *process = run(&self.kind, self.tcp, self.ws, self.folder.as_ref()).await;
            }
        }
    }

    fn of(mosquitto: Mosquitto) -> Self {
        Self {
            tcp: mosquitto.tcp,
            ws: mosquitto.ws,
            kind: Kind::Mosquitto,
            running: Running::Mosquitto(mosquitto),
            folder: None,
        }
    }

    async fn program(kind: &Kind, folder: Option<TempDir>) -> Self {
        let (tcp, ws) = (free_port(), free_port());
        Self {
            tcp,
            ws,
            running: Running::Program(run(kind, tcp, ws, folder.as_ref()).await),
            kind: kind.clone(),
            folder,
        }
    }
}

async fn run(kind: &Kind, tcp: u16, ws: u16, folder: Option<&TempDir>) -> Process {
    let mut command = match kind {
        Kind::Mosquitto => unreachable!("it has a type of its own"),
        Kind::Amqtt => {
            let mut command = Command::new(tools::python());
            command.args(["-c", include_str!("amqtt.py")]);
            command
        }
        Kind::Aedes(folder) => {
            let mut command = Command::new("node");
            // A script that is an argument finds its packages from the working folder.
            command.args(["--input-type=module", "--eval", include_str!("aedes.mjs")]);
            command.arg("--").current_dir(folder);
            command
        }
    };
    command.args([tcp.to_string(), ws.to_string()]);
    command.args(folder.map(TempDir::path));
    let process = Process::start(&mut command);
    process.line_with("running").await;
    process
}
