//! The signs of MQTT: packet types, QoS, RETAIN, DUP, directions. One colour and one sign a meaning.

use super::icon::{Icon, Sign};
use midge_view::{Direction, PacketType, QoS};
use yew::prelude::*;

/// What packets are for: six families, each with a colour and a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // As the standard groups them.
pub enum Family {
    Connect,
    Publish,
    Acknowledge,
    Subscribe,
    Ping,
    Disconnect,
}

impl Family {
    /// The family of a packet type.
    pub const fn of(packet_type: PacketType) -> Self {
        match packet_type {
            PacketType::Connect | PacketType::ConnAck | PacketType::Auth => Self::Connect,
            PacketType::Publish => Self::Publish,
            PacketType::PubAck | PacketType::PubRec | PacketType::PubRel | PacketType::PubComp => {
                Self::Acknowledge
            }
            PacketType::Subscribe
            | PacketType::SubAck
            | PacketType::Unsubscribe
            | PacketType::UnsubAck => Self::Subscribe,
            PacketType::PingReq | PacketType::PingResp => Self::Ping,
            PacketType::Disconnect => Self::Disconnect,
        }
    }

    /// The name used in styles: `data-family`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Publish => "publish",
            Self::Acknowledge => "acknowledge",
            Self::Subscribe => "subscribe",
            Self::Ping => "ping",
            Self::Disconnect => "disconnect",
        }
    }

    /// Its sign.
    pub const fn sign(self) -> Sign {
        match self {
            Self::Connect => Sign::Connect,
            Self::Publish => Sign::Publish,
            Self::Acknowledge => Sign::Acknowledge,
            Self::Subscribe => Sign::Subscribe,
            Self::Ping => Sign::Ping,
            Self::Disconnect => Sign::Disconnect,
        }
    }
}

/// Properties of [`PacketBadge`].
#[derive(PartialEq, Properties)]
pub struct PacketBadgeProps {
    /// Which type; `None` when the bytes are not MQTT.
    pub packet_type: Option<PacketType>,
    /// Whether the bytes are not a legal packet.
    #[prop_or_default]
    pub fault: bool,
}

/// A packet's type: sign, colour of its family, the standard's name.
#[component]
pub fn PacketBadge(props: &PacketBadgeProps) -> Html {
    let family = props.packet_type.map(Family::of);
    let sign = match family {
        Some(family) if !props.fault => family.sign(),
        _ => Sign::Warning,
    };
    let name = props.packet_type.map_or("not MQTT", PacketType::name);
    html! {
        <span class="packet-badge" data-family={family.map(Family::key)}
            data-fault={props.fault.then_some("true")}>
            <Icon {sign} size={12} />
            <span>{name}</span>
            if props.fault {
                <span class="packet-badge-fault">{"malformed"}</span>
            }
        </span>
    }
}

/// Properties of [`QosBadge`].
#[derive(PartialEq, Properties)]
pub struct QosBadgeProps {
    /// Which level.
    pub qos: QoS,
}

/// A QoS: its number in its colour, with as many dots as its handshake has answers.
#[component]
pub fn QosBadge(props: &QosBadgeProps) -> Html {
    let level = props.qos as u8;
    let words = match props.qos {
        QoS::AtMostOnce => "QoS 0, at most once",
        QoS::AtLeastOnce => "QoS 1, at least once",
        QoS::ExactlyOnce => "QoS 2, exactly once",
    };
    html! {
        <span class="qos-badge" data-qos={level.to_string()} title={words}>
            <span class="visually-hidden">{"QoS "}</span>{level}
        </span>
    }
}

/// RETAIN: a pin.
#[component]
pub fn RetainIcon() -> Html {
    html! {
        <span class="retain-icon" title="Retained">
            <Icon sign={Sign::Retained} size={12} label="retained" />
        </span>
    }
}

/// DUP: a loop.
#[component]
pub fn DupIcon() -> Html {
    html! {
        <span class="dup-icon" title="Sent again (DUP)">
            <Icon sign={Sign::Duplicate} size={12} label="sent again" />
        </span>
    }
}

/// Properties of [`DirectionArrow`].
#[derive(PartialEq, Properties)]
pub struct DirectionArrowProps {
    /// Which way.
    pub direction: Direction,
}

/// Which way a packet goes.
#[component]
pub fn DirectionArrow(props: &DirectionArrowProps) -> Html {
    let (sign, label) = match props.direction {
        Direction::ToBroker => (Sign::ToBroker, "to the broker"),
        Direction::ToClient => (Sign::ToClient, "to the client"),
    };
    html! {
        <span class="direction" title={label}><Icon {sign} size={12} {label} /></span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_its_own_sign() {
        let families = [
            Family::Connect,
            Family::Publish,
            Family::Acknowledge,
            Family::Subscribe,
            Family::Ping,
            Family::Disconnect,
        ];
        for (place, one) in families.iter().enumerate() {
            for other in &families[place + 1..] {
                assert_ne!(one.sign(), other.sign());
                assert_ne!(one.key(), other.key());
            }
        }
    }
}
