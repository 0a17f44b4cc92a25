//! What happens on the links: opening, bytes both ways, closing, breaking.

use super::World;
use crate::HopOwner;
use crate::agenda::Source;
use crate::link::{End, Link, conn_of, hop_of};
use crate::pipe::{Load, Progress};
use crate::port::PortId;
use bytes::Bytes;
use midge_broker::ConnId;
use midge_codec::{PacketType, Wire};
use midge_devices::DeviceId;
use midge_trace::{HopId, Toward};

/// Hops that are remembered for the log's readers.
const HOPS: usize = 4_096;

impl World {
    /// Makes a link whose opening is on its way to the broker.
    pub(super) fn open_link(&mut self, owner: HopOwner, name: String, stalled: bool) -> HopId {
        let hop = HopId(self.next_hop);
        self.next_hop += 1;
        let mut link = Link::new(hop, owner, self.scenario.seed, stalled);
        link.up.push(self.now, Load::Open);
        self.links.insert(hop, link);
        self.remember_hop(hop, owner, name);
        self.reschedule(hop);
        hop
    }

    fn remember_hop(&mut self, hop: HopId, owner: HopOwner, name: String) {
        self.hops.insert(hop, (owner, name));
        if self.hops.len() > HOPS {
            let mut hops = self.hops.keys().copied();
            if let Some(oldest) = hops.find(|hop| !self.links.contains_key(hop)) {
                self.hops.remove(&oldest);
            }
        }
    }

    /// The client of a device asks for a transport.
    pub(super) fn open_for(&mut self, number: u32) {
        let Some(node) = self.node_mut(number) else {
            return;
        };
        let (id, stalled) = (node.id, node.stalled);
        let name = self.house.device(id).map_or("", |device| device.name());
        let hop = self.open_link(HopOwner::Device(id), name.to_owned(), stalled);
        if let Some(node) = self.node_mut(number) {
            node.hop = Some(hop);
        }
    }

    /// The client of a device sends a packet. One that comes after the end of its link is lost, as on
    /// a socket that was closed under its writer.
    pub(super) fn send_up_packet(&mut self, number: u32, packet: &Wire) {
        let Some(hop) = self.node_mut(number).and_then(|node| node.hop) else {
            return;
        };
        let ends = packet_type(packet);
        self.send_up(hop, packet.to_bytes(), ends);
    }

    /// Sends bytes from the client's end.
    pub(super) fn send_up(&mut self, hop: HopId, bytes: Bytes, ends: Option<PacketType>) {
        let Some(link) = self.links.get_mut(&hop) else {
            return;
        };
        if link.client == End::Closed {
            return;
        }
        link.tap
            .feed(&mut self.log, self.now, Toward::Broker, bytes.clone());
        link.up.send(self.now, bytes, ends);
        self.reschedule(hop);
    }

    /// Sends a packet from the broker's end.
    pub(super) fn send_down(&mut self, conn: ConnId, packet: &Wire) {
        let hop = hop_of(conn);
        let Some(link) = self.links.get_mut(&hop) else {
            return;
        };
        if link.broker != End::Open {
            return;
        }
        let bytes = packet.to_bytes();
        link.tap
            .feed(&mut self.log, self.now, Toward::Client, bytes.clone());
        link.down.send(self.now, bytes, packet_type(packet));
        self.reschedule(hop);
    }

    /// The client of a device closes its end after what it sent.
    pub(super) fn close_for(&mut self, number: u32) {
        if let Some(hop) = self.node_mut(number).and_then(|node| node.hop.take()) {
            self.close_up(hop);
        }
    }

    /// The client's end closes after what it sent.
    pub(super) fn close_up(&mut self, hop: HopId) {
        if let Some(link) = self.links.get_mut(&hop) {
            if (link.client, link.broker) == (End::Opening, End::Opening) {
                // Nobody answered and nothing was sent: there is nothing to close at the other end.
                link.broker = End::Closed;
            }
            link.client = End::Closed;
            link.up.push(self.now, Load::Close);
        }
        self.reschedule(hop);
    }

    /// The broker's end closes after what it sent.
    pub(super) fn close_down(&mut self, conn: ConnId) {
        let hop = hop_of(conn);
        if let Some(link) = self.links.get_mut(&hop) {
            link.broker = End::Closed;
            link.down.push(self.now, Load::Close);
        }
        self.reschedule(hop);
    }

