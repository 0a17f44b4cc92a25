//! Retained messages (section 3.3.1.3).

use super::bench::*;
use super::words::*;
use midge_codec::{Properties, RetainHandling, SubscriptionOptions};

/// [3.1.1 MQTT-3.3.1-5] [3.1.1 MQTT-3.3.1-6] [3.1.1 MQTT-3.3.1-8] [5.0 MQTT-3.3.1-5]
/// [5.0 MQTT-3.3.1-9]
#[test]
fn a_new_subscription_gets_the_last_retained_message_with_its_qos_and_the_flag() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.publish_retained(ada, "a/1", "old", Q2);
        bench.ack(ada, PubRel, 9);
        bench.publish_retained(ada, "a/1", "new", Q1);
        bench.publish_retained(ada, "a/2", "other", Q0);
        let late = bench.join(version, "late");
        let expected = [
            "SUBACK #1 02",
            "PUBLISH a/1=new q1 #1 retain",
            "PUBLISH a/2=other retain",
        ];
        assert_eq!(bench.subscribe(late, "a/+", Q2), expected);
    }
}

/// [3.1.1 MQTT-3.3.1-7]
#[test]
fn a_retained_message_at_qos_0_replaces_the_one_of_before() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.publish_retained(ada, "a", "old", Q1);
        bench.take(ada);
        bench.publish_retained(ada, "a", "new", Q0);
        let expected = ["SUBACK #1 01", "PUBLISH a=new retain"];
        assert_eq!(bench.subscribe(ada, "a", Q1), expected);
    }
}

/// [3.1.1 MQTT-3.3.1-9] [5.0 MQTT-3.3.1-12]
#[test]
fn established_subscriptions_do_not_see_the_flag() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.subscribe(ada, "a", Q1);
        bench.publish_retained(ada, "a", "x", Q0);
        bench.publish_retained(ada, "a", "y", Q1);
        let received = bench.take(ada);
        let messages = [&received[0], &received[2]];
        assert_eq!(messages, ["PUBLISH a=x", "PUBLISH a=y q1 #1"]);
    }
}

/// [5.0 MQTT-3.3.1-13]
#[test]
fn retain_as_published_keeps_the_flag_as_it_was() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    let options = SubscriptionOptions {
        retain_as_published: true,
        ..Q1.into()
    };
    bench.subscribe(ada, "a", options);
    bench.publish(ada, "a", "x", Q0);
    bench.publish_retained(ada, "a", "y", Q0);
    assert_eq!(bench.take(ada), ["PUBLISH a=x", "PUBLISH a=y retain"]);
}

/// [3.1.1 MQTT-3.3.1-10] [3.1.1 MQTT-3.3.1-11] [5.0 MQTT-3.3.1-6] [5.0 MQTT-3.3.1-7]
#[test]
fn an_empty_payload_is_delivered_and_leaves_nothing_retained() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.publish_retained(ada, "a", "x", Q0);
        bench.subscribe(ada, "a", Q0);
        bench.publish_retained(ada, "a", "", Q0);
        assert_eq!(bench.take(ada), ["PUBLISH a="]);
        bench.publish_retained(ada, "never", "", Q0);
        let late = bench.join(version, "late");
        assert_eq!(bench.subscribe(late, "#", Q0), ["SUBACK #1 00"]);
        assert_eq!(bench.broker.retained_count(), 0);
    }
}

/// [3.1.1 MQTT-3.3.1-12] [5.0 MQTT-3.3.1-8]
#[test]
fn without_the_flag_nothing_is_stored_replaced_or_removed() {
    for version in BOTH {
        let mut bench = Bench::new();
        let ada = bench.join(version, "ada");
        bench.publish(ada, "b", "x", Q0);
        bench.publish_retained(ada, "a", "stays", Q0);
        bench.publish(ada, "a", "passes", Q0);
        bench.publish(ada, "a", "", Q0);
        let expected = ["SUBACK #1 00", "PUBLISH a=stays retain"];
        assert_eq!(bench.subscribe(ada, "#", Q0), expected);
    }
}

/// [5.0 MQTT-3.3.1-9] [5.0 MQTT-3.3.1-10] [5.0 MQTT-3.3.1-11] [5.0 MQTT-3.8.4-4]
#[test]
fn retain_handling_says_at_which_subscribes_retained_messages_come() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    bench.publish_retained(ada, "a", "x", Q0);
    let mut subscribe = |handling, filter: &str| {
        let options = SubscriptionOptions {
            retain_handling: handling,
            ..Q0.into()
        };
        bench.subscribe(ada, filter, options).len() > 1
    };
    assert!(!subscribe(RetainHandling::DoNotSend, "a"));
    assert!(!subscribe(RetainHandling::SendIfNew, "a"), "it exists");
    assert!(subscribe(RetainHandling::Send, "a"));
    assert!(subscribe(RetainHandling::Send, "a"), "every time");
    assert!(subscribe(RetainHandling::SendIfNew, "+"), "it is new");
    assert!(!subscribe(RetainHandling::SendIfNew, "+"));
}

/// [3.1.1 MQTT-3.8.4-3]
#[test]
fn retained_messages_come_again_at_every_subscribe_of_3_1_1() {
    let mut bench = Bench::new();
    let ada = bench.join(V311, "ada");
    bench.publish_retained(ada, "a", "x", Q0);
    for _ in 0..2 {
        let expected = ["SUBACK #1 00", "PUBLISH a=x retain"];
        assert_eq!(bench.subscribe(ada, "a", Q0), expected);
    }
}

/// [5.0 MQTT-3.3.1-9]
#[test]
fn a_shared_subscription_brings_no_retained_messages() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    bench.publish_retained(ada, "a", "x", Q0);
    assert_eq!(bench.subscribe(ada, "$share/s/a", Q0), ["SUBACK #1 00"]);
    let answer = bench.subscribe_with(ada, &[("a", Q0.into())], Properties::EMPTY);
    assert_eq!(answer.len(), 2);
}
