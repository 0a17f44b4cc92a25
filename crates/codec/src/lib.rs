//! Frames and packets of MQTT 3.1.1 and 5.0, topics and filters, and the byte-by-byte explanation.
//!
//! One packet model serves both versions: [`Version`] is a value, and 3.1.1 is 5.0 with empty
//! properties and default reasons. Decoding borrows from the frame and validates everything, so that
//! a [`Packet`] in hand is a legal packet; encoding has one description, which runs against a
//! counting sink for the length and against a buffer for the bytes.
#![no_std]
extern crate alloc;

mod error;
mod field;
mod message;
mod packet;
mod packet_type;
mod property;
mod qos;
mod reason;
pub mod topic;
mod version;
mod wire;

pub use bytestring::ByteString;
pub use error::{DecodeError, EncodeError, ErrorKind};
pub use field::Field;
pub use message::Message;
pub use packet::{
    Ack, AckKind, Auth, ConnAck, Connect, Delivery, Disconnect, Packet, PacketId, Publish, Reasons,
    RetainHandling, SubAck, Subscribe, SubscribeFilter, SubscribeFilters, SubscriptionOptions,
    UnsubAck, Unsubscribe, UnsubscribeFilters, Will,
};
pub use packet_type::PacketType;
pub use property::{Properties, PropertiesBuf, Property};
pub use qos::QoS;
pub use reason::Reason;
pub use version::Version;
pub use wire::Wire;
