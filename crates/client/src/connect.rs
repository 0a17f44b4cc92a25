//! CONNECT and CONNACK: the one place of the client where the version makes a difference.

use crate::authentication::Exchange;
use crate::{Cause, Client, Event, Offer, Output, Refused, State, Token};
use alloc::string::String;
use midge_codec::{
    ConnAck, Connect, EncodeError, Packet, Properties, PropertiesBuf, Property, Reason, Version,
    Will, encoded_len,
};
use midge_session::{Bounds, Connection, Instant, Limits};

/// How much a client holds: enough for a burst, too little to fill a page's memory.
///
/// A 3.1.1 server cannot announce how many messages in flight it takes. Mosquitto takes 20, acknowledges
/// more at QoS 1 and drops them; 20 is what other clients keep to.
pub(crate) fn bounds(version: Version) -> Bounds {
    Bounds {
        max_inflight: match version {
            Version::V311 => 20,
            Version::V5 => 1_000,
        },
        max_queued: 10_000,
        max_queued_bytes: 64 * 1024 * 1024,
    }
}

impl Client {
    /// Whether CONNECT can be written as configured.
    pub(crate) fn check_connect(&mut self) -> Result<(), Refused> {
        let properties = self.config.properties.as_ref();
        if properties.authentication_method().is_some() {
            return Err(Refused::Unsupported(Reason::BadAuthenticationMethod));
        }
        if self.config.authentication.is_some() && !self.config.version.has_properties() {
            return Err(Refused::Unsupported(Reason::BadAuthenticationMethod));
        }
        self.begin_exchange(None);
        // A session without a name cannot be kept; 5.0 has it assigned [MQTT-3.1.3-7 of 3.1.1].
        let nameless = self.client_id.is_empty() && !self.config.clean_start;
        if nameless && self.config.version == Version::V311 {
            return Err(Refused::Unsupported(Reason::ClientIdentifierNotValid));
        }
        let check = |packet: &Packet<'_>| encoded_len(packet, self.config.version);
        match self.with_connect(check) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(EncodeError::TooLong)) => Err(Refused::TooLarge),
            Ok(Err(error)) | Err(error) => Err(Refused::Illegal(error)),
        }
    }

    /// The transport is up: CONNECT is the first packet [MQTT-3.1.0-1].
    pub(crate) fn send_connect(&mut self, now: Instant) {
        let mut connection = Connection::new(now, self.limits());
        connection.set_version(self.config.version);
        self.asked_clean = self.asks_clean_start();
        self.begin_exchange(None);
        let sent = self.with_connect(|packet| connection.encode(now, packet));
        self.connection = Some(connection);
        self.state = State::Connecting;
        // `check_connect` has seen that it can be encoded.
        let wire = sent.ok().flatten();
        self.outputs.extend(wire.map(Output::Send));
    }

    /// CONNACK.
    pub(crate) fn on_connack(&mut self, now: Instant, connack: &ConnAck<'_>) {
        let properties = connack.properties;
        if connack.reason.is_failure() {
            let cause = Cause::Refused {
                reason: connack.reason,
                reason_string: properties.reason_string().map(String::from),
                server_reference: properties.server_reference().map(String::from),
            };
            return self.end(now, cause, true);
        }
        if connack.session_present && self.asked_clean {
            let what = "CONNACK with Session Present, although a clean start was asked for";
            return self.violation(now, what);
        }
        if !self.is_trusted(now, properties) {
            return;
        }
        self.accept(now, connack.session_present, properties);
    }

    fn accept(&mut self, now: Instant, session_present: bool, properties: Properties<'_>) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        let offer = Offer::new(&self.config, properties);
        connection.set_peer(Limits::announced(properties));
        connection.ping_every(offer.keep_alive, offer.ping_response_timeout());
        if let Some(assigned) = properties.assigned_client_identifier() {
            self.client_id = assigned.into();
        }
        self.state = State::Connected;
        self.deadline = None;
        self.connected_at = Some(now);
        self.offer = Some(offer);
        self.event(Event::Connected {
            session_present,
            client_id: self.client_id.clone(),
            properties: properties.into(),
        });
        if !session_present {
            self.lose_session();
        }
        self.established = true;
        self.had_session = true;
        self.session.refuse(|outgoing| offer.judge(outgoing));
        self.session.resume(now);
        self.pump(now);
        for open in self.subscriptions.resume() {
            self.request_again(now, open);
        }
    }

    /// The server does not know the session: what it would have answered will not be answered.
    fn lose_session(&mut self) {
        let mut tokens = self.subscriptions.restart();
        tokens.extend(self.session.restart().into_iter().map(Token));
        tokens.sort_unstable();
        if self.had_session {
            self.event(Event::SessionLost { tokens });
        }
    }

    /// What this side accepts. 3.1.1 cannot announce a Receive Maximum or aliases.
    fn limits(&self) -> Limits {
        let config = &self.config;
        let limits = Limits {
            maximum_packet_size: config.maximum_packet_size,
            ..Limits::default()
        };
        if !config.version.has_properties() {
            return limits;
        }
        Limits {
            receive_maximum: config.receive_maximum,
            topic_alias_maximum: config.topic_alias_maximum,
            ..limits
        }
    }

    /// A 3.1.1 session is clean for its whole life or never; in 5.0 only its start is.
    fn asks_clean_start(&self) -> bool {
        let resumes = self.established && self.config.version.has_properties();
        self.config.clean_start && !resumes
    }

    fn with_connect<T>(&self, read: impl FnOnce(&Packet<'_>) -> T) -> Result<T, EncodeError> {
        let config = &self.config;
        let properties = self.connect_properties()?;
        let mut will_properties = PropertiesBuf::new();
        if let Some(will) = &config.will {
            will_properties = will.message.properties.clone();
            if will.delay > 0 {
                will_properties.push(Property::WillDelayInterval(will.delay))?;
            }
        }
        let will = config.will.as_ref().map(|will| Will {
            qos: will.message.qos,
            retain: will.message.retain,
            topic: &will.message.topic,
            payload: &will.message.payload,
            properties: will_properties.as_ref(),
        });
        Ok(read(&Packet::Connect(Connect {
            version: config.version,
            clean_start: self.asks_clean_start(),
            keep_alive: config.keep_alive,
            client_id: &self.client_id,
            will,
            user_name: config.user_name.as_deref(),
            password: config.password.as_deref(),
            properties: properties.as_ref(),
        })))
    }

    /// The properties that the configuration's fields stand for, and the further ones. What has the
    /// standard's default is not written.
    fn connect_properties(&self) -> Result<PropertiesBuf, EncodeError> {
        let config = &self.config;
        let fields = [
            (config.session_expiry > 0)
                .then_some(Property::SessionExpiryInterval(config.session_expiry)),
            (config.receive_maximum != u16::MAX)
                .then_some(Property::ReceiveMaximum(config.receive_maximum)),
            (config.maximum_packet_size < Limits::LARGEST_PACKET)
                .then_some(Property::MaximumPacketSize(config.maximum_packet_size)),
            (config.topic_alias_maximum > 0)
                .then_some(Property::TopicAliasMaximum(config.topic_alias_maximum)),
        ];
        let is_field = |property: &Property<'_>| {
            matches!(
                property,
                Property::SessionExpiryInterval(_)
                    | Property::ReceiveMaximum(_)
                    | Property::MaximumPacketSize(_)
                    | Property::TopicAliasMaximum(_)
            )
        };
        let further = config.properties.as_ref().iter();
        let further = further.filter(|property| !is_field(property));
        let login = self.exchange.as_ref().map(Exchange::first);
        let login = login.as_ref().map(PropertiesBuf::as_ref);
        let login = login.iter().flat_map(|list| list.iter());
        PropertiesBuf::try_from_iter(fields.into_iter().flatten().chain(login).chain(further))
    }
}
