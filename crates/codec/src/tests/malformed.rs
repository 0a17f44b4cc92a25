//! Frames that are wrong in one place: what is found, in which field, at which byte, and the answer.

use super::hex;
use crate::{DecodeError, ErrorKind, Field, PacketType, PropertyId, Reason, Version};
use crate::{Value, decode, explain, topic::Invalid};
use Version::{V5, V311};
use alloc::string::ToString;

type Case = (Version, &'static str, Field, u32, ErrorKind);

fn assert_faults(cases: &[Case]) {
    for &(version, frame, field, offset, kind) in cases {
        let fault = DecodeError {
            kind,
            field,
            offset,
        };
        let bytes = hex(frame);
        assert_eq!(decode(&bytes, version), Err(fault), "{version} {frame}");
        assert_eq!(
            explain(&bytes, version).error,
            Some(fault),
            "{version} {frame}"
        );
    }
}

fn property(id: PropertyId) -> Field {
    Field::Property(id)
}

#[test]
#[rustfmt::skip] // One case a line.
fn faults_of_the_fixed_header_are_found() {
    let wrong = |packet, flags| ErrorKind::WrongFlags { packet, flags };
    use ErrorKind::*;
    assert_faults(&[
        (V5, "", Field::PacketType, 0, Truncated),
        (V5, "00 00", Field::PacketType, 0, ReservedPacketType),
        (V311, "F0 00", Field::PacketType, 0, NotInVersion),
        (V5, "60 02 000A", Field::FixedHeaderFlags, 0, wrong(PacketType::PubRel, 0)),
        (V5, "C1 00", Field::FixedHeaderFlags, 0, wrong(PacketType::PingReq, 1)),
        (V311, "80 00", Field::FixedHeaderFlags, 0, wrong(PacketType::Subscribe, 0)),
        (V311, "E1 00", Field::FixedHeaderFlags, 0, wrong(PacketType::Disconnect, 1)),
        (V5, "36 05 0001 61 0001", Field::QoS, 0, ReservedQoS),
        (V5, "38 04 0001 61 00", Field::Dup, 0, DupAtQoS0),
        (V5, "C0", Field::RemainingLength, 1, Truncated),
        (V5, "C0 80", Field::RemainingLength, 1, Truncated),
        (V5, "C0 80 00", Field::RemainingLength, 1, NotMinimal),
        (V5, "C0 FFFFFFFF 01", Field::RemainingLength, 1, VariableByteIntegerTooLong),
        (V5, "C0 01", Field::RemainingLength, 1, Truncated),
        (V5, "C0 01 00", Field::Rest, 2, TrailingBytes(1)),
        (V5, "C0 00 C0 00", Field::Rest, 2, TrailingBytes(2)),
        (V5, "30 06 0001 61 00 78", Field::RemainingLength, 1, Truncated),
    ]);
}

#[test]
#[rustfmt::skip] // One case a line.
fn faults_of_connect_are_found() {
    use ErrorKind::*;
    assert_faults(&[
        (V5, "10 0C 0004 4D515453 04 02 003C 0000", Field::ProtocolName, 2, WrongProtocolName),
        (V5, "10 0E 0006 4D5149736470 03 02 003C 0000", Field::ProtocolName, 2, WrongProtocolName),
        (V5, "10 0C 0004 4D515454 03 02 003C 0000", Field::ProtocolVersion, 8, UnsupportedVersion(3)),
        (V5, "10 0C 0004 4D515454 06 02 003C 0000", Field::ProtocolVersion, 8, UnsupportedVersion(6)),
        (V5, "10 0C 0004 4D515454 04 03 003C 0000", Field::Reserved, 9, ReservedBits(1)),
        (V5, "10 0C 0004 4D515454 04 0A 003C 0000", Field::WillQoS, 9, WithoutWillFlag),
        (V5, "10 0C 0004 4D515454 04 22 003C 0000", Field::WillRetain, 9, WithoutWillFlag),
        (V5, "10 12 0004 4D515454 04 1E 003C 0000 0001 61 0001 62", Field::WillQoS, 9, ReservedQoS),
        (V5, "10 0F 0004 4D515454 04 42 003C 0000 0001 70", Field::PasswordFlag, 9, PasswordWithoutUserName),
        (V5, "10 09 0004 4D515454 04 02 00", Field::KeepAlive, 10, Truncated),
        (V5, "10 0A 0004 4D515454 04 02 003C", Field::ClientId, 12, Truncated),
        (V5, "10 0D 0004 4D515454 04 02 003C 0002 61", Field::ClientId, 12, Truncated),
        (V5, "10 0D 0004 4D515454 04 02 003C 0001 FF", Field::ClientId, 12, InvalidUtf8),
        (V5, "10 0F 0004 4D515454 04 02 003C 0003 EDA080", Field::ClientId, 12, InvalidUtf8),
        (V5, "10 0E 0004 4D515454 04 02 003C 0002 C080", Field::ClientId, 12, InvalidUtf8),
        (V5, "10 0D 0004 4D515454 04 02 003C 0001 00", Field::ClientId, 12, NullCharacter),
        (V5, "10 0D 0004 4D515454 04 02 003C 0000 00", Field::Rest, 14, TrailingBytes(1)),
        (V5, "10 12 0004 4D515454 04 06 003C 0000 0001 2B 0001 62", Field::WillTopic, 14, Topic(Invalid::WildcardInName)),
        (V5, "10 11 0004 4D515454 04 06 003C 0000 0000 0001 62", Field::WillTopic, 14, Topic(Invalid::Empty)),
        (V5, "10 12 0004 4D515454 05 02 003C 05 16 0002 6162 0000", property(PropertyId::AuthenticationData), 13, WithoutAuthenticationMethod),
        (V5, "10 0A 0004 4D515454 05 02 003C", Field::PropertyLength, 12, Truncated),
    ]);
}

#[test]
#[rustfmt::skip] // One case a line.
fn faults_of_properties_are_found() {
    use ErrorKind::*;
    use PropertyId as Id;
    let publish = PropertyNotAllowed(PacketType::Publish.into());
    assert_faults(&[
        (V5, "30 05 0001 61 01 00", Field::PropertyIdentifier, 6, UnknownProperty(0)),
        (V5, "30 06 0001 61 02 FF01", Field::PropertyIdentifier, 6, UnknownProperty(255)),
        (V5, "30 06 0001 61 02 8100", Field::PropertyIdentifier, 6, NotMinimal),
        (V5, "30 07 0001 61 03 13 0001", property(Id::ServerKeepAlive), 6, publish),
        (V5, "30 08 0001 61 04 0101 0101", property(Id::PayloadFormatIndicator), 8, DuplicateProperty),
        (V5, "30 06 0001 61 02 0102", property(Id::PayloadFormatIndicator), 7, OutOfRange(2)),
        (V5, "30 07 0001 61 03 23 0000", property(Id::TopicAlias), 7, OutOfRange(0)),
        (V5, "30 06 0001 61 02 0B00", property(Id::SubscriptionIdentifier), 7, OutOfRange(0)),
        (V5, "30 08 0001 61 04 08 0001 23", property(Id::ResponseTopic), 7, Topic(Invalid::WildcardInName)),
        (V5, "30 08 0001 61 02 02 00000001", property(Id::MessageExpiryInterval), 7, BeyondPropertyLength),
        (V5, "30 06 0001 61 05 02 00", Field::PropertyLength, 5, Truncated),
        (V5, "30 08 0001 61 04 03 0001 FF", property(Id::ContentType), 7, InvalidUtf8),
        (V5, "30 0A 0001 61 06 26 0000 0001 00", Field::UserPropertyValue, 9, NullCharacter),
        (V5, "10 10 0004 4D515454 05 02 003C 03 21 0000 0000", property(Id::ReceiveMaximum), 14, OutOfRange(0)),
        (V5, "10 12 0004 4D515454 05 02 003C 05 27 00000000 0000", property(Id::MaximumPacketSize), 14, OutOfRange(0)),
        (V5, "20 05 00 00 02 24 02", property(Id::MaximumQoS), 6, OutOfRange(2)),
        (V5, "20 05 00 00 02 25 02", property(Id::RetainAvailable), 6, OutOfRange(2)),
        (V5, "82 0B 000A 04 0B01 0B02 0001 61 00", property(Id::SubscriptionIdentifier), 7, DuplicateProperty),
        (V5, "F0 02 18 00", Field::Properties, 4, WithoutAuthenticationMethod),
    ]);
}

#[test]
#[rustfmt::skip] // One case a line.
fn faults_of_the_other_packets_are_found() {
    use ErrorKind::*;
    let no = |packet, value| ReasonNotAllowed { packet, value };
    assert_faults(&[
        (V311, "20 02 02 00", Field::Reserved, 2, ReservedBits(1)),
        (V311, "20 02 00 06", Field::ReturnCode, 3, no(PacketType::ConnAck, 6)),
        (V5, "20 03 00 01 00", Field::ReasonCode, 3, no(PacketType::ConnAck, 1)),
        (V5, "20 02 00 00", Field::PropertyLength, 4, Truncated),
        (V311, "30 03 0001 2B", Field::TopicName, 2, Topic(Invalid::WildcardInName)),
        (V311, "30 03 0001 00", Field::TopicName, 2, NullCharacter),
        (V311, "30 02 0000", Field::TopicName, 2, Topic(Invalid::Empty)),
        (V5, "30 03 0000 00", Field::TopicName, 2, Topic(Invalid::Empty)),
        (V311, "32 05 0001 61 0000", Field::PacketId, 5, ZeroPacketId),
        (V311, "32 04 0001 61 00", Field::PacketId, 5, Truncated),
        (V311, "40 02 0000", Field::PacketId, 2, ZeroPacketId),
        (V311, "40 03 000A 00", Field::Rest, 4, TrailingBytes(1)),
        (V5, "40 03 000A 92", Field::ReasonCode, 4, no(PacketType::PubAck, 0x92)),
        (V5, "62 03 000A FF", Field::ReasonCode, 4, no(PacketType::PubRel, 0xFF)),
        (V311, "82 02 000A", Field::TopicFilter, 4, EmptyList),
        (V311, "82 05 000A 0001 61", Field::SubscriptionOptions, 7, Truncated),
        (V311, "82 06 000A 0001 61 03", Field::RequestedQoS, 7, ReservedQoS),
        (V311, "82 06 000A 0001 61 04", Field::Reserved, 7, ReservedBits(1)),
        (V5, "82 07 000A 00 0001 61 C0", Field::Reserved, 8, ReservedBits(3)),
        (V5, "82 07 000A 00 0001 61 30", Field::RetainHandling, 8, OutOfRange(3)),
        (V5, "82 07 000A 00 0001 61 03", Field::RequestedQoS, 8, ReservedQoS),
        (V5, "82 10 000A 00 000A 2473686172652F672F61 04", Field::NoLocal, 17, NoLocalOnShared),
        (V311, "90 02 000A", Field::ReasonCode, 4, EmptyList),
        (V311, "90 03 000A 03", Field::ReasonCode, 4, no(PacketType::SubAck, 3)),
        (V5, "90 04 000A 00 10", Field::ReasonCode, 5, no(PacketType::SubAck, 0x10)),
        (V5, "A2 03 000A 00", Field::TopicFilter, 5, EmptyList),
        (V5, "B0 03 000A 00", Field::ReasonCode, 5, EmptyList),
        (V311, "E0 01 00", Field::Rest, 2, TrailingBytes(1)),
        (V5, "E0 01 01", Field::ReasonCode, 2, no(PacketType::Disconnect, 1)),
        (V5, "F0 01 00", Field::PropertyLength, 3, Truncated),
    ]);
}

#[test]
fn faults_are_answered_with_the_standards_reasons() {
    let reason = |version, frame| decode(&hex(frame), version).expect_err(frame).reason();
    assert_eq!(reason(V5, "C0 01 00"), Reason::MalformedPacket);
    assert_eq!(
        reason(V5, "30 07 0001 61 03 13 0001"),
        Reason::MalformedPacket
    );
    assert_eq!(
        reason(V5, "30 08 0001 61 04 0101 0101"),
        Reason::ProtocolError
    );
    assert_eq!(
        reason(V5, "82 07 000A 00 0001 61 30"),
        Reason::ProtocolError
    );
    assert_eq!(
        reason(V5, "82 07 000A 00 0001 61 03"),
        Reason::ProtocolError
    );
    assert_eq!(reason(V5, "36 05 0001 61 0001"), Reason::MalformedPacket);
    assert_eq!(reason(V5, "30 03 0000 00"), Reason::ProtocolError);
    assert_eq!(reason(V5, "30 04 0001 2B 00"), Reason::MalformedPacket);
    assert_eq!(
        reason(V5, "30 07 0001 61 03 23 0000"),
        Reason::TopicAliasInvalid
    );
    let version_6 = "10 0C 0004 4D515454 06 02 003C 0000";
    assert_eq!(reason(V5, version_6), Reason::UnsupportedProtocolVersion);
}

#[test]
fn a_fault_is_told_in_a_sentence() {
    let fault = decode(&hex("10 09 0004 4D515454 04 02 00"), V311).expect_err("truncated");
    assert_eq!(
        fault.to_string(),
        "Keep Alive at byte 10: the packet ends before the field does"
    );
    let fault = decode(&hex("60 02 000A"), V311).expect_err("wrong flags");
    assert_eq!(
        fault.to_string(),
        "Fixed header flags at byte 0: PUBREL must have the flags 0010, not 0000"
    );
}

#[test]
fn the_spans_before_a_fault_remain_and_the_rest_is_one_span() {
    let explanation = explain(&hex("10 0B 0004 4D515454 05 02 003C 08"), V5);
    let fields: alloc::vec::Vec<_> = explanation.spans.iter().map(|span| span.field).collect();
    assert_eq!(
        fields,
        [
            Field::PacketType,
            Field::FixedHeaderFlags,
            Field::RemainingLength,
            Field::Length,
            Field::ProtocolName,
            Field::ProtocolVersion,
            Field::ConnectFlags,
            Field::UserNameFlag,
            Field::PasswordFlag,
            Field::WillRetain,
            Field::WillQoS,
            Field::WillFlag,
            Field::CleanStart,
            Field::Reserved,
            Field::KeepAlive,
            Field::Properties,
            Field::PropertyLength,
        ]
    );
    let explanation = explain(&hex("82 09 000A 00 0003 61FF62 00"), V5);
    let rest = explanation.spans.last().expect("some spans");
    assert_eq!((rest.field, rest.start, rest.length), (Field::Rest, 80, 8));
    assert_eq!(rest.value, Value::None);
}
