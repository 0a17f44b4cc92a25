//! A packet of each type and version to begin with.

use midge_codec::{PacketType, Version};

/// The bytes of an example in hexadecimal; `None` where the version has no such packet.
pub(super) const fn sample(kind: PacketType, version: Version) -> Option<&'static str> {
    let (old, new) = match kind {
        PacketType::Connect => (
            "10 29 00 04 4D 51 54 54 04 CE 00 3C 00 04 6C 61 6D 70 00 09 6C 61 6D 70 2F 67 6F 6E 65 00 03 6F 66 66 00 03 61 64 61 00 02 70 77",
            "10 38 00 04 4D 51 54 54 05 CE 00 3C 08 11 00 00 0E 10 21 00 14 00 04 6C 61 6D 70 05 18 00 00 00 05 00 09 6C 61 6D 70 2F 67 6F 6E 65 00 03 6F 66 66 00 03 61 64 61 00 02 70 77",
        ),
        PacketType::ConnAck => (
            "20 02 01 00",
            "20 0D 00 00 0A 12 00 02 6D 31 24 01 22 00 0A",
        ),
        PacketType::Publish => (
            "33 11 00 09 68 6F 6D 65 2F 68 61 6C 6C 00 0A 32 30 2E 34",
            "33 23 00 09 68 6F 6D 65 2F 68 61 6C 6C 00 0A 11 01 01 02 00 00 00 0A 26 00 04 75 6E 69 74 00 01 43 32 30 2E 34",
        ),
        PacketType::PubAck => (
            "40 02 00 0A",
            "40 0D 00 0A 10 09 1F 00 06 6E 6F 62 6F 64 79",
        ),
        PacketType::PubRec => ("50 02 00 0A", "50 03 00 0A 97"),
        PacketType::PubRel => ("62 02 00 0A", "62 03 00 0A 92"),
        PacketType::PubComp => ("70 02 00 0A", "70 03 00 0A 92"),
        PacketType::Subscribe => (
            "82 0E 00 0B 00 09 68 6F 6D 65 2F 2B 2F 6F 6E 01",
            "82 11 00 0B 02 0B 07 00 09 68 6F 6D 65 2F 2B 2F 6F 6E 2D",
        ),
        PacketType::SubAck => ("90 04 00 0B 01 80", "90 05 00 0B 00 01 87"),
        PacketType::Unsubscribe => (
            "A2 0D 00 0C 00 09 68 6F 6D 65 2F 2B 2F 6F 6E",
            "A2 0E 00 0C 00 00 09 68 6F 6D 65 2F 2B 2F 6F 6E",
        ),
        PacketType::UnsubAck => ("B0 02 00 0C", "B0 05 00 0C 00 00 11"),
        PacketType::PingReq => ("C0 00", "C0 00"),
        PacketType::PingResp => ("D0 00", "D0 00"),
        PacketType::Disconnect => ("E0 00", "E0 0C 8B 0A 1F 00 07 63 6C 6F 73 69 6E 67"),
        PacketType::Auth => ("", "F0 0F 18 0D 15 00 05 53 43 52 41 4D 16 00 02 01 02"),
    };
    let text = match version.has_properties() {
        true => new,
        false => old,
    };
    if text.is_empty() { None } else { Some(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::packets::hex_text::parse;

    #[test]
    fn every_type_of_both_versions_has_a_legal_example_in_which_every_field_is_explained() {
        for kind in PacketType::ALL {
            for version in [Version::V311, Version::V5] {
                let Some(text) = sample(kind, version) else {
                    assert_eq!((kind, version), (PacketType::Auth, Version::V311));
                    continue;
                };
                let bytes = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
                let packet = midge_codec::decode(&bytes, version);
                let packet = packet.unwrap_or_else(|error| panic!("{kind} {version}: {error}"));
                assert_eq!(packet.packet_type(), kind);
                let explained = midge_codec::explain(&bytes, version);
                for (index, span) in explained.spans.iter().enumerate() {
                    assert!(!span.field.meaning(&span.value).is_empty());
                    assert!(span.field.clause(version).is_some(), "{kind} {span:?}");
                    let name = explained.wireshark(index, version);
                    assert!(span.group || name.is_some(), "{kind} {span:?}");
                }
            }
        }
    }
}
