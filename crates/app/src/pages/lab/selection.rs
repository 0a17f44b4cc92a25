//! What is chosen on the plan, kept in the address so that reload, back and forward find it.

use crate::route::Address;
use crate::router::use_router;
use midge_view::{DeviceId, RoomId};
use yew::prelude::*;

/// What is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// Nothing.
    #[default]
    Nothing,
    /// A device.
    Device(DeviceId),
    /// A room.
    Room(RoomId),
}

impl Selection {
    /// Reads `?device=3` or `?room=1`.
    pub fn of(address: &Address) -> Self {
        let number = |name| address.parameter(name).and_then(|text| text.parse().ok());
        if let Some(device) = number("device") {
            Self::Device(DeviceId(device))
        } else if let Some(room) = number("room") {
            Self::Room(RoomId(room))
        } else {
            Self::Nothing
        }
    }

    /// The address with this choice.
    pub fn on(self, address: Address) -> Address {
        let address = address.with("device", "").with("room", "");
        match self {
            Self::Nothing => address,
            Self::Device(device) => address.with("device", device.0.to_string()),
            Self::Room(room) => address.with("room", room.0.to_string()),
        }
    }
}

/// What is chosen, and the way to choose.
#[hook]
pub fn use_selection() -> (Selection, Callback<Selection>) {
    let router = use_router();
    let selection = Selection::of(&router.address);
    let choose = use_callback(router, |choice: Selection, router| {
        let address = choice.on(router.address.clone());
        if address != router.address {
            router.replace(address);
        }
    });
    (selection, choose)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::Page;

    #[test]
    fn a_choice_survives_the_address() {
        for choice in [
            Selection::Nothing,
            Selection::Device(DeviceId(3)),
            Selection::Room(RoomId(0)),
        ] {
            let address = choice.on(Selection::Room(RoomId(9)).on(Address::of(Page::Lab)));
            assert_eq!(Selection::of(&Address::parse(&address.href())), choice);
        }
    }

    #[test]
    fn nonsense_chooses_nothing() {
        let address = Address::parse("#/lab?device=lamp");
        assert_eq!(Selection::of(&address), Selection::Nothing);
    }
}
