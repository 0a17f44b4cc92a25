//! The receiving end: delivered once, answered in order, within the limits.

use super::*;

#[test]
fn a_qos_2_publish_that_comes_again_is_answered_and_not_delivered_again() {
    let mut receiver = End::new(Version::V5);
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, false)
        .unwrap();
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, true)
        .unwrap();
    assert_eq!(receiver.log(), ["PUBREC #5", "PUBREC #5"]);
    assert_eq!(receiver.topics(), ["home/hall"]);
    receiver
        .take_ack(AckKind::PubRel, 5, Reason::Success)
        .unwrap();
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, false)
        .unwrap();
    assert_eq!(receiver.log(), ["PUBCOMP #5", "PUBREC #5"]);
    assert_eq!(receiver.topics(), ["home/hall", "home/hall"]);
}

#[test]
fn a_qos_1_identifier_is_a_message_each_time_once_it_was_answered() {
    let mut receiver = End::new(Version::V5);
    receiver
        .take_publish("home/hall", QoS::AtLeastOnce, 5, false)
        .unwrap();
    receiver
        .take_publish("home/hall", QoS::AtLeastOnce, 5, true)
        .unwrap();
    assert_eq!(receiver.topics(), ["home/hall", "home/hall"]);
    assert_eq!(receiver.log(), ["PUBACK #5", "PUBACK #5"]);
}

#[test]
fn a_message_that_was_not_accepted_is_delivered_when_it_comes_again() {
    let mut receiver = End::new(Version::V5);
    receiver.answer = Some(Reason::QuotaExceeded);
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, false)
        .unwrap();
    assert_eq!(receiver.session.incoming_count(), 0);
    receiver.answer = Some(Reason::Success);
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, false)
        .unwrap();
    assert_eq!(receiver.log(), ["PUBREC #5 0x97", "PUBREC #5"]);
    assert_eq!(receiver.topics().len(), 2);
}

#[test]
fn pubrel_for_an_unknown_identifier_is_answered_with_what_the_version_can_say() {
    for (version, answer) in [
        (Version::V5, "PUBCOMP #5 0x92"),
        (Version::V311, "PUBCOMP #5"),
    ] {
        let mut receiver = End::new(version);
        receiver
            .take_ack(AckKind::PubRel, 5, Reason::Success)
            .unwrap();
        assert_eq!(receiver.log(), [answer]);
    }
}

/// [5.0 MQTT-4.3.3-11]
#[test]
fn a_pubrel_whose_pubcomp_was_lost_is_completed_after_a_resume() {
    let mut receiver = End::new(Version::V5);
    receiver.lose();
    receiver.reconnect();
    receiver.log();
    receiver
        .take_ack(AckKind::PubRel, 9, Reason::Success)
        .unwrap();
    assert_eq!(receiver.log(), ["PUBCOMP #9"]);
}

#[test]
fn pubrel_before_pubrec_is_a_protocol_error() {
    let mut receiver = End::new(Version::V5);
    receiver.answer = None;
    receiver
        .take_publish("home/hall", QoS::ExactlyOnce, 5, false)
        .unwrap();
    let violation = receiver
        .take_ack(AckKind::PubRel, 5, Reason::Success)
        .unwrap_err();
    assert_eq!(violation.reason, Reason::ProtocolError);
}

#[test]
fn an_identifier_in_use_cannot_change_its_level() {
    let mut receiver = End::new(Version::V5);
    receiver.answer = None;
    receiver
        .take_publish("one", QoS::AtLeastOnce, 5, false)
        .unwrap();
    for qos in [QoS::AtLeastOnce, QoS::ExactlyOnce] {
        let violation = receiver.take_publish("two", qos, 5, false).unwrap_err();
        assert_eq!(violation.reason, Reason::ProtocolError);
    }
}

