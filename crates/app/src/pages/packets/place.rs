//! The filter of the packet list as part of the page's address, so that it can be kept and sent.

use super::view::View;
use crate::route::{Address, Page};
use midge_view::{Middle, PacketFilter, PacketType};

/// Which view of the packets.
const VIEW: &str = "view";

/// The text to look for.
const TEXT: &str = "filter";
/// Names of types with commas between.
const TYPES: &str = "types";
/// Name of a client.
const CLIENT: &str = "client";
/// What to do with pings.
const PINGS: &str = "pings";
/// Value of [`PINGS`]: they are left out.
const HIDDEN: &str = "hidden";
/// Whose broker stands in the middle of the ladder: `lab`, or a URL.
const BROKER: &str = "broker";
/// Value of [`BROKER`]: the lab's.
const LAB: &str = "lab";
/// Begins a value of [`BROKER`]: a capture, by its first microsecond.
const CAPTURE: &str = "capture:";
/// Number of the packet whose message is followed.
const FOLLOW: &str = "follow";
/// Number of the packet that is chosen.
const PACKET: &str = "packet";

/// What of the page stands in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// How the packets are looked at.
    pub view: View,
    /// Which packets are listed.
    pub filter: PacketFilter,
    /// Whose broker stands in the middle of the ladder, if it is said.
    pub broker: Option<Middle>,
    /// Number of the packet whose message is followed.
    pub followed: Option<u64>,
    /// Number of the packet that is chosen.
    pub packet: Option<u64>,
}

impl Place {
    /// Reads the decoded parameters of an address; what is not understood is left out.
    pub(super) fn from_params<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut place = Self::default();
        for (name, value) in params {
            match name {
                VIEW => place.view = View::named(value).unwrap_or_default(),
                TEXT => value.clone_into(&mut place.filter.text),
                TYPES => place.filter.types = types(value),
                CLIENT if !value.is_empty() => place.filter.client = Some(value.to_owned()),
                PINGS => place.filter.hide_pings = value == HIDDEN,
                BROKER if value == LAB => place.broker = Some(Middle::Lab),
                BROKER if value.starts_with(CAPTURE) => {
                    let epoch = value[CAPTURE.len()..].parse();
                    place.broker = epoch.ok().map(Middle::File);
                }
                BROKER if !value.is_empty() => {
                    place.broker = Some(Middle::Network(value.to_owned()));
                }
                FOLLOW => place.followed = value.parse().ok(),
                PACKET => place.packet = value.parse().ok(),
                _ => {}
            }
        }
        place
    }

    /// The parameters for the address, only those that differ from the usual.
    pub(super) fn params(&self) -> Vec<(String, String)> {
        let mut params = Vec::new();
        let mut put = |name: &str, value: String| params.push((name.to_owned(), value));
        if self.view != View::default() {
            put(VIEW, self.view.key().to_owned());
        }
        if !self.filter.text.is_empty() {
            put(TEXT, self.filter.text.clone());
        }
        if !self.filter.types.is_empty() {
            let names: Vec<&str> = self.filter.types.iter().map(|kind| kind.name()).collect();
            put(TYPES, names.join(","));
        }
        if let Some(client) = &self.filter.client {
            put(CLIENT, client.clone());
        }
        if self.filter.hide_pings {
            put(PINGS, HIDDEN.to_owned());
        }
        match &self.broker {
            Some(Middle::Lab) => put(BROKER, LAB.to_owned()),
            Some(Middle::Network(url)) => put(BROKER, url.clone()),
            Some(Middle::File(epoch)) => put(BROKER, format!("{CAPTURE}{epoch}")),
            None => {}
        }
        if let Some(followed) = self.followed {
            put(FOLLOW, followed.to_string());
        }
        if let Some(packet) = self.packet {
            put(PACKET, packet.to_string());
        }
        params
    }
}

/// The address where the message of a packet is followed through the ladder.
pub(super) fn followed(seq: u64) -> Address {
    let place = Place {
        view: View::Ladder,
        followed: Some(seq),
        ..Place::default()
    };
    Address {
        parameters: place.params(),
        ..Address::of(Page::Packets)
    }
}

/// Adds `kind` to the types that are listed, or takes it away.
pub(super) fn toggle(types: &mut Vec<PacketType>, kind: PacketType) {
    match types.iter().position(|&other| other == kind) {
        Some(at) => {
            types.remove(at);
        }
        None => {
            types.push(kind);
            types.sort_unstable();
        }
    }
}

/// The types named in `text`, in their order, each once.
fn types(text: &str) -> Vec<PacketType> {
    let named = |kind: &&PacketType| {
        text.split(',')
            .any(|name| name.trim().eq_ignore_ascii_case(kind.name()))
    };
    PacketType::ALL.iter().filter(named).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(params: &[(String, String)]) -> Place {
        Place::from_params(
            params
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        )
    }

    #[test]
    fn a_place_comes_back_from_its_address() {
        let place = Place {
            view: View::ALL[View::ALL.len() - 1],
            filter: PacketFilter {
                text: "home/\u{e9}t\u{e9} & co=1".to_owned(),
                types: vec![PacketType::Publish, PacketType::PubAck],
                client: Some("Lamp, living room".to_owned()),
                hide_pings: true,
            },
            broker: Some(Middle::Network("wss://b.example:8081/mqtt".to_owned())),
            followed: Some(7),
            packet: Some(1204),
        };
        assert_eq!(read(&place.params()), place);
    }

    #[test]
    fn the_usual_place_has_a_bare_address() {
        assert_eq!(Place::default().params(), []);
        assert_eq!(read(&[]), Place::default());
    }

    #[test]
    fn what_is_not_understood_is_left_out() {
        let place = Place::from_params([
            ("types", "publish,NOTHING, Suback,publish"),
            ("pings", "maybe"),
            ("view", "globe"),
            ("packet", "-3"),
            ("client", ""),
            ("colour", "red"),
        ]);
        assert_eq!(
            place.filter.types,
            [PacketType::Publish, PacketType::SubAck]
        );
        assert_eq!(place.packet, None);
        assert_eq!(place.view, View::List);
        assert_eq!(place.filter.client, None);
        assert!(!place.filter.hide_pings);
    }

    #[test]
    fn toggling_twice_changes_nothing() {
        let mut types = vec![PacketType::SubAck];
        toggle(&mut types, PacketType::Connect);
        assert_eq!(types, [PacketType::Connect, PacketType::SubAck]);
        toggle(&mut types, PacketType::Connect);
        assert_eq!(types, [PacketType::SubAck]);
    }
}
