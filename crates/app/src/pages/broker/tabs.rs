//! The parts of the page "Broker".

use crate::components::tabs::{Tab, Tabs};
use crate::route::{Address, Page};
use crate::router::use_router;
use yew::prelude::*;

/// A part of the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Sessions, retained messages, deadlines.
    Overview,
    /// The topic tree and the wildcard bench.
    Topics,
}

impl Part {
    const ALL: [Self; 2] = [Self::Overview, Self::Topics];

    const fn key(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Topics => "topics",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Topics => "Topics",
        }
    }

    fn address(self) -> Address {
        match self {
            Self::Overview => Address::of(Page::Broker),
            Self::Topics => Address::of(Page::Broker).at(self.key()),
        }
    }
}

/// Properties of [`BrokerTabs`].
#[derive(PartialEq, Properties)]
pub(super) struct BrokerTabsProps {
    /// The open one.
    pub open: Part,
}

/// The tabs.
#[component]
pub(super) fn BrokerTabs(props: &BrokerTabsProps) -> Html {
    let router = use_router();
    let onopen = Callback::from(move |key: AttrValue| {
        if let Some(part) = Part::ALL.into_iter().find(|part| part.key() == key) {
            router.push(part.address());
        }
    });
    let tab = |part: Part| Tab {
        key: part.key().into(),
        label: part.label().into(),
    };
    html! {
        <div class="broker-tabs">
            <Tabs label="Broker" tabs={Part::ALL.map(tab).to_vec()} open={props.open.key()} {onopen} />
        </div>
    }
}
