//! The page "Broker": what the lab's broker holds, live.

mod refusals;
mod session;
mod table;
mod tabs;
mod topics;
mod window;
mod words;

pub use topics::TopicsPage;

use crate::components::badge::QosBadge;
use crate::components::empty::EmptyState;
use crate::components::icon::Sign;
use crate::format;
use crate::hub::{use_act, use_broker};
use crate::route;
use midge_view::{Action, BrokerAnswer, DeadlineRow, RetainedRow, SessionRow};
use refusals::RefusalsPanel;
use session::SessionPane;
use std::rc::Rc;
use table::WindowedTable;
use tabs::{BrokerTabs, Part};
use yew::prelude::*;

/// Rows asked for before the tables know their heights.
const FIRST: (u32, u32) = (0, 40);

/// What is said of a session.
const SESSION_COLUMNS: &[&str] = &[
    "Client",
    "State",
    "Subscriptions",
    "Queued",
    "In flight",
    "Will",
];
/// What is said of a retained message.
const RETAINED_COLUMNS: &[&str] = &["Topic", "Payload", "QoS", "Size", "Set", "Expires"];

/// The page.
#[component]
pub fn BrokerPage() -> Html {
    let sessions = use_state_eq(|| FIRST);
    let retained = use_state_eq(|| FIRST);
    let chosen = use_state_eq(|| None::<String>);
    let reply = use_broker(*sessions, *retained);
    let Some(answer) = reply.here().cloned() else {
        return html! { <div class="page broker"><h1 class="visually-hidden">{"Broker"}</h1></div> };
    };
    let window = |state: &UseStateHandle<(u32, u32)>| {
        let setter = state.setter();
        Callback::from(move |wanted| setter.set(wanted))
    };
    let choose = {
        let chosen = chosen.setter();
        Callback::from(move |client: Option<String>| chosen.set(client))
    };
    html! {
        <div class="page broker">
            <h1 class="visually-hidden">{"Broker"}</h1>
            <BrokerTabs open={Part::Overview} />
            { counters(&answer) }
            <div class="broker-panels" data-chosen={chosen.is_some().then_some("true")}>
                { session_panel(&answer, sessions.0, &window(&sessions), chosen.as_ref(), &choose) }
                { retained_panel(&answer, retained.0, &window(&retained)) }
                <div class="broker-side">
                    if let Some(client_id) = &*chosen {
                        <SessionPane client_id={client_id.clone()} onclose={choose.reform(|()| None)} />
                    }
                    { deadline_panel(&answer.deadlines) }
                    <RefusalsPanel />
                </div>
            </div>
        </div>
    }
}

fn counters(answer: &BrokerAnswer) -> Html {
    html! {
        <dl class="counters" aria-label="Counters">
            { for answer.counters.iter().map(|(path, value)| html! {
                <div class="counter" key={path.clone()} title={format!("$SYS/broker/{path}")}>
                    <dt>{words::counter_name(path)}</dt>
                    <dd>{words::counter_value(path, *value)}</dd>
                </div>
            }) }
        </dl>
    }
}

fn session_panel(
    answer: &Rc<BrokerAnswer>,
    first: u32,
    onwindow: &Callback<(u32, u32)>,
    chosen: Option<&String>,
    choose: &Callback<Option<String>>,
) -> Html {
    let rows = answer
        .sessions
        .iter()
        .map(|session| session_row(session, chosen, choose))
        .collect::<Html>();
    html! {
        <section class="panel broker-sessions" aria-label="Sessions of the broker">
            { panel_head("Sessions", answer.session_count) }
            <WindowedTable label="Sessions" columns={SESSION_COLUMNS}
                {rows} shown={answer.sessions.len()} {first} all={answer.session_count} onwindow={onwindow.clone()}
                empty={html! { <RunTheLab title="No sessions" text="Each client that connects gets a session, and keeps it as long as it asked for." /> }} />
        </section>
    }
}

