//! Where the standards rule each verdict, and what follows from it in a sentence.
//!
//! Every match is exhaustive: a verdict without words does not compile.

use super::{NotDelivered, Verdict};
use midge_codec::topic::Mismatch;

impl Verdict {
    /// The section of the standard that rules it, with the version where only one has it; `None` where
    /// the standard leaves it to the server.
    pub const fn clause(&self) -> Option<&'static str> {
        match self {
            Self::Deliver { .. } => Some("section 3.8.4"),
            Self::Not(why) => why.clause(),
        }
    }
}

impl NotDelivered {
    /// The section of the standard that rules it, with the version where only one has it; `None` where
    /// the standard leaves it to the server.
    pub const fn clause(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoMatch(Mismatch::DollarTopic) => "section 4.7.2, MQTT-4.7.2-1",
            Self::NoMatch(
                Mismatch::Level(_) | Mismatch::NameTooShort(_) | Mismatch::NameTooLong(_),
            ) => "section 4.7.3",
            Self::NoLocal => "MQTT 5.0, section 3.8.3.1, MQTT-3.8.3-3",
            Self::NotAuthorized => "section 5.4.2",
            Self::Expired => "MQTT 5.0, section 3.3.2.3.3, MQTT-3.3.2-5",
            Self::OfflineAtMostOnce => "section 4.1",
            Self::TooLarge => "MQTT 5.0, section 3.1.2.11.4, MQTT-3.1.2-24",
            Self::SharedToAnother => "MQTT 5.0, section 4.8.2, MQTT-4.8.2-4",
            Self::QueueFull | Self::Illegal => return None,
        })
    }

    /// What it means and what would change it, in a sentence.
    pub const fn meaning(&self) -> &'static str {
        match self {
            Self::NoMatch(Mismatch::DollarTopic) => {
                "A topic that starts with $ is matched only by filters that spell out its first level."
            }
            Self::NoMatch(Mismatch::Level(_)) => {
                "Levels are compared character by character; only + and # stand for others."
            }
            Self::NoMatch(Mismatch::NameTooShort(_)) => {
                "Each level of a filter needs a level of the topic; only a # at the end does without."
            }
            Self::NoMatch(Mismatch::NameTooLong(_)) => {
                "Each level of the topic needs a level of the filter; a # at the end would take the rest."
            }
            Self::NoLocal => {
                "The subscription was made with No Local, which keeps a client\u{2019}s own messages from it."
            }
            Self::NotAuthorized => {
                "The broker\u{2019}s access rules do not let this client read the topic."
            }
            Self::Expired => {
                "Its Message Expiry Interval passed while it waited; a server drops such messages."
            }
            Self::QueueFull => {
                "As many messages wait for this client as the broker keeps; the newest is dropped."
            }
            Self::OfflineAtMostOnce => {
                "The session waits for its client, but this broker keeps messages of QoS 1 and 2 only."
            }
            Self::TooLarge => {
                "The client said in CONNECT how large packets may be; a larger one is dropped as if it had been sent."
            }
            Self::SharedToAnother => {
                "Of a shared subscription each message goes to one member; this time it was another\u{2019}s turn."
            }
            Self::Illegal => "Its properties may not stand in a PUBLISH.",
        }
    }
}
