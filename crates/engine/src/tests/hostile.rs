//! Servers that are no brokers, or not friendly: they lose their own connection and nothing else.

use super::bench::{Bench, URL, bytes, live};
use crate::{Output, Setup, SocketEvent, SocketId};
use midge_view::{Action, ConnectionId, ConnectionState, Link, Problem, Version};

/// A connection whose socket is open, with nothing but bytes behind it.
fn opened(version: Version) -> (Bench, ConnectionId, SocketId) {
    let mut bench = Bench::new();
    let id = bench.connect(midge_view::Profile { version, ..live() });
    let socket = bench.opened();
    let protocol = "mqtt".to_owned();
    bench.tell(socket, SocketEvent::Opened { protocol });
    (bench, id, socket)
}

fn problem(bench: &mut Bench, id: ConnectionId) -> Problem {
    bench.connection(id).problem.expect("a problem")
}

fn is_closed(bench: &Bench, socket: SocketId) -> bool {
    bench.network.contains(&Output::Close { socket })
}

#[test]
fn garbage_instead_of_connack_names_field_and_byte() {
    let (mut bench, id, socket) = opened(Version::V5);
    bench.tell(socket, bytes(b"\x00hello"));
    let told = problem(&mut bench, id);
    assert!(told.what.contains("Packet type at byte 0"), "{told:?}");
    assert!(told.what.contains(URL));
    assert!(is_closed(&bench, socket));
    assert_eq!(bench.state(id), ConnectionState::Off);
    let rows = bench.packets("Workbench").rows;
    let fault = rows
        .iter()
        .find(|row| row.fault)
        .expect("the bytes are shown");
    assert!(
        fault.live && fault.summary.contains("Packet type"),
        "{fault:?}"
    );
}

#[test]
fn a_malformed_publish_closes_only_its_connection_and_the_lab_goes_on() {
    let (mut bench, id, socket) = opened(Version::V311);
    bench.tell(socket, bytes(&[0x20, 0x02, 0x00, 0x00]));
    assert_eq!(bench.state(id), ConnectionState::On);
    let friend = bench.connect(midge_view::Profile {
        name: "Friend".to_owned(),
        link: Link::Lab,
        ..live()
    });
    bench.pass(1_000);
    assert_eq!(bench.state(friend), ConnectionState::On);

    // PUBLISH at QoS 0 whose topic is not UTF-8.
    bench.tell(socket, bytes(&[0x30, 0x04, 0x00, 0x02, 0xC3, 0x28]));
    let told = problem(&mut bench, id);
    assert!(told.what.contains("Topic Name at byte 2"), "{told:?}");
    assert!(is_closed(&bench, socket));
    // What comes late is nobody's.
    bench.tell(socket, bytes(&[0xD0, 0x00]));
    bench.tell(socket, SocketEvent::Text);

    let packets = bench.packets("").end;
    bench.pass(60_000);
    assert!(bench.packets("").end > packets);
    assert_eq!(bench.state(friend), ConnectionState::On);
}

#[test]
fn a_packet_over_the_limit_is_refused_before_its_bytes_come() {
    let (mut bench, id, socket) = opened(Version::V311);
    bench.tell(socket, bytes(&[0x20, 0x02, 0x00, 0x00]));
    bench.tell(socket, bytes(&[0x30, 0xFF, 0xFF, 0xFF, 0x7F, 0x00]));
    let told = problem(&mut bench, id);
    assert!(told.what.contains("too large"), "{told:?}");
    assert!(
        told.what.contains("268435460") && told.what.contains("16777216"),
        "{told:?}"
    );
    assert!(is_closed(&bench, socket));
}

/// [3.1.1 MQTT-6.0.0-1] [5.0 MQTT-6.0.0-1]
#[test]
fn text_and_foreign_subprotocols_are_told() {
    let (mut bench, id, socket) = opened(Version::V5);
    bench.tell(socket, SocketEvent::Text);
    assert!(problem(&mut bench, id).what.contains("sent text"));
    assert!(is_closed(&bench, socket));

    let mut bench = Bench::new();
    let id = bench.connect(live());
    let socket = bench.opened();
    let protocol = String::new();
    bench.tell(socket, SocketEvent::Opened { protocol });
    assert!(problem(&mut bench, id).what.contains("no subprotocol"));
    assert!(is_closed(&bench, socket));
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let (mut bench, id, socket) = opened(Version::V5);
    bench.pass(10_100);
    let told = problem(&mut bench, id);
    assert!(
        told.what.contains("did not answer CONNECT in time"),
        "{told:?}"
    );
    assert!(is_closed(&bench, socket));
    assert_eq!(bench.state(id), ConnectionState::Waiting);
    // The next attempt has a socket of its own.
    bench.pass(5_000);
    assert_ne!(bench.opened(), socket);
}

#[test]
fn addresses_that_cannot_work_are_refused_before_a_socket_is_asked_for() {
    let mut bench = Bench::with(Setup {
        seed: 1,
        page_is_secure: true,
        epoch_ms: 0,
        random: 0,
    });
    for (url, words) in [
        (URL, "mixed content"),
        ("broker.example", "not a WebSocket address"),
        ("mqtt://broker.example:1883", "mqtt://"),
    ] {
        let profile = midge_view::Profile {
            link: Link::WebSocket(url.to_owned()),
            ..live()
        };
        let refused = bench.act(Action::Connect(Box::new(profile)));
        let told = refused.expect_err(url);
        assert!(told.what.contains(words), "{told:?}");
    }
    assert!(bench.network.is_empty());
}

#[test]
fn random_bytes_never_stop_the_engine() {
    let mut random = 1u64;
    for version in [Version::V311, Version::V5] {
        for _ in 0..200 {
            let (mut bench, _, socket) = opened(version);
            let mut noise = Vec::new();
            for _ in 0..40 {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                noise.push((random >> 56) as u8);
            }
            if random & 1 == 0 {
                bench.tell(socket, bytes(&[0x20, 0x03, 0x00, 0x00, 0x00]));
            }
            for chunk in noise.chunks(7) {
                bench.tell(socket, bytes(chunk));
            }
            bench.pass(16);
        }
    }
}
