//! The way to the pages: a rail at the left, a bar at the bottom of a phone.

use crate::components::icon::{Icon, Sign};
use crate::route::{Address, Page};
use yew::prelude::*;

/// Properties of [`Rail`].
#[derive(PartialEq, Properties)]
pub(super) struct RailProps {
    /// The open page.
    pub(super) page: Page,
}

/// The sign of a page.
pub(super) const fn sign(page: Page) -> Sign {
    match page {
        Page::Lab => Sign::Lab,
        Page::Workbench => Sign::Workbench,
        Page::Packets => Sign::Packets,
        Page::Broker => Sign::Broker,
        Page::Learn => Sign::Learn,
        Page::Settings => Sign::Settings,
    }
}

/// Links to all pages.
#[component]
pub(super) fn Rail(props: &RailProps) -> Html {
    html! {
        <nav class="rail" aria-label="Pages">
            <span class="rail-mark" aria-hidden="true"><Mark /></span>
            { for Page::ALL.into_iter().map(|page| {
                let current = (page == props.page).then_some("page");
                html! {
                    <a href={Address::of(page).href()} aria-current={current}>
                        <Icon sign={sign(page)} size={20} />
                        <span>{page.name()}</span>
                    </a>
                }
            }) }
        </nav>
    }
}

/// The midge: two wings, a body, and the arc of a signal.
#[component]
fn Mark() -> Html {
    html! {
        <svg class="icon" width="28" height="28" viewBox="0 0 28 28">
            <path d="M14 11v11M14 13C10 6 4 6 4 9.500s6 4.5 10 3.500M14 13c4-7 10-7 10-3.500s-6 4.5-10 3.500M11 22l3-3 3 3" />
            <path d="M11.5 8a2.5 2.5 0 0 1 5 0" />
        </svg>
    }
}
