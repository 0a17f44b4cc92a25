//! A scripted server against one client: the codec on one side, the machine on the other.

use crate::*;
use alloc::{format, string::String, vec, vec::Vec};
use core::time::Duration;
use midge_codec::{
    Ack, AckKind, ConnAck, Delivery, Message, Packet, PacketId, Properties, PropertiesBuf,
    Property, QoS, Reason, Version, Wire,
};

mod authenticating;
mod connecting;
mod delivery;
mod faults;
mod hostile;
mod subscribing;

/// A client and the hand that plays its driver and its server.
struct Script {
    client: Client,
    now: Instant,
    version: Version,
    /// What [`Script::run`] has taken, not yet looked at.
    sent: Vec<String>,
    events: Vec<Event>,
    opens: u32,
    closes: u32,
    /// Authentication Data of the last packet that had some.
    authentication_data: Vec<u8>,
}

impl Script {
    fn new(config: Config) -> Self {
        Self {
            version: config.version,
            client: Client::new(config, 1),
            now: Instant::ZERO,
            sent: Vec::new(),
            events: Vec::new(),
            opens: 0,
            closes: 0,
            authentication_data: Vec::new(),
        }
    }

    /// A client that got a CONNACK without properties, and nothing left to look at.
    fn connected(config: Config) -> Self {
        Self::connected_to(config, &[])
    }

    /// A client that got a CONNACK with these properties, and nothing left to look at.
    fn connected_to(config: Config, properties: &[Property<'_>]) -> Self {
        let mut script = Self::new(config);
        script.command(Command::Connect).unwrap();
        script.open();
        script.connack(false, Reason::Success, properties);
        assert_eq!(script.client.state(), State::Connected);
        script.sent();
        script.events();
        script
    }

    fn command(&mut self, command: Command) -> Result<Token, Refused> {
        let result = self.client.command(self.now, command);
        self.run();
        result
    }

    fn publish(&mut self, topic: &'static str, qos: QoS) -> Result<Token, Refused> {
        self.command(Command::Publish(Message::new(topic, "x", qos, false)))
    }

    fn subscribe(&mut self, filters: &[&str]) -> Result<Token, Refused> {
        let request = |filter: &&str| SubscribeRequest {
            filter: (*filter).into(),
            options: QoS::ExactlyOnce.into(),
        };
        self.command(Command::Subscribe {
            filters: filters.iter().map(request).collect(),
            properties: PropertiesBuf::new(),
        })
    }

    fn open(&mut self) {
        self.client.handle_open(self.now);
        self.run();
    }

    fn close(&mut self) {
        self.client.handle_close(self.now);
        self.run();
    }

    /// Lets `seconds` pass, calling the client only when it asked to be called.
    fn wait(&mut self, seconds: u64) {
        let until = self.now + Duration::from_secs(seconds);
        while let Some(deadline) = self.client.poll_timeout().filter(|it| it.at <= until) {
            self.now = self.now.max(deadline.at);
            self.client.handle_timeout(self.now);
            self.run();
        }
        self.now = until;
    }

    fn receive(&mut self, packet: &Packet<'_>) {
        let wire = Wire::encode(packet, self.version).unwrap();
        self.receive_bytes(wire.to_bytes());
    }

    fn receive_bytes(&mut self, bytes: impl Into<Bytes>) {
        self.client.handle_input(self.now, bytes.into());
        self.run();
    }

    fn connack(&mut self, session_present: bool, reason: Reason, properties: &[Property<'_>]) {
        let properties = PropertiesBuf::try_from_iter(properties.iter().copied()).unwrap();
        self.receive(&Packet::ConnAck(ConnAck {
            session_present,
            reason,
            properties: properties.as_ref(),
        }));
    }

    fn receive_publish(&mut self, topic: &'static str, qos: QoS, packet_id: u16) {
        let message = Message::new(topic, "x", qos, false);
        let delivery = Delivery::new(qos, id(packet_id), false);
        self.receive(&Packet::Publish(message.as_publish(delivery)));
    }

    fn receive_ack(&mut self, kind: AckKind, packet_id: u16) {
        self.receive(&Packet::Ack(Ack {
            kind,
            packet_id: id(packet_id),
            reason: Reason::Success,
            properties: Properties::EMPTY,
        }));
    }

    /// Takes the outputs as a driver does whose transport takes everything at once.
    fn run(&mut self) {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Open => self.opens += 1,
                Output::Close => self.closes += 1,
                Output::Event(event) => self.events.push(event),
                Output::Send(wire) => {
                    let frame = wire.to_bytes();
                    let packet = midge_codec::decode(&frame, self.version).unwrap();
                    self.sent.push(describe(&packet));
                    if let Some(data) = authentication_data(&packet) {
                        self.authentication_data = data.to_vec();
                    }
                    self.client.handle_sent(self.now, wire.len());
                }
            }
        }
    }

    fn sent(&mut self) -> Vec<String> {
        core::mem::take(&mut self.sent)
    }

    fn events(&mut self) -> Vec<Event> {
        core::mem::take(&mut self.events)
    }

    /// The cause of the one Disconnected event, and whether it retries.
    fn disconnected(&mut self) -> (Cause, bool) {
        let events = self.events();
        let mut found = events.into_iter().filter_map(|event| match event {
            Event::Disconnected { cause, retries } => Some((cause, retries)),
            _ => None,
        });
        let first = found.next().expect("a Disconnected event");
        assert_eq!(found.next(), None);
        first
    }
}

fn v311() -> Config {
    Config {
        version: Version::V311,
        client_id: "midge".into(),
        ..Config::default()
    }
}

fn v5() -> Config {
    Config {
        version: Version::V5,
        ..v311()
    }
}

fn both() -> [Config; 2] {
    [v311(), v5()]
}

fn id(value: u16) -> PacketId {
    PacketId::new(value).unwrap()
}

fn authentication_data<'a>(packet: &Packet<'a>) -> Option<&'a [u8]> {
    match packet {
        Packet::Connect(connect) => connect.properties.authentication_data(),
        Packet::Auth(auth) => auth.properties.authentication_data(),
        _ => None,
    }
}

/// A packet in a few words: `PUBLISH home/hall q1 #3 dup`.
fn describe(packet: &Packet<'_>) -> String {
    let name = packet.packet_type();
    match packet {
        Packet::Connect(connect) => {
            let clean = if connect.clean_start { " clean" } else { "" };
            format!("{name} {:?}{clean}", connect.client_id)
        }
        Packet::Publish(publish) => {
            let mut text = format!("{name} {} q{}", publish.topic, publish.delivery.qos() as u8);
            if let Some(packet_id) = publish.delivery.packet_id() {
                text += &format!(" #{packet_id}");
            }
            if publish.delivery.dup() {
                text += " dup";
            }
            text
        }
        Packet::Ack(ack) => format!("{name} #{}", ack.packet_id),
        Packet::Subscribe(subscribe) => {
            let filters: Vec<&str> = subscribe.filters.iter().map(|it| it.filter).collect();
            format!("{name} #{} {}", subscribe.packet_id, filters.join(" "))
        }
        Packet::Unsubscribe(unsubscribe) => {
            let filters: Vec<&str> = unsubscribe.filters.iter().collect();
            format!("{name} #{} {}", unsubscribe.packet_id, filters.join(" "))
        }
        Packet::Auth(auth) => format!("{name} 0x{:02X}", auth.reason.value()),
        Packet::Disconnect(disconnect) => format!("{name} 0x{:02X}", disconnect.reason.value()),
        _ => format!("{name}"),
    }
}
