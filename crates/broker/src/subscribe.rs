//! SUBSCRIBE and UNSUBSCRIBE (sections 3.8 to 3.11); the retained messages have a file of their own.

use crate::{
    Broker, CloseReason, Limit, access,
    sessions::{Client, SessionKey},
    subscriptions::Subscription,
};
use alloc::{format, vec::Vec};
use midge_codec::{
    ByteString, Packet, Properties, QoS, Reason, ReasonsBuf, SubAck, Subscribe, SubscribeFilter,
    SubscriptionOptions, UnsubAck, Unsubscribe, topic,
};
use midge_session::Instant;

/// A filter that was granted.
pub(crate) struct Granted<'a> {
    pub(crate) filter: &'a str,
    pub(crate) subscription: Subscription,
    /// There was no such subscription before.
    pub(crate) is_first: bool,
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
            let grant = self.grant(key, &entry, identifier);
            match grant {
                Err(Reason::QuotaExceeded) => self.count_limit_of(Limit::Subscriptions, key),
                Err(Reason::TopicFilterInvalid) if topic::validate_filter(entry.filter).is_ok() => {
                    self.count_limit_of(Limit::TopicLevels, key);
                }
                _ => {}
            }
            reasons.push(match grant {
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
            self.begin_replay(key, &grant);
        }
        Ok(())
    }

    /// A malformed filter is a violation of the protocol. 5.0 has a Reason Code for it beside those of
    /// the other filters, and is answered that [MQTT-3.8.4-6]; 3.1.1 has none, so that its connection
    /// ends [MQTT-4.8.0-1], as it does with Mosquitto. What is malformed only as a shared subscription
    /// is a filter like any other in 3.1.1, which this broker does not grant. An empty string is no
    /// filter at all [MQTT-4.7.3-1]: that Reason Code is for those that are correctly formed.
    fn check_wildcards(
        &mut self,
        key: SessionKey,
        filters: &mut dyn Iterator<Item = &str>,
    ) -> Result<(), CloseReason> {
        let online = self.sessions.online_mut(key);
        let has_codes = online.is_none_or(|(_, online)| online.version.has_properties());
        for filter in filters {
            match topic::validate_filter(filter) {
                Ok(()) | Err(topic::Invalid::MalformedShare) => {}
                Err(invalid) if has_codes && invalid != topic::Invalid::Empty => {}
                Err(invalid) => {
                    let what = format!("the topic filter {filter:?}: {invalid}");
                    return Err(CloseReason::violation(Reason::MalformedPacket, what));
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
                self.end_replay(key, filter);
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
