//! CONNECT, CONNACK, credentials, identifiers, limits announced, DISCONNECT.

use super::lab::*;
use crate::{AccessList, CloseReason, Command, Config, Event, ScramUsers};
use alloc::{format, vec::Vec};
use bytes::Bytes;
use midge_codec::{ByteString, Connect, Packet, Property, QoS, Reason};

fn with_user() -> Config {
    let users = [(ByteString::from("ada"), Bytes::from_static(b"secret"))];
    Config {
        users: users.into_iter().collect(),
        allow_anonymous: false,
        ..quiet()
    }
}

/// [5.0 MQTT-3.2.0-1]
#[test]
fn a_client_of_either_version_is_let_in_and_answered_first() {
    for version in [V311, V5] {
        let mut lab = Lab::new();
        let (peer, answer) = lab.connect(&hello(version, "ada"));
        assert_eq!(answer, ["CONNACK Success"]);
        lab.send(peer, &Packet::PingReq);
        assert_eq!(lab.take(peer), ["PINGRESP"]);
    }
}

/// [5.0 MQTT-3.1.3-6] [5.0 MQTT-3.1.3-7] [3.1.1 MQTT-3.1.3-8]
#[test]
fn an_empty_identifier_is_replaced_and_told_in_5_and_refused_in_3_1_1_for_a_kept_session() {
    let mut lab = Lab::new();
    let (_, answer) = lab.connect(&hello(V5, ""));
    let assigned = answer[0].split('"').nth(1).unwrap();
    assert!(answer[0].contains("AssignedClientIdentifier(\"midge-"));
    assert!(lab.broker.session(assigned).is_some());
    assert_eq!(lab.connect(&hello(V311, "")).1, ["CONNACK Success"]);
    let keeping = Connect {
        clean_start: false,
        ..hello(V311, "")
    };
    let refused = ["CONNACK ClientIdentifierNotValid", "CLOSE"];
    assert_eq!(lab.connect(&keeping).1, refused);
    assert_eq!(lab.broker.session_count(), 2);
}

#[test]
fn a_wrong_name_and_a_wrong_password_are_refused_alike() {
    for (version, user, password) in [
        (V5, "ada", "wrong"),
        (V5, "bob", "secret"),
        (V311, "ada", "wrong"),
        (V311, "bob", "secret"),
    ] {
        let mut lab = Lab::with(with_user());
        let connect = Connect {
            user_name: Some(user),
            password: Some(password.as_bytes()),
            ..hello(version, "phone")
        };
        let answer = lab.connect(&connect).1;
        assert_eq!(answer, ["CONNACK BadUserNameOrPassword", "CLOSE"]);
        let refused = |event: &Event| matches!(event, Event::Refused { .. });
        assert!(lab.events.iter().all(refused));
        assert_eq!(lab.broker.session_count(), 0);
    }
}

#[test]
fn the_right_password_is_let_in_and_no_password_is_not() {
    let mut lab = Lab::with(with_user());
    let connect = Connect {
        user_name: Some("ada"),
        password: Some(b"secret"),
        ..hello(V5, "phone")
    };
    assert_eq!(lab.connect(&connect).1, ["CONNACK Success"]);
    let view = lab.broker.session("phone").unwrap().connection.unwrap();
    assert_eq!(view.user_name.unwrap(), "ada");
    let refused = ["CONNACK NotAuthorized", "CLOSE"];
    assert_eq!(lab.connect(&hello(V5, "tv")).1, refused);
    assert_eq!(lab.connect(&hello(V311, "tv")).1, refused);
}

/// [5.0 MQTT-3.1.4-2] [5.0 MQTT-3.1.4-3]
#[test]
fn a_refused_client_does_not_take_over_anybody() {
    let mut lab = Lab::with(Config {
        allow_anonymous: true,
        ..with_user()
    });
    let tv = lab.client(V5, "tv");
    let connect = Connect {
        user_name: Some("ada"),
        password: Some(b"wrong"),
        ..hello(V5, "tv")
    };
    lab.connect(&connect);
    assert!(lab.take(tv).is_empty());
    assert_eq!(lab.broker.statistics().clients_connected, 1);
}

#[test]
fn an_authentication_method_is_refused_as_unknown() {
    // section 4.12
    let mut lab = Lab::new();
    let list = properties([Property::AuthenticationMethod("SCRAM-SHA-1")]);
    let connect = Connect {
        properties: list.as_ref(),
        ..hello(V5, "ada")
    };
    let refused = ["CONNACK BadAuthenticationMethod", "CLOSE"];
    assert_eq!(lab.connect(&connect).1, refused);
}

