//! A broker with scripted peers, who speak in packets or in bytes.

use super::words::*;
use core::{
    ops::{Deref, DerefMut},
    time::Duration,
};
use midge_broker::{
    Config,
    scripted::{Item, Scripted},
};
use midge_codec::{
    AckKind, Connect, Packet, Properties, Property, Publish, QoS, Reason, SubscriptionOptions,
    Version, Will,
};

pub(super) use midge_broker::scripted::{Peer, hello, id, publication, quiet};

/// Scripted peers whose inboxes are read in the conformance tests' words.
pub(super) struct Bench(Scripted);

impl Deref for Bench {
    type Target = Scripted;

    fn deref(&self) -> &Scripted {
        &self.0
    }
}

impl DerefMut for Bench {
    fn deref_mut(&mut self) -> &mut Scripted {
        &mut self.0
    }
}

/// A will of QoS 0 on the topic `will`.
pub(super) fn last_words(payload: &'static str) -> Will<'static> {
    Will {
        qos: Q0,
        retain: false,
        topic: "will",
        payload: payload.as_bytes(),
        properties: Properties::EMPTY,
    }
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(quiet())
    }

    pub(super) fn with(config: Config) -> Self {
        Self(Scripted::with(config))
    }

    /// Opens, sends CONNECT, and gives what came back.
    pub(super) fn connect(&mut self, connect: &Connect<'_>) -> (Peer, Vec<String>) {
        let peer = self.open(connect.version);
        self.send(peer, &Packet::Connect(*connect));
        (peer, self.take(peer))
    }

    /// A client with a clean session.
    pub(super) fn join(&mut self, version: Version, client_id: &str) -> Peer {
        let (peer, answer) = self.connect(&hello(version, client_id));
        assert_eq!(answer, ["CONNACK 0x00"]);
        peer
    }

    /// A client that resumes its session, or starts one that is kept.
    pub(super) fn keep(&mut self, version: Version, client_id: &str) -> (Peer, Vec<String>) {
        let hour = list([Property::SessionExpiryInterval(3_600)]);
        self.connect(&Connect {
            clean_start: false,
            properties: match version {
                Version::V311 => Properties::EMPTY,
                Version::V5 => hour.as_ref(),
            },
            ..hello(version, client_id)
        })
    }

    /// Subscribes with packet identifier 1.
    pub(super) fn subscribe(
        &mut self,
        peer: Peer,
        filter: &str,
        options: impl Into<SubscriptionOptions>,
    ) -> Vec<String> {
        self.subscribe_with(peer, &[(filter, options.into())], Properties::EMPTY)
    }

    /// Subscribes to several filters with packet identifier 1.
    pub(super) fn subscribe_with(
        &mut self,
        peer: Peer,
        filters: &[(&str, SubscriptionOptions)],
        properties: Properties<'_>,
    ) -> Vec<String> {
        self.send_subscribe(peer, filters, properties);
        self.take(peer)
    }

    /// Unsubscribes with packet identifier 2.
    pub(super) fn unsubscribe(&mut self, peer: Peer, filters: &[&str]) -> Vec<String> {
        self.send_unsubscribe(peer, filters);
        self.take(peer)
    }

    pub(super) fn publish_with(
        &mut self,
        peer: Peer,
        topic: &str,
        qos: QoS,
        properties: Properties<'_>,
    ) {
        let publish = Publish {
            properties,
            ..publication(topic, "x", qos)
        };
        self.send(peer, &Packet::Publish(publish));
    }

    pub(super) fn ack(&mut self, peer: Peer, kind: AckKind, packet_id: u16) {
        self.ack_with(peer, kind, packet_id, Reason::Success);
    }

    /// DISCONNECT with a reason.
    pub(super) fn leave(&mut self, peer: Peer, reason: Reason, properties: Properties<'_>) {
        self.disconnect(peer, reason, properties);
    }

    /// Time passes, in seconds.
    pub(super) fn pass(&mut self, seconds: u64) {
        self.0.pass(Duration::from_secs(seconds));
    }

    /// Everything that a peer received since the last time, in words; "CLOSE" is the end.
    pub(super) fn take(&mut self, peer: Peer) -> Vec<String> {
        self.items(peer)
            .into_iter()
            .map(|item| match item {
                Item::Frame(frame) => {
                    let packet = midge_codec::decode(&frame, peer.version);
                    words(&packet.expect("a broker sends legal packets"), peer.version)
                }
                Item::Close => "CLOSE".to_string(),
            })
            .collect()
    }
}
