//! The clock of a fuzzed machine.

use super::feed::Feed;
use core::time::Duration;
use midge_session::{Deadline, Instant, Timer};

/// How far the clock may move at a time.
const STEPS: [Duration; 6] = [
    Duration::from_millis(1),
    Duration::from_millis(900),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(100),
    Duration::from_secs(3_700),
];

/// More deadlines than this in one step is a machine that asks to be called again and again.
const DEADLINES_MAX: u32 = 20_000;

/// A machine with deadlines.
pub(super) trait Timed {
    fn poll_timeout(&self) -> Option<Deadline>;
    /// Calls the machine and does what it says.
    fn handle_timeout(&mut self, now: Instant);
}

/// Moves the clock by a step of the feed, running every deadline on the way at its time.
pub(super) fn pass(feed: &mut Feed<'_>, from: Instant, machine: &mut impl Timed) -> Instant {
    let end = from + feed.pick(&STEPS);
    let mut now = from;
    for _ in 0..DEADLINES_MAX {
        match machine.poll_timeout() {
            Some(next) if next.at <= end => now = now.max(next.at),
            _ => return end,
        }
        machine.handle_timeout(now);
        // Work in parts goes on at once, and ends.
        if let Some(next) = machine
            .poll_timeout()
            .filter(|next| next.timer != Timer::Replay)
        {
            assert!(next.at > now, "{next:?} is due and stays at {now:?}");
        }
    }
    panic!("the deadlines of {:?} never end", end.since(from));
}
