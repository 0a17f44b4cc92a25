//! What a goal looks at: the witness, the broker, and since when the step is under way.

use crate::witness::{Learner, Published, Report, Witness};
use midge_codec::topic;
use midge_devices::{Device, DeviceId, PHONE_SUBSCRIPTIONS};
use midge_sim::{HopOwner, World};
use midge_trace::HopId;

/// A predicate: what was seen when it is reached, or what is still missing.
pub(crate) type Goal = fn(&Scene<'_>) -> Result<String, String>;

/// What a goal looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) world: &'a World,
    pub(crate) witness: &'a Witness,
    /// The number of the first packet after the step's turn came.
    pub(crate) since: u64,
}

/// A filter that a learner's connected client holds by the learner's own will.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<'a> {
    /// The filter as compared: without what makes it shared.
    pub(crate) filter: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) hop: HopId,
}

impl<'a> Scene<'a> {
    /// The device of the house that publishes on `topic`.
    pub(crate) fn device(&self, topic: &str) -> Option<&'a Device> {
        let mut devices = self.world.house().devices().iter();
        devices.find(|device| device.topic() == topic)
    }

    /// Every filter that learners hold in the broker, without those that the phone has by itself.
    pub(crate) fn held(&self) -> Vec<Held<'a>> {
        let mut held = Vec::new();
        for session in self.world.broker().sessions() {
            let Some(connection) = session.connection else {
                continue;
            };
            let hop = HopId(connection.conn.0);
            let by_itself: &[&str] = match self.world.hop_owner(hop) {
                Some(HopOwner::Port) => &[],
                Some(HopOwner::Device(id)) if self.is_phone(id) => &PHONE_SUBSCRIPTIONS,
                _ => continue,
            };
            let subscriptions = self.world.broker().subscriptions(session.client_id);
            held.extend(
                subscriptions
                    .map(|subscription| &**subscription.filter)
                    .filter(|filter| !by_itself.contains(filter))
                    .map(|filter| Held {
                        filter: topic::split_shared(filter).map_or(filter, |(_, filter)| filter),
                        client_id: session.client_id,
                        hop,
                    }),
            );
        }
        held
    }

    fn is_phone(&self, id: DeviceId) -> bool {
        self.world.house().phone() == Some(id)
    }

    /// The learner behind a filter, and the number of the packet that subscribed to it.
    pub(crate) fn learner(&self, held: &Held<'_>) -> Option<(&'a Learner, u64)> {
        let learner = self.witness.learner(held.hop)?;
        let subscribed = learner.subscribed.get(held.filter).copied();
        Some((learner, subscribed.unwrap_or(0)))
    }

    /// The newest message that a learner published since the step's turn came and that `wanted` takes.
    pub(crate) fn published(&self, wanted: impl Fn(&Published) -> bool) -> Option<&'a Published> {
        let learners = self.witness.learners();
        learners
            .flat_map(|learner| learner.published.iter())
            .filter(|published| published.seq >= self.since && wanted(published))
            .max_by_key(|published| published.seq)
    }

    /// What a device answered to a learner's deed since the step's turn came.
    pub(crate) fn answer(&self, device: DeviceId) -> Option<&'a Report> {
        let answer = self.witness.answer(device)?;
        (answer.seq >= self.since).then_some(answer)
    }
}
