//! Brokers to choose from: the lab's own, public ones, and the usual addresses of one's own.

/// The key of the choice that stands for the lab's broker.
pub(super) const LAB: &str = "lab";
/// The key of the choice that stands for an address typed by hand.
pub(super) const OTHER: &str = "other";

/// A broker to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Preset {
    /// Its key in the form.
    pub key: &'static str,
    /// As it is listed.
    pub name: &'static str,
    /// What to know about it.
    pub note: &'static str,
    /// Under which heading it is listed.
    pub group: PresetGroup,
    /// BrokerUrl without encryption.
    plain: &'static str,
    /// BrokerUrl with encryption, where it has a usual one.
    secure: Option<&'static str>,
}

/// The headings of the list of brokers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PresetGroup {
    /// Run by others, for everybody to try.
    Public,
    /// On one's own machine.
    Own,
}

impl PresetGroup {
    /// The heading.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Public => "Public brokers, everybody reads along",
            Self::Own => "On this machine",
        }
    }
}

impl Preset {
    /// The address, encrypted where a page that came over https needs it.
    pub(super) fn url(&self, page_is_secure: bool) -> &'static str {
        match (self.group, self.secure) {
            // Browsers reach their own machine without encryption from any page.
            (PresetGroup::Public, Some(secure)) if page_is_secure => secure,
            _ => self.plain,
        }
    }

    /// Whether `url` is one of its addresses.
    fn is_at(&self, url: &str) -> bool {
        self.plain == url || self.secure == Some(url)
    }
}

/// The key of the choice that an address belongs to.
pub(super) fn key_of(url: &str) -> &'static str {
    PRESETS
        .iter()
        .find(|preset| preset.is_at(url))
        .map_or(OTHER, |preset| preset.key)
}

/// The broker with this key, unless it is [`LAB`] or [`OTHER`].
pub(super) fn preset(key: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.key == key)
}

/// All brokers with an address, in the order of the list.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        key: "test.mosquitto.org",
        name: "test.mosquitto.org",
        note: "Eclipse Mosquitto's test server. With users (rw and readwrite, ro and readonly, wo and writeonly) the ports are 8090 and, encrypted, 8091. It refuses a subscription to # alone.",
        group: PresetGroup::Public,
        plain: "ws://test.mosquitto.org:8080/mqtt",
        secure: Some("wss://test.mosquitto.org:8081/mqtt"),
    },
    Preset {
        key: "broker.emqx.io",
        name: "broker.emqx.io",
        note: "EMQX's public broker; speaks 5.0.",
        group: PresetGroup::Public,
        plain: "ws://broker.emqx.io:8083/mqtt",
        secure: Some("wss://broker.emqx.io:8084/mqtt"),
    },
    Preset {
        key: "broker.hivemq.com",
        name: "broker.hivemq.com",
        note: "HiveMQ's public broker.",
        group: PresetGroup::Public,
        plain: "ws://broker.hivemq.com:8000/mqtt",
        secure: Some("wss://broker.hivemq.com:8884/mqtt"),
    },
    Preset {
        key: "mqtt.eclipseprojects.io",
        name: "mqtt.eclipseprojects.io",
        note: "The Eclipse Foundation's public broker.",
        group: PresetGroup::Public,
        plain: "ws://mqtt.eclipseprojects.io/mqtt",
        secure: Some("wss://mqtt.eclipseprojects.io/mqtt"),
    },
    Preset {
        key: "own-mosquitto",
        name: "Mosquitto",
        note: "Its configuration needs \u{201c}listener 9001\u{201d} with \u{201c}protocol websockets\u{201d}; since 2.0 also \u{201c}allow_anonymous true\u{201d} or users.",
        group: PresetGroup::Own,
        plain: "ws://127.0.0.1:9001/mqtt",
        secure: None,
    },
    Preset {
        key: "own-emqx",
        name: "EMQX or midge-server",
        note: "Both listen for WebSocket on 8083 at /mqtt.",
        group: PresetGroup::Own,
        plain: "ws://127.0.0.1:8083/mqtt",
        secure: Some("wss://127.0.0.1:8084/mqtt"),
    },
    Preset {
        key: "own-hivemq",
        name: "HiveMQ CE",
        note: "Needs a websocket-listener in its configuration.",
        group: PresetGroup::Own,
        plain: "ws://127.0.0.1:8000/mqtt",
        secure: None,
    },
    Preset {
        key: "own-rabbitmq",
        name: "RabbitMQ",
        note: "Needs the plugin rabbitmq_web_mqtt; its path is /ws.",
        group: PresetGroup::Own,
        plain: "ws://127.0.0.1:15675/ws",
        secure: None,
    },
];

#[cfg(test)]
mod tests {
    use super::super::url::BrokerUrl;
    use super::*;

    #[test]
    fn every_preset_is_an_address_its_page_may_reach() {
        for preset in PRESETS {
            for secure in [false, true] {
                let url = preset.url(secure);
                let address =
                    BrokerUrl::parse(url, secure).unwrap_or_else(|fault| panic!("{fault}"));
                assert_eq!(address.to_string(), url);
                assert_eq!(key_of(url), preset.key);
                assert!(!address.path_added);
            }
        }
    }

    #[test]
    fn a_secure_page_is_given_the_encrypted_ports() {
        let url = |key: &str| preset(key).unwrap().url(true);
        assert_eq!(url("broker.emqx.io"), "wss://broker.emqx.io:8084/mqtt");
        assert_eq!(url("own-mosquitto"), "ws://127.0.0.1:9001/mqtt");
    }

    #[test]
    fn an_unknown_address_is_the_other_one() {
        assert_eq!(key_of("ws://10.0.0.7:9001/mqtt"), OTHER);
        assert!(preset(OTHER).is_none() && preset(LAB).is_none());
    }
}
