//! The form of a connection as typed, and what is said beside its fields.

use super::url::BrokerUrl;
use midge_codec::topic;
use midge_view::{Link, Profile, QoS, Version, WillProfile};
use serde::{Deserialize, Serialize};

/// The form of a connection: what was typed, legal or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    /// What the user calls it; empty to call it after its broker.
    pub name: String,
    /// Whether it goes to the lab's broker; the address is kept for later.
    pub lab: bool,
    /// BrokerUrl of the broker.
    pub url: String,
    /// Protocol version.
    pub version: Version,
    /// Client identifier.
    pub client_id: String,
    /// User name; empty for none.
    pub user_name: String,
    /// Password; empty for none.
    pub password: String,
    /// Whether the password may be stored readable in this browser.
    pub keep_password: bool,
    /// Clean Start.
    pub clean_start: bool,
    /// Keep Alive in seconds.
    pub keep_alive: String,
    /// Session Expiry Interval in seconds.
    pub session_expiry: String,
    /// The will.
    pub will: WillDraft,
}

/// The part of the form that is about the will.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct WillDraft {
    /// Whether one is sent.
    pub on: bool,
    /// Will Topic.
    pub topic: String,
    /// Will Payload.
    pub payload: String,
    /// Will QoS.
    pub qos: QoS,
    /// Will Retain.
    pub retain: bool,
    /// Will Delay Interval in seconds; empty is 0.
    pub delay: String,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            name: String::new(),
            lab: true,
            url: String::new(),
            version: Version::V5,
            client_id: String::new(),
            user_name: String::new(),
            password: String::new(),
            keep_password: false,
            clean_start: true,
            keep_alive: "60".to_owned(),
            session_expiry: "0".to_owned(),
            will: WillDraft::default(),
        }
    }
}

/// A field of the form that something can be said about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The standard's terms.
pub(super) enum DraftField {
    Url,
    ClientId,
    UserName,
    Password,
    KeepAlive,
    SessionExpiry,
    WillTopic,
    WillPayload,
    WillDelay,
}

/// What is said beside a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remark {
    /// Which field.
    pub field: DraftField,
    /// Whether it must be mended before one can connect.
    pub fault: bool,
    /// In words.
    pub text: String,
}

/// The longest string of MQTT, in bytes.
const LONGEST: usize = u16::MAX as usize;
/// What a client id is made of wherever a server takes it (3.1.1 and 5.0, [MQTT-3.1.3-5]).
const CLIENT_ID_LENGTH_SURE: usize = 23;

impl Draft {
    /// Everything to say about the form, faults and doubts, in the order of its fields.
    pub(super) fn remarks(&self, page_is_secure: bool) -> Vec<Remark> {
        let mut remarks = Remarks::default();
        self.remark_address(page_is_secure, &mut remarks);
        self.remark_client_id(&mut remarks);
        self.remark_credentials(&mut remarks);
        self.remark_times(&mut remarks);
        if self.will.on {
            self.remark_will(&mut remarks);
        }
        remarks.0
    }

    /// The profile to connect with; `None` while a remark is a fault.
    pub(super) fn profile(&self, page_is_secure: bool) -> Option<Profile> {
        if self
            .remarks(page_is_secure)
            .iter()
            .any(|remark| remark.fault)
        {
            return None;
        }
        let link = if self.lab {
            Link::Lab
        } else {
            Link::WebSocket(
                BrokerUrl::parse(&self.url, page_is_secure)
                    .ok()?
                    .to_string(),
            )
        };
        let five = self.version == Version::V5;
        let will = self.will.on.then(|| WillProfile {
            topic: self.will.topic.clone(),
            payload: self.will.payload.clone(),
            qos: self.will.qos,
            retain: self.will.retain,
            delay: seconds(&self.will.delay).filter(|_| five).unwrap_or(0),
        });
        let optional = |text: &String| (!text.is_empty()).then(|| text.clone());
        Some(Profile {
            name: self.shown_name(),
            link,
            version: self.version,
            client_id: self.client_id.clone(),
            user_name: optional(&self.user_name),
            password: optional(&self.password),
            clean_start: self.clean_start,
            keep_alive: self.keep_alive.trim().parse().ok()?,
            session_expiry: seconds(&self.session_expiry).filter(|_| five).unwrap_or(0),
            will,
        })
    }

    /// What the connection is called: the given name, or its broker's.
    pub(super) fn shown_name(&self) -> String {
        let name = self.name.trim();
        if !name.is_empty() {
            return name.to_owned();
        }
        if self.lab {
            return "The lab\u{2019}s broker".to_owned();
        }
        // Validity of the rest is told elsewhere; a name is wanted in any case.
        match BrokerUrl::parse(&self.url, false) {
            Ok(address) if address.is_local() => format!("{}:{}", address.host, address.port),
            Ok(address) => address.host,
            Err(_) => "A broker".to_owned(),
        }
    }

