//! A node: a device's client, and what it does between the firmware and the link.

use core::time::Duration;
use midge_client::{Client, Config, Reconnect, SubscribeRequest, Will};
use midge_codec::{ByteString, PacketType, PropertiesBuf, QoS, Version};
use midge_devices::{Device, DeviceId, Kind};
use midge_session::Instant;
use midge_trace::HopId;

/// Keep Alive of every device, in seconds: the broker misses an unplugged one after 45.
pub(crate) const KEEP_ALIVE: u16 = 30;
/// Filters that a device remembers.
const SUBSCRIPTIONS: usize = 100;
/// Between two devices' first connects, so that a learner can follow them.
const BOOT_GAP: Duration = Duration::from_millis(150);
/// From power to the first connect.
const BOOT: Duration = Duration::from_millis(400);

/// A device's client.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) id: DeviceId,
    pub(crate) client: Client,
    /// When it connects after it got power.
    pub(crate) boot_at: Option<Instant>,
    /// Its connection, or the one that it lost with its power and the broker still believes in.
    pub(crate) hop: Option<HopId>,
    /// What it subscribes to whenever the broker holds no session of it.
    pub(crate) subscriptions: Vec<(ByteString, QoS)>,
    /// Whether bytes wait on its links.
    pub(crate) stalled: bool,
    /// The packet type after whose next delivery its link breaks.
    pub(crate) cut_after: Option<PacketType>,
    config: Config,
    seed: u64,
    boots: u64,
}

impl Node {
    /// The client of `device`, which boots soon after the world starts.
    pub(crate) fn new(device: &Device, world_seed: u64) -> Self {
        let wishes = device.wishes();
        let config = Config {
            // Sensors are old hardware; lamps and phones were made after 2019.
            version: match device.kind() {
                Kind::Temperature | Kind::Motion => Version::V311,
                Kind::Lamp | Kind::Phone => Version::V5,
            },
            client_id: wishes.client_id,
            keep_alive: KEEP_ALIVE,
            will: Some(Will {
                message: wishes.will,
                delay: 0,
            }),
            reconnect: Some(Reconnect {
                first: Duration::from_secs(1),
                longest: Duration::from_secs(15),
            }),
            ..Config::default()
        };
        let seed = world_seed.wrapping_add(u64::from(device.id().0) << 32);
        Self {
            id: device.id(),
            client: Client::new(config.clone(), seed),
            boot_at: Some(Instant::ZERO + BOOT + BOOT_GAP * device.id().0),
            hop: None,
            subscriptions: wishes.subscriptions,
            stalled: false,
            cut_after: None,
            config,
            seed,
            boots: 0,
        }
    }

    /// It got power: firmware and client start from nothing.
    pub(crate) fn power_up(&mut self, now: Instant) {
        self.boots += 1;
        self.boot_at = Some(now + BOOT);
    }

    /// It lost its power, and what it had in memory with it.
    pub(crate) fn power_down(&mut self) {
        self.boot_at = None;
        let seed = self.seed.wrapping_add(self.boots + 1);
        self.client = Client::new(self.config.clone(), seed);
    }

    /// When it wants to be called.
    pub(crate) fn next_time(&self) -> Option<Instant> {
        let timer = self.client.poll_timeout().map(|deadline| deadline.at);
        self.boot_at.into_iter().chain(timer).min()
    }

    /// Its subscriptions as one command; `None` when it has none.
    pub(crate) fn subscribe_all(&self) -> Option<midge_client::Command> {
        let requests = self.subscriptions.iter();
        let filters: Vec<SubscribeRequest> = requests
            .map(|(filter, qos)| SubscribeRequest {
                filter: filter.clone(),
                options: (*qos).into(),
            })
            .collect();
        (!filters.is_empty()).then_some(midge_client::Command::Subscribe {
            filters,
            properties: PropertiesBuf::new(),
        })
    }

    /// Subscribes to `filter` at every connect from here on; the oldest of too many is forgotten.
    pub(crate) fn remember(&mut self, filter: ByteString, qos: QoS) {
        self.forget(&filter);
        if self.subscriptions.len() == SUBSCRIPTIONS {
            self.subscriptions.remove(0);
        }
        self.subscriptions.push((filter, qos));
    }

    pub(crate) fn forget(&mut self, filter: &str) {
        self.subscriptions.retain(|(held, _)| *held != *filter);
    }
}
