//! The lab: the house and its broker at work.

pub mod card;
pub mod chart;
pub mod furniture;
pub mod geometry;
pub mod house;
pub mod labels;
pub mod legend;
pub mod motion;
pub mod names;
mod panes;
pub mod plan;
pub mod scale;
pub mod selection;
pub mod touch;

use crate::components::measure::use_narrow;
use crate::components::splitter::Splitter;
use card::SidePane;
use house::HouseView;
use panes::LabPanes;
use yew::prelude::*;

/// The lab's page: the plan, and beside it what is chosen on it; on a phone both are tabs.
#[component]
pub fn LabPage() -> Html {
    let narrow = use_narrow();
    html! {
        <div class="page lab">
            <h1 class="visually-hidden">{"Lab"}</h1>
            if narrow {
                <LabPanes />
            } else {
                <Splitter name="lab" label="the device pane" initial={376.0} least={320.0} rest={480.0}
                    first={html! { <HouseView /> }}
                    second={html! { <SidePane /> }} />
            }
        </div>
    }
}
