//! The lab on a phone: the plan and the devices as tabs, and on the plan a line about what is chosen.

use super::card::SidePane;
use super::house::HouseView;
use super::names;
use super::selection::{Selection, use_selection};
use crate::components::icon::{Icon, Sign};
use crate::components::tabs::{Tab, Tabs};
use crate::format;
use crate::hub::use_house;
use midge_view::HouseAnswer;
use yew::prelude::*;

const PLAN: &str = "plan";
const DEVICES: &str = "devices";

/// The panes as tabs. Tapping the plan chooses and does not leave it: lamps are switched one after the other.
#[component]
pub(super) fn LabPanes() -> Html {
    let (selection, _) = use_selection();
    // A link to a device or a room leads to its card.
    let open = use_state_eq(|| match selection {
        Selection::Nothing => AttrValue::Static(PLAN),
        Selection::Device(_) | Selection::Room(_) => AttrValue::Static(DEVICES),
    });
    let house = use_house();
    let chosen = house.here().and_then(|house| chosen(house, selection));
    let label = chosen
        .as_ref()
        .map_or("Devices", |chosen| chosen.name.as_str());
    let tabs = vec![
        Tab {
            key: PLAN.into(),
            label: "Plan".into(),
        },
        Tab {
            key: DEVICES.into(),
            label: label.to_owned().into(),
        },
    ];
    let onopen = {
        let open = open.setter();
        Callback::from(move |key| open.set(key))
    };
    let is_plan = *open == PLAN;
    let ondetails = onopen.reform(|_: MouseEvent| AttrValue::Static(DEVICES));
    html! {
        <div class="lab-panes">
            <Tabs label="Panes" {tabs} open={(*open).clone()} {onopen} />
            if is_plan {
                <div class="lab-pane" role="tabpanel" aria-label="Plan" key={PLAN}>
                    <HouseView />
                    { brief(chosen.as_ref(), ondetails) }
                </div>
            } else {
                <div class="lab-pane" role="tabpanel" aria-label={label.to_owned()} key={DEVICES}><SidePane /></div>
            }
        </div>
    }
}

/// What is chosen, in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Chosen {
    sign: Sign,
    name: String,
    state: String,
}

fn chosen(house: &HouseAnswer, selection: Selection) -> Option<Chosen> {
    match selection {
        Selection::Nothing => None,
        Selection::Device(id) => {
            let device = house.devices.iter().find(|device| device.id == id)?;
            Some(Chosen {
                sign: names::sign(device),
                name: names::place(device),
                state: names::state(device),
            })
        }
        Selection::Room(id) => {
            let room = house.rooms.iter().find(|room| room.id == id)?;
            Some(Chosen {
                sign: Sign::Lab,
                name: room.name.clone(),
                state: format::celsius(room.temperature),
            })
        }
    }
}

/// Beneath the plan: what is chosen and the way to its card, or what to do.
fn brief(chosen: Option<&Chosen>, ondetails: Callback<MouseEvent>) -> Html {
    match chosen {
        Some(chosen) => html! {
            <div class="lab-brief">
                <Icon sign={chosen.sign} size={20} />
                <div class="grow">
                    <p class="lab-brief-name">{&chosen.name}</p>
                    <p class="muted">{&chosen.state}</p>
                </div>
                <button type="button" class="button" aria-label={format!("Details of {}", chosen.name)} onclick={ondetails}>{"Details"}</button>
            </div>
        },
        None => html! {
            <div class="lab-brief">
                <p class="grow"><strong>{"Tap a lamp."}</strong>
                    {" The phone publishes a message, the broker routes it, and the lamp obeys and reports back."}</p>
                <button type="button" class="button" onclick={ondetails}>{"All devices"}</button>
            </div>
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::{DeviceId, DeviceRow, DeviceState, Rect, RoomId, RoomRow};

    fn house() -> HouseAnswer {
        HouseAnswer {
            bounds: Rect::default(),
            broker: (0.0, 0.0),
            rooms: vec![RoomRow {
                id: RoomId(1),
                name: "Hall".to_owned(),
                rect: Rect::default(),
                temperature: 18.5,
                window: None,
                window_open: None,
                heater: (0.0, 0.0),
                heating: None,
            }],
            doors: Vec::new(),
            devices: vec![DeviceRow {
                id: DeviceId(4),
                name: "Lamp".to_owned(),
                room: RoomId(1),
                room_name: "Hall".to_owned(),
                place: (0.0, 0.0),
                state: DeviceState::Lamp {
                    on: true,
                    brightness: 35,
                },
                power: true,
                online: true,
            }],
            person: (0.0, 0.0, RoomId(1)),
            outdoor: 5.0,
            daylight: 1.0,
            travels: Vec::new(),
            rate: 0.0,
        }
    }

    #[test]
    fn what_is_chosen_is_said_in_a_line() {
        let said = |selection| {
            let chosen = chosen(&house(), selection)?;
            Some(format!("{}: {}", chosen.name, chosen.state))
        };
        let lamp = said(Selection::Device(DeviceId(4)));
        assert_eq!(lamp.as_deref(), Some("Lamp, hall: on, 35 %"));
        let room = said(Selection::Room(RoomId(1)));
        assert!(room.is_some_and(|room| room.starts_with("Hall: 18.5")));
    }

    #[test]
    fn what_is_not_in_the_house_is_not_chosen() {
        for selection in [
            Selection::Nothing,
            Selection::Device(DeviceId(9)),
            Selection::Room(RoomId(9)),
        ] {
            assert_eq!(chosen(&house(), selection), None);
        }
    }
}
