//! What moved in the lab lately: packets setting out, measurements, the newest packets of each device.

use crate::packets::direction;
use core::time::Duration;
use midge_codec::{Packet, Publish};
use midge_session::Instant;
use midge_sim::World;
use midge_trace::{Record, Toward};
use midge_view::{DeviceId, Travel};
use std::collections::{BTreeMap, VecDeque};

/// Travels kept for the next answer; more than these are a flow and not dots.
const TRAVELS_MAX: usize = 64;

/// Packets on a device's card.
const PACKETS_MAX: usize = 12;

/// Points of a chart.
const POINTS_MAX: usize = 240;

/// Over so much virtual time the rate is an average.
const RATE_WINDOW: Duration = Duration::from_secs(10);

/// Publishes remembered for the rate; beyond, it is at least this many a window.
const RATE_MAX: usize = 4_096;

/// What moved lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct Activity {
    travels: VecDeque<Travel>,
    /// How many travels there ever were.
    travelled: u64,
    devices: BTreeMap<DeviceId, Recent>,
    publishes: VecDeque<Instant>,
}

#[derive(Clone, Debug, Default)]
struct Recent {
    packets: VecDeque<u64>,
    chart: VecDeque<(u64, f32)>,
}

impl Activity {
    /// Forgets everything but how many travels there were, so that readers keep their place.
    pub(crate) fn restart(&mut self) {
        *self = Self {
            travelled: self.travelled,
            ..Self::default()
        };
    }

    /// Learns from a record of the world that the journal holds as `seq`.
    pub(crate) fn note(&mut self, world: &World, seq: u64, record: &Record) {
        let packet = record.packet();
        let publish = match &packet {
            Some(Packet::Publish(publish)) => Some(publish),
            _ => None,
        };
        if publish.is_some() {
            push_bounded(&mut self.publishes, record.at, RATE_MAX);
        }
        let name = world.hop_name(record.hop);
        let Some(view) = world
            .devices()
            .find(|view| view.hop == Some(record.hop) || name == Some(view.device.name()))
        else {
            return;
        };
        let recent = self.devices.entry(view.id()).or_default();
        push_bounded(&mut recent.packets, seq, PACKETS_MAX);
        if let Some(value) = publish
            .filter(|publish| {
                record.toward == Toward::Broker && publish.topic == view.device.topic()
            })
            .and_then(measurement)
        {
            let at_ms = record.at.as_micros() / 1_000;
            push_bounded(&mut recent.chart, (at_ms, value), POINTS_MAX);
        }
        if let Some(packet_type) = record.packet_type() {
            let travel = Travel {
                seq,
                device: view.id(),
                direction: direction(record.toward),
                packet_type,
                qos: publish.map(|publish| publish.delivery.qos()),
            };
            push_bounded(&mut self.travels, travel, TRAVELS_MAX);
            self.travelled += 1;
        }
    }

    /// How many travels there ever were: where the next reading begins.
    pub(crate) fn travelled(&self) -> u64 {
        self.travelled
    }

    /// The newest travels since `from`.
    pub(crate) fn travels_since(&self, from: u64) -> Vec<Travel> {
        let count = self.travelled.saturating_sub(from);
        let skipped = (self.travels.len() as u64).saturating_sub(count);
        self.travels
            .iter()
            .skip(skipped as usize)
            .copied()
            .collect()
    }

    /// Publishes a virtual second on all wires, to a tenth.
    pub(crate) fn rate(&mut self, now: Instant) -> f32 {
        while self
            .publishes
            .front()
            .is_some_and(|at| now.since(*at) > RATE_WINDOW)
        {
            self.publishes.pop_front();
        }
        // Early in the day the window is as long as the day.
        let window = now
            .since(Instant::ZERO)
            .min(RATE_WINDOW)
            .as_secs_f32()
            .max(1.0);
        (self.publishes.len() as f32 / window * 10.0).round() / 10.0
    }

    /// The numbers of the newest packets on the wire of `device`, newest last.
    pub(crate) fn packets(&self, device: DeviceId) -> impl Iterator<Item = u64> {
        let recent = self.devices.get(&device);
        recent
            .into_iter()
            .flat_map(|recent| recent.packets.iter().copied())
    }

    /// What `device` measured: virtual milliseconds and value, newest last.
    pub(crate) fn chart(&self, device: DeviceId) -> Vec<(u64, f32)> {
        let recent = self.devices.get(&device);
        recent
            .map(|recent| recent.chart.iter().copied().collect())
            .unwrap_or_default()
    }
}

/// The payload as a number, or as 1 and 0 for what is on and off.
fn measurement(publish: &Publish<'_>) -> Option<f32> {
    let text = str::from_utf8(publish.payload.get(..publish.payload.len().min(32))?).ok()?;
    match text {
        "ON" => Some(1.0),
        "OFF" => Some(0.0),
        _ => text.parse().ok().filter(|value: &f32| value.is_finite()),
    }
}

fn push_bounded<T>(queue: &mut VecDeque<T>, item: T, most: usize) {
    if queue.len() >= most {
        queue.pop_front();
    }
    queue.push_back(item);
}
