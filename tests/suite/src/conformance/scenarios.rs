//! Whole scenarios, as interoperability suites play them: real clients where the application matters,
//! scripted peers where the packets do.

use super::bench::*;
use super::words::*;
use crate::network::{Network, NodeId};
use bytes::Bytes;
use core::time::Duration;
use midge_client::{Command, Config};
use midge_codec::{
    Connect, Message, Packet, PropertiesBuf, Property, QoS, Reason, RetainHandling,
    SubscriptionOptions, Version,
};

fn network() -> Network {
    Network::new(midge_broker::Config {
        sys_interval: None,
        ..midge_broker::Config::default()
    })
}

fn client(version: Version, name: &str) -> Config {
    Config {
        version,
        client_id: name.into(),
        reconnect: None,
        ..Config::default()
    }
}

fn keeping(version: Version, name: &str) -> Config {
    Config {
        clean_start: false,
        session_expiry: 3_600,
        ..client(version, name)
    }
}

fn publish(network: &mut Network, node: NodeId, topic: &str, properties: PropertiesBuf) {
    let mut message = Message::new(topic, Bytes::from_static(b"x"), Q1, false);
    message.properties = properties;
    network.command(node, Command::Publish(message)).unwrap();
}

#[test]
fn a_client_hears_itself_at_every_qos_and_leaves() {
    for version in BOTH {
        let mut network = network();
        let node = network.connected(client(version, "basic"));
        network.subscribe(node, "TopicA", Q2);
        for qos in QoS::ALL {
            network.publish(node, "TopicA", &format!("qos {}", qos as u8), qos, false);
        }
        let messages = network.messages(node);
        let told: Vec<(QoS, &[u8])> = messages
            .iter()
            .map(|(it, _)| (it.qos, &*it.payload))
            .collect();
        assert_eq!(told, [(Q0, &b"qos 0"[..]), (Q1, b"qos 1"), (Q2, b"qos 2")]);
        let reason = Reason::Success;
        network
            .command(node, Command::Disconnect { reason })
            .unwrap();
        assert_eq!(network.broker.session_count(), 0);
    }
}

#[test]
fn retained_messages_are_found_by_wildcards_and_cleared_one_by_one() {
    for version in BOTH {
        let mut network = network();
        let node = network.connected(client(version, "keeper"));
        for (topic, qos) in [("/TopicA", Q0), ("TopicA/B", Q1), ("Topic/C", Q2)] {
            network.publish(node, topic, topic, qos, true);
        }
        let reader = network.connected(client(version, "reader"));
        network.subscribe(reader, "+/+", Q2);
        let mut found = network.payloads(reader);
        found.sort();
        assert_eq!(found, ["/TopicA", "Topic/C", "TopicA/B"]);
        for topic in ["/TopicA", "TopicA/B", "Topic/C"] {
            network.publish(node, topic, "", Q1, true);
        }
        let late = network.connected(client(version, "late"));
        network.subscribe(late, "#", Q2);
        assert!(network.messages(late).is_empty());
    }
}

#[test]
fn messages_wait_for_an_offline_client_across_publishers_and_versions() {
    for (away, here) in [(V311, V5), (V5, V311)] {
        let mut network = network();
        let reader = network.connected(keeping(away, "reader"));
        network.subscribe(reader, "+/+", Q2);
        let reason = Reason::Success;
        network
            .command(reader, Command::Disconnect { reason })
            .unwrap();
        let writer = network.connected(client(here, "writer"));
        for (topic, qos) in [("T/0", Q0), ("T/1", Q1), ("T/2", Q2)] {
            network.publish(writer, topic, topic, qos, false);
        }
        network.connect(reader);
        assert_eq!(network.payloads(reader), ["T/1", "T/2"]);
    }
}

/// Requests and answers by Response Topic and Correlation Data.
#[test]
fn a_request_is_answered_where_it_says_with_what_it_gave() {
    let mut network = network();
    let (asker, server) = (
        network.connected(client(V5, "asker")),
        network.connected(client(V5, "server")),
    );
    network.subscribe(asker, "answers/asker", Q1);
    network.subscribe(server, "requests", Q1);
    let asked = list([
        Property::ResponseTopic("answers/asker"),
        Property::CorrelationData(b"334"),
    ]);
    publish(&mut network, asker, "requests", asked);
    let (request, _) = network.messages(server).remove(0);
    let properties = request.properties.as_ref();
    let answer = list([Property::CorrelationData(
        properties.correlation_data().unwrap(),
    )]);
    let topic = properties.response_topic().unwrap();
    publish(&mut network, server, topic, answer);
    let (answer, _) = network.messages(asker).remove(0);
    let correlated = answer.properties.as_ref().correlation_data();
    assert_eq!(correlated, Some(&b"334"[..]));
}

/// Messages that wait: two are in time, and say how long they still are, and two are not.
#[test]
fn publications_expire_while_their_reader_is_away() {
    let mut network = network();
    let reader = network.connected(keeping(V5, "reader"));
    network.subscribe(reader, "T", Q2);
    network.cut(reader);
    let writer = network.connected(client(V5, "writer"));
    for seconds in [1, 6, 2, 100] {
        let properties = list([Property::MessageExpiryInterval(seconds)]);
        publish(&mut network, writer, "T", properties);
    }
    network.advance(Duration::from_secs(3));
    network.connect(reader);
    let left: Vec<Option<u32>> = network
        .messages(reader)
        .iter()
        .map(|(it, _)| it.properties.as_ref().message_expiry_interval())
        .collect();
    assert_eq!(left, [Some(3), Some(97)]);
}

