//! What the application asks for, checked before anything changes.

use crate::subscriptions::{Open, Request};
use crate::{Cause, Client, Command, Event, Output, Refused, State, SubscribeRequest, Token};
use alloc::vec;
use midge_codec::{
    ByteString, Delivery, EncodeError, ErrorKind, Field, Message, Packet, PacketId, PacketType,
    PropertiesBuf, PropertyId, Reason, Subscribe, SubscribeFiltersBuf, Unsubscribe,
    UnsubscribeFiltersBuf, encoded_len, topic,
};
use midge_session::{Dropped, Instant, Outgoing};

impl Client {
    /// Does what the application asks. The token returns in the event that completes the command.
    ///
    /// # Errors
    /// The caller's mistake; nothing was sent and nothing changed.
    pub fn command(&mut self, now: Instant, command: Command) -> Result<Token, Refused> {
        let token = Token(self.tokens + 1);
        match command {
            Command::Connect => self.connect(now),
            Command::Publish(message) => self.publish(now, token, message),
            Command::Subscribe {
                filters,
                properties,
            } => self.subscribe(now, token, filters, properties),
            Command::Unsubscribe { filters } => {
                if filters.is_empty() {
                    return Err(Refused::NoFilters);
                }
                let request = Request::Unsubscribe { filters };
                self.request(now, Open { token, request })
                    .map_err(|(refused, _)| refused)
            }
            Command::ReAuthenticate => self.re_authenticate(now, token),
            Command::Disconnect { reason } => self.disconnect(now, reason),
            Command::Acknowledge { slot, reason } => {
                let known = self.session.acknowledge(slot, reason);
                known.map_err(|_| Refused::UnknownSlot)
            }
        }?;
        self.tokens = token.0;
        self.pump(now);
        Ok(token)
    }

    fn connect(&mut self, now: Instant) -> Result<(), Refused> {
        if self.state != State::Idle {
            return Err(Refused::NotIdle);
        }
        self.check_connect()?;
        self.established = false;
        if self.config.clean_start {
            self.client_id = self.config.client_id.clone();
        }
        self.pauses.reset();
        self.open(now);
        Ok(())
    }

    fn disconnect(&mut self, now: Instant, reason: Reason) -> Result<(), Refused> {
        let transport_is_up = match self.state {
            State::Idle => return Err(Refused::NotConnected),
            State::Waiting => false,
            State::Opening | State::Connecting | State::Connected => true,
        };
        if let (State::Connected, Some(connection)) = (self.state, &mut self.connection) {
            let wire = connection.disconnect(now, reason, None);
            self.outputs.extend(wire.map(Output::Send));
        }
        self.close(now, transport_is_up);
        self.event(Event::Disconnected {
            cause: Cause::Asked,
            retries: false,
        });
        Ok(())
    }

    fn publish(&mut self, now: Instant, token: Token, message: Message) -> Result<(), Refused> {
        topic::validate_name(&message.topic).map_err(Refused::InvalidTopic)?;
        let properties = message.properties.as_ref();
        if let Some(response_topic) = properties.response_topic() {
            topic::validate_name(response_topic).map_err(Refused::InvalidTopic)?;
        }
        // The one is the server's to send, the other the connection's [MQTT-3.3.4-6].
        for id in [PropertyId::SubscriptionIdentifier, PropertyId::TopicAlias] {
            if properties.iter().any(|property| property.id() == id) {
                return Err(Refused::Illegal(EncodeError::Illegal {
                    field: Field::Property(id),
                    kind: ErrorKind::PropertyNotAllowed(PacketType::Publish.into()),
                }));
            }
        }
        if let Some(offer) = &self.offer {
            offer.check_publish(&message)?;
        }
        let delivery = Delivery::new(message.qos, PacketId::MIN, false);
        self.check(&Packet::Publish(message.as_publish(delivery)))?;
        let sent = self.session.publish(now, Outgoing::new(message, token.0));
        sent.map_err(|why| match why {
            Dropped::Offline => Refused::NotConnected,
            _ => Refused::QueueFull,
        })
    }

    fn subscribe(
        &mut self,
        now: Instant,
        token: Token,
        filters: alloc::vec::Vec<SubscribeRequest>,
        properties: PropertiesBuf,
    ) -> Result<(), Refused> {
        if filters.is_empty() {
            return Err(Refused::NoFilters);
        }
        let request = Request::Subscribe {
            filters,
            properties,
        };
        self.request(now, Open { token, request })
            .map_err(|(refused, _)| refused)
    }

