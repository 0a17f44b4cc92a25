//! What the field pointed at means: value, sentence, clause, Wireshark's name, and its bits.

use super::explained::Explained;
use super::fields::{fields_of, place, value};
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use midge_codec::Span;
use yew::prelude::*;

/// Properties of [`Inspector`].
#[derive(PartialEq, Properties)]
pub(super) struct InspectorProps {
    /// The packet.
    pub explained: Same<Explained>,
    /// The spans pointed at.
    pub spans: Vec<usize>,
    /// The byte whose bits are shown.
    pub bits: Option<usize>,
}

/// The explanation beneath the bytes.
#[component]
pub(super) fn Inspector(props: &InspectorProps) -> Html {
    let spans = &props.explained.explanation.spans;
    let mut shown = props.spans.clone();
    shown.retain(|&span| span < spans.len());
    if shown.is_empty() {
        let summary = props.explained.packet_type().map(|kind| kind.summary());
        return html! {
            <div class="inspector">
                <p>{summary}</p>
                <p class="muted">{"Point at a field or a byte to see what belongs together and what it means."}</p>
            </div>
        };
    }
    html! {
        <div class="inspector">
            if let Some(byte) = props.bits {
                <Bits explained={props.explained.clone()} {byte} linked={props.spans.clone()} />
            }
            if let &[span] = shown.as_slice() {
                { one(span, &props.explained) }
            } else {
                <p class="muted">{format!("{} fields share byte {}.", shown.len(), props.bits.unwrap_or_default())}</p>
            }
        </div>
    }
}

fn one(index: usize, explained: &Explained) -> Html {
    let span: &Span = &explained.explanation.spans[index];
    let version = explained.version;
    let fault = (explained.fault_span() == Some(index))
        .then_some(explained.explanation.error)
        .flatten();
    html! {
        <>
            <p class="inspector-name">
                <b>{span.field.name()}</b>
                <span class="mono">{value(&span.value)}</span>
                <span class="muted">{place(span)}</span>
            </p>
            <p>{span.field.meaning(&span.value).into_owned()}</p>
            if let Some(error) = fault {
                <p class="inspector-fault"><Icon sign={Sign::Warning} size={12} />{error.to_string()}</p>
            }
            <p class="inspector-sources">
                if let Some(clause) = span.field.clause(version) {
                    <span>{format!("MQTT {version}, section {clause}")}</span>
                }
                if let Some(name) = explained.explanation.wireshark(index, version) {
                    <span>{"Wireshark: "}<code>{name}</code></span>
                }
            </p>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct BitsProps {
    explained: Same<Explained>,
    byte: usize,
    linked: Vec<usize>,
}

/// The eight bits of a byte, with the fields that own them.
#[component]
fn Bits(props: &BitsProps) -> Html {
    let spans = &props.explained.explanation.spans;
    let Some(&byte) = props.explained.bytes.get(props.byte) else {
        return Html::default();
    };
    let first_bit = u32::try_from(props.byte * 8).unwrap_or(u32::MAX);
    html! {
        <div class="bits" role="img" aria-label={format!("Byte {}, bits {byte:08b}", props.byte)}>
            { for fields_of(spans, props.byte).into_iter().map(|index| {
                let span = &spans[index];
                let start = span.start.saturating_sub(first_bit).min(8);
                let end = (span.start + span.length).saturating_sub(first_bit).min(8);
                html! {
                    <div class="bits-field" key={index} data-linked={props.linked.contains(&index).then_some("true")}
                        style={format!("grid-column: span {}", end - start)}>
                        <div class="bits-digits">
                            { for (start..end).map(|bit| html! {
                                <span>{if byte & (0x80 >> bit) != 0 { "1" } else { "0" }}</span>
                            }) }
                        </div>
                        <div class="bits-name">{span.field.name()}</div>
                    </div>
                }
            }) }
        </div>
    }
}
