//! CONNECT to CONNACK, time-outs, keep-alive, and coming back.

use super::*;
use midge_session::Timer;

#[test]
fn a_client_opens_connects_and_says_so() {
    for config in both() {
        let mut script = Script::new(config);
        let token = script.command(Command::Connect).unwrap();
        assert_eq!(token, Token(1));
        assert_eq!((script.opens, script.client.state()), (1, State::Opening));
        script.open();
        assert_eq!(script.sent(), ["CONNECT \"midge\" clean"]);
        assert_eq!(script.client.state(), State::Connecting);
        script.connack(false, Reason::Success, &[]);
        assert!(matches!(
            &script.events()[..],
            [Event::Connected { session_present: false, client_id, .. }] if client_id == "midge"
        ));
        assert_eq!(script.command(Command::Connect), Err(Refused::NotIdle));
        let reason = Reason::Success;
        script.command(Command::Disconnect { reason }).unwrap();
        assert_eq!(script.sent(), ["DISCONNECT 0x00"]);
        assert_eq!(script.disconnected(), (Cause::Asked, false));
        assert_eq!((script.closes, script.client.state()), (1, State::Idle));
        assert_eq!(script.client.poll_timeout(), None);
    }
}

#[test]
fn connect_carries_what_was_configured() {
    let user_property = Property::UserProperty("room", "hall");
    let mut will = Message::new("home/hall/light", "offline", QoS::AtLeastOnce, true);
    will.properties = PropertiesBuf::try_from_iter([Property::ContentType("text")]).unwrap();
    let config = Config {
        keep_alive: 30,
        user_name: Some("ada".into()),
        password: Some(Bytes::from_static(b"\0\xFF")),
        will: Some(Will {
            message: will,
            delay: 5,
        }),
        session_expiry: 3_600,
        receive_maximum: 10,
        maximum_packet_size: 1_000,
        topic_alias_maximum: 4,
        properties: PropertiesBuf::try_from_iter([Property::ReceiveMaximum(7), user_property])
            .unwrap(),
        ..v5()
    };
    let mut client = Client::new(config, 1);
    client.command(Instant::ZERO, Command::Connect).unwrap();
    client.handle_open(Instant::ZERO);
    assert_eq!(client.poll_output(), Some(Output::Open));
    let Some(Output::Send(wire)) = client.poll_output() else {
        panic!("CONNECT");
    };
    let frame = wire.to_bytes();
    let Ok(Packet::Connect(connect)) = midge_codec::decode(&frame, Version::V5) else {
        panic!("CONNECT");
    };
    assert_eq!((connect.version, connect.keep_alive), (Version::V5, 30));
    assert_eq!(connect.user_name, Some("ada"));
    assert_eq!(connect.password, Some(&b"\0\xFF"[..]));
    let properties: Vec<_> = connect.properties.iter().collect();
    assert_eq!(
        properties,
        [
            Property::SessionExpiryInterval(3_600),
            Property::ReceiveMaximum(10),
            Property::MaximumPacketSize(1_000),
            Property::TopicAliasMaximum(4),
            user_property
        ]
    );
    let will = connect.will.unwrap();
    assert_eq!(
        (will.topic, will.qos, will.retain),
        ("home/hall/light", QoS::AtLeastOnce, true)
    );
    assert_eq!(will.properties.will_delay_interval(), Some(5));
    assert_eq!(will.properties.content_type(), Some("text"));
}

#[test]
fn a_configuration_that_cannot_be_sent_is_refused() {
    let password_only = Config {
        password: Some(Bytes::from_static(b"x")),
        ..v311()
    };
    let zero_window = Config {
        receive_maximum: 0,
        ..v5()
    };
    for config in [password_only, zero_window] {
        let mut script = Script::new(config);
        let result = script.command(Command::Connect);
        assert!(matches!(result, Err(Refused::Illegal(_))), "{result:?}");
        assert_eq!((script.opens, script.client.state()), (0, State::Idle));
    }
    let method = [Property::AuthenticationMethod("SCRAM-SHA-256")];
    let mut script = Script::new(Config {
        properties: PropertiesBuf::try_from_iter(method).unwrap(),
        ..v5()
    });
    let refused = Refused::Unsupported(Reason::BadAuthenticationMethod);
    assert_eq!(script.command(Command::Connect), Err(refused));
    let mut script = Script::new(Config {
        client_id: "".into(),
        clean_start: false,
        ..v311()
    });
    let refused = Refused::Unsupported(Reason::ClientIdentifierNotValid);
    assert_eq!(script.command(Command::Connect), Err(refused));
}

