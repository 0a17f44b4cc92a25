//! Passwords that the host checks: who waits meanwhile and who does not, and every way in which it ends.

use super::lab::*;
use crate::{Check, Command, Config, Limit, Password, ScramUsers, Users};
use alloc::{string::String, vec, vec::Vec};
use core::time::Duration;
use midge_codec::{Connect, Packet, Version, Wire};

fn users(password: &str) -> Users {
    let hashed = Password::hashed(password.as_bytes(), b"twelve bytes", 2);
    [("ada".into(), hashed)].into()
}

/// Ada's password takes long to check; everybody may come in without one.
fn lab() -> Lab {
    lab_with(|_| {})
}

fn lab_with(change: impl FnOnce(&mut Config)) -> Lab {
    let mut config = Config {
        users: users("secret"),
        ..quiet()
    };
    change(&mut config);
    let mut lab = Lab::with(config);
    lab.broker.hand_out_checks();
    lab
}

fn ada(version: Version, password: &'static str) -> Connect<'static> {
    Connect {
        user_name: Some("ada"),
        password: Some(password.as_bytes()),
        ..hello(version, "phone")
    }
}

fn checks(lab: &mut Lab) -> Vec<Check> {
    core::iter::from_fn(|| lab.broker.poll_check()).collect()
}

/// Runs every check there is.
fn check(lab: &mut Lab) {
    for check in checks(lab) {
        lab.broker.handle_checked(lab.now, check.run());
    }
    lab.collect();
}

fn wire(packet: &Packet<'_>) -> Vec<u8> {
    Wire::encode(packet, V5).unwrap().to_bytes().to_vec()
}

#[test]
fn others_are_served_while_a_password_is_checked() {
    let mut lab = lab();
    let (phone, answer) = lab.connect(&ada(V5, "secret"));
    assert!(answer.is_empty());
    let tv = lab.client(V5, "tv");
    lab.send(tv, &Packet::PingReq);
    assert_eq!(lab.take(tv), ["PINGRESP"]);
    assert!(lab.take(phone).is_empty());
    check(&mut lab);
    assert_eq!(lab.take(phone), ["CONNACK Success"]);
    assert_eq!(lab.broker.statistics().clients_connected, 2);
}

#[test]
fn what_follows_connect_waits_and_is_answered_in_order() {
    let mut lab = lab();
    let tv = lab.client(V5, "tv");
    lab.subscribe(tv, "a", Q0);
    let phone = lab.open(V5);
    let mut bytes = wire(&Packet::Connect(ada(V5, "secret")));
    bytes.extend(wire(&Packet::Publish(publication("a", "1", Q1))));
    lab.send_bytes(phone, bytes);
    lab.publish(phone, "a", "2", Q0);
    lab.send(phone, &Packet::PingReq);
    let none: [String; 0] = [];
    assert_eq!(lab.take(phone), none);
    assert_eq!(lab.take(tv), none);
    check(&mut lab);
    let answers = ["CONNACK Success", "PUBACK #9 Success", "PINGRESP"];
    assert_eq!(lab.take(phone), answers);
    assert_eq!(lab.take(tv), ["PUBLISH a=1", "PUBLISH a=2"]);
}

/// [5.0 MQTT-3.1.4-6]
#[test]
fn a_wrong_password_is_refused_and_nothing_behind_it_is_done() {
    for (version, refused) in [
        (V311, "CONNACK BadUserNameOrPassword"),
        (V5, "CONNACK BadUserNameOrPassword"),
    ] {
        let mut lab = lab();
        let tv = lab.client(V5, "tv");
        lab.subscribe(tv, "a", Q0);
        for connect in [
            ada(version, "Secret"),
            Connect {
                user_name: Some("bob"),
                ..ada(version, "secret")
            },
        ] {
            let (phone, _) = lab.connect(&connect);
            lab.publish(phone, "a", "1", Q0);
            check(&mut lab);
            assert_eq!(lab.take(phone), [refused, "CLOSE"]);
        }
        assert!(lab.take(tv).is_empty());
    }
}

#[test]
fn a_check_is_forgotten_with_its_connection() {
    let mut lab = lab();
    let (early, _) = lab.connect(&ada(V5, "secret"));
    lab.cut(early);
    assert!(checks(&mut lab).is_empty());
    let (late, _) = lab.connect(&ada(V5, "secret"));
    let taken = checks(&mut lab);
    assert_eq!(taken[0].conn(), late.conn);
    lab.cut(late);
    // The name of the connection may be in use again, by somebody else.
    lab.broker.handle_open(lab.now, late.conn);
    lab.send(late, &Packet::Connect(ada(V5, "wrong")));
    lab.broker.handle_checked(lab.now, taken[0].run());
    lab.collect();
    assert!(lab.take(late).is_empty());
    check(&mut lab);
    assert_eq!(lab.take(late), ["CONNACK BadUserNameOrPassword", "CLOSE"]);
}

#[test]
fn a_password_that_is_not_checked_in_time_ends_the_connection() {
    let mut lab = lab();
    let (phone, _) = lab.connect(&ada(V5, "secret"));
    let taken = checks(&mut lab);
    lab.pass(Duration::from_millis(9_999));
    assert!(lab.take(phone).is_empty());
    lab.pass(Duration::from_millis(1));
    assert_eq!(lab.take(phone), ["CLOSE"]);
    lab.broker.handle_checked(lab.now, taken[0].run());
    lab.collect();
    assert!(lab.take(phone).is_empty());
    assert_eq!(lab.broker.statistics().clients_connected, 0);
}

#[test]
fn more_passwords_than_may_wait_are_refused_and_counted() {
    let mut lab = lab_with(|config| config.limits.max_password_checks = 2);
    let (first, _) = lab.connect(&ada(V5, "secret"));
    let (second, _) = lab.connect(&ada(V5, "secret"));
    let refused = |version| match version {
        V311 => ["CONNACK ServerUnavailable", "CLOSE"],
        V5 => ["CONNACK ServerBusy", "CLOSE"],
    };
    for version in [V311, V5] {
        assert_eq!(lab.connect(&ada(version, "secret")).1, refused(version));
    }
    let reached = lab.broker.limits_reached();
    let reached: Vec<_> = reached.filter(|(_, count)| *count > 0).collect();
    assert_eq!(reached, [(Limit::PasswordChecks, 2)]);
    // Those that need no check come in, and one that is taken or gone makes room.
    lab.client(V5, "tv");
    lab.cut(first);
    let taken = checks(&mut lab);
    assert_eq!(taken.len(), 1);
    for _ in 0..2 {
        assert!(lab.connect(&ada(V5, "secret")).1.is_empty());
    }
    lab.broker.handle_checked(lab.now, taken[0].run());
    lab.collect();
    assert_eq!(lab.take(second), ["CONNACK Success"]);
}

#[test]
fn users_that_change_meanwhile_are_the_ones_that_count() {
    let set = |lab: &mut Lab, users: Users| {
        let command = Command::SetAccess {
            users,
            scram_users: ScramUsers::default(),
            access: None,
        };
        lab.broker.command(lab.now, command).unwrap();
    };
    let mut lab = lab();
    let (old, _) = lab.connect(&ada(V5, "secret"));
    let (new, _) = lab.connect(&Connect {
        client_id: "tablet",
        ..ada(V5, "changed")
    });
    let of_old = checks(&mut lab);
    set(&mut lab, users("changed"));
    for check in of_old {
        lab.broker.handle_checked(lab.now, check.run());
    }
    lab.collect();
    assert!(lab.take(old).is_empty() && lab.take(new).is_empty());
    check(&mut lab);
    assert_eq!(lab.take(old), ["CONNACK BadUserNameOrPassword", "CLOSE"]);
    assert_eq!(lab.take(new), ["CONNACK Success"]);

    let (nobodys, _) = lab.connect(&ada(V5, "changed"));
    set(&mut lab, Users::parse("").unwrap());
    lab.collect();
    assert_eq!(
        lab.take(nobodys),
        ["CONNACK BadUserNameOrPassword", "CLOSE"]
    );
    assert!(checks(&mut lab).is_empty());
}

#[test]
fn a_client_that_floods_before_it_is_let_in_is_closed() {
    let mut lab = lab_with(|config| config.limits.max_packet_size = 1_000);
    let (phone, _) = lab.connect(&ada(V5, "secret"));
    // More than a driver reads at once before it looks again.
    lab.send_bytes(phone, vec![0xC0; 1024 * 1024]);
    assert!(lab.take(phone).is_empty());
    lab.send_bytes(phone, vec![0xC0; 1_000]);
    assert_eq!(lab.take(phone), ["CLOSE"]);
    assert!(checks(&mut lab).is_empty());
}

#[test]
fn a_host_that_does_not_ask_has_passwords_checked_at_once() {
    let mut lab = Lab::with(Config {
        users: users("secret"),
        ..quiet()
    });
    assert_eq!(lab.connect(&ada(V5, "secret")).1, ["CONNACK Success"]);
    assert!(checks(&mut lab).is_empty());
}
