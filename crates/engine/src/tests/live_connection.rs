//! The Workbench at a real broker behind WebSockets.

use super::bench::{Bench, Network, live};
use crate::Output;
use midge_view::{
    Action, Answer, ConnectionId, ConnectionState, Problem, QoS, Query, Version, Window,
};

fn connected(network: &mut Network) -> (Bench, ConnectionId) {
    let mut bench = Bench::new();
    let id = bench.connect(live());
    network.carry(&mut bench);
    assert_eq!(bench.state(id), ConnectionState::On);
    (bench, id)
}

fn publish(bench: &mut Bench, connection: ConnectionId, qos: QoS) -> Result<(), Problem> {
    let action = Action::Publish {
        connection,
        topic: "t/1".to_owned(),
        payload: b"payload".to_vec(),
        qos,
        retain: false,
    };
    bench.act(action).map(drop)
}

fn subscribe(bench: &mut Bench, network: &mut Network, connection: ConnectionId) {
    let action = Action::Subscribe {
        connection,
        filter: "t/+".to_owned(),
        qos: QoS::ExactlyOnce,
    };
    bench.act(action).expect("legal");
    network.carry(bench);
}

fn received(bench: &mut Bench, connection: ConnectionId) -> usize {
    let window = Window::Tail { count: 500 };
    match bench.ask(Query::Messages { connection, window }) {
        Answer::Messages(page) => page.rows.iter().filter(|row| !row.own).count(),
        other => panic!("{other:?}"),
    }
}

/// Lets pauses between attempts pass.
fn wait(bench: &mut Bench, network: &mut Network, seconds: u64) {
    for _ in 0..seconds * 4 {
        bench.pass(250);
        network.carry(bench);
    }
}

#[test]
fn messages_pass_both_ways_at_every_qos_and_version() {
    for version in [Version::V311, Version::V5] {
        let mut network = Network::new(midge_broker::Config::default());
        let mut bench = Bench::new();
        let id = bench.connect(midge_view::Profile { version, ..live() });
        network.carry(&mut bench);
        subscribe(&mut bench, &mut network, id);
        for qos in QoS::ALL {
            publish(&mut bench, id, qos).expect("connected");
            network.carry(&mut bench);
        }
        assert_eq!(received(&mut bench, id), 3);
        let answer = bench.connection(id);
        assert_eq!((answer.pending, answer.messages), (0, 6));
        let rows = bench.packets("Workbench").rows;
        assert!(rows.iter().all(|row| row.live && !row.fault));
        let summary = rows.iter().find_map(|row| row.topic.clone());
        assert_eq!(summary.as_deref(), Some("t/1"));
        let window = Window::Tail { count: 1 };
        let Answer::Messages(page) = bench.ask(Query::Messages {
            connection: id,
            window,
        }) else {
            panic!("no messages")
        };
        assert!(page.rows[0].at_ms >= 1_700_000_000_000);
    }
}

#[test]
fn after_a_loss_it_connects_again_subscribes_again_and_sends_what_waited() {
    let mut network = Network::new(midge_broker::Config::default());
    let (mut bench, id) = connected(&mut network);
    subscribe(&mut bench, &mut network, id);
    network.down = true;
    network.cut(&mut bench);
    let answer = bench.connection(id);
    assert_eq!(answer.row.state, ConnectionState::Waiting);
    assert!(
        answer.row.words.starts_with("connecting again in "),
        "{}",
        answer.row.words
    );
    assert!(answer.problem.expect("told").what.contains("was lost"));
    assert!(publish(&mut bench, id, QoS::AtMostOnce).is_err());
    publish(&mut bench, id, QoS::AtLeastOnce).expect("waits");
    assert_eq!(bench.connection(id).pending, 1);

    wait(&mut bench, &mut network, 5);
    let problem = bench.connection(id).problem.expect("nothing listens");
    assert!(problem.what.contains("listening") && problem.what.contains("path"));
    network.down = false;
    wait(&mut bench, &mut network, 40);
    let answer = bench.connection(id);
    assert_eq!((answer.row.state, answer.pending), (ConnectionState::On, 0));
    assert_eq!(answer.problem, None);
    assert_eq!(answer.subscriptions[0].granted, Some(Ok(QoS::ExactlyOnce)));
    publish(&mut bench, id, QoS::ExactlyOnce).expect("connected");
    network.carry(&mut bench);
    assert!(received(&mut bench, id) >= 1);
}

#[test]
fn wrong_credentials_are_told_and_not_tried_again() {
    let mut config = midge_broker::Config {
        allow_anonymous: false,
        ..midge_broker::Config::default()
    };
    config.users.insert("rw".into(), "readwrite".into());
    for version in [Version::V311, Version::V5] {
        let mut network = Network::new(config.clone());
        let mut bench = Bench::new();
        let id = bench.connect(midge_view::Profile {
            version,
            user_name: Some("rw".to_owned()),
            password: Some("wrong".to_owned()),
            ..live()
        });
        network.carry(&mut bench);
        let answer = bench.connection(id);
        assert_eq!(answer.row.state, ConnectionState::Off);
        assert!(
            answer.row.words.starts_with("refused: "),
            "{}",
            answer.row.words
        );
        let problem = answer.problem.expect("told");
        assert!(
            problem.try_next.iter().any(|it| it.contains("password")),
            "{problem:?}"
        );
        wait(&mut bench, &mut network, 5);
        assert_eq!(bench.state(id), ConnectionState::Off);
    }
}

#[test]
fn an_idle_connection_keeps_alive_also_while_the_page_is_hidden_and_the_lab_stands() {
    let mut network = Network::new(midge_broker::Config::default());
    let (mut bench, id) = connected(&mut network);
    bench.act(Action::Pause(true)).expect("paused");
    wait(&mut bench, &mut network, 200);
    assert_eq!(bench.state(id), ConnectionState::On);
    let pings = bench.packets("PINGREQ");
    assert!(pings.rows.len() >= 3, "{}", pings.rows.len());
}

#[test]
fn several_packets_leave_as_one_message() {
    let mut network = Network::new(midge_broker::Config::default());
    let (mut bench, id) = connected(&mut network);
    network.cut(&mut bench);
    for _ in 0..5 {
        publish(&mut bench, id, QoS::AtLeastOnce).expect("waits");
    }
    bench.pass(3_000);
    let socket = bench.opened();
    bench.network.clear();
    let protocol = "mqtt".to_owned();
    bench.tell(socket, crate::SocketEvent::Opened { protocol });
    let connack = [0x20, 0x03, 0x00, 0x00, 0x00];
    bench.network.clear();
    bench.tell(socket, super::bench::bytes(&connack));
    let sends: Vec<&Output> = bench.network.iter().collect();
    assert!(matches!(sends[..], [Output::Send { .. }]), "{sends:?}");
}
