//! Ladders: lanes, handshakes, journeys, windows, and what they cost.

mod lanes;

use super::{Client as Whose, Kept, Ladder, LaneId, Mark, MarkKind, What};
use crate::exchange::State;
use crate::tests::frame;
use crate::{Bounds, HopId, Log, Toward};
use midge_codec::{
    Ack, AckKind, ConnAck, Delivery, Packet, PacketId, Properties, PropertiesBuf, Property,
    Publish, QoS, Reason, ReasonsBuf, SubAck, Subscribe, SubscribeFiltersBuf, Version,
};
use midge_session::Instant;
use midge_session::handshake::Stage;

const PUBLISHER: HopId = HopId(0);
const FIRST: HopId = HopId(1);
const SECOND: HopId = HopId(2);
/// A second connection of the client of `FIRST`.
const FIRST_AGAIN: HopId = HopId(3);

fn client(hop: HopId) -> Option<Whose<'static>> {
    let name = match hop {
        PUBLISHER => "sensor",
        SECOND => "phone",
        FOREIGN => return None,
        _ => "lamp",
    };
    Some(Whose { key: name, name })
}

/// A hop of another broker.
const FOREIGN: HopId = HopId(4);

/// A log that is written by saying what is sent, a millisecond apart.
struct Wire {
    log: Log,
    ladder: Ladder,
}

impl Wire {
    fn new() -> Self {
        Self {
            log: Log::default(),
            ladder: Ladder::new(),
        }
    }

    fn send(&mut self, hop: HopId, toward: Toward, packet: Packet<'_>) -> u64 {
        let at = Instant::from_millis(self.log.end());
        self.send_at(at, hop, toward, packet)
    }

    fn send_at(&mut self, at: Instant, hop: HopId, toward: Toward, packet: Packet<'_>) -> u64 {
        let bytes = frame(&packet, Version::V5);
        let seq = self.log.push(at, hop, toward, Version::V5, bytes, None);
        self.ladder.advance(&self.log, u32::MAX, client);
        self.ladder.index_of(seq).expect("a row")
    }

    fn acknowledge(&mut self, hop: HopId, toward: Toward, kind: AckKind, id: u16) -> u64 {
        self.send(hop, toward, ack(kind, id, Reason::Success))
    }

    /// What the broker says after everything so far; answers the row of the mark.
    fn mark(&mut self, client_name: &str, topic: Option<&str>, kind: MarkKind) -> u64 {
        self.mark_of(client_name, topic, None, kind)
    }

    fn mark_of(
        &mut self,
        client_name: &str,
        topic: Option<&str>,
        message: Option<u64>,
        kind: MarkKind,
    ) -> u64 {
        let mark = Mark {
            at: Instant::from_millis(self.log.end()),
            key: client_name.to_owned(),
            client: client_name.to_owned(),
            topic: topic.map(str::to_owned),
            message,
            kind,
        };
        self.ladder.note(self.log.end(), mark);
        self.ladder.advance(&self.log, 1, client);
        self.ladder.range().end - 1
    }

    fn state(&self, index: u64) -> Option<State> {
        match self.ladder.entry(&self.log, index)?.what {
            What::Packet(arrow) => arrow.state,
            What::Mark(..) => None,
        }
    }

