//! From one message to its receivers: candidates, verdicts, and one encoding for as many as possible.

use crate::{
    Broker, Config, Event, Limit, MessageId, Output, access,
    route::{Candidate, Context, NotDelivered, Receiver, Verdict, decide_together},
    sessions::{SessionKey, Sessions},
    subscriptions::Match,
    verdicts::{self, Judged},
};
use alloc::vec::Vec;
use bytes::BytesMut;
use midge_codec::{
    ByteString, Delivery, Message, PropertiesBuf, Property, Publish, QoS, Version, Wire,
};
use midge_session::{Instant, Outgoing};

/// How many sessions a message reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Routed {
    /// Sessions that got it or keep it for their clients.
    pub(crate) receivers: u32,
    /// Sessions that subscribe to it, those included for which it was dropped.
    pub(crate) subscribers: u32,
}

/// A message that is being routed.
struct Routing<'m> {
    message: &'m Message,
    context: Context,
    publisher: Option<SessionKey>,
    tag: u64,
    /// The shared subscription whose turn it is.
    share: Option<ByteString>,
    /// The QoS 0 packet by version and RETAIN: encoded when the first receiver needs it.
    shared: [[Option<Wire>; 2]; 2],
    /// What is told of it, when somebody listens.
    judged: Option<&'m mut Vec<Judged>>,
}

impl Broker {
    /// Offers a message to every session that subscribes to it.
    pub(crate) fn route(
        &mut self,
        now: Instant,
        message: &Message,
        publisher: Option<SessionKey>,
        tag: u64,
        judged: Option<&mut Vec<Judged>>,
    ) -> Routed {
        let mut matches = core::mem::take(&mut self.matches);
        let shared = self.subscriptions.matching(&message.topic, &mut matches);
        let mut routing = Routing {
            message,
            context: Context {
                qos: message.qos,
                retain: message.retain,
                stored: false,
                expired: false,
            },
            publisher,
            tag,
            share: None,
            shared: Default::default(),
            judged,
        };
        let mut routed = Routed::default();
        for candidates in matches.chunk_by(|one, other| one.session == other.session) {
            routed.count(self.offer(now, &mut routing, candidates));
        }
        matches.clear();
        if shared {
            let topic = &message.topic;
            let ready = |found: &Match| is_ready(&self.sessions, &self.config, found, topic);
            // Each share is one copy of its own, also for a client that gets others (section 4.8.2).
            for (filter, member) in self.subscriptions.take_turns(topic, ready) {
                routing.share = Some(filter);
                routed.count(self.offer(now, &mut routing, &[member]));
            }
        }
        self.matches = matches;
        routed
    }

    /// Offers a message to one session, which subscribes to it once or more: it gets one copy, at the
    /// highest QoS, with all identifiers [MQTT-3.3.4-2] [MQTT-3.3.4-3].
    fn offer(
        &mut self,
        now: Instant,
        routing: &mut Routing<'_>,
        candidates: &[Match],
    ) -> Result<(), NotDelivered> {
        let key = candidates[0].session;
        let is_publisher = routing.publisher == Some(key);
        let Some(receiver) = self.receiver(key, &routing.message.topic, is_publisher) else {
            return Err(NotDelivered::OfflineAtMostOnce);
        };
        let mut extra = PropertiesBuf::new();
        let mut identifiers = candidates.iter().map(|found| found.subscription.identifier);
        let judged = candidates.iter().map(|found| Candidate {
            matched: Ok(()),
            options: found.subscription.options,
            shared_to_another: false,
            receiver,
        });
        let verdict = decide_together(judged, &routing.context, |verdict| {
            let identifier = identifiers.next().flatten();
            if let Verdict::Deliver { .. } = verdict {
                push_identifier(&mut extra, identifier);
            }
        });
        let best = match verdict {
            Some(Verdict::Deliver { qos, retain }) => Ok((qos, retain)),
            Some(Verdict::Not(why)) => Err(why),
            None => return Err(NotDelivered::OfflineAtMostOnce),
        };
        let given = best.and_then(|(qos, retain)| {
            let plain = qos == QoS::AtMostOnce && extra.is_empty();
            let given = if plain && !is_publisher && !self.uses_aliases(key) {
                self.forward(now, key, routing, retain)
            } else {
                let outgoing = Outgoing {
                    message: routing.message.clone(),
                    qos,
                    retain,
                    extra,
                    tag: routing.tag,
                    share: routing.share.clone(),
                };
                match is_publisher {
                    // Its answer comes first; both leave once its packet is dealt with.
                    true => self.enqueue(now, key, outgoing),
                    false => self.deliver(now, key, outgoing, &routing.message.topic),
                }
            };
            given.map(|()| (qos, retain))
        });
        if let Err(why) = &given {
            self.tell_dropped(key, &routing.message.topic, routing.tag, why);
        }
        if let Some(judged) = &mut routing.judged
            && let Some(client) = self.sessions.get(key)
        {
            verdicts::settle(judged, &client.id, routing.share.as_ref(), &given);
        }
        given.map(|_| ())
    }

    /// Whether a session's client takes topic aliases, which a packet for many cannot have.
    fn uses_aliases(&self, key: SessionKey) -> bool {
        let online = self
            .sessions
            .get(key)
            .and_then(|client| client.online.as_ref());
        online.is_some_and(|online| online.connection.peer().topic_alias_maximum > 0)
    }

