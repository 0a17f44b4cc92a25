//! A hop as people know it: whose connection to which broker.

use midge_codec::{ByteString, Packet};
use midge_trace::Toward;
use midge_view::Middle;
use std::collections::BTreeMap;

/// A hop as people know it.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    /// What identifies the client among those of its broker.
    pub(crate) key: String,
    /// The client's name.
    pub(crate) name: String,
    /// Where its packets come from.
    pub(crate) origin: Origin,
    /// The URL of the broker on a real network.
    pub(super) url: Option<String>,
    /// The broker's address, of a client in a file: there may be several brokers.
    pub(crate) address: Option<String>,
    /// The client identifier, once a CONNECT or CONNACK told it.
    pub(crate) client_id: Option<String>,
    /// Since when no record of it can be older; with the newest record it had.
    pub(super) newest: u64,
    pub(super) aliases: BTreeMap<(Toward, u16), ByteString>,
}

/// Where the packets of a hop come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The lab's world, on its clock.
    Lab,
    /// A real network, on the wall's clock.
    Live,
    /// A file whose first packet was at this time.
    File {
        /// Microseconds since 1970.
        epoch_us: u64,
    },
}

impl Hop {
    /// The broker at its other end.
    pub(crate) fn middle(&self) -> Middle {
        match self.origin {
            Origin::Lab => Middle::Lab,
            Origin::Live => Middle::Network(self.url.clone().unwrap_or_default()),
            Origin::File { epoch_us } => Middle::File(epoch_us),
        }
    }

    /// Whether that is this one.
    pub(crate) fn leads_to(&self, middle: &Middle) -> bool {
        match (self.origin, middle) {
            (Origin::Lab, Middle::Lab) => true,
            (Origin::Live, Middle::Network(url)) => self.url.as_ref() == Some(url),
            (Origin::File { epoch_us }, Middle::File(epoch)) => epoch_us == *epoch,
            _ => false,
        }
    }

    /// Who it is.
    pub(super) fn learn(&mut self, packet: &Packet<'_>) {
        let told = match packet {
            Packet::Connect(connect) => Some(connect.client_id).filter(|id| !id.is_empty()),
            Packet::ConnAck(ack) => ack.properties.assigned_client_identifier(),
            _ => None,
        };
        if let Some(id) = told {
            self.client_id = Some(id.to_owned());
        }
    }
}
