//! Packets in words, so that a test reads as what passes on the wire.

use midge_codec::{Packet, Properties, PropertiesBuf, Property, Reason, Reasons, Version};

pub(super) use midge_codec::AckKind::{PubAck, PubComp, PubRec, PubRel};
pub(super) use midge_codec::QoS::{AtLeastOnce as Q1, AtMostOnce as Q0, ExactlyOnce as Q2};
pub(super) use midge_codec::Version::{V5, V311};

/// Both versions, for what they have in common.
pub(super) const BOTH: [Version; 2] = [V311, V5];

/// `PUBLISH a=x q1 #7 dup retain [ContentType("text")]`, `PUBACK #7 0x00`, `SUBACK #1 01 80`.
///
/// Codes are those of the wire: of 3.1.1 the return codes.
pub(super) fn words(packet: &Packet<'_>, version: Version) -> String {
    let name = packet.packet_type().name();
    match packet {
        Packet::Connect(connect) => {
            let clean = if connect.clean_start { " clean" } else { "" };
            let list = listed(connect.properties);
            format!("{name} {:?}{clean}{list}", connect.client_id)
        }
        Packet::ConnAck(connack) => {
            let code = match version {
                Version::V311 => connack.reason.return_code().expect("sent as a return code"),
                Version::V5 => connack.reason.value(),
            };
            let present = if connack.session_present {
                " present"
            } else {
                ""
            };
            format!("{name} 0x{code:02X}{present}{}", listed(connack.properties))
        }
        Packet::Publish(publish) => {
            let payload = String::from_utf8_lossy(publish.payload);
            let mut words = format!("{name} {}={payload}", publish.topic);
            if let Some(packet_id) = publish.delivery.packet_id() {
                words += &format!(" q{} #{packet_id}", publish.delivery.qos() as u8);
            }
            words += if publish.delivery.dup() { " dup" } else { "" };
            words += if publish.retain { " retain" } else { "" };
            words + &listed(publish.properties)
        }
        Packet::Ack(ack) => {
            let list = listed(ack.properties);
            format!("{name} #{} {}{list}", ack.packet_id, coded(ack.reason))
        }
        Packet::Subscribe(subscribe) => {
            let filters = subscribe.filters.iter().map(|entry| {
                let qos = entry.options.qos as u8;
                format!(" {}:{qos}", entry.filter)
            });
            format!(
                "{name} #{}{}",
                subscribe.packet_id,
                filters.collect::<String>()
            )
        }
        Packet::SubAck(suback) => {
            let codes = codes(suback.reasons);
            format!(
                "{name} #{}{codes}{}",
                suback.packet_id,
                listed(suback.properties)
            )
        }
        Packet::Unsubscribe(unsubscribe) => {
            let filters = unsubscribe
                .filters
                .iter()
                .map(|filter| format!(" {filter}"));
            format!(
                "{name} #{}{}",
                unsubscribe.packet_id,
                filters.collect::<String>()
            )
        }
        Packet::UnsubAck(unsuback) => {
            let codes = codes(unsuback.reasons);
            format!(
                "{name} #{}{codes}{}",
                unsuback.packet_id,
                listed(unsuback.properties)
            )
        }
        // What a DISCONNECT says to people is not the standard's.
        Packet::Disconnect(disconnect) => format!("{name} {}", coded(disconnect.reason)),
        Packet::Auth(auth) => format!("{name} {}{}", coded(auth.reason), listed(auth.properties)),
        Packet::PingReq | Packet::PingResp => name.to_string(),
    }
}

/// How a connection ends by the fault of the peer: with a reason in 5.0, without a word in 3.1.1.
pub(super) fn fault(version: Version, reason: Reason) -> Vec<String> {
    let close = "CLOSE".to_string();
    match version {
        Version::V311 => vec![close],
        Version::V5 => vec![format!("DISCONNECT {}", coded(reason)), close],
    }
}

/// A property list.
pub(super) fn list<const N: usize>(properties: [Property<'_>; N]) -> PropertiesBuf {
    PropertiesBuf::try_from_iter(properties).expect("legal properties")
}

fn coded(reason: Reason) -> String {
    format!("0x{:02X}", reason.value())
}

fn codes(reasons: Reasons<'_>) -> String {
    reasons
        .iter()
        .map(|reason| format!(" {:02X}", reason.value()))
        .collect()
}

fn listed(properties: Properties<'_>) -> String {
    match properties.is_empty() {
        true => String::new(),
        false => format!(" {properties:?}"),
    }
}
