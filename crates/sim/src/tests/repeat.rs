//! The same seed and the same actions give the same packets, however the run is cut.

use super::connected;
use crate::{Action, Command, Deed, LinkFault, Publication, Scenario, World, trace_hash};
use midge_codec::{PacketType, QoS};
use midge_devices::{DeviceId, Random, RoomId};
use midge_session::Instant;

/// A script of every kind of action, legal or not, drawn by `seed`.
fn script(seed: u64, length: u64) -> Vec<Deed> {
    let mut random = Random::new(seed, 77);
    let mut at = Instant::ZERO;
    let mut deeds = Vec::new();
    for _ in 0..length {
        at += core::time::Duration::from_millis(random.below(3_000));
        let action = action(&mut random);
        deeds.push(Deed { at, action });
    }
    deeds
}

fn action(random: &mut Random) -> Action {
    let device = DeviceId(u32::try_from(random.below(12)).unwrap());
    let room = RoomId(u32::try_from(random.below(6)).unwrap());
    let on = random.below(2) == 0;
    let qos = QoS::ALL[usize::try_from(random.below(3)).unwrap()];
    let types = PacketType::ALL;
    let packet = types[usize::try_from(random.below(15)).unwrap()];
    match random.below(14) {
        0 => Action::Command {
            device,
            command: Command::Switch(on),
        },
        1 => Action::Command {
            device,
            command: Command::Dim(u8::try_from(random.below(150)).unwrap()),
        },
        2 => Action::Press { device },
        3 => Action::Walk { room },
        4 => Action::Window { room, open: on },
        5 => Action::Heat { room, on },
        6 => Action::Power { device, on },
        7 => link(device, LinkFault::Cut),
        8 => link(device, LinkFault::CutAfter(packet)),
        9 => link(
            device,
            if on {
                LinkFault::Stall
            } else {
                LinkFault::Resume
            },
        ),
        10 => Action::Publish {
            device,
            publication: Publication {
                topic: "home/livingroom/light/set".into(),
                payload: "ON".into(),
                qos,
                retain: on,
            },
        },
        11 => Action::Subscribe {
            device,
            filter: if on { "home/#" } else { "home/+/light" }.into(),
            qos,
        },
        12 => Action::Unsubscribe {
            device,
            filter: "home/#".into(),
        },
        _ => Action::Connection { device, on },
    }
}

fn link(device: DeviceId, fault: LinkFault) -> Action {
    Action::Link { device, fault }
}

const END: Instant = Instant::from_secs(400);

#[test]
fn the_same_seed_and_actions_give_the_same_hash_and_others_do_not() {
    let deeds = script(1, 200);
    let hash = trace_hash(1, &deeds, END);
    assert_eq!(hash, trace_hash(1, &deeds, END));
    assert_ne!(hash, trace_hash(2, &deeds, END));
    assert_ne!(hash, trace_hash(1, &deeds[..100], END));
}

#[test]
fn random_scripts_leave_a_house_that_heals() {
    for seed in 0..6 {
        let mut world = crate::play(Scenario::house(seed), &script(seed, 150), END);
        let ids: Vec<DeviceId> = world.devices().map(|view| view.id()).collect();
        for device in ids {
            world.act(Action::Power { device, on: false }).unwrap();
            world.act(link(device, LinkFault::Resume)).unwrap();
            world.act(Action::Power { device, on: true }).unwrap();
        }
        // A cut that was asked for and has not come yet may come now, several times.
        world.run_until(END + core::time::Duration::from_secs(180));
        let lost = world
            .devices()
            .filter(|view| view.client != midge_client::State::Connected);
        assert_eq!(lost.count(), 0, "seed {seed}");
    }
}

#[test]
fn a_clone_runs_on_as_the_original_does() {
    let mut world = connected(3);
    let mut clone = world.clone();
    world.run_until(END);
    clone.run_until(END);
    assert_eq!(world.log().hash(), clone.log().hash());
    assert!(world.log().end() > 100);
}

#[test]
fn budgets_frames_and_steps_change_nothing() {
    let whole = {
        let mut world = World::new(Scenario::house(5));
        world.run_until(END);
        world.log().hash()
    };
    let mut framed = World::new(Scenario::house(5));
    let mut frames = 0;
    while framed.now() < END {
        let until = (framed.now() + core::time::Duration::from_millis(16)).min(END);
        while !framed.run_budgeted(until, 3) {
            frames += 1;
        }
    }
    assert!(frames > 0);
    assert_eq!(framed.log().hash(), whole);

    let mut stepped = World::new(Scenario::house(5));
    while stepped.next_event().is_some_and(|at| at <= END) {
        if stepped.now() < Instant::from_secs(200) {
            stepped.step();
        } else {
            stepped.run_until(END);
        }
    }
    assert_eq!(stepped.log().hash(), whole);
}

#[test]
fn scripts_survive_serde() {
    let deeds = script(9, 100);
    let text = serde_json::to_string(&deeds).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Deed>>(&text).unwrap(), deeds);
}
