//! Each limit against abuse: what the client hears, and that it is counted.

use super::lab::*;
use crate::{Event, Limit};
use alloc::{format, vec::Vec};
use core::time::Duration;
use midge_codec::{Connect, Property, Reason};

fn reached(lab: &Lab) -> Vec<(Limit, u64)> {
    let all = lab.broker.limits_reached();
    all.filter(|&(_, count)| count > 0).collect()
}

fn ends(lab: &Lab) -> Vec<(Reason, u64)> {
    lab.broker.ends().collect()
}

#[test]
fn one_client_too_many_is_refused_and_a_flood_of_transports_is_cut_off() {
    let mut config = quiet();
    config.limits.max_connections = 2;
    let mut lab = Lab::with(config);
    lab.client(V5, "ada");
    lab.client(V5, "bob");
    let (_, answer) = lab.connect(&hello(V5, "carl"));
    assert_eq!(answer, ["CONNACK ServerBusy", "CLOSE"]);
    let (_, answer) = lab.connect(&hello(V311, "dora"));
    assert_eq!(answer, ["CONNACK ServerUnavailable", "CLOSE"]);
    assert_eq!(reached(&lab), [(Limit::Connections, 2)]);
    let refusals: Vec<_> = lab.broker.refusals().collect();
    let expected = [(Reason::ServerUnavailable, 1), (Reason::ServerBusy, 1)];
    assert_eq!(refusals, expected);
    let waiting: Vec<_> = (0..4).map(|_| lab.open(V5)).collect();
    assert_eq!(lab.take(waiting[3]), ["CLOSE"]);
    assert_eq!(reached(&lab), [(Limit::Connections, 3)]);
    let told = Event::LimitReached {
        limit: Limit::Connections,
        client_id: "dora".into(),
        count: 2,
    };
    assert!(lab.events.contains(&told));
}

#[test]
fn a_transport_without_connect_is_closed_in_time() {
    let mut lab = Lab::new();
    let peer = lab.open(V5);
    lab.pass_secs(11);
    assert_eq!(lab.take(peer), ["CLOSE"]);
    assert_eq!(reached(&lab), [(Limit::ConnectTimeout, 1)]);
}

#[test]
fn a_packet_that_is_too_large_ends_the_connection() {
    let mut config = quiet();
    config.limits.max_packet_size = 100;
    let mut lab = Lab::with(config);
    let (ada, _) = lab.connect(&hello(V5, "ada"));
    lab.publish(ada, "a", &"x".repeat(100), Q0);
    assert_eq!(lab.take(ada), ["DISCONNECT PacketTooLarge", "CLOSE"]);
    assert_eq!(reached(&lab), [(Limit::PacketSize, 1)]);
    assert_eq!(ends(&lab), [(Reason::PacketTooLarge, 1)]);
}

#[test]
fn too_many_levels_are_refused_in_publish_subscribe_and_will() {
    let mut config = quiet();
    config.limits.max_topic_levels = 2;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    lab.publish(ada, "a/b/c", "x", Q1);
    assert_eq!(lab.take(ada), ["PUBACK #9 TopicNameInvalid"]);
    let refused = lab.subscribe(ada, "a/b/c", Q0);
    assert_eq!(refused, ["SUBACK #1 [TopicFilterInvalid]"]);
    let (_, answer) = lab.connect(&Connect {
        will: Some(will("a/b/c")),
        ..hello(V5, "bob")
    });
    assert_eq!(answer, ["CONNACK TopicNameInvalid", "CLOSE"]);
    assert_eq!(reached(&lab), [(Limit::TopicLevels, 3)]);
    // What is malformed is no question of limits.
    lab.subscribe(ada, "a#", Q0);
    assert_eq!(reached(&lab), [(Limit::TopicLevels, 3)]);
}

#[test]
fn one_subscription_and_one_retained_message_too_many_are_refused() {
    let mut config = quiet();
    config.limits.max_subscriptions = 1;
    config.limits.max_retained = 1;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "x", Q0);
    let refused = lab.subscribe(ada, "y", Q0);
    assert_eq!(refused, ["SUBACK #1 [QuotaExceeded]"]);
    lab.publish_retained(ada, "a", "x", Q1);
    lab.publish_retained(ada, "b", "x", Q1);
    assert_eq!(lab.take(ada)[1], "PUBACK #9 QuotaExceeded");
    let expected = [(Limit::Subscriptions, 1), (Limit::Retained, 1)];
    assert_eq!(reached(&lab), expected);
}

#[test]
fn what_a_queue_does_not_take_is_dropped_by_count_and_by_bytes() {
    let mut config = quiet();
    config.limits.max_queued = 3;
    config.limits.max_queued_bytes = 1_000;
    let mut lab = Lab::with(config);
    let (bob, _) = lab.keeper("bob", 100);
    lab.subscribe(bob, "a", Q1);
    lab.cut(bob);
    let ada = lab.client(V5, "ada");
    for _ in 0..5 {
        lab.publish(ada, "a", "x", Q1);
    }
    assert_eq!(reached(&lab), [(Limit::Queue, 2)]);
    let (bob, _) = lab.keeper("bob", 100);
    lab.cut(bob);
    lab.publish(ada, "a", &"x".repeat(900), Q1);
    lab.publish(ada, "a", &"x".repeat(900), Q1);
    assert_eq!(reached(&lab), [(Limit::Queue, 3)]);
}

