//! What the user sees of a connection.

use super::Connection;
use crate::saturate::saturate;
use crate::words::time_left;
use midge_client::State;
use midge_session::Instant;
use midge_view::{
    ConnectionAnswer, ConnectionRow, ConnectionState, Link, MessageDetail, MessagesAnswer, Profile,
    SubscriptionState, Window,
};

impl Connection {
    /// Its name, if it is the one that the lab's broker knows as `client_id`.
    pub(crate) fn name_in_lab(&self, client_id: &str) -> Option<&str> {
        let it_is = self.is_in_lab() && *self.client.client_id() == client_id;
        it_is.then_some(self.profile.name.as_str())
    }

    /// Its client identifier, if it is a client of the lab's broker.
    pub(crate) fn id_in_lab(&self) -> Option<String> {
        let id = self.client.client_id().to_string();
        (self.is_in_lab() && !id.is_empty()).then_some(id)
    }

    pub(crate) fn name(&self) -> &str {
        &self.profile.name
    }

    pub(crate) fn link(&self) -> &Link {
        &self.profile.link
    }

    pub(crate) fn client_id(&self) -> &str {
        self.client.client_id()
    }

    pub(crate) fn subscriptions(&self) -> Vec<SubscriptionState> {
        self.subscriptions.states()
    }

    pub(crate) fn row(&self, wall: Instant, lab: Instant) -> ConnectionRow {
        let now = if self.is_in_lab() { lab } else { wall };
        ConnectionRow {
            id: self.id,
            name: self.profile.name.clone(),
            state: match self.client.state() {
                State::Idle => ConnectionState::Off,
                State::Opening | State::Connecting => ConnectionState::Connecting,
                State::Connected => ConnectionState::On,
                State::Waiting => ConnectionState::Waiting,
            },
            words: self.words(now),
        }
    }

    fn words(&self, now: Instant) -> String {
        match self.client.state() {
            State::Idle => match &self.failure {
                Some(failure) => failure.short.clone(),
                None => "disconnected".to_owned(),
            },
            State::Opening => "opening the connection".to_owned(),
            State::Connecting => "waiting for CONNACK".to_owned(),
            State::Connected => "connected".to_owned(),
            State::Waiting => {
                let left = self.deadline().map(|at| at.since(now)).unwrap_or_default();
                format!("connecting again in {}", time_left(left))
            }
        }
    }

    pub(crate) fn answer(&self, wall: Instant, lab: Instant) -> ConnectionAnswer {
        ConnectionAnswer {
            row: self.row(wall, lab),
            profile: Profile {
                password: None,
                ..self.profile.clone()
            },
            client_id: self.client.client_id().to_string(),
            session_present: self.session_present,
            server: self.server.clone(),
            subscriptions: self.subscriptions.states(),
            problem: self.failure.as_ref().map(|failure| failure.problem.clone()),
            messages: self.messages.end(),
            pending: saturate(self.open.len()),
        }
    }

    pub(crate) fn page(&self, window: Window) -> MessagesAnswer {
        self.messages.page(window)
    }

    pub(crate) fn has_message(&self, index: u64) -> bool {
        self.messages.has(index)
    }

    pub(crate) fn message(&self, index: u64) -> Option<MessageDetail> {
        self.messages.detail(index)
    }
}
