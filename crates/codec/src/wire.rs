//! One encoded control packet, ready to send.

use crate::encode::encode_to_bytes;
use crate::{EncodeError, Packet, Publish, Version, encode_publish_head};
use bytes::{Bytes, BytesMut};

/// One encoded control packet in two shared parts, so that a payload is never copied per receiver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// Everything up to the payload; for packets other than PUBLISH the whole packet.
    pub head: Bytes,
    /// The payload of a PUBLISH; empty for every other packet.
    pub payload: Bytes,
}

impl Wire {
    /// Encodes `packet`. The payload of a PUBLISH is copied into the head; see
    /// [`publish`](Self::publish) for sharing it.
    ///
    /// # Errors
    /// When the packet would not be legal.
    pub fn encode(packet: &Packet<'_>, version: Version) -> Result<Self, EncodeError> {
        encode_to_bytes(packet, version).map(Self::from)
    }

    /// Encodes `publish` with `payload`, which is shared, instead of its own.
    ///
    /// # Errors
    /// When the packet would not be legal.
    pub fn publish(
        publish: &Publish<'_>,
        payload: Bytes,
        version: Version,
    ) -> Result<Self, EncodeError> {
        let mut head = BytesMut::new();
        encode_publish_head(publish, payload.len(), version, &mut head)?;
        Ok(Self {
            head: head.freeze(),
            payload,
        })
    }

    /// The length of the packet in bytes.
    pub fn len(&self) -> usize {
        self.head.len() + self.payload.len()
    }

    /// Whether there is nothing to send, which is true of no packet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The packet as one piece; copies only when there is a payload.
    pub fn to_bytes(&self) -> Bytes {
        if self.payload.is_empty() {
            return self.head.clone();
        }
        let mut whole = BytesMut::with_capacity(self.len());
        whole.extend_from_slice(&self.head);
        whole.extend_from_slice(&self.payload);
        whole.freeze()
    }
}

impl From<Bytes> for Wire {
    fn from(head: Bytes) -> Self {
        Self {
            head,
            payload: Bytes::new(),
        }
    }
}
