//! What stands around every page: rail, top bar, palette, keys; and what all components share.

mod banner;
mod keyboard_sheet;
mod keys;
mod log_keeper;
mod palette;
mod progress;
mod rail;
mod theme;

use crate::components::file_drag::use_file_guard;
use crate::components::toast::{ToastList, ToastShelf, Toasts};
use crate::hub::{self, EngineState, Hub};
use crate::pages::{
    BrokerPage, DecodePage, LabPage, LearnPage, PacketsPage, SettingsPage, TopicsPage,
    WorkbenchPage,
};
use crate::route::Page;
use crate::router::{Router, use_hash_router, use_router};
use crate::store::Stores;
use banner::Banner;
use keyboard_sheet::KeyboardSheet;
use keys::use_keys;
use log_keeper::LogKeeper;
use palette::Palette;
use progress::ProgressKeeper;
use rail::Rail;
use theme::use_theme_applied;
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

/// What lies over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overlay {
    /// The command palette.
    Palette,
    /// The keyboard sheet.
    Keyboard,
}

#[derive(PartialEq, Properties)]
struct FrameProps {
    engine: EngineState,
}

#[component]
fn Frame(props: &FrameProps) -> Html {
    let router = use_router();
    let overlay = use_state_eq(|| None::<Overlay>);
    use_theme_applied();
    let open = {
        let overlay = overlay.setter();
        use_callback((), move |wanted: Option<Overlay>, ()| overlay.set(wanted))
    };
    use_file_guard();
    use_keys(*overlay, open.clone());
    use_title(router.address.page);
    let close = open.reform(|()| None);
    let page = router.address.page;
    let part = router.address.rest.first().map_or("", String::as_str);
    html! {
        <div class="frame" data-page={page.key()}>
            <Rail {page} />
            <Banner {open} />
            <main id="main" tabindex="-1">
                <EngineNotice engine={props.engine.clone()} />
                { match page {
                    Page::Lab => html! { <LabPage /> },
                    Page::Workbench => html! { <WorkbenchPage /> },
                    Page::Packets if part == "decode" => html! { <DecodePage /> },
                    Page::Packets => html! { <PacketsPage /> },
                    Page::Broker if part == "topics" => html! { <TopicsPage /> },
                    Page::Broker => html! { <BrokerPage /> },
                    Page::Learn => html! { <LearnPage /> },
                    Page::Settings => html! { <SettingsPage /> },
                } }
            </main>
            <ProgressKeeper />
            <LogKeeper />
            { match *overlay {
                Some(Overlay::Palette) => html! { <Palette onclose={close} /> },
                Some(Overlay::Keyboard) => html! { <KeyboardSheet onclose={close} /> },
                None => Html::default(),
            } }
        </div>
    }
}

/// The page's name in the browser's tab and history.
#[hook]
fn use_title(page: Page) {
    use_effect_with(page, |page| {
        gloo::utils::document().set_title(&format!("{} · Midge", page.name()));
    });
}

#[component]
fn EngineNotice(props: &FrameProps) -> Html {
    let EngineState::Failed(why) = &props.engine else {
        return Html::default();
    };
    let reload = Callback::from(|_: MouseEvent| {
        // Fails only in a page that is being left.
        let _ = gloo::utils::window().location().reload();
    });
    html! {
        <div class="notice engine-notice" data-tone="bad" role="alert">
            <p>{"The engine stopped, so nothing on this page moves any more: "}{why}</p>
            <button type="button" class="button" onclick={reload}>{"Reload the page"}</button>
        </div>
    }
}
