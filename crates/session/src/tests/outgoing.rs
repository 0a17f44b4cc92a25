//! The sending end: each answer completes what it should, and frees what it held.

use super::*;

#[test]
fn qos_2_takes_four_packets_and_completes_once() {
    for version in [Version::V311, Version::V5] {
        let (mut sender, mut receiver) = (End::new(version), End::new(version));
        sender.publish("home/hall", QoS::ExactlyOnce, 7).unwrap();
        settle(&mut sender, &mut receiver);
        assert_eq!(sender.log(), ["PUBLISH home/hall q2 #1", "PUBREL #1"]);
        assert_eq!(receiver.log(), ["PUBREC #1", "PUBCOMP #1"]);
        assert_eq!(receiver.topics(), ["home/hall"]);
        assert_eq!(sender.reports(), [completed(7, Reason::Success)]);
        assert_eq!(sender.session.inflight_count(), 0);
        assert_eq!(receiver.session.incoming_count(), 0);
    }
}

#[test]
fn qos_1_completes_with_the_reason_of_puback() {
    let (mut sender, mut receiver) = (End::new(Version::V5), End::new(Version::V5));
    receiver.answer = Some(Reason::NoMatchingSubscribers);
    sender.publish("home/hall", QoS::AtLeastOnce, 7).unwrap();
    settle(&mut sender, &mut receiver);
    assert_eq!(receiver.log(), ["PUBACK #1 0x10"]);
    let report = completed(7, Reason::NoMatchingSubscribers);
    assert_eq!(sender.reports(), [report]);
}

#[test]
fn qos_0_completes_when_it_is_sent() {
    let mut sender = End::new(Version::V5);
    sender.publish("home/hall", QoS::AtMostOnce, 7).unwrap();
    assert_eq!(sender.log(), ["PUBLISH home/hall q0"]);
    assert_eq!(sender.reports(), [completed(7, Reason::Success)]);
}

/// A regression of others: the slot of a message that the receiver did not accept stayed taken,
/// until nothing could be sent any more.
#[test]
fn a_failed_pubrec_frees_its_slot_in_the_window() {
    let bounds = Bounds {
        max_inflight: 1,
        ..Bounds::default()
    };
    let mut sender = End::with(Version::V5, bounds, Limits::default());
    for tag in 1..=3 {
        sender.publish("home/hall", QoS::ExactlyOnce, tag).unwrap();
    }
    assert_eq!(sender.log(), ["PUBLISH home/hall q2 #1"]);
    for packet_id in 1..=3 {
        let reason = Reason::QuotaExceeded;
        sender.take_ack(AckKind::PubRec, packet_id, reason).unwrap();
        let tag = packet_id.into();
        assert_eq!(sender.reports(), [completed(tag, reason)]);
    }
    assert_eq!(
        sender.log(),
        ["PUBLISH home/hall q2 #2", "PUBLISH home/hall q2 #3"]
    );
    assert_eq!(sender.session.inflight_count(), 0);
}

#[test]
fn the_reason_of_pubrec_is_reported_when_pubcomp_only_says_success() {
    let mut sender = End::new(Version::V5);
    sender.publish("home/hall", QoS::ExactlyOnce, 7).unwrap();
    let reason = Reason::NoMatchingSubscribers;
    sender.take_ack(AckKind::PubRec, 1, reason).unwrap();
    sender
        .take_ack(AckKind::PubComp, 1, Reason::Success)
        .unwrap();
    assert_eq!(sender.reports(), [completed(7, reason)]);
}

#[test]
fn a_second_pubrec_is_answered_with_pubrel_again() {
    let mut sender = End::new(Version::V5);
    sender.publish("home/hall", QoS::ExactlyOnce, 7).unwrap();
    for _ in 0..2 {
        sender
            .take_ack(AckKind::PubRec, 1, Reason::Success)
            .unwrap();
    }
    assert_eq!(sender.log()[1..], ["PUBREL #1", "PUBREL #1"]);
    assert_eq!(sender.session.inflight_count(), 1);
}

