//! Packets under way on the wires: dots while they are few, a flow when they are many. Pure.

use midge_view::{DeviceId, Travel};
use std::collections::VecDeque;

/// How long a packet travels, in milliseconds.
pub const TRAVEL_MS: f64 = 250.0;
/// How long a wire stays marked after a packet set out.
pub const MARKED_MS: f64 = 600.0;
/// More packets in a second than this are drawn as a flow.
const DOTS_AT_MOST: usize = 30;
const SECOND_MS: f64 = 1000.0;

/// What set out in the last second of real time.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    seen: VecDeque<(f64, Travel)>,
    newest: Option<u64>,
}

/// How a wire is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WireLook {
    /// Whether a packet set out a moment ago.
    pub marked: bool,
    /// Width of the flow in plan units, 0 for none.
    pub flow: f32,
}

impl Traffic {
    /// Takes what the engine says set out. Numbers seen before are ignored, so that the same answer may
    /// be given twice; a number that falls back is a lab that began again.
    pub fn add(&mut self, now: f64, travels: &[Travel]) {
        if let (Some(newest), Some(last)) = (self.newest, travels.last())
            && last.seq + 1000 < newest
        {
            self.newest = None;
        }
        for travel in travels {
            if self.newest.is_none_or(|newest| travel.seq > newest) {
                self.seen.push_back((now, *travel));
                self.newest = Some(travel.seq);
            }
        }
        self.forget(now);
    }

    fn forget(&mut self, now: f64) {
        while self
            .seen
            .front()
            .is_some_and(|(at, _)| now - at > SECOND_MS)
        {
            self.seen.pop_front();
        }
    }

    /// Whether there are too many for dots.
    pub fn is_flow(&self) -> bool {
        self.seen.len() > DOTS_AT_MOST
    }

    /// The dots under way; none when they are a flow.
    pub fn dots(&self, now: f64) -> impl Iterator<Item = &Travel> {
        let flow = self.is_flow();
        self.seen
            .iter()
            .filter(move |(at, _)| !flow && now - at <= TRAVEL_MS)
            .map(|(_, travel)| travel)
    }

    /// How the wire of a device looks.
    pub fn wire(&self, now: f64, device: DeviceId) -> WireLook {
        let (mut packets, mut marked) = (0_u16, false);
        for (at, travel) in &self.seen {
            if travel.device == device {
                packets = packets.saturating_add(1);
                marked |= now - at <= MARKED_MS;
            }
        }
        let flow = if self.is_flow() && packets > 0 {
            // The width grows with the logarithm: 1 a second is a thread, 100 a rope.
            2.0 + 1.6 * f32::from(packets).ln()
        } else {
            0.0
        };
        WireLook { marked, flow }
    }

    /// Milliseconds after which the drawing would differ without anything further setting out.
    pub fn settles_in(&self, now: f64) -> Option<f64> {
        let (at, _) = self.seen.back()?;
        let age = now - at;
        [MARKED_MS, SECOND_MS]
            .into_iter()
            .find(|limit| age <= *limit)
            .map(|limit| limit - age + 20.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::{Direction, PacketType};

    fn travel(seq: u64) -> Travel {
        Travel {
            seq,
            device: DeviceId(u32::try_from(seq % 2).unwrap()),
            direction: Direction::ToBroker,
            packet_type: PacketType::Publish,
            qos: None,
        }
    }

    #[test]
    fn a_packet_is_a_dot_for_the_time_of_its_travel() {
        let mut traffic = Traffic::default();
        traffic.add(0.0, &[travel(1)]);
        traffic.add(10.0, &[travel(1)]);
        assert_eq!(traffic.dots(100.0).count(), 1);
        assert_eq!(traffic.dots(300.0).count(), 0);
        assert!(traffic.wire(300.0, DeviceId(1)).marked);
        assert!(!traffic.wire(700.0, DeviceId(1)).marked);
        assert!(!traffic.wire(300.0, DeviceId(0)).marked);
    }

    #[test]
    fn many_packets_are_a_flow_as_wide_as_their_rate() {
        let mut traffic = Traffic::default();
        let many: Vec<_> = (1..=60).map(travel).collect();
        traffic.add(0.0, &many);
        assert!(traffic.is_flow());
        assert_eq!(traffic.dots(0.0).count(), 0);
        assert!(traffic.wire(0.0, DeviceId(0)).flow > 2.0);
        assert_eq!(traffic.wire(0.0, DeviceId(7)).flow, 0.0);
        traffic.add(1500.0, &[]);
        assert!(!traffic.is_flow());
        assert_eq!(traffic.settles_in(1500.0), None);
    }

    #[test]
    fn a_lab_that_began_again_is_drawn_again() {
        let mut traffic = Traffic::default();
        traffic.add(0.0, &[travel(50_000)]);
        traffic.add(10.0, &[travel(3)]);
        assert_eq!(traffic.dots(20.0).count(), 2);
    }
}
