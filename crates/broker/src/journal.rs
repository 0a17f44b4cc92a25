//! What outlives the program, as values: records of what changed since the last ones.
//!
//! Whatever touches a session, a subscription or a retained message leaves its name behind; draining
//! compares what has these names with what the records said before. So no change is forgotten by the
//! code that makes it, and a host that keeps nothing pays for a branch.

use crate::{
    Broker, ConnId,
    replay::Replay,
    retained::Retained,
    sessions::{Client, SessionKey, Touched},
    timers::Due,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use bytes::Bytes;
use midge_codec::{
    ByteString, Delivery, Message, Packet, PacketId, QoS, SubscriptionOptions, Version, Wire,
};
use midge_session::{Instant, Kept, Outgoing, Stage};
use serde::{Deserialize, Serialize};

/// One change of what outlives the program. Of a session that ends with its connection that is only the
/// will, which a server that fails may publish late and not never (section 3.1.2.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // `client_id` is the same everywhere.
pub enum Record {
    /// A session began or its own state changed.
    Session {
        client_id: ByteString,
        state: SessionState,
    },
    /// A session ended, with everything that belongs to it.
    Ended { client_id: ByteString },
    /// A subscription was made or replaced, with its identifier; `None` removes it.
    Subscription {
        client_id: ByteString,
        filter: ByteString,
        granted: Option<(SubscriptionOptions, Option<u32>)>,
    },
    /// A message of QoS 1 or 2 is to be sent; `serial` is its place in the session's order.
    Message {
        client_id: ByteString,
        serial: u64,
        message: QueuedState,
    },
    /// It was sent, or its handshake went on.
    Handshake {
        client_id: ByteString,
        serial: u64,
        packet_id: PacketId,
        stage: Stage,
    },
    /// It is completed or dropped.
    Done { client_id: ByteString, serial: u64 },
    /// All identifiers of messages received at QoS 2 whose PUBREL is awaited.
    Unreleased {
        client_id: ByteString,
        packet_ids: Vec<PacketId>,
    },
    /// A topic's retained message; `None` removes it.
    Retained {
        topic: ByteString,
        retained: Option<RetainedState>,
    },
    /// How far the retained messages have come that are on their way to a subscription.
    Replay {
        client_id: ByteString,
        filter: ByteString,
        progress: Progress,
    },
}

/// How far the retained messages have come that a subscription brings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// None was sent.
    Begun,
    /// The turn was this topic's last.
    After(ByteString),
    /// All were sent, or the subscription has gone.
    Over,
}

/// A session's own state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionState {
    /// Session Expiry Interval in seconds.
    pub expiry: u32,
    /// User name, if one was given.
    pub user_name: Option<ByteString>,
    /// Whether its client is connected.
    pub online: bool,
    /// When it ends, if its client is away and does not return.
    pub expires_at: Option<Instant>,
    /// The will that stands ready, with its Will Delay Interval in seconds.
    pub will: Option<(MessageState, u32)>,
    /// When a delayed will is published.
    pub will_at: Option<Instant>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageState {
    /// The level at which it was published.
    pub qos: QoS,
    /// The RETAIN flag it was published with.
    pub retain: bool,
    /// Topic, properties and payload as a PUBLISH of 5.0.
    pub frame: Bytes,
}

/// A message on its way to one client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedState {
    /// The message.
    pub message: MessageState,
    /// The level it is sent at.
    pub qos: QoS,
    /// The RETAIN flag it is sent with.
    pub retain: bool,
    /// Subscription Identifiers it is sent with.
    pub identifiers: Vec<u32>,
    /// The filter of the Shared Subscription by which the client gets it, if it is one.
    pub share: Option<ByteString>,
    /// When it expires.
    pub expires_at: Option<Instant>,
}

/// A retained message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetainedState {
    /// The message; its topic is the key.
    pub message: MessageState,
    /// The client that published it.
    pub publisher: Option<ByteString>,
    /// Since when it is retained.
    pub since: Instant,
    /// When it expires.
    pub expires_at: Option<Instant>,
}

/// What the records said so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    written: BTreeMap<SessionKey, Written>,
}

/// What the records said of one session.
#[derive(Clone, Debug)]
struct Written {
    client_id: ByteString,
    /// `None` until the first record.
    outline: Option<Outline>,
    /// Messages that were sent, by their numbers.
    in_flight: BTreeMap<u64, (PacketId, Stage)>,
    /// Messages that wait to be sent.
    waiting: BTreeSet<u64>,
    /// Numbers only grow: from here on no message was written.
    next: u64,
    unreleased: Vec<PacketId>,
    /// By the filters of their subscriptions.
    replays: BTreeMap<ByteString, Progress>,
}

/// What must be equal for a [`SessionState`] to be. A will comes with a connection and goes for good.
type Outline = (u32, Option<ConnId>, Option<Instant>, bool, Option<Instant>);

