//! What the client sends to connect, and what it makes of CONNACK (sections 3.1 and 3.2).

use super::script::*;
use super::words::*;
use bytes::Bytes;
use midge_client::{Cause, Client, Command, Config, Event, Output, State, Will};
use midge_codec::{Connect, Message, Packet, Property, QoS, Reason, Version};
use midge_session::Instant;

/// Lets `read` see the CONNECT of a client with this configuration.
fn with_connect(config: Config, read: impl FnOnce(&Connect<'_>, &Bytes)) {
    let version = config.version;
    let mut client = Client::new(config, 1);
    client.command(Instant::ZERO, Command::Connect).unwrap();
    assert_eq!(client.poll_output(), Some(Output::Open));
    client.handle_open(Instant::ZERO);
    let Some(Output::Send(wire)) = client.poll_output() else {
        panic!("CONNECT is the first packet");
    };
    let frame = wire.to_bytes();
    let packet = midge_codec::decode(&frame, version).unwrap();
    let Packet::Connect(connect) = packet else {
        panic!("CONNECT is the first packet, not {packet}");
    };
    read(&connect, &frame);
    assert_eq!(client.poll_output(), None, "nothing more before CONNACK");
}

/// [3.1.1 MQTT-3.1.0-1] [5.0 MQTT-3.1.0-1] [3.1.1 MQTT-3.1.3-3] [5.0 MQTT-3.1.3-3]
/// [3.1.1 MQTT-3.1.2-11] [3.1.1 MQTT-3.1.2-13] [3.1.1 MQTT-3.1.2-15] [3.1.1 MQTT-3.1.2-18]
/// [3.1.1 MQTT-3.1.2-20] [3.1.1 MQTT-3.1.2-22] [5.0 MQTT-3.1.2-11] [5.0 MQTT-3.1.2-13]
/// [5.0 MQTT-3.1.2-16] [5.0 MQTT-3.1.2-18] [5.0 MQTT-2.2.2-1]
#[test]
fn a_plain_connect_comes_first_with_a_name_and_no_flag_set() {
    for (version, bytes) in [
        (
            V311,
            &b"\x10\x11\x00\x04MQTT\x04\x02\x00\x00\x00\x05midge"[..],
        ),
        (V5, b"\x10\x12\x00\x04MQTT\x05\x02\x00\x00\x00\x00\x05midge"),
    ] {
        with_connect(config(version), |_, frame| assert_eq!(frame, bytes));
    }
}

/// [3.1.1 MQTT-3.1.2-9] [3.1.1 MQTT-3.1.2-14] [3.1.1 MQTT-3.1.2-19] [3.1.1 MQTT-3.1.2-21]
/// [3.1.1 MQTT-3.1.3-1] [5.0 MQTT-3.1.2-9] [5.0 MQTT-3.1.2-12] [5.0 MQTT-3.1.2-17]
/// [5.0 MQTT-3.1.2-19] [5.0 MQTT-3.1.3-1]
#[test]
fn a_full_connect_has_its_flags_and_fields_in_order() {
    let message = Message::new("t", "m", QoS::ExactlyOnce, true);
    for (version, bytes) in [
        (
            V311,
            &b"\x10\x1D\x00\x04MQTT\x04\xF6\x00\x00\x00\x05midge\x00\x01t\x00\x01m\x00\x01u\x00\x01p"[..],
        ),
        (
            V5,
            b"\x10\x1F\x00\x04MQTT\x05\xF6\x00\x00\x00\x00\x05midge\x00\x00\x01t\x00\x01m\x00\x01u\x00\x01p",
        ),
    ] {
        let config = Config {
            will: Some(Will { message: message.clone(), delay: 0 }),
            user_name: Some("u".into()),
            password: Some(Bytes::from_static(b"p")),
            ..config(version)
        };
        with_connect(config, |_, frame| assert_eq!(frame, bytes));
    }
}

/// [3.1.1 MQTT-3.1.2-22] [3.1.1 MQTT-3.1.3-4] [3.1.1 MQTT-3.1.3-7] [3.1.1 MQTT-3.1.3-10]
/// [3.1.1 MQTT-3.1.3-11]
#[test]
fn a_connect_that_would_not_be_legal_is_not_sent() {
    let bad_will = |topic: &str| Will {
        message: Message::new(topic, "m", Q0, false),
        delay: 0,
    };
    for version in BOTH {
        for config in [
            Config {
                client_id: "a\0".into(),
                ..config(version)
            },
            Config {
                user_name: Some("\0".into()),
                ..config(version)
            },
            Config {
                will: Some(bad_will("a/#")),
                ..config(version)
            },
            Config {
                will: Some(bad_will("")),
                ..config(version)
            },
        ] {
            let mut client = Client::new(config, 1);
            assert!(client.command(Instant::ZERO, Command::Connect).is_err());
            assert_eq!(client.poll_output(), None);
        }
    }
    let lone = Config {
        password: Some(Bytes::from_static(b"p")),
        ..config(V311)
    };
    assert!(
        Client::new(lone, 1)
            .command(Instant::ZERO, Command::Connect)
            .is_err()
    );
    let nameless = Config {
        client_id: "".into(),
        clean_start: false,
        ..config(V311)
    };
    assert!(
        Client::new(nameless, 1)
            .command(Instant::ZERO, Command::Connect)
            .is_err()
    );
}

/// [3.1.1 MQTT-3.1.2-4] [3.1.1 MQTT-3.1.2-6] [5.0 MQTT-3.1.2-4] [5.0 MQTT-3.1.3-2]
/// [3.1.1 MQTT-3.1.3-2]
#[test]
fn clean_start_and_the_name_are_what_the_application_asked_for() {
    for version in BOTH {
        with_connect(config(version), |connect, _| assert!(connect.clean_start));
        with_connect(keeping(version), |connect, _| {
            assert!(!connect.clean_start);
            assert_eq!(connect.client_id, "midge");
        });
    }
}

/// [5.0 MQTT-3.2.2-4]
#[test]
fn a_session_that_the_client_does_not_have_closes_the_connection() {
    let mut script = Script::opened(config(V5));
    script.sent();
    script.connack(true, Reason::Success, &[]);
    assert_eq!(script.sent(), ["DISCONNECT 0x82", "CLOSE"]);
}

/// [5.0 MQTT-3.2.2-5] [3.1.1 MQTT-3.1.2-6]
#[test]
fn what_was_in_flight_is_forgotten_when_the_server_has_no_session() {
    for version in BOTH {
        let mut script = Script::connected(keeping(version));
        script.publish("a", Q1).unwrap();
        script.publish("a", Q2).unwrap();
        script.receive_ack(PubRec, 2, Reason::Success);
        script.receive_publish("b", Q2, 7);
        script.sent();
        script.break_and_reopen();
        script.sent();
        script.events();
        script.connack(false, Reason::Success, &[]);
        assert!(script.sent().is_empty());
        let lost = script.events().into_iter().find_map(|event| match event {
            Event::SessionLost { tokens } => Some(tokens.len()),
            _ => None,
        });
        assert_eq!(lost, Some(2));
        // Of the server's side as well: its identifier 7 is another message.
        script.receive_publish("b", Q2, 7);
        assert_eq!(script.messages(), ["b=x"]);
    }
}

/// [3.1.1 MQTT-3.2.2-4] [3.1.1 MQTT-3.2.2-5] [5.0 MQTT-3.2.2-7] [5.0 MQTT-4.13.2-1]
#[test]
fn a_refusal_is_told_and_the_client_closes() {
    for version in BOTH {
        let mut script = Script::opened(config(version));
        script.sent();
        script.connack(false, Reason::NotAuthorized, &[]);
        assert_eq!(script.sent(), ["CLOSE"]);
        assert_eq!(script.client.state(), State::Idle);
        let cause = script.cause();
        let Some(Cause::Refused { reason, .. }) = cause else {
            panic!("{cause:?}");
        };
        assert_eq!(reason, Reason::NotAuthorized);
    }
}

/// [3.1.1 MQTT-3.1.2-23] [5.0 MQTT-3.1.2-20]
#[test]
fn a_client_that_sends_nothing_else_sends_pingreq() {
    for version in BOTH {
        let mut script = Script::connected(Config {
            keep_alive: 10,
            ..config(version)
        });
        script.wait(9);
        assert!(script.sent().is_empty());
        script.wait(1);
        assert_eq!(script.sent(), ["PINGREQ"]);
        script.receive(&Packet::PingResp);
        script.wait(5);
        script.publish("a", Q0).unwrap();
        script.receive_publish("b", Q0, 1);
        script.sent();
        script.wait(9);
        assert!(script.sent().is_empty());
        script.wait(1);
        assert_eq!(script.sent(), ["PINGREQ"]);
    }
}

/// [5.0 MQTT-3.1.2-21] [5.0 MQTT-3.2.2-21]
#[test]
fn the_servers_keep_alive_replaces_the_clients() {
    for (own, servers, first) in [
        (60, 4, Some(4)),
        (4, 60, Some(60)),
        (0, 5, Some(5)),
        (5, 0, None),
    ] {
        let config = Config {
            keep_alive: own,
            ..config(V5)
        };
        let announced = [Property::ServerKeepAlive(servers)];
        let mut script = Script::connected_to(config, &announced);
        match first {
            Some(seconds) => {
                script.wait(seconds - 1);
                assert!(script.sent().is_empty());
                script.wait(1);
                assert_eq!(script.sent(), ["PINGREQ"]);
            }
            None => {
                script.wait(100_000);
                assert!(script.sent().is_empty());
            }
        }
    }
}

/// [5.0 MQTT-4.12.0-7]
#[test]
fn without_an_authentication_method_the_client_sends_no_auth_and_takes_none() {
    let auth = &b"\xF0\x06\x18\x04\x15\x00\x01m"[..];
    let mut script = Script::opened(config(V5));
    assert_eq!(script.sent(), ["CONNECT \"midge\" clean"]);
    script.receive_bytes(auth);
    assert_eq!(script.sent(), ["DISCONNECT 0x82", "CLOSE"]);
    let mut script = Script::connected(config(V5));
    script.receive_bytes(auth);
    assert_eq!(script.sent(), ["DISCONNECT 0x82", "CLOSE"]);
    // A method that the client cannot carry out is not announced.
    let config = Config {
        properties: list([Property::AuthenticationMethod("m")]),
        ..config(V5)
    };
    let mut client = Client::new(config, 1);
    assert!(client.command(Instant::ZERO, Command::Connect).is_err());
}

/// [3.1.1 MQTT-3.14.4-1] [3.1.1 MQTT-3.14.4-2] [5.0 MQTT-3.14.4-1] [5.0 MQTT-3.14.4-2]
/// [5.0 MQTT-3.14.2-1]
#[test]
fn after_disconnect_the_client_closes_and_sends_nothing_more() {
    for version in BOTH {
        let mut script = Script::connected(keeping(version));
        script.publish("a", Q1).unwrap();
        script.sent();
        let reason = Reason::Success;
        script.command(Command::Disconnect { reason }).unwrap();
        assert_eq!(script.sent(), ["DISCONNECT 0x00", "CLOSE"]);
        script.publish("a", Q1).unwrap();
        script.receive_publish("b", Q1, 3);
        script.receive(&Packet::PingResp);
        script.wait(1_000);
        assert!(script.sent().is_empty());
    }
}

/// [5.0 MQTT-3.14.1-1] [5.0 MQTT-3.14.2-2]
#[test]
fn a_disconnect_that_a_server_may_not_send_is_answered() {
    for (frame, told) in [
        (&b"\xE1\x00"[..], "DISCONNECT 0x81"),
        (b"\xE0\x07\x8B\x05\x11\x00\x00\x00\x05", "DISCONNECT 0x82"),
        (b"\xE0\x02\x91\x00", "DISCONNECT 0x82"),
    ] {
        let mut script = Script::connected(config(V5));
        script.receive_bytes(frame);
        assert_eq!(script.sent(), [told, "CLOSE"]);
    }
    let mut script = Script::connected(config(V311));
    script.receive_bytes(&b"\xE0\x00"[..]);
    assert_eq!(script.sent(), ["CLOSE"]);
    assert_eq!(Version::V311.level(), 4);
}
