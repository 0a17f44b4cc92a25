//! A device's card: state, controls, firmware's view, packets, chart, power, link.

use super::CardHead;
use super::faults::FaultControls;
use super::lamp::LampControls;
use super::phone::PhoneControls;
use super::wire::WirePackets;
use crate::components::badge::QosBadge;
use crate::components::chip::TopicChip;
use crate::hub::{Reply, use_device};
use crate::pages::lab::chart::Chart;
use crate::pages::lab::names;
use midge_view::{DeviceCard, DeviceId, DeviceState};
use yew::prelude::*;

/// Properties of [`DeviceCardView`].
#[derive(PartialEq, Properties)]
pub(super) struct DeviceCardProps {
    /// Which device.
    pub(super) id: DeviceId,
    /// Lets go of it.
    pub(super) onclose: Callback<()>,
}

/// The region "Device".
#[component]
pub(super) fn DeviceCardView(props: &DeviceCardProps) -> Html {
    let reply = use_device(props.id);
    let content = match &reply {
        Reply::Here(card) => body(card, &props.onclose),
        Reply::Waiting => Html::default(),
        Reply::Gone => html! {
            <p class="card-section muted">{"There is no such device in this house."}</p>
        },
    };
    html! { <section class="card" aria-label="Device">{content}</section> }
}

fn body(card: &DeviceCard, onclose: &Callback<()>) -> Html {
    let row = &card.row;
    html! {
        <>
            <CardHead title={names::place(row)} lines={vec![card.client.clone().into(), format!("client id {}", card.client_id).into()]}
                sign={names::sign(row)} onclose={onclose.clone()} />
            <p class="card-state" data-offline={(!row.online).then_some("true")}>{names::state(row)}</p>
            { match row.state {
                DeviceState::Lamp { on, brightness } => html! { <LampControls device={row.id} {on} {brightness} /> },
                DeviceState::Phone(_) => html! { <PhoneControls device={row.id} inbox={card.inbox.clone()}
                    subscribes={card.subscribes.clone()} /> },
                DeviceState::Temperature(_) => html! {
                    <div class="card-section">
                        <Chart label="Measured temperature" points={card.chart.clone()} unit="degrees Celsius" />
                    </div>
                },
                DeviceState::Motion(_) => html! {
                    <p class="card-section muted">{"It sees the person when they move in its room. Choose a room's floor to send them there."}</p>
                },
            } }
            <Firmware publishes={card.publishes.clone()} subscribes={card.subscribes.clone()} will={card.will.clone()} />
            <WirePackets client={card.packets.first().map(|row| row.client.clone())} rows={card.packets.clone()} />
            <FaultControls device={row.id} power={row.power} stalled={card.stalled} online={row.online} />
            <Notes lines={card.notes.clone()} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct FirmwareProps {
    publishes: Vec<String>,
    subscribes: Vec<(String, midge_view::QoS)>,
    will: Option<(String, String)>,
}

/// What its firmware speaks.
#[component]
fn Firmware(props: &FirmwareProps) -> Html {
    html! {
        <section class="card-section" aria-label="What it speaks">
            <h3>{"What it speaks"}</h3>
            <dl class="speaks">
                if !props.publishes.is_empty() {
                    <dt>{"publishes"}</dt>
                    <dd>{ for props.publishes.iter().map(|topic| html! { <TopicChip topic={topic.clone()} /> }) }</dd>
                }
                if !props.subscribes.is_empty() {
                    <dt>{"subscribes"}</dt>
                    <dd>{ for props.subscribes.iter().map(|(filter, qos)| html! {
                        <span class="speaks-filter"><TopicChip topic={filter.clone()} /><QosBadge qos={*qos} /></span>
                    }) }</dd>
                }
                if let Some((topic, payload)) = &props.will {
                    <dt>{"will"}</dt>
                    <dd><span class="speaks-filter"><TopicChip topic={topic.clone()} /><code>{payload}</code></span></dd>
                }
            </dl>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct NotesProps {
    lines: Vec<String>,
}

/// What the firmware says about itself.
#[component]
fn Notes(props: &NotesProps) -> Html {
    if props.lines.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card-section" aria-label="Notes of the firmware">
            <h3>{"Notes of the firmware"}</h3>
            <ul class="notes">{ for props.lines.iter().map(|line| html! { <li>{line}</li> }) }</ul>
        </section>
    }
}
