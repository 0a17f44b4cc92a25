//! A client and the broker, turn by turn: what each packet leads to, for both versions.

use crate::network::{Cut, Network, NodeId};
use bytes::Bytes;
use core::time::Duration;
use midge_broker::ConnId;
use midge_client::{Cause, Command, Config, Event, Reconnect, State, Will};
use midge_codec::{
    Message, PacketType::*, PropertiesBuf, QoS, Reason, SubscriptionOptions, Version,
};

const VERSIONS: [Version; 2] = [Version::V311, Version::V5];

fn network() -> Network {
    Network::new(midge_broker::Config {
        sys_interval: None,
        ..midge_broker::Config::default()
    })
}

fn config(name: &str, version: Version) -> Config {
    Config {
        version,
        client_id: name.into(),
        keep_alive: 60,
        reconnect: None,
        ..Config::default()
    }
}

fn persistent(name: &str, version: Version) -> Config {
    Config {
        clean_start: false,
        session_expiry: 3_600,
        reconnect: Some(Reconnect {
            first: Duration::from_millis(100),
            longest: Duration::from_secs(1),
        }),
        ..config(name, version)
    }
}

fn with_will(name: &str, version: Version, delay: u32) -> Config {
    let message = Message::new("gone", Bytes::from_static(b"bye"), QoS::AtLeastOnce, false);
    Config {
        will: Some(Will { message, delay }),
        session_expiry: delay,
        ..config(name, version)
    }
}

/// Publisher and subscriber of `t` in a fresh network, with their packets so far forgotten.
fn pair(version: Version, qos: QoS) -> (Network, NodeId, NodeId) {
    let mut network = network();
    let publisher = network.connected(persistent("publisher", version));
    let subscriber = network.connected(persistent("subscriber", version));
    network.subscribe(subscriber, "t", qos);
    network.packets(publisher);
    network.packets(subscriber);
    (network, publisher, subscriber)
}

#[test]
fn each_qos_takes_its_own_packets_on_both_hops() {
    for version in VERSIONS {
        for (qos, up, down) in [
            (QoS::AtMostOnce, vec![Publish], vec![Publish]),
            (
                QoS::AtLeastOnce,
                vec![Publish, PubAck],
                vec![Publish, PubAck],
            ),
            (
                QoS::ExactlyOnce,
                vec![Publish, PubRec, PubRel, PubComp],
                vec![Publish, PubRec, PubRel, PubComp],
            ),
        ] {
            let (mut network, publisher, subscriber) = pair(version, qos);
            network.publish(publisher, "t", "x", qos, false);
            assert_eq!(network.packets(publisher), up, "{version} {qos:?}");
            assert_eq!(network.packets(subscriber), down, "{version} {qos:?}");
            assert_eq!(network.payloads(subscriber), ["x"]);
        }
    }
}

/// [3.1.1 MQTT-3.8.4-6] [5.0 MQTT-3.8.4-8]
#[test]
fn a_message_arrives_at_the_lower_of_both_qos() {
    for version in VERSIONS {
        for published in QoS::ALL {
            for granted in QoS::ALL {
                let (mut network, publisher, subscriber) = pair(version, granted);
                network.publish(publisher, "t", "x", published, false);
                let messages = network.messages(subscriber);
                assert_eq!(messages[0].0.qos, published.min(granted));
            }
        }
    }
}

/// [3.1.1 MQTT-3.3.1-5] [3.1.1 MQTT-3.3.1-6] [3.1.1 MQTT-3.3.1-8] [3.1.1 MQTT-3.3.1-10]
/// [5.0 MQTT-3.3.1-5] [5.0 MQTT-3.3.1-6]
#[test]
fn a_retained_message_waits_for_subscribers_until_an_empty_one_clears_it() {
    for version in VERSIONS {
        let mut network = network();
        let publisher = network.connected(config("publisher", version));
        network.publish(publisher, "t", "old", QoS::AtLeastOnce, true);
        network.publish(publisher, "t", "new", QoS::AtLeastOnce, true);

        let late = network.connected(config("late", version));
        network.subscribe(late, "#", QoS::AtMostOnce);
        let messages = network.messages(late);
        assert_eq!(messages.len(), 1);
        assert!(messages[0].0.retain);
        assert_eq!(messages[0].0.payload, "new");

        network.publish(publisher, "t", "", QoS::AtLeastOnce, true);
        let later = network.connected(config("later", version));
        network.subscribe(later, "#", QoS::AtMostOnce);
        assert!(network.messages(later).is_empty());
        assert_eq!(network.broker.retained_count(), 0);
    }
}

