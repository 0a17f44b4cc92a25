//! Users and access rules: the same as Mosquitto with the same files, and read again at SIGHUP.

use crate::{
    process::Process,
    support::{Peer, hello, is_required},
};
use midge_codec::{Connect, QoS};
use std::{fs, net::SocketAddr, path::Path, process::Command};

/// Every kind of line, in an order that shows which one wins.
const RULES: &str = "\
# anonymous clients
topic read news/#
topic deny news/secret
topic open
user ada
topic home/#
topic deny home/safe/+
topic readwrite home/safe/door
topic read $SYS/broker/version
topic write a b/c d
user bob
topic read #
topic literal/%u
user ada
topic write late/+/x
pattern readwrite user/%u/#
pattern write from/%c
pattern read in-%u-middle
pattern deny user/+/private
pattern deny home/lamp
pattern read both/%u/%c

user root
topic write #
";

const USERS: [Option<&str>; 5] = [None, Some("ada"), Some("bob"), Some("a/b"), Some("+")];
const CLIENTS: [&str; 3] = ["tv", "x/y", "#"];
const TOPICS: [&str; 24] = [
    "news/today",
    "news/secret",
    "open",
    "home",
    "home/lamp",
    "home/safe/code",
    "home/safe/door",
    "home/safe/a/b",
    "a b/c d",
    "literal/%u",
    "literal/bob",
    "late/1/x",
    "user/ada/x",
    "user/ada/private",
    "user/bob/x",
    "user/%u/x",
    "user/a/b/x",
    "from/tv",
    "from/x/y",
    "from/%c",
    "in-ada-middle",
    "in-bob-middle",
    "both/ada/tv",
    "elsewhere",
];

#[test]
fn rights_are_those_that_mosquitto_gives_by_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acl");
    fs::write(&path, RULES).unwrap();
    let line = format!("acl_file {}\n", path.display());
    let Some(mosquitto) = Process::mosquitto(folder.path(), &line) else {
        return;
    };
    let midge = Process::midge(&["--acl-file", path.to_str().unwrap()]);
    let mut rights = 0;
    for user in USERS {
        for client in CLIENTS {
            let expected = rights_of(mosquitto.address, user, client);
            let found = rights_of(midge.address, user, client);
            for (topic, (expected, found)) in TOPICS.iter().zip(expected.iter().zip(&found)) {
                assert_eq!(found, expected, "user {user:?} client {client:?} {topic}");
                rights += usize::from(expected.0) + usize::from(expected.1);
            }
        }
    }
    assert!(rights > 50, "the table shows little: {rights} rights");
}

/// Whether a client may write and read each topic. What it may read shows by messages of a user who may
/// write everything.
fn rights_of(address: SocketAddr, user: Option<&str>, client: &str) -> Vec<(bool, bool)> {
    let connect = Connect {
        user_name: user,
        ..hello(client)
    };
    let (mut peer, answer) = Peer::connect(address, &connect);
    assert!(answer.starts_with("CONNACK Success"), "{answer}");
    let writes = TOPICS.map(|topic| match peer.publish_once(topic, "x").as_str() {
        "PubAck NotAuthorized" => false,
        "PubAck Success" | "PubAck NoMatchingSubscribers" => true,
        other => panic!("{other}"),
    });
    for topic in TOPICS {
        // Mosquitto grants every subscription; what is refused at once is not delivered either.
        peer.subscribe(topic, QoS::AtMostOnce);
    }
    let root = Connect {
        user_name: Some("root"),
        ..hello("root")
    };
    let (mut root, _) = Peer::connect(address, &root);
    for topic in TOPICS {
        let answer = root.publish_once(topic, "y");
        assert_ne!(answer, "PubAck NotAuthorized");
    }
    let received = peer.until_pong();
    let reads = TOPICS.map(|topic| received.contains(&format!("PUBLISH {topic}=y")));
    writes.into_iter().zip(reads).collect()
}

