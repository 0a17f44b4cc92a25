//! Clients that leave and come back at once, stop sending, or are many while nobody reads the log.

use crate::{
    process::Process,
    support::{PATIENCE, Peer, hello},
};
use midge_codec::{Disconnect, Packet, PropertiesBuf, Property, Reason, Version, Wire};
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
};

/// CONNECT for a session of a minute, and the DISCONNECT that ends it instead.
fn stay_and_go() -> [Vec<u8>; 2] {
    let list =
        |seconds| PropertiesBuf::try_from_iter([Property::SessionExpiryInterval(seconds)]).unwrap();
    let (minute, none) = (list(60), list(0));
    let mut connect = hello("ada");
    connect.properties = minute.as_ref();
    let disconnect = Disconnect {
        reason: Reason::Success,
        properties: none.as_ref(),
    };
    [Packet::Connect(connect), Packet::Disconnect(disconnect)].map(|packet| {
        Wire::encode(&packet, Version::V5)
            .unwrap()
            .to_bytes()
            .into()
    })
}

/// The answer to `packets`, from a connection that is closed without waiting for anything else.
fn visit(server: &Process, packets: [&[u8]; 2]) -> [u8; 4] {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut head = [0; 4];
    stream.write_all(packets[0]).unwrap();
    stream.read_exact(&mut head).unwrap();
    stream.write_all(packets[1]).unwrap();
    head
}

#[test]
fn who_leaves_and_comes_back_at_once_has_left_before() {
    let server = Process::midge(&[]);
    let [connect, disconnect] = stay_and_go();
    for visits in 0..200 {
        let [kind, _, session_present, reason] = visit(&server, [&connect, &disconnect]);
        assert_eq!((kind, session_present, reason), (0x20, 0, 0), "{visits}");
    }
}

#[test]
fn who_only_stops_sending_still_gets_the_answers() {
    let server = Process::midge(&[]);
    let [connect, _] = stay_and_go();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(&connect).unwrap();
        stream.write_all(b"\xC0\x00").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answers = Vec::new();
        stream.read_to_end(&mut answers).unwrap();
        assert_eq!(answers[0], 0x20);
        assert!(answers.ends_with(b"\xD0\x00"), "{answers:?}");
    }
}

#[test]
fn a_log_that_nobody_reads_keeps_no_client_waiting() {
    let server = Process::midge_whose_log_nobody_reads();
    let [connect, disconnect] = stay_and_go();
    // A pipe holds 64 KiB; this is much more.
    for _ in 0..2_000 {
        assert_eq!(visit(&server, [&connect, &disconnect])[3], 0);
    }
    let (_, answer) = Peer::connect(server.address, &hello("bob"));
    assert_eq!(answer, "CONNACK Success");
}
