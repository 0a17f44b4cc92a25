//! The phone: shows the lamps and who is there, keeps what it received, and commands other devices.

use crate::State;
use crate::firmware::{Desk, Firmware};
use core::time::Duration;
use midge_codec::{ByteString, Message, QoS};
use std::collections::VecDeque;

/// Messages that the inbox keeps.
const INBOX_MESSAGES: usize = 200;
/// Bytes of payload that the inbox keeps; a single larger message is kept alone.
const INBOX_BYTES: usize = 4 << 20;

/// What a phone is subscribed to before anybody asks it for more: the lamps, and who is there.
pub const PHONE_SUBSCRIPTIONS: [&str; 2] = ["home/+/light", "home/+/+/status"];

/// A message that a phone received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// When, as time since the start of the world.
    pub at: Duration,
    /// The message.
    pub message: Message,
}

/// A phone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phone {
    inbox: VecDeque<Received>,
    bytes: usize,
    received: u64,
}

impl Phone {
    pub(crate) fn inbox(&self) -> impl DoubleEndedIterator<Item = &Received> {
        self.inbox.iter()
    }
}

impl Firmware for Phone {
    fn subscriptions(&self, _topic: &str) -> Vec<(ByteString, QoS)> {
        PHONE_SUBSCRIPTIONS
            .map(|filter| (ByteString::from_static(filter), QoS::AtLeastOnce))
            .to_vec()
    }

    fn on_connected(&mut self, _desk: &mut Desk<'_>) {}

    fn on_message(&mut self, desk: &mut Desk<'_>, message: &Message) {
        self.received += 1;
        self.bytes += message.payload.len();
        self.inbox.push_back(Received {
            at: desk.now,
            message: message.clone(),
        });
        while self.inbox.len() > INBOX_MESSAGES
            || (self.bytes > INBOX_BYTES && self.inbox.len() > 1)
        {
            if let Some(oldest) = self.inbox.pop_front() {
                self.bytes -= oldest.message.payload.len();
            }
        }
    }

    fn state(&self) -> State {
        State::Phone {
            received: self.received,
        }
    }
}