    fn remark_address(&self, page_is_secure: bool, remarks: &mut Remarks) {
        if self.lab {
            return;
        }
        match BrokerUrl::parse(&self.url, page_is_secure) {
            Err(fault) => remarks.fault(DraftField::Url, fault.to_string()),
            Ok(address) => {
                if let Some(doubt) = address.doubt() {
                    remarks.doubt(DraftField::Url, doubt);
                }
            }
        }
    }

    fn remark_client_id(&self, remarks: &mut Remarks) {
        let field = DraftField::ClientId;
        if self.client_id.is_empty() {
            if self.version == Version::V311 && !self.clean_start {
                remarks.fault(field, "MQTT 3.1.1 needs a client id to resume a session: give one, or tick Clean start.");
            } else {
                remarks.doubt(field, "Empty: the broker chooses one.");
            }
        } else if remarks.text(field, &self.client_id) {
            let sure = self.client_id.len() <= CLIENT_ID_LENGTH_SURE
                && self
                    .client_id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric());
            if !sure {
                remarks.doubt(field, "Some brokers take only 1 to 23 letters and digits.");
            }
        }
    }

    fn remark_credentials(&self, remarks: &mut Remarks) {
        remarks.text(DraftField::UserName, &self.user_name);
        if self.password.len() > LONGEST {
            remarks.fault(DraftField::Password, "A password has at most 65,535 bytes.");
        }
        if self.user_name.is_empty() && !self.password.is_empty() {
            match self.version {
                Version::V311 => remarks.fault(
                    DraftField::UserName,
                    "MQTT 3.1.1 allows a password only together with a user name.",
                ),
                Version::V5 => remarks.doubt(
                    DraftField::UserName,
                    "A password without a user name is legal in 5.0, and seldom expected.",
                ),
            }
        }
    }

    fn remark_times(&self, remarks: &mut Remarks) {
        match self.keep_alive.trim().parse::<u16>() {
            Err(_) => remarks.fault(
                DraftField::KeepAlive,
                "Keep alive is a whole number of seconds from 0 to 65,535.",
            ),
            Ok(0) => remarks.doubt(
                DraftField::KeepAlive,
                "0 turns it off: a connection that dies silently stays unnoticed.",
            ),
            Ok(_) => {}
        }
        if self.version == Version::V5 {
            match seconds(&self.session_expiry) {
                None => remarks.fault(
                    DraftField::SessionExpiry,
                    "Session expiry is a whole number of seconds from 0 to 4,294,967,295.",
                ),
                Some(u32::MAX) => {
                    remarks.doubt(DraftField::SessionExpiry, "The session never ends.")
                }
                Some(0) if !self.clean_start => remarks.doubt(
                    DraftField::SessionExpiry,
                    "0: the session ends with the connection, so there is nothing to resume later.",
                ),
                Some(_) => {}
            }
        }
    }

    fn remark_will(&self, remarks: &mut Remarks) {
        if let Err(invalid) = topic::validate_name(&self.will.topic) {
            remarks.fault(DraftField::WillTopic, format!("Not a topic: {invalid}."));
        }
        if self.will.payload.len() > LONGEST {
            remarks.fault(DraftField::WillPayload, "A will has at most 65,535 bytes.");
        }
        if self.version == Version::V5 {
            match (seconds(&self.will.delay), seconds(&self.session_expiry)) {
                (None, _) => remarks.fault(
                    DraftField::WillDelay,
                    "The delay is a whole number of seconds from 0 to 4,294,967,295.",
                ),
                (Some(delay), Some(expiry)) if delay > expiry => remarks.doubt(
                    DraftField::WillDelay,
                    "The will is sent when the session ends, which is before this delay.",
                ),
                _ => {}
            }
        }
    }
}

/// The remarks so far.
#[derive(Default)]
struct Remarks(Vec<Remark>);

impl Remarks {
    fn push(&mut self, field: DraftField, fault: bool, text: String) {
        self.0.push(Remark { field, fault, text });
    }

    fn fault(&mut self, field: DraftField, text: impl Into<String>) {
        self.push(field, true, text.into());
    }

    fn doubt(&mut self, field: DraftField, text: impl Into<String>) {
        self.push(field, false, text.into());
    }

    /// Whether `text` can be a string of MQTT; says so when it cannot.
    fn text(&mut self, field: DraftField, text: &str) -> bool {
        let fault = if text.len() > LONGEST {
            "At most 65,535 bytes."
        } else if text.contains('\0') {
            "The null character U+0000 is not allowed."
        } else {
            return true;
        };
        self.fault(field, fault);
        false
    }
}

/// A number of seconds; empty is 0.
fn seconds(text: &str) -> Option<u32> {
    let text = text.trim();
    if text.is_empty() {
        return Some(0);
    }
    text.parse().ok()
}

/// What every client id of this page begins with.
const CLIENT_ID_START: &str = "midge";
/// What the rest of it is made of.
const CLIENT_ID_SIGNS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// How long that rest is.
const CLIENT_ID_SIGN_COUNT: usize = 8;

