//! A broker that others wrote, in a program of its own on free loopback ports.

use super::link::Address;
use super::rabbitmq::RabbitMq;
use super::rmqtt::Rmqtt;
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
    /// rmqtt, in Rust.
    Rmqtt,
    /// amqtt, in Python.
    Amqtt,
    /// Aedes, in JavaScript, installed in this folder.
    Aedes(PathBuf),
    /// RabbitMQ 3.10 with its plugins for MQTT and for MQTT over WebSocket, in Erlang, unpacked into this folder.
    RabbitMq(PathBuf),
}

impl Kind {
    /// The QoS at which a message arrives, a will excepted. amqtt takes the subscription's and does not look at the message's.
    pub(super) fn delivered(&self, published: QoS, subscribed: QoS) -> QoS {
        match self {
            Self::Amqtt => subscribed,
            _ => published.min(self.granted(subscribed)),
        }
    }

    /// Whether DISCONNECT takes the will along. amqtt hands the packet to a task, and cancels the task when the end of the
    /// connection is read at once after it; it then publishes the will. RabbitMQ publishes it over WebSocket whatever the end.
    pub(super) fn hears_disconnect(&self, address: Address) -> bool {
        match self {
            Self::Amqtt => false,
            Self::RabbitMq(_) => matches!(address, Address::Tcp(_)),
            _ => true,
        }
    }

    /// What a subscription is granted. RabbitMQ has no QoS 2 and says so in SUBACK.
    pub(super) fn granted(&self, subscribed: QoS) -> QoS {
        subscribed.min(self.highest())
    }

    /// The highest QoS that a message can be sent to it with. RabbitMQ answers one of QoS 2 with PUBACK, as if it were of
    /// QoS 1, which the standard has no word for.
    pub(super) fn highest(&self) -> QoS {
        match self {
            Self::RabbitMq(_) => QoS::AtLeastOnce,
            _ => QoS::ExactlyOnce,
        }
    }

    /// Whether a filter with wildcards is given what is retained. RabbitMQ looks a retained message up by its very topic.
    pub(super) fn finds_retained_by_wildcard(&self) -> bool {
        !matches!(self, Self::RabbitMq(_))
    }

    /// Whether what it keeps can be relied on. amqtt gives retained messages at one QoS or another, and forgets what is in
    /// flight when a connection breaks, now and then the session as well.
    pub(super) fn keeps(&self) -> bool {
        !matches!(self, Self::Amqtt)
    }

    /// Whether a message of QoS 2 arrives once when a connection breaks within its handshake. Aedes and RabbitMQ send it
    /// again under another packet identifier, so that a client which has received it cannot tell. rmqtt forgets with the
    /// connection which messages it has received from a client, and takes one that is sent again for another.
    pub(super) fn delivers_once(&self) -> bool {
        matches!(self, Self::Mosquitto)
    }

    /// Whether nothing is lost that comes for a session while it passes from a broken connection to the next. rmqtt ends the
    /// task of the old connection first and registers that of the new one then; what comes between the two goes to none.
    pub(super) fn hands_over(&self) -> bool {
        !matches!(self, Self::Rmqtt)
    }

    /// Whether it can remember sessions and messages when it starts again. rmqtt leaves that to plugins, amqtt too.
    pub(super) fn remembers(&self) -> bool {
        !matches!(self, Self::Rmqtt | Self::Amqtt)
    }

    /// What it speaks: the others have no 5.0.
    pub(super) fn versions(&self) -> &'static [Version] {
        match self {
            Self::Mosquitto | Self::Rmqtt => &[Version::V311, Version::V5],
            Self::Amqtt | Self::Aedes(_) | Self::RabbitMq(_) => &[Version::V311],
        }
    }
}

/// A running broker; dropping it ends it.
#[derive(Debug)]
pub(super) struct Broker {
    running: Running,
}

