//! The chosen topic: what is retained, what RETAIN said on each hop, who would get a message.

use crate::components::badge::{DirectionArrow, QosBadge, RetainIcon};
use crate::components::chip::TopicChip;
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use crate::components::tabs::{Tab, Tabs};
use crate::components::why_list::WhyList;
use crate::format;
use crate::hub::{use_retain, use_why};
use crate::route::{self, Address, Page};
use midge_view::{
    QoS, RetainAnswer, RetainHop, RetainNext, RetainSubscription, StoredMessage, Thought, WhyOf,
};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Properties of [`TopicPane`].
#[derive(PartialEq, Properties)]
pub(super) struct TopicPaneProps {
    /// The chosen topic.
    pub topic: Option<String>,
    /// Whether it is one of the lab's broker.
    pub is_lab: bool,
    /// Lets go of it.
    pub onclose: Callback<()>,
}

/// The pane.
#[component]
pub(super) fn TopicPane(props: &TopicPaneProps) -> Html {
    let open = use_state_eq(|| AttrValue::from("retain"));
    let Some(topic) = props.topic.clone().filter(|topic| !topic.is_empty()) else {
        return html! {
            <section class="topic-pane" aria-label="Topic">
                <p class="topic-hint muted">{"Choose a topic to see what the broker stores for it, what the RETAIN bit said on each hop, and who would get a message published to it."}</p>
            </section>
        };
    };
    let tabs = [("retain", "Retained"), ("who", "Who would get it?")].map(|(key, label)| Tab {
        key: key.into(),
        label: label.into(),
    });
    let onopen = {
        let open = open.setter();
        Callback::from(move |key: AttrValue| open.set(key))
    };
    html! {
        <section class="topic-pane" aria-label="Topic">
            <header class="topic-head">
                <h2 class="mono">{&topic}</h2>
                <a class="button quiet" href={route::packets(&midge_view::about_topic(&topic)).href()}>{"Show its packets"}</a>
                <button type="button" class="icon-button" aria-label="Close the topic"
                    onclick={props.onclose.reform(|_: MouseEvent| ())}><Icon sign={Sign::Close} /></button>
            </header>
            if props.is_lab {
                <Tabs label="Topic" tabs={tabs.to_vec()} open={(*open).clone()} {onopen} />
                if *open == "who" { <WouldGet {topic} /> } else { <RetainTruth {topic} /> }
            } else {
                <p class="topic-hint muted">{"Only its broker knows what it stores for this topic and who subscribes to it. Subscribe in the Workbench: what is retained comes at once, with RETAIN set."}</p>
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct OfTopicProps {
    topic: String,
}

/// Who would get a message that is published to the topic.
#[component]
fn WouldGet(props: &OfTopicProps) -> Html {
    let qos = use_state_eq(|| QoS::AtLeastOnce);
    let reply = use_why(WhyOf::Thought(Thought {
        topic: props.topic.clone(),
        qos: *qos,
        retain: false,
        publisher: None,
    }));
    let onchange = {
        let qos = qos.setter();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            let named = QoS::ALL
                .into_iter()
                .find(|qos| (*qos as u8).to_string() == value);
            qos.set(named.unwrap_or(QoS::AtLeastOnce));
        })
    };
    html! {
        <div class="topic-body" role="tabpanel" aria-label="Who would get it?">
            <label class="row topic-qos">{"Published at QoS "}
                <select class="select" aria-label="Published at QoS" {onchange}>
                    { for QoS::ALL.into_iter().map(|level| html! {
                        <option value={(level as u8).to_string()} selected={*qos == level}>{level as u8}</option>
                    }) }
                </select>
            </label>
            if let Some(answer) = reply.here() { <WhyList answer={Same::from(answer)} bare=true /> }
        </div>
    }
}

/// The truth about RETAIN for the topic.
#[component]
fn RetainTruth(props: &OfTopicProps) -> Html {
    let reply = use_retain(props.topic.clone());
    let body = reply.here().map(|answer| truth(answer)).unwrap_or_default();
    html! { <div class="topic-body" role="tabpanel" aria-label="Retained">{body}</div> }
}

fn truth(answer: &RetainAnswer) -> Html {
    html! {
        <>
            <h3>{"Stored at the broker"}</h3>
            { match &answer.stored {
                Some(stored) => stored_message(stored),
                None => html! { <p class="muted">{"Nothing. A message published with RETAIN would be kept here, the last one of the topic."}</p> },
            } }
            <h3>{"What the next subscriber gets"}</h3>
            <div class="scroll-x">
                <table class="table" aria-label="Next subscriber">
                    <thead><tr><th scope="col">{"Retain Handling"}</th><th scope="col">{"Asks for QoS 0, 1, 2"}</th><th scope="col">{"Gets"}</th></tr></thead>
                    <tbody>{ for answer.next.iter().map(next) }</tbody>
                </table>
            </div>
            <h3>{"Subscriptions that match"}</h3>
            { subscriptions(&answer.subscriptions) }
            <h3>{"RETAIN on each hop, newest first"}</h3>
            if answer.hops.is_empty() {
                <p class="muted">{"No packet of this topic is in the log."}</p>
            } else {
                <ul class="retain-hops" aria-label="Hops">{ for answer.hops.iter().map(hop) }</ul>
            }
        </>
    }
}

fn stored_message(stored: &StoredMessage) -> Html {
    html! {
        <>
            <p class="stored-payload mono">{&stored.preview}</p>
            <p class="row stored-facts">
                <QosBadge qos={stored.qos} /><RetainIcon />
                <span>{format::bytes(stored.size.into())}</span>
                <span>{format!("set {}", format::ago(stored.age_ms))}</span>
                <span>{match stored.expires_in_ms {
                    Some(left) => format!("expires in {}", format::span(left)),
                    None => "never expires".to_owned(),
                }}</span>
                <span>{match &stored.publisher {
                    Some(name) => format!("by {name}"),
                    None => "by the broker itself".to_owned(),
                }}</span>
            </p>
        </>
    }
}

/// Retain Handling in words.
fn handling(next: &RetainNext) -> &'static str {
    match (next.handling, next.is_first) {
        (0, _) => "0: send at every subscribe",
        (1, true) => "1: send if new, and it is new",
        (1, false) => "1: send if new, and it is not",
        _ => "2: do not send",
    }
}

