//! The Workbench at the lab's own broker.

use super::bench::{Bench, profile};
use midge_view::{
    Action, Answer, ConnectionId, ConnectionState, DeviceState, Link, MessageDetail, QoS, Query,
    Window,
};

fn connected() -> (Bench, ConnectionId) {
    let mut bench = Bench::new();
    bench.pass(2_000);
    let id = bench.connect(profile(Link::Lab));
    assert_eq!(bench.state(id), ConnectionState::Connecting);
    bench.pass(500);
    assert_eq!(bench.state(id), ConnectionState::On);
    (bench, id)
}

fn subscribe(bench: &mut Bench, connection: ConnectionId, filter: &str, qos: QoS) {
    let filter = filter.to_owned();
    let action = Action::Subscribe {
        connection,
        filter,
        qos,
    };
    bench.act(action).expect("a legal filter");
    bench.pass(500);
}

fn publish(bench: &mut Bench, connection: ConnectionId, topic: &str, payload: &[u8], qos: QoS) {
    let action = Action::Publish {
        connection,
        topic: topic.to_owned(),
        payload: payload.to_vec(),
        qos,
        retain: false,
    };
    bench.act(action).expect("a legal publish");
    bench.pass(1_000);
}

fn received(bench: &mut Bench, connection: ConnectionId) -> Vec<MessageDetail> {
    let window = Window::Tail { count: 500 };
    let Answer::Messages(page) = bench.ask(Query::Messages { connection, window }) else {
        panic!("no messages")
    };
    let indices = page.rows.iter().filter(|row| !row.own).map(|row| row.index);
    let mut details = Vec::new();
    for index in indices.collect::<Vec<_>>() {
        let Answer::Message(Some(detail)) = bench.ask(Query::Message { connection, index }) else {
            panic!("no message")
        };
        details.push(*detail);
    }
    details
}

#[test]
fn it_subscribes_and_receives_what_the_house_says() {
    let (mut bench, id) = connected();
    subscribe(&mut bench, id, "home/#", QoS::AtLeastOnce);
    let messages = received(&mut bench, id);
    assert!(!messages.is_empty(), "retained states come at once");
    assert!(messages.iter().all(|it| it.row.topic.starts_with("home/")));
    assert!(messages.iter().any(|it| it.row.retain));
    let answer = bench.connection(id);
    let subscription = &answer.subscriptions[0];
    assert_eq!(subscription.granted, Some(Ok(QoS::AtLeastOnce)));
    assert_eq!(subscription.messages, messages.len() as u64);
    assert_eq!(answer.profile.password, None);

    let action = Action::Unsubscribe {
        connection: id,
        filter: "home/#".to_owned(),
    };
    bench.act(action).expect("subscribed");
    bench.pass(60_000);
    assert_eq!(received(&mut bench, id).len(), messages.len());
}

#[test]
fn a_publish_makes_the_lamp_obey() {
    let (mut bench, id) = connected();
    publish(
        &mut bench,
        id,
        "home/livingroom/light/set",
        b"ON",
        QoS::AtLeastOnce,
    );
    let lamp = bench.device("Lamp", "Living room");
    assert!(matches!(lamp.state, DeviceState::Lamp { on: true, .. }));
    assert_eq!(bench.connection(id).pending, 0);
    let rows = bench.packets("light/set").rows;
    assert!(
        rows.iter()
            .any(|row| row.client == "Workbench" && !row.live)
    );
}

#[test]
fn every_byte_of_a_large_payload_arrives_at_every_qos() {
    let (mut bench, id) = connected();
    subscribe(&mut bench, id, "big", QoS::ExactlyOnce);
    let payload: Vec<u8> = (0u32..1 << 20)
        .map(|it| (it.wrapping_mul(31) >> 3) as u8)
        .collect();
    for qos in QoS::ALL {
        publish(&mut bench, id, "big", &payload, qos);
        bench.pass(30_000);
    }
    let messages = received(&mut bench, id);
    let levels: Vec<QoS> = messages.iter().map(|it| it.row.qos).collect();
    assert_eq!(levels, QoS::ALL);
    assert!(
        messages
            .iter()
            .all(|it| it.payload == payload && it.row.binary)
    );
    assert_eq!(bench.connection(id).pending, 0);
}

#[test]
fn its_packets_and_its_session_have_its_name() {
    let (mut bench, _) = connected();
    let Answer::Session(Some(session)) = bench.ask(Query::Session("midge01234567".to_owned()))
    else {
        panic!("no session")
    };
    assert_eq!(session.row.name.as_deref(), Some("Workbench"));
    assert_eq!(session.row.state, ConnectionState::On);
}

#[test]
fn it_lives_through_a_restart_of_the_lab() {
    let (mut bench, id) = connected();
    subscribe(&mut bench, id, "home/#", QoS::AtMostOnce);
    let before = received(&mut bench, id).len();
    bench.act(Action::Restart { seed: 3 }).expect("restarted");
    let answer = bench.connection(id);
    assert!(answer.problem.expect("told").what.contains("began again"));
    bench.pass(3_000);
    let answer = bench.connection(id);
    assert_eq!(answer.row.state, ConnectionState::On);
    assert_eq!(answer.problem, None);
    assert_eq!(answer.subscriptions[0].granted, Some(Ok(QoS::AtMostOnce)));
    assert!(received(&mut bench, id).len() > before);
}

#[test]
fn what_is_refused_is_said_in_words() {
    let (mut bench, id) = connected();
    let subscribe = Action::Subscribe {
        connection: id,
        filter: "a/#/b".to_owned(),
        qos: QoS::AtMostOnce,
    };
    let problem = bench.act(subscribe).expect_err("misplaced");
    assert!(problem.what.contains('#'), "{problem:?}");
    assert_eq!(bench.connection(id).subscriptions, []);
    let publish = Action::Publish {
        connection: id,
        topic: "a/+".to_owned(),
        payload: Vec::new(),
        qos: QoS::AtMostOnce,
        retain: false,
    };
    assert!(bench.act(publish).is_err());
    bench.act(Action::Disconnect(id)).expect("connected");
    bench.pass(500);
    let answer = bench.connection(id);
    assert_eq!(
        (answer.row.state, answer.problem),
        (ConnectionState::Off, None)
    );
    assert_eq!(answer.row.words, "disconnected");
    bench.act(Action::Reconnect(id)).expect("idle");
    bench.pass(500);
    assert_eq!(bench.state(id), ConnectionState::On);
    bench.act(Action::Remove(id)).expect("there");
    assert_eq!(bench.ask(Query::Connection(id)), Answer::Connection(None));
}
