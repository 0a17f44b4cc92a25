//! What the server announced in CONNACK, and what it forbids (5.0, section 3.2.2.3).

use crate::{Config, Refused};
use core::time::Duration;
use midge_codec::{Message, Properties, QoS, Reason, topic};
use midge_session::Outgoing;
use serde::{Deserialize, Serialize};

/// What the server offers on this connection. 3.1.1 servers announce nothing, so that all is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Keep Alive in force, in seconds: the server's if it set one [MQTT-3.2.2-21]; 0 is off.
    pub keep_alive: u16,
    /// Maximum QoS.
    pub maximum_qos: QoS,
    /// Retain Available.
    pub retain: bool,
    /// Wildcard Subscription Available.
    pub wildcard_subscriptions: bool,
    /// Subscription Identifiers Available.
    pub subscription_identifiers: bool,
    /// Shared Subscription Available.
    pub shared_subscriptions: bool,
    /// How long the server keeps the session after the connection, in seconds; `u32::MAX` is for
    /// ever. Only 5.0 knows.
    pub session_expiry: u32,
}

impl Offer {
    /// What a CONNACK with these properties offers to a client with this configuration.
    pub(crate) fn new(config: &Config, announced: Properties<'_>) -> Self {
        let is_on = |value: Option<u8>| value != Some(0);
        let maximum_qos = announced.maximum_qos().and_then(QoS::from_bits);
        Self {
            keep_alive: announced.server_keep_alive().unwrap_or(config.keep_alive),
            maximum_qos: maximum_qos.unwrap_or(QoS::ExactlyOnce),
            retain: is_on(announced.retain_available()),
            wildcard_subscriptions: is_on(announced.wildcard_subscription_available()),
            subscription_identifiers: is_on(announced.subscription_identifier_available()),
            shared_subscriptions: is_on(announced.shared_subscription_available()),
            session_expiry: announced
                .session_expiry_interval()
                .unwrap_or(config.session_expiry),
        }
    }

    /// How long PINGRESP may take: half a Keep Alive, so that both together are the one and a half
    /// that the server grants, but no more than half a minute.
    pub(crate) fn ping_response_timeout(&self) -> Duration {
        let half = Duration::from_millis(u64::from(self.keep_alive) * 500);
        half.clamp(Duration::from_secs(1), Duration::from_secs(30))
    }

    /// Whether it may be published [MQTT-3.2.2-11] [MQTT-3.2.2-14].
    pub(crate) fn check_publish(&self, message: &Message) -> Result<(), Refused> {
        match self.forbids(message.qos, message.retain) {
            Some(reason) => Err(Refused::Unsupported(reason)),
            None => Ok(()),
        }
    }

    /// Why a message that was accepted before this CONNACK may not be sent.
    pub(crate) fn judge(&self, outgoing: &Outgoing) -> Option<Reason> {
        self.forbids(outgoing.qos, outgoing.retain)
    }

    fn forbids(&self, qos: QoS, retain: bool) -> Option<Reason> {
        if qos > self.maximum_qos {
            Some(Reason::QoSNotSupported)
        } else if retain && !self.retain {
            Some(Reason::RetainNotSupported)
        } else {
            None
        }
    }

    /// Whether a filter may be subscribed to.
    pub(crate) fn check_filter(&self, filter: &str) -> Result<(), Refused> {
        let shared = topic::split_shared(filter);
        if shared.is_some() && !self.shared_subscriptions {
            return Err(Refused::Unsupported(
                Reason::SharedSubscriptionsNotSupported,
            ));
        }
        let filter = shared.map_or(filter, |(_, filter)| filter);
        if filter.contains(['#', '+']) && !self.wildcard_subscriptions {
            return Err(Refused::Unsupported(
                Reason::WildcardSubscriptionsNotSupported,
            ));
        }
        Ok(())
    }

    /// Whether a SUBSCRIBE may have these properties.
    pub(crate) fn check_subscribe(&self, properties: Properties<'_>) -> Result<(), Refused> {
        if properties.subscription_identifier().is_some() && !self.subscription_identifiers {
            let reason = Reason::SubscriptionIdentifiersNotSupported;
            return Err(Refused::Unsupported(reason));
        }
        Ok(())
    }
}