fn next(next: &RetainNext) -> Html {
    html! {
        <tr key={handling(next)}>
            <td>{handling(next)}</td>
            <td class="next-qos">{ for next.gets.iter().map(|gets| match gets {
                Some(qos) => html! { <QosBadge qos={*qos} /> },
                None => html! { <span class="muted" aria-label="nothing">{"\u{2013}"}</span> },
            }) }</td>
            <td>{&next.words}</td>
        </tr>
    }
}

fn subscriptions(rows: &[RetainSubscription]) -> Html {
    if rows.is_empty() {
        return html! { <p class="muted">{"None: a message published to it reaches nobody."}</p> };
    }
    html! {
        <ul class="matching" aria-label="Matching subscriptions">
            { for rows.iter().map(|row| html! {
                <li key={format!("{} {}", row.client_id, row.filter)}>
                    <b>{row.name.as_ref().unwrap_or(&row.client_id)}</b>
                    <TopicChip topic={row.filter.clone()} />
                    <QosBadge qos={row.qos} />
                    <span>{as_published(row)}</span>
                </li>
            }) }
        </ul>
    }
}

/// What Retain As Published makes of the next message that is published with RETAIN.
fn as_published(row: &RetainSubscription) -> String {
    let option = if row.retain_as_published { "on" } else { "off" };
    format!(
        "Retain As Published {option}, Retain Handling {}. What is published with RETAIN it gets as: {}",
        row.retain_handling, row.gets
    )
}

fn hop(hop: &RetainHop) -> Html {
    let packet = &hop.packet;
    let address = Address::of(Page::Packets).with("packet", packet.seq.to_string());
    html! {
        <li key={packet.seq}>
            <span class="retain-bit" data-set={packet.retain.then_some("true")}>{if packet.retain { "1" } else { "0" }}</span>
            <DirectionArrow direction={packet.direction} />
            <span class="retain-client">{&packet.client}</span>
            if let Some(qos) = packet.qos { <QosBadge {qos} /> }
            <span class="retain-words">{&hop.words}</span>
            <a href={address.href()}>{format!("packet {}", format::count(packet.seq))}</a>
        </li>
    }
}