/// [3.1.1 MQTT-3.1.2-8] [3.1.1 MQTT-3.14.4-3] [5.0 MQTT-3.1.2-8] [5.0 MQTT-3.14.4-3]
#[test]
fn a_will_is_published_for_a_lost_client_and_not_for_one_that_said_goodbye() {
    for version in VERSIONS {
        let mut network = network();
        let witness = network.connected(config("witness", version));
        network.subscribe(witness, "gone", QoS::AtLeastOnce);

        let polite = network.connected(with_will("polite", version, 0));
        let reason = Reason::Success;
        network
            .command(polite, Command::Disconnect { reason })
            .unwrap();
        assert!(network.payloads(witness).is_empty());

        let lost = network.connected(with_will("lost", version, 0));
        network.cut(lost);
        assert_eq!(network.payloads(witness), ["bye"]);
    }
}

/// [5.0 MQTT-3.1.3-9]
#[test]
fn a_delayed_will_waits_and_a_client_that_comes_back_in_time_cancels_it() {
    let mut network = network();
    let witness = network.connected(config("witness", Version::V5));
    network.subscribe(witness, "gone", QoS::AtLeastOnce);
    let will = Config {
        clean_start: false,
        session_expiry: 100,
        ..with_will("lost", Version::V5, 10)
    };

    let node = network.connected(will);
    network.cut(node);
    network.advance(Duration::from_secs(9));
    network.connect(node);
    network.advance(Duration::from_secs(20));
    assert!(network.payloads(witness).is_empty());

    network.cut(node);
    network.advance(Duration::from_secs(9));
    assert!(network.payloads(witness).is_empty());
    network.advance(Duration::from_secs(2));
    assert_eq!(network.payloads(witness), ["bye"]);
}

/// [3.1.1 MQTT-3.1.2-24] [5.0 MQTT-3.1.2-22]
#[test]
fn a_client_that_vanishes_is_noticed_after_one_and_a_half_keep_alives() {
    for version in VERSIONS {
        let mut network = network();
        let witness = network.connected(config("witness", version));
        network.subscribe(witness, "gone", QoS::AtLeastOnce);
        let node = network.connected(with_will("vanished", version, 0));
        network.vanish(node);
        network.advance(Duration::from_secs(89));
        assert!(network.payloads(witness).is_empty());
        network.advance(Duration::from_secs(2));
        assert_eq!(network.payloads(witness), ["bye"]);
    }
}

/// [3.1.1 MQTT-3.1.2-23] [3.1.1 MQTT-3.12.4-1] [5.0 MQTT-3.1.2-20] [5.0 MQTT-3.12.4-1]
#[test]
fn an_idle_client_pings_and_stays() {
    for version in VERSIONS {
        let mut network = network();
        let node = network.connected(config("idle", version));
        network.packets(node);
        network.advance(Duration::from_secs(200));
        assert_eq!(network.client(node).state(), State::Connected);
        let packets = network.packets(node);
        assert_eq!(packets[..2], [PingReq, PingResp]);
        assert!(packets.len() >= 6, "{packets:?}");
    }
}

/// [3.1.1 MQTT-3.1.4-2] [5.0 MQTT-3.1.4-3]
#[test]
fn a_second_client_of_the_same_id_takes_over() {
    for version in VERSIONS {
        let mut network = network();
        let first = network.connected(config("same", version));
        let second = network.connected(config("same", version));
        assert_eq!(network.client(first).state(), State::Idle);
        assert_eq!(network.client(second).state(), State::Connected);
        let told = network.events(first).into_iter().any(|event| {
            matches!(
                event,
                Event::Disconnected {
                    cause: Cause::Server {
                        reason: Reason::SessionTakenOver,
                        ..
                    },
                    ..
                }
            )
        });
        assert_eq!(told, version == Version::V5);
    }
}

