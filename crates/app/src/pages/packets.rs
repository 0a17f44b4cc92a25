//! The page "Packets": every packet on every hop, and the bytes of the chosen one beside its fields.

mod byte_view;
mod decode;
mod detail;
mod explained;
mod fields;
mod filter_bar;
mod hex_text;
mod inspector;
mod ladder;
mod links;
mod place;
mod receivers;
mod table;
mod tree;
mod view;

pub use decode::DecodePage;

use crate::components::splitter::{Lie, Splitter};
use crate::route::{Address, Page};
use crate::router::{Router, use_router};
use detail::PacketPane;
use filter_bar::FilterBar;
use ladder::LadderView;
use place::Place;
use table::PacketTable;
use view::{View, ViewTabs};
use yew::prelude::*;

/// The page.
#[component]
pub fn PacketsPage() -> Html {
    let router = use_router();
    let place = Place::from_params(
        router
            .address
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    let (chosen, follow) = use_linked(&place);
    let onchoose = {
        let chosen = chosen.setter();
        let gone = changes(&router, &place, |place, ()| place.packet = None);
        let is_linked = place.packet.is_some();
        Callback::from(move |seq: Option<u64>| {
            chosen.set(seq);
            if is_linked {
                gone.emit(());
            }
        })
    };
    let onfilter = changes(&router, &place, |place, filter| place.filter = filter);
    let onbroker = changes(&router, &place, |place, link| {
        (place.broker, place.followed) = (Some(link), None);
    });
    let onstop = changes(&router, &place, |place, ()| place.followed = None);
    let onview = {
        let (router, place) = (router.clone(), place.clone());
        // Another view is another place: the browser's way back leads out of it.
        Callback::from(move |view| {
            router.push(address_of(&Place {
                view,
                ..place.clone()
            }));
        })
    };
    let onfollow = {
        let follow = follow.setter();
        Callback::from(move |on| follow.set(on))
    };
    let onclose = onchoose.reform(|()| None);
    let (view, filter) = (place.view, place.filter);
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
    };
    let panel = html! {
        <div class="packets-view" role="tabpanel" aria-label={view.label()}>{shown}</div>
    };
    let detail = match *chosen {
        Some(seq) => html! { <PacketPane {seq} {onclose} /> },
        None => Html::default(),
    };
    // The list stays the same element with and without details, so that it keeps its place.
    html! {
        <div class="page packets" data-detail={chosen.is_some().then_some("open")}>
            <h1 class="visually-hidden">{"Packets"}</h1>
            <div class="packets-head">
                <ViewTabs {view} {onview} />
                <FilterBar {filter} {onfilter} follow={*follow} {onfollow} />
            </div>
            <Splitter name="packets-detail" label="packet details" lie={Lie::Stacked} initial={330.0}
                least={180.0} rest={140.0} first={panel} second={detail} />
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

/// What changes the place without a step in the browser's history.
fn changes<T: 'static>(router: &Router, place: &Place, change: fn(&mut Place, T)) -> Callback<T> {
    let (router, place) = (router.clone(), place.clone());
    Callback::from(move |value| {
        let mut place = place.clone();
        change(&mut place, value);
        router.replace(address_of(&place));
    })
}

/// The address of a place on this page.
fn address_of(place: &Place) -> Address {
    Address {
        parameters: place.params(),
        ..Address::of(Page::Packets)
    }
}
