//! What was counted, by client, topic or packet type: sortable, each a way to its packets.

mod table;

use super::words;
use crate::components::empty::EmptyState;
use crate::components::icon::Sign;
use crate::format;
use crate::hub::{use_act, use_counters};
use midge_view::{Action, Count, CountKey, CountersAnswer, CountersQuery, CountsOf, Window};
use table::CountTable;
use yew::prelude::*;

/// Rows asked for before the table knows its height.
const FIRST: (u32, u32) = (0, 40);

/// The view.
#[component]
pub(super) fn CountersView() -> Html {
    let of = use_state_eq(CountsOf::default);
    let sorted = use_state_eq(|| (CountKey::default(), true));
    let window = use_state_eq(|| FIRST);
    let (by, descending) = *sorted;
    let reply = use_counters(CountersQuery {
        of: *of,
        by,
        descending,
        first: window.0,
        count: window.1,
    });
    let answer = reply.here().cloned().unwrap_or_default();
    let onwindow = {
        let window = window.setter();
        Callback::from(move |wanted: Window| {
            window.set(match wanted {
                Window::Tail { count } => (u32::MAX, count),
                Window::From { index, count } => (u32::try_from(index).unwrap_or(u32::MAX), count),
            });
        })
    };
    let onsort = {
        let sorted = sorted.setter();
        Callback::from(move |key: CountKey| {
            // The same column again turns it round; names begin at A, numbers at the largest.
            let turned = if key == by {
                !descending
            } else {
                key != CountKey::Name
            };
            sorted.set((key, turned));
        })
    };
    let onof = {
        let (of, window) = (of.setter(), window.setter());
        Callback::from(move |wanted: CountsOf| {
            of.set(wanted);
            window.set(FIRST);
        })
    };
    html! {
        <section class="counts" aria-label="Counters">
            { totals(&answer) }
            <div class="counts-bar">
                <div class="segments" role="radiogroup" aria-label="Counted by">
                    { for CHOICES.iter().map(|&(choice, name)| choose(choice, name, *of, &onof)) }
                </div>
                <p class="muted small">{note(*of, &answer)}</p>
            </div>
            <CountTable of={*of} {by} {descending} {onsort} {onwindow} answer={answer.clone()} empty={html! { <NothingCounted /> }} />
        </section>
    }
}

/// What things are counted of, as people read it.
const CHOICES: [(CountsOf, &str); 3] = [
    (CountsOf::Clients, "Clients"),
    (CountsOf::Topics, "Topics"),
    (CountsOf::Types, "Packet types"),
];

fn choose(choice: CountsOf, name: &'static str, of: CountsOf, onof: &Callback<CountsOf>) -> Html {
    let onchange = onof.reform(move |_: Event| choice);
    html! {
        <label class="segment" key={name}>
            <input type="radio" name="counts-of" value={name} checked={choice == of} {onchange} />
            <span>{name}</span>
        </label>
    }
}

fn note(of: CountsOf, answer: &CountersAnswer) -> String {
    let since = "Since the log began or was cleared, also what is no longer kept.";
    if answer.is_full {
        let names = if of == CountsOf::Topics {
            "topics"
        } else {
            "clients"
        };
        return format!(
            "{since} {} {names} are counted apart, all others in the sums only.",
            format::count(u64::from(answer.all))
        );
    }
    since.to_owned()
}

fn totals(answer: &CountersAnswer) -> Html {
    html! {
        <dl class="counters" aria-label="Sums">
            { for words::totals(&answer.total).into_iter().map(|(name, value, title)| html! {
                <div class="counter" key={name} {title}><dt>{name}</dt><dd>{value}</dd></div>
            }) }
        </dl>
    }
}

/// Nothing was counted: the lab stands, most likely.
#[component]
fn NothingCounted() -> Html {
    let act = use_act();
    html! {
        <EmptyState sign={Sign::Packets} title="Nothing was counted yet" action="Run the lab"
            onaction={act.reform(|()| Action::Pause(false))}>
            <p>{"Packets, bytes, handshakes that are open, and what MQTT itself costs beside the payload stand here, for each client, topic and packet type."}</p>
        </EmptyState>
    }
}

/// A cell's text: nothing for none, so that what there is stands out.
fn cell(number: u64) -> String {
    match number {
        0 => "\u{2013}".to_owned(),
        _ => format::count(number),
    }
}

/// The bytes that MQTT costs for each message.
fn overhead(count: &Count) -> String {
    words::overhead(count).unwrap_or_else(|| "\u{2013}".to_owned())
}
