//! Passwords whose check takes long: a host may do that work beside the broker's.
//!
//! A hash that is worth its name takes a tenth of a second, in which nobody else would be served. A host
//! that asks for it is given such a check as a value ([`Check`]), runs it where it likes, and brings the
//! result back. The connection waits meanwhile: what it sends stays unread, its deadline for CONNECT goes
//! on, and if it closes, the check is forgotten. A host that does not ask has passwords checked at once.

use crate::{
    Broker, CloseReason, ConnId, Limit, Link, Stage,
    access::{self, Credentials},
    connect::{OPENING_PACKET_SIZE_MAX, busy},
    users::Attempt,
};
use alloc::{collections::VecDeque, vec::Vec};
use bytes::Bytes;
use midge_codec::{ByteString, Connect, Packet, Reason, Version};
use midge_session::Instant;

/// One password to check.
#[derive(Clone, Debug)]
pub struct Check {
    conn: ConnId,
    number: u64,
    attempt: Attempt,
}

/// What came out of a [`Check`].
#[derive(Clone, Copy, Debug)]
pub struct Checked {
    conn: ConnId,
    number: u64,
    is_right: bool,
}

impl Check {
    /// Whose password it is.
    pub fn conn(&self) -> ConnId {
        self.conn
    }

    /// Checks it, which takes as long as whoever hashed the password wanted.
    pub fn run(&self) -> Checked {
        Checked {
            conn: self.conn,
            number: self.number,
            is_right: self.attempt.succeeds(),
        }
    }
}

/// A CONNECT that waits for the check of its password.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// The frame of the CONNECT.
    connect: Bytes,
    version: Version,
    /// Of the check that counts.
    number: u64,
    /// Bytes that came with the CONNECT and since.
    waiting: usize,
}

/// The checks that the host has not taken yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checks {
    is_on: bool,
    /// In the order of the CONNECTs.
    waiting: VecDeque<Check>,
    /// How many there have been.
    begun: u64,
}

impl Checks {
    pub(crate) fn are_handed_out(&self) -> bool {
        self.is_on
    }
}

impl Broker {
    /// From here on passwords whose check takes long are not checked by the broker: the host polls for
    /// them after each verb, and answers each by [`Self::handle_checked`].
    pub fn hand_out_checks(&mut self) {
        self.checks.is_on = true;
    }

    /// The next password to check, in the order of the CONNECTs. Those of connections that have ended
    /// are not among them.
    pub fn poll_check(&mut self) -> Option<Check> {
        self.checks.waiting.pop_front()
    }

    /// A password was checked: the client is let in or refused, and what it has sent since its CONNECT
    /// is read. The result is ignored if the connection has ended, or if the users have changed since:
    /// there is another check to poll then.
    pub fn handle_checked(&mut self, now: Instant, checked: Checked) {
        let Checked { conn, number, .. } = checked;
        let Some(pending) = self.take_pending(conn, |pending| pending.number == number) else {
            return;
        };
        let decoded = midge_codec::decode(&pending.connect, pending.version);
        if let Ok(Packet::Connect(connect)) = decoded {
            let judged = checked.is_right.then_some(()).ok_or(access::WRONG);
            self.conclude(now, conn, &connect, judged);
        }
        self.read(now, conn, 0);
        self.close_stuck(now);
    }

    /// A CONNECT waits for its password to be checked, unless too many do.
    pub(crate) fn begin_check(
        &mut self,
        now: Instant,
        conn: ConnId,
        frame: &Bytes,
        connect: &Connect<'_>,
        attempt: Attempt,
    ) {
        if self.checks.waiting.len() as u64 >= u64::from(self.config.limits.max_password_checks) {
            self.count_limit(Limit::PasswordChecks, ByteString::from(connect.client_id));
            return self.turn_away(now, conn, connect, busy(connect.version));
        }
        let number = self.enqueue_check(conn, attempt);
        let pending = Pending {
            connect: Bytes::copy_from_slice(frame),
            version: connect.version,
            number,
            waiting: 0,
        };
        self.set_stage(conn, Stage::Check(pending));
    }

    fn enqueue_check(&mut self, conn: ConnId, attempt: Attempt) -> u64 {
        self.checks.begun += 1;
        let number = self.checks.begun;
        self.checks.waiting.push_back(Check {
            conn,
            number,
            attempt,
        });
        number
    }

    /// Other users are in force: what is checked by those before says nothing.
    pub(crate) fn begin_checks_anew(&mut self, now: Instant) {
        self.checks.waiting.clear();
        let number_of = |link: &Link| match link {
            Link::Opening(opening) => match &opening.stage {
                Stage::Check(pending) => Some(pending.number),
                Stage::Connect | Stage::Exchange(_) => None,
            },
            Link::Online(_) => None,
        };
        let links = self.links.iter();
        let pending = links.filter_map(|(&conn, link)| Some((number_of(link)?, conn)));
        let mut pending: Vec<(u64, ConnId)> = pending.collect();
        pending.sort_unstable();
        for (_, conn) in pending {
            let Some(pending) = self.take_pending(conn, |_| true) else {
                continue;
            };
            let decoded = midge_codec::decode(&pending.connect, pending.version);
            let Ok(Packet::Connect(connect)) = decoded else {
                continue;
            };
            match access::credentials(&self.config, connect.user_name, connect.password) {
                Credentials::Judged(judged) => {
                    self.conclude(now, conn, &connect, judged);
                    self.read(now, conn, 0);
                }
                Credentials::Password(attempt) => {
                    let number = self.enqueue_check(conn, attempt);
                    self.set_stage(conn, Stage::Check(Pending { number, ..pending }));
                }
            }
        }
    }

    /// Takes what waits for a check, if it is the one that is meant.
    fn take_pending(
        &mut self,
        conn: ConnId,
        is_meant: impl FnOnce(&Pending) -> bool,
    ) -> Option<Pending> {
        let Some(Link::Opening(opening)) = self.links.get_mut(&conn) else {
            return None;
        };
        match core::mem::take(&mut opening.stage) {
            Stage::Check(pending) if is_meant(&pending) => Some(pending),
            other => {
                opening.stage = other;
                None
            }
        }
    }

    fn set_stage(&mut self, conn: ConnId, stage: Stage) {
        if let Some(Link::Opening(opening)) = self.links.get_mut(&conn) {
            opening.stage = stage;
        }
    }

    /// A connection ends before it was let in.
    pub(crate) fn forget_check(&mut self, conn: ConnId) {
        self.checks.waiting.retain(|check| check.conn != conn);
    }

    /// What a connection may send before it is let in is bounded: its CONNECT, one packet of the largest
    /// kind, and as much again as a driver reads at once.
    pub(crate) fn bound_waiting(&mut self, conn: ConnId, count: usize) {
        let most = self.config.limits.max_packet_size;
        let Some(Link::Opening(opening)) = self.links.get_mut(&conn) else {
            return;
        };
        let Stage::Check(pending) = &mut opening.stage else {
            return;
        };
        pending.waiting = pending.waiting.saturating_add(count);
        if pending.waiting as u64 > u64::from(most) + 2 * u64::from(OPENING_PACKET_SIZE_MAX) {
            let what = "more bytes behind CONNECT than are kept until it is answered";
            self.leave_unknown(conn, CloseReason::violation(Reason::QuotaExceeded, what));
        }
    }
}
