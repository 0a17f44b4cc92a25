//! The log as a capture for Wireshark.

use crate::budget::Budget;
use crate::packets::filter::{keeps, whole};
use crate::packets::journal::{Journal, Origin};
use crate::words::capitalised;
use midge_session::Instant;
use midge_trace::pcapng::{Hop, Time, Writer};
use midge_trace::{Filter, HopId, Matches};
use midge_view::{PacketFilter, Problem, Work, WorkEnd};

/// Records between two looks at the clock.
const SLICE: u32 = 256;
/// Bytes of one piece, about: the page gets them in one message.
const PIECE: usize = 1 << 20;
/// Percent of the work that finding the packets is.
const FINDING: u64 = 20;

/// What names hops for the writer.
type Hops = Box<dyn FnMut(HopId) -> Hop>;

/// A capture that is being written. It shares the log's memory as it was at the beginning.
pub(super) struct Export {
    journal: Journal,
    filter: Filter,
    matches: Matches,
    writer: Writer<Hops>,
    /// The index of the next packet to write.
    next: u64,
}

impl Export {
    pub(super) fn new(
        journal: &Journal,
        filter: &PacketFilter,
        epoch_us: u64,
    ) -> Result<Self, Problem> {
        let filter = whole(filter).map_err(|mistake| Problem {
            what: capitalised(&format!("{mistake}.")),
            try_next: vec!["Mend the filter, or export every packet.".to_owned()],
        })?;
        let journal = journal.checkpoint();
        let hops = journal.hops_for_captures();
        let hop = move |id: HopId| {
            let known = hops.get(&id);
            let (client, origin) = known.map_or(("unknown", Origin::Lab), |(name, origin)| {
                (name.as_str(), *origin)
            });
            Hop {
                client: client.to_owned(),
                closed: None::<Instant>,
                time: match origin {
                    Origin::Lab => Time::Virtual,
                    Origin::Live | Origin::File { .. } => Time::Real,
                },
                epoch_us: match origin {
                    Origin::Lab | Origin::Live => epoch_us,
                    Origin::File { epoch_us } => epoch_us,
                },
            }
        };
        Ok(Self {
            matches: Matches::new(journal.log()),
            journal,
            filter,
            writer: Writer::new(Box::new(hop)),
            next: 0,
        })
    }

    pub(super) fn work(&mut self, budget: &Budget<'_>) -> Result<Work, Problem> {
        let Self {
            journal,
            filter,
            matches,
            writer,
            next,
        } = self;
        let log = journal.log();
        while !matches.advance(log, SLICE, |record| {
            let kept = keeps(filter, journal, record);
            if kept {
                writer.announce(record);
            }
            kept
        }) {
            if !budget.has_time() {
                let percent = u64::from(matches.percent(log)) * FINDING / 100;
                return Ok(piece(percent, Vec::new(), None));
            }
        }
        let all = matches.range().end;
        if all == 0 {
            return Err(Problem {
                what: "There is no packet to export.".to_owned(),
                try_next: vec!["Widen the filter, or let the lab run for a moment.".to_owned()],
            });
        }
        while *next < all {
            let until = all.min(*next + u64::from(SLICE));
            for record in (*next..until).filter_map(|index| log.peek(matches.seq(index)?)) {
                writer.write(record);
            }
            *next = until;
            if writer.written() >= PIECE || !budget.has_time() {
                break;
            }
        }
        let percent = FINDING + *next * (100 - FINDING) / all;
        let end = (*next == all).then(|| {
            writer.finish();
            WorkEnd::Written { packets: all }
        });
        Ok(piece(percent, writer.take(), end))
    }
}

fn piece(percent: u64, bytes: Vec<u8>, end: Option<WorkEnd>) -> Work {
    Work {
        // At most 100.
        percent: percent as u8,
        bytes,
        end,
    }
}
