//! Clients from outside, on ports.

use super::{connected, run_for};
use crate::{Guest, PortEvent, World};
use bytes::Bytes;
use core::time::Duration;
use midge_client::{Command, Config, Event, SubscribeRequest};
use midge_codec::{Message, PropertiesBuf, QoS};
use midge_trace::Toward;

/// A guest that connected as `bench`, and what it was told.
struct Bench {
    guest: Guest,
    events: Vec<Event>,
}

impl Bench {
    fn connect(world: &mut World) -> Self {
        let config = Config {
            client_id: "bench".into(),
            ..Config::default()
        };
        let mut bench = Self {
            guest: Guest::new("Workbench", config, 1),
            events: Vec::new(),
        };
        bench.command(world, Command::Connect);
        bench
    }

    fn command(&mut self, world: &mut World, command: Command) {
        self.guest.command(world, command).unwrap();
        self.run(world, 1);
    }

    fn run(&mut self, world: &mut World, seconds: u64) {
        let until = world.now() + Duration::from_secs(seconds);
        self.guest.run_until(world, until);
        self.events
            .extend(core::iter::from_fn(|| self.guest.poll_event()));
    }

    fn subscribe(&mut self, world: &mut World, filter: &'static str) {
        let request = SubscribeRequest {
            filter: filter.into(),
            options: QoS::AtLeastOnce.into(),
        };
        let command = Command::Subscribe {
            filters: vec![request],
            properties: PropertiesBuf::new(),
        };
        self.command(world, command);
    }

    fn received(&self) -> Vec<(&str, &[u8])> {
        let messages = self.events.iter().filter_map(|event| match event {
            Event::Message { message, .. } => Some((&*message.topic, &*message.payload)),
            _ => None,
        });
        messages.collect()
    }
}

#[test]
fn an_outside_client_hears_the_house_and_commands_it() {
    let mut world = connected(1);
    let mut bench = Bench::connect(&mut world);
    assert!(matches!(bench.events[0], Event::Connected { .. }));
    bench.subscribe(&mut world, "home/livingroom/+");
    let topics: Vec<&str> = bench.received().iter().map(|(topic, _)| *topic).collect();
    assert!(topics.contains(&"home/livingroom/light"));
    assert!(topics.contains(&"home/livingroom/motion"));
    assert!(topics.contains(&"home/livingroom/temperature"));

    let on = Message::new("home/livingroom/light/set", "ON", QoS::ExactlyOnce, false);
    bench.command(&mut world, Command::Publish(on));
    let (topic, payload) = *bench.received().last().unwrap();
    assert_eq!(topic, "home/livingroom/light");
    assert_eq!(payload, br#"{"state":"ON","brightness":100}"#);

    let hop = bench.guest.port().unwrap().hop();
    assert_eq!(world.hop_name(hop), Some("Workbench"));
    let on_hop = |toward| {
        let records = world.log().iter_from(0);
        records
            .filter(|r| r.hop == hop && r.toward == toward)
            .count()
    };
    assert!(on_hop(Toward::Broker) >= 4 && on_hop(Toward::Client) >= 6);
}

#[test]
fn an_outside_client_that_leaves_without_disconnect_is_lost_and_its_port_is_gone() {
    let mut world = connected(1);
    let bench = Bench::connect(&mut world);
    assert!(world.broker().session("bench").is_some());
    let port = bench.guest.port().unwrap();
    world.close_port(port);
    run_for(&mut world, Duration::from_secs(1));
    assert!(
        world
            .broker()
            .session("bench")
            .is_none_or(|s| s.connection.is_none())
    );
    assert_eq!(world.port_receive(port), None);
    world.port_send(port, Bytes::from_static(b"late"));
}

#[test]
fn a_port_that_sends_what_is_not_mqtt_is_closed_and_the_house_goes_on() {
    let mut world = connected(1);
    let port = world.open_port("vandal");
    world.port_send(port, Bytes::from_static(b"GET / HTTP/1.1\r\n\r\n"));
    run_for(&mut world, Duration::from_secs(1));
    let events: Vec<PortEvent> = core::iter::from_fn(|| world.port_receive(port)).collect();
    assert_eq!(events.last(), Some(&PortEvent::Closed));
    assert!(
        world
            .devices()
            .all(|view| view.client == midge_client::State::Connected)
    );
}

#[test]
fn a_megabyte_passes_unchanged_and_an_unread_port_holds_the_broker_back() {
    let mut world = connected(1);
    let mut bench = Bench::connect(&mut world);
    bench.subscribe(&mut world, "blob");
    let blob: Vec<u8> = (0..1_048_576_u32)
        .map(|n| (n.wrapping_mul(31) >> 3) as u8)
        .collect();
    for _ in 0..3 {
        let message = Message::new("blob", blob.clone(), QoS::AtMostOnce, false);
        bench
            .guest
            .command(&mut world, Command::Publish(message))
            .unwrap();
    }
    run_for(&mut world, Duration::from_secs(10));
    let session = world.broker().session("bench").unwrap();
    assert!(session.connection.is_some());
    bench.run(&mut world, 10);
    let received = bench.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|(_, payload)| *payload == blob));
}
