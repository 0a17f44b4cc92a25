//! SUBSCRIBE and UNSUBSCRIBE, and the retained messages that a subscription brings (sections 3.8 to 3.11).

use crate::{
    Broker, CloseReason, access,
    fan_out::push_identifier,
    retained::Retained,
    route::{Candidate, Context, NotDelivered, Receiver, Stored, Verdict, brings_stored, decide},
    sessions::{Client, SessionKey},
    subscriptions::Subscription,
};
use alloc::{format, vec::Vec};
use midge_codec::{
    ByteString, Message, Packet, Properties, PropertiesBuf, Property, QoS, Reason, ReasonsBuf,
    SubAck, Subscribe, SubscribeFilter, SubscriptionOptions, UnsubAck, Unsubscribe, topic,
};
use midge_session::{Instant, Outgoing};

/// A filter that was granted.
struct Granted<'a> {
    filter: &'a str,
    subscription: Subscription,
    is_first: bool,
}

impl Broker {
    /// SUBSCRIBE: each filter has its own answer; then come the retained messages.
    pub(crate) fn handle_subscribe(
        &mut self,
        now: Instant,
        key: SessionKey,
        subscribe: &Subscribe<'_>,
    ) -> Result<(), CloseReason> {
        let mut filters = subscribe.filters.iter().map(|entry| entry.filter);
        self.check_wildcards(key, &mut filters)?;
        let identifier = subscribe.properties.subscription_identifier();
        let mut reasons = ReasonsBuf::new();
        let mut granted = Vec::new();
        for entry in subscribe.filters.iter() {
            reasons.push(match self.grant(key, &entry, identifier) {
                Ok(grant) => {
                    let qos = grant.subscription.options.qos;
                    granted.push(grant);
                    match qos {
                        QoS::AtMostOnce => Reason::Success,
                        QoS::AtLeastOnce => Reason::GrantedQoS1,
                        QoS::ExactlyOnce => Reason::GrantedQoS2,
                    }
                }
                Err(reason) => reason,
            });
        }
        let packet = Packet::SubAck(SubAck {
            packet_id: subscribe.packet_id,
            properties: Properties::EMPTY,
            reasons: reasons.as_ref(),
        });
        self.answer(now, key, &packet);
        for grant in granted {
            self.send_retained(now, key, &grant);
        }
        Ok(())
    }