    fn group_rows(&self, index: u64) -> Vec<u64> {
        match self.ladder.entry(&self.log, index).map(|entry| entry.what) {
            Some(What::Packet(arrow)) => {
                let group = arrow.group.and_then(|id| self.ladder.group(id));
                group.map(|group| group.rows).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

fn id(id: u16) -> PacketId {
    PacketId::new(id).unwrap()
}

fn message<'a>(qos: QoS, packet_id: u16, dup: bool, payload: &'a [u8]) -> Packet<'a> {
    Packet::Publish(Publish {
        delivery: Delivery::new(qos, id(packet_id), dup),
        retain: false,
        topic: "home/kitchen/temp",
        properties: Properties::EMPTY,
        payload,
    })
}

fn ack(kind: AckKind, packet_id: u16, reason: Reason) -> Packet<'static> {
    Packet::Ack(Ack {
        kind,
        packet_id: id(packet_id),
        reason,
        properties: Properties::EMPTY,
    })
}

use AckKind::{PubAck, PubComp, PubRec, PubRel};
use QoS::{AtLeastOnce, AtMostOnce, ExactlyOnce};
use Toward::{Broker, Client};

#[test]
fn a_qos_2_exchange_is_one_group_with_the_states_of_the_table() {
    let mut wire = Wire::new();
    let publish = wire.send(PUBLISHER, Broker, message(ExactlyOnce, 7, false, b"20"));
    // The other direction has packet identifiers of its own.
    let other = wire.send(PUBLISHER, Client, message(AtLeastOnce, 7, false, b"x"));
    let rec = wire.acknowledge(PUBLISHER, Client, PubRec, 7);
    let rel = wire.acknowledge(PUBLISHER, Broker, PubRel, 7);
    let again = wire.acknowledge(PUBLISHER, Broker, PubRel, 7);
    let comp = wire.acknowledge(PUBLISHER, Client, PubComp, 7);
    assert_eq!(wire.group_rows(rec), [publish, rec, rel, again, comp]);
    assert_eq!(wire.group_rows(other), [other]);
    for (index, state) in [
        (publish, State::Sender(Stage::AwaitingPubRec)),
        (rec, State::Sender(Stage::AwaitingPubComp)),
        (rel, State::Sender(Stage::AwaitingPubComp)),
        (comp, State::Done(Reason::Success)),
        (other, State::Sender(Stage::AwaitingPubAck)),
    ] {
        assert_eq!(wire.state(index), Some(state), "{index}");
    }
    let entries = wire.ladder.window(&wire.log, again..again + 1);
    let What::Packet(arrow) = &entries[0].what else {
        panic!("a packet")
    };
    assert!(arrow.again);
    let group = wire.ladder.group(arrow.group.unwrap()).unwrap();
    assert_eq!(
        (group.packet_id, group.resent, group.sender),
        (7, 1, Broker)
    );
    assert_eq!(group.state.what(), "complete");
    // A free identifier begins another exchange.
    let next = wire.send(PUBLISHER, Broker, message(ExactlyOnce, 7, false, b"20"));
    assert_eq!(wire.group_rows(next), [next]);
}

#[test]
fn an_exchange_goes_on_over_the_next_connection_of_the_session() {
    let mut wire = Wire::new();
    let first = wire.send(FIRST, Client, message(AtLeastOnce, 3, false, b"1"));
    let connack = |session_present| {
        Packet::ConnAck(ConnAck {
            session_present,
            reason: Reason::Success,
            properties: Properties::EMPTY,
        })
    };
    wire.send(FIRST_AGAIN, Client, connack(true));
    let again = wire.send(FIRST_AGAIN, Client, message(AtLeastOnce, 3, true, b"1"));
    assert_eq!(wire.group_rows(first), [first, again]);
    let done = wire.acknowledge(FIRST_AGAIN, Broker, PubAck, 3);
    assert_eq!(wire.group_rows(done), [first, again, done]);
    assert_eq!(wire.ladder.lanes().count(), 1);

    // Without the session its handshakes are given up.
    let lost = wire.send(FIRST_AGAIN, Client, message(AtLeastOnce, 4, false, b"2"));
    wire.send(FIRST, Client, connack(false));
    let What::Packet(arrow) = wire.ladder.entry(&wire.log, lost).unwrap().what else {
        panic!("a packet")
    };
    let group = wire.ladder.group(arrow.group.unwrap()).unwrap();
    assert_eq!(group.state, State::Abandoned);
}

#[test]
fn failures_and_subscriptions_end_their_exchange() {
    let mut wire = Wire::new();
    wire.send(PUBLISHER, Broker, message(ExactlyOnce, 1, false, b"1"));
    let refused = wire.send(PUBLISHER, Client, ack(PubRec, 1, Reason::QuotaExceeded));
    assert_eq!(
        wire.state(refused),
        Some(State::Done(Reason::QuotaExceeded))
    );
    let filters = SubscribeFiltersBuf::try_from_iter([("a", AtMostOnce)]).unwrap();
    let asked = wire.send(
        PUBLISHER,
        Broker,
        Packet::Subscribe(Subscribe {
            packet_id: id(1),
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        }),
    );
    let reasons: ReasonsBuf = [Reason::NotAuthorized].into_iter().collect();
    let answered = wire.send(
        PUBLISHER,
        Client,
        Packet::SubAck(SubAck {
            packet_id: id(1),
            properties: Properties::EMPTY,
            reasons: reasons.as_ref(),
        }),
    );
    assert_eq!(wire.group_rows(asked), [asked, answered]);
    assert_eq!(wire.state(answered).map(State::what), Some("refused"));
    // Nobody waits for it.
    let stray = wire.acknowledge(PUBLISHER, Client, PubAck, 9);
    assert_eq!(wire.state(stray), None);
}

#[test]
fn a_message_is_followed_from_its_publisher_to_each_subscriber() {
    let mut wire = Wire::new();
    let in_1 = wire.send(PUBLISHER, Broker, message(AtLeastOnce, 9, false, b"20"));
    let in_2 = wire.send(PUBLISHER, Broker, message(AtMostOnce, 1, false, b"21"));
    let lamp_1 = wire.send(FIRST, Client, message(ExactlyOnce, 1, false, b"20"));
    let phone_1 = wire.send(SECOND, Client, message(AtMostOnce, 1, false, b"20"));
    let acked = wire.acknowledge(PUBLISHER, Client, PubAck, 9);
    let lamp_2 = wire.send(FIRST, Client, message(AtMostOnce, 1, false, b"21"));
    let lamp_rec = wire.acknowledge(FIRST, Broker, PubRec, 1);
    let full = MarkKind::Dropped("the receiver's queue is full".to_owned());
    wire.mark("phone", Some("home/kitchen/temp"), full);

    for index in [in_1, lamp_1, phone_1, acked, lamp_rec] {
        let journey = wire.ladder.journey(index).expect("a journey");
        let published = journey.published.expect("a publisher");
        assert_eq!(published.rows, [in_1, acked]);
        assert_eq!(published.state, Some(State::Done(Reason::Success)));
        let delivered: Vec<_> = journey
            .delivered
            .iter()
            .map(|leg| (leg.lane, leg.rows.clone(), leg.certain))
            .collect();
        assert_eq!(
            delivered,
            [
                (LaneId(1), vec![lamp_1, lamp_rec], true),
                (LaneId(2), vec![phone_1], true)
            ]
        );
    }
    let second = wire.ladder.journey(in_2).unwrap();
    assert_eq!(second.delivered.len(), 1);
    assert_eq!(second.delivered[0].rows, [lamp_2]);
    assert_eq!(second.marks.len(), 1);
    let marked = wire.ladder.entry(&wire.log, second.marks[0]).unwrap();
    assert!(matches!(
        marked.what,
        What::Mark(MarkKind::Dropped(_), Some(_))
    ));
    let lane = wire.ladder.lanes().find(|lane| lane.id == marked.lane);
    assert_eq!(lane.map(|lane| lane.name.as_str()), Some("phone"));
}

#[test]
fn equal_messages_are_told_apart_by_order_and_it_is_said() {
    let mut wire = Wire::new();
    let publish =
        |wire: &mut Wire| wire.send(PUBLISHER, Broker, message(AtMostOnce, 1, false, b"ON"));
    let deliver = |wire: &mut Wire| wire.send(FIRST, Client, message(AtMostOnce, 1, false, b"ON"));
    let origin = |wire: &Wire, index| {
        let journey = wire.ladder.journey(index).unwrap();
        let leg = journey
            .delivered
            .iter()
            .find(|leg| leg.rows.contains(&index));
        (journey.published.unwrap().rows[0], leg.unwrap().certain)
    };
    let one = publish(&mut wire);
    let of_one = deliver(&mut wire);
    assert_eq!(origin(&wire, of_one), (one, true));
    let two = publish(&mut wire);
    let three = publish(&mut wire);
    let of_two = deliver(&mut wire);
    let of_three = deliver(&mut wire);
    assert_eq!(origin(&wire, of_two), (two, false));
    assert_eq!(origin(&wire, of_three), (three, true));
    // Another copy for a second subscription.
    let copy = deliver(&mut wire);
    assert_eq!(origin(&wire, copy).0, three);
    // A message that was missed long ago is not taken for a fresh one.
    publish(&mut wire);
    let later = Instant::from_secs(60);
    let fresh = wire.send_at(
        later,
        PUBLISHER,
        Broker,
        message(AtMostOnce, 1, false, b"ON"),
    );
    let got = wire.send_at(later, FIRST, Client, message(AtMostOnce, 1, false, b"ON"));
    assert_eq!(origin(&wire, got).0, fresh);
}

#[test]
fn a_repetition_is_the_same_message_and_no_second_delivery() {
    let mut wire = Wire::new();
    let first = wire.send(PUBLISHER, Broker, message(AtLeastOnce, 5, false, b"1"));
    let out = wire.send(FIRST, Client, message(AtLeastOnce, 1, false, b"1"));
    let again = wire.send(PUBLISHER, Broker, message(AtLeastOnce, 5, true, b"1"));
    let out_again = wire.send(FIRST, Client, message(AtLeastOnce, 1, true, b"1"));
    let journey = wire.ladder.journey(again).unwrap();
    assert_eq!(journey.published.unwrap().rows, [first, again]);
    assert_eq!(journey.delivered.len(), 1);
    assert_eq!(journey.delivered[0].rows, [out, out_again]);
}

#[test]
fn what_the_broker_publishes_itself_has_no_publisher() {
    let mut wire = Wire::new();
    let lamp = wire.send(FIRST, Client, message(AtMostOnce, 1, false, b"gone"));
    let phone = wire.send(SECOND, Client, message(AtMostOnce, 1, false, b"gone"));
    let journey = wire.ladder.journey(phone).unwrap();
    assert_eq!(journey.published, None);
    let rows: Vec<_> = journey.delivered.iter().map(|leg| leg.rows[0]).collect();
    assert_eq!(rows, [lamp, phone]);
    let next = wire.send(FIRST, Client, message(AtMostOnce, 1, false, b"gone"));
    assert_eq!(wire.ladder.journey(next).unwrap().delivered.len(), 1);
}

#[test]
fn an_alias_is_shown_as_its_topic() {
    let mut wire = Wire::new();
    let alias = PropertiesBuf::try_from_iter([Property::TopicAlias(1)]).unwrap();
    let with = |topic| {
        Packet::Publish(Publish {
            delivery: Delivery::AtMostOnce,
            retain: false,
            topic,
            properties: alias.as_ref(),
            payload: b"1",
        })
    };
    wire.send(PUBLISHER, Broker, with("a/b"));
    let short = wire.send(PUBLISHER, Broker, with(""));
    let What::Packet(arrow) = wire.ladder.entry(&wire.log, short).unwrap().what else {
        panic!("a packet")
    };
    assert_eq!(arrow.topic.as_deref(), Some("a/b"));
}

#[test]
fn rows_go_with_their_records_and_keep_their_indices() {
    let mut log = Log::new(Bounds {
        records: 100,
        bytes: 1 << 20,
    });
    let mut ladder = Ladder::new();
    for number in 0..1_000_u64 {
        let packet = match number % 2 {
            0 => message(AtLeastOnce, 1, false, b"1"),
            _ => ack(PubAck, 1, Reason::Success),
        };
        let toward = if number % 2 == 0 { Broker } else { Client };
        let bytes = frame(&packet, Version::V5);
        log.push(
            Instant::from_millis(number),
            PUBLISHER,
            toward,
            Version::V5,
            bytes,
            None,
        );
        if number % 300 == 299 {
            while !ladder.advance(&log, 7, client) {}
        }
    }
    assert!(ladder.advance(&log, u32::MAX, client));
    assert_eq!(ladder.range().end - ladder.range().start, 100);
    let shown = ladder.window(&log, 0..u64::MAX);
    assert_eq!(shown.len(), 100);
    for entry in &shown {
        let What::Packet(arrow) = &entry.what else {
            panic!("a packet")
        };
        assert_eq!(ladder.index_of(arrow.seq), Some(entry.index));
        let group = ladder.group(arrow.group.unwrap()).unwrap();
        assert_eq!(group.rows.len(), 2);
    }
    assert!(ladder.groups.chains.len() <= 51);
    assert!(ladder.messages.chains.len() <= 51);
}

#[test]
#[ignore = "a timing for people: cargo test -p midge-trace --release -- --ignored --nocapture"]
#[allow(clippy::print_stdout, clippy::disallowed_methods)]
fn timing_of_windows() {
    for count in [10_000_u64, 1_000_000] {
        let mut log = Log::new(Bounds {
            records: u32::MAX,
            bytes: u64::MAX,
        });
        for number in 0..count {
            let exchange = number / 4;
            let packet_id = (exchange % 60_000 + 1) as u16;
            let payload = exchange.to_le_bytes();
            let (hop, toward, packet) = match number % 4 {
                0 => (
                    PUBLISHER,
                    Broker,
                    message(AtLeastOnce, packet_id, false, &payload),
                ),
                1 => (PUBLISHER, Client, ack(PubAck, packet_id, Reason::Success)),
                2 => (
                    FIRST,
                    Client,
                    message(AtLeastOnce, packet_id, false, &payload),
                ),
                _ => (FIRST, Broker, ack(PubAck, packet_id, Reason::Success)),
            };
            let at = Instant::from_micros(number * 100);
            log.push(
                at,
                hop,
                toward,
                Version::V5,
                frame(&packet, Version::V5),
                None,
            );
        }
        let mut ladder = Ladder::new();
        let start = std::time::Instant::now();
        while !ladder.advance(&log, 512, client) {}
        println!("{count} packets: index in {:?}", start.elapsed());
        let start = std::time::Instant::now();
        let middle = count / 2;
        for offset in 0..1_000 {
            let shown = ladder.window(&log, middle + offset..middle + offset + 60);
            assert_eq!(shown.len(), 60);
        }
        println!(
            "{count} packets: a window of 60 rows in {:?}",
            start.elapsed() / 1_000
        );
        let start = std::time::Instant::now();
        let journey = ladder.journey(middle).expect("a journey");
        assert_eq!(journey.delivered.len(), 1);
        println!("{count} packets: a journey in {:?}", start.elapsed());
    }
}
