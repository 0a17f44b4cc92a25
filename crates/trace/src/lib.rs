//! A bounded log of packets as seen on each hop, fed by taps on byte streams.
//!
//! A [`Tap`] sits on one hop, sees both directions as bytes in any chunking, and writes a [`Record`] a
//! packet, well formed or not. The [`Log`] keeps the newest within its bounds and says what it dropped.
//! [`Matches`] numbers the records that a reader wants to see, a little at a time, so that a page of a
//! filtered list costs its rows and not the log.

mod aliases;
pub mod counters;
mod exchange;
pub mod filter;
mod hash;
pub mod ladder;
mod log;
mod matches;
pub mod pcapng;
mod record;
mod tap;

pub use counters::Counters;
pub use exchange::State;
pub use filter::{Filter, FilterError, Subject};
pub use ladder::Ladder;
pub use log::{Bounds, Dropped, Log};
pub use matches::Matches;
pub use record::{HopId, Record, RecordRef, Toward};
pub use tap::Tap;

#[cfg(test)]
mod tests;
