//! Doing actions.

use super::World;
use crate::{Action, LinkFault, Publication};
use core::fmt;
use midge_client::Command as ClientCommand;
use midge_codec::{ByteString, Message, PropertiesBuf, QoS, Reason};
use midge_devices::{Command, DeviceId, RoomId};

/// Why an action was not done: nothing changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionRefused {
    /// There is no such device.
    UnknownDevice,
    /// There is no such room.
    UnknownRoom,
    /// The room has no window.
    NoWindow,
    /// The device does not take this command.
    NotObeyed,
    /// The device has no button.
    NoButton,
    /// The device has no power.
    Unpowered,
    /// There is no connection to break.
    NotConnected,
    /// The device's client refused.
    Client(midge_client::Refused),
}

impl fmt::Display for ActionRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownDevice => f.write_str("there is no such device"),
            Self::UnknownRoom => f.write_str("there is no such room"),
            Self::NoWindow => f.write_str("the room has no window"),
            Self::NotObeyed => f.write_str("the device does not take this command"),
            Self::NoButton => f.write_str("the device has no button"),
            Self::Unpowered => f.write_str("the device has no power"),
            Self::NotConnected => f.write_str("the device has no connection"),
            Self::Client(refused) => refused.fmt(f),
        }
    }
}

impl core::error::Error for ActionRefused {}

impl From<midge_client::Refused> for ActionRefused {
    fn from(refused: midge_client::Refused) -> Self {
        Self::Client(refused)
    }
}

impl World {
    /// Does something to the world at [`World::now`]. What follows from it takes its time: run on.
    pub fn act(&mut self, action: Action) -> Result<(), ActionRefused> {
        self.dispatch(action.clone())?;
        self.record_deed(action);
        self.settle();
        Ok(())
    }

    fn dispatch(&mut self, action: Action) -> Result<(), ActionRefused> {
        let now = self.elapsed();
        match action {
            Action::Command { device, command } => self.command_device(device, &command),
            Action::Press { device } => {
                self.powered(device)?;
                let pressed = self.house.press(now, device);
                pressed.then_some(()).ok_or(ActionRefused::NoButton)
            }
            Action::Walk { room } => {
                self.known_room(room)?;
                self.house.walk(now, room);
                Ok(())
            }
            Action::Window { room, open } => {
                let room = self.known_room(room)?;
                room.window.ok_or(ActionRefused::NoWindow)?;
                self.house.open_window(now, room.id, open);
                Ok(())
            }
            Action::Heat { room, on } => {
                self.known_room(room)?;
                self.house.switch_heater(now, room, on);
                Ok(())
            }
            Action::Power { device, on } => self.switch_power(device, on),
            Action::Link { device, fault } => self.break_link(device, fault),
            Action::Publish {
                device,
                publication,
            } => self.publish(device, publication),
            Action::Subscribe {
                device,
                filter,
                qos,
            } => self.subscribe(device, filter, qos),
            Action::Unsubscribe { device, filter } => self.unsubscribe(device, filter),
            Action::Connection { device, on } => {
                let command = if on {
                    ClientCommand::Connect
                } else {
                    ClientCommand::Disconnect {
                        reason: Reason::Success,
                    }
                };
                self.ask_client(device, command)
            }
        }
    }

