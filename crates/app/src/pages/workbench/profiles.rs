//! The saved profiles: choose one, save the form as one, delete one.

use super::draft::Draft;
use super::environment::mint;
use super::inputs::TextField;
use super::shelf::{Shelf, with_client_id};
use crate::components::icon::{Icon, Sign};
use crate::components::toast::use_toasts;
use crate::store::use_stored;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// Properties of [`ProfileFields`].
#[derive(PartialEq, Properties)]
pub(super) struct ProfileFieldsProps {
    /// The form as typed.
    pub draft: Draft,
    /// What it becomes.
    pub onchange: Callback<Draft>,
}

/// The row of profiles above the form.
#[component]
pub(super) fn ProfileFields(props: &ProfileFieldsProps) -> Html {
    let shelf = use_stored::<Shelf>();
    let toasts = use_toasts();
    let draft = &props.draft;
    let saved = shelf.find(draft.name.trim()).is_some();
    let name = draft.name.trim().to_owned();
    let onchoose = {
        let (shelf, onchange) = (shelf.clone(), props.onchange.clone());
        Callback::from(move |event: Event| {
            let name = event.target_unchecked_into::<HtmlSelectElement>().value();
            let chosen = shelf.find(&name).cloned().unwrap_or_default();
            onchange.emit(with_client_id(chosen, mint()));
        })
    };
    let onname = {
        let draft = draft.clone();
        props.onchange.reform(move |name: String| Draft {
            name,
            ..draft.clone()
        })
    };
    let onsave = {
        let (shelf, draft, toasts) = (shelf.clone(), draft.clone(), toasts.clone());
        Callback::from(move |_: MouseEvent| {
            let draft = draft.clone();
            toasts.say(&format!(
                "Profile \u{201c}{}\u{201d} is saved.",
                draft.name.trim()
            ));
            shelf.update(move |shelf| shelf.save(&draft));
        })
    };
    let ondelete = {
        let (shelf, name) = (shelf.clone(), name.clone());
        Callback::from(move |_: MouseEvent| {
            let name = name.clone();
            // The form keeps what the profile was, so that saving it again undoes this.
            toasts.say(&format!(
                "Profile \u{201c}{name}\u{201d} is deleted; the form still holds it."
            ));
            shelf.update(move |shelf| shelf.remove(&name));
        })
    };
    html! {
        <div class="profiles">
            <div class="field">
                <label for="profile">{"Profile"}</label>
                <select id="profile" onchange={onchoose}>
                    <option value="" selected={!saved}>{"Not saved"}</option>
                    { for shelf.profiles.iter().map(|profile| html! {
                        <option key={profile.name.clone()} value={profile.name.clone()}
                            selected={profile.name == name}>{&profile.name}</option>
                    }) }
                </select>
            </div>
            <TextField id="profile-name" label="Profile name" value={draft.name.clone()} oninput={onname}
                placeholder={draft_name_hint(draft)}>
                <button type="button" class="button" aria-label="Save profile" disabled={name.is_empty()} onclick={onsave}>{"Save"}</button>
                if saved {
                    <button type="button" class="icon-button" aria-label="Delete profile" title="Delete profile" onclick={ondelete}>
                        <Icon sign={Sign::Remove} />
                    </button>
                }
            </TextField>
        </div>
    }
}

/// What the connection is called while it has no name of its own.
fn draft_name_hint(draft: &Draft) -> String {
    Draft {
        name: String::new(),
        ..draft.clone()
    }
    .shown_name()
}
