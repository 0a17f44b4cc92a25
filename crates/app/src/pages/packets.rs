//! The page "Packets": every packet on every hop, and the bytes of the chosen one beside its fields.

mod detail;
mod fields;
mod filter_bar;
mod inspector;
mod links;
mod place;
mod table;
mod tree;

use crate::components::splitter::{Lie, Splitter};
use crate::route::{Address, Page};
use crate::router::use_router;
use detail::PacketPane;
use filter_bar::FilterBar;
use place::Place;
use table::PacketTable;
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
    let chosen = use_state_eq(|| place.packet);
    let follow = use_state_eq(|| place.packet.is_none());
    {
        // A link to a packet opens it, also when the page is open already.
        let (chosen, follow) = (chosen.setter(), follow.setter());
        use_effect_with(place.packet, move |packet| {
            if packet.is_some() {
                chosen.set(*packet);
                follow.set(false);
            }
        });
    }
    let go = {
        let router = router.clone();
        Callback::from(move |place: Place| router.replace(address_of(&place)))
    };
    let onchoose = {
        let (chosen, place, go) = (chosen.setter(), place.clone(), go.clone());
        Callback::from(move |seq: Option<u64>| {
            chosen.set(seq);
            if place.packet.is_some() {
                go.emit(Place {
                    packet: None,
                    ..place.clone()
                });
            }
        })
    };
    let onfilter = {
        let place = place.clone();
        go.reform(move |filter| Place {
            filter,
            ..place.clone()
        })
    };
    let onfollow = {
        let follow = follow.setter();
        Callback::from(move |on| follow.set(on))
    };
    let onclose = onchoose.reform(|()| None);
    let filter = place.filter;
    let list = html! {
        <PacketTable filter={filter.clone()} chosen={*chosen} {onchoose} follow={*follow}
            onfollow={onfollow.clone()} onfilter={onfilter.clone()} />
    };
    let detail = match *chosen {
        Some(seq) => html! { <PacketPane {seq} {onclose} /> },
        None => Html::default(),
    };
    // The list stays the same element with and without details, so that it keeps its place.
    html! {
        <div class="page packets" data-detail={chosen.is_some().then_some("open")}>
            <h1 class="visually-hidden">{"Packets"}</h1>
            <FilterBar {filter} {onfilter} follow={*follow} {onfollow} />
            <Splitter name="packets-detail" label="packet details" lie={Lie::Stacked} initial={330.0}
                least={180.0} rest={140.0} first={list} second={detail} />
        </div>
    }
}

/// The address of a place on this page.
fn address_of(place: &Place) -> Address {
    Address {
        parameters: place.params(),
        ..Address::of(Page::Packets)
    }
}
