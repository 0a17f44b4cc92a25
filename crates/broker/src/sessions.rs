//! The sessions: one for each client identifier, online or waiting for its client to return.

use crate::{ConnId, acl::Who, authentication::Authenticated, replay::Replay, will::Will};
use alloc::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    vec::Vec,
};
use midge_codec::{ByteString, QoS, Version};
use midge_session::{Connection, Instant, Session};

/// Names a session for as long as it lives; ordered by place, not by client identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SessionKey(u32);

/// What the broker keeps for a client identifier.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: ByteString,
    pub(crate) session: Session,
    /// Session Expiry Interval in seconds; `u32::MAX` is for ever.
    pub(crate) expiry: u32,
    /// What it subscribes to; the options are in the tree.
    pub(crate) filters: BTreeSet<ByteString>,
    pub(crate) will: Option<Will>,
    pub(crate) user_name: Option<ByteString>,
    pub(crate) online: Option<Online>,
    /// Retained messages on their way to it, one subscription after the other.
    pub(crate) replays: VecDeque<Replay>,
    /// The number of the last message that they gave the session.
    pub(crate) replayed: u64,
    /// The deadline of [`crate::timers::Due::MessageExpiry`] that is set, to leave the table alone
    /// while it stays.
    pub(crate) message_expiry: Option<Instant>,
}

/// The connection of an online session.
#[derive(Clone, Debug)]
pub(crate) struct Online {
    pub(crate) conn: ConnId,
    pub(crate) connection: Connection,
    pub(crate) version: Version,
    /// Keep Alive in force, in seconds.
    pub(crate) keep_alive: u16,
    /// Whether CONNECT asked for a session that outlives the connection, which DISCONNECT may not do
    /// on its own (section 3.14.2.2.2).
    pub(crate) outlives: bool,
    pub(crate) since: Instant,
    /// Set when the client came in by an Authentication Method.
    pub(crate) authenticated: Option<Authenticated>,
}

impl Client {
    /// Whose rights its packets have.
    pub(crate) fn who(&self) -> Who<'_> {
        Who {
            client_id: &self.id,
            user_name: self.user_name.as_deref(),
        }
    }

    /// Whether it takes another retained message at this QoS: its connection takes bytes and, above QoS 0,
    /// the one before has left the queue.
    pub(crate) fn has_room(&self, qos: QoS) -> bool {
        let online = self.online.as_ref();
        let takes = online.is_some_and(|online| online.connection.is_writable());
        let mut waiting = self.session.kept_in_queue(0).map(|kept| kept.serial);
        let mut has_left = || waiting.next().is_none_or(|first| first > self.replayed);
        takes && (qos == QoS::AtMostOnce || (!self.is_full() && has_left()))
    }

    /// Whether its queue for QoS 1 and 2 takes no more; one message it always takes, on its way to the
    /// window.
    pub(crate) fn is_full(&self) -> bool {
        let bounds = self.session.bounds();
        let count = self.session.queued_count();
        count >= bounds.max_queued.max(1)
            || (count > 0 && self.session.queued_bytes() >= bounds.max_queued_bytes)
    }

    /// Whether its connection has taken so little of what was sent that QoS 0 is dropped.
    pub(crate) fn is_stalled(&self) -> bool {
        let online = self.online.as_ref();
        online.is_some_and(|online| !online.connection.is_writable())
    }
}

/// All sessions, found by key in constant time and by client identifier in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sessions {
    places: Vec<Option<Client>>,
    free: Vec<u32>,
    by_id: BTreeMap<ByteString, SessionKey>,
    online: u32,
    /// What may have changed since the journal was drained; `None` without a journal.
    pub(crate) touched: Option<Touched>,
}

/// Sessions that a journal must look at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched {
    /// Ended, before anything in `changed`: a key may be in use again.
    pub(crate) ended: Vec<SessionKey>,
    pub(crate) changed: BTreeSet<SessionKey>,
}

impl Sessions {
    /// Takes a session in; its client identifier must not be in use.
    pub(crate) fn insert(&mut self, client: Client) -> SessionKey {
        let id = client.id.clone();
        let place = match self.free.pop() {
            Some(place) => {
                self.places[place as usize] = Some(client);
                place
            }
            None => {
                self.places.push(Some(client));
                u32::try_from(self.places.len() - 1)
                    .expect("four thousand million sessions fit nowhere")
            }
        };
        self.by_id.insert(id, SessionKey(place));
        self.touch(SessionKey(place));
        SessionKey(place)
    }

    pub(crate) fn remove(&mut self, key: SessionKey) -> Option<Client> {
        let client = self.places.get_mut(key.0 as usize)?.take()?;
        self.by_id.remove(&client.id);
        self.free.push(key.0);
        if let Some(touched) = &mut self.touched {
            touched.ended.push(key);
            touched.changed.remove(&key);
        }
        self.online -= u32::from(client.online.is_some());
        Some(client)
    }

    pub(crate) fn get(&self, key: SessionKey) -> Option<&Client> {
        self.places.get(key.0 as usize)?.as_ref()
    }

    /// To change it; a journal takes note.
    pub(crate) fn get_mut(&mut self, key: SessionKey) -> Option<&mut Client> {
        self.touch(key);
        self.places.get_mut(key.0 as usize)?.as_mut()
    }

    fn touch(&mut self, key: SessionKey) {
        if let Some(touched) = &mut self.touched {
            touched.changed.insert(key);
        }
    }

    pub(crate) fn is_online(&self, key: SessionKey) -> bool {
        self.get(key).is_some_and(|client| client.online.is_some())
    }

    /// A session with its connection, if it has one.
    pub(crate) fn online_mut(&mut self, key: SessionKey) -> Option<(&mut Session, &mut Online)> {
        let client = self.get_mut(key)?;
        Some((&mut client.session, client.online.as_mut()?))
    }

    /// Gives a session its connection.
    pub(crate) fn attach(&mut self, key: SessionKey, online: Online) {
        if let Some(client) = self.get_mut(key) {
            let before = client.online.replace(online);
            self.online += u32::from(before.is_none());
        }
    }

    /// Takes the connection from a session.
    pub(crate) fn detach(&mut self, key: SessionKey) -> Option<Online> {
        let online = self.get_mut(key)?.online.take()?;
        self.online -= 1;
        Some(online)
    }

    pub(crate) fn find(&self, client_id: &str) -> Option<SessionKey> {
        self.by_id.get(client_id).copied()
    }

    /// In the order of the client identifiers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (SessionKey, &Client)> {
        self.by_id
            .values()
            .filter_map(|&key| Some((key, self.get(key)?)))
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.by_id.len()).unwrap_or(u32::MAX)
    }

    /// How many have a connection.
    pub(crate) fn online(&self) -> u32 {
        self.online
    }
}
