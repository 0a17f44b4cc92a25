//! The page "Packets": every packet on every hop, and the bytes of the chosen one beside its fields.

mod byte_view;
mod captures;
mod counters;
mod decode;
mod detail;
mod explained;
mod fields;
mod filter_bar;
mod filter_field;
mod filter_help;
mod hex_text;
mod inspector;
mod ladder;
mod links;
mod place;
mod receivers;
mod status_bar;
mod table;
mod tree;
mod view;
mod words;
mod writing;

pub use decode::DecodePage;

use crate::components::file_drag::{FileDrag, use_file_drag};
use crate::components::icon::{Icon, Sign};
use crate::components::splitter::{Lie, Splitter};
use crate::components::toast::use_toasts;
use crate::hub::use_filter;
use crate::route::{Address, Page};
use crate::router::{Router, use_router};
use captures::{Captures, use_captures};
use counters::CountersView;
use detail::PacketPane;
use filter_bar::FilterBar;
use ladder::LadderView;
use midge_view::PacketFilter;
use place::Place;
use status_bar::StatusBar;
use table::PacketTable;
use view::{View, ViewTabs};
use web_sys::File;
use yew::prelude::*;

/// The page.
#[component]
pub fn PacketsPage() -> Html {
    let router = use_router();
    let place = place_of(&router.address);
    let (chosen, follow) = use_linked(&place);
    let (applied, is_stale) = use_applied(&place.filter.text);
    let captures = use_captures();
    let drop = use_drop(&captures);
    let onchoose = choosing(&router, &place, &chosen);
    let onfilter = changes(&router, &place, |place, filter| place.filter = filter);
    let onbroker = changes(&router, &place, |place, link| {
        (place.broker, place.followed) = (Some(link), None);
    });
    let onstop = changes(&router, &place, |place, ()| place.followed = None);
    let onview = other_view(&router, &place);
    let onfollow = {
        let follow = follow.setter();
        Callback::from(move |on| follow.set(on))
    };
    let onclose = onchoose.reform(|()| None);
    let (view, typed) = (place.view, place.filter);
    let filter = PacketFilter {
        text: applied,
        ..typed.clone()
    };
    let shown = match view {
        View::List => html! {
            <PacketTable filter={filter.clone()} chosen={*chosen} {onchoose} follow={*follow}
                onfollow={onfollow.clone()} onfilter={onfilter.clone()} />
        },
        View::Ladder => html! {
            <LadderView filter={filter.clone()} onfilter={onfilter.clone()} broker={place.broker} {onbroker}
                chosen={*chosen} {onchoose} followed={place.followed} {onstop} follow={*follow}
                onfollow={onfollow.clone()} />
        },
        View::Counters => html! { <CountersView /> },
    };
    let panel = html! {
        <div class="packets-view" role="tabpanel" aria-label={view.label()}>{shown}</div>
    };
    // What was counted is of no one packet.
    let seq = chosen.filter(|_| view != View::Counters);
    let detail = match seq {
        Some(seq) => html! { <PacketPane {seq} {onclose} /> },
        None => Html::default(),
    };
    // The list stays the same element with and without details, so that it keeps its place.
    html! {
        <div class="page packets" data-detail={seq.is_some().then_some("open")} data-view={view.key()}
            data-drop={drop.is_over.then_some("true")} ondragover={drop.onover} ondragleave={drop.onleave} ondrop={drop.ondrop}>
            <h1 class="visually-hidden">{"Packets"}</h1>
            <div class="packets-head">
                <ViewTabs {view} {onview} />
                if view != View::Counters {
                    <FilterBar filter={typed} {onfilter} follow={*follow} {onfollow} />
                }
            </div>
            <Splitter name="packets-detail" label="packet details" lie={Lie::Stacked} initial={330.0}
                least={180.0} rest={140.0} first={panel} second={detail} />
            <StatusBar {filter} {is_stale} captures={captures.clone()} />
            if drop.is_over { { drop_target(&captures) } }
        </div>
    }
}

