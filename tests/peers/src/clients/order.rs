//! What a scenario asks of a client and what the client tells: a JSON object a line.

use serde::{Deserialize, Serialize};

/// What a client is to do. Each is answered by one [`Told`] that is not a message.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Order {
    /// Answered by `Connected`.
    Connect(Hello),
    /// Answered by `Subscribed`.
    Subscribe { filter: String, qos: u8 },
    /// Answered by `Published`, once that was acknowledged.
    Publish(Message),
    /// Say DISCONNECT and close. Answered by `Disconnected`.
    Disconnect,
}

/// How a client connects.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Hello {
    /// `tcp` or `ws`.
    pub(super) transport: &'static str,
    pub(super) port: u16,
    /// `3.1.1` or `5.0`.
    pub(super) version: &'static str,
    pub(super) client_id: String,
    /// Clean Session or Clean Start; without it the session is kept for an hour.
    pub(super) clean: bool,
    pub(super) will: Option<Message>,
}

/// A message to publish, or that arrived.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Message {
    pub(super) topic: String,
    /// The bytes in lower-case hex.
    pub(super) payload: String,
    pub(super) qos: u8,
    pub(super) retain: bool,
}

/// What a client tells.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub(super) enum Told {
    Connected {
        /// Not every client lets its application know.
        session_present: Option<bool>,
    },
    Subscribed {
        granted: u8,
    },
    Published,
    Disconnected,
    /// Not an answer: it may come at any time.
    Message(Message),
    /// What went wrong, in words.
    Failed {
        why: String,
    },
}

impl Message {
    pub(super) fn new(topic: &str, payload: &[u8], qos: u8, retain: bool) -> Self {
        Self {
            topic: topic.to_owned(),
            payload: data_encoding::HEXLOWER.encode(payload),
            qos,
            retain,
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let bytes = data_encoding::HEXLOWER.decode(self.payload.as_bytes());
        bytes.expect("payloads are written in hex")
    }
}
