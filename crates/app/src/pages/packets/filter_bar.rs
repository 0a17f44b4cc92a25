//! Above the packet list: which packets count, and whether the list follows the newest.

use super::filter_field::FilterField;
use super::place::toggle;
use crate::components::switch::Switch;
use crate::hub::use_packets;
use midge_view::{PacketFilter, PacketType, Window};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Properties of [`FilterBar`].
#[derive(PartialEq, Properties)]
pub(super) struct FilterBarProps {
    /// The filter.
    pub filter: PacketFilter,
    /// Another filter.
    pub onfilter: Callback<PacketFilter>,
    /// Whether the newest packets stay in view.
    pub follow: bool,
    /// Begins or ends that.
    pub onfollow: Callback<bool>,
}

/// The filter's controls.
#[component]
pub(super) fn FilterBar(props: &FilterBarProps) -> Html {
    let filter = &props.filter;
    let ontext = {
        let filter = filter.clone();
        props.onfilter.reform(move |text: String| PacketFilter {
            text,
            ..filter.clone()
        })
    };
    let onpings = {
        let filter = filter.clone();
        props.onfilter.reform(move |event: Event| PacketFilter {
            hide_pings: event.target_unchecked_into::<HtmlInputElement>().checked(),
            ..filter.clone()
        })
    };
    let onreset = props
        .onfilter
        .reform(|_: MouseEvent| PacketFilter::default());
    let is_filtered = *filter != PacketFilter::default();
    html! {
        <div class="packets-bar" role="search" aria-label="Filter">
            <FilterField text={filter.text.clone()} {ontext} />
            <TypeChoice filter={filter.clone()} onfilter={props.onfilter.clone()} />
            <ClientChoice filter={filter.clone()} onfilter={props.onfilter.clone()} />
            <label class="check">
                <input type="checkbox" checked={filter.hide_pings} onchange={onpings} />
                {"Hide pings"}
            </label>
            <button type="button" class="button quiet" disabled={!is_filtered} onclick={onreset}>{"Show all"}</button>
            <Switch label="Follow" on={props.follow} onswitch={props.onfollow.clone()} />
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ChoiceProps {
    filter: PacketFilter,
    onfilter: Callback<PacketFilter>,
}

/// A list of clients seen so far. Its own question asks for no rows.
#[component]
fn ClientChoice(props: &ChoiceProps) -> Html {
    let reply = use_packets(PacketFilter::default(), Window::Tail { count: 0 });
    let chosen = props.filter.client.clone();
    let mut clients = reply
        .here()
        .map(|answer| answer.clients.clone())
        .unwrap_or_default();
    // A client named in the address is offered also before it was seen.
    if let Some(chosen) = &chosen
        && !clients.contains(chosen)
    {
        clients.push(chosen.clone());
    }
    let onchange = {
        let filter = props.filter.clone();
        props.onfilter.reform(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            PacketFilter {
                client: (!value.is_empty()).then_some(value),
                ..filter.clone()
            }
        })
    };
    html! {
        <select class="select" aria-label="Client" {onchange}>
            <option value="" selected={chosen.is_none()}>{"All clients"}</option>
            { for clients.iter().map(|client| html! {
                <option key={client.clone()} value={client.clone()} selected={chosen.as_ref() == Some(client)}>{client}</option>
            }) }
        </select>
    }
}

/// Packet types to tick.
#[component]
fn TypeChoice(props: &ChoiceProps) -> Html {
    let types = &props.filter.types;
    let words = match types.as_slice() {
        [] => "All types".to_owned(),
        [one] => one.name().to_owned(),
        more => format!("{} types", more.len()),
    };
    html! {
        <details class="choice">
            <summary class="select" aria-label={format!("Packet types: {words}")}>{words.clone()}</summary>
            <div class="choice-list" role="group" aria-label="Packet types">
                { for PacketType::ALL.iter().map(|&kind| {
                    let filter = props.filter.clone();
                    let onchange = props.onfilter.reform(move |_: Event| {
                        let mut filter = filter.clone();
                        toggle(&mut filter.types, kind);
                        filter
                    });
                    html! {
                        <label class="check" key={kind.name()}>
                            <input type="checkbox" checked={types.contains(&kind)} {onchange} />
                            {kind.name()}
                        </label>
                    }
                }) }
            </div>
        </details>
    }
}
