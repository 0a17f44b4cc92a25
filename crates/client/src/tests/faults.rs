//! A server that breaks the rules is told why, closed, and named.

use super::*;
use midge_codec::{Auth, Disconnect, Subscribe, SubscribeFiltersBuf};

#[test]
fn bytes_that_are_not_mqtt_name_the_field_and_the_offset() {
    for (config, told) in [(v5(), vec!["DISCONNECT 0x81"]), (v311(), vec![])] {
        let mut script = Script::connected(config);
        script.receive_bytes(&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..]);
        assert_eq!(script.sent(), told);
        let (cause, retries) = script.disconnected();
        let Cause::Malformed(error) = &cause else {
            panic!("{cause:?}");
        };
        assert_eq!(error.offset, 0);
        assert!(cause.explain().contains("at byte 0"), "{}", cause.explain());
        assert!(!retries);
        assert_eq!((script.closes, script.client.state()), (1, State::Idle));
        script.receive_bytes(&b"more"[..]);
        assert_eq!(script.events(), []);
    }
}

#[test]
fn a_malformed_publish_is_found_among_good_packets() {
    let mut script = Script::connected(v5());
    let mut bytes = vec![0xD0, 0];
    bytes.extend([0x30, 4, 0, 2, 0xFF, 0xFE]);
    script.receive_bytes(bytes);
    let (cause, _) = script.disconnected();
    let text = cause.explain();
    assert!(text.contains("Topic Name at byte 2"), "{text}");
}

