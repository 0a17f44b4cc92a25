//! The table of counts.

use super::{cell, overhead};
use crate::components::badge::Family;
use crate::components::icon::{Icon, Sign};
use crate::components::virtual_list::{Row, VirtualList};
use crate::format;
use crate::pages::packets::words;
use crate::route::packets;
use crate::router::use_router;
use midge_view::{CountKey, CountRow, CountersAnswer, CountsOf, PacketType, Window};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`CountTable`].
#[derive(PartialEq, Properties)]
pub(super) struct CountTableProps {
    /// Of what.
    pub of: CountsOf,
    /// Sorted by what.
    pub by: CountKey,
    /// The largest first.
    pub descending: bool,
    /// Somebody sorts by a column.
    pub onsort: Callback<CountKey>,
    /// Which rows it needs.
    pub onwindow: Callback<Window>,
    /// The rows at hand.
    pub answer: Rc<CountersAnswer>,
    /// What is said when there are none.
    pub empty: Html,
}

/// The table.
#[component]
pub(super) fn CountTable(props: &CountTableProps) -> Html {
    let chosen = use_state_eq(|| None::<u64>);
    let router = use_router();
    let answer = &props.answer;
    let onselect = {
        let chosen = chosen.setter();
        Callback::from(move |index: u64| chosen.set(Some(index)))
    };
    // The way to the packets of the row that Enter is pressed on.
    let onopen = {
        let (answer, of) = (Rc::clone(answer), props.of);
        Callback::from(move |index: u64| {
            let at = index.checked_sub(u64::from(answer.first));
            let row = at.and_then(|at| answer.rows.get(usize::try_from(at).ok()?));
            if let Some(row) = row {
                router.push(packets(&words::filter_of(of, &row.name)));
            }
        })
    };
    let draw: Rc<dyn Fn(usize) -> Row> = {
        let (answer, of) = (Rc::clone(answer), props.of);
        Rc::new(move |at| Row {
            cells: cells(of, &answer.rows[at]),
            class: classes!((answer.rows[at].count.faults > 0).then_some("fault")),
            label: None,
        })
    };
    html! {
        <VirtualList label="Counts" head={head(props)} start={0} end={u64::from(answer.all)} from={u64::from(answer.first)}
            count={answer.rows.len()} {draw} revision={Rc::as_ptr(answer) as usize} selected={*chosen} {onselect} {onopen}
            by_time={false} follow={false} onfollow={Callback::noop()} onwindow={props.onwindow.clone()} empty={props.empty.clone()} />
    }
}

/// The columns: what they sort by, name, and what they mean.
const COLUMNS: [(CountKey, &str, &str); 8] = [
    (CountKey::Name, "", "By name"),
    (
        CountKey::Packets,
        "Packets",
        "Packets: to the broker, and to clients",
    ),
    (
        CountKey::Bytes,
        "Bytes",
        "Bytes of whole packets, both ways",
    ),
    (
        CountKey::Messages,
        "Messages",
        "PUBLISH packets, repetitions not counted",
    ),
    (
        CountKey::Overhead,
        "Overhead",
        "Bytes besides payload for each message",
    ),
    (
        CountKey::Open,
        "Open",
        "Handshakes and requests that wait for a packet",
    ),
    (
        CountKey::Again,
        "Again",
        "PUBLISH packets that were sent again",
    ),
    (CountKey::Faults, "Malformed", "Packets that are not legal"),
];

fn head(props: &CountTableProps) -> Html {
    let named = match props.of {
        CountsOf::Clients => "Client",
        CountsOf::Topics => "Topic",
        CountsOf::Types => "Packet type",
    };
    COLUMNS
        .iter()
        .map(|&(key, name, title)| {
            let name = if key == CountKey::Name { named } else { name };
            let sorted = (props.by == key).then_some(match props.descending {
                true => "descending",
                false => "ascending",
            });
            let onclick = props.onsort.reform(move |_: MouseEvent| key);
            html! {
                <span role="columnheader" key={name} aria-sort={sorted.unwrap_or("none")}>
                    <button type="button" class="sort" {title} {onclick}>
                        {name}
                        if let Some(sorted) = sorted {
                            <span class="sort-sign" data-sorted={sorted}><Icon sign={Sign::Down} size={12} /></span>
                        }
                    </button>
                </span>
            }
        })
        .collect()
}

fn cells(of: CountsOf, row: &CountRow) -> Html {
    let count = &row.count;
    let href = packets(&words::filter_of(of, &row.name)).href();
    let name = match row.name.as_str() {
        "" => "(topic not seen)",
        name => name,
    };
    let family = (of == CountsOf::Types)
        .then(|| {
            PacketType::ALL
                .into_iter()
                .find(|kind| kind.name() == row.name)
        })
        .flatten()
        .map(|kind| Family::of(kind).key());
    html! {
        <>
            <span role="gridcell">
                <a {href} class={classes!("ellipsis", (of == CountsOf::Topics).then_some("mono"), family.map(|_| "count-type"))}
                    data-family={family} title={format!("Show the packets of {name}")}>{name}</a>
            </span>
            <span role="gridcell" class="number">
                <span class="count-both" title="To the broker, and to clients">
                    {format!("\u{2192}{} \u{2190}{}", format::count(count.packets.to_broker), format::count(count.packets.to_client))}
                </span>
                {format::count(count.packets.sum())}
            </span>
            <span role="gridcell" class="number" title={format::bytes(count.bytes.sum())}>{format::size(count.bytes.sum())}</span>
            <span role="gridcell" class="number">{cell(count.publishes.sum() - count.again.sum())}</span>
            <span role="gridcell" class="number">{overhead(count)}</span>
            <span role="gridcell" class="number">{cell(count.open.sum())}</span>
            <span role="gridcell" class="number">{cell(count.again.sum())}</span>
            <span role="gridcell" class="number">{cell(count.faults)}</span>
        </>
    }
}
