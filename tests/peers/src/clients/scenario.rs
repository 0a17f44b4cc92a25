//! Where a scenario is played: a server of its own, and clients of one kind, transport and version.

use super::client::Client;
use super::order::{Hello, Message};
use super::{mosquitto, program, rumqttc};
use crate::mosquitto_clients::Version;
use crate::tools;
use midge_server::{Options, Server};
use std::path::PathBuf;
use tokio::process::Command;

/// Who wrote the client.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// `mosquitto_pub` and `mosquitto_sub`.
    Mosquitto,
    /// paho-mqtt.
    Paho,
    /// MQTT.js, installed in this folder.
    MqttJs(PathBuf),
    /// rumqttc.
    Rumqttc,
}

/// What carries the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    Tcp,
    Ws,
}

impl Transport {
    pub(super) const ALL: [Self; 2] = [Self::Tcp, Self::Ws];
}

/// A server and the makings of clients.
#[derive(Debug)]
pub(super) struct Stage {
    kind: Kind,
    transport: Transport,
    version: Version,
    server: Server,
}

impl Stage {
    pub(super) async fn new(kind: Kind, transport: Transport, version: Version) -> Self {
        let any = ([127, 0, 0, 1], 0).into();
        let options = Options {
            tcp: vec![any],
            ws: vec![any],
            ..Options::default()
        };
        Self {
            kind,
            transport,
            version,
            server: Server::start(options)
                .await
                .expect("loopback has free ports"),
        }
    }

    /// A client with a clean session, connected.
    pub(super) async fn client(&self, name: &str) -> Client {
        let mut client = self.start();
        client.connect(self.hello(name)).await;
        client
    }

    /// A client whose session is kept, connected; and whether the server had its session.
    pub(super) async fn keeping_client(&self, name: &str) -> (Client, Option<bool>) {
        let mut client = self.start();
        let hello = Hello {
            clean: false,
            ..self.hello(name)
        };
        let session_present = client.connect(hello).await;
        (client, session_present)
    }

    /// A client with a will, connected.
    pub(super) async fn mortal_client(&self, name: &str, will: &Message) -> Client {
        let mut client = self.start();
        let hello = Hello {
            will: Some(will.clone()),
            ..self.hello(name)
        };
        client.connect(hello).await;
        client
    }

    /// Whether a client that is ended says that its will is to be published, as `mosquitto_sub` does in 5.0 when it is
    /// interrupted.
    pub(super) fn ends_with_will(&self) -> bool {
        matches!(self.kind, Kind::Mosquitto) && self.version.name == "5.0"
    }

    pub(super) async fn end(self) {
        self.server.stop().await;
    }

    fn hello(&self, name: &str) -> Hello {
        let (transport, address) = match self.transport {
            Transport::Tcp => ("tcp", self.server.tcp[0]),
            Transport::Ws => ("ws", self.server.ws[0]),
        };
        Hello {
            transport,
            port: address.port(),
            version: self.version.name,
            client_id: name.to_owned(),
            clean: true,
            will: None,
        }
    }

    fn start(&self) -> Client {
        match &self.kind {
            Kind::Mosquitto => Client::start(mosquitto::play),
            Kind::Rumqttc => Client::start(rumqttc::play),
            Kind::Paho => {
                let mut command = Command::new(tools::python());
                command.args(["-u", "-c", include_str!("paho.py")]);
                Client::start(|orders, tell| program::play(command, orders, tell))
            }
            Kind::MqttJs(folder) => {
                let mut command = Command::new("node");
                // A script that is an argument finds its packages from the working folder.
                command.args(["--input-type=module", "--eval", include_str!("mqttjs.mjs")]);
                command.current_dir(folder);
                Client::start(|orders, tell| program::play(command, orders, tell))
            }
        }
    }
}
