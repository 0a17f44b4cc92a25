//! What the address of a broker must look like, and why a browser would refuse it.

use std::fmt;

/// The path that is used when an address names none.
pub(super) const DEFAULT_PATH: &str = "/mqtt";

/// A WebSocket address that a browser would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BrokerUrl {
    /// Whether it is encrypted: `wss`.
    pub secure: bool,
    /// Host without brackets and port.
    pub host: String,
    /// The port, also when the address leaves it to the scheme.
    pub port: u16,
    /// Path and query.
    pub path: String,
    /// Whether the path was missing and [`DEFAULT_PATH`] was put in its place.
    pub path_added: bool,
}

/// Why an address cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum UrlFault {
    /// Nothing was typed.
    Empty,
    /// There is a space or a control character in it.
    Space,
    /// The scheme is missing.
    NoScheme {
        /// The same with a scheme and path.
        suggestion: String,
    },
    /// The scheme is not one that a browser speaks to brokers.
    Scheme {
        /// What was typed.
        scheme: String,
        /// The same with a WebSocket scheme.
        suggestion: String,
    },
    /// User name or password stand in the address.
    Credentials,
    /// There is no host.
    NoHost,
    /// The port is not a number from 1 to 65,535.
    Port(String),
    /// There is a `#`, which WebSocket addresses may not have.
    Fragment,
    /// The page came over https, so the browser refuses `ws:` to other machines.
    MixedContent {
        /// The same with `wss`.
        suggestion: String,
    },
}

impl fmt::Display for UrlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Type an address, such as ws://127.0.0.1:9001/mqtt."),
            Self::Space => f.write_str("An address has no spaces."),
            Self::NoScheme { suggestion } => {
                write!(
                    f,
                    "The address starts with ws:// or wss://. Try {suggestion}"
                )
            }
            Self::Scheme { scheme, suggestion } => write!(
                f,
                "A browser reaches brokers only through WebSocket, not {scheme}://. Try {suggestion}"
            ),
            Self::Credentials => {
                f.write_str("User name and password have fields of their own below.")
            }
            Self::NoHost => f.write_str("The name of the host is missing after //."),
            Self::Port(port) => write!(
                f,
                "\u{201c}{port}\u{201d} is no port: a port is a number from 1 to 65,535."
            ),
            Self::Fragment => f.write_str("An address of a WebSocket has no #."),
            Self::MixedContent { suggestion } => write!(
                f,
                "This page came over https, so the browser reaches other machines only by wss. Try {suggestion}, or open this page over http."
            ),
        }
    }
}

impl BrokerUrl {
    /// Reads `text` as the address of a broker, for a page that came over https or not.
    ///
    /// # Errors
    /// The first fault, in the order in which one would mend them.
    pub(super) fn parse(text: &str, page_is_secure: bool) -> Result<Self, UrlFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(UrlFault::Empty);
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(UrlFault::Space);
        }
        let (secure, rest) = split_scheme(text)?;
        if rest.contains('#') {
            return Err(UrlFault::Fragment);
        }
        let (authority, path) = match rest.find(['/', '?']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        if authority.contains('@') {
            return Err(UrlFault::Credentials);
        }
        let (host, port) = split_port(authority)?;
        if host.is_empty() {
            return Err(UrlFault::NoHost);
        }
        let port = match port {
            Some(port) => port
                .parse::<u16>()
                .ok()
                .filter(|&number| number != 0)
                .ok_or_else(|| UrlFault::Port(port.to_owned()))?,
            None if secure => 443,
            None => 80,
        };
        let path_added = !path.starts_with('/');
        let address = Self {
            secure,
            host: host.to_owned(),
            port,
            path: if path_added {
                format!("{DEFAULT_PATH}{path}")
            } else {
                path.to_owned()
            },
            path_added,
        };
        if page_is_secure && !secure && !address.is_local() {
            return Err(UrlFault::MixedContent {
                suggestion: Self {
                    secure: true,
                    ..address
                }
                .to_string(),
            });
        }
        Ok(address)
    }

    /// Whether the host is this machine, which browsers trust also without encryption.
    pub(super) fn is_local(&self) -> bool {
        let host = self.host.to_ascii_lowercase();
        host == "localhost"
            || host.ends_with(".localhost")
            || host == "::1"
            || host
                .parse::<std::net::Ipv4Addr>()
                .is_ok_and(|address| address.is_loopback())
    }

    /// What is probably wrong though the browser would try it.
    pub(super) fn doubt(&self) -> Option<String> {
        match self.port {
            1883 => Some("1883 is the port of plain TCP, which browsers cannot speak. WebSocket listeners are often on 8080, 8083 or 9001.".to_owned()),
            8883 => Some("8883 is the port of MQTT over TLS without WebSocket. WebSocket listeners with TLS are often on 8081 or 8084.".to_owned()),
            _ if self.path_added => Some(format!("No path was given, so {DEFAULT_PATH} is used: {self}")),
            _ => None,
        }
    }
}

