//! A bounded log of packets as seen on each hop, fed by taps on byte streams.
//!
//! A [`Tap`] sits on one hop, sees both directions as bytes in any chunking, and writes a [`Record`] a
//! packet, well formed or not. The [`Log`] keeps the newest within its bounds and says what it dropped.

mod log;
mod record;
mod tap;

pub use log::{Bounds, Log};
pub use record::{HopId, Record, Toward};
pub use tap::Tap;
