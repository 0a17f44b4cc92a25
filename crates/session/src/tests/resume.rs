//! A connection that breaks at any packet: nothing lost, nothing delivered twice at QoS 2.

use super::*;

#[test]
fn what_is_in_flight_is_sent_again_in_order_before_anything_else() {
    let mut sender = End::new(Version::V5);
    sender.publish("one", QoS::AtLeastOnce, 1).unwrap();
    sender.publish("two", QoS::ExactlyOnce, 2).unwrap();
    sender.publish("three", QoS::ExactlyOnce, 3).unwrap();
    sender
        .take_ack(AckKind::PubRec, 2, Reason::Success)
        .unwrap();
    sender.log();
    sender.lose();
    sender.publish("four", QoS::AtLeastOnce, 4).unwrap();
    sender.reconnect();
    assert_eq!(
        sender.log(),
        [
            "PUBLISH one q1 #1 dup",
            "PUBREL #2",
            "PUBLISH three q2 #3 dup",
            "PUBLISH four q1 #4"
        ]
    );
}

/// A regression of others: the identifiers started at 1 again after a reconnect.
#[test]
fn a_resumed_session_never_uses_an_identifier_in_flight_again() {
    let mut sender = End::new(Version::V5);
    sender.publish("one", QoS::AtLeastOnce, 1).unwrap();
    sender.lose();
    sender.reconnect();
    sender.log();
    for tag in 2..=70_000 {
        sender.publish("two", QoS::AtLeastOnce, tag).unwrap();
        let sent = sender.log().pop().unwrap();
        let packet_id: u16 = sent.rsplit('#').next().unwrap().parse().unwrap();
        assert_ne!(packet_id, 1, "identifier 1 is in flight");
        sender
            .take_ack(AckKind::PubAck, packet_id, Reason::Success)
            .unwrap();
    }
    assert_eq!(sender.session.inflight_count(), 1);
}

/// A regression of others: the answer that says "I had completed that" was reported as a failure.
#[test]
fn after_a_resume_pubcomp_with_not_found_is_completion() {
    let mut sender = End::new(Version::V5);
    sender.publish("home/hall", QoS::ExactlyOnce, 7).unwrap();
    sender
        .take_ack(AckKind::PubRec, 1, Reason::Success)
        .unwrap();
    sender.lose();
    sender.reconnect();
    sender.log();
    let reason = Reason::PacketIdentifierNotFound;
    sender.take_ack(AckKind::PubComp, 1, reason).unwrap();
    assert_eq!(sender.reports(), [completed(7, Reason::Success)]);
    assert_eq!(sender.session.inflight_count(), 0);
}

/// A regression of others: the receiver forgot on reconnect what it had accepted.
#[test]
fn an_accepted_qos_2_message_is_not_delivered_again_after_a_resume() {
    let mut receiver = End::new(Version::V5);
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, false)
        .unwrap();
    receiver.lose();
    receiver.reconnect();
    receiver.log();
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, true)
        .unwrap();
    assert_eq!(receiver.topics(), ["home/hall"]);
    assert_eq!(receiver.log(), ["PUBREC #5"]);
}

#[test]
fn a_delivered_message_can_be_accepted_while_there_is_no_connection() {
    let mut receiver = End::new(Version::V5);
    receiver.answer = None;
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, false)
        .unwrap();
    receiver
        .take_publish("home/kitchen", QoS::AtLeastOnce, 6, false)
        .unwrap();
    receiver.lose();
    let slots: Vec<AckSlot> = receiver
        .received
        .iter()
        .filter_map(|(_, slot)| *slot)
        .collect();
    receiver
        .session
        .acknowledge(slots[0], Reason::Success)
        .unwrap();
    let stale = receiver.session.acknowledge(slots[1], Reason::Success);
    assert!(stale.is_err(), "QoS 1 comes again and is delivered again");
    receiver.reconnect();
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, true)
        .unwrap();
    receiver
        .take_publish("home/kitchen", QoS::AtLeastOnce, 6, true)
        .unwrap();
    assert_eq!(receiver.log(), ["PUBREC #5"]);
    assert_eq!(
        receiver.topics(),
        ["home/hall", "home/kitchen", "home/kitchen"]
    );
}