/// The chosen packet, and whether the newest ones stay in view. A link to a packet opens it, also when the
/// page is open already.
#[hook]
fn use_linked(place: &Place) -> (UseStateHandle<Option<u64>>, UseStateHandle<bool>) {
    let (packet, followed) = (place.packet, place.followed);
    let chosen = use_state_eq(|| packet);
    let follow = use_state_eq(|| packet.or(followed).is_none());
    {
        let (chosen, follow) = (chosen.setter(), follow.setter());
        use_effect_with((packet, followed), move |(packet, followed)| {
            if packet.is_some() {
                chosen.set(*packet);
            }
            if packet.or(*followed).is_some() {
                follow.set(false);
            }
            if packet.is_none() && followed.is_some() && is_one_column() {
                // The packet stands in front of the ladder there.
                chosen.set(None);
            }
        });
    }
    (chosen, follow)
}

/// Whether the page has room for one pane only.
fn is_one_column() -> bool {
    let width = gloo::utils::window().inner_width().ok();
    width
        .and_then(|width| width.as_f64())
        .is_some_and(|width| width < 640.0)
}

/// The text of the filter in force, and whether the one that is written has a mistake. While there is
/// one, the last filter that could be read stays in force.
#[hook]
fn use_applied(text: &str) -> (String, bool) {
    let reply = use_filter(text.to_owned(), 0);
    let applied = use_mut_ref(String::new);
    let answer = reply.here().filter(|answer| answer.text == text);
    let has_mistake = answer.is_some_and(|answer| answer.mistake.is_some());
    if text.is_empty() || (answer.is_some() && !has_mistake) {
        text.clone_into(&mut applied.borrow_mut());
    }
    let applied = applied.borrow().clone();
    (applied, has_mistake)
}

/// Imports a capture that is dropped on the page.
#[hook]
fn use_drop(captures: &Captures) -> FileDrag {
    let toasts = use_toasts();
    let captures = captures.clone();
    use_file_drag(Callback::from(move |files: Vec<File>| {
        if captures.is_busy() {
            toasts.say(words::BUSY);
            return;
        }
        if files.len() > 1 {
            toasts.say(&words::first_of(files.len(), &files[0].name()));
        }
        if let Some(file) = files.into_iter().next() {
            captures.import.emit(file);
        }
    }))
}

/// What is over the page while a file is dragged there.
fn drop_target(captures: &Captures) -> Html {
    let (words, more) = words::drop_here(captures.is_busy());
    html! {
        <div class="drop-target" data-tone={captures.is_busy().then_some("busy")}>
            <Icon sign={Sign::Inbox} />
            <p class="drop-words">{words}</p>
            <p>{more}</p>
        </div>
    }
}

/// What changes the place without a step in the browser's history.
fn changes<T: 'static>(router: &Router, place: &Place, change: fn(&mut Place, T)) -> Callback<T> {
    let (router, place) = (router.clone(), place.clone());
    Callback::from(move |value| {
        let mut place = place.clone();
        change(&mut place, value);
        router.replace(address_of(&place));
    })
}

/// Chooses another packet, which is then no longer the one that a link led to.
fn choosing(
    router: &Router,
    place: &Place,
    chosen: &UseStateHandle<Option<u64>>,
) -> Callback<Option<u64>> {
    let chosen = chosen.setter();
    let gone = changes(router, place, |place, ()| place.packet = None);
    let is_linked = place.packet.is_some();
    Callback::from(move |seq: Option<u64>| {
        chosen.set(seq);
        if is_linked {
            gone.emit(());
        }
    })
}

/// Opens another view, which is another place: the browser's way back leads out of it.
fn other_view(router: &Router, place: &Place) -> Callback<View> {
    let (router, place) = (router.clone(), place.clone());
    Callback::from(move |view| {
        router.push(address_of(&Place {
            view,
            ..place.clone()
        }));
    })
}

/// The place on this page to which an address leads.
fn place_of(address: &Address) -> Place {
    let parameters = address.parameters.iter();
    Place::from_params(parameters.map(|(name, value)| (name.as_str(), value.as_str())))
}

/// The address of a place on this page.
fn address_of(place: &Place) -> Address {
    Address {
        parameters: place.params(),
        ..Address::of(Page::Packets)
    }
}
