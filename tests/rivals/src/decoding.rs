//! Reading a stream: one buffer as a socket gives it, full of PUBLISH packets; each is framed, validated and read.

use crate::contest::Contest;
use bytes::{Buf, Bytes, BytesMut};
use midge_codec::{
    Delivery, Framer, Packet, PacketId, Properties, PropertiesBuf, Property, Publish, QoS, Version,
    decode, encode,
};
use mqtt_protocol_core::mqtt::packet as core_packet;
use std::hint::black_box;
use std::sync::Arc;

/// Packets in the buffer.
const PACKETS: usize = 500;

pub(crate) const TOPIC: &str = "factory/hall-3/press-17/temperature";

/// The contests of this file.
pub(crate) fn contests() -> Vec<Contest> {
    vec![
        v311(QoS::AtMostOnce, 32),
        v311(QoS::AtLeastOnce, 4_096),
        v5("no properties", Properties::EMPTY, 32),
        with_properties(),
    ]
}

fn v311(qos: QoS, payload: usize) -> Contest {
    let stream = stream(Version::V311, qos, Properties::EMPTY, payload);
    let title = format!(
        "Read PUBLISH, 3.1.1, QoS {}, payload of {payload} bytes",
        qos as u8
    );
    let (ours, rumqttc, mqttrs, core, mqtt5) = (
        stream.clone(),
        stream.clone(),
        stream.clone(),
        stream.clone(),
        stream,
    );
    Contest::new(title, PACKETS)
        .with("midge", move || by_midge(&ours, Version::V311))
        .with("rumqttc", move || {
            let mut stream = BytesMut::from(&rumqttc[..]);
            let read = || rumqttc::mqttbytes::v4::Packet::read(&mut stream, usize::MAX).ok();
            assert_eq!(std::iter::from_fn(read).map(black_box).count(), PACKETS);
        })
        .with("mqttrs", move || by_mqttrs(&mqttrs))
        .with("mqtt-protocol-core", move || {
            by_core(&core, |flags, body| {
                core_packet::v3_1_1::Publish::parse(flags, body).is_ok()
            });
        })
        .with("mqtt5-protocol", move || by_mqtt5(&mqtt5, 4))
}

fn v5(what: &str, properties: Properties<'_>, payload: usize) -> Contest {
    let stream = stream(Version::V5, QoS::AtLeastOnce, properties, payload);
    let title = format!("Read PUBLISH, 5.0, QoS 1, {what}, payload of {payload} bytes");
    let (ours, rumqttc, core, mqtt5) = (stream.clone(), stream.clone(), stream.clone(), stream);
    Contest::new(title, PACKETS)
        .with("midge", move || by_midge(&ours, Version::V5))
        .with("rumqttc", move || {
            let mut stream = BytesMut::from(&rumqttc[..]);
            let read = || rumqttc::v5::mqttbytes::v5::Packet::read(&mut stream, None).ok();
            assert_eq!(std::iter::from_fn(read).map(black_box).count(), PACKETS);
        })
        .with("mqtt-protocol-core", move || {
            by_core(&core, |flags, body| {
                core_packet::v5_0::Publish::parse(flags, body).is_ok()
            });
        })
        .with("mqtt5-protocol", move || by_mqtt5(&mqtt5, 5))
}

fn with_properties() -> Contest {
    let mut properties = PropertiesBuf::default();
    for property in [
        Property::MessageExpiryInterval(60),
        Property::ContentType("application/json"),
        Property::ResponseTopic("answers/17"),
        Property::CorrelationData(b"0123456789abcdef"),
        Property::UserProperty("unit", "celsius"),
    ] {
        properties.push(property).expect("properties of a PUBLISH");
    }
    v5("five properties", properties.as_ref(), 32)
}

/// Wire bytes of all packets.
fn stream(version: Version, qos: QoS, properties: Properties<'_>, payload: usize) -> Bytes {
    let packet = Packet::Publish(Publish {
        delivery: Delivery::new(qos, PacketId::MIN, false),
        retain: false,
        topic: TOPIC,
        properties,
        payload: &vec![b'x'; payload],
    });
    let mut stream = BytesMut::new();
    for _ in 0..PACKETS {
        encode(&packet, version, &mut stream).expect("a legal packet");
    }
    stream.freeze()
}

/// Copies the stream as the others do, whose readers take it apart.
fn by_midge(stream: &Bytes, version: Version) {
    let mut framer = Framer::new(u32::MAX);
    framer.push(BytesMut::from(&stream[..]).freeze());
    let mut count = 0;
    while let Ok(Some(frame)) = framer.next_frame() {
        black_box(decode(&frame, version).expect("a legal packet"));
        count += 1;
    }
    assert_eq!(count, PACKETS);
}

/// It has no framer: the length of a packet is found from its header, as its users have to.
fn by_mqttrs(stream: &[u8]) {
    let mut rest = &BytesMut::from(stream)[..];
    let mut count = 0;
    while !rest.is_empty() {
        let length = frame_length(rest);
        black_box(mqttrs::decode_slice(&rest[..length]).expect("a legal packet"));
        rest = &rest[length..];
        count += 1;
    }
    assert_eq!(count, PACKETS);
}

/// Its packets own a shared copy of their body.
fn by_core(stream: &[u8], parse: impl Fn(u8, Arc<[u8]>) -> bool) {
    let mut rest = &BytesMut::from(stream)[..];
    let mut count = 0;
    while !rest.is_empty() {
        let length = frame_length(rest);
        let body = header_length(rest);
        assert!(black_box(parse(
            rest[0] & 15,
            Arc::from(&rest[body..length])
        )));
        rest = &rest[length..];
        count += 1;
    }
    assert_eq!(count, PACKETS);
}

fn by_mqtt5(stream: &[u8], version: u8) {
    let mut rest = BytesMut::from(stream).freeze();
    let mut count = 0;
    while rest.has_remaining() {
        let header = mqtt5_protocol::FixedHeader::decode(&mut rest).expect("a legal header");
        let mut body = rest.split_to(header.remaining_length as usize);
        let packet = mqtt5_protocol::Packet::decode_from_body_with_version(
            header.packet_type,
            &header,
            &mut body,
            version,
        );
        black_box(packet.expect("a legal packet"));
        count += 1;
    }
    assert_eq!(count, PACKETS);
}

/// Bytes of the fixed header.
fn header_length(frame: &[u8]) -> usize {
    2 + frame[1..]
        .iter()
        .take_while(|byte| **byte & 0x80 != 0)
        .count()
}

/// Bytes of the whole packet.
fn frame_length(frame: &[u8]) -> usize {
    let header = header_length(frame);
    let digits = frame[1..header].iter().rev();
    header + digits.fold(0, |length, digit| length << 7 | usize::from(digit & 0x7F))
}
