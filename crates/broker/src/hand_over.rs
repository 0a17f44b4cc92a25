//! What becomes of a Shared Subscription's messages when the session of a member ends (section 4.8.2).

use crate::{Broker, fan_out::is_ready, fan_out::push_identifier, sessions::SessionKey};
use midge_codec::{ByteString, Message, PropertiesBuf, Property};
use midge_session::{Instant, Outgoing, Session};

impl Broker {
    /// Gives what a member has not acknowledged, and what it was never sent, to other members of the
    /// same shares. A QoS 2 message that it was sent is lost with it [MQTT-4.8.2-5].
    pub(crate) fn hand_over(&mut self, now: Instant, mut session: Session) {
        for (outgoing, expires_at) in session.take_shared() {
            let Some(filter) = outgoing.share.clone() else {
                continue;
            };
            if expires_at.is_some_and(|at| at <= now) {
                continue;
            }
            let message = match expires_at {
                Some(at) => with_interval(&outgoing.message, now, at),
                None => outgoing.message.clone(),
            };
            let given = Outgoing {
                message,
                ..outgoing
            };
            self.give_to_next(now, &filter, given);
        }
    }

    fn give_to_next(&mut self, now: Instant, filter: &ByteString, outgoing: Outgoing) {
        let (topic, tag) = (outgoing.message.topic.clone(), outgoing.tag);
        let (sessions, config) = (&self.sessions, &self.config);
        let ready = |found: &_| is_ready(sessions, config, found, &topic);
        let Some(member) = self.subscriptions.take_turn(filter, ready) else {
            return;
        };
        let key: SessionKey = member.session;
        let may_read = self.receiver(key, &topic, false);
        if !may_read.is_some_and(|receiver| receiver.may_read) {
            return;
        }
        let mut extra = PropertiesBuf::new();
        push_identifier(&mut extra, member.subscription.identifier);
        let outgoing = Outgoing {
            // [MQTT-4.8.2-3]
            qos: outgoing.message.qos.min(member.subscription.options.qos),
            extra,
            ..outgoing
        };
        if let Err(why) = self.deliver(now, key, outgoing, &topic) {
            self.tell_dropped(key, &topic, tag, &why);
        }
    }
}

/// The message with the Message Expiry Interval that is left of it.
fn with_interval(message: &Message, now: Instant, expires_at: Instant) -> Message {
    let seconds = expires_at.since(now).as_micros().div_ceil(1_000_000);
    let left = u32::try_from(seconds).unwrap_or(u32::MAX);
    let is_other =
        |property: &Property<'_>| !matches!(property, Property::MessageExpiryInterval(_));
    let mut properties = message.properties.filtered(is_other);
    // Any interval is legal.
    let _ = properties.push(Property::MessageExpiryInterval(left));
    Message {
        properties,
        ..message.clone()
    }
}
