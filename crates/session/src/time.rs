//! Time as an argument: instants, and deadlines that say why.

use core::{ops, time::Duration};
use serde::{Deserialize, Serialize};

/// A point in time: microseconds since an epoch that the driver chose. No machine reads a clock.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Instant(u64);

impl Instant {
    /// The driver's epoch.
    pub const ZERO: Self = Self(0);

    /// The instant `micros` microseconds after the epoch.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The instant `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// The instant `seconds` seconds after the epoch.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// The time since `earlier`, or zero if that is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl ops::Add<Duration> for Instant {
    type Output = Self;

    /// Saturates at the end of time, half a million years after the epoch.
    fn add(self, duration: Duration) -> Self {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(micros))
    }
}

impl ops::AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

/// When a machine wants to be called, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Deadline {
    /// When.
    pub at: Instant,
    /// Why.
    pub timer: Timer,
}

/// Why a machine waits: every timer of every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// A peer that opened a transport must send CONNECT (or answer it) by then.
    ConnectTimeout,
    /// Nothing was sent for a Keep Alive: a PINGREQ is due.
    Ping,
    /// A PINGRESP must have arrived by then.
    PingResponse,
    /// A peer takes no bytes.
    SlowReader,
    /// Nothing was received for one and a half times the Keep Alive.
    KeepAlive,
    /// A closed connection is dropped although its last bytes were not taken.
    Linger,
    /// The next attempt to connect.
    Reconnect,
    /// A will is published.
    WillDelay,
    /// A session ends.
    SessionExpiry,
    /// A queued message expires.
    MessageExpiry,
    /// A retained message expires.
    RetainedExpiry,
    /// The `$SYS` topics are published.
    SysTopics,
    /// The search for retained messages that a subscription asks for goes on.
    Replay,
}

impl Timer {
    /// What happens at the deadline, as in "next: PINGREQ in 12 s".
    pub const fn what(self) -> &'static str {
        match self {
            Self::ConnectTimeout => "give up on the connection attempt",
            Self::Ping => "send PINGREQ",
            Self::PingResponse => "give up waiting for PINGRESP",
            Self::KeepAlive => "close if silent (Keep Alive)",
            Self::SlowReader => "close unless it takes some of what waits for it",
            Self::Linger => "drop the closed connection",
            Self::Reconnect => "connect again",
            Self::WillDelay => "publish the will",
            Self::SessionExpiry => "forget the session",
            Self::MessageExpiry => "drop the expired message",
            Self::RetainedExpiry => "drop the expired retained message",
            Self::SysTopics => "publish $SYS",
            Self::Replay => "go on looking for retained messages",
        }
    }
}