fn session_row(
    session: &SessionRow,
    chosen: Option<&String>,
    choose: &Callback<Option<String>>,
) -> Html {
    let is_chosen = chosen == Some(&session.client_id);
    let onclick = {
        let client = (!is_chosen).then(|| session.client_id.clone());
        choose.reform(move |_: MouseEvent| client.clone())
    };
    let count = |number: u32| format::count(u64::from(number));
    html! {
        <tr key={session.client_id.clone()} class={classes!(is_chosen.then_some("chosen"))}>
            <td>
                <button type="button" class="link" aria-pressed={is_chosen.to_string()} {onclick}>
                    <span class="mono">{&session.client_id}</span>
                    if let Some(name) = &session.name { <span class="muted">{format!(" {name}")}</span> }
                </button>
            </td>
            <td>
                <span class="session-state">
                    <span class="state-dot" data-state={words::state_key(session.state)} aria-hidden="true"></span>
                    <span title={session.words.clone()}>{&session.words}</span>
                </span>
            </td>
            <td class="number">{count(session.subscriptions)}</td>
            <td class="number">{count(session.queued)}</td>
            <td class="number">{count(session.inflight + session.incoming)}</td>
            <td>{session.will.then_some("yes")}</td>
        </tr>
    }
}

fn retained_panel(answer: &Rc<BrokerAnswer>, first: u32, onwindow: &Callback<(u32, u32)>) -> Html {
    let rows = answer.retained.iter().map(retained_row).collect::<Html>();
    html! {
        <section class="panel broker-retained" aria-label="Retained messages of the broker">
            { panel_head("Retained messages", answer.retained_count) }
            <WindowedTable label="Retained messages" columns={RETAINED_COLUMNS}
                {rows} shown={answer.retained.len()} {first} all={answer.retained_count} onwindow={onwindow.clone()}
                empty={html! { <RunTheLab title="No retained messages" text="The last message of a topic that was published with RETAIN stands here, for whoever subscribes later." /> }} />
        </section>
    }
}

fn retained_row(message: &RetainedRow) -> Html {
    let preview = words::preview(message);
    html! {
        <tr key={message.topic.clone()}>
            <td class="mono" title={message.topic.clone()}>
                <a href={route::topic(&message.topic).href()}>{&message.topic}</a>
            </td>
            <td class="mono" title={preview.clone()}>{preview}</td>
            <td><QosBadge qos={message.qos} /></td>
            <td class="number">{format::size(u64::from(message.size))}</td>
            <td>{format::ago(message.age_ms)}</td>
            <td>{words::expiry(message)}</td>
        </tr>
    }
}

fn deadline_panel(deadlines: &[DeadlineRow]) -> Html {
    html! {
        <section class="panel broker-deadlines" aria-label="Deadlines of the broker">
            { panel_head("Next deadlines", u32::try_from(deadlines.len()).unwrap_or(u32::MAX)) }
            <div class="windowed">
                <table class="table" aria-label="Deadlines">
                    <thead><tr><th scope="col">{"When"}</th><th scope="col">{"What"}</th></tr></thead>
                    <tbody>
                        { for deadlines.iter().enumerate().map(deadline_row) }
                    </tbody>
                </table>
                if deadlines.is_empty() {
                    <p class="muted broker-none">{"The broker waits for nothing."}</p>
                }
            </div>
        </section>
    }
}

fn deadline_row((place, deadline): (usize, &DeadlineRow)) -> Html {
    html! {
        <tr key={place}>
            <td class="when">{words::due(deadline)}</td>
            <td title={words::what(deadline)}>
                <span class="deadline-line">{&deadline.what}</span>
                <span class="deadline-line deadline-client">{deadline.client.as_deref().unwrap_or("broker")}</span>
            </td>
        </tr>
    }
}

fn panel_head(name: &'static str, count: u32) -> Html {
    html! {
        <header class="panel-head">
            <h2>{name}</h2>
            <span class="muted">{format::count(u64::from(count))}</span>
        </header>
    }
}

#[derive(PartialEq, Properties)]
struct RunTheLabProps {
    title: AttrValue,
    text: AttrValue,
}

/// Nothing is here, most likely because the lab stands.
#[component]
fn RunTheLab(props: &RunTheLabProps) -> Html {
    let act = use_act();
    html! {
        <EmptyState sign={Sign::Broker} title={props.title.clone()} action="Run the lab"
            onaction={act.reform(|()| Action::Pause(false))}>
            <p>{props.text.clone()}</p>
        </EmptyState>
    }
}
