//! An application message that outlives its frame.

use crate::property::share;
use crate::{ByteString, Delivery, PropertiesBuf, Property, Publish, QoS};
use bytes::{Bytes, BytesMut};

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

    /// The message of `publish`, which was decoded from `frame`: topic, payload and properties share
    /// the frame. The Topic Alias is dropped; when it stands for the topic, the topic is empty here
    /// until the connection, which knows its aliases, sets it.
    pub fn from_publish(frame: &Bytes, publish: &Publish<'_>) -> Self {
        let topic = share(frame, publish.topic.as_bytes());
        Self {
            topic: ByteString::try_from(topic).unwrap_or_else(|_| publish.topic.into()),
            payload: share(frame, publish.payload),
            qos: publish.delivery.qos(),
            retain: publish.retain,
            properties: PropertiesBuf::slice_of(frame, publish.properties)
                .filtered(|property| !matches!(property, Property::TopicAlias(_))),
        }
    }

    /// The same message in memory of its own, one block for all of it. What came in shares the memory
    /// of everything that arrived with it, which is right for a message that passes and wrong for one
    /// that stays.
    #[must_use]
    pub fn compacted(&self) -> Self {
        let properties = self.properties.as_ref().as_bytes();
        let parts = [self.topic.as_bytes(), &self.payload, properties];
        let mut block = BytesMut::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            block.extend_from_slice(part);
        }
        let mut cut = |part: &[u8]| block.split_to(part.len()).freeze();
        let [topic, payload, properties] = parts.map(&mut cut);
        Self {
            // It was text before.
            topic: ByteString::try_from(topic).unwrap_or_else(|_| self.topic.clone()),
            payload,
            properties: PropertiesBuf::from_checked(properties),
            ..*self
        }
    }

    /// A PUBLISH of this message. The level of service is `delivery`'s, which may be lower than the
    /// message's own.
    pub fn as_publish(&self, delivery: Delivery) -> Publish<'_> {
        Publish {
            delivery,
            retain: self.retain,
            topic: &self.topic,
            properties: self.properties.as_ref(),
            payload: &self.payload,
        }
    }
}