#[test]
fn a_wrong_password_is_refused_for_good() {
    for config in both() {
        let mut script = Script::new(config);
        script.command(Command::Connect).unwrap();
        script.open();
        script.connack(false, Reason::BadUserNameOrPassword, &[]);
        let (cause, retries) = script.disconnected();
        assert!(matches!(
            cause,
            Cause::Refused {
                reason: Reason::BadUserNameOrPassword,
                ..
            }
        ));
        let words = cause.explain().to_lowercase();
        assert!(words.contains("bad user name or password"), "{words}");
        assert!(!retries);
        assert_eq!((script.closes, script.client.state()), (1, State::Idle));
        assert_eq!(script.client.poll_timeout(), None);
    }
}

#[test]
fn a_busy_server_is_tried_again_and_its_words_are_kept() {
    let mut script = Script::new(v5());
    script.command(Command::Connect).unwrap();
    script.open();
    let words = [
        Property::ReasonString("come back at noon"),
        Property::ServerReference("other.example"),
    ];
    script.connack(false, Reason::ServerBusy, &words);
    let (cause, retries) = script.disconnected();
    assert!(retries);
    let text = cause.explain();
    for part in ["Server busy", "come back at noon", "other.example"] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(script.client.state(), State::Waiting);
    script.wait(1);
    assert_eq!((script.opens, script.client.state()), (2, State::Opening));
}

#[test]
fn a_transport_that_does_not_open_is_given_up_in_time() {
    let mut script = Script::new(v5());
    script.command(Command::Connect).unwrap();
    let deadline = script.client.poll_timeout().unwrap();
    assert_eq!(deadline.timer, Timer::ConnectTimeout);
    assert_eq!(deadline.at, Instant::from_secs(10));
    script.client.handle_timeout(Instant::from_millis(9_999));
    assert_eq!(script.client.state(), State::Opening);
    script.now = Instant::from_secs(10);
    script.client.handle_timeout(script.now);
    script.run();
    assert_eq!(script.disconnected(), (Cause::NotOpened, true));
    assert_eq!(script.closes, 1);
}

#[test]
fn a_server_that_sends_no_connack_is_given_up_in_time() {
    let mut script = Script::new(v5());
    script.command(Command::Connect).unwrap();
    script.wait(4);
    script.open();
    script.wait(6);
    assert_eq!(script.disconnected(), (Cause::NoConnAck, true));
}

#[test]
fn attempts_go_on_with_growing_pauses_until_one_succeeds() {
    let mut script = Script::new(v5());
    script.command(Command::Connect).unwrap();
    let mut pauses = Vec::new();
    for _ in 0..8 {
        script.close();
        assert_eq!(script.disconnected(), (Cause::NotOpened, true));
        let deadline = script.client.poll_timeout().unwrap();
        assert_eq!(deadline.timer, Timer::Reconnect);
        pauses.push(deadline.at.since(script.now).as_millis());
        script.now = deadline.at;
        script.client.handle_timeout(script.now);
        script.run();
        assert_eq!(script.client.state(), State::Opening);
    }
    for (pause, longest) in pauses.into_iter().zip([1, 2, 4, 8, 16, 30, 30, 30]) {
        let longest = longest * 1_000;
        assert!(pause >= longest / 2 && pause <= longest, "{pause} ms");
    }
}

#[test]
fn a_connection_that_lasted_starts_the_pauses_anew() {
    let mut script = Script::connected(Config {
        keep_alive: 0,
        ..v5()
    });
    for (lasts, longest) in [(0, 1), (0, 2), (0, 4), (30, 1), (29, 2)] {
        script.wait(lasts);
        script.close();
        script.events();
        let pause = script.client.poll_timeout().unwrap().at.since(script.now);
        assert!(
            pause <= Duration::from_secs(longest),
            "{pause:?} for {longest}"
        );
        assert!(
            pause >= Duration::from_secs(longest) / 2,
            "{pause:?} for {longest}"
        );
        script.now += pause;
        script.client.handle_timeout(script.now);
        script.open();
        script.connack(false, Reason::Success, &[]);
    }
}

