//! The bounded queue of a session: what waits for the window, for back-pressure, or for a connection.

use crate::{Bounds, Dropped, Instant, Kept, Outgoing, Queued, Report};
use alloc::{collections::VecDeque, vec::Vec};
use core::time::Duration;
use midge_codec::{Message, QoS, Reason};

/// Messages that wait to be sent. QoS 0 waits apart, because it need not wait for the window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    best_effort: VecDeque<Waiting>,
    assured: VecDeque<Waiting>,
    bytes: u64,
    /// Numbers the messages, so that two lanes are one order.
    arrivals: u64,
    /// The earliest instant at which a message expires.
    earliest: Option<Instant>,
}

/// A message that waits.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) outgoing: Outgoing,
    pub(crate) since: Instant,
    pub(crate) expires_at: Option<Instant>,
    /// Its number among all messages of the session, in their order.
    pub(crate) arrival: u64,
}

impl Waiting {
    fn bytes(&self) -> u64 {
        size(&self.outgoing)
    }

    fn is_expired(&self, now: Instant) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

impl Queue {
    /// Takes a message, or refuses it because the queue is full. A message that is larger than the
    /// whole queue is taken when nothing else waits; one of QoS 0 need not wait for those of QoS 1
    /// and 2, and is taken when no other of QoS 0 waits.
    pub(crate) fn push(
        &mut self,
        now: Instant,
        bounds: Bounds,
        outgoing: Outgoing,
    ) -> Result<(), Dropped> {
        let bytes = self.bytes + size(&outgoing);
        let count = self.len();
        let is_full = count >= bounds.max_queued.max(1)
            || (count > 0 && bytes > u64::from(bounds.max_queued_bytes));
        let passes = outgoing.qos == QoS::AtMostOnce && self.best_effort.is_empty();
        if is_full && !passes {
            return Err(Dropped::QueueFull);
        }
        let expires_at = expiry(&outgoing.message).map(|expiry| now + expiry);
        self.earliest = self.earliest.into_iter().chain(expires_at).min();
        self.bytes = bytes;
        self.arrivals += 1;
        let lane = match outgoing.qos {
            QoS::AtMostOnce => &mut self.best_effort,
            QoS::AtLeastOnce | QoS::ExactlyOnce => &mut self.assured,
        };
        lane.push_back(Waiting {
            outgoing,
            since: now,
            expires_at,
            arrival: self.arrivals,
        });
        Ok(())
    }

    /// The message whose turn it is; with a full window the next of QoS 0. Expired ones are dropped
    /// on the way.
    pub(crate) fn pop(
        &mut self,
        now: Instant,
        window_open: bool,
        reports: &mut VecDeque<Report>,
    ) -> Option<Waiting> {
        loop {
            let best_effort = self.best_effort.front().map(|waiting| waiting.arrival);
            let assured = self
                .assured
                .front()
                .filter(|waiting| window_open || waiting.is_expired(now))
                .map(|waiting| waiting.arrival);
            let waiting = match (best_effort, assured) {
                (Some(first), Some(second)) if second < first => self.assured.pop_front(),
                (Some(_), _) => self.best_effort.pop_front(),
                (None, Some(_)) => self.assured.pop_front(),
                (None, None) => None,
            }?;
            self.bytes -= waiting.bytes();
            if waiting.expires_at.is_some() && waiting.expires_at == self.earliest {
                self.earliest = self.find_earliest();
            }
            if !waiting.is_expired(now) {
                return Some(waiting);
            }
            reports.push_back(dropped(waiting.outgoing, Dropped::Expired));
        }
    }

    /// Drops what has expired.
    pub(crate) fn expire(&mut self, now: Instant, reports: &mut VecDeque<Report>) {
        if self.earliest.is_none_or(|at| at > now) {
            return;
        }
        let bytes = &mut self.bytes;
        for lane in [&mut self.best_effort, &mut self.assured] {
            lane.retain(|waiting| {
                let expired = waiting.is_expired(now);
                if expired {
                    *bytes -= waiting.bytes();
                    reports.push_back(dropped(waiting.outgoing.clone(), Dropped::Expired));
                }
                !expired
            });
        }
        self.earliest = self.find_earliest();
    }

