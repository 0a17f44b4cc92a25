//! Wills: kept from CONNECT on, published when a connection is lost, now or after a delay (section 3.1.2.5).

use crate::{Broker, Event, sessions::SessionKey, timers::Due};
use core::time::Duration;
use midge_codec::{ByteString, Message, PropertiesBuf, Property};
use midge_session::Instant;

/// A will that stands ready.
#[derive(Clone, Debug)]
pub(crate) struct Will {
    pub(crate) message: Message,
    /// Will Delay Interval in seconds.
    pub(crate) delay: u32,
}

impl From<midge_codec::Will<'_>> for Will {
    /// Copies it out of the CONNECT: it may have to outlive it by far.
    fn from(will: midge_codec::Will<'_>) -> Self {
        let delay = will.properties.will_delay_interval().unwrap_or(0);
        let published =
            |property: &Property<'_>| !matches!(property, Property::WillDelayInterval(_));
        let mut message = Message::new(
            ByteString::from(will.topic),
            bytes::Bytes::copy_from_slice(will.payload),
            will.qos,
            will.retain,
        );
        message.properties = PropertiesBuf::from(will.properties).filtered(published);
        Self { message, delay }
    }
}

impl Broker {
    /// The connection of a session is gone without the DISCONNECT that discards the will: publishes it,
    /// or sets the time for it. It never waits longer than the session lives [MQTT-3.1.2-8].
    pub(crate) fn release_will(&mut self, now: Instant, key: SessionKey) {
        let Some(client) = self.sessions.get(key) else {
            return;
        };
        let Some(will) = &client.will else { return };
        let seconds = will.delay.min(client.expiry);
        if seconds == 0 {
            self.publish_will(now, key);
        } else {
            let at = now + Duration::from_secs(seconds.into());
            self.timers.set(Due::WillDelay(key), Some(at));
        }
    }

    /// Publishes the will of a session, if it still has one, and forgets it [MQTT-3.1.2-10].
    pub(crate) fn publish_will(&mut self, now: Instant, key: SessionKey) {
        self.timers.set(Due::WillDelay(key), None);
        let Some(client) = self.sessions.get_mut(key) else {
            return;
        };
        let Some(will) = client.will.take() else {
            return;
        };
        let event = Event::WillPublished {
            client_id: client.id.clone(),
            topic: will.message.topic.clone(),
        };
        self.emit(event);
        self.accept(now, &will.message, Some(key));
    }

    /// Forgets the will of a session: DISCONNECT came, or the session was resumed in time.
    pub(crate) fn discard_will(&mut self, key: SessionKey) {
        self.timers.set(Due::WillDelay(key), None);
        if let Some(client) = self.sessions.get_mut(key) {
            client.will = None;
        }
    }
}