#[test]
fn without_reconnect_a_lost_connection_stays_lost() {
    let mut script = Script::connected(Config {
        reconnect: None,
        ..v5()
    });
    script.close();
    assert_eq!(script.disconnected(), (Cause::Lost, false));
    assert_eq!(script.client.state(), State::Idle);
    assert_eq!(script.client.poll_timeout(), None);
}

#[test]
fn a_waiting_client_can_be_told_to_stay_idle() {
    let mut script = Script::connected(v5());
    script.close();
    script.events();
    let reason = Reason::Success;
    script.command(Command::Disconnect { reason }).unwrap();
    assert_eq!(script.disconnected(), (Cause::Asked, false));
    assert_eq!((script.closes, script.client.state()), (0, State::Idle));
    let refused = script.command(Command::Disconnect { reason });
    assert_eq!(refused, Err(Refused::NotConnected));
}

#[test]
fn a_quiet_connection_is_pinged_and_a_silent_one_given_up() {
    for config in both() {
        let mut script = Script::connected(config);
        script.wait(59);
        assert_eq!(script.sent(), [""; 0]);
        script.wait(1);
        assert_eq!(script.sent(), ["PINGREQ"]);
        script.receive(&Packet::PingResp);
        script.wait(60);
        assert_eq!(script.sent(), ["PINGREQ"]);
        script.wait(30);
        let (cause, retries) = script.disconnected();
        assert_eq!((cause, retries, script.closes), (Cause::Silent, true, 1));
    }
}

#[test]
fn the_servers_keep_alive_replaces_the_clients() {
    let mut script = Script::connected_to(v5(), &[Property::ServerKeepAlive(10)]);
    script.wait(10);
    assert_eq!(script.sent(), ["PINGREQ"]);
    assert_eq!(script.client.offer().unwrap().keep_alive, 10);
}

#[test]
fn an_assigned_identifier_is_used_to_come_back() {
    let config = Config {
        client_id: "".into(),
        session_expiry: 60,
        ..v5()
    };
    let assigned = [Property::AssignedClientIdentifier("auto-7")];
    let mut script = Script::connected_to(config, &assigned);
    assert_eq!(script.client.client_id(), "auto-7");
    script.close();
    script.wait(1);
    script.open();
    assert_eq!(script.sent(), ["CONNECT \"auto-7\""]);
    let reason = Reason::Success;
    script.command(Command::Disconnect { reason }).unwrap();
    script.command(Command::Connect).unwrap();
    script.open();
    assert_eq!(script.sent(), ["CONNECT \"\" clean"]);
}

#[test]
fn a_clean_start_is_for_the_first_connection_only_in_5_and_for_all_in_3_1_1() {
    for (config, second) in [
        (v5(), "CONNECT \"midge\""),
        (v311(), "CONNECT \"midge\" clean"),
    ] {
        let mut script = Script::new(config);
        script.command(Command::Connect).unwrap();
        script.close();
        script.wait(1);
        script.open();
        assert_eq!(script.sent(), ["CONNECT \"midge\" clean"], "none succeeded");
        script.connack(false, Reason::Success, &[]);
        script.close();
        script.wait(2);
        script.open();
        assert_eq!(script.sent(), [second]);
    }
}

#[test]
fn outputs_of_a_lost_transport_are_dropped() {
    let mut script = Script::connected(v5());
    let message = Message::new("home/hall", "x", QoS::AtMostOnce, false);
    script
        .client
        .command(script.now, Command::Publish(message))
        .unwrap();
    script.close();
    assert_eq!(script.sent(), [""; 0]);
}

#[test]
fn a_server_that_names_another_is_told_with_it_and_not_tried_again() {
    for reason in [Reason::UseAnotherServer, Reason::ServerMoved] {
        let mut script = Script::new(v5());
        script.command(Command::Connect).unwrap();
        script.open();
        let reference = Property::ServerReference("other.example:8884");
        script.connack(false, reason, &[reference]);
        let (cause, retries) = script.disconnected();
        assert!(!retries);
        let words = cause.explain();
        assert!(
            words.ends_with("It names another server: other.example:8884."),
            "{words}"
        );
        let expected = Cause::Refused {
            reason,
            reason_string: None,
            server_reference: Some("other.example:8884".into()),
        };
        assert_eq!(cause, expected);
    }
}
