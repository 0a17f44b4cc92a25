//! Whether to connect again, and after which pause.

use crate::{Cause, Reconnect};
use core::time::Duration;
use midge_codec::Reason;

/// The pauses between attempts: growing, and jittered so that the clients of a server that restarts
/// do not all come back in the same instant.
#[derive(Clone, Debug)]
pub(crate) struct Pauses {
    /// State of the generator (SplitMix64).
    random: u64,
    /// Attempts since a connection lasted.
    attempts: u32,
}

impl Pauses {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: seed,
            attempts: 0,
        }
    }

    /// A connection lasted, or the application asks for one: the next pause is the first again.
    pub(crate) fn reset(&mut self) {
        self.attempts = 0;
    }

    /// The next pause: half of it for certain, the other half by chance.
    pub(crate) fn next(&mut self, reconnect: Reconnect) -> Duration {
        let factor = 1u32.checked_shl(self.attempts).unwrap_or(u32::MAX);
        self.attempts = self.attempts.saturating_add(1);
        let whole = reconnect
            .first
            .saturating_mul(factor)
            .min(reconnect.longest);
        let half = u64::try_from(whole.as_micros() / 2).unwrap_or(u64::MAX);
        whole - Duration::from_micros(half) + Duration::from_micros(self.up_to(half))
    }

    /// A number from 0 to `most`, all equally likely as far as 64 bits allow.
    fn up_to(&mut self, most: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let scaled = u128::from(mixed) * (u128::from(most) + 1);
        (scaled >> 64) as u64
    }
}

impl Cause {
    /// Whether another attempt with the same configuration can end otherwise.
    ///
    /// Time mends a network and a busy server. It does not mend a wrong password, a server that
    /// speaks something else, or two clients that take one client id from each other.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::NotOpened | Self::NoConnAck | Self::Lost | Self::Silent => true,
            Self::Asked | Self::Malformed(_) | Self::Violation { .. } => false,
            Self::Refused { reason, .. } | Self::Server { reason, .. } => is_temporary(*reason),
        }
    }
}

const fn is_temporary(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Success
            | Reason::UnspecifiedError
            | Reason::ImplementationSpecificError
            | Reason::ServerUnavailable
            | Reason::ServerBusy
            | Reason::ServerShuttingDown
            | Reason::KeepAliveTimeout
            | Reason::MessageRateTooHigh
            | Reason::QuotaExceeded
            | Reason::ConnectionRateExceeded
            | Reason::MaximumConnectTime
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECONNECT: Reconnect = Reconnect {
        first: Duration::from_secs(1),
        longest: Duration::from_secs(30),
    };

    #[test]
    fn pauses_double_up_to_the_longest_with_up_to_half_of_jitter() {
        let mut pauses = Pauses::new(7);
        for whole in [1, 2, 4, 8, 16, 30, 30] {
            let whole = Duration::from_secs(whole);
            let pause = pauses.next(RECONNECT);
            assert!(pause >= whole / 2 && pause <= whole, "{pause:?}");
        }
        for _ in 0..100 {
            assert!(pauses.next(RECONNECT) <= RECONNECT.longest);
        }
        pauses.reset();
        assert!(pauses.next(RECONNECT) <= RECONNECT.first);
    }

    #[test]
    fn the_seed_decides_the_jitter() {
        let pauses = |seed| {
            let mut pauses = Pauses::new(seed);
            [(); 4].map(|()| pauses.next(RECONNECT))
        };
        assert_eq!(pauses(1), pauses(1));
        assert_ne!(pauses(1), pauses(2));
    }
}
