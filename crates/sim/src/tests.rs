//! The world as a whole: what its devices, links and broker do together.

mod faults;
mod outside;
mod repeat;

use crate::{Action, Command, DeviceId, LinkState, Scenario, World};
use core::time::Duration;
use midge_client::State as ClientState;
use midge_codec::Packet;
use midge_devices::State;
use midge_session::Instant;
use midge_trace::Toward;

/// A world whose devices have all connected.
fn connected(seed: u64) -> World {
    let mut world = World::new(Scenario::house(seed));
    world.run_until(Instant::from_secs(5));
    world
}

fn find(world: &World, topic: &str) -> DeviceId {
    let mut devices = world.house().devices().iter();
    let found = devices.find(|device| device.topic() == topic);
    found.expect("the house has it").id()
}

fn run_for(world: &mut World, duration: Duration) {
    world.run_until(world.now() + duration);
}

/// Every PUBLISH logged from number `from` on whose topic starts with `prefix`: hop, way, topic, payload.
fn publishes(world: &World, from: u64, prefix: &str) -> Vec<(String, Toward, String, String)> {
    let records = world.log().iter_from(from);
    records
        .filter_map(|record| match record.packet() {
            Some(Packet::Publish(publish)) if publish.topic.starts_with(prefix) => Some((
                world.hop_name(record.hop).unwrap().to_owned(),
                record.toward,
                publish.topic.to_owned(),
                String::from_utf8_lossy(publish.payload).into_owned(),
            )),
            _ => None,
        })
        .collect()
}

#[test]
fn every_device_connects_by_itself_and_says_that_it_is_there() {
    let world = connected(1);
    assert_eq!(world.broker().session_count(), 11);
    for view in world.devices() {
        assert_eq!(
            view.client,
            ClientState::Connected,
            "{}",
            view.device.name()
        );
        assert_eq!(view.link, LinkState::Up);
        assert_eq!(world.hop_name(view.hop.unwrap()), Some(view.device.name()));
        let status = format!("{}/status", view.device.topic());
        let retained = world.broker().retained(&status).next().unwrap();
        assert_eq!(retained.message.topic, status);
        assert_eq!(retained.message.payload, "online");
    }
}

#[test]
fn a_command_goes_from_the_phone_through_the_broker_to_the_lamp_and_its_answer_back() {
    let mut world = connected(1);
    let lamp = find(&world, "home/livingroom/light");
    let from = world.log().end();
    let command = Command::Dim(60);
    world
        .act(Action::Command {
            device: lamp,
            command,
        })
        .unwrap();
    run_for(&mut world, Duration::from_secs(1));

    let report = r#"{"state":"ON","brightness":60}"#;
    let hop = |name: &str, toward, topic: &str, payload: &str| {
        (
            name.to_owned(),
            toward,
            topic.to_owned(),
            payload.to_owned(),
        )
    };
    let (set, state) = ("home/livingroom/light/set", "home/livingroom/light");
    assert_eq!(
        publishes(&world, from, state),
        [
            hop("Phone, living room", Toward::Broker, set, "60"),
            hop("Lamp, living room", Toward::Client, set, "60"),
            hop("Lamp, living room", Toward::Broker, state, report),
            hop("Phone, living room", Toward::Client, state, report),
        ]
    );
    let light = State::Lamp {
        on: true,
        brightness: 60,
    };
    assert_eq!(world.device(lamp).unwrap().device.state(), light);
    let phone = world.house().phone().unwrap();
    assert_eq!(
        world.inbox(phone).next_back().unwrap().message.payload,
        report
    );
}

#[test]
fn a_quiet_house_sends_a_few_packets_a_second_at_most() {
    let mut world = connected(1);
    let from = world.log().end();
    run_for(&mut world, Duration::from_secs(600));
    let packets = world.log().end() - from;
    assert!((300..1_800).contains(&packets), "{packets} in ten minutes");
}

#[test]
fn a_step_ends_with_the_next_packet() {
    let mut world = connected(1);
    for _ in 0..20 {
        let end = world.log().end();
        let seq = world.step().unwrap();
        assert_eq!(seq, end);
        assert_eq!(world.log().record(seq).unwrap().at, world.now());
    }
}

#[test]
fn a_step_gives_up_after_an_hour_in_which_nothing_has_power() {
    let mut world = World::new(Scenario {
        broker: midge_broker::Config {
            sys_interval: None,
            ..midge_broker::Config::default()
        },
        ..Scenario::house(1)
    });
    let ids: Vec<DeviceId> = world.devices().map(|view| view.id()).collect();
    for device in ids {
        world.act(Action::Power { device, on: false }).unwrap();
    }
    assert_eq!(world.step(), None);
    assert_eq!(world.now(), Instant::from_secs(3600));
}

#[test]
fn the_brokers_events_are_kept_with_their_times() {
    let world = connected(1);
    let connects = world
        .events()
        .filter(|record| matches!(record.event, midge_broker::Event::Connected { .. }));
    assert_eq!(connects.count(), 11);
    assert!(
        world
            .events()
            .is_sorted_by_key(|record| (record.at, record.seq))
    );
    let last = world.events_end() - 1;
    assert_eq!(
        world.events_from(last).map(|r| r.seq).collect::<Vec<_>>(),
        [last]
    );
    assert_eq!(world.events_from(last + 1).count(), 0);
}
