//! A broker as the records of its journal say.

use crate::{
    Broker, MessageState, Progress, QueuedState, Record, RetainedState, SessionState,
    fan_out::push_identifier,
    replay::Replay,
    retained::Retained,
    sessions::{Client, SessionKey},
    subscriptions::Subscription,
    timers::Due,
    will::Will,
};
use alloc::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    vec::Vec,
};
use core::time::Duration;
use midge_codec::{
    ByteString, Message, Packet, PacketId, PropertiesBuf, SubscriptionOptions, Version, decode,
};
use midge_session::{Instant, Kept, Outgoing, Session, Stage};

/// A session as the records say, one after the other.
#[derive(Default)]
struct Restored {
    state: Option<SessionState>,
    filters: BTreeMap<ByteString, (SubscriptionOptions, Option<u32>)>,
    messages: BTreeMap<u64, (QueuedState, Option<(PacketId, Stage)>)>,
    unreleased: Vec<PacketId>,
    replays: VecDeque<Replay>,
}

impl Broker {
    /// Takes back what the records of another run say, oldest first. Clients that were connected have
    /// lost their connections `now`: their wills are published as for any connection that is lost.
    /// Sessions and messages whose time is over end by [`Self::handle_timeout`].
    pub fn restore(&mut self, now: Instant, records: impl IntoIterator<Item = Record>) {
        let mut sessions: BTreeMap<ByteString, Restored> = BTreeMap::new();
        let mut topics: BTreeMap<ByteString, RetainedState> = BTreeMap::new();
        for record in records {
            match record {
                Record::Retained {
                    topic,
                    retained: Some(retained),
                } => drop(topics.insert(topic, retained)),
                Record::Retained {
                    topic,
                    retained: None,
                } => drop(topics.remove(&topic)),
                Record::Ended { client_id } => drop(sessions.remove(&client_id)),
                record => Restored::apply(&mut sessions, record),
            }
        }
        for (topic, state) in topics {
            self.restore_retained(topic, state);
        }
        let mut lost = Vec::new();
        for (client_id, restored) in sessions {
            lost.extend(self.restore_session(now, client_id, restored));
        }
        // The access rules may be others than in the other run.
        if self.config.access.is_some() {
            self.withdraw(now);
        }
        // A will may be for any of the others, and replace what is retained.
        for (key, expiry) in lost {
            if expiry == 0 {
                self.end_session(now, key);
                continue;
            }
            let at = (expiry < u32::MAX).then(|| now + Duration::from_secs(expiry.into()));
            self.timers.set(Due::SessionExpiry(key), at);
            self.release_will(now, key);
        }
    }

    fn restore_retained(&mut self, topic: ByteString, state: RetainedState) {
        let Some(message) = state.message.into_message() else {
            return;
        };
        self.timers.set(Due::Retained(topic), state.expires_at);
        self.retained.insert(Retained {
            message,
            publisher: state.publisher,
            since: state.since,
            expires_at: state.expires_at,
        });
    }

    /// Gives the session with its expiry if its client was connected.
    fn restore_session(
        &mut self,
        now: Instant,
        id: ByteString,
        restored: Restored,
    ) -> Option<(SessionKey, u32)> {
        let state = restored.state?;
        let messages = restored.messages.into_iter();
        let kept = messages.filter_map(|(serial, (message, handshake))| {
            Some(Kept {
                serial,
                expires_at: message.expires_at,
                outgoing: message.into_outgoing()?,
                handshake,
            })
        });
        let bounds = self.config.limits.of_session();
        let will = state.will.and_then(|(message, delay)| {
            let message = message.into_message()?;
            Some(Will { message, delay })
        });
        let key = self.sessions.insert(Client {
            id,
            session: Session::restore(now, bounds, kept, restored.unreleased),
            expiry: state.expiry,
            filters: restored.filters.keys().cloned().collect::<BTreeSet<_>>(),
            will,
            user_name: state.user_name,
            online: None,
            replays: restored.replays,
            replayed: 0,
            message_expiry: None,
        });
        for (filter, (options, identifier)) in restored.filters {
            let subscription = Subscription {
                options,
                identifier,
            };
            self.subscriptions.insert(key, &filter, subscription);
        }
        self.timers.set(Due::WillDelay(key), state.will_at);
        self.timers.set(Due::SessionExpiry(key), state.expires_at);
        self.pump(now, key);
        state.online.then_some((key, state.expiry))
    }
}

impl Restored {
    fn apply(sessions: &mut BTreeMap<ByteString, Self>, record: Record) {
        match record {
            Record::Session { client_id, state } => {
                sessions.entry(client_id).or_default().state = Some(state);
            }
            Record::Subscription {
                client_id,
                filter,
                granted,
            } => {
                let filters = &mut sessions.entry(client_id).or_default().filters;
                match granted {
                    Some(granted) => drop(filters.insert(filter, granted)),
                    None => drop(filters.remove(&filter)),
                }
            }
            Record::Message {
                client_id,
                serial,
                message,
            } => {
                let messages = &mut sessions.entry(client_id).or_default().messages;
                messages.insert(serial, (message, None));
            }
            Record::Handshake {
                client_id,
                serial,
                packet_id,
                stage,
            } => {
                let messages = &mut sessions.entry(client_id).or_default().messages;
                if let Some((_, handshake)) = messages.get_mut(&serial) {
                    *handshake = Some((packet_id, stage));
                }
            }
            Record::Done { client_id, serial } => {
                let messages = &mut sessions.entry(client_id).or_default().messages;
                messages.remove(&serial);
            }
            Record::Unreleased {
                client_id,
                packet_ids,
            } => sessions.entry(client_id).or_default().unreleased = packet_ids,
            Record::Replay {
                client_id,
                filter,
                progress,
            } => {
                let replays = &mut sessions.entry(client_id).or_default().replays;
                let found = replays.iter().position(|replay| replay.filter == filter);
                let after = match progress {
                    Progress::Begun => None,
                    Progress::After(topic) => Some(topic),
                    Progress::Over => {
                        found.map(|index| replays.remove(index));
                        return;
                    }
                };
                match found {
                    Some(index) => replays[index].after = after,
                    None => replays.push_back(Replay { filter, after }),
                }
            }
            Record::Ended { .. } | Record::Retained { .. } => {}
        }
    }
}

impl MessageState {
    /// `None` when the bytes are not what they were.
    fn into_message(self) -> Option<Message> {
        let Ok(Packet::Publish(publish)) = decode(&self.frame, Version::V5) else {
            return None;
        };
        Some(Message {
            qos: self.qos,
            retain: self.retain,
            ..Message::from_publish(&self.frame, &publish)
        })
    }
}

impl QueuedState {
    fn into_outgoing(self) -> Option<Outgoing> {
        let mut extra = PropertiesBuf::new();
        for identifier in self.identifiers {
            push_identifier(&mut extra, Some(identifier));
        }
        let mut outgoing = Outgoing::new(self.message.into_message()?, 0);
        outgoing.qos = self.qos;
        outgoing.retain = self.retain;
        outgoing.extra = extra;
        outgoing.share = self.share;
        Some(outgoing)
    }
}
