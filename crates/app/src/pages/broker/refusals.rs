//! What the broker refused and ended, and which limits were reached.

use super::words;
use crate::format;
use crate::hub::use_refusals;
use midge_view::{RefusalGroup, RefusalRow};
use yew::prelude::*;

/// The panel. It asks for itself, so that nobody counts where nobody looks.
#[component]
pub(super) fn RefusalsPanel() -> Html {
    let reply = use_refusals();
    let answer = reply.here().cloned().unwrap_or_default();
    html! {
        <section class="panel broker-refusals" aria-label="Refusals of the broker">
            <header class="panel-head"><h2>{"Refused and ended"}</h2></header>
            <div class="windowed" tabindex="0" role="group" aria-label="Refusals, scrolls">
                if answer.rows.is_empty() {
                    <p class="muted broker-none">{"Nothing so far. CONNECT packets that are refused, connections that the broker ends and limits that a client reaches are counted here with their reason codes."}</p>
                } else {
                    <table class="table" aria-label="Refusals">
                        <thead><tr><th scope="col">{"What"}</th><th scope="col">{"Code"}</th><th scope="col">{"Times"}</th></tr></thead>
                        { for RefusalGroup::ALL.map(|group| group_rows(group, &answer.rows)) }
                    </table>
                }
            </div>
        </section>
    }
}

fn group_rows(group: RefusalGroup, rows: &[RefusalRow]) -> Html {
    let rows: Vec<&RefusalRow> = rows.iter().filter(|row| row.group == group).collect();
    if rows.is_empty() {
        return Html::default();
    }
    html! {
        <tbody key={words::refusal_group(group)}>
            <tr class="refusal-group"><th scope="rowgroup" colspan="3">{words::refusal_group(group)}</th></tr>
            { for rows.into_iter().map(|row| html! {
                <tr key={row.name.clone()}>
                    <td>
                        <span class="refusal-name">{&row.name}</span>
                        <span class="refusal-words">{&row.words}</span>
                    </td>
                    <td class="mono">{words::code(row.code)}</td>
                    <td class="number">{format::count(row.count)}</td>
                </tr>
            }) }
        </tbody>
    }
}