#[test]
fn an_answer_that_was_not_sent_is_not_sent_on_the_next_connection() {
    let mut receiver = End::new(Version::V5);
    receiver.answer = None;
    receiver
        .take_publish("one", QoS::AtLeastOnce, 5, false)
        .unwrap();
    let slot = receiver.received[0].1.unwrap();
    receiver.session.acknowledge(slot, Reason::Success).unwrap();
    receiver.lose();
    receiver.reconnect();
    assert_eq!(
        receiver.log(),
        [""; 0],
        "the peer sends PUBLISH again first"
    );
}

#[test]
fn sending_again_respects_the_window_and_pubrel_does_not_wait_for_it() {
    let mut sender = End::new(Version::V5);
    for (tag, topic) in ["one", "two", "three"].into_iter().enumerate() {
        sender.publish(topic, QoS::ExactlyOnce, tag as u64).unwrap();
    }
    sender
        .take_ack(AckKind::PubRec, 3, Reason::Success)
        .unwrap();
    sender.lose();
    sender.log();
    sender.connection.set_peer(Limits {
        receive_maximum: 1,
        ..Limits::default()
    });
    sender.reconnect();
    assert_eq!(sender.log(), ["PUBLISH one q2 #1 dup", "PUBREL #3"]);
    let waiting: Vec<_> = sender
        .session
        .inflight()
        .map(|flight| flight.sent_at)
        .collect();
    assert_eq!(waiting, [Some(Instant::ZERO), None, Some(Instant::ZERO)]);
    sender
        .take_ack(AckKind::PubRec, 1, Reason::Success)
        .unwrap();
    sender
        .take_ack(AckKind::PubComp, 1, Reason::Success)
        .unwrap();
    assert_eq!(sender.log(), ["PUBREL #1", "PUBLISH two q2 #2 dup"]);
}

#[test]
fn a_restart_forgets_what_is_in_flight_and_keeps_what_waits() {
    let bounds = Bounds {
        max_inflight: 2,
        ..Bounds::default()
    };
    let mut sender = End::with(Version::V5, bounds, Limits::default());
    for tag in 1..=3 {
        sender.publish("home/hall", QoS::AtLeastOnce, tag).unwrap();
    }
    sender.lose();
    assert_eq!(sender.session.restart(), [1, 2]);
    sender.log();
    sender.reconnect();
    assert_eq!(sender.log(), ["PUBLISH home/hall q1 #3"]);
}

/// Cuts the connection after every packet of a QoS 2 exchange, in turn.
#[test]
fn a_cut_after_any_packet_delivers_exactly_once() {
    for version in [Version::V311, Version::V5] {
        for cut in 0..4 {
            let (mut sender, mut receiver) = (End::new(version), End::new(version));
            sender.publish("home/hall", QoS::ExactlyOnce, 7).unwrap();
            for _ in 0..cut {
                let (from, to) = match sender.wires.is_empty() {
                    true => (&mut receiver, &mut sender),
                    false => (&mut sender, &mut receiver),
                };
                let wire = from.wires.pop_front().unwrap();
                to.take(&wire).unwrap();
            }
            sender.lose();
            receiver.lose();
            receiver.reconnect();
            sender.reconnect();
            settle(&mut sender, &mut receiver);
            assert_eq!(receiver.topics(), ["home/hall"], "cut after {cut} packets");
            assert_eq!(sender.reports(), [completed(7, Reason::Success)]);
            assert_eq!(sender.session.inflight_count(), 0);
            assert_eq!(receiver.session.incoming_count(), 0);
        }
    }
}

#[test]
fn every_open_stage_knows_how_to_go_on_after_a_resume() {
    use crate::handshake::{Input, step};
    for stage in Stage::ALL.into_iter().filter(|&stage| stage != Stage::Free) {
        assert!(step(stage, Input::Resume).is_some(), "{stage:?}");
    }
}
