//! What a broker is configured with.

use crate::{AccessList, ScramUsers, Users};
use core::time::Duration;
use midge_codec::{ByteString, QoS};

/// A broker's configuration. Names are mosquitto.conf's where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Whether clients without user name are let in.
    pub allow_anonymous: bool,
    /// Users with their passwords.
    pub users: Users,
    /// Users who may prove their passwords by SCRAM-SHA-256 (5.0), besides those of `users` whose
    /// password is in clear. An unknown name is answered as if it had the first one's number of
    /// iterations and length of salt: have them alike.
    pub scram_users: ScramUsers,
    /// Access rules; without them everybody may publish and subscribe to everything.
    pub access: Option<AccessList>,
    /// The highest QoS that is granted and announced.
    pub max_qos: QoS,
    /// Whether retained messages are accepted.
    pub retain_available: bool,
    /// Server Keep Alive in seconds (5.0) that replaces the client's, if set.
    pub server_keep_alive: Option<u16>,
    /// Whether clients of 5.0 are told in words, too, why they are disconnected (Reason String).
    pub reason_strings: bool,
    /// Response Information (5.0) for clients that ask for it: what the topics begin with on which they
    /// should await responses. `%c` in it is the client's identifier.
    pub response_information: Option<ByteString>,
    /// Between two updates of `$SYS`; `None` publishes none.
    pub sys_interval: Option<Duration>,
    /// Limits against abuse.
    pub limits: Limits,
}

/// Limits that keep one client from harming the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Simultaneous connections.
    pub max_connections: u32,
    /// The largest packet accepted, in bytes.
    pub max_packet_size: u32,
    /// Receive Maximum announced to clients (5.0) and enforced: 1 to 65,535. 3.1.1 cannot announce
    /// one, so its clients may use every packet identifier.
    pub receive_maximum: u16,
    /// Topic Alias Maximum announced to clients (5.0).
    pub topic_alias_maximum: u16,
    /// Messages in flight towards one client, at most.
    pub max_inflight: u16,
    /// Messages queued for one client, online or not.
    pub max_queued: u32,
    /// Bytes queued for one client.
    pub max_queued_bytes: u32,
    /// Passwords that may wait for their check, where the host makes it: [`crate::Broker::hand_out_checks`].
    pub max_password_checks: u32,
    /// Levels of a topic name or filter. Mosquitto allows 200 separators, which is one level more.
    pub max_topic_levels: u16,
    /// Subscriptions of one client.
    pub max_subscriptions: u32,
    /// Retained messages of all clients together; the broker's own are not counted against it.
    pub max_retained: u32,
    /// The longest Keep Alive, in seconds; `u16::MAX` is any. A 5.0 client that asks for more is given
    /// this one; 3.1.1 has no way to say so, and its client is refused.
    pub max_keep_alive: u16,
    /// The longest Session Expiry Interval granted, in seconds; `u32::MAX` is for ever. Sessions of
    /// 3.1.1 with Clean Session 0 get this one.
    pub session_expiry_max: u32,
    /// From transport to CONNECT.
    pub connect_timeout: Duration,
    /// How long a client may take none of the bytes that wait for it, once those are so many (256 KiB) that
    /// messages have to wait as well; zero is for ever.
    pub slow_reader_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            allow_anonymous: true,
            users: Users::default(),
            scram_users: ScramUsers::default(),
            access: None,
            max_qos: QoS::ExactlyOnce,
            retain_available: true,
            server_keep_alive: None,
            reason_strings: false,
            response_information: None,
            sys_interval: Some(Duration::from_secs(10)),
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            max_packet_size: 16 * 1024 * 1024,
            receive_maximum: 100,
            topic_alias_maximum: 32,
            max_inflight: 20,
            max_queued: 1_000,
            max_queued_bytes: 16 * 1024 * 1024,
            max_password_checks: 1_000,
            max_topic_levels: 201,
            max_subscriptions: 1_000,
            max_retained: 1_000_000,
            max_keep_alive: u16::MAX,
            session_expiry_max: u32::MAX,
            connect_timeout: Duration::from_secs(10),
            slow_reader_timeout: Duration::from_secs(60),
        }
    }
}
