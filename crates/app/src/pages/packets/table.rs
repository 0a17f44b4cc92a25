//! The list of packets.

use crate::components::badge::{DupIcon, PacketBadge, QosBadge, RetainIcon};
use crate::components::empty::EmptyState;
use crate::components::icon::Sign;
use crate::components::virtual_list::{Row, VirtualList};
use crate::format;
use crate::hub::{use_act, use_packets};
use midge_view::{Action, Direction, PacketFilter, PacketRow, PacketsAnswer, Window};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`PacketTable`].
#[derive(PartialEq, Properties)]
pub(super) struct PacketTableProps {
    /// Which packets count.
    pub filter: PacketFilter,
    /// Another filter.
    pub onfilter: Callback<PacketFilter>,
    /// Number of the chosen packet.
    pub chosen: Option<u64>,
    /// Another one is chosen.
    pub onchoose: Callback<Option<u64>>,
    /// Whether the newest packets stay in view.
    pub follow: bool,
    /// Begins or ends that.
    pub onfollow: Callback<bool>,
}

/// The list.
#[component]
pub(super) fn PacketTable(props: &PacketTableProps) -> Html {
    let window = use_state_eq(|| Window::Tail { count: 60 });
    let reply = use_packets(props.filter.clone(), *window);
    let answer = reply.here().cloned().unwrap_or_default();
    let (selected, onselect) = use_choice(props, &answer);
    let draw: Rc<dyn Fn(usize) -> Row> = {
        let answer = Rc::clone(&answer);
        Rc::new(move |at| row(&answer.rows[at]))
    };
    let onwindow = {
        let window = window.setter();
        Callback::from(move |wanted| window.set(wanted))
    };
    let is_waiting = reply.here().is_none() || answer.scanning.is_some();
    html! {
        <section class="packets-list" aria-label="Packet list">
            <VirtualList label="Packets" head={head()} start={answer.start} end={answer.end} from={answer.from}
                count={answer.rows.len()} {draw} revision={Rc::as_ptr(&answer) as usize} {selected} {onselect}
                follow={props.follow} onfollow={props.onfollow.clone()} {onwindow}
                empty={if is_waiting { html! {} } else { empty(props) }} />
        </section>
    }
}

/// The chosen packet's index in the list, and how a row is chosen. A key can choose a row that is not
/// at hand; its packet is known once the row arrives.
#[hook]
fn use_choice(
    props: &PacketTableProps,
    answer: &Rc<PacketsAnswer>,
) -> (Option<u64>, Callback<u64>) {
    let wanted = use_state_eq(|| None::<u64>);
    {
        let (wanted, answer, onchoose) =
            (wanted.clone(), Rc::clone(answer), props.onchoose.clone());
        use_effect_with((Rc::as_ptr(&answer) as usize, *wanted), move |_| {
            if let Some(row) = wanted.and_then(|index| row_at(&answer, index)) {
                wanted.set(None);
                onchoose.emit(Some(row.seq));
            }
        });
    }
    let onselect = {
        let (wanted, answer) = (wanted.setter(), Rc::clone(answer));
        let (onchoose, onfollow) = (props.onchoose.clone(), props.onfollow.clone());
        Callback::from(move |index: u64| {
            onfollow.emit(false);
            match row_at(&answer, index) {
                Some(row) => onchoose.emit(Some(row.seq)),
                None => wanted.set(Some(index)),
            }
        })
    };
    let at_hand = || {
        let mut rows = answer.rows.iter();
        let place = rows.position(|row| Some(row.seq) == props.chosen)?;
        Some(answer.from + place as u64)
    };
    (wanted.or_else(at_hand), onselect)
}

fn row_at(answer: &PacketsAnswer, index: u64) -> Option<&PacketRow> {
    let place = usize::try_from(index.checked_sub(answer.from)?).ok()?;
    answer.rows.get(place)
}

/// What the columns are called.
const COLUMNS: [&str; 10] = [
    "No.", "Time", "From", "To", "Packet", "Summary", "QoS", "Id", "Flags", "Size",
];

fn head() -> Html {
    COLUMNS
        .iter()
        .map(|name| html! { <span role="columnheader" key={*name}>{*name}</span> })
        .collect()
}

/// The words for the side of a hop that is not the client.
const BROKER: &str = "Broker";

fn row(packet: &PacketRow) -> Row {
    let client = html! {
        <>
            <span class="ellipsis">{&packet.client}</span>
            if packet.live { <span class="live-tag" title="On a real network">{"live"}</span> }
            if packet.imported { <span class="live-tag" title="Read from a capture">{"file"}</span> }
        </>
    };
    let broker = html! { <span class="ellipsis">{BROKER}</span> };
    let (from, to) = match packet.direction {
        Direction::ToBroker => (client, broker),
        Direction::ToClient => (broker, client),
    };
    let arrow = match packet.direction {
        Direction::ToBroker => "\u{2192}",
        Direction::ToClient => "\u{2190}",
    };
    let cells = html! {
        <>
            <span role="gridcell" class="number">{format::count(packet.seq)}</span>
            <span role="gridcell" class="number">{format::clock(packet.at_ms)}</span>
            <span role="gridcell" class="packet-side">{from}</span>
            <span role="gridcell" class="packet-side">
                <span class="packet-arrow" aria-hidden="true">{arrow}</span>{to}
            </span>
            <span role="gridcell"><PacketBadge packet_type={packet.packet_type} fault={packet.fault} /></span>
            <span role="gridcell" class="mono ellipsis" title={packet.summary.clone()}>{&packet.summary}</span>
            <span role="gridcell">if let Some(qos) = packet.qos { <QosBadge {qos} /> }</span>
            <span role="gridcell" class="number">{packet.packet_id.map(|id| id.to_string())}</span>
            <span role="gridcell" class="packet-flags">
                if packet.retain { <RetainIcon /> }
                if packet.dup { <DupIcon /> }
            </span>
            <span role="gridcell" class="number">{format::size(u64::from(packet.size))}</span>
        </>
    };
    Row {
        cells,
        class: classes!("packet-row", packet.fault.then_some("fault")),
        label: None,
    }
}

fn empty(props: &PacketTableProps) -> Html {
    if props.filter == PacketFilter::default() {
        return html! { <NothingYet /> };
    }
    html! {
        <EmptyState sign={Sign::Filter} title="No packet matches this filter" action="Show all packets"
            onaction={props.onfilter.reform(|()| PacketFilter::default())}>
            <p>{"Packets that match appear here as soon as they are sent."}</p>
        </EmptyState>
    }
}

/// No packet was sent: the lab stands, most likely.
#[component]
fn NothingYet() -> Html {
    let act = use_act();
    html! {
        <EmptyState sign={Sign::Packets} title="No packets yet" action="Run the lab"
            onaction={act.reform(|()| Action::Pause(false))}>
            <p>{"Every packet between a client and its broker stands here, byte for byte: those of the lab\u{2019}s devices and those of the Workbench\u{2019}s connections."}</p>
        </EmptyState>
    }
}