fn hashed(path: &Path, entries: &[(&str, &str)]) -> bool {
    for (index, (user, password)) in entries.iter().enumerate() {
        let made = Command::new("mosquitto_passwd")
            .args(if index == 0 {
                &["-c", "-b"][..]
            } else {
                &["-b"]
            })
            .arg(path)
            .args([user, password])
            .status();
        if let Err(error) = made {
            assert!(
                !is_required("mosquitto"),
                "mosquitto_passwd cannot be run: {error}"
            );
            eprintln!("skipped, mosquitto_passwd cannot be run: {error}");
            return false;
        }
    }
    true
}

#[cfg(unix)]
#[test]
fn at_sighup_users_and_rules_are_read_again_and_a_bad_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (passwords, rules) = (folder.path().join("passwords"), folder.path().join("acl"));
    if !hashed(&passwords, &[("ada", "secret"), ("bob", "hunter2")]) {
        return;
    }
    fs::write(&rules, "user ada\ntopic a\nuser bob\ntopic b\n").unwrap();
    let server = Process::midge(&[
        "--password-file",
        passwords.to_str().unwrap(),
        "--acl-file",
        rules.to_str().unwrap(),
    ]);
    let login = |user, password: &str| {
        Peer::connect(
            server.address,
            &Connect {
                user_name: Some(user),
                password: Some(password.as_bytes()),
                ..hello(user)
            },
        )
    };
    assert_eq!(login("ada", "hunter2").1, "CONNACK BadUserNameOrPassword");
    assert_eq!(login("eve", "secret").1, "CONNACK BadUserNameOrPassword");
    let anonymous = Peer::connect(server.address, &hello("anybody")).1;
    assert_eq!(anonymous, "CONNACK NotAuthorized");
    let (mut ada, answer) = login("ada", "secret");
    assert_eq!(answer, "CONNACK Success");
    let (mut bob, _) = login("bob", "hunter2");
    assert_eq!(ada.subscribe("a", QoS::AtMostOnce), "SUBACK [Success]");
    assert_eq!(ada.publish_once("b", "x"), "PubAck NotAuthorized");

    fs::write(&rules, "topics a\n").unwrap();
    server.signal("HUP");
    server.wait_for("line 1: a line begins with user, topic, pattern or #");
    assert_eq!(ada.publish_once("b", "x"), "PubAck NotAuthorized");
    assert!(bob.until_pong().is_empty());

    fs::write(&rules, "user ada\ntopic b\n").unwrap();
    let removed = Command::new("mosquitto_passwd")
        .arg("-D")
        .arg(&passwords)
        .arg("bob")
        .status();
    assert!(removed.unwrap().success());
    server.signal("HUP");
    assert_eq!(bob.next(), "DISCONNECT NotAuthorized");
    assert_eq!(ada.publish_once("b", "x"), "PubAck NoMatchingSubscribers");
    assert_eq!(ada.publish_once("a", "x"), "PubAck NotAuthorized");
    assert!(ada.until_pong().is_empty());
    assert_eq!(login("bob", "hunter2").1, "CONNACK BadUserNameOrPassword");
}

#[test]
fn rights_of_a_real_client_hold_for_wills_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acl");
    fs::write(&path, "topic write mine\n").unwrap();
    let server = Process::midge(&["--acl-file", path.to_str().unwrap()]);
    let will = |topic| midge_codec::Will {
        qos: QoS::AtMostOnce,
        retain: false,
        topic,
        payload: b"gone",
        properties: midge_codec::Properties::EMPTY,
    };
    let connect = |topic| Connect {
        will: Some(will(topic)),
        ..hello("tv")
    };
    let refused = Peer::connect(server.address, &connect("theirs")).1;
    assert_eq!(refused, "CONNACK NotAuthorized");
    let granted = Peer::connect(server.address, &connect("mine")).1;
    assert_eq!(granted, "CONNACK Success");
}