    /// Ends what is judged so.
    pub(crate) fn refuse(
        &mut self,
        judge: impl Fn(&Outgoing) -> Option<Reason>,
        reports: &mut VecDeque<Report>,
    ) {
        let bytes = &mut self.bytes;
        for lane in [&mut self.best_effort, &mut self.assured] {
            lane.retain(|waiting| {
                let refused = judge(&waiting.outgoing);
                if let Some(reason) = refused {
                    *bytes -= waiting.bytes();
                    let tag = waiting.outgoing.tag;
                    reports.push_back(Report::Completed { tag, reason });
                }
                refused.is_none()
            });
        }
        self.earliest = self.find_earliest();
    }

    /// Drops what waits at QoS 0.
    pub(crate) fn drop_best_effort(&mut self, reports: &mut VecDeque<Report>) {
        for waiting in self.best_effort.drain(..) {
            self.bytes -= waiting.bytes();
            reports.push_back(dropped(waiting.outgoing, Dropped::Offline));
        }
        self.earliest = self.find_earliest();
    }

    /// When the next message expires.
    /// Those that outlive a connection and have this number or a later one, in order.
    pub(crate) fn kept_from(&self, serial: u64) -> impl Iterator<Item = Kept<&Outgoing>> {
        let before = |waiting: &Waiting| waiting.arrival < serial;
        let start = self.assured.partition_point(before);
        self.assured.range(start..).map(|waiting| Kept {
            serial: waiting.arrival,
            outgoing: &waiting.outgoing,
            expires_at: waiting.expires_at,
            handshake: None,
        })
    }

    /// How many outlive a connection.
    pub(crate) fn kept_len(&self) -> usize {
        self.assured.len()
    }

    /// Takes back what was kept, in order.
    pub(crate) fn restore(&mut self, now: Instant, kept: Kept<Outgoing>) {
        self.earliest = self.earliest.into_iter().chain(kept.expires_at).min();
        self.bytes += size(&kept.outgoing);
        self.assured.push_back(Waiting {
            outgoing: kept.outgoing,
            since: now,
            expires_at: kept.expires_at,
            arrival: kept.serial,
        });
    }

    /// The number of the message that was queued last.
    pub(crate) fn last(&self) -> u64 {
        self.arrivals
    }

    /// Numbers what follows from here on.
    pub(crate) fn count_from(&mut self, serial: u64) {
        self.arrivals = self.arrivals.max(serial);
    }

    pub(crate) fn earliest(&self) -> Option<Instant> {
        self.earliest
    }

    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.best_effort.len() + self.assured.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn bytes(&self) -> u32 {
        u32::try_from(self.bytes).unwrap_or(u32::MAX)
    }

    /// Takes out the messages of Shared Subscriptions, with the times when they expire.
    pub(crate) fn take_shared(&mut self) -> Vec<(Outgoing, Option<Instant>)> {
        let mut taken = Vec::new();
        for waiting in core::mem::take(&mut self.assured) {
            if waiting.outgoing.share.is_some() {
                self.bytes -= waiting.bytes();
                taken.push((waiting.outgoing, waiting.expires_at));
            } else {
                self.assured.push_back(waiting);
            }
        }
        self.earliest = self.find_earliest();
        taken
    }

    /// Everything that waits, in order of arrival.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Queued<'_>> {
        let mut best_effort = self.best_effort.iter().peekable();
        let mut assured = self.assured.iter().peekable();
        core::iter::from_fn(move || match (best_effort.peek(), assured.peek()) {
            (Some(first), Some(second)) if second.arrival < first.arrival => assured.next(),
            (Some(_), _) => best_effort.next(),
            (None, _) => assured.next(),
        })
        .map(|waiting| Queued {
            outgoing: &waiting.outgoing,
            since: waiting.since,
            expires_at: waiting.expires_at,
        })
    }

    fn find_earliest(&self) -> Option<Instant> {
        let lanes = self.best_effort.iter().chain(&self.assured);
        lanes.filter_map(|waiting| waiting.expires_at).min()
    }
}

/// The report of a message that is dropped.
pub(crate) fn dropped(outgoing: Outgoing, why: Dropped) -> Report {
    Report::Dropped {
        tag: outgoing.tag,
        message: outgoing.message,
        why,
    }
}

/// The Message Expiry Interval.
fn expiry(message: &Message) -> Option<Duration> {
    let seconds = message.properties.as_ref().message_expiry_interval()?;
    Some(Duration::from_secs(seconds.into()))
}

fn size(outgoing: &Outgoing) -> u64 {
    let message = &outgoing.message;
    let properties = message.properties.as_ref().as_bytes().len();
    let extra = outgoing.extra.as_ref().as_bytes().len();
    (message.topic.len() + message.payload.len() + properties + extra) as u64
}
