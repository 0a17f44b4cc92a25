//! Publishing: topic, payload in one of its kinds, QoS, RETAIN.

use super::desk::{Desk, PublicationDraft};
use super::inputs::{CheckField, Hint, Hints, QosField, TextField};
use crate::components::problem::ProblemBox;
use crate::components::same::Same;
use crate::format;
use crate::hub::use_deed;
use crate::store::use_stored;
use midge_codec::topic;
use midge_payload::Kind;
use midge_view::{Action, ConnectionAnswer, ConnectionState};
use web_sys::{HtmlSelectElement, HtmlTextAreaElement, SubmitEvent};
use yew::prelude::*;

/// Properties of [`PublishForm`].
#[derive(PartialEq, Properties)]
pub(super) struct PublishFormProps {
    /// The connection.
    pub connection: Same<ConnectionAnswer>,
}

/// The form. Ctrl+Enter publishes from any of its fields.
#[component]
pub(super) fn PublishForm(props: &PublishFormProps) -> Html {
    let desk = use_stored::<Desk>();
    let draft = desk.publication.clone();
    let connection = props.connection.row.id;
    let is_on = props.connection.row.state == ConnectionState::On;
    let checked = use_state_eq(|| false);
    let deed = use_deed(Callback::noop());
    let send = {
        let (act, draft, checked) = (deed.act.clone(), draft.clone(), checked.setter());
        Callback::from(move |()| {
            checked.set(true);
            let (Ok(()), Ok(payload)) = (topic::validate_name(&draft.topic), draft.bytes()) else {
                return;
            };
            checked.set(false);
            act.emit(Action::Publish {
                connection,
                topic: draft.topic.clone(),
                payload,
                qos: draft.qos,
                retain: draft.retain,
            });
        })
    };
    let onsubmit = {
        let send = send.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(());
        })
    };
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && is_on {
            event.prevent_default();
            send.emit(());
        }
    });
    let topic_fault = topic::validate_name(&draft.topic)
        .err()
        .filter(|_| *checked || !draft.topic.is_empty())
        .map(|fault| format!("Not a topic: {fault}."));
    html! {
        <form class="publish" aria-label="Publish" novalidate=true {onsubmit} {onkeydown}>
            <TextField id="publish-topic" label="Topic" value={draft.topic.clone()} code=true placeholder="home/livingroom/light/set"
                oninput={change(&desk, |draft, topic| draft.topic = topic)} hints={fault_hints(topic_fault)} />
            <PayloadField draft={draft.clone()} onkind={change(&desk, |draft, kind| draft.kind = kind)}
                onpayload={change(&desk, |draft, payload| draft.payload = payload)} />
            <div class="publish-line">
                <QosField id="publish-qos" qos={draft.qos} onchange={change(&desk, |draft, qos| draft.qos = qos)} />
                <CheckField label="Retain" checked={draft.retain} onchange={change(&desk, |draft, on| draft.retain = on)} />
                <span class="muted publish-pending">{pending(&props.connection)}</span>
                <button type="submit" class="button primary" title="Ctrl+Enter" disabled={!is_on || deed.busy}>{"Publish"}</button>
            </div>
            if let Some(Err(problem)) = &deed.ending { <ProblemBox problem={problem.clone()} /> }
        </form>
    }
}

/// A callback that puts a value into the form.
fn change<T: Clone + 'static>(
    desk: &crate::store::StoredHandle<Desk>,
    change: fn(&mut PublicationDraft, T),
) -> Callback<T> {
    let desk = desk.clone();
    Callback::from(move |value: T| {
        desk.update(move |desk| change(&mut desk.publication, value.clone()));
    })
}

fn fault_hints(fault: Option<String>) -> Vec<Hint> {
    fault
        .map(|text| Hint {
            fault: true,
            text: text.into(),
        })
        .into_iter()
        .collect()
}

/// How many messages still wait.
fn pending(connection: &ConnectionAnswer) -> Option<String> {
    (connection.pending > 0)
        .then(|| format!("{} under way", format::count(u64::from(connection.pending))))
}

#[derive(PartialEq, Properties)]
struct PayloadFieldProps {
    draft: PublicationDraft,
    onpayload: Callback<String>,
    onkind: Callback<Kind>,
}

/// The payload as text, JSON, hex or base64.
#[component]
fn PayloadField(props: &PayloadFieldProps) -> Html {
    let draft = &props.draft;
    let fault = draft.fault();
    let size = draft
        .bytes()
        .map_or_else(|_| String::new(), |bytes| format::bytes(bytes.len() as u64));
    let oninput = props
        .onpayload
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    let onchange = props.onkind.reform(|event: Event| {
        let name = event.target_unchecked_into::<HtmlSelectElement>().value();
        let mut kinds = Kind::ALL.into_iter();
        kinds.find(|kind| kind.name() == name).unwrap_or(Kind::Text)
    });
    html! {
        <div class="field">
            <div class="payload-label">
                <label for="publish-payload">{"Payload"}</label>
                <span class="muted">{size}</span>
                <select aria-label="Payload as" {onchange}>
                    { for Kind::ALL.iter().map(|kind| html! {
                        <option key={kind.name()} value={kind.name()} selected={draft.kind == *kind}>{kind.name()}</option>
                    }) }
                </select>
            </div>
            <textarea id="publish-payload" class="mono" rows="3" value={draft.payload.clone()} {oninput} spellcheck="false"
                aria-invalid={fault.is_some().then_some("true")} aria-describedby="publish-payload-hints" />
            <Hints id="publish-payload-hints" hints={fault_hints(fault)} />
        </div>
    }
}
