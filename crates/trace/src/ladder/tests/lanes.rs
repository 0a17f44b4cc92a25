//! Lanes: who is connected, which track a handshake has, what a filter leaves, what is forgotten.

use super::*;

fn connack(session_present: bool) -> Packet<'static> {
    Packet::ConnAck(ConnAck {
        session_present,
        reason: Reason::Success,
        properties: Properties::EMPTY,
    })
}

fn track(wire: &Wire, index: u64) -> u8 {
    match wire.ladder.entry(&wire.log, index).unwrap().what {
        What::Packet(arrow) => wire.ladder.group(arrow.group.unwrap()).unwrap().track,
        What::Mark(..) => panic!("a packet"),
    }
}

#[test]
fn a_lane_is_connected_from_connack_until_its_connection_ends() {
    let mut wire = Wire::new();
    let before = wire.send(FIRST, Broker, message(AtMostOnce, 1, false, b"1"));
    let connected = wire.send(FIRST, Client, connack(false));
    let lost = wire.mark("lamp", None, MarkKind::Closed("connection lost".to_owned()));
    let again = wire.send(FIRST_AGAIN, Client, connack(true));
    let lane = wire.ladder.lanes().next().unwrap().id;
    let states: Vec<_> = [before, connected, lost, again]
        .map(|index| wire.ladder.is_connected(lane, index))
        .into();
    assert_eq!(states, [false, true, false, true]);
}

#[test]
fn handshakes_that_are_open_together_have_tracks_of_their_own() {
    let mut wire = Wire::new();
    let one = wire.send(FIRST, Client, message(ExactlyOnce, 1, false, b"1"));
    let two = wire.send(FIRST, Client, message(AtLeastOnce, 2, false, b"2"));
    let elsewhere = wire.send(SECOND, Client, message(AtLeastOnce, 1, false, b"1"));
    assert_eq!((track(&wire, one), track(&wire, two)), (0, 1));
    assert_eq!(track(&wire, elsewhere), 0);
    wire.acknowledge(FIRST, Broker, PubRec, 1);
    wire.acknowledge(FIRST, Client, PubRel, 1);
    wire.acknowledge(FIRST, Broker, PubComp, 1);
    let next = wire.send(FIRST, Client, message(AtLeastOnce, 3, false, b"3"));
    assert_eq!(track(&wire, next), 0);
}

#[test]
fn hops_of_another_broker_are_left_out() {
    let mut wire = Wire::new();
    let foreign = message(AtMostOnce, 1, false, b"1");
    let bytes = frame(&foreign, Version::V5);
    let at = Instant::ZERO;
    wire.log.push(at, FOREIGN, Broker, Version::V5, bytes, None);
    let own = wire.send(FIRST, Client, message(AtMostOnce, 1, false, b"1"));
    assert_eq!((own, wire.ladder.index_of(0)), (0, None));
    let journey = wire.ladder.journey(own).unwrap();
    assert_eq!(journey.published, None);
}

#[test]
fn what_waited_and_expired_belongs_to_the_message_that_the_broker_numbered() {
    let mut wire = Wire::new();
    let topic = Some("home/kitchen/temp");
    let first = wire.send(PUBLISHER, Broker, message(AtLeastOnce, 1, false, b"1"));
    let queued = wire.mark_of("phone", topic, Some(40), MarkKind::Queued);
    let second = wire.send(PUBLISHER, Broker, message(AtLeastOnce, 2, false, b"2"));
    let expired = wire.mark_of("phone", topic, Some(40), MarkKind::Expired);
    assert_eq!(wire.ladder.journey(first).unwrap().marks, [queued, expired]);
    assert_eq!(wire.ladder.journey(second).unwrap().marks, []);
}

