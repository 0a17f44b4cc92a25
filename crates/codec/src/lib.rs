//! Frames and packets of MQTT 3.1.1 and 5.0, topics and filters, and the byte-by-byte explanation.
//!
//! One packet model serves both versions: [`Version`] is a value, and 3.1.1 is 5.0 with empty
//! properties and default reasons. Decoding borrows from the frame and validates everything, so that
//! a [`Packet`] in hand is a legal packet; encoding has one description, which runs against a
//! counting sink for the length and against a buffer for the bytes.
#![no_std]
extern crate alloc;
#[cfg(test)]
extern crate std;

#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
mod decode;
mod encode;
mod error;
mod explain;
mod field;
mod framer;
mod message;
mod packet;
mod packet_type;
mod property;
mod qos;
mod reader;
mod reason;
mod summary;
#[cfg(test)]
mod tests;
pub mod topic;
mod version;
mod wire;

pub use bytestring::ByteString;
pub use decode::decode;
pub use encode::{encode, encode_publish_head, encoded_len};
pub use error::{DecodeError, EncodeError, ErrorKind};
pub use explain::{Explanation, Span, Value, explain};
pub use field::Field;
pub use framer::Framer;
pub use message::Message;
pub use packet::{
    Ack, AckKind, Auth, ConnAck, Connect, Delivery, Disconnect, Packet, PacketId, Publish, Reasons,
    ReasonsBuf, RetainHandling, SubAck, Subscribe, SubscribeFilter, SubscribeFilters,
    SubscribeFiltersBuf, SubscriptionOptions, UnsubAck, Unsubscribe, UnsubscribeFilters,
    UnsubscribeFiltersBuf, Will,
};
pub use packet_type::PacketType;
pub use property::{Place, Properties, PropertiesBuf, PropertiesIter, Property, PropertyId};
pub use qos::QoS;
pub use reason::Reason;
pub use version::Version;
pub use wire::Wire;
