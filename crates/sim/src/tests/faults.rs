//! Plugs pulled, links cut and stalled.

use super::{connected, find, publishes, run_for};
use crate::{Action, ActionRefused, Command, DeviceId, LinkFault, LinkState, RoomId, World};
use core::time::Duration;
use midge_client::State as ClientState;
use midge_codec::PacketType;
use midge_session::Instant;
use midge_trace::Toward;

const STATUS: &str = "home/livingroom/light/status";

fn lamp(world: &World) -> DeviceId {
    find(world, "home/livingroom/light")
}

fn link(world: &mut World, fault: LinkFault) {
    let device = lamp(world);
    world.act(Action::Link { device, fault }).unwrap();
}

/// When the phone received `payload` from the lamp's status topic for the last time.
fn told(world: &World, payload: &str) -> Option<Instant> {
    let phone = world.house().phone().unwrap();
    let mut inbox = world.inbox(phone).rev();
    let found = inbox.find(|got| got.message.topic == STATUS && got.message.payload == payload);
    Some(Instant::ZERO + found?.at)
}

#[test]
fn the_will_of_an_unplugged_lamp_comes_after_one_and_a_half_keep_alives() {
    let mut world = connected(1);
    run_for(&mut world, Duration::from_secs(60));
    let device = lamp(&world);
    let hop = world.device(device).unwrap().hop.unwrap();
    let unplugged = world.now();
    world.act(Action::Power { device, on: false }).unwrap();
    assert_eq!(world.device(device).unwrap().link, LinkState::HalfOpen);
    assert_eq!(world.device(device).unwrap().client, ClientState::Idle);

    run_for(&mut world, Duration::from_secs(14));
    assert_eq!(told(&world, "offline"), None, "the broker cannot know yet");
    assert!(
        world
            .broker()
            .session("livingroom-light")
            .unwrap()
            .connection
            .is_some()
    );
    run_for(&mut world, Duration::from_secs(40));

    let mut sent = world.log().iter_from(0).filter(|record| {
        record.hop == hop && record.toward == Toward::Broker && record.at <= unplugged
    });
    let last = sent.next_back().unwrap().at;
    let waited = told(&world, "offline").unwrap().since(last);
    assert!(
        waited >= Duration::from_secs(45) && waited < Duration::from_secs(46),
        "{waited:?}"
    );
    assert_eq!(world.device(device).unwrap().link, LinkState::Down);
}

#[test]
fn a_lamp_that_gets_its_power_back_takes_over_its_own_half_open_connection() {
    let mut world = connected(1);
    let device = lamp(&world);
    world.act(Action::Power { device, on: false }).unwrap();
    run_for(&mut world, Duration::from_secs(3));
    let back = world.now();
    world.act(Action::Power { device, on: true }).unwrap();
    run_for(&mut world, Duration::from_secs(3));
    assert_eq!(world.device(device).unwrap().link, LinkState::Up);
    assert!(told(&world, "online").unwrap() > back);
    let command = Command::Switch(true);
    world.act(Action::Command { device, command }).unwrap();
    let from = world.log().end();
    run_for(&mut world, Duration::from_secs(1));
    assert!(!publishes(&world, from, "home/livingroom/light").is_empty());
}

#[test]
fn a_cut_link_is_noticed_at_once_and_the_client_comes_back() {
    let mut world = connected(1);
    let device = lamp(&world);
    let hop = world.device(device).unwrap().hop;
    let cut = world.now();
    link(&mut world, LinkFault::Cut);
    assert_eq!(world.device(device).unwrap().client, ClientState::Waiting);
    assert_eq!(world.device(device).unwrap().link, LinkState::Down);
    run_for(&mut world, Duration::from_secs(10));
    assert!(told(&world, "offline").unwrap().since(cut) < Duration::from_millis(50));
    assert!(told(&world, "online").unwrap() > cut);
    let view = world.device(device).unwrap();
    assert_eq!(
        (view.client, view.link),
        (ClientState::Connected, LinkState::Up)
    );
    assert_ne!(view.hop, hop, "a hop is one connection");
}

