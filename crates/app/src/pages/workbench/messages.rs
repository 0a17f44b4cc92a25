//! The messages of a connection, received and published.

use super::environment::offset_minutes;
use super::message::MessagePane;
use super::words;
use crate::components::badge::{DirectionArrow, DupIcon, QosBadge};
use crate::components::empty::EmptyState;
use crate::components::icon::Sign;
use crate::components::same::Same;
use crate::components::splitter::{Lie, Splitter};
use crate::components::switch::Switch;
use crate::components::virtual_list::{Row, VirtualList};
use crate::format;
use crate::hub::{use_act, use_messages};
use midge_view::{
    Action, ConnectionAnswer, ConnectionState, Direction, Link, MessageRow, MessagesAnswer, QoS,
    Window,
};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`Messages`].
#[derive(PartialEq, Properties)]
pub(super) struct MessagesProps {
    /// The connection.
    pub connection: Same<ConnectionAnswer>,
}

/// The list, and the chosen message beneath it.
#[component]
pub(super) fn Messages(props: &MessagesProps) -> Html {
    let follow = use_state_eq(|| true);
    let chosen = use_state_eq(|| None::<u64>);
    let act = use_act();
    let connection = props.connection.row.id;
    let onfollow = {
        let follow = follow.setter();
        Callback::from(move |on| follow.set(on))
    };
    let onclear = {
        let chosen = chosen.setter();
        Callback::from(move |_: MouseEvent| {
            chosen.set(None);
            act.emit(Action::ClearMessages(connection));
        })
    };
    let onselect = {
        let (chosen, follow) = (chosen.setter(), follow.setter());
        Callback::from(move |index: u64| {
            follow.set(false);
            chosen.set(Some(index));
        })
    };
    let onclose = {
        let chosen = chosen.setter();
        Callback::from(move |()| chosen.set(None))
    };
    let list = html! {
        <MessageList connection={props.connection.clone()} chosen={*chosen} {onselect} follow={*follow} onfollow={onfollow.clone()} />
    };
    let lab = props.connection.profile.link == Link::Lab;
    let detail = match *chosen {
        Some(index) => html! { <MessagePane {connection} {index} {lab} {onclose} /> },
        None => Html::default(),
    };
    // The list stays the same element with and without details, so that it keeps its place.
    html! {
        <section class="messages" data-detail={chosen.is_some().then_some("open")} aria-label="Messages of this connection">
            <div class="messages-head">
                <h2>{"Messages"}</h2>
                <span class="muted">{format::count(props.connection.messages)}</span>
                <button type="button" class="button quiet" onclick={onclear} disabled={props.connection.messages == 0}>{"Clear"}</button>
                <Switch label="Follow" on={*follow} onswitch={onfollow} />
            </div>
            <Splitter name="workbench-message" label="the message" lie={Lie::Stacked} initial={300.0} least={160.0} rest={120.0}
                first={list} second={detail} />
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct MessageListProps {
    connection: Same<ConnectionAnswer>,
    chosen: Option<u64>,
    onselect: Callback<u64>,
    follow: bool,
    onfollow: Callback<bool>,
}

#[component]
fn MessageList(props: &MessageListProps) -> Html {
    let window = use_state_eq(|| Window::Tail { count: 60 });
    let reply = use_messages(props.connection.row.id, *window);
    let answer: Rc<MessagesAnswer> = reply.here().cloned().unwrap_or_default();
    let lab = props.connection.profile.link == Link::Lab;
    let draw: Rc<dyn Fn(usize) -> Row> = {
        let answer = Rc::clone(&answer);
        Rc::new(move |at| row(&answer.rows[at], lab))
    };
    let onwindow = {
        let window = window.setter();
        Callback::from(move |wanted| window.set(wanted))
    };
    let empty = if reply.here().is_some() {
        html! { <NoMessages connection={props.connection.clone()} /> }
    } else {
        Html::default()
    };
    html! {
        <VirtualList label="Messages" head={head()} start={answer.start} end={answer.end} from={answer.from}
            count={answer.rows.len()} {draw} revision={Rc::as_ptr(&answer) as usize} selected={props.chosen}
            onselect={props.onselect.clone()} follow={props.follow} onfollow={props.onfollow.clone()} {onwindow} {empty} />
    }
}

fn head() -> Html {
    ["Time", "Topic", "Payload", "QoS", "Retain", "Size"]
        .iter()
        .map(|name| html! { <span role="columnheader" key={*name}>{*name}</span> })
        .collect()
}

fn row(message: &MessageRow, lab: bool) -> Row {
    let direction = if message.own {
        Direction::ToBroker
    } else {
        Direction::ToClient
    };
    let time = words::time(
        message.at_ms,
        lab,
        if lab {
            0
        } else {
            offset_minutes(message.at_ms)
        },
    );
    let preview = words::payload(message);
    let is_words = message.size > 0 && !message.binary;
    let cells = html! {
        <>
            <span role="gridcell" class="message-time"><DirectionArrow {direction} />{time}</span>
            <span role="gridcell" class="mono" title={message.topic.clone()}>{&message.topic}</span>
            <span role="gridcell" class={if is_words { "mono" } else { "muted" }}>{preview}</span>
            <span role="gridcell" class="message-qos"><QosBadge qos={message.qos} />if message.dup { <DupIcon /> }</span>
            <span role="gridcell" class="message-retain">{message.retain.then_some("retained")}</span>
            <span role="gridcell" class="number">{format::size(u64::from(message.size))}</span>
        </>
    };
    Row {
        cells,
        class: classes!("message-row", message.own.then_some("own")),
        label: None,
    }
}

#[derive(PartialEq, Properties)]
struct NoMessagesProps {
    connection: Same<ConnectionAnswer>,
}

/// No message yet: what brings one.
#[component]
fn NoMessages(props: &NoMessagesProps) -> Html {
    let act = use_act();
    let connection = &props.connection;
    if connection.row.state != ConnectionState::On {
        return html! {
            <EmptyState sign={Sign::Inbox} title="No messages yet">
                <p>{"Messages appear here once the connection stands and a filter is subscribed to."}</p>
            </EmptyState>
        };
    }
    if !connection.subscriptions.is_empty() {
        return html! {
            <EmptyState sign={Sign::Inbox} title="Waiting for messages">
                <p>{"Nothing was published to these filters since you subscribed."}</p>
            </EmptyState>
        };
    }
    // A public broker's # is everybody's traffic, and some refuse it.
    let filter = match connection.profile.link {
        Link::Lab => "home/#",
        Link::WebSocket(_) => "midge/#",
    };
    let id = connection.row.id;
    html! {
        <EmptyState sign={Sign::Inbox} title="No messages yet" action={format!("Subscribe to {filter}")}
            onaction={act.reform(move |()| Action::Subscribe { connection: id, filter: filter.to_owned(), qos: QoS::AtLeastOnce })}>
            <p>{"Messages whose topic matches a filter you subscribed to appear here, and those you publish."}</p>
        </EmptyState>
    }
}
