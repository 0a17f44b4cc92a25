//! One direction of a link: a byte stream that takes time, and can stall or lead nowhere.

use bytes::Bytes;
use core::time::Duration;
use midge_codec::PacketType;
use midge_devices::Random;
use midge_session::Instant;
use std::collections::VecDeque;

/// From one end to the other.
const LATENCY: Duration = Duration::from_millis(4);
/// What is added to the latency at most, by chance.
const JITTER: Duration = Duration::from_millis(3);
/// Bytes a second that leave the sender.
const RATE: u64 = 1_000_000;
/// The most bytes that travel in one piece.
const SEGMENT_MAX: usize = 16 * 1024;
/// One of so many short pieces is cut in two on its way, because streams know no packets.
const SPLIT_ONE_IN: u64 = 4;
/// What the sender's system takes when nobody reads at the other end, in bytes.
const SOCKET_BUFFER: usize = 64 * 1024;

/// What travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// The other end is there: the transport opens.
    Open,
    /// A piece of the stream, and the packet that ends with it.
    Bytes {
        bytes: Bytes,
        ends: Option<PacketType>,
    },
    /// Nothing follows.
    Close,
}

impl Load {
    fn len(&self) -> usize {
        match self {
            Self::Bytes { bytes, .. } => bytes.len(),
            Self::Open | Self::Close => 0,
        }
    }
}

/// What happened on a pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// So many bytes left the sender.
    Departed(usize),
    /// This came out at the other end.
    Arrived(Load),
}

/// A byte stream in one direction. Nothing overtakes: it is TCP.
#[derive(Clone, Debug)]
pub(crate) struct Pipe {
    random: Random,
    /// In the sender's buffer.
    waiting: VecDeque<Load>,
    /// When the first of them has left it.
    departs: Instant,
    /// Under way, with the times of arrival, which never decrease.
    flying: VecDeque<(Instant, Load)>,
    stalled: bool,
    /// How many more bytes vanish before the sender's system takes no more; `None` when somebody
    /// listens at the other end.
    vanishing: Option<usize>,
}

impl Pipe {
    pub(crate) fn new(random: Random, stalled: bool) -> Self {
        Self {
            random,
            waiting: VecDeque::new(),
            departs: Instant::ZERO,
            flying: VecDeque::new(),
            stalled,
            vanishing: None,
        }
    }

    /// Puts bytes into the sender's buffer; `ends` is the type of the packet that ends with them.
    pub(crate) fn send(&mut self, now: Instant, mut bytes: Bytes, ends: Option<PacketType>) {
        while bytes.len() > SEGMENT_MAX {
            let piece = bytes.split_to(SEGMENT_MAX);
            self.push(
                now,
                Load::Bytes {
                    bytes: piece,
                    ends: None,
                },
            );
        }
        if bytes.len() > 1 && self.random.below(SPLIT_ONE_IN) == 0 {
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            let at = usize::try_from(self.random.between(1, length - 1)).unwrap_or(1);
            let piece = bytes.split_to(at);
            self.push(
                now,
                Load::Bytes {
                    bytes: piece,
                    ends: None,
                },
            );
        }
        self.push(now, Load::Bytes { bytes, ends });
    }

    /// Puts something into the sender's buffer.
    pub(crate) fn push(&mut self, now: Instant, load: Load) {
        self.waiting.push_back(load);
        if self.waiting.len() == 1 {
            self.begin_departure(now);
        }
    }

    fn begin_departure(&mut self, now: Instant) {
        if let Some(load) = self.waiting.front() {
            let length = u64::try_from(load.len()).unwrap_or(u64::MAX);
            self.departs = now + Duration::from_micros(length.saturating_mul(1_000_000) / RATE);
        }
    }

    /// When [`Pipe::advance`] has something to tell.
    pub(crate) fn next(&self) -> Option<Instant> {
        if self.stalled {
            return None;
        }
        let departure = self.waiting.front().and_then(|load| {
            let fits = self.vanishing.is_none_or(|room| load.len() <= room);
            fits.then_some(self.departs)
        });
        let arrival = self.flying.front().map(|(at, _)| *at);
        departure.into_iter().chain(arrival).min()
    }

    /// The next thing that happened up to `now`.
    pub(crate) fn advance(&mut self, now: Instant) -> Option<Progress> {
        if self.next()? > now {
            return None;
        }
        if self.flying.front().is_some_and(|(at, _)| *at <= now) {
            return Some(Progress::Arrived(self.flying.pop_front()?.1));
        }
        let load = self.waiting.pop_front()?;
        let length = load.len();
        match &mut self.vanishing {
            Some(room) => *room -= length,
            None => {
                let jitter = u64::try_from(JITTER.as_micros()).unwrap_or(0);
                let delay = LATENCY + Duration::from_micros(self.random.between(0, jitter));
                let earliest = self.flying.back().map_or(Instant::ZERO, |(at, _)| *at);
                self.flying.push_back(((now + delay).max(earliest), load));
            }
        }
        self.begin_departure(now);
        Some(Progress::Departed(length))
    }

