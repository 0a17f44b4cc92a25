//! Windows, bounds, back-pressure, expiry and packet sizes.

use super::*;
use crate::{Deadline, Due, Timer};
use core::time::Duration;

fn expiring(topic: &'static str, qos: QoS, seconds: u32) -> Message {
    let mut message = Message::new(topic, topic.as_bytes(), qos, false);
    let expiry = [Property::MessageExpiryInterval(seconds)];
    message.properties = PropertiesBuf::try_from_iter(expiry).unwrap();
    message
}

fn dropped_as(why: Dropped) -> impl Fn(&Report) -> bool {
    move |report| matches!(report, Report::Dropped { why: found, .. } if *found == why)
}

#[test]
fn the_peers_receive_maximum_is_the_window_and_qos_0_passes_by() {
    let mut sender = End::new(Version::V5);
    sender.connection.set_peer(Limits {
        receive_maximum: 1,
        ..Limits::default()
    });
    sender.publish("one", QoS::AtLeastOnce, 1).unwrap();
    sender.publish("two", QoS::ExactlyOnce, 2).unwrap();
    sender.publish("three", QoS::AtMostOnce, 3).unwrap();
    assert_eq!(sender.log(), ["PUBLISH one q1 #1", "PUBLISH three q0"]);
    sender
        .take_ack(AckKind::PubAck, 1, Reason::Success)
        .unwrap();
    assert_eq!(sender.log(), ["PUBLISH two q2 #2"]);
}

#[test]
fn an_open_window_keeps_the_order_of_all_levels() {
    let mut sender = End::new(Version::V5);
    sender
        .connection
        .forward(sender.now, &block(300_000))
        .unwrap();
    sender.publish("one", QoS::AtLeastOnce, 1).unwrap();
    sender.publish("two", QoS::AtMostOnce, 2).unwrap();
    sender.publish("three", QoS::AtLeastOnce, 3).unwrap();
    let waiting: Vec<u64> = sender
        .session
        .queued()
        .map(|queued| queued.outgoing.tag)
        .collect();
    assert_eq!(waiting, [1, 2, 3]);
    sender.connection.handle_sent(sender.now, 300_000);
    sender.pump();
    assert_eq!(
        sender.log(),
        ["PUBLISH one q1 #1", "PUBLISH two q0", "PUBLISH three q1 #2"]
    );
}

#[test]
fn bytes_that_do_not_leave_hold_messages_back_but_not_answers() {
    let mut end = End::new(Version::V5);
    end.connection.forward(end.now, &block(300_000)).unwrap();
    assert_eq!(
        end.connection.forward(end.now, &block(10)),
        Err(Dropped::QueueFull)
    );
    end.publish("one", QoS::AtMostOnce, 1).unwrap();
    end.take_publish("two", QoS::AtLeastOnce, 9, false).unwrap();
    assert_eq!(end.log(), ["PUBACK #9"]);
    assert_eq!(end.session.queued_count(), 1);
    assert_eq!(end.session.queued_bytes(), 6);
    end.connection.handle_sent(end.now, 300_000);
    end.pump();
    assert_eq!(end.log(), ["PUBLISH one q0"]);
    assert_eq!(end.session.queued_bytes(), 0);
}

#[test]
fn a_peer_that_asks_for_answers_and_takes_none_is_stuck() {
    let mut end = End::new(Version::V5);
    end.connection.forward(end.now, &block(300_000)).unwrap();
    let answer = Packet::PingResp;
    let mut answers = 0;
    while end.connection.impasse().is_none() {
        end.connection.encode(end.now, &answer).unwrap();
        answers += 1;
        assert!(answers < 1_000_000, "never stuck");
    }
    assert_eq!(end.connection.impasse(), Some(Reason::QuotaExceeded));
    end.connection.handle_sent(end.now, usize::MAX);
    assert_eq!(end.connection.impasse(), None);
}

/// [5.0 MQTT-3.1.2-24]
#[test]
fn an_answer_larger_than_the_peer_takes_is_not_sent_and_nothing_else_is() {
    let mut end = End::new(Version::V5);
    end.connection.set_peer(Limits {
        maximum_packet_size: 4,
        ..Limits::default()
    });
    end.answer = Some(Reason::NotAuthorized);
    end.take_publish("one", QoS::AtLeastOnce, 9, false).unwrap();
    assert!(end.log().is_empty());
    assert_eq!(end.connection.impasse(), Some(Reason::PacketTooLarge));
    assert!(!end.connection.is_writable());
    let told = end
        .connection
        .disconnect(end.now, Reason::PacketTooLarge, Some("words"));
    assert_eq!(told.unwrap().len(), 3);
}

