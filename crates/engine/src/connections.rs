//! The Workbench's connections: one driver over the client's state machine for two kinds of transport.

mod connection;
mod messages;
mod problem;
mod profile;
mod subscriptions;
mod url;

use crate::lab::Lab;
use crate::output::{Output, SocketEvent, SocketId};
use crate::packets::Journal;
pub(crate) use connection::Connection;
use core::time::Duration;
use midge_session::Instant;
use midge_view::{ConnectionId, Link, Outcome, Problem, Profile};
use std::collections::{BTreeMap, VecDeque};

/// Connections in the list, at most: each holds messages.
const CONNECTIONS_MAX: usize = 32;

/// What a connection acts upon.
pub(crate) struct Surroundings<'a> {
    pub(crate) wall: Instant,
    /// Milliseconds since 1970 at wall time zero.
    pub(crate) epoch_ms: u64,
    pub(crate) lab: &'a mut Lab,
    pub(crate) journal: &'a mut Journal,
    pub(crate) outputs: &'a mut VecDeque<Output>,
    pub(crate) next_socket: &'a mut u32,
}

/// All connections, in the order in which they were made.
#[derive(Debug)]
pub(crate) struct Connections {
    list: BTreeMap<ConnectionId, Connection>,
    next: u32,
    page_is_secure: bool,
    /// Drives the jitter of reconnects.
    random: u64,
}

impl Connections {
    pub(crate) fn new(page_is_secure: bool, random: u64) -> Self {
        Self {
            list: BTreeMap::new(),
            next: 1,
            page_is_secure,
            random,
        }
    }

    pub(crate) fn open(
        &mut self,
        mut profile: Profile,
        around: &mut Surroundings<'_>,
    ) -> Result<Outcome, Problem> {
        if self.list.len() >= CONNECTIONS_MAX {
            return Err(Problem {
                what: format!("There are {CONNECTIONS_MAX} connections already."),
                try_next: vec!["Remove one that is not needed any more.".to_owned()],
            });
        }
        if let Link::WebSocket(typed) = &profile.link {
            profile.link = Link::WebSocket(url::check(typed, self.page_is_secure)?);
        }
        let id = ConnectionId(self.next);
        let seed = self.random.wrapping_add(self.next.into());
        let mut connection = Connection::new(id, profile, seed)?;
        connection.connect(around)?;
        self.next += 1;
        self.list.insert(id, connection);
        Ok(Outcome::Connection(id))
    }

    pub(crate) fn get(&self, id: ConnectionId) -> Option<&Connection> {
        self.list.get(&id)
    }

    /// # Errors
    /// There is no such connection, in words.
    pub(crate) fn find(&mut self, id: ConnectionId) -> Result<&mut Connection, Problem> {
        self.list.get_mut(&id).ok_or_else(|| Problem {
            what: "This connection was removed.".to_owned(),
            try_next: vec!["Connect again.".to_owned()],
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Connection> {
        self.list.values()
    }

    pub(crate) fn remove(&mut self, id: ConnectionId, around: &mut Surroundings<'_>) {
        if let Some(mut connection) = self.list.remove(&id) {
            connection.disconnect(around);
        }
    }

    /// An event of a socket; one of an earlier attempt finds nobody.
    pub(crate) fn on_socket(
        &mut self,
        socket: SocketId,
        event: SocketEvent,
        around: &mut Surroundings<'_>,
    ) {
        let owner = self
            .list
            .values_mut()
            .find(|it| it.socket() == Some(socket));
        if let Some(connection) = owner {
            connection.on_socket(event, around);
        }
    }

    /// What is due on real networks.
    pub(crate) fn on_wall_time(&mut self, around: &mut Surroundings<'_>) {
        for connection in self.list.values_mut().filter(|it| !it.is_in_lab()) {
            connection.on_time(around);
        }
    }

    /// What is due or arrived in the lab.
    pub(crate) fn on_lab_time(&mut self, around: &mut Surroundings<'_>) {
        for connection in self.list.values_mut().filter(|it| it.is_in_lab()) {
            connection.on_port(around);
            connection.on_time(around);
        }
    }

    /// The lab's world was made again.
    pub(crate) fn on_lab_restart(&mut self, around: &mut Surroundings<'_>) {
        for connection in self.list.values_mut().filter(|it| it.is_in_lab()) {
            connection.on_lab_restart(around);
        }
    }

    /// Whether a connection listens in the lab, so that its answers must come in time.
    pub(crate) fn any_in_lab(&self) -> bool {
        self.list
            .values()
            .any(|it| it.is_in_lab() && it.is_active())
    }

    /// The earliest virtual time at which a connection in the lab wants to be called.
    pub(crate) fn lab_deadline(&self) -> Option<Instant> {
        self.deadline(true)
    }

    /// Wall time until a connection on a real network wants to be called.
    pub(crate) fn wait(&self, wall: Instant) -> Option<Duration> {
        Some(self.deadline(false)?.since(wall))
    }

    fn deadline(&self, in_lab: bool) -> Option<Instant> {
        self.list
            .values()
            .filter(|it| it.is_in_lab() == in_lab)
            .filter_map(Connection::deadline)
            .min()
    }
}
