//! What the lab's broker tells besides packets, and what people break, as marks of the journal.

use super::whose::{Whose, whose};
use crate::packets::Journal;
use midge_broker::route::NotDelivered;
use midge_broker::{CloseReason, Event};
use midge_codec::ByteString;
use midge_sim::{Action, BrokerEventRecord, LinkFault, World};
use midge_trace::HopId;
use midge_trace::ladder::{Mark, MarkKind};
use midge_view::{ConnectionId, DeviceId, Middle};
use std::collections::BTreeMap;

/// Client identifiers whose clients are remembered.
const CLIENTS_MAX: usize = 4_096;

/// Reads the broker's events once, in the order of the packets between them.
#[derive(Debug, Default)]
pub(crate) struct Teller {
    /// Events below this number were read.
    told: u64,
    /// The client by its client identifier.
    clients: BTreeMap<ByteString, Whose>,
}

impl Teller {
    /// Notes what was told before the record with the number `before` of the world's log.
    pub(crate) fn tell(
        &mut self,
        world: &World,
        ports: &BTreeMap<HopId, ConnectionId>,
        journal: &mut Journal,
        before: u64,
    ) {
        for record in world.events_from(self.told) {
            if record.logged > before {
                return;
            }
            self.told = record.seq + 1;
            if let Some(mark) = self.mark(world, ports, record) {
                journal.mark(Middle::Lab, mark);
            }
        }
    }

    fn mark(
        &mut self,
        world: &World,
        ports: &BTreeMap<HopId, ConnectionId>,
        record: &BrokerEventRecord,
    ) -> Option<Mark> {
        let (client, topic, message, kind) = match &record.event {
            Event::Connected {
                conn, client_id, ..
            } => {
                if self.clients.len() >= CLIENTS_MAX {
                    self.clients.pop_first();
                }
                let whose = whose(world, ports, World::hop_of(*conn))?;
                self.clients.insert(client_id.clone(), whose);
                return None;
            }
            Event::Disconnected { conn, reason, .. } => {
                let whose = whose(world, ports, World::hop_of(*conn))?;
                let kind = MarkKind::Closed(closed(reason)?);
                (whose, None, None, kind)
            }
            Event::SessionEnded { client_id, .. } => {
                let whose = self.whose(client_id);
                (whose, None, None, MarkKind::SessionEnded)
            }
            Event::Queued {
                client_id,
                topic,
                id,
            } => (self.whose(client_id), Some(topic), *id, MarkKind::Queued),
            Event::Dropped {
                client_id,
                topic,
                id,
                why,
            } => {
                let kind = match why {
                    NotDelivered::Expired => MarkKind::Expired,
                    why => MarkKind::Dropped(why.to_string()),
                };
                (self.whose(client_id), Some(topic), *id, kind)
            }
            _ => return None,
        };
        Some(Mark {
            at: record.at,
            key: client.key,
            client: client.name,
            topic: topic.map(|topic| topic.to_string()),
            message: message.map(|id| id.0),
            kind,
        })
    }

    /// The client; one that was never connected is called by its identifier.
    fn whose(&self, client_id: &ByteString) -> Whose {
        let client = self.clients.get(client_id);
        client.cloned().unwrap_or_else(|| Whose::named(client_id))
    }
}

/// Why a connection ended, if not by the client's own DISCONNECT, which is a packet.
fn closed(reason: &CloseReason) -> Option<String> {
    Some(match reason {
        CloseReason::Client(_) => return None,
        CloseReason::Lost => "connection lost".to_owned(),
        CloseReason::Broker(reason) => format!("closed by the broker: {}", reason.name()),
        CloseReason::Malformed(fault) => format!("closed by the broker: {fault}"),
        CloseReason::Violation { what, .. } => format!("closed by the broker: {what}"),
    })
}

/// The mark of a deed that breaks or mends a device's wire or power.
pub(crate) fn deed(world: &World, action: &Action) -> Option<Mark> {
    let (device, words) = match action {
        Action::Link { device, fault } => {
            let words = match fault {
                LinkFault::Cut => "wire cut".to_owned(),
                LinkFault::CutAfter(kind) => {
                    format!("wire to be cut after the next {}", kind.name())
                }
                LinkFault::Stall => "bytes held back".to_owned(),
                LinkFault::Resume => "bytes go on".to_owned(),
            };
            (*device, words)
        }
        Action::Power { device, on: false } => (*device, "plug pulled".to_owned()),
        Action::Power { device, on: true } => (*device, "power on".to_owned()),
        _ => return None,
    };
    let whose = Whose::device(device, &device_name(world, device)?);
    Some(Mark {
        at: world.now(),
        key: whose.key,
        client: whose.name,
        topic: None,
        message: None,
        kind: MarkKind::Deed(words),
    })
}

fn device_name(world: &World, device: DeviceId) -> Option<String> {
    Some(world.device(device)?.device.name().to_owned())
}
