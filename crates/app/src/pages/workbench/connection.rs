//! The pane of a connection: its state, its form, what went wrong, what the server announced.

use super::desk::Desk;
use super::draft::Draft;
use super::environment::{mint, page_is_secure};
use super::form::ConnectionFields;
use super::profiles::ProfileFields;
use super::shelf::Shelf;
use super::words;
use crate::components::icon::{Icon, Sign};
use crate::components::problem::ProblemBox;
use crate::components::same::Same;
use crate::hub::{Ending, use_act, use_connections, use_deed};
use crate::store::use_stored;
use midge_view::{
    Action, ConnectionAnswer, ConnectionId, ConnectionRow, ConnectionState, Outcome, Problem,
};
use std::rc::Rc;
use web_sys::SubmitEvent;
use yew::prelude::*;

/// Properties of [`ConnectionPane`].
#[derive(PartialEq, Properties)]
pub(super) struct ConnectionPaneProps {
    /// The connection, if the form is that of one.
    pub connection: Option<Same<ConnectionAnswer>>,
}

/// The pane.
#[component]
pub(super) fn ConnectionPane(props: &ConnectionPaneProps) -> Html {
    let desk = use_stored::<Desk>();
    let row = props.connection.as_ref().map(|connection| &connection.row);
    let id = row.map(|row| row.id);
    let state = row.map_or(ConnectionState::Off, |row| row.state);
    let unfolded = use_state_eq(|| true);
    {
        // The form makes room for the work when the connection stands, and comes back when it ends.
        let unfolded = unfolded.setter();
        use_effect_with((id, state), move |(_, state)| match state {
            ConnectionState::On => unfolded.set(false),
            ConnectionState::Off => unfolded.set(true),
            ConnectionState::Connecting | ConnectionState::Waiting => {}
        });
    }
    let draft = desk.draft(id).cloned().unwrap_or_default();
    let connect = use_connect(props.connection.clone(), draft.clone());
    let onsubmit = {
        let (connect, unfolded) = (connect.act.clone(), unfolded.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            unfolded.set(true);
            connect.emit(());
        })
    };
    let onchange = {
        let desk = desk.clone();
        Callback::from(move |draft: Draft| {
            desk.update(move |desk| desk.set_draft(id, draft.clone()))
        })
    };
    let onfold = {
        let unfolded = unfolded.clone();
        Callback::from(move |_: MouseEvent| unfolded.set(!*unfolded))
    };
    let problem = connect
        .problem
        .clone()
        .or_else(|| props.connection.as_ref()?.problem.clone());
    html! {
        <form class="connection" aria-label="Connection" novalidate=true {onsubmit}>
            <ConnectionHead row={row.cloned()} busy={connect.busy} />
            if let Some(problem) = problem {
                <ProblemBox {problem} retry={id.map(|_| AttrValue::Static("Try again"))}
                    onretry={connect.act.reform(|()| ())} />
            }
            if let Some(connection) = &props.connection {
                <ConnectionFacts connection={connection.clone()} />
                <button type="button" class="button quiet fold" aria-expanded={unfolded.to_string()} onclick={onfold}>
                    <Icon sign={if *unfolded { Sign::Down } else { Sign::Right }} size={12} />{"Connection settings"}
                </button>
            }
            if *unfolded || id.is_none() {
                if state == ConnectionState::Off {
                    <ProfileFields draft={draft.clone()} onchange={onchange.clone()} />
                }
                <ConnectionFields {draft} {onchange} disabled={state != ConnectionState::Off} />
            }
        </form>
    }
}

/// How a connection is opened from the form.
struct Connect {
    act: Callback<()>,
    busy: bool,
    problem: Option<Problem>,
}

/// Opens the form's connection: again when the form is unchanged, else as another one, which takes the
/// place of one that never had a message.
#[hook]
fn use_connect(connection: Option<Same<ConnectionAnswer>>, draft: Draft) -> Connect {
    let desk = use_stored::<Desk>();
    let shelf = use_stored::<Shelf>();
    let connections = use_connections();
    let quiet = use_act();
    let done = {
        let (desk, draft, connection) = (desk.clone(), draft.clone(), connection.clone());
        let rows: Vec<ConnectionRow> = connections
            .here()
            .map(|rows| rows.to_vec())
            .unwrap_or_default();
        Callback::from(move |ending: Ending| {
            let Ok(Outcome::Connection(id)) = ending else {
                return;
            };
            let (draft, rows) = (draft.clone(), rows.clone());
            desk.update(move |desk| desk.opened(id, &draft, &rows));
            if let Some(old) = connection.as_ref().filter(|old| old.messages == 0) {
                quiet.emit(Action::Remove(old.row.id));
            }
        })
    };
    let deed = use_deed(done);
    let act = {
        let act = deed.act.clone();
        Callback::from(move |()| {
            let Some(profile) = draft.profile(page_is_secure()) else {
                focus_first_fault();
                return;
            };
            let kept = draft.clone();
            shelf.update(move |shelf| shelf.remember(&kept));
            let unchanged = connection
                .as_ref()
                .map(|connection| connection.row.id)
                .filter(|id| desk.is_unchanged(*id));
            act.emit(match unchanged {
                Some(id) => Action::Reconnect(id),
                None => Action::Connect(Box::new(profile)),
            });
        })
    };
    Connect {
        act,
        busy: deed.busy,
        problem: deed.ending.and_then(Result::err),
    }
}

