//! How long a turn may still take, so that the Worker always gets back to its messages.

use core::time::Duration;
use midge_session::Instant;

/// A limit in wall time, read between slices of work.
pub(crate) struct Budget<'a> {
    clock: &'a dyn Fn() -> Instant,
    until: Instant,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(clock: &'a dyn Fn() -> Instant, limit: Duration) -> Self {
        Self {
            clock,
            until: clock() + limit,
        }
    }

    /// Whether there is time for another slice.
    pub(crate) fn has_time(&self) -> bool {
        (self.clock)() < self.until
    }
}