#[test]
fn qos_0_passes_those_that_wait_for_the_window() {
    let bounds = Bounds {
        max_inflight: 1,
        max_queued: 2,
        max_queued_bytes: 100,
    };
    let mut sender = End::with(Version::V5, bounds, Limits::default());
    for tag in 1..=3 {
        sender.publish("t", QoS::AtLeastOnce, tag).unwrap();
    }
    assert_eq!(sender.publish("t", QoS::AtMostOnce, 4), Ok(()));
    assert_eq!(sender.log(), ["PUBLISH t q1 #1", "PUBLISH t q0"]);
    sender
        .connection
        .forward(sender.now, &block(300_000))
        .unwrap();
    // Nothing leaves: one waits, the next finds no place.
    assert_eq!(sender.publish("t", QoS::AtMostOnce, 5), Ok(()));
    let refused = sender.publish("t", QoS::AtMostOnce, 6);
    assert_eq!(refused, Err(Dropped::QueueFull));
}

#[test]
fn a_full_queue_refuses_the_arriving_message() {
    let bounds = Bounds {
        max_inflight: 1,
        max_queued: 2,
        max_queued_bytes: 100,
    };
    let mut sender = End::with(Version::V5, bounds, Limits::default());
    for tag in 1..=3 {
        sender.publish("home/hall", QoS::AtLeastOnce, tag).unwrap();
    }
    let refused = sender.publish("home/hall", QoS::AtLeastOnce, 4);
    assert_eq!(refused, Err(Dropped::QueueFull));
    sender
        .take_ack(AckKind::PubAck, 1, Reason::Success)
        .unwrap();
    let large = Message::new("t", Bytes::from(vec![0; 90]), QoS::AtLeastOnce, false);
    assert_eq!(sender.send(large.clone(), 5), Err(Dropped::QueueFull));
    sender
        .take_ack(AckKind::PubAck, 2, Reason::Success)
        .unwrap();
    assert_eq!(
        sender.send(large, 6),
        Ok(()),
        "alone it may be larger than the queue"
    );
}

#[test]
fn qos_0_is_not_kept_without_a_connection() {
    let mut sender = End::new(Version::V5);
    sender
        .connection
        .forward(sender.now, &block(300_000))
        .unwrap();
    sender.publish("one", QoS::AtMostOnce, 1).unwrap();
    sender.lose();
    assert!(sender.reports().iter().all(dropped_as(Dropped::Offline)));
    assert_eq!(sender.session.queued_bytes(), 0);
    let refused = sender.publish("two", QoS::AtMostOnce, 2);
    assert_eq!(refused, Err(Dropped::Offline));
}

#[test]
fn expiry_is_counted_down_while_a_message_waits_and_drops_it_in_the_end() {
    let mut sender = End::new(Version::V5);
    sender.lose();
    sender
        .send(expiring("short", QoS::AtLeastOnce, 10), 1)
        .unwrap();
    sender
        .send(expiring("long", QoS::AtLeastOnce, 60), 2)
        .unwrap();
    sender.publish("ever", QoS::AtLeastOnce, 3).unwrap();
    let deadline = Deadline {
        at: Instant::from_secs(10),
        timer: Timer::MessageExpiry,
    };
    assert_eq!(sender.session.poll_timeout(), Some(deadline));
    sender.session.handle_timeout(Instant::from_millis(9_999));
    assert_eq!(sender.session.queued_count(), 3);
    sender.session.handle_timeout(Instant::from_secs(10));
    assert!(matches!(
        &sender.reports()[..],
        [Report::Dropped { tag: 1, why: Dropped::Expired, message }] if message.topic == "short"
    ));
    sender.now = Instant::from_millis(25_700);
    sender.reconnect();
    let wire = sender.wires.pop_front().unwrap().to_bytes();
    let Ok(Packet::Publish(publish)) = midge_codec::decode(&wire, Version::V5) else {
        panic!("a PUBLISH");
    };
    assert_eq!(publish.properties.message_expiry_interval(), Some(35));
    assert_eq!(sender.session.poll_timeout(), None);
}

#[test]
fn an_expired_message_is_not_sent_even_if_no_timer_ran() {
    let mut sender = End::new(Version::V5);
    sender.lose();
    sender
        .send(expiring("short", QoS::AtLeastOnce, 10), 1)
        .unwrap();
    sender.now = Instant::from_secs(10);
    sender.reconnect();
    assert_eq!(sender.log(), [""; 0]);
    assert!(sender.reports().iter().all(dropped_as(Dropped::Expired)));
}

