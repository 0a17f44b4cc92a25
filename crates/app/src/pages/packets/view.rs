//! The ways to look at the same packets, and the tabs that choose one.

use crate::components::tabs::{Tab, Tabs};
use yew::prelude::*;

/// A way to look at the packets that the filter keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum View {
    /// One row a packet.
    #[default]
    List,
    /// One arrow a packet, between its client and the broker.
    Ladder,
    /// What was counted, whatever the filter.
    Counters,
}

impl View {
    /// All, in the order of the tabs.
    pub(super) const ALL: &[Self] = &[Self::List, Self::Ladder, Self::Counters];

    /// Its name in the address.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Ladder => "ladder",
            Self::Counters => "counters",
        }
    }

    /// As people read it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Ladder => "Ladder",
            Self::Counters => "Counters",
        }
    }

    /// The view of that name.
    pub(super) fn named(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|view| view.key() == key)
    }
}

/// Properties of [`ViewTabs`].
#[derive(PartialEq, Properties)]
pub(super) struct ViewTabsProps {
    /// The open one.
    pub view: View,
    /// Somebody opens another.
    pub onview: Callback<View>,
}

/// A tab for each view; none where there is nothing to choose.
#[component]
pub(super) fn ViewTabs(props: &ViewTabsProps) -> Html {
    if View::ALL.len() < 2 {
        return Html::default();
    }
    let tabs: Vec<Tab> = View::ALL
        .iter()
        .map(|view| Tab {
            key: view.key().into(),
            label: view.label().into(),
        })
        .collect();
    let onopen = {
        let onview = props.onview.clone();
        Callback::from(move |key: AttrValue| {
            if let Some(view) = View::named(&key) {
                onview.emit(view);
            }
        })
    };
    html! { <Tabs label="View" {tabs} open={props.view.key()} {onopen} /> }
}
