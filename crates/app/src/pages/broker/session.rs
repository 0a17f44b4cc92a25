//! One session of the broker in full.

use super::words;
use crate::components::badge::{QosBadge, RetainIcon};
use crate::components::chip::TopicChip;
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use crate::format;
use crate::hub::{Reply, use_session};
use crate::route::{Address, Page};
use midge_view::SessionDetail;
use yew::prelude::*;

/// Properties of [`SessionPane`].
#[derive(PartialEq, Properties)]
pub(super) struct SessionPaneProps {
    /// Whose session.
    pub client_id: String,
    /// Closes the pane.
    pub onclose: Callback<()>,
}

/// The pane.
#[component]
pub(super) fn SessionPane(props: &SessionPaneProps) -> Html {
    let reply = use_session(props.client_id.clone());
    html! {
        <section class="panel session" aria-label="Session">
            <header class="panel-head">
                <h2 class="grow session-id">{&props.client_id}</h2>
                <button type="button" class="icon-button" aria-label="Close the session"
                    onclick={props.onclose.reform(|_: MouseEvent| ())}><Icon sign={Sign::Close} /></button>
            </header>
            <div class="panel-body stack">
                { match &reply {
                    Reply::Here(detail) => html! { <SessionView detail={Same::from(detail)} /> },
                    Reply::Gone => html! { <p>{"This session has ended: the broker holds nothing of it any more."}</p> },
                    Reply::Waiting => Html::default(),
                } }
            </div>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct SessionViewProps {
    detail: Same<SessionDetail>,
}

#[component]
fn SessionView(props: &SessionViewProps) -> Html {
    let row = &props.detail.row;
    let fact = |name: &'static str, value: String| html! { <><dt>{name}</dt><dd>{value}</dd></> };
    let count = |number: u32| format::count(u64::from(number));
    html! {
        <>
            <p class="session-state">
                <span class="state-dot" data-state={words::state_key(row.state)} aria-hidden="true"></span>
                {&row.words}
            </p>
            <dl class="facts">
                if let Some(name) = &row.name { { fact("In the lab", name.clone()) } }
                { fact("Queued", format::plural(u64::from(row.queued), "message", "messages")) }
                { fact("In flight", format!("{} to the client, {} from it", count(row.inflight), count(row.incoming))) }
            </dl>
            <h3>{format::plural(props.detail.subscriptions.len() as u64, "subscription", "subscriptions")}</h3>
            <ul class="session-list">
                { for props.detail.subscriptions.iter().map(|subscription| html! {
                    <li key={subscription.filter.clone()} class="row">
                        <TopicChip topic={subscription.filter.clone()} />
                        <QosBadge qos={subscription.qos} />
                        <span class="muted">{options(subscription)}</span>
                    </li>
                }) }
            </ul>
            if let Some((topic, payload, qos, retain)) = &props.detail.will {
                <h3>{"Will"}</h3>
                <div class="row">
                    <TopicChip topic={topic.clone()} />
                    <QosBadge qos={*qos} />
                    if *retain { <RetainIcon /> }
                </div>
                <p class="mono session-will">{payload}</p>
            }
            <a class="button" href={packets_of(row.name.as_deref().unwrap_or(&row.client_id))}>{"Show its packets"}</a>
        </>
    }
}

fn options(subscription: &midge_view::SubscriptionRow) -> String {
    let mut words = subscription.options.clone();
    if let Some(identifier) = subscription.identifier {
        words.push(format!("identifier {identifier}"));
    }
    words.join(", ")
}

fn packets_of(client: &str) -> String {
    Address::of(Page::Packets).with("client", client).href()
}
