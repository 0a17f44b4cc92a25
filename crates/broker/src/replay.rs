//! The retained messages that a subscription brings, as many at a time as its client takes.
//!
//! A filter may match a million of them. They are not queued ahead: a [`Replay`] remembers the topic it
//! has come to, and gives the session the next message once the one before has left the queue and the
//! connection takes bytes. So the window, Receive Maximum and back-pressure hold for retained messages as
//! for others, none is lost to a bound of the queue, none takes memory before its turn, and they take
//! turns with what is published meanwhile: neither waits for the end of the other.
//!
//! Messages come in the order of the topics' levels. Each is what its topic holds when its turn comes,
//! never an older one than the client has seen: what is cleared or expires meanwhile is not sent, and
//! what is published meanwhile comes at once by the subscription, without the mark of a retained one,
//! and again with it if its turn is still to come. A replay belongs to the session: it waits while the
//! client is away and goes on when it returns, and ends with its subscription.
//!
//! A filter may also match none of a million, or none that may be read. So the search is done in turns of
//! [`WORK_MAX`]: what is left goes on at the next call of [`Broker::handle_timeout`], which is due at once,
//! and others are served in between. Until its turn nothing that the client sends makes it go on.

use crate::{
    Broker,
    fan_out::push_identifier,
    retained::Retained,
    route::{Candidate, Context, NotDelivered, Receiver, Stored, Verdict, brings_stored, decide},
    sessions::SessionKey,
    subscribe::Granted,
    subscriptions::Subscription,
    timers::Due,
};
use midge_codec::{ByteString, Message, PropertiesBuf, Property, QoS, SubscriptionOptions, topic};
use midge_session::{Instant, Outgoing};

/// So many topics are looked up at once, at most.
const BATCH_MAX: usize = 32;

/// Levels of topics that are looked at in one turn, which takes less than a millisecond on a machine of 2020.
pub(crate) const WORK_MAX: usize = 1_024;

/// As many of these cost as much as judging one topic, its access rules included.
pub(crate) const WORK_OF_TOPIC: usize = 2;

/// Retained messages on their way to one subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replay {
    /// Of the subscription, which says everything else.
    pub(crate) filter: ByteString,
    /// The topic whose turn it was last, or the path of levels at which the search was interrupted.
    pub(crate) after: Option<ByteString>,
}

impl Broker {
    /// Begins to send the retained messages that a subscription asks for. One that goes on when its
    /// subscription is made again begins anew, if that one asks for them.
    pub(crate) fn begin_replay(&mut self, key: SessionKey, granted: &Granted<'_>) {
        let handling = granted.subscription.options.retain_handling;
        let is_shared = topic::split_shared(granted.filter).is_some();
        if !brings_stored(handling, granted.is_first, is_shared) {
            return;
        }
        self.end_replay(key, granted.filter);
        if let Some(client) = self.sessions.get_mut(key) {
            client.replays.push_back(Replay {
                filter: ByteString::from(granted.filter),
                after: None,
            });
        }
    }

    /// Sends no more of a subscription's retained messages [MQTT-3.10.4-2].
    pub(crate) fn end_replay(&mut self, key: SessionKey, filter: &str) {
        if let Some(client) = self.sessions.get_mut(key) {
            client.replays.retain(|replay| *replay.filter != *filter);
        }
    }

    /// Gives the session the retained messages that it has room for, or asks for another turn when that is
    /// more than one turn's work.
    pub(crate) fn replay(&mut self, now: Instant, key: SessionKey) {
        if self.turns.at(&Due::Replay(key)).is_some() {
            return;
        }
        let mut work = WORK_MAX;
        // A client that takes one at a time is no reason to look many up.
        let mut count = 1;
        while self.replay_some(now, key, count, &mut work) {
            if work == 0 {
                self.turns.set(Due::Replay(key), Some(now));
                return;
            }
            count = BATCH_MAX.min(count * 2);
        }
    }

    /// The next ones, `count` at most, for no more than this work. False when there was nothing to give or
    /// there is no room.
    fn replay_some(
        &mut self,
        now: Instant,
        key: SessionKey,
        count: usize,
        work: &mut usize,
    ) -> bool {
        let Some(client) = self.sessions.get(key) else {
            return false;
        };
        let Some(Replay { filter, after }) = client.replays.front().cloned() else {
            return false;
        };
        let subscription = self.subscriptions.find(key, &filter);
        let qos = subscription.map_or(QoS::AtMostOnce, |granted| granted.options.qos);
        if !client.has_room(qos) {
            return false;
        }
        let page = self.retained.page(&filter, after.as_deref(), count, work);
        let is_over = page.topics.is_empty() && page.paused_at.is_none();
        let Some(subscription) = subscription.filter(|_| !is_over) else {
            self.end_replay(key, &filter);
            return true;
        };
        for topic in page.topics {
            *work = work.saturating_sub(WORK_OF_TOPIC);
            if let Err(why) = self.offer_retained(now, key, subscription, &topic) {
                self.tell_dropped(key, &topic, 0, &why);
            }
            self.reach(key, topic);
            self.flush(now, key);
            let client = self.sessions.get(key);
            if !client.is_some_and(|client| client.has_room(qos)) {
                return false;
            }
        }
        if let Some(path) = page.paused_at {
            self.reach(key, path);
        }
        true
    }

    /// The first replay of a session has come to this topic.
    fn reach(&mut self, key: SessionKey, topic: ByteString) {
        let client = self.sessions.get_mut(key);
        if let Some(replay) = client.and_then(|client| client.replays.front_mut()) {
            replay.after = Some(topic);
        }
    }

    fn offer_retained(
        &mut self,
        now: Instant,
        key: SessionKey,
        subscription: Subscription,
        topic: &str,
    ) -> Result<(), NotDelivered> {
        let client_id = self.sessions.get(key).map(|client| &client.id);
        let Some(retained) = self.retained.find(topic) else {
            return Ok(());
        };
        let is_publisher = client_id.is_some() && client_id == retained.publisher.as_ref();
        let Some(receiver) = self.receiver(key, topic, is_publisher) else {
            return Ok(());
        };
        let (qos, retain) = match retained.judge(now, subscription.options, receiver) {
            Verdict::Not(why) => return Err(why),
            Verdict::Deliver { qos, retain } => (qos, retain),
        };
        let mut extra = PropertiesBuf::new();
        push_identifier(&mut extra, subscription.identifier);
        let outgoing = Outgoing {
            message: retained.at(now),
            qos,
            retain,
            extra,
            tag: 0,
            share: None,
        };
        let Some(client) = self.sessions.get_mut(key) else {
            return Ok(());
        };
        client.session.publish(now, outgoing)?;
        client.replayed = client.session.last_queued();
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
