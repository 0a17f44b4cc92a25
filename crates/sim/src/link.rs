//! A link: two byte streams between a client and the broker, with a tap on it.

use crate::HopOwner;
use crate::pipe::Pipe;
use midge_broker::ConnId;
use midge_devices::Random;
use midge_session::Instant;
use midge_trace::{HopId, Tap};

/// What one end of a link knows about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It waits for the other end to answer, or has not heard of the link.
    Opening,
    Open,
    /// It has closed, was told, or is gone.
    Closed,
}

/// One network connection.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) owner: HopOwner,
    /// To the broker.
    pub(crate) up: Pipe,
    /// To the client.
    pub(crate) down: Pipe,
    pub(crate) tap: Tap,
    pub(crate) client: End,
    pub(crate) broker: End,
}

impl Link {
    /// A link whose opening is under way to the broker.
    pub(crate) fn new(hop: HopId, owner: HopOwner, seed: u64, stalled: bool) -> Self {
        // Far from the streams that the house draws from.
        let stream = (1 << 40) + u64::from(hop.0) * 2;
        Self {
            owner,
            up: Pipe::new(Random::new(seed, stream), stalled),
            down: Pipe::new(Random::new(seed, stream + 1), stalled),
            tap: Tap::new(hop),
            client: End::Opening,
            broker: End::Opening,
        }
    }

    /// Whether nobody is left who would notice it.
    pub(crate) fn is_over(&self) -> bool {
        self.client == End::Closed && self.broker == End::Closed
    }

    pub(crate) fn stall(&mut self) {
        self.up.stall();
        self.down.stall();
    }

    pub(crate) fn resume(&mut self, now: Instant) {
        self.up.resume(now);
        self.down.resume(now);
    }

    /// The client loses its power: no FIN is sent, and the broker goes on believing.
    pub(crate) fn lose_client(&mut self) {
        self.client = End::Closed;
        if self.broker == End::Opening {
            self.broker = End::Closed;
        }
        self.up.lose_sender();
        self.down.lose_receiver();
    }
}

/// The broker's name for the connection of a hop.
pub(crate) const fn conn_of(hop: HopId) -> ConnId {
    ConnId(hop.0)
}

/// The hop of a connection of the broker.
pub(crate) const fn hop_of(conn: ConnId) -> HopId {
    HopId(conn.0)
}
