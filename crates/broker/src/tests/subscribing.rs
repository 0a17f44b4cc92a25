//! SUBSCRIBE and UNSUBSCRIBE: answers, wildcards, options, identifiers, overlaps.

use super::lab::*;
use crate::{AccessRule, Right, Subject};
use alloc::vec;
use midge_codec::{
    ByteString, Packet, Properties, Property, QoS, RetainHandling, Subscribe, SubscribeFiltersBuf,
    SubscriptionOptions,
};

/// [5.0 MQTT-3.8.4-5] [5.0 MQTT-3.8.4-6] [5.0 MQTT-3.9.3-1]
#[test]
fn each_filter_has_its_own_answer_in_order() {
    for (version, refused, invalid) in [
        (V5, "d#", "TopicFilterInvalid"),
        (V311, "$share/d", "UnspecifiedError"),
    ] {
        let mut lab = Lab::new();
        let ada = lab.client(version, "ada");
        let entries = [("a", Q0), ("b/+", Q1), ("c/#", Q2), (refused, Q0)];
        let filters = SubscribeFiltersBuf::try_from_iter(entries).unwrap();
        let subscribe = Packet::Subscribe(Subscribe {
            packet_id: id(77),
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        });
        lab.send(ada, &subscribe);
        let expected = alloc::format!("SUBACK #77 [Success, GrantedQoS1, GrantedQoS2, {invalid}]");
        assert_eq!(lab.take(ada), [expected]);
    }
}

/// [3.1.1 MQTT-4.7.1-2] [3.1.1 MQTT-4.7.1-3] [3.1.1 MQTT-4.8.0-1]
#[test]
fn a_malformed_filter_ends_the_connection_of_3_1_1_and_grants_nothing() {
    for filter in ["d#", "#/d", "d+", "+d/e"] {
        let mut lab = Lab::new();
        let (ada, _) = lab.connect(&midge_codec::Connect {
            clean_start: false,
            ..hello(V311, "ada")
        });
        let entries = [("a", Q0), (filter, Q0)];
        let filters = SubscribeFiltersBuf::try_from_iter(entries).unwrap();
        let subscribe = Packet::Subscribe(Subscribe {
            packet_id: id(77),
            properties: Properties::EMPTY,
            filters: filters.as_ref(),
        });
        lab.send(ada, &subscribe);
        assert_eq!(lab.take(ada), ["CLOSE"], "{filter}");
        assert_eq!(lab.broker.subscriptions("ada").count(), 0);
        let bob = lab.client(V311, "bob");
        assert_eq!(lab.unsubscribe(bob, filter), ["CLOSE"], "{filter}");
        let eve = lab.client(V5, "eve");
        let answer = lab.unsubscribe(eve, filter);
        assert_eq!(answer, ["UNSUBACK #2 [TopicFilterInvalid]"], "{filter}");
    }
}

/// [3.1.1 MQTT-4.7.3-1] [5.0 MQTT-4.7.3-1]
#[test]
fn an_empty_filter_ends_the_connection() {
    for (version, answer) in [
        (V311, &["CLOSE"][..]),
        (V5, &["DISCONNECT MalformedPacket", "CLOSE"]),
    ] {
        let mut lab = Lab::new();
        let ada = lab.client(version, "ada");
        assert_eq!(lab.subscribe(ada, "", Q0), answer);
        let bob = lab.client(version, "bob");
        assert_eq!(lab.unsubscribe(bob, ""), answer);
    }
}

/// [5.0 MQTT-4.7.1-1] [5.0 MQTT-4.7.1-2] [5.0 MQTT-4.7.3-4]
#[test]
fn wildcards_match_as_the_standard_says() {
    for (filter, topic, matches) in [
        ("sport/#", "sport", true),
        ("sport/#", "sport/tennis/player1/score", true),
        ("sport/+", "sport", false),
        ("sport/+", "sport/", true),
        ("+/+", "/finance", true),
        ("/+", "/finance", true),
        ("+", "/finance", false),
        ("sport/tennis/+", "sport/tennis/player1/ranking", false),
        ("a", "A", false),
    ] {
        let mut lab = Lab::new();
        let ada = lab.client(V5, "ada");
        lab.subscribe(ada, filter, Q0);
        lab.publish(ada, topic, "x", Q0);
        assert_eq!(
            lab.take(ada).len(),
            usize::from(matches),
            "{filter} {topic}"
        );
    }
}

