//! Enhanced authentication: SCRAM-SHA-256 before CONNACK and again, and every mistake on the way.

use super::lab::*;
use crate::{CloseReason, Command, Config, Event, ScramUsers};
use alloc::{string::ToString, vec::Vec};
use midge_codec::{Auth, Connect, Disconnect, Packet, Properties, Property, Reason};
use midge_session::scram::{ITERATIONS, Keys, METHOD, Prover};

/// Ada's password is in clear, Bob's keys were derived elsewhere.
fn lab() -> Lab {
    let keys = Keys::derive(b"builder", b"sixteen of salt!", ITERATIONS);
    Lab::with(Config {
        users: [("ada".into(), "secret")].into(),
        scram_users: [("bob".into(), keys)].into(),
        ..quiet()
    })
}

fn prover(user_name: &str, password: &str) -> Prover {
    Prover::new(
        user_name,
        password.as_bytes(),
        "fyko+d2lbbFgONRv9qkxdawL".into(),
    )
}

/// Sends CONNECT with the prover's first message.
fn greet(lab: &mut Lab, prover: &Prover, method: &str) -> Peer {
    let first = prover.first();
    let list = properties([
        Property::AuthenticationMethod(method),
        Property::AuthenticationData(&first),
    ]);
    let peer = lab.open(V5);
    let connect = Connect {
        properties: list.as_ref(),
        ..hello(V5, "tv")
    };
    lab.send(peer, &Packet::Connect(connect));
    peer
}

fn send_auth(lab: &mut Lab, peer: Peer, reason: Reason, method: &str, data: &[u8]) {
    let list = properties([
        Property::AuthenticationMethod(method),
        Property::AuthenticationData(data),
    ]);
    let properties = list.as_ref();
    lab.send(peer, &Packet::Auth(Auth { reason, properties }));
}

