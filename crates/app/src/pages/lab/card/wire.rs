//! The newest packets on a device's wire.

use crate::components::badge::{DirectionArrow, PacketBadge};
use crate::format;
use crate::route::{Address, Page};
use midge_view::PacketRow;
use yew::prelude::*;

/// Rows shown; the place is kept for all of them, so that nothing moves when packets arrive.
const ROWS: usize = 6;

/// Properties of [`WirePackets`].
#[derive(PartialEq, Properties)]
pub(super) struct WirePacketsProps {
    /// The client's name in the packet list.
    pub(super) client: Option<String>,
    /// Newest last.
    pub(super) rows: Vec<PacketRow>,
}

/// A short list, newest first, each row a way to the whole packet.
#[component]
pub(super) fn WirePackets(props: &WirePacketsProps) -> Html {
    let all = Address::of(Page::Packets).with("client", props.client.clone().unwrap_or_default());
    html! {
        <section class="card-section" aria-label="On its wire">
            <div class="row card-section-head">
                <h3 class="grow">{"On its wire"}</h3>
                <a class="small" href={all.href()}>{"All its packets"}</a>
            </div>
            <ul class="wire-packets" style={format!("--rows: {ROWS}")}>
                { for props.rows.iter().rev().take(ROWS).map(|row| {
                    let address = all.clone().with("packet", row.seq.to_string());
                    html! {
                        <li key={row.seq}>
                            <a href={address.href()} title={row.summary.clone()}>
                                <span class="muted mono">{format::clock(row.at_ms)}</span>
                                <DirectionArrow direction={row.direction} />
                                <PacketBadge packet_type={row.packet_type} fault={row.fault} />
                                <span class="wire-summary">{&row.summary}</span>
                            </a>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}
