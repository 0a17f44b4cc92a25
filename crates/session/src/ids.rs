//! Packet identifiers: one that is in use is never given out again.

use alloc::vec::Vec;
use midge_codec::PacketId;

/// Allocates packet identifiers in turn, from 1 to 65,535 and round again [MQTT-2.2.1-3]
/// [MQTT-2.2.1-4].
#[derive(Clone, Debug, Default)]
pub(crate) struct PacketIds {
    /// The identifier given out last, 0 before the first.
    last: u16,
    /// Sorted. Identifiers are given out in turn, so that most changes are at the ends.
    in_use: Vec<PacketId>,
}

impl PacketIds {
    /// The identifier whose turn it is; `None` when all 65,535 are in use.
    pub(crate) fn peek(&self) -> Option<PacketId> {
        if self.in_use.len() == usize::from(u16::MAX) {
            return None;
        }
        let mut candidate = successor(self.last);
        while let Ok(index) = self.in_use.binary_search(&candidate) {
            candidate = self.after_run(index);
        }
        Some(candidate)
    }

    /// The identifier that [`PacketIds::peek`] gave is in use from here on.
    pub(crate) fn take(&mut self, packet_id: PacketId) {
        if let Err(index) = self.in_use.binary_search(&packet_id) {
            self.in_use.insert(index, packet_id);
            self.last = packet_id.get();
        }
    }

    /// A message that had a turn was dropped: its identifier is left out, so that the gap tells the
    /// peer, and whoever reads the packets, that one is missing.
    pub(crate) fn skip(&mut self) {
        if let Some(packet_id) = self.peek() {
            self.last = packet_id.get();
        }
    }

    /// The identifier after the run of consecutive ones that includes `in_use[index]`.
    fn after_run(&self, index: usize) -> PacketId {
        let run = self.in_use[index..]
            .windows(2)
            .take_while(|pair| pair[0].get().checked_add(1) == Some(pair[1].get()))
            .count();
        successor(self.in_use[index + run].get())
    }

    /// The identifier is free again. False if it was not in use.
    pub(crate) fn release(&mut self, packet_id: PacketId) -> bool {
        match self.in_use.binary_search(&packet_id) {
            Ok(index) => {
                self.in_use.remove(index);
                true
            }
            Err(_) => false,
        }
    }

    /// Every identifier is free again; the turn goes on where it was.
    pub(crate) fn clear(&mut self) {
        self.in_use.clear();
    }
}

fn successor(id: u16) -> PacketId {
    PacketId::new(id.wrapping_add(1)).unwrap_or(PacketId::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl PacketIds {
        fn allocate(&mut self) -> Option<PacketId> {
            let packet_id = self.peek()?;
            self.take(packet_id);
            Some(packet_id)
        }
    }

    #[test]
    fn ids_are_given_in_turn_and_zero_is_left_out() {
        let mut ids = PacketIds {
            last: 65_534,
            in_use: Vec::new(),
        };
        let given: Vec<u16> = (0..3).map(|_| ids.allocate().unwrap().get()).collect();
        assert_eq!(given, [65_535, 1, 2]);
    }

    #[test]
    fn the_id_of_a_dropped_message_is_left_out() {
        let mut ids = PacketIds::default();
        ids.take(PacketId::new(2).unwrap());
        ids.last = 0;
        ids.skip();
        ids.skip();
        assert_eq!(ids.allocate().map(PacketId::get), Some(4));
    }

    #[test]
    fn an_id_in_use_is_passed_over_until_it_is_released() {
        let mut ids = PacketIds::default();
        for _ in 0..u16::MAX {
            ids.allocate().unwrap();
        }
        assert_eq!(ids.allocate(), None);
        let seven = PacketId::new(7).unwrap();
        assert!(ids.release(seven));
        assert!(!ids.release(seven));
        assert_eq!(ids.allocate(), Some(seven));
        assert_eq!(ids.allocate(), None);
    }
}
