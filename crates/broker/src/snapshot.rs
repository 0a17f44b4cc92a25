//! What a broker holds, borrowed for whoever shows it.

use crate::{
    Broker, ConnId,
    fan_out::is_ready,
    retained::Retained,
    route::{Candidate, Context, Verdict, decide, decide_together},
    sessions::{Client, SessionKey},
    subscriptions::Match,
    timers::Due,
};
use alloc::vec::Vec;
use midge_codec::{ByteString, Message, SubscriptionOptions, Version, topic};
use midge_session::{Deadline, Instant, Session};
use serde::{Deserialize, Serialize};

/// A session and, if it is online, its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView<'a> {
    /// Whose.
    pub client_id: &'a ByteString,
    /// The connection, when online.
    pub connection: Option<ConnectionView<'a>>,
    /// When an offline session ends; `None` when online or never.
    pub expires_at: Option<Instant>,
    /// Session Expiry Interval in seconds.
    pub expiry: u32,
    /// How many subscriptions it holds.
    pub subscriptions: u32,
    /// Messages that wait for a window or for the client.
    pub queued: u32,
    /// Bytes of those.
    pub queued_bytes: u32,
    /// Messages sent at QoS 1 or 2 whose handshake is open.
    pub inflight: u32,
    /// Messages received at QoS 2 whose handshake is open.
    pub incoming: u32,
    /// Subscriptions whose retained messages are still on their way.
    pub replays: u32,
    /// The will that stands ready, if any.
    pub will: Option<&'a Message>,
    /// When a delayed will is published.
    pub will_at: Option<Instant>,
}

/// An online session's connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionView<'a> {
    /// Its name.
    pub conn: ConnId,
    /// What it speaks.
    pub version: Version,
    /// Keep Alive in force, in seconds; 0 is off.
    pub keep_alive: u16,
    /// User name, if one was given.
    pub user_name: Option<&'a ByteString>,
    /// Since when.
    pub since: Instant,
}

/// One subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionView<'a> {
    /// The filter as subscribed, shared or not.
    pub filter: &'a ByteString,
    /// Granted options.
    pub options: SubscriptionOptions,
    /// Subscription Identifier (5.0).
    pub identifier: Option<u32>,
}

/// One retained message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetainedView<'a> {
    /// The message; its topic is the key.
    pub message: &'a Message,
    /// The client that published it; `None` for the broker's own.
    pub publisher: Option<&'a ByteString>,
    /// Since when it is retained.
    pub since: Instant,
    /// When it expires.
    pub expires_at: Option<Instant>,
}

/// A deadline and whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineView {
    /// When and why.
    pub deadline: Deadline,
    /// The client, where it concerns one.
    pub client_id: Option<ByteString>,
}

/// Counters since the start; the names follow `$SYS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // Mosquitto's `$SYS` names, with underscores.
pub struct Statistics {
    pub clients_connected: u32,
    pub clients_disconnected: u32,
    pub clients_maximum: u32,
    pub clients_expired: u64,
    pub messages_received: u64,
    pub messages_sent: u64,
    pub messages_stored: u64,
    pub publish_messages_received: u64,
    pub publish_messages_sent: u64,
    pub publish_messages_dropped: u64,
    pub bytes_received: u64,
    pub bytes_sent: u64,
    pub subscriptions_count: u64,
    pub retained_messages_count: u64,
}

/// What the broker holds, for whoever shows it. Every list is in a stable order.
impl Broker {
    /// Counters since the start, and what there is at the moment.
    pub fn statistics(&self) -> Statistics {
        let connected = self.sessions.online();
        let queued = |(_, client): (_, &Client)| u64::from(client.session.queued_count());
        let retained = self.retained.len() as u64;
        Statistics {
            clients_connected: connected,
            clients_disconnected: self.sessions.len() - connected,
            messages_stored: retained + self.sessions.iter().map(queued).sum::<u64>(),
            subscriptions_count: self.subscriptions.count(),
            retained_messages_count: retained,
            ..self.statistics
        }
    }

    /// How many sessions there are.
    pub fn session_count(&self) -> u32 {
        self.sessions.len()
    }

