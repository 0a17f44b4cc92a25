//! What the lab's broker tells besides packets, and what people break, as marks of the journal.

use crate::packets::Journal;
use midge_broker::route::NotDelivered;
use midge_broker::{CloseReason, Event};
use midge_codec::ByteString;
use midge_sim::{Action, BrokerEventRecord, LinkFault, World};
use midge_trace::ladder::{Mark, MarkKind};
use midge_view::{DeviceId, Middle};
use std::collections::BTreeMap;

/// Client identifiers whose names are remembered.
const NAMES_MAX: usize = 4_096;

/// Reads the broker's events once, in the order of the packets between them.
#[derive(Debug, Default)]
pub(crate) struct Teller {
    /// Events below this number were read.
    told: u64,
    /// The client's name by its client identifier.
    names: BTreeMap<ByteString, String>,
}

impl Teller {
    /// Notes what was told before the record with the number `before` of the world's log.
    pub(crate) fn tell(&mut self, world: &World, journal: &mut Journal, before: u64) {
        for record in world.events_from(self.told) {
            if record.logged > before {
                return;
            }
            self.told = record.seq + 1;
            if let Some(mark) = self.mark(world, record) {
                journal.mark(Middle::Lab, mark);
            }
        }
    }

    fn mark(&mut self, world: &World, record: &BrokerEventRecord) -> Option<Mark> {
        let (client, topic, message, kind) = match &record.event {
            Event::Connected {
                conn, client_id, ..
            } => {
                if self.names.len() >= NAMES_MAX {
                    self.names.pop_first();
                }
                let name = world.hop_name(World::hop_of(*conn))?;
                self.names.insert(client_id.clone(), name.to_owned());
                return None;
            }
            Event::Disconnected { conn, reason, .. } => {
                let name = world.hop_name(World::hop_of(*conn))?;
                let kind = MarkKind::Closed(closed(reason)?);
                (name.to_owned(), None, None, kind)
            }
            Event::SessionEnded { client_id, .. } => {
                let name = self.name(client_id);
                (name, None, None, MarkKind::SessionEnded)
            }
            Event::Queued {
                client_id,
                topic,
                id,
            } => (self.name(client_id), Some(topic), *id, MarkKind::Queued),
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
                (self.name(client_id), Some(topic), *id, kind)
            }
            _ => return None,
        };
        Some(Mark {
            at: record.at,
            client,
            topic: topic.map(|topic| topic.to_string()),
            message: message.map(|id| id.0),
            kind,
        })
    }

    /// The client's name; of one that was never connected, its identifier.
    fn name(&self, client_id: &ByteString) -> String {
        let name = self.names.get(client_id);
        name.cloned().unwrap_or_else(|| client_id.to_string())
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
    Some(Mark {
        at: world.now(),
        client: device_name(world, device)?,
        topic: None,
        message: None,
        kind: MarkKind::Deed(words),
    })
}

fn device_name(world: &World, device: DeviceId) -> Option<String> {
    Some(world.device(device)?.device.name().to_owned())
}