#[test]
fn what_the_broker_accepts_less_than_the_standard_is_announced() {
    let mut config = quiet();
    config.max_qos = QoS::AtLeastOnce;
    config.retain_available = false;
    config.server_keep_alive = Some(30);
    config.limits.receive_maximum = 10;
    config.limits.max_packet_size = 1_000;
    config.limits.topic_alias_maximum = 5;
    config.limits.session_expiry_max = 60;
    let mut lab = Lab::with(config);
    let (_, answer) = lab.keeper("ada", 3_600);
    let announced = "CONNACK Success [SessionExpiryInterval(60), ServerKeepAlive(30), \
        TopicAliasMaximum(5), RetainAvailable(0), MaximumPacketSize(1000), ReceiveMaximum(10), \
        MaximumQoS(1)]";
    assert_eq!(answer, [announced]);
    assert_eq!(lab.connect(&hello(V311, "bob")).1, ["CONNACK Success"]);
}

/// [5.0 MQTT-3.2.2-12] [5.0 MQTT-3.2.2-13]
#[test]
fn a_will_that_the_broker_would_not_accept_is_refused_with_its_reason() {
    let mut config = quiet();
    config.max_qos = QoS::AtLeastOnce;
    config.retain_available = false;
    config.limits.max_topic_levels = 2;
    let text = properties([Property::PayloadFormatIndicator(1)]);
    let mut wills = [will("a"); 5];
    wills[0].qos = Q2;
    wills[1].retain = true;
    wills[2].topic = "a/b/c";
    wills[3].topic = "$SYS/mine";
    wills[4].properties = text.as_ref();
    wills[4].payload = b"\xFF";
    let mut lab = Lab::with(config);
    let answers: Vec<_> = wills
        .iter()
        .map(|&will| {
            let connect = Connect {
                will: Some(will),
                ..hello(V5, "ada")
            };
            lab.connect(&connect).1[0].clone()
        })
        .collect();
    assert_eq!(
        answers,
        [
            "CONNACK QoSNotSupported",
            "CONNACK RetainNotSupported",
            "CONNACK TopicNameInvalid",
            "CONNACK NotAuthorized",
            "CONNACK PayloadFormatInvalid",
        ]
    );
}

#[test]
fn one_client_too_many_is_told_that_the_server_is_busy() {
    let mut config = quiet();
    config.limits.max_connections = 1;
    let mut lab = Lab::with(config);
    lab.client(V5, "ada");
    assert_eq!(lab.connect(&hello(V5, "bob")).1[0], "CONNACK ServerBusy");
    let answer = lab.connect(&hello(V311, "bob")).1;
    assert_eq!(answer, ["CONNACK ServerUnavailable", "CLOSE"]);
    // Taking one's own place over is not one more.
    assert_eq!(lab.connect(&hello(V5, "ada")).1, ["CONNACK Success"]);
}

#[test]
fn a_flood_of_transports_without_connect_is_cut_off() {
    let mut config = quiet();
    config.limits.max_connections = 2;
    let mut lab = Lab::with(config);
    let peers: Vec<_> = (0..7).map(|_| lab.open(V5)).collect();
    assert!(lab.take(peers[3]).is_empty());
    assert_eq!(lab.take(peers[6]), ["CLOSE"]);
}

/// [5.0 MQTT-3.14.4-1]
#[test]
fn disconnect_ends_the_connection_without_an_answer() {
    for version in [V311, V5] {
        let mut lab = Lab::new();
        let ada = lab.client(version, "ada");
        lab.disconnect(ada, Reason::Success, midge_codec::Properties::EMPTY);
        assert_eq!(lab.take(ada), ["CLOSE"]);
        assert_eq!(lab.ends(), [CloseReason::Client(Reason::Success)]);
        assert_eq!(lab.broker.session_count(), 0);
    }
}

#[test]
fn packets_behind_disconnect_are_ignored() {
    let mut lab = Lab::new();
    let bob = lab.client(V5, "bob");
    lab.subscribe(bob, "a", Q0);
    let ada = lab.client(V311, "ada");
    // DISCONNECT, then PUBLISH of "a" in the same chunk.
    lab.send_bytes(ada, &b"\xE0\x00\x30\x04\x00\x01ax"[..]);
    assert!(lab.take(bob).is_empty());
}

