//! "Why did I (not) get this?" and the truth about RETAIN, asked as the page asks.

use super::bench::{Bench, Network, live, profile};
use midge_view::{
    Action, Answer, Direction, Link, PacketFilter, PacketRow, PacketType, QoS, Query, RetainAnswer,
    Thought, TopicQuery, TopicsAnswer, WhyAnswer, WhyOf, WhyRow, WhySign, Window,
};

fn why(bench: &mut Bench, of: WhyOf) -> WhyAnswer {
    match bench.ask(Query::Why(of)) {
        Answer::Why(Some(answer)) => *answer,
        other => panic!("{other:?}"),
    }
}

fn retain(bench: &mut Bench, topic: &str) -> RetainAnswer {
    match bench.ask(Query::Retain(topic.to_owned())) {
        Answer::Retain(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

fn topics(bench: &mut Bench, filter: &str) -> TopicsAnswer {
    let query = TopicQuery {
        filter: filter.to_owned(),
        rows: (0, 200),
        ..TopicQuery::default()
    };
    match bench.ask(Query::Topics(query)) {
        Answer::Topics(answer) => answer,
        other => panic!("{other:?}"),
    }
}

fn publishes(bench: &mut Bench, topic: &str, direction: Direction) -> Vec<PacketRow> {
    let filter = PacketFilter {
        text: topic.to_owned(),
        types: vec![PacketType::Publish],
        ..PacketFilter::default()
    };
    let window = Window::Tail { count: 500 };
    match bench.ask(Query::Packets { filter, window }) {
        Answer::Packets(packets) => packets
            .rows
            .into_iter()
            .filter(|row| row.direction == direction && row.topic.as_deref() == Some(topic))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn row<'a>(answer: &'a WhyAnswer, name: &str) -> &'a WhyRow {
    let row = answer
        .rows
        .iter()
        .find(|row| row.name.as_deref() == Some(name));
    row.unwrap_or_else(|| panic!("{name}: {:?}", answer.rows))
}

/// Switches the lamp of the living room on by the phone.
fn switch_on(bench: &mut Bench) {
    let lamp = bench.device("Lamp", "Living room").id;
    let command = midge_sim::Command::Switch(true);
    let action = midge_sim::Action::Command {
        device: lamp,
        command,
    };
    bench
        .act(Action::World(action))
        .expect("the phone is there");
}

const SET: &str = "home/livingroom/light/set";

#[test]
fn every_client_has_its_verdict_about_a_packet() {
    let mut bench = Bench::new();
    bench.pass(2_000);
    switch_on(&mut bench);
    bench.pass(1_000);
    let sent = publishes(&mut bench, SET, Direction::ToBroker);
    let answer = why(&mut bench, WhyOf::Packet(sent[0].seq));
    assert_eq!(
        (answer.topic.as_str(), answer.published),
        (SET, Some(sent[0].seq))
    );
    assert!(answer.routed_at_ms.is_some_and(|at| at >= sent[0].at_ms));
    assert!(
        answer
            .publisher
            .as_deref()
            .is_some_and(|name| name.starts_with("Phone"))
    );
    let lamp = row(&answer, "Lamp, living room");
    assert_eq!(lamp.sign, WhySign::Got, "{lamp:?}");
    assert!(lamp.words.contains(SET) && lamp.clause.is_some());
    let others: Vec<_> = answer
        .rows
        .iter()
        .filter(|row| row.sign == WhySign::Not)
        .collect();
    assert!(!others.is_empty());
    for other in others {
        assert!(
            !other.words.is_empty() && other.clause.is_some(),
            "{other:?}"
        );
        let first = other.subscriptions.first();
        assert!(first.is_none_or(|first| first.level.is_some()), "{other:?}");
    }
    assert!(row(&answer, "Phone, living room").of_packet);

    // The same is said of the packet that brought it to the lamp.
    let brought = publishes(&mut bench, SET, Direction::ToClient);
    let of_lamp = brought.iter().find(|row| row.client == "Lamp, living room");
    let again = why(&mut bench, WhyOf::Packet(of_lamp.expect("it got it").seq));
    assert_eq!(again.published, answer.published);
    assert!(row(&again, "Lamp, living room").of_packet);
}

#[test]
fn what_is_explained_agrees_with_every_delivery_of_the_lab() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(10_000);
    let window = Window::Tail { count: 500 };
    let filter = PacketFilter {
        types: vec![PacketType::Publish],
        ..PacketFilter::default()
    };
    let Answer::Packets(packets) = bench.ask(Query::Packets { filter, window }) else {
        panic!("no packets")
    };
    let mut decided = 0;
    for sent in packets
        .rows
        .iter()
        .filter(|row| row.direction == Direction::ToBroker)
    {
        let answer = why(&mut bench, WhyOf::Packet(sent.seq));
        if answer.routed_at_ms.is_none() {
            continue;
        }
        decided += 1;
        let got = answer
            .rows
            .iter()
            .filter(|row| row.sign != WhySign::Not)
            .count();
        let delivered = packets.rows.iter().filter(|row| {
            row.direction == Direction::ToClient
                && row.topic == sent.topic
                && row.summary == sent.summary
                && (sent.at_ms..sent.at_ms + 200).contains(&row.at_ms)
        });
        assert!(got <= delivered.count(), "{sent:?}: {:?}", answer.rows);
    }
    assert!(decided > 10, "{decided}");
}

#[test]
fn a_message_that_is_only_thought_of_is_judged_as_things_stand() {
    let mut bench = Bench::new();
    bench.pass(2_000);
    let thought = |topic: &str| {
        WhyOf::Thought(Thought {
            topic: topic.to_owned(),
            qos: QoS::AtLeastOnce,
            retain: false,
            publisher: None,
        })
    };
    let answer = why(&mut bench, thought(SET));
    let lamp = row(&answer, "Lamp, living room");
    assert_eq!(lamp.sign, WhySign::Got);
    assert!(lamp.words.starts_with("Would get it"), "{}", lamp.words);
    assert_eq!(answer.routed_at_ms, None);
    let wrong = why(&mut bench, thought("home/+"));
    assert!(wrong.problem.is_some() && wrong.rows.is_empty());
}

const STATE: &str = "home/livingroom/light";

/// A client that subscribes to the living room after the lamp has told its state.
fn with_late_subscriber() -> Bench {
    let mut bench = Bench::new();
    bench.pass(2_000);
    switch_on(&mut bench);
    bench.pass(1_000);
    let connection = bench.connect(profile(Link::Lab));
    bench.pass(500);
    let subscribe = Action::Subscribe {
        connection,
        filter: "home/livingroom/#".to_owned(),
        qos: QoS::AtLeastOnce,
    };
    bench.act(subscribe).expect("a filter");
    bench.pass(500);
    bench
}

#[test]
fn a_late_subscriber_is_told_that_it_was_late_and_what_came_out_of_the_store() {
    let mut bench = with_late_subscriber();
    let sent = publishes(&mut bench, STATE, Direction::ToBroker);
    let told = sent.last().expect("the lamp told its state").seq;
    let answer = why(&mut bench, WhyOf::Packet(told));
    let late = row(&answer, "Workbench");
    assert_eq!(late.sign, WhySign::Not);
    assert!(
        late.words.contains("when the message was routed"),
        "{}",
        late.words
    );

    let brought = publishes(&mut bench, STATE, Direction::ToClient);
    let stored = brought.iter().find(|row| row.client == "Workbench");
    let stored = stored.expect("it subscribed to what is stored");
    assert!(stored.retain);
    let answer = why(&mut bench, WhyOf::Packet(stored.seq));
    let late = row(&answer, "Workbench");
    assert!(late.of_packet && late.sign == WhySign::Got);
    assert!(late.words.contains("retained store"), "{}", late.words);
}

#[test]
fn the_truth_about_retain_is_told_hop_by_hop() {
    let mut bench = with_late_subscriber();
    let truth = retain(&mut bench, STATE);
    let kept = truth.stored.as_ref().expect("the state is retained");
    let publisher = kept.publisher.as_deref().unwrap_or_default();
    assert!(publisher.starts_with("Lamp"), "{publisher}");
    let words = |is_it: &dyn Fn(&PacketRow) -> bool| {
        let hop = truth.hops.iter().find(|hop| is_it(&hop.packet));
        hop.expect("there is such a hop").words.clone()
    };
    let to_late = words(&|packet| packet.client == "Workbench");
    assert!(to_late.contains("out of the store"), "{to_late}");
    let published = words(&|packet| packet.direction == Direction::ToBroker);
    assert!(published.contains("is to be stored"), "{published}");
    let mut subscriptions = truth.subscriptions.iter();
    let late = subscriptions.find(|row| row.name.as_deref() == Some("Workbench"));
    assert!(late.is_some_and(|row| !row.retain_as_published && row.gets.ends_with("RETAIN 0")));
    let ways: Vec<_> = truth
        .next
        .iter()
        .map(|next| (next.handling, next.is_first, next.gets[1].is_some()))
        .collect();
    assert_eq!(
        ways,
        [
            (0, true, true),
            (1, true, true),
            (1, false, false),
            (2, true, false)
        ]
    );
    assert!(retain(&mut bench, "home/nothing").stored.is_none());
}

#[test]
fn what_waits_for_an_offline_client_is_under_way() {
    let mut bench = Bench::new();
    let mut keeper = profile(Link::Lab);
    keeper.session_expiry = 3_600;
    keeper.clean_start = false;
    let connection = bench.connect(keeper);
    bench.pass(2_000);
    let subscribe = Action::Subscribe {
        connection,
        filter: "home/livingroom/light/+".to_owned(),
        qos: QoS::AtLeastOnce,
    };
    bench.act(subscribe).expect("a filter");
    bench.pass(500);
    bench
        .act(Action::Disconnect(connection))
        .expect("connected");
    bench.pass(500);
    switch_on(&mut bench);
    bench.pass(1_000);
    let sent = publishes(&mut bench, SET, Direction::ToBroker);
    let of = WhyOf::Packet(sent.last().expect("sent").seq);
    let waits = why(&mut bench, of.clone());
    let waits = row(&waits, "Workbench");
    let expected = match sent.last().and_then(|row| row.qos) {
        Some(QoS::AtMostOnce) => WhySign::Not,
        _ => WhySign::UnderWay,
    };
    assert_eq!(waits.sign, expected, "{waits:?}");
    bench.act(Action::Reconnect(connection)).expect("again");
    bench.pass(1_000);
    let got = why(&mut bench, of);
    let got = row(&got, "Workbench");
    if expected == WhySign::UnderWay {
        assert_eq!(got.sign, WhySign::Got, "{got:?}");
        assert!(got.words.contains("acknowledged"), "{}", got.words);
    }
}

#[test]
fn the_topic_tree_holds_what_was_published_and_what_is_stored() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(3_000);
    let answer = topics(&mut bench, "home/+/light");
    assert!(answer.matched >= 1 && answer.topics > answer.matched);
    let light = answer
        .rows
        .iter()
        .find(|row| row.path == "home/livingroom/light");
    assert!(light.is_some_and(|row| row.retained && row.matched == 1));
    let sys = answer.rows.iter().find(|row| row.path == "$SYS");
    assert!(sys.is_some_and(|row| row.depth == 0 && row.open == Some(true)));
    assert!(topics(&mut bench, "home/#/x").problem.is_some());
    bench.act(Action::Restart { seed: 3 }).expect("again");
    assert!(topics(&mut bench, "").topics < answer.topics);
}

#[test]
fn of_a_real_network_our_own_subscriptions_are_compared_and_nothing_else_is_claimed() {
    let mut network = Network::new(midge_broker::Config::default());
    let mut bench = Bench::new();
    let connection = bench.connect(live());
    network.carry(&mut bench);
    for filter in ["t/+", "u/#"] {
        let subscribe = Action::Subscribe {
            connection,
            filter: filter.to_owned(),
            qos: QoS::AtLeastOnce,
        };
        bench.act(subscribe).expect("legal");
    }
    network.carry(&mut bench);
    for topic in ["t/1", "v"] {
        let publish = Action::Publish {
            connection,
            topic: topic.to_owned(),
            payload: b"x".to_vec(),
            qos: QoS::AtMostOnce,
            retain: false,
        };
        bench.act(publish).expect("connected");
    }
    network.carry(&mut bench);
    let sent = publishes(&mut bench, "t/1", Direction::ToBroker);
    let answer = why(&mut bench, WhyOf::Packet(sent[0].seq));
    let own = row(&answer, "Workbench");
    assert_eq!((answer.rows.len(), own.sign), (1, WhySign::Unknown));
    assert!(answer.source.contains("only its broker knows"));

    let brought = publishes(&mut bench, "t/1", Direction::ToClient);
    let answer = why(&mut bench, WhyOf::Packet(brought[0].seq));
    let own = row(&answer, "Workbench");
    assert!(own.of_packet && own.sign == WhySign::Got);
    assert!(own.words.ends_with("t/+"), "{}", own.words);

    let elsewhere = publishes(&mut bench, "v", Direction::ToBroker);
    let answer = why(&mut bench, WhyOf::Packet(elsewhere[0].seq));
    let own = row(&answer, "Workbench");
    assert_eq!(own.sign, WhySign::Not);
    assert!(own.words.contains("level 1"), "{}", own.words);
}