#[test]
fn a_packet_larger_than_announced_is_refused_with_both_sizes() {
    let mut script = Script::connected(Config {
        maximum_packet_size: 100,
        ..v5()
    });
    script.receive_bytes(&[0x30, 0xC8, 0x01][..]);
    assert_eq!(script.sent(), ["DISCONNECT 0x95"]);
    let text = script.disconnected().0.explain();
    for part in ["too large", "203", "100"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn anything_before_connack_is_a_violation() {
    let mut script = Script::new(v5());
    script.command(Command::Connect).unwrap();
    script.open();
    script.sent();
    script.receive_publish("home/hall", QoS::AtMostOnce, 1);
    assert_eq!(script.sent(), ["DISCONNECT 0x82"]);
    let (cause, _) = script.disconnected();
    assert!(cause.explain().contains("PUBLISH before CONNACK"));
}

#[test]
fn packets_that_only_clients_send_are_violations() {
    let filters = SubscribeFiltersBuf::try_from_iter([("home", QoS::AtMostOnce)]).unwrap();
    let subscribe = Packet::Subscribe(Subscribe {
        packet_id: id(1),
        properties: Properties::EMPTY,
        filters: filters.as_ref(),
    });
    let connack = Packet::ConnAck(ConnAck {
        session_present: false,
        reason: Reason::Success,
        properties: Properties::EMPTY,
    });
    for packet in [Packet::PingReq, subscribe, connack] {
        let mut script = Script::connected(v5());
        script.receive(&packet);
        let (cause, retries) = script.disconnected();
        let is_violation = matches!(
            cause,
            Cause::Violation {
                reason: Reason::ProtocolError,
                ..
            }
        );
        assert!(is_violation && !retries, "{cause:?}");
    }
    let mut script = Script::connected(v311());
    let properties = Properties::EMPTY;
    let reason = Reason::Success;
    script.receive(&Packet::Disconnect(Disconnect { reason, properties }));
    assert!(matches!(script.disconnected().0, Cause::Violation { .. }));
}

#[test]
fn auth_that_nobody_asked_for_is_answered_as_a_protocol_error() {
    let method = [Property::AuthenticationMethod("SCRAM-SHA-256")];
    let properties = PropertiesBuf::try_from_iter(method).unwrap();
    let auth = Packet::Auth(Auth {
        reason: Reason::ContinueAuthentication,
        properties: properties.as_ref(),
    });
    let mut connecting = Script::new(v5());
    connecting.command(Command::Connect).unwrap();
    connecting.open();
    connecting.sent();
    for mut script in [connecting, Script::connected(v5())] {
        script.receive(&auth);
        assert_eq!(script.sent(), ["DISCONNECT 0x82"]);
        assert!(matches!(script.disconnected().0, Cause::Violation { .. }));
    }
}

#[test]
fn a_session_that_was_not_asked_for_is_a_violation() {
    let mut script = Script::new(v5());
    script.command(Command::Connect).unwrap();
    script.open();
    script.connack(true, Reason::Success, &[]);
    assert!(matches!(script.disconnected().0, Cause::Violation { .. }));
    let mut script = Script::new(Config {
        clean_start: false,
        ..v5()
    });
    script.command(Command::Connect).unwrap();
    script.open();
    script.connack(true, Reason::Success, &[]);
    assert_eq!(script.client.state(), State::Connected);
}

/// [5.0 MQTT-3.14.2-2] [5.0 MQTT-4.12.0-6]
#[test]
fn properties_that_the_server_may_not_set_are_violations() {
    let mut script = Script::new(v5());
    script.command(Command::Connect).unwrap();
    script.open();
    let method = [Property::AuthenticationMethod("SCRAM-SHA-256")];
    script.connack(false, Reason::Success, &method);
    assert!(matches!(script.disconnected().0, Cause::Violation { .. }));
    let mut script = Script::connected(v5());
    let expiry = [Property::SessionExpiryInterval(5)];
    let properties = PropertiesBuf::try_from_iter(expiry).unwrap();
    let properties = properties.as_ref();
    let reason = Reason::Success;
    script.receive(&Packet::Disconnect(Disconnect { reason, properties }));
    assert!(matches!(script.disconnected().0, Cause::Violation { .. }));
}

#[test]
fn a_server_that_takes_no_answers_is_given_up() {
    let mut script = Script::connected(v5());
    let payload = vec![0; 300_000];
    let message = Message::new("home/hall", payload, QoS::AtMostOnce, false);
    let client = &mut script.client;
    client
        .command(script.now, Command::Publish(message))
        .unwrap();
    // PUBREL for an identifier that nobody knows: each asks for a PUBCOMP.
    let flood = [0x62, 2, 0, 9].repeat(60_000);
    client.handle_input(script.now, flood.into());
    assert_eq!(client.state(), State::Idle);
    script.run();
    let (cause, _) = script.disconnected();
    let reason = Reason::QuotaExceeded;
    assert!(matches!(cause, Cause::Violation { reason: found, .. } if found == reason));
}

#[test]
fn the_servers_disconnect_is_told_with_its_words() {
    for (reason, retries) in [
        (Reason::ServerShuttingDown, true),
        (Reason::SessionTakenOver, false),
        (Reason::ServerMoved, false),
        (Reason::KeepAliveTimeout, true),
    ] {
        let mut script = Script::connected(v5());
        let words = [
            Property::ReasonString("mind the gap"),
            Property::ServerReference("other.example:8884"),
        ];
        let properties = PropertiesBuf::try_from_iter(words).unwrap();
        let properties = properties.as_ref();
        script.receive(&Packet::Disconnect(Disconnect { reason, properties }));
        let cause = Cause::Server {
            reason,
            reason_string: Some("mind the gap".into()),
            server_reference: Some("other.example:8884".into()),
        };
        assert_eq!(script.disconnected(), (cause, retries));
        assert_eq!((script.closes, script.sent()), (1, vec![]));
    }
}

#[test]
fn more_messages_than_receive_maximum_are_a_violation() {
    let mut script = Script::connected(Config {
        receive_maximum: 2,
        ..v5()
    });
    for packet_id in 1..=3 {
        script.receive_publish("home/hall", QoS::ExactlyOnce, packet_id);
    }
    assert_eq!(script.sent(), ["PUBREC #1", "PUBREC #2", "DISCONNECT 0x93"]);
}

#[test]
fn spurious_calls_do_nothing() {
    let mut script = Script::new(v5());
    script.open();
    script.close();
    script.wait(100);
    script.receive_bytes(&[0x20, 3, 0, 0, 0][..]);
    script.client.handle_sent(script.now, 1_000);
    script.client.handle_timeout(script.now);
    script.run();
    assert_eq!(script.sent(), [""; 0]);
    assert_eq!(script.events(), []);
    assert_eq!((script.opens, script.closes), (0, 0));
    assert_eq!(script.client.state(), State::Idle);
}

#[test]
fn every_failure_is_a_sentence() {
    let error = midge_codec::decode(&[0x30], Version::V5).unwrap_err();
    let refused = |reason| Cause::Refused {
        reason,
        reason_string: None,
        server_reference: None,
    };
    let causes = [
        Cause::Asked,
        Cause::NotOpened,
        Cause::NoConnAck,
        refused(Reason::NotAuthorized),
        Cause::Lost,
        Cause::Silent,
        Cause::Malformed(error),
    ];
    for cause in causes {
        let text = format!("{cause}");
        assert!(text.ends_with(['.', '?']), "{text}");
        assert!(!text.contains("  "), "{text}");
    }
    let text = refused(Reason::NotAuthorized).explain().to_lowercase();
    assert!(text.contains("not authorized") && text.contains("password"));
    let text = Cause::NotOpened.explain();
    assert!(text.contains("listening") && text.contains("path"));
}