/// [3.1.1 MQTT-3.1.2-5] [3.1.1 MQTT-4.5.0-1] [5.0 MQTT-3.1.2-5] [5.0 MQTT-4.5.0-1]
#[test]
fn what_was_published_while_a_client_was_away_arrives_when_it_is_back() {
    for version in VERSIONS {
        let (mut network, publisher, subscriber) = pair(version, QoS::ExactlyOnce);
        network.set_reachable(subscriber, false);
        network.cut(subscriber);
        network.publish(publisher, "t", "lost", QoS::AtMostOnce, false);
        network.publish(publisher, "t", "one", QoS::AtLeastOnce, false);
        network.publish(publisher, "t", "two", QoS::ExactlyOnce, false);
        network.set_reachable(subscriber, true);
        network.advance(Duration::from_secs(5));
        assert_eq!(network.payloads(subscriber), ["one", "two"]);
    }
}

/// [3.1.1 MQTT-4.4.0-1] [3.1.1 MQTT-4.3.3-1] [3.1.1 MQTT-4.3.3-2] [5.0 MQTT-4.4.0-1]
/// [5.0 MQTT-4.3.3-10]
#[test]
fn qos_2_survives_a_cut_after_each_of_its_packets_on_each_hop() {
    for version in VERSIONS {
        for packet in [Publish, PubRec, PubRel, PubComp] {
            for side in 0..2 {
                let (mut network, publisher, subscriber) = pair(version, QoS::ExactlyOnce);
                network.cut_later([publisher, subscriber][side], Cut::After(packet));
                network.publish(publisher, "t", "once", QoS::ExactlyOnce, false);
                network.advance(Duration::from_secs(10));
                assert_eq!(network.payloads(subscriber), ["once"], "{packet} on {side}");
                let published = network.events(publisher).into_iter().filter(|event| {
                    matches!(event, Event::Published { reason, .. } if !reason.is_failure())
                });
                assert_eq!(published.count(), 1, "{packet} on {side}");
            }
        }
    }
}

/// [3.1.1 MQTT-3.3.1-1] [3.1.1 MQTT-3.3.1-3] [5.0 MQTT-3.3.1-1] [5.0 MQTT-3.3.1-3]
#[test]
fn a_publish_that_is_sent_again_says_so_on_its_own_hop_only() {
    for version in VERSIONS {
        let (mut network, publisher, subscriber) = pair(version, QoS::AtLeastOnce);
        network.cut_later(subscriber, Cut::After(Publish));
        network.publish(publisher, "t", "again", QoS::AtLeastOnce, false);
        network.advance(Duration::from_secs(5));
        let duplicates: Vec<bool> = network
            .messages(subscriber)
            .into_iter()
            .map(|(_, dup)| dup)
            .collect();
        assert_eq!(duplicates, [false, true]);

        network.cut_later(publisher, Cut::After(Publish));
        network.publish(publisher, "t", "twice", QoS::AtLeastOnce, false);
        network.advance(Duration::from_secs(5));
        assert!(network.messages(subscriber).iter().all(|(_, dup)| !dup));
    }
}

/// [3.1.1 MQTT-3.10.4-1] [3.1.1 MQTT-3.10.4-5] [5.0 MQTT-3.10.4-1] [5.0 MQTT-3.10.4-5]
#[test]
fn after_an_unsubscribe_nothing_arrives() {
    for version in VERSIONS {
        let (mut network, publisher, subscriber) = pair(version, QoS::AtLeastOnce);
        let filters = vec!["t".into(), "never".into()];
        network
            .command(subscriber, Command::Unsubscribe { filters })
            .unwrap();
        network.publish(publisher, "t", "x", QoS::AtLeastOnce, false);
        assert!(network.messages(subscriber).is_empty());
        let answers: Vec<Vec<Reason>> = network
            .events(subscriber)
            .into_iter()
            .filter_map(|event| match event {
                Event::Unsubscribed { reasons, .. } => Some(reasons),
                _ => None,
            })
            .collect();
        let second = match version {
            Version::V311 => Reason::Success,
            Version::V5 => Reason::NoSubscriptionExisted,
        };
        assert_eq!(answers, [[Reason::Success, second]]);
    }
}

