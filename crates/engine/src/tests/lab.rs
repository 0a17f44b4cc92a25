//! The lab by the wall clock.

use super::bench::Bench;
use core::time::Duration;
use midge_view::{Action, Answer, Clock, DeviceState, Outcome, Query};

fn clock(bench: &mut Bench) -> Clock {
    match bench.ask(Query::Frame) {
        Answer::Frame(frame) => frame.clock,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_lab_starts_by_itself_and_all_devices_connect() {
    let mut bench = Bench::new();
    bench.pass(3_000);
    let Answer::Frame(frame) = bench.ask(Query::Frame) else {
        panic!("not the frame")
    };
    assert_eq!(frame.clock.elapsed_ms, 3_000);
    assert_eq!(frame.clock.time_of_day_s, 19 * 3_600 + 3);
    let (online, all) = frame.devices_online;
    assert!(online == all && all >= 4, "{online} of {all}");
    assert!(frame.packets >= u64::from(all) * 2);
}

#[test]
fn pause_speed_and_step_do_as_they_say() {
    let mut bench = Bench::new();
    bench.pass(1_000);
    assert_eq!(bench.act(Action::Pause(true)), Ok(Outcome::Done));
    bench.pass(5_000);
    assert_eq!(clock(&mut bench).elapsed_ms, 1_000);

    let before = bench.packets("").end;
    let Ok(Outcome::Packet(seq)) = bench.act(Action::Step) else {
        panic!("no packet")
    };
    assert_eq!(seq, before);
    assert!(bench.packets("").end > before);
    let Answer::Packet(Some(packet)) = bench.ask(Query::Packet(seq)) else {
        panic!("not there")
    };
    assert_eq!(packet.row.seq, seq);
    let stopped = clock(&mut bench);
    assert!(stopped.paused && stopped.elapsed_ms >= 1_000);

    bench.act(Action::Speed(60)).expect("a speed");
    bench.act(Action::Pause(false)).expect("running");
    bench.pass(1_000);
    assert_eq!(clock(&mut bench).elapsed_ms, stopped.elapsed_ms + 60_000);
    let problem = bench.act(Action::Speed(7)).expect_err("no such speed");
    assert!(problem.what.contains('7') && problem.try_next[0].contains("60"));
}

#[test]
fn a_turn_ends_in_time_and_a_machine_that_is_too_slow_is_told() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.sleep(900);
    // Each look at the clock costs 9 ms, so that a turn affords one slice of what it owes.
    bench.cost = 9_000;
    let before = bench.wall();
    bench.frame(&[]);
    let took = bench.wall().since(before);
    assert!(took < Duration::from_millis(80), "{took:?}");
    assert_eq!(bench.engine.wait(bench.wall()), Duration::ZERO);

    bench.cost = 0;
    let late = clock(&mut bench);
    assert!(late.behind && late.elapsed_ms < 900 * 60, "{late:?}");
    bench.pass(3_000);
    let caught_up = clock(&mut bench);
    assert!(!caught_up.behind);
    assert!(caught_up.elapsed_ms >= late.elapsed_ms + 3_000 * 60);
}

#[test]
fn a_lamp_obeys_because_a_publish_went_through_the_broker() {
    let mut bench = Bench::new();
    bench.pass(2_000);
    let lamp = bench.device("Lamp", "Living room");
    assert!(matches!(lamp.state, DeviceState::Lamp { on: false, .. }));
    let command = midge_sim::Command::Switch(true);
    let action = midge_sim::Action::Command {
        device: lamp.id,
        command,
    };
    bench
        .act(Action::World(action))
        .expect("the phone is there");
    assert_eq!(bench.device("Lamp", "Living room").state, lamp.state);
    bench.pass(1_000);
    let lamp = bench.device("Lamp", "Living room");
    assert!(matches!(lamp.state, DeviceState::Lamp { on: true, .. }));

    let sets = bench.packets("home/livingroom/light/set").rows;
    let clients: Vec<&str> = sets
        .iter()
        .filter(|row| row.topic.is_some())
        .map(|row| row.client.as_str())
        .collect();
    assert!(clients[0].starts_with("Phone"), "{clients:?}");
    assert!(clients.contains(&"Lamp, living room"), "{clients:?}");

    let Answer::Device(Some(card)) = bench.ask(Query::Device(lamp.id)) else {
        panic!("no card")
    };
    assert_eq!(card.publishes[0], "home/livingroom/light");
    assert!(card.client.starts_with("connected for"), "{}", card.client);
    assert!(!card.packets.is_empty() && card.packets.len() <= 12);
}

#[test]
fn a_restart_begins_another_day_and_drops_the_old_packets() {
    let mut bench = Bench::new();
    bench.pass(2_000);
    let end = bench.packets("").end;
    assert_eq!(bench.act(Action::Restart { seed: 9 }), Ok(Outcome::Done));
    let frame = clock(&mut bench);
    assert_eq!((frame.seed, frame.elapsed_ms), (9, 0));
    assert_eq!(bench.packets("").start, end);
    bench.pass(2_000);
    assert!(bench.packets("").end > end);
    let travels = bench.house().travels;
    assert!(
        travels.is_empty(),
        "a fresh slot begins with what comes next"
    );
}

#[test]
fn what_the_world_refuses_is_said_in_words() {
    let mut bench = Bench::new();
    let action = midge_sim::Action::Press {
        device: midge_sim::DeviceId(999),
    };
    let problem = bench
        .act(Action::World(action))
        .expect_err("no such device");
    assert_eq!(problem.what, "There is no such device.");
}

#[test]
fn a_hidden_page_is_served_less_often() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(2_000);
    bench.frame(&[Query::House]);
    let watched = bench.engine.wait(bench.wall());
    bench.pass(1_500);
    let hidden = bench.engine.wait(bench.wall());
    assert!(watched < hidden && hidden >= Duration::from_millis(100));
    bench.act(Action::Pause(true)).expect("paused");
    assert_eq!(bench.engine.wait(bench.wall()), Duration::from_secs(1));
}
