//! "Why did I (not) get this?": the broker's own verdicts, as of the moment of routing where it told
//! them, and as things stand for the rest.

mod decisions;
mod lab;
mod live;
pub(crate) mod mismatch;
mod retain;
mod words;

pub(crate) use decisions::Decisions;
pub(crate) use retain::retain;

use crate::connections::Connections;
use crate::lab::Lab;
use crate::packets::{Journal, Origin};
use midge_codec::{Packet, Publish};
use midge_trace::Record;
use midge_view::{WhyAnswer, WhyOf};

/// What an answer is made from.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) lab: &'a Lab,
    pub(crate) journal: &'a Journal,
    pub(crate) connections: &'a Connections,
}

/// Who got a message, and why the others did not; `None` when the packet is not kept or is no PUBLISH.
pub(crate) fn why(sources: Sources<'_>, of: &WhyOf) -> Option<WhyAnswer> {
    match of {
        WhyOf::Thought(thought) => Some(lab::of_thought(sources, thought)),
        WhyOf::Packet(seq) => {
            let record = sources.journal.log().record(*seq)?;
            let publish = publish(&record)?;
            let is_live = sources.journal.hop(record.hop)?.origin != Origin::Lab;
            Some(match is_live {
                true => live::of_packet(sources, &record, &publish),
                false => lab::of_packet(sources, &record, &publish),
            })
        }
    }
}

fn publish(record: &Record) -> Option<Publish<'_>> {
    match record.packet()? {
        Packet::Publish(publish) => Some(publish),
        _ => None,
    }
}