#[test]
fn a_reader_that_takes_nothing_is_dropped_from_and_then_sent_away() {
    let mut lab = Lab::new();
    let slow = lab.client(V5, "slow");
    lab.subscribe(slow, "a", Q0);
    let ada = lab.client(V5, "ada");
    lab.takes = false;
    for _ in 0..40 {
        lab.publish(ada, "a", &"x".repeat(10_000), Q0);
    }
    let dropped = lab.broker.statistics().publish_messages_dropped;
    assert!(dropped > 5, "{dropped}");
    assert_eq!(reached(&lab), [(Limit::Queue, dropped)]);
    lab.pass_secs(50);
    lab.broker.handle_sent(lab.now, slow.conn, 1);
    lab.pass_secs(59);
    assert!(lab.broker.session("slow").is_some(), "it took a byte");
    lab.pass_secs(2);
    assert_eq!(lab.take(slow).last().unwrap(), "CLOSE");
    assert_eq!(ends(&lab), [(Reason::QuotaExceeded, 1)]);
    assert!(reached(&lab).contains(&(Limit::SlowReader, 1)));
}

#[test]
fn a_reader_that_takes_what_waits_is_not_sent_away() {
    let mut lab = Lab::new();
    let slow = lab.client(V5, "slow");
    lab.subscribe(slow, "a", Q1);
    let ada = lab.client(V5, "ada");
    lab.takes = false;
    for _ in 0..40 {
        lab.publish(ada, "a", &"x".repeat(20_000), Q1);
    }
    lab.pass_secs(30);
    lab.broker.handle_sent(lab.now, slow.conn, 1_000_000);
    lab.collect();
    lab.pass_secs(300);
    assert!(ends(&lab).is_empty());
    assert!(lab.broker.session("slow").is_some());
}

#[test]
fn a_window_overrun_and_an_alias_that_was_not_offered_are_counted() {
    let mut config = quiet();
    config.limits.receive_maximum = 1;
    let mut lab = Lab::with(config);
    let ada = lab.open(V5);
    lab.send(ada, &midge_codec::Packet::Connect(hello(V5, "ada")));
    lab.publish(ada, "a", "x", Q2);
    lab.send(
        ada,
        &midge_codec::Packet::Publish(midge_codec::Publish {
            delivery: midge_codec::Delivery::new(Q2, id(10), false),
            ..publication("a", "y", Q2)
        }),
    );
    let end = lab.take(ada);
    assert_eq!(
        end[end.len() - 2..],
        ["DISCONNECT ReceiveMaximumExceeded", "CLOSE"]
    );
    let bob = lab.open(V5);
    lab.send(bob, &midge_codec::Packet::Connect(hello(V5, "bob")));
    let list = properties([Property::TopicAlias(1)]);
    lab.send(
        bob,
        &midge_codec::Packet::Publish(midge_codec::Publish {
            properties: list.as_ref(),
            ..publication("a", "x", Q0)
        }),
    );
    let expected = [(Limit::ReceiveMaximum, 1), (Limit::TopicAlias, 1)];
    assert_eq!(reached(&lab), expected);
}

#[test]
fn sys_says_how_often_under_the_names_of_the_settings_once_there_is_something_to_say() {
    let mut config = quiet();
    config.sys_interval = Some(Duration::from_secs(10));
    config.limits.max_subscriptions = 1;
    config.allow_anonymous = false;
    config.users = [("ada".into(), "secret")].into();
    let mut lab = Lab::with(config);
    let value = |lab: &Lab, name: &str| {
        let found = lab.broker.retained_message(&format!("$SYS/broker/{name}"));
        found.map(|found| found.message.payload.clone())
    };
    assert_eq!(value(&lab, "limits/max_subscriptions"), None);
    let (_, answer) = lab.connect(&hello(V5, "nobody"));
    assert_eq!(answer[0], "CONNACK NotAuthorized");
    let (ada, _) = lab.connect(&Connect {
        user_name: Some("ada"),
        password: Some(b"secret"),
        ..hello(V5, "ada")
    });
    for filter in ["a", "b", "c"] {
        lab.subscribe(ada, filter, Q0);
    }
    lab.send_bytes(ada, &b"\x00\x00"[..]);
    lab.pass_secs(10);
    let expected = [
        ("limits/max_subscriptions", "2"),
        ("clients/refused/0x87", "1"),
        ("clients/ended/0x81", "1"),
    ];
    for (name, count) in expected {
        assert_eq!(value(&lab, name).unwrap(), count, "{name}");
    }
}
