//! What stands around every page: rail, top bar, palette, keys; and what all components share.

use crate::components::toast::{ToastList, ToastShelf, Toasts};
use crate::hub::{self, EngineState, Hub};
use crate::pages::{BrokerPage, LabPage, LearnPage, PacketsPage, SettingsPage, WorkbenchPage};
use crate::route::Page;
use crate::router::{Router, use_hash_router};
use crate::store::Stores;
use yew::prelude::*;

/// The whole page.
#[component]
pub fn App() -> Html {
    let router = use_hash_router();
    let notes = use_reducer(ToastList::default);
    let toasts = Toasts::new(notes.dispatcher());
    let stores = use_memo((), |()| Stores::default());
    let engine = use_state(|| EngineState::Starting);
    let hub = {
        let engine = engine.setter();
        use_memo((), move |()| {
            let hub = Hub::new();
            hub.on_state(Callback::from(move |state| engine.set(state)));
            hub::start(&hub);
            hub
        })
    };
    html! {
        <ContextProvider<Router> context={router}>
        <ContextProvider<Toasts> context={toasts}>
        <ContextProvider<Stores> context={(*stores).clone()}>
        <ContextProvider<Hub> context={(*hub).clone()}>
            <Frame engine={(*engine).clone()} />
            <ToastShelf list={notes} />
        </ContextProvider<Hub>>
        </ContextProvider<Stores>>
        </ContextProvider<Toasts>>
        </ContextProvider<Router>>
    }
}

#[derive(PartialEq, Properties)]
struct FrameProps {
    engine: EngineState,
}

#[component]
fn Frame(_props: &FrameProps) -> Html {
    let router = crate::router::use_router();
    html! {
        <main>
            { match router.address.page {
                Page::Lab => html! { <LabPage /> },
                Page::Workbench => html! { <WorkbenchPage /> },
                Page::Packets => html! { <PacketsPage /> },
                Page::Broker => html! { <BrokerPage /> },
                Page::Learn => html! { <LearnPage /> },
                Page::Settings => html! { <SettingsPage /> },
            } }
        </main>
    }
}
