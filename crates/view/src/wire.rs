//! How messages cross between page and Worker: one byte array each.
//!
//! The format is postcard: compact, without names, so that both sides must be of the same build, which
//! they are. A byte array crosses as one copy of memory, and payloads stay bytes.

use serde::{Serialize, de::DeserializeOwned};
use std::fmt;

/// The bytes of a [`crate::ToEngine`] or [`crate::FromEngine`].
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    postcard::to_allocvec(message).expect("every message has a known length and no custom errors")
}

/// The message in `bytes`.
///
/// # Errors
/// The bytes are not what [`encode`] of the same build made.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    postcard::from_bytes(bytes).map_err(|error| Unreadable(error.to_string()))
}

/// Bytes that are no message of this build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "page and engine are not of the same build: {}", self.0)
    }
}

impl std::error::Error for Unreadable {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Action, Answer, Ask, ConnectionId, FromEngine, HouseAnswer, MessageDetail, MessageRow,
        PacketFilter, Problem, QoS, Query, Rect, RoomId, ToEngine, Window,
    };

    #[test]
    fn what_is_encoded_is_decoded() {
        let ask = ToEngine::Ask {
            frame: u64::MAX,
            asks: vec![Ask {
                slot: 7,
                query: Query::Packets {
                    filter: PacketFilter {
                        text: "läuft".into(),
                        types: vec![midge_codec::PacketType::Publish],
                        client: Some(String::new()),
                        hide_pings: true,
                    },
                    window: Window::From {
                        index: 1 << 40,
                        count: 40,
                    },
                },
            }],
        };
        assert_eq!(decode(&encode(&ask)), Ok(ask));

        let act = ToEngine::Act {
            id: 1,
            action: Action::Publish {
                connection: ConnectionId(3),
                topic: "a/b".into(),
                payload: (0..=255).collect(),
                qos: QoS::ExactlyOnce,
                retain: true,
            },
        };
        assert_eq!(decode(&encode(&act)), Ok(act));

        let done = FromEngine::Done {
            id: 1,
            result: Err(Problem {
                what: "no".into(),
                try_next: vec!["yes".into()],
            }),
        };
        assert_eq!(decode(&encode(&done)), Ok(done));
    }

    #[test]
    fn a_large_payload_costs_its_bytes_and_little_more() {
        let detail = MessageDetail {
            row: MessageRow {
                index: 0,
                at_ms: 0,
                own: false,
                topic: "t".into(),
                preview: String::new(),
                binary: true,
                size: 1 << 20,
                qos: QoS::AtMostOnce,
                retain: false,
                dup: false,
            },
            payload: vec![0xFF; 1 << 20],
            properties: Vec::new(),
        };
        let message = FromEngine::Answers {
            frame: 1,
            answers: vec![(0, Answer::Message(Some(Box::new(detail))))],
        };
        let bytes = encode(&message);
        assert!(bytes.len() < (1 << 20) + 64, "{}", bytes.len());
        assert_eq!(decode(&bytes), Ok(message));
    }

    #[test]
    fn floats_keep_their_bits() {
        let house = FromEngine::Answers {
            frame: 2,
            answers: vec![(
                1,
                Answer::House(HouseAnswer {
                    bounds: Rect {
                        x: 0.1,
                        y: -0.0,
                        width: f32::MIN_POSITIVE,
                        height: 1e30,
                    },
                    broker: (1.0, 2.0),
                    rooms: Vec::new(),
                    doors: Vec::new(),
                    devices: Vec::new(),
                    person: (0.0, 0.0, RoomId(1)),
                    outdoor: -3.4,
                    daylight: 0.25,
                    travels: Vec::new(),
                    rate: 0.0,
                }),
            )],
        };
        assert_eq!(decode(&encode(&house)), Ok(house));
    }

    #[test]
    fn foreign_bytes_are_an_error_in_words() {
        let error = decode::<FromEngine>(&[0xFF; 3]).expect_err("no such variant");
        assert!(error.to_string().contains("not of the same build"));
        assert!(decode::<ToEngine>(&[]).is_err());
    }
}