    /// Something happened on the way to the broker.
    pub(super) fn advance_up(&mut self, hop: HopId) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&hop) else {
            return;
        };
        match link.up.advance(now) {
            Some(Progress::Departed(bytes)) => self.tell_sent(hop, bytes),
            Some(Progress::Arrived(load)) => self.arrive_at_broker(hop, load),
            None => {}
        }
        self.reschedule(hop);
    }

    /// Something happened on the way to a client.
    pub(super) fn advance_down(&mut self, hop: HopId) {
        let now = self.now;
        let Some(link) = self.links.get_mut(&hop) else {
            return;
        };
        match link.down.advance(now) {
            Some(Progress::Departed(bytes)) if link.broker == End::Open => {
                self.broker.handle_sent(now, conn_of(hop), bytes);
            }
            Some(Progress::Arrived(load)) => self.arrive_at_client(hop, load),
            Some(Progress::Departed(_)) | None => {}
        }
        self.reschedule(hop);
    }

    /// What comes to an end that has closed is lost.
    fn arrive_at_broker(&mut self, hop: HopId, load: Load) {
        let (now, conn) = (self.now, conn_of(hop));
        let Some(link) = self.links.get_mut(&hop) else {
            return;
        };
        match (load, link.broker) {
            (Load::Open, End::Opening) => {
                link.broker = End::Open;
                link.down.push(now, Load::Open);
                self.broker.handle_open(now, conn);
            }
            (Load::Bytes { bytes, ends }, End::Open) => {
                self.broker.handle_input(now, conn, bytes);
                self.cut_if_asked(hop, ends);
            }
            (Load::Close, End::Open) => {
                link.broker = End::Closed;
                self.broker.handle_close(now, conn);
            }
            _ => {}
        }
    }

    fn arrive_at_client(&mut self, hop: HopId, load: Load) {
        let Some(link) = self.links.get_mut(&hop) else {
            return;
        };
        match (load, link.client) {
            (Load::Open, End::Opening) => {
                link.client = End::Open;
                self.tell_open(hop);
            }
            (Load::Bytes { bytes, ends }, End::Open) => {
                self.tell_bytes(hop, bytes);
                self.cut_if_asked(hop, ends);
            }
            (Load::Close, End::Opening | End::Open) => {
                link.client = End::Closed;
                self.tell_closed(hop);
            }
            _ => {}
        }
    }

    /// Breaks a link: both ends see it close, and bytes under way are gone.
    pub(super) fn cut(&mut self, hop: HopId) {
        let Some(link) = self.links.get_mut(&hop) else {
            return;
        };
        let (client, broker) = (link.client, link.broker);
        (link.client, link.broker) = (End::Closed, End::Closed);
        if broker == End::Open {
            self.broker.handle_close(self.now, conn_of(hop));
        }
        if client != End::Closed {
            self.tell_closed(hop);
        }
        self.reschedule(hop);
    }

    /// Breaks the link if somebody asked for it after a packet such as the one that `ended`.
    fn cut_if_asked(&mut self, hop: HopId, ended: Option<PacketType>) {
        let Some(number) = self.device_of(hop).map(|id| id.0) else {
            return;
        };
        if let Some(node) = self.node_mut(number)
            && ended.is_some()
            && node.cut_after == ended
        {
            node.cut_after = None;
            self.cut(hop);
        }
    }

    fn device_of(&self, hop: HopId) -> Option<DeviceId> {
        match self.links.get(&hop)?.owner {
            HopOwner::Device(id) => Some(id),
            HopOwner::Port => None,
        }
    }

    /// Calls the client of the device at the end of `hop`, if it is one and still uses that hop.
    fn with_client(&mut self, hop: HopId, call: impl FnOnce(&mut midge_client::Client)) {
        if let Some(DeviceId(number)) = self.device_of(hop)
            && let Some(node) = self.node_mut(number)
            && node.hop == Some(hop)
        {
            call(&mut node.client);
            self.touched.insert(number);
        }
    }

    fn tell_open(&mut self, hop: HopId) {
        let now = self.now;
        self.with_client(hop, |client| client.handle_open(now));
    }

    fn tell_sent(&mut self, hop: HopId, bytes: usize) {
        let now = self.now;
        self.with_client(hop, |client| client.handle_sent(now, bytes));
        if let Some(port) = self.ports.get_mut(&PortId(hop.0)) {
            port.sent(bytes);
        }
    }

    fn tell_bytes(&mut self, hop: HopId, bytes: Bytes) {
        let now = self.now;
        if let Some(port) = self.ports.get_mut(&PortId(hop.0)) {
            port.receive(bytes);
            if port.is_full()
                && let Some(link) = self.links.get_mut(&hop)
            {
                link.down.stall();
            }
        } else {
            self.with_client(hop, |client| client.handle_input(now, bytes));
        }
    }

    fn tell_closed(&mut self, hop: HopId) {
        let now = self.now;
        self.with_client(hop, |client| client.handle_close(now));
        if let Some(DeviceId(number)) = self.device_of(hop)
            && let Some(node) = self.node_mut(number)
            && node.hop == Some(hop)
        {
            node.hop = None;
        }
        if let Some(port) = self.ports.get_mut(&PortId(hop.0)) {
            port.close();
        }
    }

    /// Writes down when a link wants to be looked at, or forgets it.
    pub(super) fn reschedule(&mut self, hop: HopId) {
        let Some(link) = self.links.get(&hop) else {
            return;
        };
        if link.is_over() {
            self.links.remove(&hop);
            self.agenda.set(Source::Up(hop), None);
            self.agenda.set(Source::Down(hop), None);
        } else {
            let (up, down) = (link.up.next(), link.down.next());
            self.agenda.set(Source::Up(hop), up);
            self.agenda.set(Source::Down(hop), down);
        }
    }
}

fn packet_type(packet: &Wire) -> Option<PacketType> {
    PacketType::from_bits(packet.head.first()? >> 4)
}

#[cfg(test)]
mod tests {
    use crate::{Action, LinkFault, Scenario, World};
    use midge_devices::DeviceId;
    use midge_session::Instant;

    #[test]
    fn attempts_that_nobody_answers_leave_nothing_behind() {
        let mut world = World::new(Scenario::house(1));
        let devices: Vec<DeviceId> = world.devices().map(|view| view.id()).collect();
        for &device in &devices {
            let fault = LinkFault::Stall;
            world.act(Action::Link { device, fault }).unwrap();
        }
        world.run_until(Instant::from_secs(3_600));
        assert!(world.next_hop > 500, "they kept trying");
        assert!(world.links.len() <= devices.len());

        for round in 0..20 {
            for &device in &devices {
                let on = round % 2 == 1;
                world.act(Action::Power { device, on }).unwrap();
            }
            world.run_until(world.now() + core::time::Duration::from_millis(402));
        }
        assert!(world.links.len() <= devices.len());
    }
}
