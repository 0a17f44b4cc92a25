//! An application message that outlives its frame.

use crate::{ByteString, PropertiesBuf, QoS};
use bytes::Bytes;

/// An application message with everything that travels with it, owned by sharing: cloning copies no
/// bytes, and a message decoded from a frame keeps that frame alive instead of copying out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The topic name, never empty, without wildcards.
    pub topic: ByteString,
    /// The application's bytes, as they came.
    pub payload: Bytes,
    /// The level at which it was published.
    pub qos: QoS,
    /// The RETAIN flag.
    pub retain: bool,
    /// The PUBLISH properties that are end to end: payload format, expiry, content type, response
    /// topic, correlation data, user properties; on the receiving side also subscription
    /// identifiers. Never a topic alias, which belongs to one connection.
    pub properties: PropertiesBuf,
}

impl Message {
    /// A message without properties.
    pub fn new(
        topic: impl Into<ByteString>,
        payload: impl Into<Bytes>,
        qos: QoS,
        retain: bool,
    ) -> Self {
        Self {
            topic: topic.into(),
            payload: payload.into(),
            qos,
            retain,
            properties: PropertiesBuf::default(),
        }
    }
}