/// The Authentication Data of the one packet that came, after its reason was checked.
fn data(lab: &mut Lab, peer: Peer, reason: Reason) -> Vec<u8> {
    let frames = lab.take_frames(peer);
    assert_eq!(frames.len(), 1, "{frames:?}");
    let list = match midge_codec::decode(&frames[0], V5).unwrap() {
        Packet::Auth(auth) => {
            assert_eq!(auth.reason, reason);
            auth.properties
        }
        Packet::ConnAck(connack) => {
            assert_eq!(connack.reason, reason);
            connack.properties
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(list.authentication_method(), Some(METHOD));
    list.authentication_data().unwrap().to_vec()
}

/// A client that came in by SCRAM.
fn login(lab: &mut Lab, user_name: &str, password: &str) -> Peer {
    let mut prover = prover(user_name, password);
    let peer = greet(lab, &prover, METHOD);
    let challenge = data(lab, peer, Reason::ContinueAuthentication);
    let proof = prover.respond(&challenge).unwrap();
    send_auth(lab, peer, Reason::ContinueAuthentication, METHOD, &proof);
    let signature = data(lab, peer, Reason::Success);
    assert_eq!(prover.finish(&signature), Ok(()));
    peer
}

/// [5.0 MQTT-4.12.0-2] [5.0 MQTT-4.12.0-5]
#[test]
fn a_user_comes_in_by_proof_and_the_broker_proves_itself() {
    let mut lab = lab();
    for (user_name, password) in [("ada", "secret"), ("bob", "builder")] {
        let peer = login(&mut lab, user_name, password);
        let answer = lab.subscribe(peer, "a", Q0);
        assert_eq!(answer.len(), 1, "{answer:?}");
        lab.disconnect(peer, Reason::Success, Properties::EMPTY);
    }
}

/// [5.0 MQTT-4.12.0-4]
#[test]
fn a_wrong_password_and_an_unknown_user_are_refused_alike_and_closed() {
    for (user_name, password) in [("ada", "Secret"), ("carl", "secret"), ("bob", "secret")] {
        let mut lab = lab();
        let mut prover = prover(user_name, password);
        let peer = greet(&mut lab, &prover, METHOD);
        let challenge = data(&mut lab, peer, Reason::ContinueAuthentication);
        let proof = prover.respond(&challenge).unwrap();
        send_auth(
            &mut lab,
            peer,
            Reason::ContinueAuthentication,
            METHOD,
            &proof,
        );
        assert_eq!(lab.take(peer), ["CONNACK NotAuthorized", "CLOSE"]);
        let refused = |event: &Event| matches!(event, Event::Refused { .. });
        assert_eq!(lab.events.iter().filter(|it| refused(it)).count(), 1);
    }
}

/// [5.0 MQTT-4.12.0-1]
#[test]
fn a_method_that_is_not_offered_is_refused() {
    let mut with_users = lab();
    let peer = greet(&mut with_users, &prover("ada", "secret"), "SCRAM-SHA-1");
    let refused = ["CONNACK BadAuthenticationMethod", "CLOSE"];
    assert_eq!(with_users.take(peer), refused);
    // Without users there is nobody to prove.
    let mut without = Lab::new();
    let peer = greet(&mut without, &prover("ada", "secret"), METHOD);
    assert_eq!(without.take(peer), refused);
}

/// [5.0 MQTT-3.1.2-30]
#[test]
fn between_connect_and_connack_only_auth_and_disconnect_are_taken() {
    let mut lab = lab();
    let peer = greet(&mut lab, &prover("ada", "secret"), METHOD);
    lab.take(peer);
    lab.send(peer, &Packet::PingReq);
    assert_eq!(lab.take(peer), ["CONNACK ProtocolError", "CLOSE"]);

    let peer = greet(&mut lab, &prover("ada", "secret"), METHOD);
    lab.take(peer);
    lab.ends();
    let reason = Reason::Success;
    let properties = Properties::EMPTY;
    lab.send(peer, &Packet::Disconnect(Disconnect { reason, properties }));
    assert_eq!(lab.take(peer), ["CLOSE"]);
    assert_eq!(lab.ends(), [CloseReason::Client(Reason::Success)]);
}

/// [5.0 MQTT-4.12.0-3] [5.0 MQTT-4.12.0-5]
#[test]
fn auth_with_another_method_or_reason_before_connack_is_refused() {
    let mistakes = [
        (
            Reason::ContinueAuthentication,
            "PLAIN",
            "BadAuthenticationMethod",
        ),
        (Reason::ReAuthenticate, METHOD, "ProtocolError"),
        (Reason::Success, METHOD, "ProtocolError"),
        (Reason::ContinueAuthentication, METHOD, "NotAuthorized"),
    ];
    for (reason, method, answer) in mistakes {
        let mut lab = lab();
        let peer = greet(&mut lab, &prover("ada", "secret"), METHOD);
        lab.take(peer);
        send_auth(&mut lab, peer, reason, method, b"c=biws,r=x,p=AAAA");
        let words = "CONNACK ".to_string() + answer;
        assert_eq!(lab.take(peer), [words.as_str(), "CLOSE"]);
    }
}

#[test]
fn a_proof_that_does_not_come_is_not_waited_for() {
    let mut lab = lab();
    let peer = greet(&mut lab, &prover("ada", "secret"), METHOD);
    lab.take(peer);
    lab.pass_secs(11);
    assert_eq!(lab.take(peer), ["CLOSE"]);
}

/// [5.0 MQTT-4.12.1-1] [5.0 MQTT-4.12.0-5]
#[test]
fn a_client_authenticates_again_while_its_messages_go_on() {
    let mut lab = lab();
    let peer = login(&mut lab, "ada", "secret");
    lab.subscribe(peer, "a", Q0);
    for _ in 0..2 {
        let mut prover = prover("ada", "secret");
        send_auth(
            &mut lab,
            peer,
            Reason::ReAuthenticate,
            METHOD,
            &prover.first(),
        );
        let challenge = data(&mut lab, peer, Reason::ContinueAuthentication);
        lab.publish(peer, "a", "x", Q0);
        assert_eq!(lab.take(peer), ["PUBLISH a=x"]);
        let proof = prover.respond(&challenge).unwrap();
        send_auth(
            &mut lab,
            peer,
            Reason::ContinueAuthentication,
            METHOD,
            &proof,
        );
        let signature = data(&mut lab, peer, Reason::Success);
        assert_eq!(prover.finish(&signature), Ok(()));
    }
}

/// [5.0 MQTT-4.12.1-2] [5.0 MQTT-4.12.1-1]
#[test]
fn a_failed_re_authentication_ends_the_connection_with_its_reason() {
    let first = prover("ada", "secret").first();
    let other = prover("bob", "builder").first();
    let begin = Reason::ReAuthenticate;
    let mistakes: [(Reason, &str, &[u8], &str); 5] = [
        (begin, "PLAIN", &first, "DISCONNECT BadAuthenticationMethod"),
        (begin, METHOD, b"nonsense", "DISCONNECT NotAuthorized"),
        (begin, METHOD, &other, "DISCONNECT NotAuthorized"),
        (
            Reason::ContinueAuthentication,
            METHOD,
            &first,
            "DISCONNECT ProtocolError",
        ),
        (Reason::Success, METHOD, &first, "DISCONNECT ProtocolError"),
    ];
    for (reason, method, sent, answer) in mistakes {
        let mut lab = lab();
        let peer = login(&mut lab, "ada", "secret");
        send_auth(&mut lab, peer, reason, method, sent);
        assert_eq!(lab.take(peer), [answer, "CLOSE"]);
    }
    let mut lab = lab();
    let peer = login(&mut lab, "ada", "secret");
    let mut wrong = prover("ada", "guess");
    send_auth(&mut lab, peer, begin, METHOD, &wrong.first());
    let challenge = data(&mut lab, peer, Reason::ContinueAuthentication);
    let proof = wrong.respond(&challenge).unwrap();
    send_auth(
        &mut lab,
        peer,
        Reason::ContinueAuthentication,
        METHOD,
        &proof,
    );
    assert_eq!(lab.take(peer), ["DISCONNECT NotAuthorized", "CLOSE"]);
}

#[test]
fn the_proven_name_has_the_rights_and_not_the_one_in_connect() {
    let mut lab = Lab::with(Config {
        users: [("ada".into(), "secret")].into(),
        access: Some(crate::AccessList::parse("user ada\ntopic readwrite of/ada\n").unwrap()),
        ..quiet()
    });
    let peer = login(&mut lab, "ada", "secret");
    assert_eq!(lab.subscribe(peer, "of/ada", Q0), ["SUBACK #1 [Success]"]);
    assert_eq!(
        lab.subscribe(peer, "of/bob", Q0),
        ["SUBACK #1 [NotAuthorized]"]
    );
}

#[test]
fn assigned_identifiers_do_not_tell_the_nonces() {
    // Both follow from the seed: what everybody is told must not be its first step.
    let nonces = midge_session::scram::Nonces::new(7);
    assert_ne!(nonces.other_seed(), 7);
    let mut lab = Lab::new();
    let (_, answer) = lab.connect(&hello(V5, ""));
    let first_of_seed = crate::random::Random::new(7).next();
    assert!(!answer[0].contains(&alloc::format!("{first_of_seed:016x}")));
}

#[test]
fn when_keys_change_only_clients_who_proved_them_are_sent_away() {
    let mut lab = lab();
    let bob = login(&mut lab, "bob", "builder");
    let users = lab.broker.config().users.clone();
    let change = |lab: &mut Lab, scram_users: ScramUsers| {
        let command = Command::SetAccess {
            users: users.clone(),
            scram_users,
            access: None,
        };
        lab.broker.command(lab.now, command).unwrap();
        lab.collect();
    };
    let same = lab.broker.config().scram_users.clone();
    change(&mut lab, same);
    assert!(lab.take(bob).is_empty());
    let other = Keys::derive(b"plumber", b"sixteen of salt!", ITERATIONS);
    change(&mut lab, [("bob".into(), other)].into());
    assert_eq!(lab.take(bob), ["DISCONNECT NotAuthorized", "CLOSE"]);
    let bob = login(&mut lab, "bob", "plumber");
    change(&mut lab, ScramUsers::default());
    assert_eq!(lab.take(bob), ["DISCONNECT NotAuthorized", "CLOSE"]);
    let ada = login(&mut lab, "ada", "secret");
    change(&mut lab, ScramUsers::default());
    assert!(lab.take(ada).is_empty());
}