/// `$SYS` is the broker's own and made afresh.
fn is_kept(topic: &str) -> bool {
    !topic.starts_with("$SYS/")
}

impl Broker {
    /// Begins to keep a journal, or begins it afresh: the next records say everything there is.
    pub fn start_journal(&mut self) {
        self.journal = Some(Journal::default());
        let keys: BTreeSet<SessionKey> = self.sessions.iter().map(|(key, _)| key).collect();
        let filters = self.sessions.iter().flat_map(|(key, client)| {
            let filters = client.filters.iter();
            filters.map(move |filter| (key, filter.clone()))
        });
        self.subscriptions.touched = Some(filters.collect());
        self.sessions.touched = Some(Touched {
            ended: Vec::new(),
            changed: keys,
        });
        let retained = self.retained.range("");
        let topics = retained.map(|retained| retained.message.topic.clone());
        self.retained.touched = Some(topics.collect());
    }

    /// Keeps no journal any more.
    pub fn stop_journal(&mut self) {
        self.journal = None;
        self.sessions.touched = None;
        self.subscriptions.touched = None;
        self.retained.touched = None;
    }

    /// What changed since the last call, in the order in which [`Self::restore`] wants it; nothing
    /// without [`Self::start_journal`]. Whoever stores it before it lets the outputs of the same verbs
    /// go has acknowledged nothing that can be lost.
    pub fn drain_journal(&mut self) -> Vec<Record> {
        let Some(mut journal) = self.journal.take() else {
            return Vec::new();
        };
        let mut records = Vec::new();
        let touched = self.sessions.touched.replace(Touched::default());
        let Touched { ended, changed } = touched.unwrap_or_default();
        for key in ended {
            let before = journal.written.remove(&key);
            records.extend(before.map(Written::ended));
        }
        for &key in &changed {
            self.record_session(&mut journal, key, &mut records);
        }
        let filters = self.subscriptions.touched.replace(BTreeSet::new());
        for (key, filter) in filters.unwrap_or_default() {
            let written = journal.written.get(&key);
            let Some(written) = written.filter(|written| written.outlives()) else {
                continue;
            };
            let subscription = self.subscriptions.find(key, &filter);
            records.push(Record::Subscription {
                client_id: written.client_id.clone(),
                filter,
                granted: subscription.map(|granted| (granted.options, granted.identifier)),
            });
        }
        let topics = self.retained.touched.replace(BTreeSet::new());
        for topic in topics.unwrap_or_default() {
            if is_kept(&topic) {
                let retained = self.retained.find(&topic).and_then(RetainedState::of);
                records.push(Record::Retained { topic, retained });
            }
        }
        self.journal = Some(journal);
        records
    }

    fn record_session(&self, journal: &mut Journal, key: SessionKey, records: &mut Vec<Record>) {
        let client = self.sessions.get(key);
        let client = client.filter(|client| client.expiry > 0 || client.will.is_some());
        // What was written of a session that ends with its connection after all is void.
        if client.is_none_or(|client| client.expiry == 0 && journal.outlives(key)) {
            let before = journal.written.remove(&key);
            records.extend(before.map(Written::ended));
        }
        let Some(client) = client else { return };
        let written = journal.written.entry(key).or_insert_with(|| Written {
            client_id: client.id.clone(),
            outline: None,
            in_flight: BTreeMap::new(),
            waiting: BTreeSet::new(),
            next: 0,
            unreleased: Vec::new(),
            replays: BTreeMap::new(),
        });
        let expires_at = self.timers.at(&Due::SessionExpiry(key));
        let will_at = self.timers.at(&Due::WillDelay(key));
        let conn = client.online.as_ref().map(|online| online.conn);
        let outline = (
            client.expiry,
            conn,
            expires_at,
            client.will.is_some(),
            will_at,
        );
        if written.outline != Some(outline) {
            written.outline = Some(outline);
            records.push(Record::Session {
                client_id: client.id.clone(),
                state: SessionState {
                    expiry: client.expiry,
                    user_name: client.user_name.clone(),
                    online: client.online.is_some(),
                    expires_at,
                    will: client
                        .will
                        .as_ref()
                        .and_then(|will| Some((MessageState::of(&will.message)?, will.delay))),
                    will_at,
                },
            });
        }
        if client.expiry > 0 {
            written.record_messages(client, records);
            written.record_replays(client, records);
        }
    }
}

impl Journal {
    /// Whether a session was written that outlives its connection.
    fn outlives(&self, key: SessionKey) -> bool {
        self.written.get(&key).is_some_and(Written::outlives)
    }
}

impl Written {
    fn outlives(&self) -> bool {
        self.outline.is_some_and(|(expiry, ..)| expiry > 0)
    }

    fn ended(self) -> Record {
        let client_id = self.client_id;
        Record::Ended { client_id }
    }

