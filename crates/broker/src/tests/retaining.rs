//! Retained messages: set, replaced, cleared, sent to new subscriptions, expired.

use super::lab::*;
use crate::{
    Command,
    route::{Stored, Verdict},
};
use alloc::{format, string::String, vec::Vec};
use midge_codec::{
    ByteString, Message, Packet, Properties, Property, Publish, QoS, RetainHandling,
    SubscriptionOptions,
};

fn handling(retain_handling: RetainHandling) -> SubscriptionOptions {
    SubscriptionOptions {
        retain_handling,
        ..Q1.into()
    }
}

/// [5.0 MQTT-3.3.1-5] [3.1.1 MQTT-3.3.1-8]
#[test]
fn the_last_retained_message_of_a_topic_is_sent_to_a_new_subscription_and_marked() {
    for version in [V311, V5] {
        let mut lab = Lab::new();
        let ada = lab.client(version, "ada");
        lab.publish_retained(ada, "a", "first", Q1);
        lab.publish_retained(ada, "a", "second", Q1);
        lab.publish(ada, "a", "passing", Q1);
        let bob = lab.client(version, "bob");
        let answer = lab.subscribe(bob, "a", Q1);
        let expected = ["SUBACK #1 [GrantedQoS1]", "PUBLISH a=second q1 #1 retain"];
        assert_eq!(answer, expected);
    }
}

/// [5.0 MQTT-3.3.1-6] [5.0 MQTT-3.3.1-7]
#[test]
fn an_empty_payload_clears_the_topic_and_is_passed_on_but_not_stored() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let bob = lab.client(V5, "bob");
    lab.publish_retained(ada, "a", "x", Q0);
    lab.subscribe(bob, "a", Q0);
    lab.publish_retained(ada, "a", "", Q0);
    assert_eq!(lab.take(bob), ["PUBLISH a="]);
    assert_eq!(lab.broker.retained_count(), 0);
    assert_eq!(lab.subscribe(bob, "a", Q0), ["SUBACK #1 [Success]"]);
}

/// [5.0 MQTT-3.3.1-8] [3.1.1 MQTT-3.3.1-12]
#[test]
fn a_message_without_the_flag_neither_stores_nor_clears() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "a", "x", Q0);
    lab.publish(ada, "a", "", Q0);
    lab.publish(ada, "b", "y", Q0);
    let topics: Vec<_> = lab
        .broker
        .retained("")
        .map(|r| r.message.topic.clone())
        .collect();
    assert_eq!(topics, ["a"]);
}

#[test]
fn a_wildcard_brings_every_retained_message_it_matches() {
    let mut lab = Lab::new();
    let ada = lab.client(V311, "ada");
    for topic in ["home/b/t", "home/a/t", "home/a/h", "yard/t", "$own/a/t"] {
        lab.publish_retained(ada, topic, "x", Q0);
    }
    let answer = lab.subscribe(ada, "+/+/t", Q0);
    assert_eq!(
        answer[1..],
        ["PUBLISH home/a/t=x retain", "PUBLISH home/b/t=x retain"]
    );
    assert_eq!(lab.subscribe(ada, "#", Q0).len(), 5);
}

/// [5.0 MQTT-3.3.1-9] [5.0 MQTT-3.3.1-10] [5.0 MQTT-3.3.1-11]
#[test]
fn retain_handling_says_when_retained_messages_are_sent() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "a", "x", Q0);
    let mut sent = |filter, options| {
        let answer = lab.subscribe_with(ada, filter, options, Properties::EMPTY);
        answer.len() - 1
    };
    assert_eq!(sent("a", handling(RetainHandling::DoNotSend)), 0);
    assert_eq!(sent("a", handling(RetainHandling::SendIfNew)), 0);
    assert_eq!(sent("a", handling(RetainHandling::Send)), 1);
    assert_eq!(sent("a", handling(RetainHandling::Send)), 1);
    assert_eq!(sent("+", handling(RetainHandling::SendIfNew)), 1);
}

#[test]
fn no_local_holds_for_a_clients_own_retained_message() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "a", "x", Q0);
    let options = SubscriptionOptions {
        no_local: true,
        ..Q0.into()
    };
    let answer = lab.subscribe_with(ada, "a", options, Properties::EMPTY);
    assert_eq!(answer.len(), 1);
    let bob = lab.client(V5, "bob");
    let answer = lab.subscribe_with(bob, "a", options, Properties::EMPTY);
    assert_eq!(answer.len(), 2);
}

#[test]
fn a_retained_message_carries_the_identifier_of_the_subscription_that_brings_it() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "a", "x", Q0);
    let list = properties([Property::SubscriptionIdentifier(12)]);
    let answer = lab.subscribe_with(ada, "a", Q0.into(), list.as_ref());
    let expected = "PUBLISH a=x retain [SubscriptionIdentifier(12)]";
    assert_eq!(answer[1], expected);
}

