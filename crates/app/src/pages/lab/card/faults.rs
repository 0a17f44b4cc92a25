//! Power and link: what can break, and mending it.

use crate::components::icon::{Icon, Sign};
use crate::hub::use_act;
use midge_view::sim::LinkFault;
use midge_view::{Action, DeviceId, sim};
use yew::prelude::*;

/// Properties of [`FaultControls`].
#[derive(PartialEq, Properties)]
pub(super) struct FaultControlsProps {
    /// Whose.
    pub(super) device: DeviceId,
    /// Whether it has power.
    pub(super) power: bool,
    /// Whether its link stalls.
    pub(super) stalled: bool,
    /// Whether it is connected.
    pub(super) online: bool,
}

/// The plug, and the wire.
#[component]
pub(super) fn FaultControls(props: &FaultControlsProps) -> Html {
    let act = use_act();
    let FaultControlsProps {
        device,
        power,
        stalled,
        online,
    } = *props;
    let plug =
        act.reform(move |_: MouseEvent| Action::World(sim::Action::Power { device, on: !power }));
    let link = |fault: LinkFault| {
        act.reform(move |_: MouseEvent| Action::World(sim::Action::Link { device, fault }))
    };
    html! {
        <section class="card-section" aria-label="Power and wire">
            <h3>{"Power and wire"}</h3>
            <div class="row">
                <button type="button" class="button" aria-pressed={(!power).to_string()} onclick={plug}
                    title="Without power the connection is lost without a DISCONNECT: the broker sends the will">
                    <Icon sign={Sign::Power} />{if power { "Pull the plug" } else { "Plug in" }}
                </button>
                <button type="button" class="button" disabled={!online} onclick={link(LinkFault::Cut)}
                    title="The connection breaks at once; bytes under way are gone">
                    <Icon sign={Sign::Fault} />{"Cut the wire"}
                </button>
                <button type="button" class="button" aria-pressed={stalled.to_string()}
                    onclick={link(if stalled { LinkFault::Resume } else { LinkFault::Stall })}
                    title="Bytes wait; nobody notices before the Keep Alive has passed">
                    <Icon sign={Sign::Stall} />{if stalled { "Let bytes go on" } else { "Hold its bytes" }}
                </button>
            </div>
        </section>
    }
}