    /// A malformed filter is a violation of the protocol. 5.0 has a Reason Code for it beside those of
    /// the other filters, and is answered that [MQTT-3.8.4-6]; 3.1.1 has none, so that its connection
    /// ends [MQTT-4.8.0-1], as it does with Mosquitto. What is malformed only as a shared subscription
    /// is a filter like any other in 3.1.1, which this broker does not grant.
    fn check_wildcards<'f>(
        &mut self,
        key: SessionKey,
        filters: &mut dyn Iterator<Item = &'f str>,
    ) -> Result<(), CloseReason> {
        let online = self.sessions.online_mut(key);
        if online.is_none_or(|(_, online)| online.version.has_properties()) {
            return Ok(());
        }
        for filter in filters {
            match topic::validate_filter(filter) {
                Ok(()) | Err(topic::Invalid::MalformedShare) => {}
                Err(invalid) => {
                    let what = format!("the topic filter {filter:?}: {invalid}");
                    return Err(CloseReason::violation(Reason::ProtocolError, what));
                }
            }
        }
        Ok(())
    }

    /// Adds one subscription, or says why not.
    fn grant<'a>(
        &mut self,
        key: SessionKey,
        entry: &SubscribeFilter<'a>,
        identifier: Option<u32>,
    ) -> Result<Granted<'a>, Reason> {
        let SubscribeFilter { filter, options } = *entry;
        let wanted = topic::split_shared(filter).map_or(filter, |(_, wanted)| wanted);
        let limits = &self.config.limits;
        if topic::validate_filter(filter).is_err() || !limits.allow_levels(wanted) {
            return Err(Reason::TopicFilterInvalid);
        }
        let most = limits.max_subscriptions;
        let client = self.sessions.get_mut(key).ok_or(Reason::UnspecifiedError)?;
        if !access::may_subscribe(self.config.access.as_ref(), client.who(), wanted) {
            return Err(Reason::NotAuthorized);
        }
        if client.filters.len() as u64 >= u64::from(most) && !client.filters.contains(filter) {
            return Err(Reason::QuotaExceeded);
        }
        if !client.filters.contains(filter) {
            client.filters.insert(ByteString::from(filter));
        }
        let qos = options.qos.min(self.config.max_qos);
        let subscription = Subscription {
            options: SubscriptionOptions { qos, ..options },
            identifier,
        };
        Ok(Granted {
            filter,
            subscription,
            is_first: self.subscriptions.insert(key, filter, subscription),
        })
    }

    /// Sends the retained messages that a subscription asks for.
    fn send_retained(&mut self, now: Instant, key: SessionKey, granted: &Granted<'_>) {
        let Subscription {
            options,
            identifier,
        } = granted.subscription;
        let is_shared = topic::split_shared(granted.filter).is_some();
        if !brings_stored(options.retain_handling, granted.is_first, is_shared) {
            return;
        }
        let mut extra = PropertiesBuf::new();
        push_identifier(&mut extra, identifier);
        for topic in self.retained.matching(granted.filter) {
            let given = self.offer_retained(now, key, options, &topic, &extra);
            if let Err(why) = given {
                self.tell_dropped(key, &topic, &why);
            }
        }
    }

    fn offer_retained(
        &mut self,
        now: Instant,
        key: SessionKey,
        options: SubscriptionOptions,
        topic: &str,
        extra: &PropertiesBuf,
    ) -> Result<(), NotDelivered> {
        let client_id = self.sessions.get(key).map(|client| &client.id);
        let Some(retained) = self.retained.find(topic) else {
            return Ok(());
        };
        let is_publisher = client_id.is_some() && client_id == retained.publisher.as_ref();
        let Some(receiver) = self.receiver(key, topic, is_publisher) else {
            return Ok(());
        };
        match retained.judge(now, options, receiver) {
            Verdict::Not(why) => Err(why),
            Verdict::Deliver { qos, retain } => {
                let outgoing = Outgoing {
                    message: retained.at(now),
                    qos,
                    retain,
                    extra: extra.clone(),
                    tag: 0,
                    share: None,
                };
                self.deliver(now, key, outgoing)
            }
        }
    }

    /// UNSUBSCRIBE: filters are compared character by character [MQTT-3.10.4-1].
    pub(crate) fn handle_unsubscribe(
        &mut self,
        now: Instant,
        key: SessionKey,
        unsubscribe: &Unsubscribe<'_>,
    ) -> Result<(), CloseReason> {
        self.check_wildcards(key, &mut unsubscribe.filters.iter())?;
        let mut reasons = ReasonsBuf::new();
        for filter in unsubscribe.filters.iter() {
            let client = self.sessions.get_mut(key);
            let existed = client.is_some_and(|client: &mut Client| client.filters.remove(filter));
            if existed {
                self.subscriptions.remove(key, filter);
            }
            reasons.push(match (existed, topic::validate_filter(filter)) {
                (true, _) => Reason::Success,
                (false, Ok(())) => Reason::NoSubscriptionExisted,
                (false, Err(_)) => Reason::TopicFilterInvalid,
            });
        }
        let packet = Packet::UnsubAck(UnsubAck {
            packet_id: unsubscribe.packet_id,
            properties: Properties::EMPTY,
            reasons: reasons.as_ref(),
        });
        self.answer(now, key, &packet);
        Ok(())
    }
}

impl Broker {
    /// What the next subscriber would get of the message stored for `topic`: a client that is
    /// connected, has room, and may read it. `is_first`: its session has no subscription to the same
    /// filter yet.
    pub fn explain_stored(
        &self,
        now: Instant,
        topic: &str,
        options: SubscriptionOptions,
        is_first: bool,
    ) -> Stored {
        let Some(retained) = self.retained.find(topic) else {
            return Stored::Nothing;
        };
        if !brings_stored(options.retain_handling, is_first, false) {
            return Stored::NotWanted;
        }
        let options = SubscriptionOptions {
            qos: options.qos.min(self.config.max_qos),
            ..options
        };
        let receiver = Receiver {
            is_publisher: false,
            may_read: true,
            online: true,
            queue_full: false,
            stalled: false,
        };
        Stored::Judged(retained.judge(now, options, receiver))
    }
}

impl Retained {
    fn judge(&self, now: Instant, options: SubscriptionOptions, receiver: Receiver) -> Verdict {
        let candidate = Candidate {
            matched: Ok(()),
            options,
            shared_to_another: false,
            receiver,
        };
        let context = Context {
            qos: self.message.qos,
            retain: true,
            stored: true,
            expired: self.expires_at.is_some_and(|at| at <= now),
        };
        decide(&candidate, &context)
    }

    /// The message as it is sent `now`: the time it was stored is taken off its Message Expiry
    /// Interval [MQTT-3.3.2-6].
    fn at(&self, now: Instant) -> Message {
        let properties = &self.message.properties;
        let Some(interval) = properties.as_ref().message_expiry_interval() else {
            return self.message.clone();
        };
        let waited = u32::try_from(now.since(self.since).as_secs()).unwrap_or(u32::MAX);
        let left = Property::MessageExpiryInterval(interval.saturating_sub(waited).max(1));
        let mut counted =
            properties.filtered(|property| !matches!(property, Property::MessageExpiryInterval(_)));
        // Any interval is legal.
        let _ = counted.push(left);
        Message {
            properties: counted,
            ..self.message.clone()
        }
    }
}