/// [5.0 MQTT-3.3.4-3] [5.0 MQTT-3.3.4-4]
#[test]
fn overlapping_subscriptions_give_one_message_with_all_their_identifiers() {
    let mut network = network();
    let node = network.connected(config("node", Version::V5));
    for (identifier, filter) in [(7, "a/#"), (9, "a/+")] {
        let mut properties = PropertiesBuf::new();
        properties
            .push(midge_codec::Property::SubscriptionIdentifier(identifier))
            .unwrap();
        let filters = vec![midge_client::SubscribeRequest {
            filter: filter.into(),
            options: SubscriptionOptions::default(),
        }];
        network
            .command(
                node,
                Command::Subscribe {
                    filters,
                    properties,
                },
            )
            .unwrap();
    }
    network.publish(node, "a/b", "x", QoS::AtMostOnce, false);
    let messages = network.messages(node);
    assert_eq!(messages.len(), 1);
    let mut identifiers: Vec<u32> = messages[0]
        .0
        .properties
        .as_ref()
        .subscription_identifiers()
        .collect();
    identifiers.sort_unstable();
    assert_eq!(identifiers, [7, 9]);
}

/// [3.1.1 MQTT-4.8.0-1] [5.0 MQTT-4.13.1-1]
#[test]
fn hostile_bytes_end_their_own_connection_and_no_other() {
    for version in VERSIONS {
        let (mut network, publisher, subscriber) = pair(version, QoS::AtLeastOnce);
        let hostile = ConnId(1_000_000);
        network.broker.handle_open(network.now, hostile);
        let junk = Bytes::from_static(b"GET / HTTP/1.1\r\n\r\n");
        network.broker.handle_input(network.now, hostile, junk);
        network.publish(publisher, "t", "x", QoS::AtLeastOnce, false);
        assert_eq!(network.payloads(subscriber), ["x"]);
        let closed = network.broker_events.iter().any(|event| {
            matches!(event, midge_broker::Event::Disconnected { conn, .. } if *conn == hostile)
        });
        assert!(closed, "{:?}", network.broker_events);
    }
}

/// [5.0 MQTT-3.1.4-2]
#[test]
fn a_wrong_password_is_refused_with_its_reason_and_not_tried_for_ever() {
    for version in VERSIONS {
        let mut network = Network::new(midge_broker::Config {
            allow_anonymous: false,
            users: [("ada".into(), Bytes::from_static(b"secret"))].into(),
            ..midge_broker::Config::default()
        });
        let credentials = |password: &'static [u8]| Config {
            user_name: Some("ada".into()),
            password: Some(Bytes::from_static(password)),
            ..persistent("ada", version)
        };
        let good = network.connected(credentials(b"secret"));
        assert_eq!(network.client(good).state(), State::Connected);

        let bad = network.connected(credentials(b"wrong"));
        let refused = network
            .events(bad)
            .into_iter()
            .find_map(|event| match event {
                Event::Disconnected {
                    cause: Cause::Refused { reason, .. },
                    retries,
                } => Some((reason, retries)),
                _ => None,
            });
        assert_eq!(refused, Some((Reason::BadUserNameOrPassword, false)));
    }
}

/// [3.1.1 MQTT-4.6.0-6] [5.0 MQTT-3.3.4-9] [5.0 MQTT-4.6.0-5]
#[test]
fn a_flood_over_a_small_window_arrives_whole_and_in_order() {
    for version in VERSIONS {
        let mut network = network();
        let publisher = network.connected(config("publisher", version));
        let subscriber = network.connected(Config {
            receive_maximum: 2,
            ..config("subscriber", version)
        });
        network.subscribe(subscriber, "t", QoS::ExactlyOnce);
        for number in 0..500 {
            network.publish(publisher, "t", &number.to_string(), QoS::ExactlyOnce, false);
        }
        let expected: Vec<String> = (0..500).map(|number| number.to_string()).collect();
        assert_eq!(network.payloads(subscriber), expected);
    }
}