#[test]
fn a_message_in_flight_does_not_expire() {
    let mut sender = End::new(Version::V5);
    sender
        .send(expiring("short", QoS::ExactlyOnce, 10), 1)
        .unwrap();
    sender.lose();
    sender.now = Instant::from_secs(20);
    sender.session.handle_timeout(sender.now);
    sender.log();
    sender.reconnect();
    assert_eq!(sender.log(), ["PUBLISH short q2 #1 dup"]);
}

#[test]
fn a_message_larger_than_the_peer_accepts_is_dropped_and_reported() {
    let mut sender = End::new(Version::V5);
    sender.connection.set_peer(Limits {
        maximum_packet_size: 20,
        topic_alias_maximum: 5,
        ..Limits::default()
    });
    // 2 + 2 + 5 + 2 + 1 + 5 = 17 bytes; an alias would add three.
    sender.publish("five5", QoS::AtLeastOnce, 1).unwrap();
    sender.publish("sixty6", QoS::AtLeastOnce, 2).unwrap();
    sender
        .publish("a longer topic", QoS::ExactlyOnce, 3)
        .unwrap();
    sender
        .publish("a longer topic", QoS::AtMostOnce, 4)
        .unwrap();
    assert_eq!(
        sender.log(),
        ["PUBLISH five5 q1 #1", "PUBLISH sixty6 q1 #2"]
    );
    let reports = sender.reports();
    assert_eq!(reports.len(), 2);
    assert!(reports.iter().all(dropped_as(Dropped::TooLarge)));
    assert_eq!(sender.session.inflight_count(), 2);
}

#[test]
fn an_answer_too_large_for_the_peer_goes_without_its_words() {
    let mut end = End::new(Version::V5);
    end.connection.set_peer(Limits {
        maximum_packet_size: 10,
        ..Limits::default()
    });
    let text = Some("a sentence of more than ten bytes");
    let wire = end
        .connection
        .disconnect(end.now, Reason::ServerBusy, text)
        .unwrap();
    assert_eq!(wire.to_bytes(), Bytes::from_static(&[0xE0, 1, 0x89]));
    let mut end = End::new(Version::V311);
    assert_eq!(
        end.connection.disconnect(end.now, Reason::ServerBusy, text),
        None
    );
    assert!(
        end.connection
            .disconnect(end.now, Reason::Success, None)
            .is_some()
    );
}

#[test]
fn a_packet_over_the_own_limit_is_refused_before_its_bytes_come() {
    let limits = Limits {
        maximum_packet_size: 100,
        ..Limits::default()
    };
    let mut connection = Connection::new(Instant::ZERO, limits);
    connection.handle_input(Instant::ZERO, Bytes::from_static(&[0x30, 0xFF, 0x01]));
    let error = connection.poll_frame().unwrap().unwrap_err();
    assert_eq!(error.reason(), Reason::PacketTooLarge);
}

#[test]
fn a_connection_pings_and_notices_silence() {
    let mut end = End::new(Version::V5);
    end.connection.ping_every(60, Duration::from_secs(30));
    assert_eq!(end.connection.handle_timeout(Instant::from_secs(59)), None);
    let due = end.connection.handle_timeout(Instant::from_secs(60));
    let ping = Wire::from(Bytes::from_static(&[0xC0, 0]));
    assert_eq!(due, Some(Due::Ping(ping)));
    assert_eq!(end.connection.handle_timeout(Instant::from_secs(60)), None);
    let due = end.connection.handle_timeout(Instant::from_secs(90));
    assert_eq!(due, Some(Due::Silent(Timer::PingResponse)));
}

/// Stands for bytes of other messages.
fn block(bytes: usize) -> Wire {
    Wire::from(Bytes::from(vec![0; bytes]))
}

#[test]
fn a_connection_is_stalled_from_the_last_bytes_taken_while_too_many_wait() {
    let mut end = End::new(Version::V5);
    let second = core::time::Duration::from_secs(1);
    end.now += second;
    end.connection.forward(end.now, &block(300_000)).unwrap();
    let begun = end.now;
    end.now += second;
    assert_eq!(end.connection.stalled_since(), Some(begun));
    end.connection.handle_sent(end.now, 10);
    assert_eq!(end.connection.stalled_since(), Some(end.now));
    end.now += second;
    end.connection.handle_sent(end.now, 200_000);
    assert_eq!(end.connection.stalled_since(), None);
}