/// A client id, made from random numbers.
pub(super) fn mint_client_id(random: [u32; CLIENT_ID_SIGN_COUNT]) -> String {
    let signs = random.map(|number| {
        // The remainder is less than 36, which fits any integer.
        char::from(CLIENT_ID_SIGNS[(number % 36) as usize])
    });
    CLIENT_ID_START.chars().chain(signs).collect()
}

/// Whether a client id was made by [`mint_client_id`], and so belongs to one tab only.
pub(super) fn is_minted(client_id: &str) -> bool {
    client_id.strip_prefix(CLIENT_ID_START).is_some_and(|rest| {
        rest.len() == CLIENT_ID_SIGN_COUNT
            && rest.bytes().all(|sign| CLIENT_ID_SIGNS.contains(&sign))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to_broker() -> Draft {
        Draft {
            lab: false,
            url: "ws://127.0.0.1:9001/mqtt".to_owned(),
            client_id: "midge0a1b2c3d".to_owned(),
            ..Draft::default()
        }
    }

    fn faults(draft: &Draft) -> Vec<DraftField> {
        let remarks = draft.remarks(false);
        assert_eq!(
            draft.profile(false).is_none(),
            remarks.iter().any(|remark| remark.fault)
        );
        remarks
            .into_iter()
            .filter(|remark| remark.fault)
            .map(|remark| remark.field)
            .collect()
    }

    #[test]
    fn a_usual_form_has_no_remarks_and_makes_its_profile() {
        let draft = to_broker();
        assert_eq!(draft.remarks(false), []);
        let profile = draft.profile(false).unwrap();
        assert_eq!(profile.name, "127.0.0.1:9001");
        assert_eq!(profile.link, Link::WebSocket(draft.url));
        assert_eq!((profile.keep_alive, profile.session_expiry), (60, 0));
        assert_eq!(
            (profile.user_name, profile.password, profile.will),
            (None, None, None)
        );
    }

    #[test]
    fn the_labs_broker_needs_no_address() {
        let draft = Draft {
            lab: true,
            url: String::new(),
            ..to_broker()
        };
        assert_eq!(draft.profile(true).unwrap().link, Link::Lab);
    }

    #[test]
    fn an_empty_client_id_is_refused_only_where_the_standard_refuses_it() {
        let mut draft = Draft {
            client_id: String::new(),
            version: Version::V311,
            ..to_broker()
        };
        assert_eq!(faults(&draft), []);
        draft.clean_start = false;
        assert_eq!(faults(&draft), [DraftField::ClientId]);
        draft.version = Version::V5;
        assert_eq!(faults(&draft), []);
    }

    #[test]
    fn an_unusual_client_id_is_doubted_and_used() {
        let draft = Draft {
            client_id: "kitchen/lamp 1".to_owned(),
            ..to_broker()
        };
        assert_eq!(draft.remarks(false)[0].field, DraftField::ClientId);
        assert_eq!(draft.profile(false).unwrap().client_id, "kitchen/lamp 1");
    }

    #[test]
    fn a_password_alone_is_for_5_0_only() {
        let mut draft = Draft {
            password: "secret".to_owned(),
            ..to_broker()
        };
        assert_eq!(faults(&draft), []);
        draft.version = Version::V311;
        assert_eq!(faults(&draft), [DraftField::UserName]);
        draft.user_name = "ann".to_owned();
        assert_eq!(faults(&draft), []);
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        for text in ["", "-1", "65536", "1.5", "ten"] {
            let draft = Draft {
                keep_alive: text.to_owned(),
                ..to_broker()
            };
            assert_eq!(faults(&draft), [DraftField::KeepAlive], "{text}");
        }
        let mut draft = Draft {
            session_expiry: "4294967296".to_owned(),
            ..to_broker()
        };
        assert_eq!(faults(&draft), [DraftField::SessionExpiry]);
        // The field is not part of 3.1.1, so it cannot stand in the way.
        draft.version = Version::V311;
        assert_eq!(faults(&draft), []);
        assert_eq!(draft.profile(false).unwrap().session_expiry, 0);
    }

    #[test]
    fn a_will_counts_only_when_it_is_on() {
        let mut draft = to_broker();
        draft.will.topic = "home/#".to_owned();
        assert_eq!(faults(&draft), []);
        draft.will.on = true;
        assert_eq!(faults(&draft), [DraftField::WillTopic]);
        draft.will.topic = "home/gone".to_owned();
        draft.will.delay = "30".to_owned();
        assert_eq!(draft.remarks(false)[0].field, DraftField::WillDelay);
        assert_eq!(draft.profile(false).unwrap().will.unwrap().delay, 30);
        draft.version = Version::V311;
        assert_eq!(draft.profile(false).unwrap().will.unwrap().delay, 0);
    }

    #[test]
    fn minted_client_ids_are_recognised_and_others_are_not() {
        let id = mint_client_id([0, 1, 35, 36, 37, 71, u32::MAX, 10]);
        assert_eq!(id, "midge01z01z3a");
        assert!(is_minted(&id));
        for other in [
            "midge",
            "midge01z01z3A",
            "midge01z01z3",
            "midge01z01z3aa",
            "lamp",
        ] {
            assert!(!is_minted(other), "{other}");
        }
    }
}
