//! A bounded log of packets as seen on each hop, fed by taps on byte streams.
//!
//! A [`Tap`] sits on one hop, sees both directions as bytes in any chunking, and writes a [`Record`] a
//! packet, well formed or not. The [`Log`] keeps the newest within its bounds and says what it dropped.
//! [`Matches`] numbers the records that a reader wants to see, a little at a time, so that a page of a
//! filtered list costs its rows and not the log.

mod hash;
mod log;
mod matches;
mod record;
mod tap;

pub use log::{Bounds, Dropped, Log};
pub use matches::Matches;
pub use record::{HopId, Record, Toward};
pub use tap::Tap;

#[cfg(test)]
mod tests;