    fn record_messages(&mut self, client: &Client, records: &mut Vec<Record>) {
        let session = &client.session;
        // Who still is in flight puts itself back.
        let before = core::mem::take(&mut self.in_flight).into_iter();
        let mut gone: BTreeMap<u64, Option<(PacketId, Stage)>> = before
            .map(|(serial, handshake)| (serial, Some(handshake)))
            .collect();
        let first = session.kept_in_queue(0).next().map(|kept| kept.serial);
        while let Some(&serial) = self.waiting.first()
            && first.is_none_or(|first| serial < first)
        {
            self.waiting.remove(&serial);
            gone.insert(serial, None);
        }
        for kept in session.kept_in_flight() {
            let before = gone.remove(&kept.serial);
            if before.is_none() && !self.record_message(client, &kept, records) {
                continue;
            }
            if let Some(handshake) = kept.handshake {
                self.in_flight.insert(kept.serial, handshake);
                if before.flatten() != Some(handshake) {
                    let (packet_id, stage) = handshake;
                    records.push(Record::Handshake {
                        client_id: client.id.clone(),
                        serial: kept.serial,
                        packet_id,
                        stage,
                    });
                }
            }
        }
        self.record_queue(client, &mut gone, records);
        records.extend(gone.into_keys().map(|serial| Record::Done {
            client_id: client.id.clone(),
            serial,
        }));
        let unreleased: Vec<PacketId> = session.unreleased().collect();
        if unreleased != self.unreleased {
            self.unreleased.clone_from(&unreleased);
            records.push(Record::Unreleased {
                client_id: client.id.clone(),
                packet_ids: unreleased,
            });
        }
    }

    fn record_replays(&mut self, client: &Client, records: &mut Vec<Record>) {
        let mut record = |filter: &ByteString, progress: Progress| {
            records.push(Record::Replay {
                client_id: client.id.clone(),
                filter: filter.clone(),
                progress,
            });
        };
        // Those that go on put themselves back.
        let mut before = core::mem::take(&mut self.replays);
        for replay in &client.replays {
            let progress = replay.progress();
            if before.remove(&replay.filter).as_ref() != Some(&progress) {
                record(&replay.filter, progress.clone());
            }
            self.replays.insert(replay.filter.clone(), progress);
        }
        for filter in before.keys() {
            record(filter, Progress::Over);
        }
    }

    /// Costs as much as came and not as much as waits, unless something left the queue otherwise than
    /// from its front.
    fn record_queue(
        &mut self,
        client: &Client,
        gone: &mut BTreeMap<u64, Option<(PacketId, Stage)>>,
        records: &mut Vec<Record>,
    ) {
        let session = &client.session;
        for kept in session.kept_in_queue(self.next) {
            if self.record_message(client, &kept, records) {
                self.waiting.insert(kept.serial);
            }
        }
        if self.waiting.len() != session.kept_in_queue_len() {
            let queue = session.kept_in_queue(0);
            let there: BTreeSet<u64> = queue.map(|kept| kept.serial).collect();
            let left = self.waiting.difference(&there);
            gone.extend(left.map(|&serial| (serial, None)));
            self.waiting.retain(|serial| there.contains(serial));
        }
    }

    /// Whether the message could be written.
    fn record_message(
        &mut self,
        client: &Client,
        kept: &Kept<&Outgoing>,
        records: &mut Vec<Record>,
    ) -> bool {
        self.next = self.next.max(kept.serial + 1);
        let message = QueuedState::of(kept);
        let is_written = message.is_some();
        records.extend(message.map(|message| Record::Message {
            client_id: client.id.clone(),
            serial: kept.serial,
            message,
        }));
        is_written
    }
}

impl Replay {
    fn progress(&self) -> Progress {
        match &self.after {
            None => Progress::Begun,
            Some(topic) => Progress::After(topic.clone()),
        }
    }
}

impl MessageState {
    /// `None` for a message that cannot be a PUBLISH, which is none that the broker accepted.
    fn of(message: &Message) -> Option<Self> {
        let publish = Packet::Publish(message.as_publish(Delivery::AtMostOnce));
        Some(Self {
            qos: message.qos,
            retain: message.retain,
            frame: Wire::encode(&publish, Version::V5).ok()?.to_bytes(),
        })
    }
}

impl QueuedState {
    fn of(kept: &Kept<&Outgoing>) -> Option<Self> {
        let outgoing = kept.outgoing;
        let identifiers = outgoing.extra.as_ref().subscription_identifiers();
        Some(Self {
            message: MessageState::of(&outgoing.message)?,
            qos: outgoing.qos,
            retain: outgoing.retain,
            identifiers: identifiers.collect(),
            share: outgoing.share.clone(),
            expires_at: kept.expires_at,
        })
    }
}

impl RetainedState {
    fn of(retained: &Retained) -> Option<Self> {
        Some(Self {
            message: MessageState::of(&retained.message)?,
            publisher: retained.publisher.clone(),
            since: retained.since,
            expires_at: retained.expires_at,
        })
    }
}
