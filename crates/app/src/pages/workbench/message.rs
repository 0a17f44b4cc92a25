//! The chosen message: where it came from, its payload, its properties.

use super::environment::offset_minutes;
use super::words;
use crate::components::badge::{DupIcon, QosBadge, RetainIcon};
use crate::components::chip::TopicChip;
use crate::components::escape::on_escape;
use crate::components::icon::{Icon, Sign};
use crate::components::payload_panel::PayloadPanel;
use crate::components::same::Same;
use crate::hub::{Reply, use_message};
use bytes::Bytes;
use midge_view::{ConnectionId, MessageDetail};
use yew::prelude::*;

/// Properties of [`MessagePane`].
#[derive(PartialEq, Properties)]
pub(super) struct MessagePaneProps {
    /// Whose message.
    pub connection: ConnectionId,
    /// Its index.
    pub index: u64,
    /// Whether its time is the lab's.
    pub lab: bool,
    /// Closes the pane.
    pub onclose: Callback<()>,
}

/// The pane.
#[component]
pub(super) fn MessagePane(props: &MessagePaneProps) -> Html {
    let reply = use_message(props.connection, props.index);
    let onkeydown = on_escape(&props.onclose);
    let body = match &reply {
        Reply::Here(detail) => html! {
            <MessageView detail={Same::from(detail)} lab={props.lab} onclose={props.onclose.clone()} />
        },
        Reply::Gone => {
            html! { <p class="message-gone">{"This message is not kept any more: the list keeps the newest ones."}</p> }
        }
        Reply::Waiting => html! { <p class="message-gone">{"Reading the message\u{2026}"}</p> },
    };
    html! { <section class="message" aria-label="Message" {onkeydown}>{body}</section> }
}

#[derive(PartialEq, Properties)]
struct MessageViewProps {
    detail: Same<MessageDetail>,
    lab: bool,
    onclose: Callback<()>,
}

#[component]
fn MessageView(props: &MessageViewProps) -> Html {
    let row = &props.detail.row;
    let payload = use_memo(props.detail.clone(), |detail| {
        Bytes::copy_from_slice(&detail.payload)
    });
    let time = words::time(
        row.at_ms,
        props.lab,
        if props.lab {
            0
        } else {
            offset_minutes(row.at_ms)
        },
    );
    let way = if row.own { "Published" } else { "Received" };
    html! {
        <>
            <header class="message-head">
                <TopicChip topic={row.topic.clone()} />
                <QosBadge qos={row.qos} />
                if row.retain { <RetainIcon /> }
                if row.dup { <DupIcon /> }
                <span class="muted message-when">{format!("{way} {time}")}</span>
                <button type="button" class="icon-button" aria-label="Close the message"
                    onclick={props.onclose.reform(|_: MouseEvent| ())}><Icon sign={Sign::Close} /></button>
            </header>
            <PayloadPanel payload={(*payload).clone()} topic={row.topic.clone()} />
            if !props.detail.properties.is_empty() {
                <dl class="message-properties">
                    { for props.detail.properties.iter().map(|(name, value)| html! {
                        <><dt>{name}</dt><dd class="mono">{value}</dd></>
                    }) }
                </dl>
            }
        </>
    }
}