#[test]
fn a_filter_numbers_the_rows_it_keeps_and_judges_marks_as_packets() {
    let mut wire = Wire::new();
    let mut kept = Kept::default();
    let mut advance = |wire: &Wire| {
        let publishes = |_, record: crate::RecordRef<'_>| {
            record.hop == FIRST && matches!(record.packet(), Some(Packet::Publish(_)))
        };
        while !kept.advance(&wire.ladder, &wire.log, 1, publishes) {}
        kept.range().map(|at| kept.row(at)).collect::<Vec<_>>()
    };
    wire.send(FIRST, Client, connack(false));
    let own = wire.send(FIRST, Client, message(AtLeastOnce, 1, false, b"1"));
    wire.send(SECOND, Client, message(AtLeastOnce, 1, false, b"1"));
    wire.acknowledge(FIRST, Broker, PubAck, 1);
    let queued = wire.mark("lamp", Some("home/kitchen/temp"), MarkKind::Queued);
    wire.mark("lamp", None, MarkKind::SessionEnded);
    assert_eq!(advance(&wire), [Some(own), Some(queued)]);
    let next = wire.send(FIRST, Client, message(AtLeastOnce, 2, false, b"2"));
    assert_eq!(advance(&wire), [Some(own), Some(queued), Some(next)]);
    assert_eq!(kept.index_of(next), 2);
    assert_eq!(kept.index_of(queued + 1), 2);
}

#[test]
fn a_lane_goes_with_its_last_row_and_takes_its_handshakes_along() {
    let mut log = Log::new(Bounds {
        records: 10,
        bytes: 1 << 20,
    });
    let mut ladder = Ladder::new();
    let push = |log: &mut Log, hop, packet: Packet<'_>| {
        let bytes = frame(&packet, Version::V5);
        log.push(Instant::ZERO, hop, Client, Version::V5, bytes, None);
    };
    push(&mut log, SECOND, message(AtLeastOnce, 1, false, b"open"));
    ladder.advance(&log, u32::MAX, client);
    assert_eq!(ladder.lanes().count(), 1);
    for _ in 0..10 {
        push(&mut log, FIRST, message(AtMostOnce, 1, false, b"1"));
    }
    ladder.advance(&log, u32::MAX, client);
    let names: Vec<_> = ladder.lanes().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["lamp"]);
    // The next lane of that name is a fresh one.
    push(&mut log, SECOND, message(AtLeastOnce, 2, false, b"next"));
    ladder.advance(&log, u32::MAX, client);
    assert_eq!(ladder.lanes().count(), 2);
}

#[test]
fn clients_of_one_name_have_a_lane_each_and_are_numbered() {
    let mut wire = Wire::new();
    let whose = |hop: HopId| {
        let key = match hop {
            PUBLISHER => "a",
            SECOND => "b",
            _ => "c",
        };
        let name = if hop == SECOND { "phone" } else { "probe" };
        Some(Whose { key, name })
    };
    let mut push = |hop: HopId| {
        let bytes = frame(&message(AtMostOnce, 1, false, b"1"), Version::V5);
        wire.log
            .push(Instant::ZERO, hop, Broker, Version::V5, bytes, None);
    };
    push(PUBLISHER);
    push(SECOND);
    push(FIRST);
    push(FIRST_AGAIN);
    wire.ladder.advance(&wire.log, u32::MAX, whose);
    let lanes = wire.ladder.lanes();
    let lanes: Vec<_> = lanes
        .map(|lane| (&*lane.key, &*lane.name, lane.nth))
        .collect();
    assert_eq!(
        lanes,
        [("a", "probe", 0), ("b", "phone", 0), ("c", "probe", 1)]
    );
    let mark = Mark {
        at: Instant::ZERO,
        key: "c".to_owned(),
        client: "probe".to_owned(),
        topic: None,
        message: None,
        kind: MarkKind::SessionEnded,
    };
    wire.ladder.note(wire.log.end(), mark);
    wire.ladder.advance(&wire.log, 1, whose);
    let newest = wire.ladder.range().end - 1;
    let lane = wire.ladder.lane_of(newest).expect("a lane");
    assert_eq!(wire.ladder.lane(lane).map(|lane| lane.nth), Some(1));
    assert_eq!(wire.ladder.newest_hop(lane), Some(FIRST_AGAIN));
}