/// [5.0 MQTT-4.7.2-1]
#[test]
fn wildcards_do_not_match_a_first_level_with_a_dollar() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    for filter in ["#", "+/a", "+/#"] {
        lab.subscribe(ada, filter, Q0);
    }
    lab.publish(ada, "$own/a", "x", Q0);
    assert!(lab.take(ada).is_empty());
    lab.subscribe(ada, "$own/#", Q0);
    lab.publish(ada, "$own/a", "x", Q0);
    assert_eq!(lab.take(ada), ["PUBLISH $own/a=x"]);
}

/// [5.0 MQTT-3.8.4-8]
#[test]
fn a_message_is_sent_at_the_lower_of_published_and_granted_qos() {
    for (published, granted, expected) in [
        (Q2, Q1, "PUBLISH a=x q1 #1"),
        (Q2, Q0, "PUBLISH a=x"),
        (Q1, Q2, "PUBLISH a=x q1 #1"),
        (Q0, Q2, "PUBLISH a=x"),
    ] {
        let mut lab = Lab::new();
        let ada = lab.client(V311, "ada");
        let bob = lab.client(V5, "bob");
        lab.subscribe(bob, "a", granted);
        lab.publish(ada, "a", "x", published);
        assert_eq!(lab.take(bob), [expected]);
    }
}

/// [5.0 MQTT-3.2.2-9]
#[test]
fn the_highest_qos_that_the_broker_grants_is_configured() {
    let mut config = quiet();
    config.max_qos = QoS::AtLeastOnce;
    let mut lab = Lab::with(config);
    let ada = lab.client(V311, "ada");
    assert_eq!(lab.subscribe(ada, "a", Q2), ["SUBACK #1 [GrantedQoS1]"]);
}

/// [5.0 MQTT-3.3.4-2] [5.0 MQTT-3.3.4-3] [5.0 MQTT-3.3.4-4]
#[test]
fn overlapping_subscriptions_give_one_message_with_every_identifier_at_the_highest_qos() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    for (filter, qos, identifier) in [("a/#", Q0, 1), ("a/+", Q2, 300), ("+/b", Q1, 7)] {
        let list = properties([Property::SubscriptionIdentifier(identifier)]);
        lab.subscribe_with(ada, filter, qos.into(), list.as_ref());
    }
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a/b", "x", Q2);
    let received = lab.take(ada);
    assert_eq!(received.len(), 1);
    assert!(received[0].starts_with("PUBLISH a/b=x q2 #1 ["));
    for identifier in ["(1)", "(300)", "(7)"] {
        assert!(received[0].contains(&alloc::format!("SubscriptionIdentifier{identifier}")));
    }
}

/// [5.0 MQTT-3.8.4-3]
#[test]
fn subscribing_again_replaces_the_subscription_and_its_identifier() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let list = properties([Property::SubscriptionIdentifier(5)]);
    lab.subscribe_with(ada, "a", Q1.into(), list.as_ref());
    lab.subscribe(ada, "a", Q0);
    lab.publish(ada, "a", "x", Q1);
    assert_eq!(lab.take(ada), ["PUBACK #9 Success", "PUBLISH a=x"]);
    assert_eq!(lab.broker.statistics().subscriptions_count, 1);
    let views: vec::Vec<_> = lab.broker.subscriptions("ada").collect();
    assert_eq!((views.len(), views[0].identifier), (1, None));
}

/// [5.0 MQTT-3.8.3-3]
#[test]
fn no_local_keeps_a_clients_own_messages_away() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let bob = lab.client(V5, "bob");
    let options = SubscriptionOptions {
        no_local: true,
        ..Q0.into()
    };
    lab.subscribe_with(ada, "a", options, Properties::EMPTY);
    lab.publish(ada, "a", "own", Q1);
    // It is a subscriber all the same.
    assert_eq!(lab.take(ada), ["PUBACK #9 Success"]);
    lab.publish(bob, "a", "other", Q0);
    assert_eq!(lab.take(ada), ["PUBLISH a=other"]);
}

