//! Characters that names should not hold (section 1.5.4; 1.5.3 in 3.1.1).
//!
//! The standard leaves it to the receiver whether a packet with control characters or noncharacters is
//! malformed. To this broker it is, in the names that others see or that logs repeat: a stray line break
//! is the usual reason why a topic "does not arrive". Payloads and properties may hold anything.

use crate::CloseReason;
use midge_codec::{Connect, Field, Packet, Reason};

/// The first field of a CONNECT with such a character.
pub(crate) fn unwanted_in_connect(connect: &Connect<'_>) -> Option<Field> {
    let will_topic = connect.will.as_ref().map(|will| will.topic);
    [
        (Some(connect.client_id), Field::ClientId),
        (will_topic, Field::WillTopic),
        (connect.user_name, Field::UserName),
    ]
    .into_iter()
    .find(|(text, _)| text.is_some_and(is_unwanted))
    .map(|(_, field)| field)
}

/// What is wrong with the names in a packet of a client that is let in.
pub(crate) fn check(packet: &Packet<'_>) -> Result<(), CloseReason> {
    let (is_wrong, field) = match packet {
        Packet::Publish(publish) => (is_unwanted(publish.topic), Field::TopicName),
        Packet::Subscribe(subscribe) => {
            let mut filters = subscribe.filters.iter();
            let is_wrong = filters.any(|entry| is_unwanted(entry.filter));
            (is_wrong, Field::TopicFilter)
        }
        Packet::Unsubscribe(unsubscribe) => (
            unsubscribe.filters.iter().any(is_unwanted),
            Field::TopicFilter,
        ),
        _ => return Ok(()),
    };
    match is_wrong {
        true => Err(close_reason(field)),
        false => Ok(()),
    }
}

/// Why a connection ends whose packet has such a character in this field.
pub(crate) fn close_reason(field: Field) -> CloseReason {
    let reason = match field {
        Field::ClientId => Reason::ClientIdentifierNotValid,
        _ => Reason::MalformedPacket,
    };
    let name = field.name();
    CloseReason::violation(reason, alloc::format!("{name} holds a control character"))
}

fn is_unwanted(text: &str) -> bool {
    // Most names are plain ASCII, of which the bytes tell everything.
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte);
    !text.bytes().all(is_plain)
        && text.chars().any(|character| {
            let code = u32::from(character);
            let is_noncharacter = code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code);
            character.is_control() || is_noncharacter
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_noncharacters_are_unwanted_and_nothing_else_is() {
        for name in [
            "a\n",
            "\u{1}",
            "a\u{7F}",
            "\u{9F}b",
            "\u{FFFF}",
            "\u{FDD0}",
            "\u{1FFFE}",
        ] {
            assert!(is_unwanted(name), "{name:?}");
        }
        for name in [
            "",
            "home/hall",
            "wohnzimmer/tür",
            "温度",
            "\u{FEFF}a",
            "😀",
            "\u{A0}",
        ] {
            assert!(!is_unwanted(name), "{name:?}");
        }
    }
}
