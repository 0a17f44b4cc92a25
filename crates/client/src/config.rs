//! What a client is configured with.

use bytes::Bytes;
use core::{fmt, time::Duration};
use midge_codec::{ByteString, PropertiesBuf, Version};

/// A client's configuration: the content of its CONNECT, and how it behaves around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The version it speaks.
    pub version: Version,
    /// The client identifier; empty asks the server to assign one.
    pub client_id: ByteString,
    /// Clean Session (3.1.1) or Clean Start (5.0) for the first connection. A reconnect of the same
    /// client never asks for a clean start in 5.0, so that its session resumes.
    pub clean_start: bool,
    /// Keep Alive in seconds; 0 switches it off.
    pub keep_alive: u16,
    /// User name.
    pub user_name: Option<ByteString>,
    /// Password.
    pub password: Option<Bytes>,
    /// Enhanced authentication (5.0), besides or instead of name and password in CONNECT.
    pub authentication: Option<Authentication>,
    /// What the server publishes when this client is lost.
    pub will: Option<Will>,
    /// Session Expiry Interval in seconds (5.0).
    pub session_expiry: u32,
    /// Receive Maximum announced to the server (5.0): 1 to 65,535.
    pub receive_maximum: u16,
    /// The largest packet accepted, in bytes; announced in 5.0, enforced in both versions.
    pub maximum_packet_size: u32,
    /// Topic Alias Maximum announced to the server (5.0).
    pub topic_alias_maximum: u16,
    /// Further CONNECT properties (5.0): user properties, request problem information, ...
    pub properties: PropertiesBuf,
    /// From asking for a transport to CONNACK.
    pub connect_timeout: Duration,
    /// Whether and how it connects again after a loss; `None` never does.
    pub reconnect: Option<Reconnect>,
    /// Whether PUBACK and PUBREC are sent by [`crate::Command::Acknowledge`] only.
    pub manual_acknowledge: bool,
}

/// A login by SCRAM-SHA-256: the password is proved and not sent, and the server has to prove that it
/// knows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Authentication {
    /// User name.
    pub user_name: ByteString,
    /// Password; `Debug` does not show it.
    pub password: Bytes,
}

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authentication({:?})", self.user_name)
    }
}

/// Pauses between attempts: each doubles, with jitter, up to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reconnect {
    /// The pause before the first attempt.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

/// A will, as the application says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    /// Topic, payload, QoS, retain and end-to-end properties.
    pub message: midge_codec::Message,
    /// Will Delay Interval in seconds (5.0).
    pub delay: u32,
}

impl Default for Config {
    /// 5.0, clean start, Keep Alive 60 s, 10 s to connect, 1 s to 30 s between attempts.
    fn default() -> Self {
        Self {
            version: Version::V5,
            client_id: ByteString::new(),
            clean_start: true,
            keep_alive: 60,
            user_name: None,
            password: None,
            authentication: None,
            will: None,
            session_expiry: 0,
            receive_maximum: 65_535,
            maximum_packet_size: 268_435_460,
            topic_alias_maximum: 0,
            properties: PropertiesBuf::new(),
            connect_timeout: Duration::from_secs(10),
            reconnect: Some(Reconnect {
                first: Duration::from_secs(1),
                longest: Duration::from_secs(30),
            }),
            manual_acknowledge: false,
        }
    }
}
