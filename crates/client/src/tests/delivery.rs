//! Messages both ways: completion, offline, resume, limits, acknowledgement by hand.

use super::*;

fn published(token: Token) -> Event {
    let reason = Reason::Success;
    Event::Published { token, reason }
}

#[test]
fn each_level_completes_with_its_token() {
    for config in both() {
        let mut script = Script::connected(config);
        let zero = script.publish("zero", QoS::AtMostOnce).unwrap();
        let one = script.publish("one", QoS::AtLeastOnce).unwrap();
        let two = script.publish("two", QoS::ExactlyOnce).unwrap();
        assert_eq!(
            script.sent(),
            ["PUBLISH zero q0", "PUBLISH one q1 #1", "PUBLISH two q2 #2"]
        );
        assert_eq!(script.events(), [published(zero)]);
        script.receive_ack(AckKind::PubRec, 2);
        script.receive_ack(AckKind::PubAck, 1);
        script.receive_ack(AckKind::PubComp, 2);
        assert_eq!(script.sent(), ["PUBREL #2"]);
        assert_eq!(script.events(), [published(one), published(two)]);
        assert_eq!(script.client.session().inflight_count(), 0);
    }
}

#[test]
fn qos_1_and_2_wait_for_a_connection_and_qos_0_does_not() {
    let mut script = Script::new(v5());
    let refused = script.publish("zero", QoS::AtMostOnce);
    assert_eq!(refused, Err(Refused::NotConnected));
    script.publish("one", QoS::AtLeastOnce).unwrap();
    script.publish("two", QoS::ExactlyOnce).unwrap();
    assert_eq!(script.client.session().queued_count(), 2);
    script.command(Command::Connect).unwrap();
    script.open();
    script.connack(false, Reason::Success, &[]);
    assert_eq!(
        script.sent()[1..],
        ["PUBLISH one q1 #1", "PUBLISH two q2 #2"]
    );
}

#[test]
fn what_was_in_flight_is_sent_again_when_the_session_goes_on() {
    let mut script = Script::connected(Config {
        session_expiry: 60,
        ..v5()
    });
    let token = script.publish("one", QoS::AtLeastOnce).unwrap();
    script.sent();
    script.close();
    script.wait(1);
    script.open();
    script.connack(true, Reason::Success, &[]);
    assert_eq!(
        script.sent(),
        ["CONNECT \"midge\"", "PUBLISH one q1 #1 dup"]
    );
    script.receive_ack(AckKind::PubAck, 1);
    assert_eq!(script.events().last(), Some(&published(token)));
}

#[test]
fn a_lost_session_names_what_will_never_complete_and_sends_what_never_left() {
    let mut script = Script::connected_to(v5(), &[Property::ReceiveMaximum(1)]);
    let sent = script.publish("one", QoS::AtLeastOnce).unwrap();
    let subscribe = script.subscribe(&["home/#"]).unwrap();
    script.publish("two", QoS::AtLeastOnce).unwrap();
    script.close();
    script.wait(1);
    script.open();
    script.sent();
    script.events();
    script.connack(false, Reason::Success, &[]);
    assert_eq!(script.sent(), ["PUBLISH two q1 #3"]);
    let tokens = vec![sent, subscribe];
    assert_eq!(script.events().last(), Some(&Event::SessionLost { tokens }));
}

#[test]
fn a_first_connection_loses_no_session() {
    let mut script = Script::new(v5());
    script.command(Command::Connect).unwrap();
    script.open();
    script.connack(false, Reason::Success, &[]);
    assert_eq!(script.events().len(), 1);
}

#[test]
fn messages_are_told_before_they_are_acknowledged() {
    let mut client = Script::connected(v5()).client;
    let message = Message::new("home/hall", "x", QoS::AtLeastOnce, false);
    let publish = message.as_publish(Delivery::new(QoS::AtLeastOnce, id(9), false));
    let wire = Wire::encode(&Packet::Publish(publish), Version::V5).unwrap();
    client.handle_input(Instant::ZERO, wire.to_bytes());
    let slot = None;
    let dup = false;
    assert_eq!(
        client.poll_output(),
        Some(Output::Event(Event::Message { message, dup, slot }))
    );
    assert!(matches!(client.poll_output(), Some(Output::Send(_))));
    assert_eq!(client.poll_output(), None);
}

#[test]
fn qos_2_messages_come_once() {
    for config in both() {
        let mut script = Script::connected(config);
        script.receive_publish("home/hall", QoS::ExactlyOnce, 9);
        script.receive_publish("home/hall", QoS::ExactlyOnce, 9);
        script.receive_ack(AckKind::PubRel, 9);
        assert_eq!(script.sent(), ["PUBREC #9", "PUBREC #9", "PUBCOMP #9"]);
        assert_eq!(script.events().len(), 1);
    }
}

#[test]
fn with_manual_acknowledgement_nothing_is_answered_unasked() {
    let mut script = Script::connected(Config {
        manual_acknowledge: true,
        ..v5()
    });
    script.receive_publish("home/hall", QoS::AtLeastOnce, 9);
    assert_eq!(script.sent(), [""; 0]);
    let events = script.events();
    let [
        Event::Message {
            slot: Some(slot), ..
        },
    ] = events[..]
    else {
        panic!("a message with a slot: {events:?}");
    };
    let acknowledge = Command::Acknowledge {
        slot,
        reason: Reason::Success,
    };
    script.command(acknowledge.clone()).unwrap();
    assert_eq!(script.sent(), ["PUBACK #9"]);
    assert_eq!(script.command(acknowledge), Err(Refused::UnknownSlot));
}

