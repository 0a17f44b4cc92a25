//! Enhanced authentication: the client proves its password and believes only who proves to know it.

use super::*;
use midge_codec::Auth;
use midge_session::scram::{ITERATIONS, Keys, METHOD, Opening, Verifier};

fn config() -> Config {
    Config {
        authentication: Some(Authentication {
            user_name: "ada".into(),
            password: "secret".into(),
        }),
        ..v5()
    }
}

/// The server's side of an exchange, for this password.
fn challenge(first: &[u8], password: &[u8]) -> (Verifier, Vec<u8>) {
    let opening = Opening::read(first).unwrap();
    assert_eq!(opening.user_name(), "ada");
    let keys = Keys::derive(password, b"sixteen of salt!", ITERATIONS);
    Verifier::new(opening, keys, "3rfcNHYJY1ZVvWVs7j")
}

fn receive_auth(script: &mut Script, reason: Reason, method: &str, data: &[u8]) {
    let list = [
        Property::AuthenticationMethod(method),
        Property::AuthenticationData(data),
    ];
    let list = PropertiesBuf::try_from_iter(list).unwrap();
    let properties = list.as_ref();
    script.receive(&Packet::Auth(Auth { reason, properties }));
}

/// Connects and answers CONNECT with a challenge; gives the server's side and the proof.
fn challenged(script: &mut Script) -> (Verifier, Vec<u8>) {
    script.command(Command::Connect).unwrap();
    script.open();
    let (verifier, challenge) = challenge(&script.authentication_data, b"secret");
    receive_auth(script, Reason::ContinueAuthentication, METHOD, &challenge);
    (verifier, script.authentication_data.clone())
}

fn logged_in() -> Script {
    let mut script = Script::new(config());
    let (verifier, proof) = challenged(&mut script);
    let signature = verifier.verify(&proof).unwrap();
    connack(&mut script, METHOD, &signature);
    assert_eq!(script.client.state(), State::Connected);
    script.sent();
    script.events();
    script
}

fn connack(script: &mut Script, method: &str, data: &[u8]) {
    let list = [
        Property::AuthenticationMethod(method),
        Property::AuthenticationData(data),
    ];
    script.connack(false, Reason::Success, &list);
}

/// [5.0 MQTT-4.12.0-3] [5.0 MQTT-4.12.0-5]
#[test]
fn the_password_is_proved_and_not_sent() {
    let mut script = Script::new(config());
    let (verifier, proof) = challenged(&mut script);
    assert_eq!(script.sent(), ["CONNECT \"midge\" clean", "AUTH 0x18"]);
    let signature = verifier.verify(&proof).unwrap();
    connack(&mut script, METHOD, &signature);
    assert_eq!(script.client.state(), State::Connected);
}

/// [5.0 MQTT-4.12.1-2]
#[test]
fn a_server_that_does_not_know_the_password_is_left() {
    for early in [false, true] {
        let mut script = Script::new(config());
        if early {
            // No challenge at all: success for everybody.
            script.command(Command::Connect).unwrap();
            script.open();
        } else {
            challenged(&mut script);
        }
        connack(
            &mut script,
            METHOD,
            b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        );
        let (cause, retries) = script.disconnected();
        assert!(cause.explain().contains("did not prove"), "{cause}");
        assert!(!retries);
        assert_eq!(script.closes, 1);
    }
}

/// [5.0 MQTT-4.12.0-5]
#[test]
fn a_connack_or_auth_without_the_method_of_connect_is_a_violation() {
    let mut script = Script::new(config());
    challenged(&mut script);
    script.connack(false, Reason::Success, &[]);
    assert!(matches!(script.disconnected().0, Cause::Violation { .. }));

    let mut script = Script::new(config());
    script.command(Command::Connect).unwrap();
    script.open();
    receive_auth(&mut script, Reason::ContinueAuthentication, "PLAIN", b"");
    assert!(matches!(script.disconnected().0, Cause::Violation { .. }));
}

/// [5.0 MQTT-4.12.1-1]
#[test]
fn a_client_authenticates_again_when_it_is_asked_to() {
    let mut script = logged_in();
    let token = script.command(Command::ReAuthenticate).unwrap();
    assert_eq!(script.sent(), ["AUTH 0x19"]);
    let refused = script.command(Command::ReAuthenticate);
    assert_eq!(refused, Err(Refused::NotIdle));
    let (verifier, challenge) = challenge(&script.authentication_data, b"secret");
    receive_auth(
        &mut script,
        Reason::ContinueAuthentication,
        METHOD,
        &challenge,
    );
    assert_eq!(script.sent(), ["AUTH 0x18"]);
    let signature = verifier.verify(&script.authentication_data).unwrap();
    receive_auth(&mut script, Reason::Success, METHOD, &signature);
    assert_eq!(script.events(), [Event::ReAuthenticated { token }]);
    // The exchange is over: another can begin.
    assert!(script.command(Command::ReAuthenticate).is_ok());
}

#[test]
fn auth_that_was_not_asked_for_is_a_violation_while_connected() {
    for reason in [
        Reason::ContinueAuthentication,
        Reason::ReAuthenticate,
        Reason::Success,
    ] {
        let mut script = logged_in();
        receive_auth(&mut script, reason, METHOD, b"");
        assert!(matches!(script.disconnected().0, Cause::Violation { .. }));
    }
}

#[test]
fn each_connection_proves_with_a_nonce_of_its_own() {
    let mut script = logged_in();
    let first = script.authentication_data.clone();
    script.close();
    script.wait(2);
    script.open();
    assert_ne!(script.authentication_data, first);
    assert!(script.authentication_data.starts_with(b"n,,n=ada,r="));
}

#[test]
fn there_is_nothing_to_authenticate_again_without_a_method_or_a_connection() {
    let mut script = Script::connected(v5());
    let refused = Refused::Unsupported(Reason::BadAuthenticationMethod);
    let asked = script.command(Command::ReAuthenticate);
    assert_eq!(asked, Err(refused.clone()));
    let mut script = Script::new(config());
    let asked = script.command(Command::ReAuthenticate);
    assert_eq!(asked, Err(Refused::NotConnected));
    let mut old = Script::new(Config {
        version: Version::V311,
        ..config()
    });
    assert_eq!(old.command(Command::Connect), Err(refused));
}

#[test]
fn the_password_is_not_shown() {
    assert!(!format!("{:?}", config()).contains("secret"));
    let mut script = Script::new(config());
    challenged(&mut script);
    assert!(!format!("{:?}", script.client).contains("secret"));
}
