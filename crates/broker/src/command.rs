//! What the host or its operator asks for.

use crate::{
    Broker, CloseReason, Command, Refused, fan_out::encode_at_most_once, sessions::SessionKey,
    timers::Due,
};
use alloc::vec::Vec;
use midge_codec::{Reason, Version, topic};
use midge_session::Instant;

impl Broker {
    pub(crate) fn obey(&mut self, now: Instant, command: Command) -> Result<(), Refused> {
        match command {
            Command::Publish(message) => {
                topic::validate_name(&message.topic).map_err(Refused::InvalidTopic)?;
                // What can be encoded here can be encoded for every subscriber.
                encode_at_most_once(&message, Version::V5, message.retain)
                    .ok_or(Refused::InvalidMessage)?;
                self.accept(now, &message, None);
            }
            Command::Disconnect { client_id, reason } => {
                let key = self.known(&client_id)?;
                self.leave(now, key, CloseReason::Broker(reason));
            }
            Command::Forget { client_id } => {
                let key = self.known(&client_id)?;
                let reason = Reason::AdministrativeAction;
                self.leave(now, key, CloseReason::Broker(reason));
                self.end_session(now, key);
            }
            Command::ClearRetained { filter } => {
                topic::validate_filter(&filter).map_err(Refused::InvalidTopic)?;
                self.clear_retained(&filter);
            }
            Command::SetAccess {
                users,
                scram_users,
                access,
            } => {
                self.config.access = access;
                self.set_users(now, users, scram_users);
                self.withdraw(now);
            }
            Command::ShutDown => self.shut_down(now),
        }
        Ok(())
    }

    fn known(&self, client_id: &str) -> Result<SessionKey, Refused> {
        self.sessions.find(client_id).ok_or(Refused::UnknownClient)
    }

    fn clear_retained(&mut self, filter: &str) {
        let topics: Vec<_> = self.retained.matching(filter, None).cloned().collect();
        for topic in topics {
            self.retained.remove(&topic);
            self.timers.set(Due::Retained(topic), None);
        }
    }

    /// Tells everybody and closes. Wills are published as for any connection that the broker ends.
    fn shut_down(&mut self, now: Instant) {
        let keys: Vec<SessionKey> = self.sessions.iter().map(|(key, _)| key).collect();
        for key in keys {
            self.leave(now, key, CloseReason::Broker(Reason::ServerShuttingDown));
        }
        while let Some((&conn, _)) = self.links.first_key_value() {
            self.leave_unknown(conn, CloseReason::Broker(Reason::ServerShuttingDown));
        }
    }
}
