//! The chosen packet: its fields beside its bytes, and what the field pointed at means.

use super::byte_view::ByteView;
use super::decode;
use super::explained::Explained;
use super::ladder::FollowButton;
use super::receivers::Receivers;
use crate::components::badge::PacketBadge;
use crate::components::clipboard::use_copy;
use crate::components::escape::on_escape;
use crate::components::hex;
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use crate::components::tabs::{Tab, Tabs};
use crate::format;
use crate::hub::{Reply, use_packet};
use midge_view::{Direction, PacketDetail, PacketType};
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
    let onkeydown = on_escape(&props.onclose);
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

/// What is shown of the packet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Bytes,
    Receivers,
}

impl Side {
    const ALL: [Self; 2] = [Self::Bytes, Self::Receivers];

    const fn key(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Receivers => "receivers",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Bytes => "Bytes",
            Self::Receivers => "Who got it?",
        }
    }
}

#[component]
fn PacketView(props: &PacketViewProps) -> Html {
    let detail = &props.detail;
    let side = use_state_eq(|| Side::Bytes);
    let explained = use_memo(detail.clone(), |detail| Explained::of(detail));
    // Only a message has receivers.
    let has_sides = detail.row.packet_type == Some(PacketType::Publish) && detail.fault.is_none();
    let shown = if has_sides { *side } else { Side::Bytes };
    let tabs = has_sides.then(|| {
        let setter = side.setter();
        let onopen = Callback::from(move |key: AttrValue| {
            let named = Side::ALL.into_iter().find(|side| side.key() == key);
            setter.set(named.unwrap_or(Side::Bytes));
        });
        let tab = |side: Side| Tab {
            key: side.key().into(),
            label: side.label().into(),
        };
        html! { <Tabs label="Packet" tabs={Side::ALL.map(tab).to_vec()} open={shown.key()} {onopen} /> }
    });
    html! {
        <>
            <PacketHead detail={detail.clone()} onclose={props.onclose.clone()} tabs={tabs.unwrap_or_default()} />
            if let Some(fault) = detail.fault.as_ref().filter(|_| detail.explanation.error.is_none()) {
                <p class="packet-fault"><Icon sign={Sign::Warning} /><span>{fault}</span></p>
            }
            { match shown {
                Side::Bytes => html! {
                    <ByteView explained={Same(explained)} packet={detail.row.seq} note={left_out(detail)} />
                },
                Side::Receivers => html! { <Receivers seq={detail.row.seq} /> },
            } }
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
        <p class="packet-note">{format!(
            "The first {} of {} are shown. Export writes all of them; only packets that are shown whole can be changed and decoded.",
            format::count(shown), format::bytes(all)
        )}</p>
    }
}

#[derive(PartialEq, Properties)]
struct PacketHeadProps {
    detail: Same<PacketDetail>,
    onclose: Callback<()>,
    /// What of the packet is shown, where there is a choice.
    tabs: Html,
}

#[component]
fn PacketHead(props: &PacketHeadProps) -> Html {
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
            {props.tabs.clone()}
            <FollowButton seq={row.seq} packet_type={row.packet_type} />
            if let Some(address) = decode::address_of_packet(&props.detail) {
                <a class="button quiet" href={address.href()} title="Change the bytes and see what the decoder says">
                    <Icon sign={Sign::Edit} />{"Edit bytes"}
                </a>
            }
            <button type="button" class="button quiet" onclick={oncopy}><Icon sign={Sign::Copy} />{"Copy bytes"}</button>
            <button type="button" class="icon-button" aria-label="Close the packet"
                onclick={props.onclose.reform(|_: MouseEvent| ())}><Icon sign={Sign::Close} /></button>
        </header>
    }
}
