//! Limits that have no other place: topic levels of a PUBLISH, retained messages, size of a CONNECT.

use super::lab::*;
use alloc::{format, string::String, vec::Vec};
use midge_codec::{
    Connect, Packet, Properties, Property, Subscribe, SubscribeFiltersBuf, Unsubscribe,
    UnsubscribeFiltersBuf,
};

#[test]
fn a_topic_with_too_many_levels_is_refused_and_the_connection_goes_on() {
    let mut config = quiet();
    config.limits.max_topic_levels = 3;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "#", Q0);
    lab.publish(ada, "a/b/c/d", "x", Q1);
    lab.publish(ada, "a/b/c", "x", Q1);
    let expected = [
        "PUBACK #9 TopicNameInvalid",
        "PUBACK #9 Success",
        "PUBLISH a/b/c=x",
    ];
    assert_eq!(lab.take(ada), expected);
}

#[test]
fn so_many_topics_are_retained_and_no_more() {
    let mut config = quiet();
    config.limits.max_retained = 2;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    for topic in ["a", "b", "c", "a"] {
        lab.publish_retained(ada, topic, "x", Q1);
    }
    let (kept, refused) = ("PUBACK #9 NoMatchingSubscribers", "PUBACK #9 QuotaExceeded");
    assert_eq!(lab.take(ada), [kept, kept, refused, kept]);
    lab.publish_retained(ada, "a", "", Q1);
    lab.publish_retained(ada, "c", "x", Q1);
    assert_eq!(lab.take(ada), [kept, kept]);
    assert_eq!(lab.broker.retained_count(), 2);
}

/// [5.0 MQTT-3.1.2-24]
#[test]
fn an_answer_that_the_client_cannot_take_ends_its_connection_with_that_reason() {
    let list = properties([Property::MaximumPacketSize(20)]);
    let small = Connect {
        properties: list.as_ref(),
        ..hello(V5, "ada")
    };
    let names: Vec<_> = (0..20).map(|n| format!("a/{n}")).collect();
    let mut lab = Lab::new();
    let (ada, answer) = lab.connect(&small);
    assert_eq!(answer, ["CONNACK Success"]);
    let entries = names.iter().map(|name| (name.as_str(), Q0));
    let filters = SubscribeFiltersBuf::try_from_iter(entries).unwrap();
    lab.publish_retained(ada, "a/1", "x", Q0);
    lab.send(
        ada,
        &Packet::Subscribe(Subscribe {
            packet_id: id(1),
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        }),
    );
    assert_eq!(lab.take(ada), ["DISCONNECT PacketTooLarge", "CLOSE"]);
    let (ada, _) = lab.connect(&small);
    let filters = UnsubscribeFiltersBuf::try_from_iter(names.iter().map(String::as_str)).unwrap();
    lab.send(
        ada,
        &Packet::Unsubscribe(Unsubscribe {
            packet_id: id(1),
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        }),
    );
    assert_eq!(lab.take(ada), ["DISCONNECT PacketTooLarge", "CLOSE"]);
}

#[test]
fn the_brokers_own_topics_take_no_place_of_the_clients() {
    let mut config = quiet();
    config.sys_interval = Some(core::time::Duration::from_secs(10));
    config.limits.max_retained = 2;
    let mut lab = Lab::with(config);
    assert!(lab.broker.retained_count() > 2);
    let ada = lab.client(V5, "ada");
    for topic in ["a", "b", "c"] {
        lab.publish_retained(ada, topic, "x", Q1);
    }
    let (kept, refused) = ("PUBACK #9 NoMatchingSubscribers", "PUBACK #9 QuotaExceeded");
    assert_eq!(lab.take(ada), [kept, kept, refused]);
    lab.publish_retained(ada, "b", "", Q1);
    lab.publish_retained(ada, "c", "x", Q1);
    assert_eq!(lab.take(ada), [kept, kept]);
}

#[test]
fn an_endless_connect_is_cut_off_at_its_fixed_header() {
    let mut lab = Lab::new();
    let peer = lab.open(V5);
    // One mebibyte is announced.
    lab.send_bytes(peer, &b"\x10\x80\x80\x40"[..]);
    assert_eq!(lab.take(peer), ["CLOSE"]);
}