/// [5.0 MQTT-3.3.2-5] [5.0 MQTT-3.3.2-6]
#[test]
fn a_retained_message_counts_its_expiry_down_and_then_is_gone() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let list = properties([
        Property::ContentType("text"),
        Property::MessageExpiryInterval(10),
    ]);
    let publish = Publish {
        retain: true,
        properties: list.as_ref(),
        ..publication("a", "x", Q0)
    };
    lab.send(ada, &Packet::Publish(publish));
    lab.pass_secs(4);
    let answer = lab.subscribe(ada, "a", Q0);
    assert!(answer[1].contains("MessageExpiryInterval(6)"), "{answer:?}");
    assert!(answer[1].contains("ContentType(\"text\")"), "{answer:?}");
    lab.pass_secs(6);
    assert_eq!(lab.broker.retained_count(), 0);
    assert_eq!(lab.subscribe(ada, "a", Q0).len(), 1);
}

#[test]
fn a_replacement_without_expiry_stays() {
    let mut lab = Lab::new();
    let ada = lab.client(V5, "ada");
    let list = properties([Property::MessageExpiryInterval(10)]);
    let publish = Publish {
        retain: true,
        properties: list.as_ref(),
        ..publication("a", "x", Q0)
    };
    lab.send(ada, &Packet::Publish(publish));
    lab.publish_retained(ada, "a", "y", Q0);
    lab.pass_secs(60);
    assert_eq!(lab.broker.retained_count(), 1);
    assert!(lab.broker.deadlines(9).is_empty());
}

/// [5.0 MQTT-3.2.2-14]
#[test]
fn without_retained_messages_a_publish_with_the_flag_ends_the_connection() {
    let mut config = quiet();
    config.retain_available = false;
    let mut lab = Lab::with(config);
    let ada = lab.client(V5, "ada");
    lab.publish_retained(ada, "a", "x", Q0);
    assert_eq!(lab.take(ada), ["DISCONNECT RetainNotSupported", "CLOSE"]);
    let bob = lab.client(V311, "bob");
    lab.publish_retained(bob, "a", "x", Q0);
    assert_eq!(lab.take(bob), ["CLOSE"]);
}

#[test]
fn the_host_clears_what_a_filter_matches_and_publishes_itself() {
    let mut lab = Lab::new();
    for topic in ["a/x", "a/y", "b"] {
        let message = Message::new(topic, "1", Q1, true);
        lab.broker
            .command(lab.now, Command::Publish(message))
            .unwrap();
    }
    let filter = ByteString::from("a/#");
    lab.broker
        .command(lab.now, Command::ClearRetained { filter })
        .unwrap();
    let left: Vec<_> = lab
        .broker
        .retained("")
        .map(|r| r.message.topic.clone())
        .collect();
    assert_eq!(left, ["b"]);
    let wild = Message::new("a/#", "1", Q1, true);
    assert!(lab.broker.command(lab.now, Command::Publish(wild)).is_err());
    let mut strange = Message::new("a", "1", Q1, true);
    strange.properties = properties([Property::ReceiveMaximum(1)]);
    assert!(
        lab.broker
            .command(lab.now, Command::Publish(strange))
            .is_err()
    );
}

#[test]
fn what_is_said_of_the_next_subscriber_is_what_it_gets() {
    for stored in QoS::ALL {
        let mut lab = Lab::new();
        let ada = lab.client(V5, "ada");
        lab.publish_retained(ada, "a", "x", stored);
        for (qos, handling, is_first) in QoS::ALL.into_iter().flat_map(|qos| {
            let handlings = [
                RetainHandling::Send,
                RetainHandling::SendIfNew,
                RetainHandling::DoNotSend,
            ];
            handlings
                .into_iter()
                .flat_map(move |handling| [(qos, handling, true), (qos, handling, false)])
        }) {
            let bob = lab.client(V5, "bob");
            if !is_first {
                lab.subscribe(bob, "a", Q0);
            }
            let options = SubscriptionOptions {
                retain_handling: handling,
                ..qos.into()
            };
            let said = lab.broker.explain_stored(lab.now, "a", options, is_first);
            let got = lab.subscribe_with(bob, "a", options, Properties::EMPTY);
            let got: Vec<_> = got
                .iter()
                .filter(|words| words.starts_with("PUBLISH"))
                .collect();
            match said {
                Stored::Judged(Verdict::Deliver { qos, retain: true }) => {
                    let id = match qos {
                        Q0 => String::new(),
                        _ => format!(" q{} #1", qos as u8),
                    };
                    assert_eq!(got, [&format!("PUBLISH a=x{id} retain")]);
                }
                Stored::NotWanted => assert!(got.is_empty(), "{got:?}"),
                other => panic!("{other:?}"),
            }
        }
        let options = SubscriptionOptions::from(Q1);
        let said = lab.broker.explain_stored(lab.now, "b", options, true);
        assert_eq!(said, Stored::Nothing);
    }
}