/// [5.0 MQTT-3.10.4-1] [5.0 MQTT-3.10.4-2] [5.0 MQTT-3.10.4-4] [5.0 MQTT-3.11.3-2]
#[test]
fn unsubscribe_tells_what_existed_and_stops_messages() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "a/+", Q0);
    let none = ["UNSUBACK #2 [NoSubscriptionExisted]"];
    assert_eq!(lab.unsubscribe(ada, "a/b"), none);
    assert_eq!(lab.unsubscribe(ada, "a/+"), ["UNSUBACK #2 [Success]"]);
    assert_eq!(lab.unsubscribe(ada, "a/+"), none);
    lab.publish(ada, "a/b", "x", Q0);
    assert!(lab.take(ada).is_empty());
    assert_eq!(lab.broker.statistics().subscriptions_count, 0);
    let old = lab.client(V311, "old");
    // MQTT-3.10.4-5 of 3.1.1: answered even if nothing matched.
    assert_eq!(lab.unsubscribe(old, "a"), ["UNSUBACK #2 []"]);
}

#[test]
fn a_client_may_subscribe_so_often_and_no_more() {
    let mut config = quiet();
    config.limits.max_subscriptions = 2;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    lab.subscribe(ada, "a", Q0);
    lab.subscribe(ada, "b", Q0);
    assert_eq!(lab.subscribe(ada, "c", Q0), ["SUBACK #1 [QuotaExceeded]"]);
    assert_eq!(lab.subscribe(ada, "b", Q1), ["SUBACK #1 [GrantedQoS1]"]);
    lab.unsubscribe(ada, "a");
    assert_eq!(lab.subscribe(ada, "c", Q0), ["SUBACK #1 [Success]"]);
}

#[test]
fn a_filter_with_too_many_levels_is_invalid_here() {
    let mut config = quiet();
    config.limits.max_topic_levels = 3;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    assert_eq!(lab.subscribe(ada, "a/b/#", Q0), ["SUBACK #1 [Success]"]);
    let refused = ["SUBACK #1 [TopicFilterInvalid]"];
    assert_eq!(lab.subscribe(ada, "a/b/c/#", Q0), refused);
}

#[test]
fn what_may_not_be_read_is_neither_granted_nor_delivered() {
    let mut config = quiet();
    let rule = |right, filter: &'static str| AccessRule {
        subject: Subject::Everybody,
        right,
        filter: ByteString::from_static(filter),
    };
    let rules = [
        rule(Right::ReadWrite, "open/#"),
        rule(Right::Write, "closed/#"),
    ];
    config.access = Some(rules.into_iter().collect());
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    let refused = ["SUBACK #1 [NotAuthorized]"];
    assert_eq!(lab.subscribe(ada, "closed/a", Q0), refused);
    assert_eq!(lab.subscribe(ada, "#", Q0), ["SUBACK #1 [Success]"]);
    lab.publish(ada, "closed/a", "x", Q0);
    assert!(lab.take(ada).is_empty());
    lab.publish(ada, "open/a", "x", Q0);
    assert_eq!(lab.take(ada), ["PUBLISH open/a=x"]);
    lab.publish(ada, "elsewhere", "x", Q1);
    assert_eq!(lab.take(ada), ["PUBACK #9 NotAuthorized"]);
}

/// [5.0 MQTT-3.3.1-12] [5.0 MQTT-3.3.1-13]
#[test]
fn retain_as_published_keeps_the_flag_and_its_absence_clears_it() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let bob = lab.client(V311, "bob");
    let options = SubscriptionOptions {
        retain_as_published: true,
        retain_handling: RetainHandling::DoNotSend,
        ..Q0.into()
    };
    lab.subscribe_with(ada, "a", options, Properties::EMPTY);
    lab.subscribe(bob, "a", Q0);
    lab.publish_retained(bob, "a", "x", Q0);
    lab.publish(bob, "a", "y", Q0);
    assert_eq!(lab.take(ada), ["PUBLISH a=x retain", "PUBLISH a=y"]);
    assert_eq!(lab.take(bob), ["PUBLISH a=x", "PUBLISH a=y"]);
}
