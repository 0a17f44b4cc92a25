//! The messages of a connection: bytes as they came, bounded, with indices that stay.

use crate::saturate::saturate;
use crate::window::resolve;
use midge_codec::{Message, Property};
use midge_payload::{hex_line, is_text, preview};
use midge_view::{MessageDetail, MessageRow, MessagesAnswer, Window};
use std::collections::VecDeque;

/// Messages kept.
const MESSAGES_MAX: usize = 10_000;
/// Bytes of topics and payloads kept.
const BYTES_MAX: usize = 64 << 20;
/// Characters of a payload in a row.
const PREVIEW_MAX: usize = 200;

/// A message and how it came.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) at_ms: u64,
    pub(crate) own: bool,
    pub(crate) dup: bool,
    pub(crate) message: Message,
}

/// The newest messages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Messages {
    /// With whether the payload is not text, which is decided once.
    kept: VecDeque<(Kept, bool)>,
    start: u64,
    bytes: usize,
}

impl Messages {
    /// Adds a message; the oldest go when there are too many. One that alone is too much stays until
    /// the next comes: what just arrived can be looked at.
    pub(crate) fn push(&mut self, kept: Kept) {
        self.bytes += size(&kept.message);
        let binary = !is_text(&kept.message.payload);
        self.kept.push_back((kept, binary));
        while self.kept.len() > 1 && (self.kept.len() > MESSAGES_MAX || self.bytes > BYTES_MAX) {
            self.drop_oldest();
        }
    }

    /// Forgets all; indices go on.
    pub(crate) fn clear(&mut self) {
        self.start = self.end();
        self.kept.clear();
        self.bytes = 0;
    }

    /// The index that the next message will have.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.kept.len() as u64
    }

    pub(crate) fn page(&self, window: Window) -> MessagesAnswer {
        let shown = resolve(window, self.start..self.end());
        MessagesAnswer {
            start: self.start,
            end: self.end(),
            from: shown.start,
            rows: shown.filter_map(|index| self.row(index)).collect(),
        }
    }

    /// Whether the message with this index is kept.
    pub(crate) fn has(&self, index: u64) -> bool {
        (self.start..self.end()).contains(&index)
    }

    pub(crate) fn detail(&self, index: u64) -> Option<MessageDetail> {
        let (kept, _) = self.kept(index)?;
        Some(MessageDetail {
            row: self.row(index)?,
            payload: kept.message.payload.to_vec(),
            properties: kept.message.properties.as_ref().iter().map(words).collect(),
        })
    }

    fn kept(&self, index: u64) -> Option<&(Kept, bool)> {
        self.kept
            .get(usize::try_from(index.checked_sub(self.start)?).ok()?)
    }

    fn row(&self, index: u64) -> Option<MessageRow> {
        let (kept, binary) = self.kept(index)?;
        let message = &kept.message;
        Some(MessageRow {
            index,
            at_ms: kept.at_ms,
            own: kept.own,
            topic: message.topic.to_string(),
            preview: preview(&message.payload, PREVIEW_MAX).text,
            binary: *binary,
            size: saturate(message.payload.len()),
            qos: message.qos,
            retain: message.retain,
            dup: kept.dup,
        })
    }

    fn drop_oldest(&mut self) {
        if let Some((kept, _)) = self.kept.pop_front() {
            self.bytes -= size(&kept.message);
            self.start += 1;
        }
    }
}

fn size(message: &Message) -> usize {
    message.topic.len() + message.payload.len()
}

/// A property as name and value.
pub(crate) fn words(property: Property<'_>) -> (String, String) {
    let name = property.id().name().to_owned();
    let value = match property {
        Property::UserProperty(name, value) => format!("{name}: {value}"),
        Property::ContentType(text)
        | Property::ResponseTopic(text)
        | Property::AssignedClientIdentifier(text)
        | Property::AuthenticationMethod(text)
        | Property::ResponseInformation(text)
        | Property::ServerReference(text)
        | Property::ReasonString(text) => text.to_owned(),
        Property::CorrelationData(bytes) | Property::AuthenticationData(bytes) => hex_line(bytes),
        number => number
            .number()
            .map(|value| value.to_string())
            .unwrap_or_default(),
    };
    (name, value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_codec::QoS;

    fn kept(payload: Vec<u8>) -> Kept {
        Kept {
            at_ms: 0,
            own: false,
            dup: false,
            message: Message::new("t", payload, QoS::AtMostOnce, false),
        }
    }

    #[test]
    fn indices_stay_when_old_messages_go() {
        let mut messages = Messages::default();
        for number in 0..MESSAGES_MAX + 5 {
            messages.push(kept(number.to_string().into_bytes()));
        }
        let page = messages.page(Window::From { index: 7, count: 2 });
        assert_eq!((page.start, page.end, page.from), (5, 10_005, 7));
        let previews: Vec<_> = page.rows.iter().map(|row| row.preview.as_str()).collect();
        assert_eq!(previews, ["7", "8"]);
        assert!(!messages.has(4) && messages.has(5) && !messages.has(10_005));
        messages.clear();
        assert_eq!(messages.page(Window::Tail { count: 5 }).start, 10_005);
    }

    #[test]
    fn bytes_are_bounded_and_the_newest_stays() {
        let mut messages = Messages::default();
        for _ in 0..3 {
            messages.push(kept(vec![0; BYTES_MAX / 2]));
        }
        assert_eq!(messages.page(Window::Tail { count: 5 }).rows.len(), 1);
        messages.push(kept(vec![0; BYTES_MAX + 1]));
        assert_eq!(messages.page(Window::Tail { count: 5 }).rows.len(), 1);
        messages.push(kept(Vec::new()));
        assert_eq!((messages.start, messages.bytes), (4, 1));
    }

    #[test]
    fn a_payload_is_given_back_unchanged() {
        let payload: Vec<u8> = (0..1 << 20).map(|index| (index % 251) as u8).collect();
        let mut messages = Messages::default();
        messages.push(kept(payload.clone()));
        let detail = messages.detail(0).expect("kept");
        assert!(detail.row.binary);
        assert_eq!(detail.row.size, 1 << 20);
        assert_eq!(detail.payload, payload);
    }
}
