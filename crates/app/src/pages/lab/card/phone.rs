//! The phone: what it received, and what its client can be told to do.

use crate::components::badge::{QosBadge, RetainIcon};
use crate::components::chip::TopicChip;
use crate::components::icon::{Icon, Sign};
use crate::components::problem::ProblemBox;
use crate::format;
use crate::hub::{use_act, use_deed};
use bytes::Bytes;
use midge_view::{Action, DeviceId, InboxRow, QoS, sim};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Properties of [`PhoneControls`].
#[derive(PartialEq, Properties)]
pub(super) struct PhoneControlsProps {
    /// The phone.
    pub(super) device: DeviceId,
    /// Newest last.
    pub(super) inbox: Vec<InboxRow>,
    /// Its filters.
    pub(super) subscribes: Vec<(String, QoS)>,
}

/// Inbox, subscriptions, publishing.
#[component]
pub(super) fn PhoneControls(props: &PhoneControlsProps) -> Html {
    html! {
        <>
            <SubscribeForm device={props.device} />
            <Filters device={props.device} subscribes={props.subscribes.clone()} />
            <PublishForm device={props.device} />
            <Inbox rows={props.inbox.clone()} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    device: DeviceId,
}

/// The level that a select holds.
fn level(select: &NodeRef) -> QoS {
    let value = select
        .cast::<HtmlSelectElement>()
        .map(|select| select.value());
    value
        .and_then(|value| value.parse().ok())
        .and_then(QoS::from_bits)
        .unwrap_or_default()
}

fn text(input: &NodeRef) -> String {
    input
        .cast::<HtmlInputElement>()
        .map(|input| input.value())
        .unwrap_or_default()
}

fn qos_select(id: &'static str, node: &NodeRef) -> Html {
    html! {
        <div class="field phone-qos">
            <label for={id}>{"QoS"}</label>
            <select {id} ref={node.clone()}>
                { for QoS::ALL.iter().map(|qos| {
                    let level = (*qos as u8).to_string();
                    html! { <option value={level.clone()} selected={*qos == QoS::default()}>{level}</option> }
                }) }
            </select>
        </div>
    }
}

#[component]
fn SubscribeForm(props: &FormProps) -> Html {
    let (filter, qos) = (use_node_ref(), use_node_ref());
    let deed = use_deed(Callback::noop());
    let onsubmit = {
        let (filter, qos, act, device) =
            (filter.clone(), qos.clone(), deed.act.clone(), props.device);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            act.emit(Action::World(sim::Action::Subscribe {
                device,
                filter: text(&filter).into(),
                qos: level(&qos),
            }));
        })
    };
    html! {
        <form class="card-section phone-form" aria-label="Subscribe with the phone" {onsubmit}>
            <div class="field grow">
                <label for="phone-filter">{"Topic filter"}</label>
                <input id="phone-filter" class="mono" ref={filter} placeholder="home/+/temperature" autocomplete="off" spellcheck="false" required={true} />
            </div>
            { qos_select("phone-filter-qos", &qos) }
            <button type="submit" class="button" disabled={deed.busy}>{"Subscribe"}</button>
            if let Some(Err(problem)) = &deed.ending {
                <ProblemBox problem={problem.clone()} />
            }
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct FiltersProps {
    device: DeviceId,
    subscribes: Vec<(String, QoS)>,
}

#[component]
fn Filters(props: &FiltersProps) -> Html {
    let act = use_act();
    let device = props.device;
    html! {
        <ul class="phone-filters" aria-label="The phone's subscriptions">
            { for props.subscribes.iter().map(|(filter, qos)| {
                let name = filter.clone();
                let onclick = act.reform(move |_: MouseEvent| {
                    Action::World(sim::Action::Unsubscribe { device, filter: name.clone().into() })
                });
                html! {
                    <li key={filter.clone()}>
                        <TopicChip topic={filter.clone()} />
                        <QosBadge qos={*qos} />
                        <button type="button" class="icon-button" aria-label={format!("Unsubscribe from {filter}")} {onclick}>
                            <Icon sign={Sign::Close} />
                        </button>
                    </li>
                }
            }) }
        </ul>
    }
}

#[component]
fn PublishForm(props: &FormProps) -> Html {
    let (topic, payload, qos, retain) = (
        use_node_ref(),
        use_node_ref(),
        use_node_ref(),
        use_node_ref(),
    );
    let deed = use_deed(Callback::noop());
    let onsubmit = {
        let (topic, payload, qos, retain) =
            (topic.clone(), payload.clone(), qos.clone(), retain.clone());
        let (act, device) = (deed.act.clone(), props.device);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let retain = retain
                .cast::<HtmlInputElement>()
                .is_some_and(|input| input.checked());
            act.emit(Action::World(sim::Action::Publish {
                device,
                publication: sim::Publication {
                    topic: text(&topic).into(),
                    payload: Bytes::from(text(&payload)),
                    qos: level(&qos),
                    retain,
                },
            }));
        })
    };
    html! {
        <form class="card-section phone-form" aria-label="Publish with the phone" {onsubmit}>
            <div class="field grow">
                <label for="phone-topic">{"Topic"}</label>
                <input id="phone-topic" class="mono" ref={topic} placeholder="home/livingroom/light/set" autocomplete="off" spellcheck="false" required={true} />
            </div>
            { qos_select("phone-topic-qos", &qos) }
            <div class="field grow">
                <label for="phone-payload">{"Payload"}</label>
                <input id="phone-payload" class="mono" ref={payload} placeholder="ON" autocomplete="off" spellcheck="false" />
            </div>
            <label class="check phone-retain"><input type="checkbox" ref={retain} />{"Retain"}</label>
            <button type="submit" class="button" disabled={deed.busy}>{"Publish"}</button>
            if let Some(Err(problem)) = &deed.ending {
                <ProblemBox problem={problem.clone()} />
            }
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct InboxProps {
    rows: Vec<InboxRow>,
}

#[component]
fn Inbox(props: &InboxProps) -> Html {
    html! {
        <section class="card-section" aria-label="Inbox">
            <h3>{"Inbox"}</h3>
            if props.rows.is_empty() {
                <p class="muted">{"Messages that match its subscriptions arrive here. Subscribe to "}<code>{"home/#"}</code>{" to hear the whole house."}</p>
            }
            <ul class="inbox">
                { for props.rows.iter().rev().map(|row| html! {
                    <li>
                        <span class="muted mono small">{format::clock(row.at_ms)}</span>
                        <span class="inbox-topic mono">{&row.topic}</span>
                        <span class="inbox-signs">
                            <QosBadge qos={row.qos} />
                            if row.retain { <RetainIcon /> }
                        </span>
                        <span class="inbox-payload mono">{&row.preview}</span>
                    </li>
                }) }
            </ul>
        </section>
    }
}
