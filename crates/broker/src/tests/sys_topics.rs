//! `$SYS`: Mosquitto's names, on time, and out of the way of wildcards.

use super::lab::*;
use crate::Config;
use core::time::Duration;

fn with_sys() -> Lab {
    Lab::with(Config {
        sys_interval: Some(Duration::from_secs(10)),
        ..quiet()
    })
}

fn value(lab: &Lab, name: &str) -> alloc::string::String {
    let topic = alloc::format!("$SYS/broker/{name}");
    let found = lab.broker.retained_message(&topic).unwrap();
    alloc::string::String::from_utf8(found.message.payload.to_vec()).unwrap()
}

/// [5.0 MQTT-4.7.2-1]
#[test]
fn a_hash_does_not_match_the_brokers_own_topics() {
    let mut lab = with_sys();
    let ada = lab.client(V5, "ada");
    assert_eq!(lab.subscribe(ada, "#", Q0), ["SUBACK #1 [Success]"]);
    lab.subscribe(ada, "+/broker/uptime", Q0);
    lab.pass_secs(60);
    assert!(lab.take(ada).is_empty());
}

#[test]
fn the_values_are_there_for_a_subscriber_and_follow_what_happens() {
    let mut lab = with_sys();
    let ada = lab.client(V5, "ada");
    let (bob, _) = lab.keeper("bob", 600);
    lab.subscribe(bob, "t", Q1);
    lab.cut(bob);
    lab.publish_retained(ada, "t", "x", Q1);
    lab.pass_secs(10);
    assert_eq!(value(&lab, "uptime"), "10 seconds");
    assert!(value(&lab, "version").starts_with("midge version "));
    assert_eq!(value(&lab, "clients/connected"), "1");
    assert_eq!(value(&lab, "clients/disconnected"), "1");
    assert_eq!(value(&lab, "clients/total"), "2");
    assert_eq!(value(&lab, "clients/maximum"), "2");
    assert_eq!(value(&lab, "subscriptions/count"), "1");
    assert_eq!(value(&lab, "publish/messages/received"), "1");
    assert_ne!(value(&lab, "load/messages/received/1min"), "0.00");
    lab.take(ada);
    let answer = lab.subscribe(ada, "$SYS/broker/clients/+", Q1);
    assert_eq!(answer.len(), 1 + 5);
    assert_eq!(answer[1], "PUBLISH $SYS/broker/clients/connected=1 retain");
}

#[test]
fn only_what_changed_is_published_again() {
    let mut lab = with_sys();
    let ada = lab.client(V5, "ada");
    lab.pass_secs(10);
    lab.subscribe(ada, "$SYS/broker/+", Q0);
    lab.pass_secs(20);
    let expected = [
        "PUBLISH $SYS/broker/uptime=20 seconds",
        "PUBLISH $SYS/broker/uptime=30 seconds",
    ];
    assert_eq!(lab.take(ada), expected);
}

#[test]
fn statistics_count_packets_bytes_and_publishes() {
    let mut lab = Lab::new();
    let ada = lab.client(V311, "ada");
    lab.subscribe(ada, "a", Q0);
    lab.publish(ada, "a", "x", Q1);
    let counted = lab.broker.statistics();
    assert_eq!((counted.messages_received, counted.messages_sent), (3, 4));
    assert_eq!(counted.publish_messages_received, 1);
    assert_eq!(counted.publish_messages_sent, 1);
    // CONNECT, SUBSCRIBE, PUBLISH; CONNACK, SUBACK, PUBLISH, PUBACK.
    assert_eq!(counted.bytes_received, 17 + 8 + 8);
    assert_eq!(counted.bytes_sent, 4 + 5 + 6 + 4);
}