#[derive(Debug)]
enum Running {
    Mosquitto(Mosquitto),
    RabbitMq(Box<RabbitMq>),
    Rmqtt(Rmqtt),
    Script(Script),
}

impl Broker {
    /// A broker that remembers nothing when it ends at once.
    pub(super) async fn start(kind: &Kind) -> Self {
        let running = match kind {
            Kind::Rmqtt => Running::Rmqtt(Rmqtt::start().await),
            Kind::Mosquitto => Running::Mosquitto(Mosquitto::start().await),
            Kind::RabbitMq(folder) => Running::RabbitMq(Box::new(RabbitMq::start(folder).await)),
            _ => Running::Script(Script::start(kind, None).await),
        };
        Self { running }
    }

    /// A broker that remembers sessions and messages when it ends in peace.
    pub(super) async fn start_remembering(kind: &Kind) -> Self {
        let running = match kind {
            Kind::Mosquitto => Running::Mosquitto(Mosquitto::start_persistent().await),
            Kind::RabbitMq(folder) => Running::RabbitMq(Box::new(RabbitMq::start(folder).await)),
            _ => {
                let folder = tempfile::tempdir().expect("a folder");
                Running::Script(Script::start(kind, Some(folder)).await)
            }
        };
        Self { running }
    }

    /// Where it listens, for each transport.
    pub(super) fn addresses(&self) -> [Address; 2] {
        match &self.running {
            Running::Mosquitto(it) => [Address::Tcp(it.tcp), Address::Ws(it.ws, "/mqtt")],
            Running::RabbitMq(it) => [Address::Tcp(it.tcp), Address::Ws(it.ws, "/ws")],
            Running::Rmqtt(it) => [Address::Tcp(it.tcp), Address::Ws(it.ws, "/mqtt")],
            Running::Script(it) => [Address::Tcp(it.tcp), Address::Ws(it.ws, "/mqtt")],
        }
    }

    /// Ends it at once and starts it again on the same ports; it has forgotten everything.
    pub(super) async fn restart_anew(&mut self) {
        match &mut self.running {
            Running::Mosquitto(it) => {
                it.stop().await;
                it.start_again().await;
            }
            Running::RabbitMq(it) => it.restart_anew().await,
            Running::Rmqtt(it) => it.restart_anew().await,
            Running::Script(it) => {
                it.process.kill().await;
                it.start_again().await;
            }
        }
    }

    /// Ends it in peace and starts it again on the same ports.
    pub(super) async fn restart_in_peace(&mut self) {
        match &mut self.running {
            Running::Mosquitto(it) => {
                it.interrupt().await;
                it.start_again().await;
            }
            Running::RabbitMq(it) => it.restart_in_peace().await,
            Running::Rmqtt(_) => unreachable!("it has nothing to remember"),
            Running::Script(it) => {
                assert!(it.process.interrupt().await, "it ended well");
                it.start_again().await;
            }
        }
    }
}

/// A broker that is a library, in a script of ours.
#[derive(Debug)]
struct Script {
    kind: Kind,
    tcp: u16,
    ws: u16,
    /// Where it keeps what it has to remember, if it is to remember anything.
    folder: Option<TempDir>,
    process: Process,
}

impl Script {
    async fn start(kind: &Kind, folder: Option<TempDir>) -> Self {
        let (tcp, ws) = (free_port(), free_port());
        Self {
            kind: kind.clone(),
            tcp,
            ws,
            process: run(kind, tcp, ws, folder.as_ref()).await,
            folder,
        }
    }

    async fn start_again(&mut self) {
        self.process = run(&self.kind, self.tcp, self.ws, self.folder.as_ref()).await;
    }
}

async fn run(kind: &Kind, tcp: u16, ws: u16, folder: Option<&TempDir>) -> Process {
    let mut command = match kind {
        Kind::Mosquitto | Kind::RabbitMq(_) | Kind::Rmqtt => {
            unreachable!("it has a type of its own")
        }
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
