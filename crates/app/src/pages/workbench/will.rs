//! The will of a connection: what the broker publishes when the connection is lost.

use super::draft::{Draft, DraftField, Remark};
use super::form::{hints, put};
use super::inputs::{CheckField, Hints, QosField, TextField};
use midge_view::Version;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Properties of [`WillFields`].
#[derive(PartialEq, Properties)]
pub(super) struct WillFieldsProps {
    /// The form as typed.
    pub draft: Draft,
    /// What it becomes.
    pub onchange: Callback<Draft>,
    /// What is said about the form.
    pub remarks: Vec<Remark>,
}

/// The fields of the will.
#[component]
pub(super) fn WillFields(props: &WillFieldsProps) -> Html {
    let draft = &props.draft;
    let will = &draft.will;
    let hints = |field| hints(&props.remarks, field);
    let text = |change: fn(&mut Draft, String)| put(draft, &props.onchange, change);
    let onpayload = text(|draft, value| draft.will.payload = value)
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    html! {
        <div class="will" role="group" aria-label="Will">
            <CheckField label="Send a will" checked={will.on}
                onchange={put(draft, &props.onchange, |draft, on| draft.will.on = on)}
                meaning={will.on.then_some("The broker publishes this message when the connection ends without a DISCONNECT.")} />
            if will.on {
                <TextField id="will-topic" label="Will topic" value={will.topic.clone()} code=true
                    oninput={text(|draft, value| draft.will.topic = value)} hints={hints(DraftField::WillTopic)} />
                <div class="field">
                    <label for="will-payload">{"Will payload"}</label>
                    <textarea id="will-payload" class="mono" rows="2" value={will.payload.clone()} oninput={onpayload} spellcheck="false" />
                    <Hints id="will-payload-hints" hints={hints(DraftField::WillPayload)} />
                </div>
                <div class="pair">
                    <QosField id="will-qos" label="Will QoS" qos={will.qos}
                        onchange={put(draft, &props.onchange, |draft, qos| draft.will.qos = qos)} />
                    if draft.version == Version::V5 {
                        <TextField id="will-delay" label="Will delay" kind="number" value={will.delay.clone()} placeholder="0"
                            oninput={text(|draft, value| draft.will.delay = value)} hints={hints(DraftField::WillDelay)}>
                            <span class="unit" aria-hidden="true">{"s"}</span>
                        </TextField>
                    }
                </div>
                <CheckField label="Retain the will" checked={will.retain}
                    onchange={put(draft, &props.onchange, |draft, on| draft.will.retain = on)} />
            }
        </div>
    }
}