/// Puts the focus where something must be mended.
fn focus_first_fault() {
    use wasm_bindgen::JsCast;
    let fault = gloo::utils::document()
        .query_selector("form.connection [aria-invalid=true]")
        .ok()
        .flatten();
    if let Some(input) = fault.and_then(|fault| fault.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = input.focus();
    }
}

#[derive(PartialEq, Properties)]
struct ConnectionHeadProps {
    row: Option<ConnectionRow>,
    busy: bool,
}

/// State and the button that changes it; it stays in view.
#[component]
fn ConnectionHead(props: &ConnectionHeadProps) -> Html {
    let act = use_act();
    let (word, added) = match &props.row {
        Some(row) => words::state(row),
        None => (words::word(ConnectionState::Off), None),
    };
    let id = props.row.as_ref().map(|row| row.id);
    let state = props
        .row
        .as_ref()
        .map_or(ConnectionState::Off, |row| row.state);
    let deed =
        |make: fn(ConnectionId) -> Action| id.map(|id| act.reform(move |_: MouseEvent| make(id)));
    let is_off = state == ConnectionState::Off;
    let beside = match state {
        ConnectionState::Off if id.is_some() => html! {
            <button type="button" class="button quiet" onclick={deed(Action::Remove)}>{"Remove"}</button>
        },
        ConnectionState::Waiting => html! {
            <button type="button" class="button" onclick={deed(Action::Reconnect)}>{"Try now"}</button>
        },
        _ => Html::default(),
    };
    // One button with two faces, so that it keeps the focus when the state changes.
    let (kind, main, onmain) = if is_off {
        ("submit", "Connect", None)
    } else {
        ("button", "Disconnect", deed(Action::Disconnect))
    };
    html! {
        <div class="connection-head">
            <span class="state-dot" data-state={word.to_lowercase()} aria-hidden="true"></span>
            <div class="connection-state">
                <b role="status" aria-label="Connection state">{word}</b>
                if let Some(added) = added { <span class="muted">{added}</span> }
            </div>
            { beside }
            <button type={kind} class={classes!("button", is_off.then_some("primary"))} onclick={onmain}
                disabled={is_off && props.busy}>{main}</button>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ConnectionFactsProps {
    connection: Same<ConnectionAnswer>,
}

/// What it was opened with and what the server announced.
#[component]
fn ConnectionFacts(props: &ConnectionFactsProps) -> Html {
    let connection = &props.connection;
    let is_on = connection.row.state == ConnectionState::On;
    html! {
        <div class="connection-facts">
            <p class="muted">{words::profile(&connection.profile, &connection.client_id)}</p>
            if is_on {
                <details class="announced">
                    <summary>{"What the broker announced"}</summary>
                    <dl>
                        <dt>{"Session"}</dt>
                        <dd>{if connection.session_present { "resumed" } else { "begun" }}</dd>
                        { for connection.server.iter().map(|(name, value)| html! {
                            <><dt>{name}</dt><dd>{value}</dd></>
                        }) }
                    </dl>
                </details>
            }
        </div>
    }
}

/// Opens the lab's broker with everything as usual, for the one who has nothing open yet.
#[hook]
pub(super) fn use_lab_connection() -> Callback<()> {
    let desk = use_stored::<Desk>();
    let hub = crate::hub::use_hub();
    let toasts = crate::components::toast::use_toasts();
    Callback::from(move |()| {
        let draft = Draft {
            client_id: mint(),
            ..Draft::default()
        };
        let Some(profile) = draft.profile(page_is_secure()) else {
            return;
        };
        let (desk, toasts) = (desk.clone(), toasts.clone());
        hub.act(
            Action::Connect(Box::new(profile)),
            move |ending| match ending {
                Ok(Outcome::Connection(id)) => {
                    let draft = Rc::new(draft);
                    desk.update(move |desk| desk.opened(id, &draft, &[]));
                }
                Ok(_) => {}
                Err(problem) => toasts.problem(&problem),
            },
        );
    })
}
