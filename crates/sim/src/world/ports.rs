//! Clients from outside the house.

use super::World;
use crate::HopOwner;
use crate::link::End;
use crate::port::{Port, PortEvent, PortId};
use bytes::Bytes;

impl World {
    /// Opens a connection to the broker. Its transport is up at once: what is sent waits for the
    /// broker's end to open, as in a socket's buffer.
    pub fn open_port(&mut self, name: &str) -> PortId {
        let hop = self.open_link(HopOwner::Port, name.to_owned(), false);
        if let Some(link) = self.links.get_mut(&hop) {
            link.client = End::Open;
        }
        let port = PortId(hop.0);
        self.ports.insert(port, Port::default());
        port
    }

    /// Sends bytes, which may end anywhere in a packet. The caller holds back what it has while much
    /// is unsent: [`PortEvent::Sent`] says how much left. After the end of the port nothing happens.
    pub fn port_send(&mut self, port: PortId, bytes: Bytes) {
        if !bytes.is_empty() && self.ports.contains_key(&port) {
            self.send_up(port.hop(), bytes, None);
        }
    }

    /// What the port learned next, if anything. A port that is not read holds the broker back.
    pub fn port_receive(&mut self, port: PortId) -> Option<PortEvent> {
        let held = self.ports.get_mut(&port)?;
        let was_full = held.is_full();
        let event = held.pop()?;
        let reads_again = was_full && !held.is_full();
        if event == PortEvent::Closed {
            self.ports.remove(&port);
        }
        if reads_again && let Some(link) = self.links.get_mut(&port.hop()) {
            link.down.resume(self.now);
            self.reschedule(port.hop());
        }
        Some(event)
    }

    /// Closes the connection after what was sent, and forgets the port.
    pub fn close_port(&mut self, port: PortId) {
        if self.ports.remove(&port).is_some() {
            self.close_up(port.hop());
        }
    }
}
