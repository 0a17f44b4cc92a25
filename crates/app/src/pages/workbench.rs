//! The page "Workbench": connections to brokers, what they subscribe to, publish and receive.

mod connection;
mod desk;
mod draft;
mod environment;
mod form;
mod inputs;
mod message;
mod messages;
mod presets;
mod profiles;
mod publish;
mod shelf;
mod subscribe;
mod url;
mod will;
mod words;

use crate::components::empty::EmptyState;
use crate::components::icon::Sign;
use crate::components::same::Same;
use crate::components::splitter::Splitter;
use crate::components::tabs::{Tab, Tabs};
use crate::hub::{use_connection, use_connections};
use crate::store::use_stored;
use connection::{ConnectionPane, use_lab_connection};
use desk::Desk;
use environment::mint;
use messages::Messages;
use midge_view::{ConnectionAnswer, ConnectionId, ConnectionRow};
use publish::PublishForm;
use shelf::{Shelf, begin};
use subscribe::Subscriptions;
use yew::prelude::*;

/// The tab of the form for the next connection.
const NEXT: &str = "next";

/// The page.
#[component]
pub fn WorkbenchPage() -> Html {
    let desk = use_stored::<Desk>();
    let shelf = use_stored::<Shelf>();
    let reply = use_connections();
    let connections: Vec<ConnectionRow> =
        reply.here().map(|rows| rows.to_vec()).unwrap_or_default();
    {
        // The form of a tab that was never here begins as the last connection was.
        let desk = desk.clone();
        use_effect_with((), move |()| {
            if desk.next.is_none() {
                let first = begin(None, &shelf, mint());
                desk.update(move |desk| desk.next = Some(first.clone()));
            }
        });
    }
    let shown = desk.shown(&connections);
    html! {
        <div class="page workbench">
            <h1 class="visually-hidden">{"Workbench"}</h1>
            if !connections.is_empty() {
                <ConnectionTabs {connections} {shown} />
            }
            <OpenConnection {shown} />
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ConnectionTabsProps {
    connections: Vec<ConnectionRow>,
    shown: Option<ConnectionId>,
}

/// One tab a connection, and one for the next.
#[component]
fn ConnectionTabs(props: &ConnectionTabsProps) -> Html {
    let desk = use_stored::<Desk>();
    let onopen = Callback::from(move |key: AttrValue| match key.parse::<u32>() {
        Ok(id) => desk.update(move |desk| desk.open = Some(id)),
        Err(_) => {
            let minted = mint();
            desk.update(move |desk| desk.begin_next(minted.clone()));
        }
    });
    let mut tabs: Vec<Tab> = props
        .connections
        .iter()
        .map(|row| Tab {
            key: row.id.0.to_string().into(),
            label: words::tab(row).into(),
        })
        .collect();
    tabs.push(Tab {
        key: NEXT.into(),
        label: "New connection".into(),
    });
    let open = props.shown.map_or(NEXT.to_owned(), |id| id.0.to_string());
    html! { <Tabs label="Connections" {tabs} {open} {onopen} /> }
}

/// What no connection is called: the engine counts from the other end.
const NONE: ConnectionId = ConnectionId(u32::MAX);

#[derive(PartialEq, Properties)]
struct OpenConnectionProps {
    shown: Option<ConnectionId>,
}

/// A connection as the engine has it, or the form of the next one: the same elements, so that the focus
/// stays on the button that opened the connection.
#[component]
fn OpenConnection(props: &OpenConnectionProps) -> Html {
    let reply = use_connection(props.shown.unwrap_or(NONE));
    // Until the answer arrives, the one before it stands.
    let connection = reply
        .here()
        .filter(|_| props.shown.is_some())
        .map(Same::from);
    html! { <Panes {connection} /> }
}

#[derive(PartialEq, Properties)]
struct PanesProps {
    connection: Option<Same<ConnectionAnswer>>,
}

/// The panes: the connection with its forms, and its messages. On a phone they are tabs.
#[component]
fn Panes(props: &PanesProps) -> Html {
    let pane = use_state_eq(|| AttrValue::Static("connection"));
    let onopen = {
        let pane = pane.setter();
        Callback::from(move |key| pane.set(key))
    };
    let tab = |key: &'static str, label: &'static str| Tab {
        key: key.into(),
        label: label.into(),
    };
    let mut tabs = vec![tab("connection", "Connection")];
    if props.connection.is_some() {
        tabs.push(tab("topics", "Subscribe and publish"));
    }
    tabs.push(tab("messages", "Messages"));
    let forms = html! {
        <div class="workbench-forms">
            <div class="workbench-connection"><ConnectionPane connection={props.connection.clone()} /></div>
            if let Some(connection) = &props.connection {
                <div class="workbench-topics">
                    <Subscriptions connection={connection.clone()} />
                    <PublishForm connection={connection.clone()} />
                </div>
            }
        </div>
    };
    let messages = match &props.connection {
        Some(connection) => {
            html! { <Messages key={connection.row.id.0} connection={connection.clone()} /> }
        }
        None => html! { <NoConnection /> },
    };
    html! {
        <div class="workbench-panes" data-pane={(*pane).clone()}>
            <div class="workbench-tabs"><Tabs label="Panes" {tabs} open={(*pane).clone()} {onopen} /></div>
            <Splitter name="workbench-messages" label="the messages" initial={760.0} least={360.0} rest={320.0}
                first={forms} second={html! { <div class="workbench-messages">{messages}</div> }} />
        </div>
    }
}

/// Nothing is connected: what would be here, and the quickest way to it.
#[component]
fn NoConnection() -> Html {
    let connect = use_lab_connection();
    html! {
        <EmptyState sign={Sign::Workbench} title="No connection is open here" action="Connect to the lab\u{2019}s broker" onaction={connect}>
            <p>{"Choose a broker and press Connect: its messages appear here, and every packet on the page \u{201c}Packets\u{201d}. The lab\u{2019}s broker runs in this page and needs no network."}</p>
        </EmptyState>
    }
}