#[test]
fn bytes_in_any_chunks_mean_the_same() {
    let mut lab = Lab::new();
    let ada = lab.open(V311);
    let connect = b"\x10\x0F\x00\x04MQTT\x04\x02\x00\x00\x00\x03ada\xC0\x00";
    for byte in connect {
        lab.send_bytes(ada, Bytes::copy_from_slice(&[*byte]));
    }
    assert_eq!(lab.take(ada), ["CONNACK Success", "PINGRESP"]);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let run = || {
        let mut lab = Lab::new();
        let mut all = Vec::new();
        for n in 0..20 {
            let (peer, answer) = lab.connect(&hello(V5, ""));
            lab.subscribe(peer, &format!("a/{}/#", n % 3), Q1);
            lab.publish(peer, &format!("a/{}/x", n % 4), "x", Q1);
            all.extend(answer);
            all.extend(lab.take(peer));
        }
        all
    };
    assert_eq!(run(), run());
}

#[test]
fn a_clone_is_a_checkpoint_that_goes_its_own_way() {
    let mut lab = Lab::new();
    let (ada, _) = lab.keeper("ada", 60);
    lab.subscribe(ada, "a", Q1);
    let checkpoint = lab.broker.clone();
    lab.unsubscribe(ada, "a");
    lab.cut(ada);
    assert_eq!(lab.broker.statistics().clients_connected, 0);
    lab.broker = checkpoint;
    lab.publish(ada, "a", "x", Q1);
    assert_eq!(lab.take(ada), ["PUBACK #9 Success", "PUBLISH a=x q1 #1"]);
}

#[test]
fn what_waits_for_a_client_is_withdrawn_when_it_may_not_read_it_any_more() {
    let list = |text: &str| AccessList::parse(text).unwrap();
    let mut lab = Lab::with(Config {
        access: Some(list("topic a/#")),
        ..quiet()
    });
    let (ada, _) = lab.keeper("ada", 600);
    lab.subscribe(ada, "a/#", Q1);
    let bob = lab.client(V5, "bob");
    lab.publish(bob, "a/one", "under way", Q1);
    lab.take(ada);
    lab.cut(ada);
    lab.publish(bob, "a/one", "waits", Q1);
    lab.publish(bob, "a/two", "waits", Q1);
    let command = Command::SetAccess {
        users: Config::default().users,
        scram_users: Config::default().scram_users,
        access: Some(list("topic a/two")),
    };
    lab.broker.command(lab.now, command).unwrap();
    let (ada, answer) = lab.keeper("ada", 600);
    assert_eq!(answer[0], "CONNACK Success present");
    assert_eq!(answer[1..], ["PUBLISH a/two=waits q1 #3"]);
    assert!(lab.take(ada).is_empty());
}

#[test]
fn when_users_change_only_clients_whose_password_changed_are_sent_away() {
    let mut lab = Lab::with(Config {
        users: [("ada".into(), "secret"), ("bob".into(), "hunter2")].into(),
        ..quiet()
    });
    let mut login = |id, user, password: &'static str| {
        let (peer, answer) = lab.connect(&Connect {
            user_name: Some(user),
            password: Some(password.as_bytes()),
            ..hello(V5, id)
        });
        assert_eq!(answer, ["CONNACK Success"]);
        peer
    };
    let ada = login("phone", "ada", "secret");
    let bob = login("tv", "bob", "hunter2");
    let anybody = lab.client(V5, "lamp");
    let change = Command::SetAccess {
        users: [("ada".into(), "secret"), ("bob".into(), "hunter3")].into(),
        scram_users: ScramUsers::default(),
        access: Some(AccessList::parse("topic read #").unwrap()),
    };
    lab.broker.command(lab.now, change).unwrap();
    lab.collect();
    assert!(lab.take(ada).is_empty());
    assert_eq!(lab.take(bob), ["DISCONNECT NotAuthorized", "CLOSE"]);
    lab.publish(anybody, "a", "x", QoS::AtLeastOnce);
    assert_eq!(lab.take(anybody), ["PUBACK #9 NotAuthorized"]);
}

#[test]
fn a_keep_alive_that_is_too_long_is_shortened_in_5_and_refused_in_3_1_1() {
    let mut config = quiet();
    config.limits.max_keep_alive = 60;
    let mut lab = Lab::with(config);
    for (version, asked, answer) in [
        (V5, 60, "CONNACK Success"),
        (V5, 61, "CONNACK Success [ServerKeepAlive(60)]"),
        (V5, 0, "CONNACK Success [ServerKeepAlive(60)]"),
        (V311, 60, "CONNACK Success"),
        (V311, 61, "CONNACK ClientIdentifierNotValid"),
        (V311, 0, "CONNACK ClientIdentifierNotValid"),
    ] {
        let connect = Connect {
            keep_alive: asked,
            ..hello(version, "ada")
        };
        assert_eq!(lab.connect(&connect).1[0], answer, "{version} {asked}");
    }
}
