//! Password files that `midge-server passwd` makes: the server takes them, and so does Mosquitto.

use crate::{
    process::Process,
    support::{Peer, hello},
};
use midge_codec::{Connect, Delivery, Packet};
use std::{
    io::Write,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
};

/// Hashing a password takes long where this program was not compiled for speed.
const PATIENT: &str = "--connect-timeout=600";

/// Runs `midge-server passwd` with this password on its standard input; gives what it complains of.
fn passwd(file: &Path, words: &[&str], password: &str) -> Result<(), String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_midge-server"))
        .arg("passwd")
        .arg(file)
        .args(words)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that takes a user out reads nothing.
    let _ = writeln!(child.stdin.take().unwrap(), "{password}");
    let output = child.wait_with_output().unwrap();
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8(output.stderr).unwrap()),
    }
}

fn login(address: SocketAddr, user: &str, password: &str) -> (Peer, String) {
    let connect = Connect {
        user_name: Some(user),
        password: Some(password.as_bytes()),
        ..hello(user)
    };
    Peer::connect(address, &connect)
}

#[test]
fn a_password_file_lets_its_users_in_here_and_at_mosquitto() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passwords");
    passwd(&file, &["ada"], "pass word: $7$").unwrap();
    passwd(&file, &["bob", "--iterations", "10"], "hunter2").unwrap();
    let path = file.to_str().unwrap();
    let midge = Process::midge(&[PATIENT, "--password-file", path]);
    let mosquitto = Process::mosquitto(folder.path(), &format!("password_file {path}\n"));
    let addresses = mosquitto
        .iter()
        .chain([&midge])
        .map(|broker| broker.address);
    for address in addresses {
        assert_eq!(login(address, "ada", "pass word: $7$").1, "CONNACK Success");
        assert_eq!(login(address, "bob", "hunter2").1, "CONNACK Success");
        let refused = login(address, "bob", "hunter3").1;
        assert!(!refused.contains("Success"), "{refused}");
    }
    let before = std::fs::read(&file).unwrap();
    let error = passwd(&file, &["carl"], "").unwrap_err();
    assert!(error.contains("there is no password"), "{error}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
    let error = passwd(&file, &["carl", "--delete"], "").unwrap_err();
    assert!(error.contains("there is no user \"carl\""), "{error}");
}

#[test]
fn a_client_that_waits_for_no_answer_is_read_on_when_its_password_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passwords");
    passwd(&file, &["ada"], "secret").unwrap();
    // A tenth of what follows CONNECT is more than may wait in the broker.
    let flags = [PATIENT, "--max-packet-size=2000", "--password-file"];
    let server = Process::midge(&[&flags[..], &[file.to_str().unwrap()]].concat());
    let mut ada = Peer::open(server.address);
    ada.send(&Packet::Connect(Connect {
        user_name: Some("ada"),
        password: Some(b"secret"),
        ..hello("ada")
    }));
    let payload = "x".repeat(1_900);
    for _ in 0..8_000 {
        ada.publish(Delivery::AtMostOnce, false, "a", &payload);
    }
    ada.send(&Packet::PingReq);
    assert_eq!(ada.next(), "CONNACK Success");
    assert_eq!(ada.next(), "PINGRESP");
}

#[cfg(unix)]
#[test]
fn keys_for_scram_let_in_by_proof_only_and_are_read_again_at_sighup() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    passwd(&file, &["ada", "--scram"], "secret").unwrap();
    passwd(&file, &["bob", "--scram"], "builder").unwrap();
    let server = Process::midge(&["--scram-file", file.to_str().unwrap()]);
    let prove = |user, password| Peer::prove(server.address, user, password);
    assert_eq!(prove("ada", "Secret").1, "CONNACK NotAuthorized");
    assert_eq!(prove("eve", "secret").1, "CONNACK NotAuthorized");
    let (mut ada, answer) = prove("ada", "secret");
    assert_eq!(answer, "CONNACK Success");
    let (mut bob, answer) = prove("bob", "builder");
    assert_eq!(answer, "CONNACK Success");
    let sent = login(server.address, "carl", "secret").1;
    assert_eq!(sent, "CONNACK BadUserNameOrPassword");
    let anonymous = Peer::connect(server.address, &hello("anybody")).1;
    assert_eq!(anonymous, "CONNACK NotAuthorized");

    passwd(&file, &["bob", "--scram"], "plumber").unwrap();
    server.signal("HUP");
    assert_eq!(bob.next(), "DISCONNECT NotAuthorized");
    assert!(ada.until_pong().is_empty());
    assert_eq!(prove("bob", "builder").1, "CONNACK NotAuthorized");
    assert_eq!(prove("bob", "plumber").1, "CONNACK Success");
    passwd(&file, &["ada", "--scram", "--delete"], "").unwrap();
    server.signal("HUP");
    assert_eq!(ada.next(), "DISCONNECT NotAuthorized");
}

/// The line of a user whose password nobody will ever know: its check takes hours.
fn eternal(user: &str) -> String {
    let (salt, hash) = ("AAAAAAAAAAAAAAAA", "A".repeat(86));
    format!("{user}:$7${}${salt}${hash}==", u32::MAX)
}

#[test]
fn passwords_whose_check_never_ends_hold_nobody_else_up() {
    let users = format!("--users={}", eternal("ada"));
    let flags = ["--connect-timeout=5", "--users=bob:builder", &users];
    let flags = [
        &flags[..],
        &["--max-password-checks=1", "--allow-anonymous"],
    ]
    .concat();
    let mut server = Process::midge(&flags);
    let connect = Connect {
        user_name: Some("ada"),
        password: Some(b"secret"),
        ..hello("ada")
    };
    // More than there are threads for it and places to wait.
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut waiting: Vec<Peer> = Vec::new();
    for _ in 0..cores + 2 {
        let mut peer = Peer::open(server.address);
        peer.send(&Packet::Connect(connect));
        waiting.push(peer);
    }
    assert_eq!(login(server.address, "bob", "builder").1, "CONNACK Success");
    let (mut tv, answer) = Peer::connect(server.address, &hello("tv"));
    assert_eq!(answer, "CONNACK Success");
    let mut answers: Vec<String> = waiting.iter_mut().map(Peer::next).collect();
    answers.sort_unstable();
    answers.dedup();
    assert_eq!(answers, ["CONNACK ServerBusy", "closed"]);
    assert!(tv.until_pong().is_empty());
    #[cfg(unix)]
    {
        server.signal("TERM");
        assert!(server.wait());
    }
}
