//! Keep Alive of one connection, for the side that pings and for the side that watches (section 3.1.2.10).

use crate::{Deadline, Instant, Timer};
use core::time::Duration;

/// The clocks of one connection.
#[derive(Clone, Debug)]
pub(crate) struct KeepAlive {
    last_sent: Instant,
    last_received: Instant,
    ping: Option<Ping>,
    /// How long the peer may be silent.
    silence: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct Ping {
    every: Duration,
    response_timeout: Duration,
    awaiting_since: Option<Instant>,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elapsed {
    Ping,
    Silent(Timer),
}

impl KeepAlive {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            last_sent: now,
            last_received: now,
            ping: None,
            silence: None,
        }
    }

    pub(crate) fn ping_every(&mut self, keep_alive: u16, response_timeout: Duration) {
        self.ping = (keep_alive > 0).then(|| Ping {
            every: Duration::from_secs(keep_alive.into()),
            response_timeout,
            awaiting_since: None,
        });
    }

    pub(crate) fn expect_every(&mut self, keep_alive: u16) {
        let silence = Duration::from_millis(u64::from(keep_alive) * 1_500);
        self.silence = (keep_alive > 0).then_some(silence);
    }

    pub(crate) fn handle_sent(&mut self, now: Instant) {
        self.last_sent = now;
    }

    pub(crate) fn handle_received(&mut self, at: Instant) {
        self.last_received = at;
    }

    pub(crate) fn handle_ping_response(&mut self) {
        if let Some(ping) = &mut self.ping {
            ping.awaiting_since = None;
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<Elapsed> {
        let deadline = self.poll_timeout().filter(|deadline| deadline.at <= now)?;
        match (deadline.timer, &mut self.ping) {
            (Timer::Ping, Some(ping)) => {
                ping.awaiting_since = Some(now);
                Some(Elapsed::Ping)
            }
            (timer, _) => Some(Elapsed::Silent(timer)),
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Deadline> {
        let ping = self.ping.map(|ping| match ping.awaiting_since {
            Some(since) => Deadline {
                at: since + ping.response_timeout,
                timer: Timer::PingResponse,
            },
            // A peer that only takes messages and never answers would look alive for ever: PINGREQ
            // is due when either direction was quiet.
            None => Deadline {
                at: self.last_sent.min(self.last_received) + ping.every,
                timer: Timer::Ping,
            },
        });
        let silence = self.silence.map(|silence| Deadline {
            at: self.last_received + silence,
            timer: Timer::KeepAlive,
        });
        ping.into_iter().chain(silence).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESPONSE: Duration = Duration::from_secs(5);

    fn at(seconds: u64) -> Instant {
        Instant::from_secs(seconds)
    }

    #[test]
    fn a_ping_is_due_after_keep_alive_and_its_response_after_the_timeout() {
        let mut clocks = KeepAlive::new(at(0));
        clocks.ping_every(60, RESPONSE);
        clocks.handle_sent(at(10));
        clocks.handle_received(at(11));
        assert_eq!(clocks.handle_timeout(at(69)), None);
        assert_eq!(clocks.handle_timeout(at(70)), Some(Elapsed::Ping));
        clocks.handle_sent(at(70));
        assert_eq!(clocks.handle_timeout(at(70)), None);
        assert_eq!(
            clocks.handle_timeout(at(75)),
            Some(Elapsed::Silent(Timer::PingResponse))
        );
        clocks.handle_received(at(75));
        clocks.handle_ping_response();
        assert_eq!(clocks.handle_timeout(at(75)), None);
    }

    #[test]
    fn a_peer_that_answers_nothing_is_pinged_although_this_side_sends() {
        let mut clocks = KeepAlive::new(at(0));
        clocks.ping_every(60, RESPONSE);
        clocks.handle_sent(at(59));
        assert_eq!(clocks.handle_timeout(at(60)), Some(Elapsed::Ping));
    }

    #[test]
    fn a_silent_peer_is_given_one_and_a_half_times_keep_alive() {
        let mut clocks = KeepAlive::new(at(0));
        clocks.expect_every(3);
        clocks.handle_received(at(2));
        assert_eq!(clocks.handle_timeout(Instant::from_millis(6_499)), None);
        assert_eq!(
            clocks.handle_timeout(Instant::from_millis(6_500)),
            Some(Elapsed::Silent(Timer::KeepAlive))
        );
    }

    #[test]
    fn keep_alive_zero_has_no_deadline() {
        let mut clocks = KeepAlive::new(at(0));
        clocks.ping_every(0, RESPONSE);
        clocks.expect_every(0);
        assert_eq!(clocks.poll_timeout(), None);
    }
}
