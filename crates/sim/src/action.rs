//! Everything a person, a lesson or a fuzzer can do to the world.

use bytes::Bytes;
use midge_codec::{ByteString, PacketType, QoS};
use midge_devices::{Command, DeviceId, RoomId};
use serde::{Deserialize, Serialize};

/// One deed, serialisable: a scenario is a seed and a list of these with their times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // `device` is the same everywhere.
pub enum Action {
    /// Somebody uses the phone to command `device`: the phone publishes to its `set` topic.
    Command { device: DeviceId, command: Command },
    /// Somebody presses the button on the device itself.
    Press { device: DeviceId },
    /// The person goes to a room; motion sensors see it.
    Walk { room: RoomId },
    /// Opens or closes the window of a room, which changes how fast it cools.
    Window { room: RoomId, open: bool },
    /// Sets the room's heater on or off.
    Heat { room: RoomId, on: bool },
    /// Plugs in or pulls the plug: without power the connection is lost without a DISCONNECT.
    Power { device: DeviceId, on: bool },
    /// Breaks or mends the link of a device.
    Link { device: DeviceId, fault: LinkFault },
    /// The client of `device` (the phone, usually) publishes.
    Publish {
        device: DeviceId,
        publication: Publication,
    },
    /// The client of `device` subscribes.
    Subscribe {
        device: DeviceId,
        filter: ByteString,
        qos: QoS,
    },
    /// The client of `device` unsubscribes.
    Unsubscribe {
        device: DeviceId,
        filter: ByteString,
    },
    /// The client of `device` sends DISCONNECT and stays away (`on: false`), or comes back.
    Connection { device: DeviceId, on: bool },
}

/// What to publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Topic name.
    pub topic: ByteString,
    /// Payload.
    pub payload: Bytes,
    /// QoS.
    pub qos: QoS,
    /// RETAIN.
    pub retain: bool,
}

/// What can happen to a link, which is a byte stream on TCP: it never loses or reorders bytes, it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkFault {
    /// The connection breaks at once; bytes under way are gone.
    Cut,
    /// The connection breaks right after the next packet of this type was delivered.
    CutAfter(PacketType),
    /// Bytes wait from here on.
    Stall,
    /// Waiting bytes go on.
    Resume,
}
