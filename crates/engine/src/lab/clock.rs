//! How the lab's virtual time follows the wall's: paused, or 1, 10 or 60 times as fast.

use core::time::Duration;
use midge_session::Instant;

/// The speeds that can be chosen, in virtual seconds a second.
pub(crate) const SPEEDS: [u32; 3] = [1, 10, 60];

/// A wall-clock gap that counts for no more than this: a machine that slept does not make the lab
/// live through the night in one go.
const GAP_MAX: Duration = Duration::from_secs(1);

/// So much wall time late, the lab gives up catching up.
const LATE_MAX: Duration = Duration::from_millis(250);

/// How long being late is shown after it happened.
const SHOWN: Duration = Duration::from_secs(2);

/// The mapping from wall time to virtual time.
#[derive(Clone, Debug)]
pub(crate) struct LabClock {
    paused: bool,
    speed: u32,
    /// At this wall time ...
    wall: Instant,
    /// ... it was this virtual time.
    lab: Instant,
    last_seen: Instant,
    behind_until: Instant,
}

impl LabClock {
    /// A running clock at speed 1 whose virtual time starts at zero.
    pub(crate) fn new(wall: Instant) -> Self {
        Self {
            paused: false,
            speed: 1,
            wall,
            lab: Instant::ZERO,
            last_seen: wall,
            behind_until: Instant::ZERO,
        }
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.paused
    }

    pub(crate) fn speed(&self) -> u32 {
        self.speed
    }

    /// The virtual time that it should be at `wall`, when it is `lab` in the world.
    pub(crate) fn target(&mut self, wall: Instant, lab: Instant) -> Instant {
        let gap = wall.since(self.last_seen);
        self.last_seen = self.last_seen.max(wall);
        if self.paused {
            return lab;
        }
        if gap > GAP_MAX {
            self.wall = wall;
            self.lab = lab + GAP_MAX * self.speed;
            self.behind_until = wall + SHOWN;
        }
        self.lab + wall.since(self.wall) * self.speed
    }

    /// The world got as far as `lab` in this turn; what it owes beyond reason is forgiven.
    pub(crate) fn reached(&mut self, wall: Instant, lab: Instant) {
        let owed = (self.lab + wall.since(self.wall) * self.speed).since(lab);
        if !self.paused && owed > LATE_MAX * self.speed {
            self.anchor(wall, lab);
            self.behind_until = wall + SHOWN;
        }
    }

    /// Whether the machine was too slow for the speed lately.
    pub(crate) fn is_behind(&self, wall: Instant) -> bool {
        wall < self.behind_until
    }

    pub(crate) fn pause(&mut self, wall: Instant, lab: Instant, paused: bool) {
        self.anchor(wall, lab);
        self.paused = paused;
    }

    /// `speed` is one of [`SPEEDS`].
    pub(crate) fn accelerate(&mut self, wall: Instant, lab: Instant, speed: u32) {
        self.anchor(wall, lab);
        self.speed = speed;
    }

    /// The world was made again; pause and speed stay.
    pub(crate) fn restart(&mut self, wall: Instant) {
        self.anchor(wall, Instant::ZERO);
    }

    /// Wall time until it is `lab`, if the clock runs.
    pub(crate) fn until(&self, wall: Instant, lab: Instant) -> Option<Duration> {
        let now = self.lab + wall.since(self.wall) * self.speed;
        (!self.paused).then(|| lab.since(now) / self.speed)
    }

    fn anchor(&mut self, wall: Instant, lab: Instant) {
        self.wall = wall;
        self.lab = lab;
        self.last_seen = wall;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    #[test]
    fn virtual_time_runs_at_the_chosen_speed_and_not_at_all_when_paused() {
        let mut clock = LabClock::new(ms(500));
        assert_eq!(clock.target(ms(600), ms(0)), ms(100));
        clock.accelerate(ms(600), ms(100), 60);
        assert_eq!(clock.target(ms(700), ms(100)), ms(6_100));
        clock.pause(ms(700), ms(6_100), true);
        assert_eq!(clock.target(ms(5_000), ms(6_100)), ms(6_100));
        clock.pause(ms(5_000), ms(6_100), false);
        assert_eq!(clock.target(ms(5_010), ms(6_100)), ms(6_700));
        assert_eq!(
            clock.until(ms(5_010), ms(7_300)),
            Some(Duration::from_millis(10))
        );
        assert!(!clock.is_behind(ms(5_010)));
    }

    #[test]
    fn a_slow_machine_is_told_and_the_debt_forgiven() {
        let mut clock = LabClock::new(ms(0));
        clock.accelerate(ms(0), ms(0), 10);
        assert_eq!(clock.target(ms(100), ms(0)), ms(1_000));
        clock.reached(ms(100), ms(500));
        assert!(!clock.is_behind(ms(100)));
        assert_eq!(clock.target(ms(400), ms(500)), ms(4_000));
        clock.reached(ms(400), ms(600));
        assert!(clock.is_behind(ms(400)));
        assert_eq!(clock.target(ms(401), ms(600)), ms(610));
        assert!(!clock.is_behind(ms(2_500)));
    }

    #[test]
    fn a_machine_that_slept_does_not_live_through_the_night() {
        let mut clock = LabClock::new(ms(0));
        assert_eq!(clock.target(ms(10), ms(0)), ms(10));
        assert_eq!(clock.target(ms(36_000_000), ms(10)), ms(1_010));
        assert!(clock.is_behind(ms(36_000_000)));
        assert_eq!(clock.target(ms(36_000_020), ms(1_010)), ms(1_030));
    }
}
