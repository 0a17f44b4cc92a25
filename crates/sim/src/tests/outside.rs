//! Clients from outside, on ports.

use super::{connected, run_for};
use crate::{PortEvent, PortId, World};
use bytes::Bytes;
use core::time::Duration;
use midge_client::{Client, Command, Config, Event, Output, SubscribeRequest};
use midge_codec::{Message, PropertiesBuf, QoS};
use midge_trace::Toward;

/// A real client behind a port, driven as the page's engine drives one.
struct Outsider {
    client: Client,
    port: Option<PortId>,
    events: Vec<Event>,
}

impl Outsider {
    fn connect(world: &mut World, client_id: &'static str) -> Self {
        let config = Config {
            client_id: client_id.into(),
            ..Config::default()
        };
        let mut client = Client::new(config, 1);
        client.command(world.now(), Command::Connect).unwrap();
        let mut outsider = Self {
            client,
            port: None,
            events: Vec::new(),
        };
        outsider.run(world, Duration::from_secs(1));
        outsider
    }

    fn command(&mut self, world: &mut World, command: Command) {
        self.client.command(world.now(), command).unwrap();
        self.run(world, Duration::from_secs(1));
    }

    /// Runs the world in short steps, as frames would.
    fn run(&mut self, world: &mut World, duration: Duration) {
        let end = world.now() + duration;
        loop {
            self.exchange(world);
            if world.now() >= end {
                return;
            }
            run_for(world, Duration::from_millis(10));
            self.client.handle_timeout(world.now());
        }
    }

    fn exchange(&mut self, world: &mut World) {
        loop {
            while let Some(output) = self.client.poll_output() {
                match output {
                    Output::Open => {
                        self.port = Some(world.open_port("Workbench"));
                        self.client.handle_open(world.now());
                    }
                    Output::Send(packet) => {
                        world.port_send(self.port.unwrap(), packet.to_bytes());
                    }
                    Output::Close => world.close_port(self.port.take().unwrap()),
                    Output::Event(event) => self.events.push(event),
                }
            }
            let Some(event) = self.port.and_then(|port| world.port_receive(port)) else {
                return;
            };
            match event {
                PortEvent::Bytes(bytes) => self.client.handle_input(world.now(), bytes),
                PortEvent::Sent(bytes) => self.client.handle_sent(world.now(), bytes),
                PortEvent::Closed => {
                    self.port = None;
                    self.client.handle_close(world.now());
                }
            }
        }
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
    let mut outsider = Outsider::connect(&mut world, "bench");
    assert!(matches!(outsider.events[0], Event::Connected { .. }));
    outsider.subscribe(&mut world, "home/livingroom/+");
    let topics: Vec<&str> = outsider
        .received()
        .iter()
        .map(|(topic, _)| *topic)
        .collect();
    assert!(topics.contains(&"home/livingroom/light"));
    assert!(topics.contains(&"home/livingroom/motion"));
    assert!(topics.contains(&"home/livingroom/temperature"));

    let on = Message::new("home/livingroom/light/set", "ON", QoS::ExactlyOnce, false);
    outsider.command(&mut world, Command::Publish(on));
    let (topic, payload) = *outsider.received().last().unwrap();
    assert_eq!(topic, "home/livingroom/light");
    assert_eq!(payload, br#"{"state":"ON","brightness":100}"#);

    let hop = outsider.port.unwrap().hop();
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
    let mut outsider = Outsider::connect(&mut world, "bench");
    assert!(world.broker().session("bench").is_some());
    let port = outsider.port.take().unwrap();
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
    let mut outsider = Outsider::connect(&mut world, "bench");
    outsider.subscribe(&mut world, "blob");
    let blob: Vec<u8> = (0..1_048_576_u32).map(|n| (n * 31 >> 3) as u8).collect();
    for _ in 0..3 {
        let message = Message::new("blob", blob.clone(), QoS::AtMostOnce, false);
        let publish = Command::Publish(message);
        outsider.client.command(world.now(), publish).unwrap();
    }
    outsider.exchange(&mut world);
    run_for(&mut world, Duration::from_secs(10));
    let session = world.broker().session("bench").unwrap();
    assert!(session.connection.is_some());
    outsider.run(&mut world, Duration::from_secs(10));
    let received = outsider.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|(_, payload)| *payload == blob));
}
