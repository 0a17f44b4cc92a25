//! A packet in one line, for logs and lists.

use crate::{Connect, Delivery, Packet, PacketType, Publish, Reason};
use core::fmt;

/// One line such as `PUBLISH home/livingroom/light QoS 1 id 7, 2 bytes`. It begins with the packet
/// type and allocates nothing.
impl fmt::Display for Packet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let packet_type = self.packet_type();
        f.write_str(packet_type.name())?;
        match self {
            Self::Connect(packet) => connect(packet, f),
            Self::ConnAck(packet) => {
                reason(packet.reason, packet_type, f)?;
                present(packet.session_present, ", session present", f)
            }
            Self::Publish(packet) => publish(packet, f),
            Self::Ack(packet) => {
                write!(f, " id {}", packet.packet_id)?;
                match packet.reason {
                    Reason::Success => Ok(()),
                    other => reason(other, packet_type, f),
                }
            }
            Self::Subscribe(packet) => {
                write!(f, " id {}", packet.packet_id)?;
                listed(packet.filters.iter(), f, |entry, f| {
                    write!(f, "{} QoS {}", entry.filter, entry.options.qos as u8)
                })
            }
            Self::SubAck(packet) => {
                write!(f, " id {}", packet.packet_id)?;
                listed(packet.reasons.iter(), f, |reason, f| {
                    f.write_str(reason.name_in(packet_type))
                })
            }
            Self::Unsubscribe(packet) => {
                write!(f, " id {}", packet.packet_id)?;
                listed(packet.filters.iter(), f, |filter, f| f.write_str(filter))
            }
            Self::UnsubAck(packet) => {
                write!(f, " id {}", packet.packet_id)?;
                listed(packet.reasons.iter(), f, |reason, f| {
                    f.write_str(reason.name_in(packet_type))
                })
            }
            Self::PingReq | Self::PingResp => Ok(()),
            Self::Disconnect(packet) => reason(packet.reason, packet_type, f),
            Self::Auth(packet) => reason(packet.reason, packet_type, f),
        }
    }
}

fn connect(packet: &Connect<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match packet.client_id {
        "" => f.write_str(" without client id")?,
        id => write!(f, " {id}")?,
    }
    write!(f, ", MQTT {}", packet.version)?;
    present(packet.clean_start, ", clean start", f)?;
    match packet.keep_alive {
        0 => f.write_str(", no keep alive")?,
        seconds => write!(f, ", keep alive {seconds} s")?,
    }
    if let Some(will) = packet.will {
        write!(f, ", will {}", will.topic)?;
    }
    match packet.user_name {
        Some(name) => write!(f, ", user {name}"),
        None => Ok(()),
    }
}

fn publish(packet: &Publish<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (packet.topic, packet.properties.topic_alias()) {
        ("", Some(alias)) => write!(f, " alias {alias}")?,
        (topic, _) => write!(f, " {topic}")?,
    }
    write!(f, " QoS {}", packet.delivery.qos() as u8)?;
    if let Delivery::AtLeastOnce { packet_id, dup } | Delivery::ExactlyOnce { packet_id, dup } =
        packet.delivery
    {
        write!(f, " id {packet_id}")?;
        present(dup, ", again", f)?;
    }
    present(packet.retain, ", retain", f)?;
    match packet.payload.len() {
        1 => f.write_str(", 1 byte"),
        length => write!(f, ", {length} bytes"),
    }
}

fn reason(reason: Reason, packet: PacketType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, " {}", reason.name_in(packet))
}

fn present(flag: bool, words: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(if flag { words } else { "" })
}

fn listed<T>(
    items: impl Iterator<Item = T>,
    f: &mut fmt::Formatter<'_>,
    mut write: impl FnMut(T, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.enumerate() {
        f.write_str(if index == 0 { ": " } else { ", " })?;
        write(item, f)?;
    }
    Ok(())
}
