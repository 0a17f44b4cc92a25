//! The floor plan with what happens on it, and the legend beneath.

use super::legend::Legend;
use super::motion::Traffic;
use super::plan::PlanDrawing;
use super::selection::{Selection, use_selection};
use super::touch::Touch;
use crate::hub::{Reply, use_act, use_frame, use_house};
use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use midge_view::{Action, DeviceState, HouseAnswer, sim};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// The region "Floor plan".
#[component]
pub fn HouseView() -> Html {
    let reply = use_house();
    let paused = use_frame().here().is_some_and(|frame| frame.clock.paused);
    let (selection, choose) = use_selection();
    let act = use_act();
    let traffic = use_traffic(&reply);
    use_escape(selection, choose.clone());
    let house = reply.here().cloned();
    let ontouch = use_callback(
        (house.clone().map(Held), act, choose),
        |touch: Touch, (house, act, choose)| {
            if let Some(Held(house)) = house {
                handle(&touch, house, act, choose);
            }
        },
    );
    html! {
        <section class="house" aria-label="Floor plan">
            if let Some(house) = house {
                <div class="plan-frame">
                    <PlanDrawing house={Rc::clone(&house)} traffic={(*traffic).clone()} now={now()} {selection} {paused} {ontouch} />
                </div>
                <Legend outdoor={house.outdoor} daylight={house.daylight} rate={house.rate} />
            } else {
                <div class="plan-frame plan-starting"><p class="muted">{"The house is waking up…"}</p></div>
            }
        </section>
    }
}

/// Compared by pointer: the callback is made again only for another answer.
#[derive(Clone)]
struct Held(Rc<HouseAnswer>);

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Does what a touch means. A lamp is only asked: it shows what its own report says.
fn handle(
    touch: &Touch,
    house: &HouseAnswer,
    act: &Callback<Action>,
    choose: &Callback<Selection>,
) {
    match touch {
        Touch::Device(id) => {
            choose.emit(Selection::Device(*id));
            let device = house.devices.iter().find(|device| device.id == *id);
            if let Some(DeviceState::Lamp { on, .. }) = device.map(|device| device.state) {
                act.emit(Action::World(sim::Action::Command {
                    device: *id,
                    command: sim::Command::Switch(!on),
                }));
            }
        }
        Touch::Room(id) => choose.emit(Selection::Room(*id)),
        Touch::Window(id) => {
            let room = house.rooms.iter().find(|room| room.id == *id);
            if let Some(open) = room.and_then(|room| room.window_open) {
                act.emit(Action::World(sim::Action::Window {
                    room: *id,
                    open: !open,
                }));
            }
        }
    }
}

/// Milliseconds of the page's own clock, for motion only.
fn now() -> f64 {
    js_sys::Date::now()
}

/// The packets of the last second, and a new drawing when they have settled.
#[hook]
fn use_traffic(reply: &Reply<HouseAnswer>) -> Rc<Traffic> {
    let kept = use_mut_ref(Traffic::default);
    let settle = use_force_update();
    let house = reply.here().cloned().map(Held);
    let traffic = {
        use_memo(house, |house| {
            let mut traffic = kept.borrow_mut();
            if let Some(Held(house)) = house {
                traffic.add(now(), &house.travels);
            }
            traffic.clone()
        })
    };
    let wait = traffic.settles_in(now()).map(|wait| wait.ceil());
    use_effect_with((Rc::as_ptr(&traffic), wait.is_some()), move |_| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // At most a second.
        let timeout = wait.map(|wait| Timeout::new(wait as u32, move || settle.force_update()));
        move || drop(timeout)
    });
    traffic
}

/// Esc lets go of what is chosen.
#[hook]
fn use_escape(selection: Selection, choose: Callback<Selection>) {
    use_effect_with((selection, choose), |(selection, choose)| {
        let listener = (*selection != Selection::Nothing).then(|| {
            let choose = choose.clone();
            EventListener::new(&gloo::utils::document(), "keydown", move |event| {
                let escape = event
                    .dyn_ref::<KeyboardEvent>()
                    .is_some_and(|event| event.key() == "Escape" && !event.default_prevented());
                let dialog = gloo::utils::document().query_selector("dialog[open]");
                if escape && dialog.is_ok_and(|dialog| dialog.is_none()) {
                    choose.emit(Selection::Nothing);
                }
            })
        });
        move || drop(listener)
    });
}