    /// Sends the QoS 0 packet that all receivers of one version share.
    fn forward(
        &mut self,
        now: Instant,
        key: SessionKey,
        routing: &mut Routing<'_>,
        retain: bool,
    ) -> Result<(), NotDelivered> {
        let Some((_, online)) = self.sessions.online_mut(key) else {
            return Err(NotDelivered::OfflineAtMostOnce);
        };
        let packet = routing
            .shared_packet(online.version, retain)
            .ok_or(NotDelivered::TooLarge)?;
        online.connection.forward(now, packet)?;
        let (conn, packet) = (online.conn, packet.clone());
        self.send(conn, packet);
        Ok(())
    }

    /// Gives a message on this topic to a session, which sends it when its turn comes.
    pub(crate) fn deliver(
        &mut self,
        now: Instant,
        key: SessionKey,
        outgoing: Outgoing,
        topic: &ByteString,
    ) -> Result<(), NotDelivered> {
        let queued = |broker: &Self| {
            let client = broker.sessions.get(key);
            client.map_or(0, |client| client.session.queued_count())
        };
        let before = queued(self);
        let tag = outgoing.tag;
        self.enqueue(now, key, outgoing)?;
        self.pump(now, key);
        // Whatever could leave had left before, so that one more waits only if it is this one.
        if queued(self) > before
            && let Some(client) = self.sessions.get(key)
        {
            let event = Event::Queued {
                client_id: client.id.clone(),
                topic: topic.clone(),
                id: MessageId::of_tag(tag),
            };
            self.emit(event);
        }
        Ok(())
    }

    fn enqueue(
        &mut self,
        now: Instant,
        key: SessionKey,
        outgoing: Outgoing,
    ) -> Result<(), NotDelivered> {
        let Some(client) = self.sessions.get_mut(key) else {
            return Err(NotDelivered::OfflineAtMostOnce);
        };
        Ok(client.session.publish(now, outgoing)?)
    }

    /// What counts about a session for a message on `topic`.
    pub(crate) fn receiver(
        &self,
        key: SessionKey,
        topic: &str,
        is_publisher: bool,
    ) -> Option<Receiver> {
        let client = self.sessions.get(key)?;
        Some(Receiver {
            is_publisher,
            may_read: access::may_read(self.config.access.as_ref(), client.who(), topic),
            online: client.online.is_some(),
            queue_full: client.is_full(),
            stalled: client.is_stalled(),
        })
    }

    /// Counts and reports a message that a session should have got and did not.
    pub(crate) fn tell_dropped(
        &mut self,
        key: SessionKey,
        topic: &ByteString,
        tag: u64,
        why: &NotDelivered,
    ) {
        let counted = match why {
            NotDelivered::QueueFull
            | NotDelivered::TooLarge
            | NotDelivered::Expired
            | NotDelivered::Illegal => 1,
            NotDelivered::OfflineAtMostOnce => 0,
            NotDelivered::NoMatch(_)
            | NotDelivered::NoLocal
            | NotDelivered::NotAuthorized
            | NotDelivered::SharedToAnother => return,
        };
        self.statistics.publish_messages_dropped += counted;
        if *why == NotDelivered::QueueFull {
            self.count_limit_of(Limit::Queue, key);
            self.watch_slow_reader(key);
        }
        if let Some(client) = self.sessions.get(key) {
            let event = Event::Dropped {
                client_id: client.id.clone(),
                topic: topic.clone(),
                id: MessageId::of_tag(tag),
                why: why.clone(),
            };
            self.outputs.push_back(Output::Event(event));
        }
    }
}

impl Routing<'_> {
    fn shared_packet(&mut self, version: Version, retain: bool) -> Option<&Wire> {
        let place = &mut self.shared[usize::from(version.has_properties())][usize::from(retain)];
        if place.is_none() {
            *place = encode_at_most_once(self.message, version, retain);
        }
        place.as_ref()
    }
}

/// The packet at QoS 0; `None` when it would be longer than MQTT allows.
pub(crate) fn encode_at_most_once(
    message: &Message,
    version: Version,
    retain: bool,
) -> Option<Wire> {
    let publish = Publish {
        delivery: Delivery::AtMostOnce,
        retain,
        topic: &message.topic,
        properties: message.properties.as_ref(),
        payload: &[],
    };
    let mut head = BytesMut::new();
    let length = message.payload.len();
    midge_codec::encode_publish_head(&publish, length, version, &mut head).ok()?;
    Some(Wire {
        head: head.freeze(),
        payload: message.payload.clone(),
    })
}

impl Routed {
    fn count(&mut self, offered: Result<(), NotDelivered>) {
        let (receivers, subscribers) = match offered {
            Ok(()) => (1, 1),
            // To the publisher these are as good as no subscription.
            Err(
                NotDelivered::NoMatch(_)
                | NotDelivered::NotAuthorized
                | NotDelivered::SharedToAnother,
            ) => (0, 0),
            Err(
                NotDelivered::Expired
                | NotDelivered::NoLocal
                | NotDelivered::QueueFull
                | NotDelivered::OfflineAtMostOnce
                | NotDelivered::TooLarge
                | NotDelivered::Illegal,
            ) => (0, 1),
        };
        self.receivers += receivers;
        self.subscribers += subscribers;
    }
}

/// Whether a member of a share would take a message on `topic` at once.
pub(crate) fn is_ready(sessions: &Sessions, config: &Config, found: &Match, topic: &str) -> bool {
    sessions.get(found.session).is_some_and(|client| {
        client.online.is_some()
            && !client.is_full()
            && !client.is_stalled()
            && access::may_read(config.access.as_ref(), client.who(), topic)
    })
}

/// Adds a Subscription Identifier to the properties of one receiver.
pub(crate) fn push_identifier(extra: &mut PropertiesBuf, identifier: Option<u32>) {
    if let Some(identifier) = identifier {
        // It was legal in the SUBSCRIBE that brought it.
        let _ = extra.push(Property::SubscriptionIdentifier(identifier));
    }
}