#[test]
fn answers_to_unknown_identifiers_are_taken_calmly() {
    let mut sender = End::new(Version::V5);
    for kind in [AckKind::PubAck, AckKind::PubComp] {
        sender.take_ack(kind, 9, Reason::Success).unwrap();
    }
    assert_eq!(sender.log(), [""; 0]);
    sender
        .take_ack(AckKind::PubRec, 9, Reason::Success)
        .unwrap();
    assert_eq!(sender.log(), ["PUBREL #9 0x92"]);
    let mut sender = End::new(Version::V311);
    sender
        .take_ack(AckKind::PubRec, 9, Reason::Success)
        .unwrap();
    assert_eq!(sender.log(), ["PUBREL #9"]);
}

#[test]
fn an_answer_of_the_wrong_kind_is_a_protocol_error() {
    let mut sender = End::new(Version::V5);
    sender.publish("one", QoS::AtLeastOnce, 1).unwrap();
    sender.publish("two", QoS::ExactlyOnce, 2).unwrap();
    for (kind, packet_id) in [
        (AckKind::PubRec, 1),
        (AckKind::PubComp, 1),
        (AckKind::PubAck, 2),
        (AckKind::PubComp, 2),
    ] {
        let violation = sender
            .take_ack(kind, packet_id, Reason::Success)
            .unwrap_err();
        assert_eq!(violation.reason, Reason::ProtocolError);
    }
    let violation = sender
        .take_ack(AckKind::PubAck, 2, Reason::Success)
        .unwrap_err();
    assert_eq!(
        violation.what,
        "PUBACK for packet identifier 2, which waits for PUBREC"
    );
}

#[test]
fn subscribe_and_publish_share_the_identifiers() {
    let mut sender = End::new(Version::V5);
    assert_eq!(sender.session.reserve_id(), Some(id(1)));
    sender.publish("home/hall", QoS::AtLeastOnce, 7).unwrap();
    assert_eq!(sender.log(), ["PUBLISH home/hall q1 #2"]);
    assert!(
        !sender.session.release_id(id(2)),
        "it belongs to the PUBLISH"
    );
    assert!(sender.session.release_id(id(1)));
    assert!(!sender.session.release_id(id(1)));
}

#[test]
fn what_differs_from_receiver_to_receiver_is_written_without_copying_the_payload() {
    let mut sender = End::new(Version::V5);
    let payload = Bytes::from_static(b"ON");
    let message = Message::new("home/hall", payload.clone(), QoS::ExactlyOnce, true);
    let extra = PropertiesBuf::try_from_iter([3, 300].map(Property::SubscriptionIdentifier));
    let outgoing = Outgoing {
        share: None,
        qos: QoS::AtMostOnce,
        retain: false,
        extra: extra.unwrap(),
        ..Outgoing::new(message, 1)
    };
    sender.session.publish(sender.now, outgoing).unwrap();
    sender.pump();
    let wire = sender.wires.pop_front().unwrap();
    assert_eq!(wire.payload.as_ptr(), payload.as_ptr());
    let frame = wire.to_bytes();
    let Ok(Packet::Publish(publish)) = midge_codec::decode(&frame, Version::V5) else {
        panic!("a PUBLISH");
    };
    assert_eq!(publish.delivery.qos(), QoS::AtMostOnce);
    assert!(!publish.retain);
    let identifiers: Vec<u32> = publish.properties.subscription_identifiers().collect();
    assert_eq!(identifiers, [3, 300]);
}

#[test]
fn topics_are_sent_once_where_the_peer_accepts_aliases() {
    let limits = Limits {
        topic_alias_maximum: 1,
        ..Limits::default()
    };
    let mut receiver = End::with(Version::V5, Bounds::default(), limits);
    let mut sender = End::new(Version::V5);
    sender.connection.set_peer(limits);
    for topic in ["home/hall", "home/hall", "home/kitchen", "home/hall"] {
        sender.publish(topic, QoS::AtLeastOnce, 1).unwrap();
    }
    assert_eq!(
        sender.log(),
        [
            "PUBLISH home/hall q1 #1",
            "PUBLISH  q1 #2",
            "PUBLISH home/kitchen q1 #3",
            "PUBLISH home/hall q1 #4"
        ]
    );
    settle(&mut sender, &mut receiver);
    assert_eq!(
        receiver.topics(),
        ["home/hall", "home/hall", "home/kitchen", "home/hall"]
    );
}
