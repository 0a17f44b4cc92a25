//! Whose a hop of the lab is.

use midge_sim::{HopOwner, World};
use midge_trace::HopId;
use midge_trace::ladder::Client;
use midge_view::{ConnectionId, DeviceId};
use std::collections::BTreeMap;

/// A client of the lab: what tells it from all others, and its name.
#[derive(Clone, Debug, Default)]
pub(super) struct Whose {
    pub(super) key: String,
    pub(super) name: String,
}

impl Whose {
    pub(super) fn client(&self) -> Client<'_> {
        Client {
            key: &self.key,
            name: &self.name,
        }
    }

    pub(super) fn device(id: DeviceId, name: &str) -> Self {
        Self {
            key: format!("device {}", id.0),
            name: name.to_owned(),
        }
    }

    /// A client about which only its name is known.
    pub(super) fn named(name: &str) -> Self {
        Self {
            key: format!("name {name}"),
            name: name.to_owned(),
        }
    }
}

/// The client of a hop: a device, a connection of the Workbench whatever its profile is called, or a
/// guest by its name.
pub(super) fn whose(
    world: &World,
    ports: &BTreeMap<HopId, ConnectionId>,
    hop: HopId,
) -> Option<Whose> {
    let name = world.hop_name(hop)?;
    Some(match (world.hop_owner(hop), ports.get(&hop)) {
        (Some(HopOwner::Device(id)), _) => Whose::device(id, name),
        (_, Some(ConnectionId(id))) => Whose {
            key: format!("connection {id}"),
            name: name.to_owned(),
        },
        _ => Whose::named(name),
    })
}
