//! The heads of the lanes: whose line each is.

use super::layout::Layout;
use super::words;
use midge_view::{LadderAnswer, Middle, PacketFilter};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The header row: the time's column, then a name above each line.
pub(super) fn head(
    answer: &LadderAnswer,
    layout: &Layout,
    filter: &PacketFilter,
    onfilter: &Callback<PacketFilter>,
    onbroker: &Callback<Middle>,
) -> Html {
    let width = format!(
        "{:.3}%",
        100.0 / f64::from(u32::try_from(layout.columns()).unwrap_or(1))
    );
    let style = |column: usize| format!("left: {:.3}%; width: {width}", layout.x(column));
    html! {
        <>
            <span role="columnheader" class="ladder-time">{"Time"}</span>
            <div class="ladder-heads" role="columnheader" aria-label="Clients and their broker">
                <div class="ladder-name ladder-middle" style={style(layout.broker())}>{ broker(answer, onbroker) }</div>
                { for answer.lanes.iter().enumerate().map(|(place, lane)| {
                    let only = filter.client.as_deref() == Some(lane.name.as_str());
                    let client = (!only).then(|| lane.name.clone());
                    let filter = filter.clone();
                    let onclick = onfilter.reform(move |_: MouseEvent| PacketFilter {
                        client: client.clone(),
                        ..filter.clone()
                    });
                    let title = if only {
                        "Show every client".to_owned()
                    } else {
                        format!("Show only {}", lane.name)
                    };
                    html! {
                        <button type="button" class="ladder-name" key={lane.id} style={style(layout.column(place))}
                            {title} aria-pressed={only.to_string()} {onclick}><span>{&lane.name}</span></button>
                    }
                }) }
            </div>
        </>
    }
}

/// The broker's name, or a choice where clients are connected to several.
fn broker(answer: &LadderAnswer, onbroker: &Callback<Middle>) -> Html {
    if answer.brokers.len() < 2 {
        return html! { <span>{"Broker"}</span> };
    }
    let brokers = answer.brokers.clone();
    let onbroker = onbroker.clone();
    let onchange = Callback::from(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
        let place = chosen.parse::<usize>().ok();
        if let Some(link) = place.and_then(|place| brokers.get(place)) {
            onbroker.emit(link.clone());
        }
    });
    html! {
        <select class="ladder-brokers" aria-label="Broker in the middle" {onchange}>
            { for answer.brokers.iter().enumerate().map(|(place, link)| html! {
                <option key={place} value={place.to_string()} selected={*link == answer.broker}>
                    {words::broker(link)}
                </option>
            }) }
        </select>
    }
}