#[test]
fn what_the_server_does_not_support_is_refused() {
    let offer = [Property::MaximumQoS(1), Property::RetainAvailable(0)];
    let mut script = Script::connected_to(v5(), &offer);
    assert_eq!(
        script.publish("two", QoS::ExactlyOnce),
        Err(Refused::Unsupported(Reason::QoSNotSupported))
    );
    let retained = Message::new("one", "x", QoS::AtLeastOnce, true);
    assert_eq!(
        script.command(Command::Publish(retained)),
        Err(Refused::Unsupported(Reason::RetainNotSupported))
    );
    assert_eq!(script.sent(), [""; 0]);
}

#[test]
fn what_was_queued_before_the_server_said_so_is_not_sent_either() {
    let mut script = Script::new(v5());
    let token = script.publish("two", QoS::ExactlyOnce).unwrap();
    script.publish("one", QoS::AtLeastOnce).unwrap();
    script.command(Command::Connect).unwrap();
    script.open();
    script.connack(false, Reason::Success, &[Property::MaximumQoS(1)]);
    assert_eq!(script.sent()[1..], ["PUBLISH one q1 #1"]);
    let reason = Reason::QoSNotSupported;
    assert_eq!(
        script.events().last(),
        Some(&Event::Published { token, reason })
    );
}

#[test]
fn a_packet_larger_than_the_server_takes_is_refused() {
    let mut script = Script::connected_to(v5(), &[Property::MaximumPacketSize(20)]);
    // 2 bytes of fixed header, 2 of length, 14 of topic, 1 of properties, 1 of payload.
    script.publish("fourteen/bytes", QoS::AtMostOnce).unwrap();
    let refused = script.publish("fifteen/bytes/x", QoS::AtMostOnce);
    assert_eq!(refused, Err(Refused::TooLarge));
    let refused = script.subscribe(&["a/filter/too/long"]);
    assert_eq!(refused, Err(Refused::TooLarge));
}

#[test]
fn illegal_messages_are_refused() {
    let mut script = Script::connected(v5());
    for topic in ["", "home/+", "#"] {
        let result = script.publish(topic, QoS::AtMostOnce);
        assert!(matches!(result, Err(Refused::InvalidTopic(_))), "{topic:?}");
    }
    for property in [
        Property::SubscriptionIdentifier(1),
        Property::TopicAlias(1),
        Property::ReasonString("x"),
    ] {
        let mut message = Message::new("home", "x", QoS::AtMostOnce, false);
        message.properties = PropertiesBuf::try_from_iter([property]).unwrap();
        let result = script.command(Command::Publish(message));
        assert!(matches!(result, Err(Refused::Illegal(_))), "{property:?}");
    }
    assert_eq!(script.sent(), [""; 0]);
}

#[test]
fn aliases_are_used_both_ways_where_both_sides_accept_them() {
    let config = Config {
        topic_alias_maximum: 1,
        ..v5()
    };
    let mut script = Script::connected_to(config, &[Property::TopicAliasMaximum(1)]);
    for _ in 0..2 {
        script.publish("home/hall", QoS::AtMostOnce).unwrap();
    }
    assert_eq!(script.sent(), ["PUBLISH home/hall q0", "PUBLISH  q0"]);
    for topic in ["home/kitchen", ""] {
        let mut message = Message::new(topic, "x", QoS::AtMostOnce, false);
        message.properties = PropertiesBuf::try_from_iter([Property::TopicAlias(1)]).unwrap();
        script.receive(&Packet::Publish(message.as_publish(Delivery::AtMostOnce)));
    }
    let events = script.events();
    let topics = events.iter().filter_map(|event| match event {
        Event::Message { message, .. } => Some(&*message.topic),
        _ => None,
    });
    assert_eq!(topics.collect::<Vec<_>>(), ["home/kitchen", "home/kitchen"]);
}

#[test]
fn a_message_that_expires_while_it_waits_is_reported() {
    let mut script = Script::new(v5());
    let mut message = Message::new("home/hall", "x", QoS::AtLeastOnce, false);
    let expiry = [Property::MessageExpiryInterval(5)];
    message.properties = PropertiesBuf::try_from_iter(expiry).unwrap();
    let token = script.command(Command::Publish(message)).unwrap();
    script.wait(5);
    let why = midge_session::Dropped::Expired;
    assert_eq!(script.events(), [Event::NotSent { token, why }]);
}

#[test]
fn messages_wait_while_the_driver_cannot_send() {
    let mut script = Script::connected(v5());
    let client = &mut script.client;
    let payload = vec![0; 300_000];
    for payload in [payload, vec![1]] {
        let message = Message::new("home/hall", payload, QoS::AtMostOnce, false);
        client
            .command(script.now, Command::Publish(message))
            .unwrap();
    }
    assert_eq!(client.session().queued_count(), 1);
    client.handle_sent(script.now, 300_000);
    assert_eq!(client.session().queued_count(), 0);
    script.run();
    assert_eq!(
        script.sent(),
        ["PUBLISH home/hall q0", "PUBLISH home/hall q0"]
    );
}

#[test]
fn no_more_is_in_flight_than_servers_of_the_version_take() {
    for (config, sent) in [(v311(), 20), (v5(), 1_000)] {
        let mut script = Script::connected(config);
        for _ in 0..1_001 {
            script.publish("home/hall", QoS::AtLeastOnce).unwrap();
        }
        assert_eq!(script.sent().len(), sent);
    }
}

#[test]
fn a_queue_has_an_end() {
    let mut script = Script::new(v5());
    let refused = (0..20_000).find_map(|_| script.publish("home/hall", QoS::AtLeastOnce).err());
    assert_eq!(refused, Some(Refused::QueueFull));
}
