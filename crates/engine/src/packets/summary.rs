//! A packet in one line of words.

use midge_codec::{
    Ack, AckKind, ConnAck, Connect, Packet, PacketType, Properties, Publish, Reason,
};
use midge_payload::preview;
use std::fmt::Write;

/// Characters of a payload in a line.
const PAYLOAD_MAX: usize = 80;

/// The line for `packet`; `topic` is that of a PUBLISH, also where an alias stands for it.
pub(crate) fn summary(packet: &Packet<'_>, topic: &str) -> String {
    match packet {
        Packet::Connect(connect) => of_connect(connect),
        Packet::ConnAck(ack) => of_connack(ack),
        Packet::Publish(publish) => of_publish(publish, topic),
        Packet::Ack(ack) => of_ack(ack),
        Packet::Subscribe(subscribe) => {
            let filters = subscribe
                .filters
                .iter()
                .map(|entry| format!("{} QoS {}", entry.filter, entry.options.qos as u8));
            list(subscribe.packet_id.get(), filters)
        }
        Packet::SubAck(ack) => list(
            ack.packet_id.get(),
            ack.reasons
                .iter()
                .map(|reason| reason.name_in(PacketType::SubAck).to_owned()),
        ),
        Packet::Unsubscribe(unsubscribe) => list(
            unsubscribe.packet_id.get(),
            unsubscribe.filters.iter().map(str::to_owned),
        ),
        Packet::UnsubAck(ack) => list(
            ack.packet_id.get(),
            ack.reasons.iter().map(|reason| reason.name().to_owned()),
        ),
        Packet::PingReq => "are you there?".to_owned(),
        Packet::PingResp => "yes".to_owned(),
        Packet::Disconnect(disconnect) => with_reason_string(
            disconnect.reason.name_in(PacketType::Disconnect).to_owned(),
            disconnect.properties,
        ),
        Packet::Auth(auth) => auth.reason.name().to_owned(),
    }
}

fn of_connect(connect: &Connect<'_>) -> String {
    let mut line = match connect.client_id {
        "" => "client id to be assigned".to_owned(),
        id => format!("client id {id}"),
    };
    // Writing to a String does not fail, here and below.
    let _ = write!(
        line,
        " · {} · Keep Alive {} s",
        connect.version, connect.keep_alive
    );
    if connect.clean_start {
        line.push_str(" · clean start");
    }
    if let Some(user) = connect.user_name {
        let _ = write!(line, " · user {user}");
    }
    if let Some(will) = &connect.will {
        let _ = write!(line, " · will {}", will.topic);
    }
    line
}

fn of_connack(ack: &ConnAck<'_>) -> String {
    let mut line = ack.reason.name().to_owned();
    if ack.session_present {
        line.push_str(" · session present");
    }
    with_reason_string(line, ack.properties)
}

fn of_publish(publish: &Publish<'_>, topic: &str) -> String {
    let mut line = match (topic, publish.properties.topic_alias()) {
        ("", Some(alias)) => format!("topic alias {alias}"),
        _ => topic.to_owned(),
    };
    let shown = preview(publish.payload, PAYLOAD_MAX);
    // QoS, RETAIN and DUP have columns and signs of their own.
    let _ = match (publish.payload, shown.binary) {
        ([], _) => write!(line, " · empty"),
        (_, true) => write!(line, " · {}", shown.text),
        (_, false) => write!(line, " · \"{}\"", shown.text),
    };
    line
}

fn of_ack(ack: &Ack<'_>) -> String {
    let mut line = format!("packet id {}", ack.packet_id);
    if ack.reason != Reason::Success {
        let _ = write!(line, " · {}", ack.reason.name());
    } else if ack.kind == AckKind::PubComp {
        line.push_str(" · complete");
    }
    with_reason_string(line, ack.properties)
}

fn with_reason_string(mut line: String, properties: Properties<'_>) -> String {
    if let Some(text) = properties.reason_string() {
        let _ = write!(
            line,
            " · \"{}\"",
            preview(text.as_bytes(), PAYLOAD_MAX).text
        );
    }
    line
}

/// The first few entries, and how many more there are.
fn list(packet_id: u16, entries: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 4;
    let mut line = format!("packet id {packet_id}");
    let mut more = 0;
    for (index, entry) in entries.enumerate() {
        if index < SHOWN {
            let separator = if index == 0 { " · " } else { ", " };
            line.push_str(separator);
            line.push_str(&entry);
        } else {
            more += 1;
        }
    }
    if more > 0 {
        let _ = write!(line, " and {more} more");
    }
    line
}
