//! What each side accepts, and how much one session may hold.

use midge_codec::{Properties, Property};
use serde::{Deserialize, Serialize};

/// What one side of a connection accepts from the other; announced in 5.0, enforced in both versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Receive Maximum: PUBLISH packets of QoS 1 and 2 whose handshake is open, 1 to 65,535.
    pub receive_maximum: u16,
    /// Maximum Packet Size in bytes, fixed header included.
    pub maximum_packet_size: u32,
    /// Topic Alias Maximum; 0 accepts none.
    pub topic_alias_maximum: u16,
}

impl Limits {
    /// The largest packet that MQTT can write: five bytes of fixed header and 268,435,455 more.
    pub const LARGEST_PACKET: u32 = 268_435_460;

    /// What the sender of these CONNECT or CONNACK properties accepts; what it leaves out has the
    /// standard's default.
    pub fn announced(properties: Properties<'_>) -> Self {
        let mut limits = Self::default();
        for property in properties.iter() {
            match property {
                Property::ReceiveMaximum(value) => limits.receive_maximum = value,
                Property::MaximumPacketSize(value) => limits.maximum_packet_size = value,
                Property::TopicAliasMaximum(value) => limits.topic_alias_maximum = value,
                _ => {}
            }
        }
        limits
    }
}

impl Default for Limits {
    /// What holds when nothing is announced: 65,535, no limit, no aliases.
    fn default() -> Self {
        Self {
            receive_maximum: u16::MAX,
            maximum_packet_size: Self::LARGEST_PACKET,
            topic_alias_maximum: 0,
        }
    }
}

/// How much a session holds for its peer. The arriving message is refused when one is reached; what
/// is queued stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// Messages in flight at QoS 1 and 2, at most; the peer's Receive Maximum may lower it further.
    pub max_inflight: u16,
    /// Messages that wait to be sent.
    pub max_queued: u32,
    /// Bytes of topics, payloads and properties of those.
    pub max_queued_bytes: u32,
}

impl Default for Bounds {
    /// 20 in flight, 1,000 messages or 16 MiB queued.
    fn default() -> Self {
        Self {
            max_inflight: 20,
            max_queued: 1_000,
            max_queued_bytes: 16 * 1024 * 1024,
        }
    }
}
