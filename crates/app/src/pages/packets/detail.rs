//! The chosen packet: its fields beside its bytes, and what the field pointed at means.

use super::inspector::Inspector;
use super::ladder::FollowButton;
use super::links::{Pointed, linked};
use super::tree::FieldTree;
use crate::components::badge::PacketBadge;
use crate::components::clipboard::use_copy;
use crate::components::hex;
use crate::components::hex_view::HexView;
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use crate::format;
use crate::hub::{Reply, use_packet};
use bytes::Bytes;
use midge_view::{Direction, PacketDetail};
use yew::prelude::*;

/// Properties of [`PacketPane`].
#[derive(PartialEq, Properties)]
pub(super) struct PacketPaneProps {
    /// Number of the packet.
    pub seq: u64,
    /// Closes the pane.
    pub onclose: Callback<()>,
}

/// The pane of the chosen packet.
#[component]
pub(super) fn PacketPane(props: &PacketPaneProps) -> Html {
    let reply = use_packet(props.seq);
    let onkeydown = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                event.stop_propagation();
                onclose.emit(());
            }
        })
    };
    let body = match &reply {
        Reply::Here(detail) => {
            html! { <PacketView detail={Same::from(detail)} onclose={props.onclose.clone()} /> }
        }
        Reply::Gone => html! {
            <div class="packet-gone">
                <p>{format!("Packet {} is not kept any more: the log keeps the newest packets.", format::count(props.seq))}</p>
                <button type="button" class="button" onclick={props.onclose.reform(|_: MouseEvent| ())}>{"Close"}</button>
            </div>
        },
        Reply::Waiting => html! { <p class="packet-gone">{"Reading the packet\u{2026}"}</p> },
    };
    html! { <section class="packet" aria-label="Packet" {onkeydown}>{body}</section> }
}

/// Properties of [`PacketView`].
#[derive(PartialEq, Properties)]
struct PacketViewProps {
    detail: Same<PacketDetail>,
    onclose: Callback<()>,
}

#[component]
fn PacketView(props: &PacketViewProps) -> Html {
    let detail = &props.detail;
    let hovered = use_state_eq(|| None::<Pointed>);
    let chosen = use_state_eq(|| None::<Pointed>);
    {
        let (hovered, chosen) = (hovered.setter(), chosen.setter());
        use_effect_with(detail.row.seq, move |_| {
            hovered.set(None);
            chosen.set(None);
        });
    }
    let bytes = use_memo(detail.clone(), |detail| {
        Bytes::copy_from_slice(&detail.bytes)
    });
    let set = |state: &UseStateHandle<Option<Pointed>>| {
        let setter = state.setter();
        Callback::from(move |pointed: Option<Pointed>| setter.set(pointed))
    };
    let (hover, choose) = (set(&hovered), set(&chosen));
    let pointed = hovered.or(*chosen);
    let links = linked(&detail.explanation.spans, pointed);
    // Pointing at a field brings its bytes on screen; pointing at a byte must not move the bytes.
    let reveal = match pointed {
        Some(Pointed::Span(_)) => links.bytes.first().map(|run| run.start),
        _ => None,
    };
    html! {
        <>
            <PacketHead detail={detail.clone()} onclose={props.onclose.clone()} />
            if let Some(fault) = &detail.fault {
                <p class="packet-fault"><Icon sign={Sign::Warning} /><span>{fault}</span></p>
            }
            <div class="packet-body">
                <FieldTree detail={detail.clone()} linked={links.spans.clone()}
                    onhover={hover.reform(|span: Option<usize>| span.map(Pointed::Span))}
                    onchoose={choose.reform(|span| Some(Pointed::Span(span)))} />
                <div class="packet-bytes" style={format!("--rows: {}", bytes.len().div_ceil(16))}>
                    <HexView bytes={(*bytes).clone()} label="Bytes" linked={links.bytes.clone()} {reveal}
                        onhover={hover.reform(|byte: Option<usize>| byte.map(Pointed::Byte))}
                        onchoose={choose.reform(|byte| Some(Pointed::Byte(byte)))} />
                    { left_out(detail) }
                    <Inspector detail={detail.clone()} spans={links.spans} bits={links.bits} />
                </div>
            </div>
        </>
    }
}

/// Says how many bytes are not shown, if any.
fn left_out(detail: &PacketDetail) -> Html {
    let shown = detail.bytes.len() as u64;
    let all = u64::from(detail.row.size);
    if all <= shown {
        return Html::default();
    }
    html! {
        <p class="packet-note">{format!("The first {} of {} are shown.", format::count(shown), format::bytes(all))}</p>
    }
}

#[component]
fn PacketHead(props: &PacketViewProps) -> Html {
    let row = &props.detail.row;
    let copy = use_copy();
    let oncopy = {
        let detail = props.detail.clone();
        copy.reform(move |_: MouseEvent| hex::text(&detail.bytes))
    };
    let (from, to) = match row.direction {
        Direction::ToBroker => (row.client.as_str(), "Broker"),
        Direction::ToClient => ("Broker", row.client.as_str()),
    };
    html! {
        <header class="packet-head">
            <h2 class="packet-title">
                <PacketBadge packet_type={row.packet_type} fault={row.fault} />
                <span>{format!("{from} \u{2192} {to}")}</span>
            </h2>
            <p class="packet-facts">
                {format!("No. {}, {}, {}, MQTT {}", format::count(row.seq), format::clock(row.at_ms),
                    format::bytes(u64::from(row.size)), props.detail.version)}
            </p>
            <FollowButton seq={row.seq} packet_type={row.packet_type} />
            <button type="button" class="button quiet" onclick={oncopy}><Icon sign={Sign::Copy} />{"Copy bytes"}</button>
            <button type="button" class="icon-button" aria-label="Close the packet"
                onclick={props.onclose.reform(|_: MouseEvent| ())}><Icon sign={Sign::Close} /></button>
        </header>
    }
}