/// A server's alias is set by the first message and used by the others, whatever their QoS.
#[test]
fn the_first_message_names_the_topic_and_the_next_ones_only_its_alias() {
    let mut bench = Bench::new();
    let one = list([Property::TopicAliasMaximum(1)]);
    let (ada, _) = bench.connect(&Connect {
        properties: one.as_ref(),
        ..hello(V5, "ada")
    });
    bench.subscribe(ada, "TopicA", Q2);
    let bob = bench.join(V5, "bob");
    for qos in QoS::ALL {
        bench.publish(bob, "TopicA", "x", qos);
    }
    let expected = [
        "PUBLISH TopicA=x [TopicAlias(1)]",
        "PUBLISH =x q1 #1 [TopicAlias(1)]",
        "PUBLISH =x q2 #2 [TopicAlias(1)]",
    ];
    assert_eq!(bench.take(ada), expected);
}

/// A client that withholds PUBREC and PUBCOMP gets as many messages as it announced to take.
#[test]
fn a_reader_sets_the_pace_packet_by_packet() {
    let mut bench = Bench::new();
    let two = list([Property::ReceiveMaximum(2)]);
    let (ada, _) = bench.connect(&Connect {
        properties: two.as_ref(),
        ..hello(V5, "ada")
    });
    bench.subscribe(ada, "TopicA", Q2);
    let bob = bench.join(V5, "bob");
    for payload in ["1", "2", "3"] {
        bench.publish(bob, "TopicA", payload, Q2);
        bench.ack(bob, PubRel, 9);
    }
    let expected = ["PUBLISH TopicA=1 q2 #1", "PUBLISH TopicA=2 q2 #2"];
    assert_eq!(bench.take(ada), expected);
    bench.pass(60);
    assert!(bench.take(ada).is_empty());
    bench.ack(ada, PubRec, 1);
    bench.ack(ada, PubRec, 2);
    assert_eq!(bench.take(ada), ["PUBREL #1 0x00", "PUBREL #2 0x00"]);
    bench.ack(ada, PubComp, 1);
    assert_eq!(bench.take(ada), ["PUBLISH TopicA=3 q2 #3"]);
}

/// The options of a subscription, each as it is agreed on with the publisher's flags.
#[test]
fn subscription_options_hold_for_their_subscription_only() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    let options = SubscriptionOptions {
        qos: Q2,
        no_local: true,
        retain_as_published: true,
        retain_handling: RetainHandling::DoNotSend,
    };
    let bob = bench.join(V5, "bob");
    bench.publish_retained(bob, "T/1", "old", Q1);
    assert_eq!(bench.subscribe(ada, "T/#", options), ["SUBACK #1 02"]);
    bench.publish_retained(bob, "T/2", "kept", Q0);
    bench.publish(bob, "T/3", "not kept", Q0);
    bench.publish(ada, "T/4", "own", Q0);
    let expected = ["PUBLISH T/2=kept retain", "PUBLISH T/3=not kept"];
    assert_eq!(bench.take(ada), expected);
    bench.subscribe(ada, "T/4", Q0);
    bench.publish(ada, "T/4", "own", Q0);
    assert_eq!(bench.take(ada), ["PUBLISH T/4=own"]);
}

/// A will with a delay on a session that expires, told to a client of the other version.
#[test]
fn a_will_waits_for_its_delay_or_its_session_and_crosses_versions() {
    for (delay, expiry, seconds) in [(5, 20, 5), (20, 5, 5), (0, 20, 0)] {
        let mut bench = Bench::new();
        let bob = bench.join(V311, "bob");
        bench.subscribe(bob, "will", Q0);
        let wait = list([Property::WillDelayInterval(delay)]);
        let keep = list([Property::SessionExpiryInterval(expiry)]);
        let (ada, _) = bench.connect(&Connect {
            will: Some(midge_codec::Will {
                properties: wait.as_ref(),
                ..last_words("gone")
            }),
            properties: keep.as_ref(),
            ..hello(V5, "ada")
        });
        bench.cut(ada);
        if seconds > 0 {
            bench.pass(seconds - 1);
            assert!(bench.take(bob).is_empty());
            bench.pass(1);
        }
        assert_eq!(bench.take(bob), ["PUBLISH will=gone"]);
    }
}

/// Messages that nobody has acknowledged come again, in the order of before, to the same client.
#[test]
fn a_reader_that_comes_back_gets_again_what_it_left_open() {
    for version in BOTH {
        let mut bench = Bench::new();
        let (ada, _) = bench.keep(version, "ada");
        bench.subscribe(ada, "T/+", Q2);
        let bob = bench.join(version, "bob");
        for (topic, qos) in [("T/1", Q1), ("T/2", Q2)] {
            bench.publish(bob, topic, "x", qos);
        }
        assert_eq!(bench.take(ada).len(), 2);
        bench.send(ada, &Packet::PingReq);
        bench.cut(ada);
        let (_, answer) = bench.keep(version, "ada");
        let expected = [
            "CONNACK 0x00 present",
            "PUBLISH T/1=x q1 #1 dup",
            "PUBLISH T/2=x q2 #2 dup",
        ];
        assert_eq!(answer, expected);
    }
}
