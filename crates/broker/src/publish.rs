//! A message's way into the broker: judged, numbered, retained, and handed on to be routed.

use crate::{
    Broker, CloseReason, Event, Limit, MessageId, Verdicts, access,
    fan_out::Routed,
    retained::Retained,
    sessions::{Client, SessionKey},
    timers::Due,
};
use alloc::boxed::Box;
use bytes::Bytes;
use core::time::Duration;
use midge_codec::{Message, Publish, Reason};
use midge_session::Instant;

impl Broker {
    /// PUBLISH from a client.
    pub(crate) fn handle_publish(
        &mut self,
        now: Instant,
        key: SessionKey,
        frame: &Bytes,
        publish: &Publish<'_>,
    ) -> Result<(), CloseReason> {
        self.statistics.publish_messages_received += 1;
        self.check_publish(publish)?;
        let Some((session, online)) = self.sessions.online_mut(key) else {
            return Ok(());
        };
        let received = session.on_publish(now, &mut online.connection, frame, publish)?;
        let Some(received) = received else {
            return Ok(());
        };
        let reason = match self.judge_message(key, &received.message) {
            Ok(()) => match self.accept(now, &received.message, Some(key)).subscribers {
                0 => Reason::NoMatchingSubscribers,
                _ => Reason::Success,
            },
            Err(reason) => {
                self.statistics.publish_messages_dropped += 1;
                match reason {
                    Reason::TopicNameInvalid => self.count_limit_of(Limit::TopicLevels, key),
                    Reason::QuotaExceeded => self.count_limit_of(Limit::Retained, key),
                    _ => {}
                }
                reason
            }
        };
        if let Some(slot) = received.slot
            && let Some(client) = self.sessions.get_mut(key)
        {
            // The slot was given a moment ago; it is void only if the session ended meanwhile.
            let _ = client.session.acknowledge(slot, reason);
        }
        Ok(())
    }

    /// What no client may do after it has read CONNACK.
    fn check_publish(&self, publish: &Publish<'_>) -> Result<(), CloseReason> {
        let (reason, what) = if publish.delivery.qos() > self.config.max_qos {
            // [MQTT-3.2.2-11]
            (Reason::QoSNotSupported, "PUBLISH above the Maximum QoS")
        } else if publish.retain && !self.config.retain_available {
            // [MQTT-3.2.2-14]
            (Reason::RetainNotSupported, "PUBLISH with RETAIN set")
        } else if publish.properties.subscription_identifier().is_some() {
            // [MQTT-3.3.4-6]
            let what = "PUBLISH to a server with a Subscription Identifier";
            (Reason::ProtocolError, what)
        } else {
            return Ok(());
        };
        Err(CloseReason::violation(reason, what))
    }

    /// Whether a message of a client is accepted; the reason goes into PUBACK or PUBREC (5.0).
    fn judge_message(&self, key: SessionKey, message: &Message) -> Result<(), Reason> {
        let who = self.sessions.get(key).map(Client::who);
        if !self.config.limits.allow_levels(&message.topic) {
            return Err(Reason::TopicNameInvalid);
        }
        if !who.is_some_and(|who| {
            access::may_publish(self.config.access.as_ref(), who, &message.topic)
        }) {
            return Err(Reason::NotAuthorized);
        }
        if self.is_retained_full(message) {
            return Err(Reason::QuotaExceeded);
        }
        let is_text = message.properties.as_ref().payload_format_indicator() == Some(1);
        if is_text && core::str::from_utf8(&message.payload).is_err() {
            return Err(Reason::PayloadFormatInvalid);
        }
        Ok(())
    }

    /// Whether a message would be one retained message too many.
    fn is_retained_full(&self, message: &Message) -> bool {
        message.retain
            && !message.payload.is_empty()
            && self.retained.foreign_len() as u64 >= u64::from(self.config.limits.max_retained)
            && self.retained.find(&message.topic).is_none()
    }

    /// Takes a message in: numbers it, stores it if it is retained, and routes it. A will that finds
    /// the store full is routed all the same: there is nobody left to tell.
    pub(crate) fn accept(
        &mut self,
        now: Instant,
        message: &Message,
        publisher: Option<SessionKey>,
    ) -> Routed {
        self.accepted += 1;
        let id = MessageId(self.accepted);
        if message.retain && self.config.retain_available && !self.is_retained_full(message) {
            self.retain(now, message, publisher);
        }
        let mut judged = self.judged(message, publisher);
        let routed = self.route(now, message, publisher, id.0, judged.as_mut());
        let client = publisher.and_then(|key| self.sessions.get(key));
        let from = client.and_then(|client| Some(client.online.as_ref()?.conn));
        if let Some(judged) = judged {
            self.emit(Event::Routed(Box::new(Verdicts {
                id,
                from,
                publisher: self.client_id(publisher),
                message: message.clone(),
                judged,
            })));
        }
        self.emit(Event::Accepted {
            id,
            from,
            topic: message.topic.clone(),
            receivers: routed.receivers,
        });
        routed
    }

    /// Stores a message as the topic's retained one; an empty payload clears it [MQTT-3.3.1-6].
    pub(crate) fn retain(
        &mut self,
        now: Instant,
        message: &Message,
        publisher: Option<SessionKey>,
    ) {
        let expires_at = expires_at(now, message);
        let client = publisher.and_then(|key| self.sessions.get(key));
        let publisher = client.map(|client| client.id.clone());
        let message = message.compacted();
        let due = Due::Retained(message.topic.clone());
        if message.payload.is_empty() {
            self.timers.set(due, None);
            self.retained.remove(&message.topic);
            return;
        }
        self.timers.set(due, expires_at);
        self.retained.insert(Retained {
            message,
            publisher,
            since: now,
            expires_at,
        });
    }
}

fn expires_at(now: Instant, message: &Message) -> Option<Instant> {
    let seconds = message.properties.as_ref().message_expiry_interval()?;
    Some(now + Duration::from_secs(seconds.into()))
}
