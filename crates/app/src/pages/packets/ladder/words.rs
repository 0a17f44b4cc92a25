//! The words of a ladder's rows. Pure.

use crate::format;
use midge_view::{
    Direction, LadderAnswer, LadderEntry, LadderWhat, LaneKey, Middle, PacketRow, PacketType,
};

/// A pause from which on the time axis says how long it was.
const PAUSE_MS: u64 = 1_000;

/// How long nothing was sent before an entry, where it is worth saying.
pub(super) fn pause(entry: &LadderEntry) -> Option<String> {
    (entry.after_ms >= PAUSE_MS).then(|| format!("{} later", format::span(entry.after_ms)))
}

/// What a reader hears of an entry: "PUBLISH, Lamp to broker, QoS 1, id 3, home/light, 0:00:12.500".
pub(super) fn name(entry: &LadderEntry, client: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    match &entry.what {
        LadderWhat::Packet {
            packet,
            again,
            state,
            ..
        } => {
            let kind = packet.packet_type.map_or("not MQTT", PacketType::name);
            parts.push(kind.to_owned());
            parts.push(match packet.direction {
                Direction::ToBroker => format!("{client} to broker"),
                Direction::ToClient => format!("broker to {client}"),
            });
            parts.extend(packet.fault.then(|| "malformed".to_owned()));
            parts.extend(packet.qos.map(|qos| format!("QoS {}", qos as u8)));
            parts.extend(packet.packet_id.map(|id| format!("id {id}")));
            parts.extend(packet.retain.then(|| "retained".to_owned()));
            parts.extend((packet.dup || *again).then(|| "sent again".to_owned()));
            parts.extend(packet.topic.clone());
            parts.extend(state.clone());
        }
        LadderWhat::Mark(_, words, topic) => {
            parts.push(words.clone());
            parts.push(client.to_owned());
            parts.extend(topic.clone());
        }
    }
    parts.push(format::clock(entry.at_ms));
    parts.join(", ")
}

/// A client as people know it, with what tells it from others of its name.
pub(super) fn lane(key: &LaneKey, aside: Option<&str>) -> String {
    match (aside, key.nth) {
        (Some(aside), _) => format!("{} ({aside})", key.name),
        (None, 0) => key.name.clone(),
        (None, nth) => format!("{} ({})", key.name, u64::from(nth) + 1),
    }
}

/// The client of a lane, whether it is drawn or not; `None` for one that the answer does not name.
pub(super) fn client(answer: &LadderAnswer, id: u32) -> Option<String> {
    let mut lanes = answer.lanes.iter();
    if let Some(found) = lanes.find(|lane| lane.id == id) {
        return Some(lane(&found.key, found.aside.as_deref()));
    }
    let other = answer.others.iter().find(|lane| lane.id == id)?;
    Some(lane(&other.key, other.aside.as_deref()))
}

/// For how many clients there is no line, and why: first those that are hidden, then those for which
/// there is no room.
pub(super) fn without_line(answer: &LadderAnswer) -> (Option<String>, Option<String>) {
    let all = answer.others.len() as u64 + u64::from(answer.more_others);
    let hidden = answer.others.iter().filter(|other| other.hidden).count() as u64;
    let crowded = all - hidden;
    let drawn = answer.lanes.len();
    let hidden = (hidden > 0).then(|| {
        format!(
            "{}.",
            format::plural(hidden, "client is hidden", "clients are hidden")
        )
    });
    let crowded = (crowded > 0).then(|| {
        let clients = format::plural(crowded, "client has", "clients have");
        format!(
            "{clients} no line: there is room for {drawn}, and who has packets in view comes first."
        )
    });
    (hidden, crowded)
}

/// Clients that are not even listed.
pub(super) fn more_others(count: u32) -> String {
    let clients = format::plural(u64::from(count), "client", "clients");
    format!("and {clients} more, without a line: a filter finds them.")
}

/// What stands beside a packet's type and signs: its line in the list without what they say already.
pub(super) fn detail(packet: &PacketRow) -> &str {
    let Some(id) = packet.packet_id else {
        return &packet.summary;
    };
    let said = format!("packet id {id}");
    match packet.summary.strip_prefix(&said) {
        Some(rest) => rest.trim_start_matches(" \u{b7} "),
        None => &packet.summary,
    }
}

/// A broker as people know it.
pub(super) fn broker(link: &Middle) -> String {
    match link {
        Middle::Lab => "Lab\u{2019}s broker".to_owned(),
        Middle::Network(url) => {
            let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
            host.split('/').next().unwrap_or(host).to_owned()
        }
        Middle::File(_) => "Capture".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::{MarkSign, QoS};

    fn publish() -> PacketRow {
        PacketRow {
            seq: 4,
            at_ms: 12_500,
            at_us: 0,
            live: false,
            imported: false,
            client: "Lamp".to_owned(),
            direction: Direction::ToBroker,
            packet_type: Some(PacketType::Publish),
            summary: "home/light \u{b7} \"ON\"".to_owned(),
            topic: Some("home/light".to_owned()),
            qos: Some(QoS::AtLeastOnce),
            packet_id: Some(3),
            retain: false,
            dup: true,
            size: 20,
            fault: false,
        }
    }

    fn entry(what: LadderWhat) -> LadderEntry {
        LadderEntry {
            lane: 0,
            at_ms: 12_500,
            at_us: 0,
            after_ms: 999,
            message: None,
            what,
        }
    }

    #[test]
    fn an_arrow_is_heard_as_what_it_is_between_whom_and_when() {
        let arrow = entry(LadderWhat::Packet {
            packet: Box::new(publish()),
            again: true,
            group: Some(1),
            state: Some("waits for PUBACK".to_owned()),
        });
        assert_eq!(
            name(&arrow, "Lamp"),
            "PUBLISH, Lamp to broker, QoS 1, id 3, sent again, home/light, waits for PUBACK, 0:00:12.500"
        );
        let mark = LadderWhat::Mark(MarkSign::Queued, "queued".to_owned(), None);
        assert_eq!(name(&entry(mark), "Phone"), "queued, Phone, 0:00:12.500");
    }

    #[test]
    fn a_pause_is_said_from_a_second_on() {
        let mark = || LadderWhat::Mark(MarkSign::Cut, String::new(), None);
        assert_eq!(pause(&entry(mark())), None);
        let late = LadderEntry {
            after_ms: 61_000,
            ..entry(mark())
        };
        assert_eq!(pause(&late).as_deref(), Some("1 min later"));
    }

    #[test]
    fn what_signs_say_is_not_said_twice() {
        let mut ack = publish();
        ack.summary = "packet id 3 \u{b7} Not authorized".to_owned();
        assert_eq!(detail(&ack), "Not authorized");
        ack.summary = "packet id 3".to_owned();
        assert_eq!(detail(&ack), "");
        assert_eq!(detail(&publish()), "home/light \u{b7} \"ON\"");
    }

    #[test]
    fn a_broker_is_called_by_its_host() {
        let link = Middle::Network("wss://test.mosquitto.org:8081/mqtt".to_owned());
        assert_eq!(broker(&link), "test.mosquitto.org:8081");
    }
}
