//! A client before a scripted server, who speaks in packets or in bytes.

use super::words::*;
use bytes::Bytes;
use core::time::Duration;
use midge_client::{
    Cause, Client, Command, Config, Event, Output, Refused, SubscribeRequest, Token,
};
use midge_codec::{
    Ack, AckKind, ConnAck, Delivery, Message, Packet, PacketId, Properties, PropertiesBuf,
    Property, QoS, Reason, Version, Wire,
};
use midge_session::Instant;

/// A client, with the hand that plays its driver and its server.
pub(super) struct Script {
    pub(super) client: Client,
    pub(super) now: Instant,
    version: Version,
    sent: Vec<String>,
    events: Vec<Event>,
}

/// A client called `midge` that never connects again by itself.
pub(super) fn config(version: Version) -> Config {
    Config {
        version,
        client_id: "midge".into(),
        keep_alive: 0,
        reconnect: None,
        ..Config::default()
    }
}

/// A client that keeps its session.
pub(super) fn keeping(version: Version) -> Config {
    Config {
        clean_start: false,
        session_expiry: 3_600,
        ..config(version)
    }
}

impl Script {
    /// A client whose transport has just opened: it has sent CONNECT.
    pub(super) fn opened(config: Config) -> Self {
        let mut script = Self {
            version: config.version,
            client: Client::new(config, 1),
            now: Instant::ZERO,
            sent: Vec::new(),
            events: Vec::new(),
        };
        script.reopen();
        script
    }

    /// A client that got a CONNACK, and nothing left to look at.
    pub(super) fn connected(config: Config) -> Self {
        Self::connected_to(config, &[])
    }

    /// A client that got a CONNACK with these properties, and nothing left to look at.
    pub(super) fn connected_to(config: Config, properties: &[Property<'_>]) -> Self {
        let mut script = Self::opened(config);
        script.connack(false, Reason::Success, properties);
        assert_eq!(script.client.state(), midge_client::State::Connected);
        script.sent();
        script.events();
        script
    }

    /// Connects again, up to the CONNECT.
    pub(super) fn reopen(&mut self) {
        self.command(Command::Connect).expect("idle");
        self.client.handle_open(self.now);
        self.run();
    }

    /// The transport breaks, and the client connects again, up to the CONNECT.
    pub(super) fn break_and_reopen(&mut self) {
        self.client.handle_close(self.now);
        self.reopen();
    }

    pub(super) fn command(&mut self, command: Command) -> Result<Token, Refused> {
        let result = self.client.command(self.now, command);
        self.run();
        result
    }

    pub(super) fn publish(&mut self, topic: &str, qos: QoS) -> Result<Token, Refused> {
        self.command(Command::Publish(Message::new(topic, "x", qos, false)))
    }

    pub(super) fn subscribe(&mut self, filters: &[&str]) -> Result<Token, Refused> {
        let request = |filter: &&str| SubscribeRequest {
            filter: (*filter).into(),
            options: Q2.into(),
        };
        self.command(Command::Subscribe {
            filters: filters.iter().map(request).collect(),
            properties: PropertiesBuf::new(),
        })
    }

    /// Lets time pass; the client is called when it asked to be.
    pub(super) fn wait(&mut self, seconds: u64) {
        let until = self.now + Duration::from_secs(seconds);
        while let Some(deadline) = self.client.poll_timeout().filter(|it| it.at <= until) {
            self.now = self.now.max(deadline.at);
            self.client.handle_timeout(self.now);
            self.run();
        }
        self.now = until;
    }

    pub(super) fn receive(&mut self, packet: &Packet<'_>) {
        let wire = Wire::encode(packet, self.version).expect("a legal packet");
        self.receive_bytes(wire.to_bytes());
    }

    pub(super) fn receive_bytes(&mut self, bytes: impl Into<Bytes>) {
        self.client.handle_input(self.now, bytes.into());
        self.run();
    }

    pub(super) fn connack(&mut self, present: bool, reason: Reason, list: &[Property<'_>]) {
        let properties = PropertiesBuf::try_from_iter(list.iter().copied());
        self.receive(&Packet::ConnAck(ConnAck {
            session_present: present,
            reason,
            properties: properties.expect("legal properties").as_ref(),
        }));
    }

    pub(super) fn receive_publish(&mut self, topic: &str, qos: QoS, packet_id: u16) {
        let message = Message::new(topic, "x", qos, false);
        let delivery = Delivery::new(qos, id(packet_id), false);
        self.receive(&Packet::Publish(message.as_publish(delivery)));
    }

    pub(super) fn receive_ack(&mut self, kind: AckKind, packet_id: u16, reason: Reason) {
        self.receive(&Packet::Ack(Ack {
            kind,
            packet_id: id(packet_id),
            reason,
            properties: Properties::EMPTY,
        }));
    }

    /// What the client sent since the last time, in words; "CLOSE" is the end.
    pub(super) fn sent(&mut self) -> Vec<String> {
        core::mem::take(&mut self.sent)
    }

    pub(super) fn events(&mut self) -> Vec<Event> {
        core::mem::take(&mut self.events)
    }

    /// The messages among the events, as `topic=payload`.
    pub(super) fn messages(&mut self) -> Vec<String> {
        let told = self.events();
        let message = |event| match event {
            Event::Message { message, .. } => {
                let payload = String::from_utf8_lossy(&message.payload).into_owned();
                Some(format!("{}={payload}", message.topic))
            }
            _ => None,
        };
        told.into_iter().filter_map(message).collect()
    }

    /// Why the connection ended.
    pub(super) fn cause(&mut self) -> Option<Cause> {
        self.events().into_iter().find_map(|event| match event {
            Event::Disconnected { cause, .. } => Some(cause),
            _ => None,
        })
    }

    fn run(&mut self) {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Open => {}
                Output::Close => self.sent.push("CLOSE".into()),
                Output::Event(event) => self.events.push(event),
                Output::Send(wire) => {
                    let frame = wire.to_bytes();
                    let packet = midge_codec::decode(&frame, self.version);
                    let packet = packet.expect("a client sends legal packets");
                    self.sent.push(words(&packet, self.version));
                    self.client.handle_sent(self.now, wire.len());
                }
            }
        }
    }
}

fn id(value: u16) -> PacketId {
    PacketId::new(value).expect("not zero")
}
