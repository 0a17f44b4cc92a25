//! The byte view: fields as a tree beside the bytes, and what the field pointed at means.

use super::explained::Explained;
use super::inspector::Inspector;
use super::links::{Pointed, linked};
use super::tree::FieldTree;
use crate::components::hex_view::HexView;
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use yew::prelude::*;

/// Properties of [`ByteView`].
#[derive(PartialEq, Properties)]
pub(super) struct ByteViewProps {
    /// What is shown.
    pub explained: Same<Explained>,
    /// Changes when another packet is shown, so that nothing of it is pointed at yet.
    pub packet: u64,
    /// What is said beneath the bytes.
    #[prop_or_default]
    pub note: Html,
}

/// The view. What is pointed at on one side stands out on the other.
#[component]
pub(super) fn ByteView(props: &ByteViewProps) -> Html {
    let explained = &props.explained;
    let hovered = use_state_eq(|| None::<Pointed>);
    let chosen = use_state_eq(|| None::<Pointed>);
    {
        let (hovered, chosen) = (hovered.setter(), chosen.setter());
        use_effect_with(props.packet, move |_| {
            hovered.set(None);
            chosen.set(None);
        });
    }
    let hover = {
        let hovered = hovered.setter();
        Callback::from(move |pointed: Option<Pointed>| hovered.set(pointed))
    };
    let choose = {
        let (hovered, chosen) = (hovered.setter(), chosen.setter());
        // Keys lead away from where the pointer happens to rest.
        Callback::from(move |pointed: Option<Pointed>| {
            hovered.set(None);
            chosen.set(pointed);
        })
    };
    let pointed = hovered.or(*chosen);
    let links = linked(&explained.explanation.spans, pointed);
    // Pointing at a field brings its bytes on screen; pointing at a byte must not move the bytes.
    let reveal = match pointed {
        Some(Pointed::Span(_)) => links.bytes.first().map(|run| run.start),
        _ => None,
    };
    let onfault = choose.reform(|span: usize| Some(Pointed::Span(span)));
    html! {
        <>
            <FaultNotice explained={explained.clone()} {onfault} />
            <div class="packet-body">
                <FieldTree explained={explained.clone()} linked={links.spans.clone()}
                    onhover={hover.reform(|span: Option<usize>| span.map(Pointed::Span))}
                    onchoose={choose.reform(|span| Some(Pointed::Span(span)))} />
                <div class="packet-bytes" style={format!("--rows: {}", explained.bytes.len().div_ceil(16))}>
                    <HexView bytes={explained.bytes.clone()} label="Bytes" linked={links.bytes.clone()} {reveal}
                        fault={explained.fault_bytes()}
                        onhover={hover.reform(|byte: Option<usize>| byte.map(Pointed::Byte))}
                        onchoose={choose.reform(|byte| Some(Pointed::Byte(byte)))} />
                    {props.note.clone()}
                    <Inspector explained={explained.clone()} spans={links.spans} bits={links.bits} />
                </div>
            </div>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct FaultNoticeProps {
    explained: Same<Explained>,
    /// Shows the span at fault.
    onfault: Callback<usize>,
}

/// Why the bytes are not a legal packet.
#[component]
fn FaultNotice(props: &FaultNoticeProps) -> Html {
    let Some(error) = props.explained.explanation.error else {
        return Html::default();
    };
    let span = props.explained.fault_span();
    html! {
        <p class="packet-fault">
            <Icon sign={Sign::Warning} />
            <span>{format!("{error}. Everything before it was read.")}</span>
            if let Some(span) = span {
                <button type="button" class="button quiet small"
                    onclick={props.onfault.reform(move |_: MouseEvent| span)}>{"Show where"}</button>
            }
        </p>
    }
}
