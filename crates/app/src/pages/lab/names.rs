//! What devices and rooms are called, aloud and in print. Pure.

use crate::components::icon::Sign;
use crate::format;
use midge_view::{DeviceRow, DeviceState};

/// Where a device is: "Lamp, living room".
pub fn place(device: &DeviceRow) -> String {
    format!("{}, {}", device.name, device.room_name.to_lowercase())
}

/// What it is doing: "on, 60 %".
pub fn state(device: &DeviceRow) -> String {
    if !device.power {
        return "no power".to_owned();
    }
    let state = match device.state {
        DeviceState::Temperature(degrees) => format::celsius(degrees),
        DeviceState::Lamp {
            on: true,
            brightness,
        } => format!("on, {brightness} %"),
        DeviceState::Lamp { on: false, .. } => "off".to_owned(),
        DeviceState::Motion(true) => "detected".to_owned(),
        DeviceState::Motion(false) => "clear".to_owned(),
        DeviceState::Phone(messages) => format::plural(messages, "message", "messages"),
    };
    if device.online {
        state
    } else {
        format!("{state}, offline")
    }
}

/// The whole name of its control: "Lamp, living room, on, 60 %".
pub fn control(device: &DeviceRow) -> String {
    format!("{}, {}", place(device), state(device))
}

/// The few characters that stand beside it on the plan.
pub fn tag(device: &DeviceRow) -> String {
    match device.state {
        _ if !device.power => "no power".to_owned(),
        _ if !device.online => "offline".to_owned(),
        DeviceState::Temperature(degrees) => format::celsius(degrees).replace(" °C", "°"),
        DeviceState::Lamp {
            on: true,
            brightness,
        } => format!("{brightness} %"),
        DeviceState::Lamp { on: false, .. } => "off".to_owned(),
        DeviceState::Motion(true) => "motion".to_owned(),
        DeviceState::Motion(false) => "clear".to_owned(),
        DeviceState::Phone(messages) => format!("{} msg", format::count(messages)),
    }
}

/// The sign of its kind.
pub fn sign(device: &DeviceRow) -> Sign {
    match device.state {
        DeviceState::Temperature(_) => Sign::Temperature,
        DeviceState::Lamp { .. } => Sign::Lamp,
        DeviceState::Motion(_) => Sign::Motion,
        DeviceState::Phone(_) => Sign::Phone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::{DeviceId, RoomId};

    fn device(name: &str, state: DeviceState) -> DeviceRow {
        DeviceRow {
            id: DeviceId(0),
            name: name.to_owned(),
            room: RoomId(0),
            room_name: "Living room".to_owned(),
            place: (0.0, 0.0),
            state,
            power: true,
            online: true,
        }
    }

    #[test]
    fn a_device_is_named_with_its_room_and_its_state() {
        let lamp = device(
            "Lamp",
            DeviceState::Lamp {
                on: true,
                brightness: 60,
            },
        );
        assert_eq!(control(&lamp), "Lamp, living room, on, 60 %");
        let off = device(
            "Lamp",
            DeviceState::Lamp {
                on: false,
                brightness: 60,
            },
        );
        assert_eq!(control(&off), "Lamp, living room, off");
        let sensor = device("Temperature", DeviceState::Temperature(20.4));
        assert_eq!(control(&sensor), "Temperature, living room, 20.4 °C");
        assert_eq!(tag(&sensor), "20.4°");
        let motion = device("Motion", DeviceState::Motion(true));
        assert_eq!(control(&motion), "Motion, living room, detected");
        let phone = device("Phone", DeviceState::Phone(1));
        assert_eq!(control(&phone), "Phone, living room, 1 message");
        assert_eq!(tag(&phone), "1 msg");
    }

    #[test]
    fn power_and_connection_are_said_when_missing() {
        let lamp = device(
            "Lamp",
            DeviceState::Lamp {
                on: false,
                brightness: 60,
            },
        );
        let offline = DeviceRow {
            online: false,
            ..lamp.clone()
        };
        assert_eq!(control(&offline), "Lamp, living room, off, offline");
        let dark = DeviceRow {
            power: false,
            online: false,
            ..lamp
        };
        assert_eq!(control(&dark), "Lamp, living room, no power");
    }
}
