//! One message from its publisher through the broker to each subscriber.

use super::{Ladder, LaneId, NONE, Row};
use crate::exchange::State;
use serde::{Deserialize, Serialize};

/// Where a message went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journey {
    /// The message's number.
    pub message: u64,
    /// The way to the broker; `None` for what the broker published itself, such as a will, and for
    /// what was published before the log began.
    pub published: Option<Leg>,
    /// The ways from the broker, in the order of the first packet.
    pub delivered: Vec<Leg>,
    /// Rows of marks about it: queued, dropped, expired.
    pub marks: Vec<u64>,
}

/// A message on one hop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Between the broker and whom.
    pub lane: LaneId,
    /// Its packets, oldest first: PUBLISH and the rest of the handshake.
    pub rows: Vec<u64>,
    /// How far the handshake is; `None` at QoS 0.
    pub state: Option<State>,
    /// Whether only this message fits. Messages of the same topic and payload are told apart by their
    /// order, which the wire does not prove.
    pub certain: bool,
}

impl Ladder {
    /// The journey of the message that a row carries or is about; also from an acknowledgement.
    pub fn journey(&self, index: u64) -> Option<Journey> {
        let number = self.message_of(index)?;
        let chain = self.messages.chain(number)?;
        let rows = self.chain_rows(chain.last_row, |row| row.message_back);
        let mut journey = Journey {
            message: number,
            published: None,
            delivered: Vec::new(),
            marks: Vec::new(),
        };
        for index in rows {
            let Some(row) = self.row(index) else {
                continue;
            };
            if row.is_mark {
                journey.marks.push(index);
            } else if !row.again {
                let leg = self.leg(index, row);
                if chain.facts.is_published && index == chain.first_row {
                    journey.published = Some(leg);
                } else {
                    journey.delivered.push(leg);
                }
            }
        }
        Some(journey)
    }

    fn message_of(&self, index: u64) -> Option<u64> {
        let row = self.row(index)?;
        if row.message != NONE {
            return Some(row.message);
        }
        let group = self.groups.chain(row.group)?;
        let first = self.row(group.first_row)?;
        (first.message != NONE).then_some(first.message)
    }

    fn leg(&self, index: u64, row: &Row) -> Leg {
        let group = self.groups.chain(row.group);
        Leg {
            lane: row.lane,
            rows: group.map_or_else(
                || vec![index],
                |chain| self.chain_rows(chain.last_row, |row| row.group_back),
            ),
            state: group.map(|chain| chain.facts.state),
            certain: row.certain,
        }
    }
}