impl fmt::Display for BrokerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "wss" } else { "ws" };
        let (open, close) = if self.host.contains(':') {
            ("[", "]")
        } else {
            ("", "")
        };
        let usual = if self.secure { 443 } else { 80 };
        write!(f, "{scheme}://{open}{}{close}", self.host)?;
        if self.port != usual {
            write!(f, ":{}", self.port)?;
        }
        f.write_str(&self.path)
    }
}

/// Whether it is `wss`, and what stands behind `//`.
fn split_scheme(text: &str) -> Result<(bool, &str), UrlFault> {
    let Some((scheme, rest)) = text.split_once("://") else {
        let rest = text.split(['/', '?', '#']).next().unwrap_or_default();
        return Err(UrlFault::NoScheme {
            suggestion: format!("ws://{rest}{DEFAULT_PATH}"),
        });
    };
    match scheme.to_ascii_lowercase().as_str() {
        "ws" => Ok((false, rest)),
        "wss" => Ok((true, rest)),
        other => {
            let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
            let suggestion = match other {
                "https" | "mqtts" | "ssl" | "tls" => format!("wss://{host}:8084{DEFAULT_PATH}"),
                _ => format!("ws://{host}:8083{DEFAULT_PATH}"),
            };
            Err(UrlFault::Scheme {
                scheme: scheme.to_owned(),
                suggestion,
            })
        }
    }
}

/// Host without brackets, and the port's text if there is one.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), UrlFault> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or(UrlFault::NoHost)?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if after.is_empty() => Ok((host, None)),
            None => Err(UrlFault::Port(after.to_owned())),
        };
    }
    match authority.split_once(':') {
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((authority, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        BrokerUrl::parse(text, false).unwrap().to_string()
    }

    #[test]
    fn a_whole_address_is_kept_as_it_is() {
        for text in [
            "ws://127.0.0.1:9001/mqtt",
            "wss://broker.emqx.io:8084/mqtt",
            "ws://[::1]:9001/a?b=c",
            "ws://test.mosquitto.org:8080/",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_missing_path_becomes_the_usual_one_and_says_so() {
        let address = BrokerUrl::parse(" ws://localhost:9001 ", false).unwrap();
        assert_eq!(address.to_string(), "ws://localhost:9001/mqtt");
        assert!(address.doubt().unwrap().contains("/mqtt"));
        assert_eq!(shown("ws://localhost:9001?x"), "ws://localhost:9001/mqtt?x");
    }

    #[test]
    fn other_schemes_are_explained_with_an_address_to_try() {
        let fault = BrokerUrl::parse("mqtt://broker.hivemq.com:1883", false).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "A browser reaches brokers only through WebSocket, not mqtt://. Try ws://broker.hivemq.com:8083/mqtt"
        );
        let fault = BrokerUrl::parse("localhost:9001", false).unwrap_err();
        assert!(fault.to_string().ends_with("ws://localhost:9001/mqtt"));
    }

    #[test]
    fn a_secure_page_reaches_only_secure_brokers_and_its_own_machine() {
        let fault = BrokerUrl::parse("ws://broker.emqx.io:8083/mqtt", true).unwrap_err();
        assert!(matches!(fault, UrlFault::MixedContent { .. }));
        assert!(fault.to_string().contains("wss://broker.emqx.io:8083/mqtt"));
        for local in [
            "ws://localhost:9001/",
            "ws://127.0.0.1:9001/",
            "ws://127.1.2.3:9001/",
            "ws://[::1]:9001/",
            "ws://lab.localhost/",
        ] {
            assert!(BrokerUrl::parse(local, true).is_ok(), "{local}");
        }
        assert!(BrokerUrl::parse("wss://broker.emqx.io:8084/mqtt", true).is_ok());
        assert!(BrokerUrl::parse("ws://127.0.0.1.example.org/mqtt", true).is_err());
    }

    #[test]
    fn each_part_that_is_wrong_is_named() {
        let fault = |text: &str| BrokerUrl::parse(text, false).unwrap_err();
        assert_eq!(fault(""), UrlFault::Empty);
        assert_eq!(fault("ws://a b"), UrlFault::Space);
        assert_eq!(fault("ws://"), UrlFault::NoHost);
        assert_eq!(fault("ws://:9001/"), UrlFault::NoHost);
        assert_eq!(fault("ws://a:0/"), UrlFault::Port("0".to_owned()));
        assert_eq!(fault("ws://a:70000/"), UrlFault::Port("70000".to_owned()));
        assert_eq!(fault("ws://a:/"), UrlFault::Port(String::new()));
        assert_eq!(fault("ws://u:p@a/"), UrlFault::Credentials);
        assert_eq!(fault("ws://a/#b"), UrlFault::Fragment);
    }

    #[test]
    fn the_ports_of_plain_mqtt_raise_a_doubt() {
        let address = BrokerUrl::parse("ws://broker:1883/mqtt", false).unwrap();
        assert!(address.doubt().unwrap().contains("TCP"));
        assert!(shown("wss://a:443/mqtt") == "wss://a/mqtt");
    }
}