    fn known_room(
        &self,
        room: RoomId,
    ) -> Result<&'static midge_devices::plan::RoomPlan, ActionRefused> {
        let plan = self.house.plan();
        plan.room(room).ok_or(ActionRefused::UnknownRoom)
    }

    fn powered(&self, id: DeviceId) -> Result<(), ActionRefused> {
        let device = self.house.device(id).ok_or(ActionRefused::UnknownDevice)?;
        let powered = device.is_powered();
        powered.then_some(()).ok_or(ActionRefused::Unpowered)
    }

    fn ask_client(&mut self, id: DeviceId, command: ClientCommand) -> Result<(), ActionRefused> {
        self.powered(id)?;
        let now = self.now;
        let node = self.node_mut(id.0).ok_or(ActionRefused::UnknownDevice)?;
        node.client.command(now, command)?;
        self.touched.insert(id.0);
        Ok(())
    }

    /// The phone publishes the command: the device obeys when the message reaches it.
    fn command_device(&mut self, id: DeviceId, command: &Command) -> Result<(), ActionRefused> {
        self.house.device(id).ok_or(ActionRefused::UnknownDevice)?;
        let message = self.house.compose(id, command);
        let message = message.ok_or(ActionRefused::NotObeyed)?;
        let phone = self.house.phone().ok_or(ActionRefused::UnknownDevice)?;
        self.ask_client(phone, ClientCommand::Publish(message))
    }

    fn publish(&mut self, id: DeviceId, publication: Publication) -> Result<(), ActionRefused> {
        let Publication {
            topic,
            payload,
            qos,
            retain,
        } = publication;
        let message = Message::new(topic, payload, qos, retain);
        self.ask_client(id, ClientCommand::Publish(message))
    }

    fn subscribe(
        &mut self,
        id: DeviceId,
        filter: ByteString,
        qos: QoS,
    ) -> Result<(), ActionRefused> {
        let request = midge_client::SubscribeRequest {
            filter: filter.clone(),
            options: qos.into(),
        };
        let command = ClientCommand::Subscribe {
            filters: vec![request],
            properties: PropertiesBuf::new(),
        };
        self.ask_client(id, command)?;
        if let Some(node) = self.node_mut(id.0) {
            node.remember(filter, qos);
        }
        Ok(())
    }

    fn unsubscribe(&mut self, id: DeviceId, filter: ByteString) -> Result<(), ActionRefused> {
        let command = ClientCommand::Unsubscribe {
            filters: vec![filter.clone()],
        };
        self.ask_client(id, command)?;
        if let Some(node) = self.node_mut(id.0) {
            node.forget(&filter);
        }
        Ok(())
    }

    /// Pulling the plug sends nothing at all: the broker finds out by its Keep Alive timer.
    fn switch_power(&mut self, id: DeviceId, on: bool) -> Result<(), ActionRefused> {
        let device = self.house.device(id).ok_or(ActionRefused::UnknownDevice)?;
        if device.is_powered() == on {
            return Ok(());
        }
        let (now, elapsed) = (self.now, self.elapsed());
        self.house.switch_power(elapsed, id, on);
        let node = self.node_mut(id.0).ok_or(ActionRefused::UnknownDevice)?;
        let hop = node.hop;
        if on {
            node.power_up(now);
        } else {
            node.power_down();
        }
        self.touched.insert(id.0);
        if !on && let Some(hop) = hop {
            if let Some(link) = self.links.get_mut(&hop) {
                link.lose_client();
            }
            self.reschedule(hop);
        }
        Ok(())
    }

    fn break_link(&mut self, id: DeviceId, fault: LinkFault) -> Result<(), ActionRefused> {
        let now = self.now;
        let node = self.node_mut(id.0).ok_or(ActionRefused::UnknownDevice)?;
        let hop = node.hop;
        match fault {
            LinkFault::Cut => {
                let hop = hop.filter(|hop| self.links.contains_key(hop));
                self.cut(hop.ok_or(ActionRefused::NotConnected)?);
                return Ok(());
            }
            LinkFault::CutAfter(packet) => node.cut_after = Some(packet),
            LinkFault::Stall => node.stalled = true,
            LinkFault::Resume => node.stalled = false,
        }
        let stalled = node.stalled;
        if let Some(hop) = hop
            && let Some(link) = self.links.get_mut(&hop)
        {
            if stalled {
                link.stall();
            } else {
                link.resume(now);
            }
            self.reschedule(hop);
        }
        Ok(())
    }
}