    /// Sends a SUBSCRIBE or UNSUBSCRIBE, or gives it back.
    fn request(&mut self, now: Instant, open: Open) -> Result<(), (Refused, Open)> {
        match self.try_request(now, &open) {
            Ok(packet_id) => {
                self.subscriptions.sent(packet_id, open);
                Ok(())
            }
            Err(refused) => Err((refused, open)),
        }
    }

    /// Sends a request of an earlier connection again. If this server does not take it, it is
    /// answered here as the server would.
    pub(crate) fn request_again(&mut self, now: Instant, open: Open) {
        let Err((refused, open)) = self.request(now, open) else {
            return;
        };
        let token = open.token;
        let reason = match refused {
            Refused::Unsupported(reason) => reason,
            Refused::TooLarge => Reason::PacketTooLarge,
            Refused::QueueFull => Reason::QuotaExceeded,
            _ => Reason::UnspecifiedError,
        };
        self.event(match open.request {
            Request::Subscribe { filters, .. } => Event::Subscribed {
                token,
                reasons: vec![reason; filters.len()],
            },
            Request::Unsubscribe { filters } => Event::Unsubscribed {
                token,
                reasons: vec![reason; filters.len()],
            },
        });
    }

    fn try_request(&mut self, now: Instant, open: &Open) -> Result<PacketId, Refused> {
        if self.state != State::Connected {
            return Err(Refused::NotConnected);
        }
        match &open.request {
            Request::Subscribe {
                filters,
                properties,
            } => {
                self.check_filters(filters.iter().map(|request| &request.filter))?;
                if let Some(offer) = &self.offer {
                    offer.check_subscribe(properties.as_ref())?;
                }
                let pairs = filters.iter().map(|it| (&*it.filter, it.options));
                let list = SubscribeFiltersBuf::try_from_iter(pairs).map_err(Refused::Illegal)?;
                self.send_request(now, |packet_id| {
                    Packet::Subscribe(Subscribe {
                        packet_id,
                        properties: properties.as_ref(),
                        filters: list.as_ref(),
                    })
                })
            }
            Request::Unsubscribe { filters } => {
                self.check_filters(filters.iter())?;
                let names = filters.iter().map(|filter| &**filter);
                let list = UnsubscribeFiltersBuf::try_from_iter(names).map_err(Refused::Illegal)?;
                self.send_request(now, |packet_id| {
                    Packet::Unsubscribe(Unsubscribe {
                        packet_id,
                        properties: Default::default(),
                        filters: list.as_ref(),
                    })
                })
            }
        }
    }

    fn check_filters<'f>(
        &self,
        filters: impl Iterator<Item = &'f ByteString>,
    ) -> Result<(), Refused> {
        for (index, filter) in (0..).zip(filters) {
            topic::validate_filter(filter)
                .map_err(|invalid| Refused::InvalidFilter(index, invalid))?;
            if let Some(offer) = &self.offer {
                offer.check_filter(filter)?;
            }
        }
        Ok(())
    }

    fn send_request<'p>(
        &mut self,
        now: Instant,
        packet: impl Fn(PacketId) -> Packet<'p>,
    ) -> Result<PacketId, Refused> {
        self.check(&packet(PacketId::MIN))?;
        let packet_id = self.session.reserve_id().ok_or(Refused::QueueFull)?;
        let connection = self.connection.as_mut().ok_or(Refused::NotConnected)?;
        match connection.encode(now, &packet(packet_id)) {
            Some(wire) => {
                self.outputs.push_back(Output::Send(wire));
                Ok(packet_id)
            }
            None => {
                self.session.release_id(packet_id);
                Err(Refused::TooLarge)
            }
        }
    }

    /// Whether a packet is legal and small enough.
    fn check(&self, packet: &Packet<'_>) -> Result<(), Refused> {
        let length = match encoded_len(packet, self.config.version) {
            Ok(length) => length as u64,
            Err(EncodeError::TooLong) => return Err(Refused::TooLarge),
            Err(error) => return Err(Refused::Illegal(error)),
        };
        let limits = self.connection.as_ref().map(|connection| connection.peer());
        let maximum = limits.unwrap_or_default().maximum_packet_size;
        match length <= u64::from(maximum) {
            true => Ok(()),
            false => Err(Refused::TooLarge),
        }
    }
}