#[test]
fn answers_keep_the_order_of_the_messages_at_each_level() {
    let mut receiver = End::new(Version::V5);
    receiver.answer = None;
    receiver
        .take_publish("one", QoS::AtLeastOnce, 1, false)
        .unwrap();
    receiver
        .take_publish("two", QoS::ExactlyOnce, 2, false)
        .unwrap();
    receiver
        .take_publish("three", QoS::AtLeastOnce, 3, false)
        .unwrap();
    receiver
        .take_publish("four", QoS::ExactlyOnce, 4, false)
        .unwrap();
    let slots: Vec<AckSlot> = receiver
        .received
        .iter()
        .filter_map(|(_, slot)| *slot)
        .collect();
    for (index, sent) in [
        (2, vec![]),
        (1, vec!["PUBREC #2"]),
        (3, vec!["PUBREC #4"]),
        (0, vec!["PUBACK #1", "PUBACK #3"]),
    ] {
        receiver
            .session
            .acknowledge(slots[index], Reason::Success)
            .unwrap();
        receiver.pump();
        assert_eq!(receiver.log(), sent);
    }
    assert!(
        receiver
            .session
            .acknowledge(slots[0], Reason::Success)
            .is_err()
    );
    assert!(
        receiver
            .session
            .acknowledge(slots[1], Reason::Success)
            .is_err()
    );
}

#[test]
fn one_publish_more_than_receive_maximum_is_a_violation() {
    let limits = Limits {
        receive_maximum: 2,
        ..Limits::default()
    };
    let mut receiver = End::with(Version::V5, Bounds::default(), limits);
    receiver
        .take_publish("one", QoS::ExactlyOnce, 1, false)
        .unwrap();
    receiver
        .take_publish("two", QoS::AtLeastOnce, 2, false)
        .unwrap();
    receiver
        .take_publish("three", QoS::ExactlyOnce, 3, false)
        .unwrap();
    receiver
        .take_publish("zero", QoS::AtMostOnce, 1, false)
        .unwrap();
    receiver
        .take_publish("one", QoS::ExactlyOnce, 1, true)
        .unwrap();
    let violation = receiver
        .take_publish("four", QoS::ExactlyOnce, 4, false)
        .unwrap_err();
    assert_eq!(violation.reason, Reason::ReceiveMaximumExceeded);
    receiver
        .take_ack(AckKind::PubRel, 1, Reason::Success)
        .unwrap();
    receiver
        .take_publish("four", QoS::ExactlyOnce, 4, false)
        .unwrap();
}

#[test]
fn an_alias_that_was_not_offered_is_a_violation() {
    let mut receiver = End::new(Version::V5);
    let alias = PropertiesBuf::try_from_iter([Property::TopicAlias(1)]).unwrap();
    let mut message = Message::new("home/hall", "", QoS::AtMostOnce, false);
    message.properties = alias;
    let publish = message.as_publish(midge_codec::Delivery::AtMostOnce);
    let violation = receiver.take_packet(&Packet::Publish(publish)).unwrap_err();
    assert_eq!(violation.reason, Reason::TopicAliasInvalid);
}

#[test]
fn a_reason_that_puback_cannot_carry_is_replaced() {
    let mut receiver = End::new(Version::V5);
    receiver.answer = Some(Reason::ServerBusy);
    receiver
        .take_publish("one", QoS::AtLeastOnce, 1, false)
        .unwrap();
    receiver.answer = Some(Reason::GrantedQoS1);
    receiver
        .take_publish("two", QoS::AtLeastOnce, 2, false)
        .unwrap();
    assert_eq!(receiver.log(), ["PUBACK #1 0x80", "PUBACK #2"]);
}

#[test]
fn a_small_message_does_not_keep_the_large_chunk_it_came_in_and_a_large_one_is_not_copied() {
    for (payload, shares) in [(20, false), (30_000, true)] {
        let mut end = End::new(Version::V5);
        let message = Message::new("a/b", vec![b'x'; payload], QoS::AtLeastOnce, false);
        let delivery = midge_codec::Delivery::new(QoS::AtLeastOnce, id(9), false);
        let packet = Packet::Publish(message.as_publish(delivery));
        let mut chunk = Wire::encode(&packet, Version::V5)
            .unwrap()
            .to_bytes()
            .to_vec();
        chunk.resize(65_536, 0);
        let chunk = Bytes::from(chunk);
        let inside = chunk.as_ptr_range();
        end.connection.handle_input(end.now, chunk.clone());
        let frame = end.connection.poll_frame().unwrap().unwrap();
        let Ok(Packet::Publish(publish)) = end.connection.decode(&frame) else {
            panic!("a PUBLISH");
        };
        let (now, connection) = (end.now, &mut end.connection);
        let arrived = end.session.on_publish(now, connection, &frame, &publish);
        let kept = arrived.unwrap().unwrap().message;
        assert_eq!(kept, message);
        assert_eq!(inside.contains(&kept.payload.as_ptr()), shares, "{payload}");
        assert_eq!(inside.contains(&kept.topic.as_ptr()), shares, "{payload}");
    }
}
