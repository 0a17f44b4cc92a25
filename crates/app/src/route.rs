//! Addresses of the page: `#/packets?filter=PUBLISH`. Pure; the browser's side is `router.rs`.

/// The pages in the order of the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // As the rail names them.
pub enum Page {
    Lab,
    Workbench,
    Packets,
    Broker,
    Learn,
    Settings,
}

impl Page {
    /// All, in the order of the rail.
    pub const ALL: [Self; 6] = [
        Self::Lab,
        Self::Workbench,
        Self::Packets,
        Self::Broker,
        Self::Learn,
        Self::Settings,
    ];

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lab => "Lab",
            Self::Workbench => "Workbench",
            Self::Packets => "Packets",
            Self::Broker => "Broker",
            Self::Learn => "Learn",
            Self::Settings => "Settings",
        }
    }

    /// Its part of the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Lab => "lab",
            Self::Workbench => "workbench",
            Self::Packets => "packets",
            Self::Broker => "broker",
            Self::Learn => "learn",
            Self::Settings => "settings",
        }
    }
}

/// A place in the page: a page, what of it, and how it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Which page.
    pub page: Page,
    /// Further parts of the path, decoded: a lesson's id.
    pub rest: Vec<String>,
    /// Parameters, decoded, in order.
    pub parameters: Vec<(String, String)>,
}

impl Address {
    /// A page as it opens.
    pub const fn of(page: Page) -> Self {
        Self {
            page,
            rest: Vec::new(),
            parameters: Vec::new(),
        }
    }

    /// The same with a further part of the path.
    pub fn at(mut self, part: impl Into<String>) -> Self {
        self.rest.push(part.into());
        self
    }

    /// The same with a parameter set; an empty value removes it.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.parameters.retain(|(other, _)| other != name);
        if !value.is_empty() {
            self.parameters.push((name.to_owned(), value));
        }
        self
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// Reads `#/page/rest?name=value`. What cannot be understood is the Lab, where everybody begins.
    pub fn parse(hash: &str) -> Self {
        let hash = hash.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = hash.split_once('?').unwrap_or((hash, ""));
        let mut parts = path.split('/').filter(|part| !part.is_empty()).map(decode);
        let first = parts.next().unwrap_or_default();
        let Some(page) = Page::ALL.into_iter().find(|page| page.key() == first) else {
            return Self::of(Page::Lab);
        };
        let parameters = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name), decode(value))
            })
            .collect();
        Self {
            page,
            rest: parts.collect(),
            parameters,
        }
    }

    /// The address as a link has it, with its `#`.
    pub fn href(&self) -> String {
        let mut href = format!("#/{}", self.page.key());
        for part in &self.rest {
            href.push('/');
            encode(part, &mut href);
        }
        for (place, (name, value)) in self.parameters.iter().enumerate() {
            href.push(if place == 0 { '?' } else { '&' });
            encode(name, &mut href);
            href.push('=');
            encode(value, &mut href);
        }
        href
    }
}

/// The packets that a filter keeps; see [`midge_view::about_topic`] for how to write one.
pub fn packets(text: &str) -> Address {
    Address::of(Page::Packets).with("filter", text)
}

/// The topic tree with this topic chosen: what is retained, and who would get it.
pub fn topic(topic: &str) -> Address {
    Address::of(Page::Broker).at("topics").with("topic", topic)
}

/// The topic tree with this filter tried out on it.
pub fn filter(filter: &str) -> Address {
    Address::of(Page::Broker)
        .at("topics")
        .with("filter", filter)
}

/// Percent-encodes what an address's part cannot hold. `/` stays: topics remain readable.
fn encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' | b':' => {
                into.push(char::from(byte));
            }
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                into.push('%');
                into.push(char::from(HEX[usize::from(byte >> 4)]));
                into.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

/// Undoes percent-encoding; what is not well formed stays as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = pair {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
            at += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_or_unknown_address_is_the_lab() {
        for hash in ["", "#", "#/", "#/nowhere", "#//"] {
            assert_eq!(Address::parse(hash), Address::of(Page::Lab), "{hash}");
        }
    }

    #[test]
    fn every_address_reads_back_as_it_was_written() {
        for text in ["home/+/light", "a&b=c", "#", "100 %", "ü🦟", "a+b", "%zz"] {
            let address = packets(text).at(text).with("client", text);
            assert_eq!(Address::parse(&address.href()), address, "{text}");
        }
    }

    #[test]
    fn a_parameter_is_replaced_or_removed_by_setting_it() {
        let address = packets("one").with("filter", "two");
        assert_eq!(address.parameter("filter"), Some("two"));
        assert_eq!(address.with("filter", "").href(), "#/packets");
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(
            Address::parse("#/packets?filter=%4").parameter("filter"),
            Some("%4")
        );
    }
}
