//! How much the packet log keeps.

use crate::format;
use crate::store::{LogBounds, Settings, StoredHandle, use_stored};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The part of the page about the packet log.
#[component]
pub(super) fn PacketLogSettings() -> Html {
    let settings = use_stored::<Settings>();
    html! {
        <section class="panel" aria-labelledby="packet-log-heading">
            <header class="panel-head"><h2 id="packet-log-heading">{"Packet log"}</h2></header>
            <div class="panel-body stack">
                <p class="muted">{"The newest packets are kept in this tab\u{2019}s memory, up to the first of these bounds. The oldest go first, and the Packets page says how many went."}</p>
                <div class="row">
                    { choice(&settings, "Packets", &LogBounds::PACKETS, |bounds| &mut bounds.packets, |number| format::count(u64::from(number))) }
                    { choice(&settings, "Memory for their bytes", &LogBounds::MEBIBYTES, |bounds| &mut bounds.mebibytes, |number| format!("{number} MiB")) }
                </div>
                <p class="muted small">{"Each packet takes some 18 bytes besides its own. A capture that is imported has room within the same bounds."}</p>
            </div>
        </section>
    }
}

fn choice(
    settings: &StoredHandle<Settings>,
    label: &'static str,
    numbers: &'static [u32],
    part: fn(&mut LogBounds) -> &mut u32,
    words: fn(u32) -> String,
) -> Html {
    let chosen = *part(&mut settings.log.clone());
    let onchange = {
        let settings = settings.clone();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Ok(number) = value.parse::<u32>() {
                settings.update(move |settings| *part(&mut settings.log) = number);
            }
        })
    };
    // A number of an imported file need not be one of ours.
    let mut offered = numbers.to_vec();
    if !offered.contains(&chosen) {
        offered.push(chosen);
        offered.sort_unstable();
    }
    html! {
        <label class="field">
            <span class="label">{label}</span>
            <select class="select" aria-label={label} {onchange}>
                { for offered.into_iter().map(|number| html! {
                    <option key={number} value={number.to_string()} selected={number == chosen}>{words(number)}</option>
                }) }
            </select>
        </label>
    }
}
