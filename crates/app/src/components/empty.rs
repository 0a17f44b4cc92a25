//! A place with nothing in it yet: says what would be here, and offers one button that makes it happen.

use super::icon::{Icon, Sign};
use yew::prelude::*;

/// Properties of [`EmptyState`].
#[derive(PartialEq, Properties)]
pub struct EmptyStateProps {
    /// The sign of what would be here.
    pub sign: Sign,
    /// What would be here, in a few words.
    pub title: AttrValue,
    /// How it comes to be here.
    #[prop_or_default]
    pub children: Html,
    /// The button's words.
    #[prop_or_default]
    pub action: Option<AttrValue>,
    /// What the button does.
    #[prop_or_default]
    pub onaction: Callback<()>,
}

/// An empty place.
#[component]
pub fn EmptyState(props: &EmptyStateProps) -> Html {
    let onclick = props.onaction.reform(|_: MouseEvent| ());
    html! {
        <div class="empty">
            <Icon sign={props.sign} size={28} />
            <p class="empty-title">{props.title.clone()}</p>
            <div class="empty-text">{props.children.clone()}</div>
            if let Some(action) = &props.action {
                <button type="button" class="button" {onclick}>{action.clone()}</button>
            }
        </div>
    }
}
