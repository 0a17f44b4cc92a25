//! A broker with scripted peers: they encode and decode with the codec, and what they receive is put
//! into words.

use crate::{
    CloseReason, Event,
    scripted::{Item, Scripted},
};
use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::time::Duration;
use midge_codec::{
    AckKind, Connect, Packet, PacketType, Properties, PropertiesBuf, Property, QoS, Reason,
    SubscriptionOptions, Version, Will,
};

pub(super) use crate::scripted::{Peer, Scripted as Lab, hello, id, publication, quiet};
pub(super) use midge_codec::QoS::{AtLeastOnce as Q1, AtMostOnce as Q0, ExactlyOnce as Q2};
pub(super) use midge_codec::Version::{V5, V311};

pub(super) fn will(topic: &'static str) -> Will<'static> {
    Will {
        qos: Q0,
        retain: false,
        topic,
        payload: b"gone",
        properties: Properties::EMPTY,
    }
}

pub(super) fn properties<const N: usize>(list: [Property<'_>; N]) -> PropertiesBuf {
    PropertiesBuf::try_from_iter(list).unwrap()
}

/// What peers do and receive, in words.
impl Scripted {
    /// A client that is let in; CONNACK is taken from its inbox.
    pub(super) fn client(&mut self, version: Version, client_id: &str) -> Peer {
        let (peer, answer) = self.connect(&hello(version, client_id));
        assert!(answer[0].starts_with("CONNACK Success"), "{answer:?}");
        peer
    }

    /// Opens, sends CONNECT, and gives what came back.
    pub(super) fn connect(&mut self, connect: &Connect<'_>) -> (Peer, Vec<String>) {
        let peer = self.open(connect.version);
        self.send(peer, &Packet::Connect(*connect));
        (peer, self.take(peer))
    }

    /// Lets a client of 5.0 that keeps its session for `expiry` seconds in.
    pub(super) fn keeper(&mut self, client_id: &str, expiry: u32) -> (Peer, Vec<String>) {
        let list = properties([Property::SessionExpiryInterval(expiry)]);
        self.connect(&Connect {
            clean_start: false,
            properties: list.as_ref(),
            ..hello(V5, client_id)
        })
    }

    pub(super) fn subscribe(&mut self, peer: Peer, filter: &str, qos: QoS) -> Vec<String> {
        self.subscribe_with(peer, filter, qos.into(), Properties::EMPTY)
    }

    pub(super) fn subscribe_with(
        &mut self,
        peer: Peer,
        filter: &str,
        options: SubscriptionOptions,
        properties: Properties<'_>,
    ) -> Vec<String> {
        self.send_subscribe(peer, &[(filter, options)], properties);
        self.take(peer)
    }

    pub(super) fn unsubscribe(&mut self, peer: Peer, filter: &str) -> Vec<String> {
        self.send_unsubscribe(peer, &[filter]);
        self.take(peer)
    }

    /// Sends one of the four acknowledgements, by its name in capitals.
    pub(super) fn acknowledge(&mut self, peer: Peer, name: &str, packet_id: u16) {
        self.acknowledge_with(peer, name, packet_id, Reason::Success);
    }

    pub(super) fn acknowledge_with(
        &mut self,
        peer: Peer,
        name: &str,
        packet_id: u16,
        reason: Reason,
    ) {
        let named = PacketType::ALL.iter().find(|kind| kind.name() == name);
        self.ack_with(peer, acknowledgement(*named.unwrap()), packet_id, reason);
    }

    pub(super) fn pass_secs(&mut self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    /// Everything that a peer received since the last time, in words; "CLOSE" is the end.
    pub(super) fn take(&mut self, peer: Peer) -> Vec<String> {
        let items = self.items(peer);
        items
            .into_iter()
            .map(|item| match item {
                Item::Frame(frame) => describe(&midge_codec::decode(&frame, peer.version).unwrap()),
                Item::Close => "CLOSE".to_string(),
            })
            .collect()
    }

    /// Why connections ended, in order.
    pub(super) fn ends(&mut self) -> Vec<CloseReason> {
        let events = core::mem::take(&mut self.events);
        events
            .into_iter()
            .filter_map(|event| match event {
                Event::Disconnected { reason, .. } => Some(reason),
                _ => None,
            })
            .collect()
    }
}

/// The kind of an acknowledgement, read from the shortest frame of its type.
fn acknowledgement(packet_type: PacketType) -> AckKind {
    let first = (packet_type as u8) << 4 | packet_type.required_flags().unwrap();
    match midge_codec::decode(&[first, 2, 0, 1], V311).unwrap() {
        Packet::Ack(ack) => ack.kind,
        other => panic!("{other:?} is no acknowledgement"),
    }
}

fn describe(packet: &Packet<'_>) -> String {
    match packet {
        Packet::ConnAck(connack) => {
            let present = if connack.session_present {
                " present"
            } else {
                ""
            };
            let list = listed(connack.properties);
            format!("CONNACK {:?}{present}{list}", connack.reason)
        }
        Packet::Publish(publish) => {
            let mut words = format!(
                "PUBLISH {}={}",
                publish.topic,
                String::from_utf8_lossy(publish.payload)
            );
            if let Some(packet_id) = publish.delivery.packet_id() {
                let qos = publish.delivery.qos() as u8;
                words += &format!(" q{qos} #{packet_id}");
            }
            words += if publish.delivery.dup() { " dup" } else { "" };
            words += if publish.retain { " retain" } else { "" };
            words + &listed(publish.properties)
        }
        Packet::Ack(ack) => {
            let name = ack.kind.packet_type().name();
            format!("{name} #{} {:?}", ack.packet_id, ack.reason)
        }
        Packet::SubAck(suback) => {
            format!("SUBACK #{} {:?}", suback.packet_id, suback.reasons)
        }
        Packet::UnsubAck(unsuback) => {
            format!("UNSUBACK #{} {:?}", unsuback.packet_id, unsuback.reasons)
        }
        Packet::PingResp => "PINGRESP".to_string(),
        Packet::Disconnect(disconnect) => format!("DISCONNECT {:?}", disconnect.reason),
        Packet::Auth(auth) => format!("AUTH {:?}", auth.reason),
        other => panic!("a broker sends no {other:?}"),
    }
}

fn listed(properties: Properties<'_>) -> String {
    if properties.is_empty() {
        return String::new();
    }
    format!(" {properties:?}")
}