#[test]
fn a_link_cut_after_a_packet_type_breaks_right_after_its_delivery() {
    let mut world = connected(1);
    link(&mut world, LinkFault::CutAfter(PacketType::PubAck));
    let device = lamp(&world);
    let hop = world.device(device).unwrap().hop.unwrap();
    run_for(&mut world, Duration::from_secs(10));
    assert_eq!(
        world.device(device).unwrap().hop,
        Some(hop),
        "nothing acknowledged"
    );

    let command = Command::Switch(true);
    world.act(Action::Command { device, command }).unwrap();
    run_for(&mut world, Duration::from_millis(100));
    let records = world.log().iter_from(0);
    let last = records.rev().find(|record| record.hop == hop);
    assert_eq!(last.unwrap().packet_type(), Some(PacketType::PubAck));
    assert_eq!(world.device(device).unwrap().client, ClientState::Waiting);
    run_for(&mut world, Duration::from_secs(10));
    assert_eq!(world.device(device).unwrap().client, ClientState::Connected);
}

#[test]
fn a_short_stall_delays_and_loses_nothing() {
    let mut world = connected(1);
    link(&mut world, LinkFault::Stall);
    let device = lamp(&world);
    assert_eq!(world.device(device).unwrap().link, LinkState::Stalled);
    let command = Command::Dim(30);
    world.act(Action::Command { device, command }).unwrap();
    run_for(&mut world, Duration::from_secs(5));
    let state = world.device(device).unwrap().device.state();
    assert_eq!(
        state,
        midge_devices::State::Lamp {
            on: false,
            brightness: 100
        }
    );
    link(&mut world, LinkFault::Resume);
    run_for(&mut world, Duration::from_secs(1));
    let state = world.device(device).unwrap().device.state();
    assert_eq!(
        state,
        midge_devices::State::Lamp {
            on: true,
            brightness: 30
        }
    );
}

#[test]
fn a_long_stall_ends_the_connection_on_both_sides_and_resuming_heals_it() {
    let mut world = connected(1);
    link(&mut world, LinkFault::Stall);
    run_for(&mut world, Duration::from_secs(120));
    assert!(told(&world, "offline").is_some());
    let device = lamp(&world);
    assert_ne!(world.device(device).unwrap().client, ClientState::Connected);
    link(&mut world, LinkFault::Resume);
    run_for(&mut world, Duration::from_secs(40));
    assert_eq!(world.device(device).unwrap().client, ClientState::Connected);
}

#[test]
fn what_cannot_be_done_is_refused_with_its_reason() {
    let mut world = connected(1);
    let (device, sensor) = (lamp(&world), find(&world, "home/kitchen/temperature"));
    let phone = world.house().phone().unwrap();
    let switch = |device| Action::Command {
        device,
        command: Command::Switch(true),
    };
    let nobody = DeviceId(99);
    assert_eq!(world.act(switch(nobody)), Err(ActionRefused::UnknownDevice));
    assert_eq!(world.act(switch(sensor)), Err(ActionRefused::NotObeyed));
    let press = world.act(Action::Press { device: phone });
    assert_eq!(press, Err(ActionRefused::NoButton));
    let walk = world.act(Action::Walk { room: RoomId(99) });
    assert_eq!(walk, Err(ActionRefused::UnknownRoom));
    let window = world.act(Action::Window {
        room: midge_devices::plan::HALL,
        open: true,
    });
    assert_eq!(window, Err(ActionRefused::NoWindow));

    world.act(Action::Power { device, on: false }).unwrap();
    let press = world.act(Action::Press { device });
    assert_eq!(press, Err(ActionRefused::Unpowered));
    let connect = Action::Connection {
        device: sensor,
        on: true,
    };
    let refused = ActionRefused::Client(midge_client::Refused::NotIdle);
    assert_eq!(world.act(connect), Err(refused));
}

#[test]
fn a_client_that_disconnects_stays_away_without_its_will_until_it_is_called_back() {
    let mut world = connected(1);
    let device = lamp(&world);
    world.act(Action::Connection { device, on: false }).unwrap();
    run_for(&mut world, Duration::from_secs(60));
    assert_eq!(told(&world, "offline"), None);
    assert_eq!(world.device(device).unwrap().client, ClientState::Idle);
    assert_eq!(world.device(device).unwrap().link, LinkState::Down);
    world.act(Action::Connection { device, on: true }).unwrap();
    run_for(&mut world, Duration::from_secs(1));
    assert_eq!(world.device(device).unwrap().client, ClientState::Connected);
}
