//! Writing PUBLISH packets one behind the other into a buffer that is used again.

use crate::contest::Contest;
use crate::decoding::TOPIC;
use bytes::{Bytes, BytesMut};
use midge_codec::{Delivery, Packet, PacketId, Properties, Publish, QoS, Version, encode};
use mqtt_protocol_core::mqtt::packet as core_packet;
use mqtt5_protocol::packet::MqttPacket;
use std::hint::black_box;

/// Packets in one run.
const PACKETS: usize = 500;

/// The contests of this file.
pub(crate) fn contests() -> Vec<Contest> {
    [32, 4_096].into_iter().map(v5).collect()
}

fn v5(payload: usize) -> Contest {
    let payload = Bytes::from(vec![b'x'; payload]);
    let title = format!(
        "Write PUBLISH, 5.0, QoS 1, payload of {} bytes",
        payload.len()
    );
    let ours = payload.clone();
    let mut our_buffer = BytesMut::new();
    let mut publish = rumqttc::v5::mqttbytes::v5::Publish::new(
        TOPIC,
        rumqttc::v5::mqttbytes::QoS::AtLeastOnce,
        payload.clone(),
        None,
    );
    publish.pkid = 1;
    let rumqttc = rumqttc::v5::mqttbytes::v5::Packet::Publish(publish);
    let mut rumqttc_buffer = BytesMut::new();
    let core = core_packet::v5_0::Publish::builder()
        .topic_name(TOPIC)
        .and_then(|builder| {
            builder
                .qos(core_packet::Qos::AtLeastOnce)
                .packet_id(1_u16)
                .payload(&payload[..])
                .build()
        })
        .expect("a legal packet");
    let mut core_buffer = BytesMut::new();
    let mqtt5 = mqtt5_protocol::packet::publish::PublishPacket::new(
        TOPIC,
        payload,
        mqtt5_protocol::QoS::AtLeastOnce,
    )
    .with_packet_id(1);
    let mut mqtt5_buffer = BytesMut::new();
    Contest::new(title, PACKETS)
        .with("midge", move || {
            let packet = Packet::Publish(Publish {
                delivery: Delivery::new(QoS::AtLeastOnce, PacketId::MIN, false),
                retain: false,
                topic: TOPIC,
                properties: Properties::EMPTY,
                payload: &ours,
            });
            again(&mut our_buffer, |buffer| {
                encode(&packet, Version::V5, buffer).expect("a legal packet")
            });
        })
        .with("rumqttc", move || {
            again(&mut rumqttc_buffer, |buffer| {
                rumqttc.write(buffer, None).expect("a legal packet");
            });
        })
        .with("mqtt-protocol-core", move || {
            again(&mut core_buffer, |buffer| {
                for part in core.to_buffers() {
                    buffer.extend_from_slice(&part);
                }
            });
        })
        .with("mqtt5-protocol", move || {
            again(&mut mqtt5_buffer, |buffer| {
                mqtt5.encode(buffer).expect("a legal packet")
            });
        })
}

/// Fills the buffer with all packets, from its beginning.
fn again(buffer: &mut BytesMut, mut write: impl FnMut(&mut BytesMut)) {
    buffer.clear();
    for _ in 0..PACKETS {
        write(black_box(buffer));
    }
    black_box(&buffer[..]);
}