    /// Sessions in the order of their client ids, connected or not.
    pub fn sessions(&self) -> impl Iterator<Item = SessionView<'_>> {
        self.sessions
            .iter()
            .map(|(key, client)| self.session_view(key, client))
    }

    /// The session of a client.
    pub fn session(&self, client_id: &str) -> Option<SessionView<'_>> {
        let key = self.sessions.find(client_id)?;
        Some(self.session_view(key, self.sessions.get(key)?))
    }

    /// The delivery state of a client: what is queued, in flight and half received, message by message.
    pub fn delivery(&self, client_id: &str) -> Option<&Session> {
        let key = self.sessions.find(client_id)?;
        Some(&self.sessions.get(key)?.session)
    }

    /// The subscriptions of a client, in the order of their filters.
    pub fn subscriptions(&self, client_id: &str) -> impl Iterator<Item = SubscriptionView<'_>> {
        let key = self.sessions.find(client_id);
        let client = key.and_then(|key| Some((key, self.sessions.get(key)?)));
        client.into_iter().flat_map(move |(key, client)| {
            client.filters.iter().filter_map(move |filter| {
                let subscription = self.subscriptions.find(key, filter)?;
                Some(SubscriptionView {
                    filter,
                    options: subscription.options,
                    identifier: subscription.identifier,
                })
            })
        })
    }

    /// How many retained messages there are.
    pub fn retained_count(&self) -> u32 {
        u32::try_from(self.retained.len()).unwrap_or(u32::MAX)
    }

    /// Retained messages in the order of their topics, from the first topic not below `from`.
    pub fn retained(&self, from: &str) -> impl Iterator<Item = RetainedView<'_>> {
        self.retained.range(from).map(Retained::view)
    }

    /// The retained message of a topic.
    pub fn retained_message(&self, topic: &str) -> Option<RetainedView<'_>> {
        self.retained.find(topic).map(Retained::view)
    }

    /// The next deadlines with who they concern, earliest first, at most `most`.
    pub fn deadlines(&self, most: u32) -> Vec<DeadlineView> {
        let view = |(deadline, due): (Deadline, &Due)| DeadlineView {
            deadline,
            client_id: match due {
                Due::KeepAlive(key)
                | Due::SlowReader(key)
                | Due::WillDelay(key)
                | Due::SessionExpiry(key)
                | Due::MessageExpiry(key)
                | Due::Replay(key) => self.sessions.get(*key).map(|client| client.id.clone()),
                Due::Connect(_) | Due::Retained(_) | Due::Sys => None,
            },
        };
        self.timers.iter().take(most as usize).map(view).collect()
    }

    /// What would become of a message for a client at this moment: a verdict for each of its
    /// subscriptions, in the order of their filters. `publisher` is the client that publishes it. The
    /// verdicts are those of the router: all that deliver and are not shared make one delivery, at one
    /// QoS ([`decide_together`]); each shared one makes its own.
    pub fn explain(
        &self,
        message: &Message,
        publisher: Option<&str>,
        client_id: &str,
    ) -> Vec<(ByteString, Verdict)> {
        let Some(key) = self.sessions.find(client_id) else {
            return Vec::new();
        };
        let is_publisher = publisher == Some(client_id);
        let Some(receiver) = self.receiver(key, &message.topic, is_publisher) else {
            return Vec::new();
        };
        let context = Context {
            qos: message.qos,
            retain: message.retain,
            stored: false,
            expired: false,
        };
        let ready = |found: &Match| is_ready(&self.sessions, &self.config, found, &message.topic);
        let candidate = |subscription: &SubscriptionView<'_>| {
            let filter = subscription.filter;
            let compared = topic::split_shared(filter).map_or(&**filter, |(_, filter)| filter);
            let next = self.subscriptions.next_of_share(filter, ready);
            Candidate {
                matched: topic::compare(compared, &message.topic),
                options: subscription.options,
                shared_to_another: next.is_some_and(|next| next != key),
                receiver,
            }
        };
        let is_shared = |view: &SubscriptionView<'_>| topic::split_shared(view.filter).is_some();
        let subscriptions: Vec<_> = self.subscriptions(client_id).collect();
        let plain = subscriptions.iter().filter(|view| !is_shared(view));
        let mut together = Vec::new();
        decide_together(plain.map(candidate), &context, |verdict| {
            together.push(verdict.clone());
        });
        let mut together = together.into_iter();
        let verdict = |view: &SubscriptionView<'_>| {
            let verdict = match is_shared(view) {
                true => decide(&candidate(view), &context),
                false => together.next()?,
            };
            Some((view.filter.clone(), verdict))
        };
        subscriptions.iter().filter_map(verdict).collect()
    }

    fn session_view<'a>(&'a self, key: SessionKey, client: &'a Client) -> SessionView<'a> {
        let session = &client.session;
        SessionView {
            client_id: &client.id,
            connection: client.online.as_ref().map(|online| ConnectionView {
                conn: online.conn,
                version: online.version,
                keep_alive: online.keep_alive,
                user_name: client.user_name.as_ref(),
                since: online.since,
            }),
            expires_at: self.timers.at(&Due::SessionExpiry(key)),
            expiry: client.expiry,
            subscriptions: u32::try_from(client.filters.len()).unwrap_or(u32::MAX),
            queued: session.queued_count(),
            queued_bytes: session.queued_bytes(),
            inflight: session.inflight_count(),
            incoming: session.incoming_count(),
            replays: u32::try_from(client.replays.len()).unwrap_or(u32::MAX),
            will: client.will.as_ref().map(|will| &will.message),
            will_at: self.timers.at(&Due::WillDelay(key)),
        }
    }
}

impl Retained {
    fn view(&self) -> RetainedView<'_> {
        RetainedView {
            message: &self.message,
            publisher: self.publisher.as_ref(),
            since: self.since,
            expires_at: self.expires_at,
        }
    }
}