    /// From here on bytes wait, wherever they are.
    pub(crate) fn stall(&mut self) {
        self.stalled = true;
    }

    /// Waiting bytes go on.
    pub(crate) fn resume(&mut self, now: Instant) {
        if !core::mem::take(&mut self.stalled) {
            return;
        }
        self.begin_departure(now);
        for (at, _) in &mut self.flying {
            *at = (*at).max(now);
        }
    }

    /// The sender is gone: what it had not sent never leaves, what is under way arrives.
    pub(crate) fn lose_sender(&mut self) {
        self.waiting.clear();
    }

    /// The receiver is gone without a word: the sender's system takes some bytes, and then no more.
    pub(crate) fn lose_receiver(&mut self) {
        self.flying.clear();
        self.vanishing = Some(SOCKET_BUFFER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipe() -> Pipe {
        Pipe::new(Random::new(1, 0), false)
    }

    fn bytes(length: usize) -> Bytes {
        Bytes::from(vec![7; length])
    }

    /// Everything that happens, with its times.
    fn drain(pipe: &mut Pipe) -> Vec<(Instant, Progress)> {
        let mut seen = Vec::new();
        while let Some(at) = pipe.next() {
            seen.push((at, pipe.advance(at).unwrap()));
        }
        seen
    }

    fn arrived(seen: &[(Instant, Progress)]) -> usize {
        let lengths = seen.iter().map(|(_, progress)| match progress {
            Progress::Arrived(load) => load.len(),
            Progress::Departed(_) => 0,
        });
        lengths.sum()
    }

    #[test]
    fn bytes_arrive_in_order_after_the_latency_and_every_byte_departs_once() {
        let mut pipe = pipe();
        for _ in 0..50 {
            pipe.send(Instant::ZERO, bytes(10), Some(PacketType::Publish));
        }
        let seen = drain(&mut pipe);
        let departed: usize = seen
            .iter()
            .map(|(_, progress)| match progress {
                Progress::Departed(length) => *length,
                Progress::Arrived(_) => 0,
            })
            .sum();
        assert_eq!((departed, arrived(&seen)), (500, 500));
        assert!(seen.is_sorted_by_key(|(at, _)| *at));
        let first = seen.iter().find(|(_, p)| matches!(p, Progress::Arrived(_)));
        assert!(first.unwrap().0 >= Instant::ZERO + LATENCY);
        let whole = |(_, p): &&(Instant, Progress)| {
            matches!(p, Progress::Arrived(Load::Bytes { ends: Some(_), .. }))
        };
        assert_eq!(seen.iter().filter(whole).count(), 50);
        assert!(seen.len() > 100, "some packets were cut in two");
    }

    #[test]
    fn a_megabyte_takes_a_second() {
        let mut pipe = pipe();
        pipe.send(Instant::ZERO, bytes(1_000_000), None);
        let end = drain(&mut pipe).last().unwrap().0;
        assert!(end >= Instant::from_secs(1) && end < Instant::from_millis(1_010));
    }

    #[test]
    fn nothing_moves_while_stalled_and_everything_afterwards() {
        let mut pipe = pipe();
        pipe.send(Instant::ZERO, bytes(10), None);
        assert!(matches!(
            pipe.advance(Instant::from_millis(1)),
            Some(Progress::Departed(_))
        ));
        pipe.stall();
        pipe.send(Instant::from_millis(2), bytes(10), None);
        assert_eq!(pipe.next(), None);
        assert_eq!(pipe.advance(Instant::from_secs(9)), None);
        pipe.resume(Instant::from_secs(10));
        let seen = drain(&mut pipe);
        assert_eq!(arrived(&seen), 20);
        assert!(seen.iter().all(|(at, _)| *at >= Instant::from_secs(10)));
    }

    #[test]
    fn a_sender_without_a_receiver_gets_rid_of_a_socket_buffer_and_no_more() {
        let mut pipe = pipe();
        pipe.lose_receiver();
        pipe.send(Instant::ZERO, bytes(200 * 1024), None);
        let seen = drain(&mut pipe);
        assert_eq!(arrived(&seen), 0);
        assert_eq!(seen.len(), SOCKET_BUFFER / SEGMENT_MAX);
    }
}
