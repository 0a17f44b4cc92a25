//! Keeps the broker's journal in the persistence file, and on the disk as soon as is asked for.

use crate::store::{Found, Store};
use midge_broker::Broker;
use midge_session::Instant;
use std::{future, io, time::Duration};
use tokio::{
    task::{JoinHandle, spawn_blocking},
    time::{Instant as Clock, sleep_until},
};

/// Between two syncs of [`PersistenceSync::Interval`].
const INTERVAL: Duration = Duration::from_secs(1);

/// When what is in the persistence file is taken to the disk. Whatever it is, nothing is lost when only
/// the program ends, killed or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum PersistenceSync {
    /// When the system sees fit: a loss of power may cost half a minute.
    Never,
    /// Once a second, beside the work: a loss of power may cost the last second.
    #[default]
    Interval,
    /// Before anything is sent that says so: a loss of power costs nothing that was acknowledged, and
    /// each acknowledgement waits for the disk, together with those that came in meanwhile.
    Always,
}

/// The persistence file, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    store: Option<Store>,
    policy: PersistenceSync,
    /// When the disk is to have what was written.
    due: Option<Clock>,
    /// A sync that goes on beside the work.
    running: Option<JoinHandle<io::Result<()>>>,
}

impl Keeper {
    /// Lets the broker go on where the run before ended.
    pub(crate) fn restore(
        broker: &mut Broker,
        now: Instant,
        (store, found): (Store, Found),
        policy: PersistenceSync,
    ) -> Self {
        if found.damaged > 0 {
            let bytes = found.damaged;
            tracing::warn!(bytes, "cut off a damaged end of the persistence file");
        }
        let records = found.records.len();
        broker.restore(now, found.records);
        let sessions = broker.session_count();
        tracing::info!(records, sessions, "read the persistence file");
        let mut keeper = Self {
            store: Some(store),
            policy,
            ..Self::default()
        };
        keeper.begin_afresh(broker);
        keeper
    }

    /// Whether anything is kept.
    pub(crate) fn is_on(&self) -> bool {
        self.store.is_some()
    }

    /// Stores what changed. What comes out of the broker must not leave before this returns.
    pub(crate) async fn keep(&mut self, broker: &mut Broker) {
        let Some(store) = &mut self.store else { return };
        let records = broker.drain_journal();
        if records.is_empty() {
            return;
        }
        match store.append(&records) {
            Ok(()) if store.has_grown() => self.begin_afresh(broker),
            Ok(()) => {}
            Err(error) => return self.give_up(broker, &error),
        }
        match self.policy {
            PersistenceSync::Never => {}
            PersistenceSync::Interval => {
                let is_unsynced = self.store.as_ref().is_some_and(Store::is_unsynced);
                if self.due.is_none() && is_unsynced {
                    self.due = Some(Clock::now() + INTERVAL);
                }
            }
            PersistenceSync::Always => self.sync(broker).await,
        }
    }

    /// Takes what was written to the disk when it is time. Safe to cancel.
    pub(crate) async fn work(&mut self) -> io::Result<()> {
        if let Some(running) = &mut self.running {
            let done = running.await;
            self.running = None;
            return done.unwrap_or_else(|error| Err(io::Error::other(error)));
        }
        let Some(due) = self.due else {
            return future::pending().await;
        };
        sleep_until(due).await;
        self.due = None;
        let sync = self.store.as_mut().and_then(Store::unsynced);
        self.running = sync.map(spawn_blocking);
        Ok(())
    }

    /// The end: the disk has everything when this returns, unless nobody wants that.
    pub(crate) async fn finish(&mut self, broker: &mut Broker) {
        self.keep(broker).await;
        if self.policy != PersistenceSync::Never {
            self.sync(broker).await;
        }
    }

    /// Keeps nothing from here on.
    pub(crate) fn give_up(&mut self, broker: &mut Broker, error: &io::Error) {
        tracing::error!(%error, "cannot write the persistence file: from here on nothing is kept");
        broker.stop_journal();
        self.store = None;
        self.due = None;
    }

    async fn sync(&mut self, broker: &mut Broker) {
        let Some(sync) = self.store.as_mut().and_then(Store::unsynced) else {
            return;
        };
        let done = spawn_blocking(sync).await;
        if let Err(error) = done.unwrap_or_else(|error| Err(io::Error::other(error))) {
            self.give_up(broker, &error);
        }
    }

    /// Writes everything there is into a new persistence file.
    fn begin_afresh(&mut self, broker: &mut Broker) {
        let Some(store) = &mut self.store else { return };
        broker.start_journal();
        if let Err(error) = store.begin_afresh(&broker.drain_journal()) {
            self.give_up(broker, &error);
        }
    }
}

#[cfg(test)]
mod tests;
