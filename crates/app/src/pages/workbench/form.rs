//! The fields of a connection: broker, version, names, session, will.

use super::draft::{Draft, DraftField, Remark};
use super::environment::{mint, page_is_secure};
use super::inputs::{CheckField, Hint, TextField};
use super::presets::{self, LAB, OTHER, PRESETS, PresetGroup, preset};
use super::will::WillFields;
use crate::components::icon::{Icon, Sign};
use midge_view::Version;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Properties of [`ConnectionFields`].
#[derive(PartialEq, Properties)]
pub(super) struct ConnectionFieldsProps {
    /// The form as typed.
    pub draft: Draft,
    /// What it becomes.
    pub onchange: Callback<Draft>,
    /// Whether nothing can be changed, because the connection is open.
    pub disabled: bool,
}

/// What a field says about itself.
pub(super) fn hints(remarks: &[Remark], field: DraftField) -> Vec<Hint> {
    remarks
        .iter()
        .filter(|remark| remark.field == field)
        .map(|remark| Hint {
            fault: remark.fault,
            text: remark.text.clone().into(),
        })
        .collect()
}

/// A callback that puts a value into the draft.
pub(super) fn put<T: 'static>(
    draft: &Draft,
    onchange: &Callback<Draft>,
    put: fn(&mut Draft, T),
) -> Callback<T> {
    let draft = draft.clone();
    onchange.reform(move |value: T| {
        let mut draft = draft.clone();
        put(&mut draft, value);
        draft
    })
}

/// The fields.
#[component]
pub(super) fn ConnectionFields(props: &ConnectionFieldsProps) -> Html {
    let draft = &props.draft;
    let remarks = draft.remarks(page_is_secure());
    let hints = |field| hints(&remarks, field);
    let text = |change: fn(&mut Draft, String)| put(draft, &props.onchange, change);
    let renew = {
        let mint_into = text(|draft, id| draft.client_id = id);
        Callback::from(move |_: MouseEvent| mint_into.emit(mint()))
    };
    html! {
        <fieldset class="connection-fields" disabled={props.disabled}>
            <BrokerFields draft={draft.clone()} onchange={props.onchange.clone()} url_hints={hints(DraftField::Url)} />
            <div class="pair">
                <VersionField draft={draft.clone()} onchange={props.onchange.clone()} />
                <TextField id="connection-client" label="Client id" value={draft.client_id.clone()} code=true
                    oninput={text(|draft, value| draft.client_id = value)} hints={hints(DraftField::ClientId)}>
                    <button type="button" class="icon-button" aria-label="Make another client id"
                        title="Make another client id" onclick={renew}><Icon sign={Sign::Duplicate} /></button>
                </TextField>
            </div>
            <div class="pair">
                <TextField id="connection-user" label="User name" value={draft.user_name.clone()}
                    oninput={text(|draft, value| draft.user_name = value)} hints={hints(DraftField::UserName)} />
                <TextField id="connection-password" label="Password" kind="password" value={draft.password.clone()}
                    oninput={text(|draft, value| draft.password = value)} hints={hints(DraftField::Password)} />
            </div>
            <CheckField label="Keep the password readable in this browser\u{2019}s storage" checked={draft.keep_password}
                onchange={put(draft, &props.onchange, |draft, on| draft.keep_password = on)}
                meaning={(!draft.password.is_empty()).then_some(if draft.keep_password {
                    "Everybody who uses this browser can read it there."
                } else {
                    "Not ticked: it is forgotten when this tab closes."
                })} />
            <div class="pair">
                <TextField id="connection-keep-alive" label="Keep alive" kind="number" value={draft.keep_alive.clone()}
                    oninput={text(|draft, value| draft.keep_alive = value)} hints={hints(DraftField::KeepAlive)}>
                    <span class="unit" aria-hidden="true">{"s"}</span>
                </TextField>
                if draft.version == Version::V5 {
                    <TextField id="connection-expiry" label="Session expiry" kind="number" value={draft.session_expiry.clone()}
                        oninput={text(|draft, value| draft.session_expiry = value)} hints={hints(DraftField::SessionExpiry)}>
                        <span class="unit" aria-hidden="true">{"s"}</span>
                    </TextField>
                }
            </div>
            <CheckField label="Clean start" checked={draft.clean_start}
                onchange={put(draft, &props.onchange, |draft, on| draft.clean_start = on)}
                meaning={(!draft.clean_start).then_some("Not ticked: the broker resumes the session of this client id, if it kept one.")} />
            <WillFields draft={draft.clone()} onchange={props.onchange.clone()} remarks={remarks.clone()} />
        </fieldset>
    }
}

#[derive(PartialEq, Properties)]
struct BrokerFieldsProps {
    draft: Draft,
    onchange: Callback<Draft>,
    url_hints: Vec<Hint>,
}

/// The choice of a broker and its address.
#[component]
fn BrokerFields(props: &BrokerFieldsProps) -> Html {
    let draft = &props.draft;
    let chosen = if draft.lab {
        LAB
    } else {
        presets::key_of(&draft.url)
    };
    let choose = put(draft, &props.onchange, |draft, key: String| {
        draft.lab = key == LAB;
        if let Some(preset) = preset(&key) {
            preset.url(page_is_secure()).clone_into(&mut draft.url);
        } else if key == OTHER && presets::key_of(&draft.url) != OTHER {
            draft.url.clear();
        }
    });
    let onchange =
        choose.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    let note = match preset(chosen) {
        Some(preset) => Some(preset.note),
        None if draft.lab => Some("Runs in this page: the broker of the Lab\u{2019}s house."),
        None => None,
    };
    let option = |key: &'static str, name: &'static str| {
        html! {
            <option key={key} value={key} selected={chosen == key}>{name}</option>
        }
    };
    let group = |group: PresetGroup| {
        html! {
            <optgroup label={group.name()}>
                { for PRESETS.iter().filter(|preset| preset.group == group).map(|preset| option(preset.key, preset.name)) }
            </optgroup>
        }
    };
    html! {
        <>
            <div class="field">
                <label for="connection-broker">{"Broker"}</label>
                <select id="connection-broker" {onchange}>
                    { option(LAB, "The lab\u{2019}s broker") }
                    { group(PresetGroup::Public) }
                    { group(PresetGroup::Own) }
                    { option(OTHER, "Other") }
                </select>
                if let Some(note) = note { <p class="field-doubt">{note}</p> }
            </div>
            <TextField id="connection-url" label="URL" value={if draft.lab { String::new() } else { draft.url.clone() }} code=true
                oninput={put(draft, &props.onchange, |draft, url| draft.url = url)} hints={props.url_hints.clone()}
                placeholder={if draft.lab { "inside this page" } else { "ws://host:port/mqtt" }} disabled={draft.lab} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct VersionFieldProps {
    draft: Draft,
    onchange: Callback<Draft>,
}

#[component]
fn VersionField(props: &VersionFieldProps) -> Html {
    let change = put(&props.draft, &props.onchange, |draft, version| {
        draft.version = version
    });
    let onchange = change.reform(|event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        if value == Version::V311.to_string() {
            Version::V311
        } else {
            Version::V5
        }
    });
    html! {
        <div class="field">
            <label for="connection-version">{"MQTT version"}</label>
            <select id="connection-version" {onchange}>
                { for [Version::V5, Version::V311].map(|version| html! {
                    <option value={version.to_string()} selected={props.draft.version == version}>{version.to_string()}</option>
                }) }
            </select>
        </div>
    }
}
