//! The way of one message: from its publisher through the broker to each subscriber.

use crate::components::badge::{QosBadge, RetainIcon};
use crate::components::icon::{Icon, Sign};
use crate::components::same::Same;
use crate::format;
use crate::hub::Reply;
use midge_view::{Fate, JourneyAnswer, LegRow};
use yew::prelude::*;

/// Properties of [`JourneyPanel`].
#[derive(PartialEq, Properties)]
pub(super) struct JourneyPanelProps {
    /// The number of the packet whose message is followed.
    pub seq: u64,
    /// The answer.
    pub reply: Reply<JourneyAnswer>,
    /// Whether packets are still being read, so that the answer may be still to come.
    pub reading: bool,
    /// Chooses a packet.
    pub onchoose: Callback<Option<u64>>,
    /// Follows no longer.
    pub onstop: Callback<()>,
}

/// The panel above the ladder.
#[component]
pub(super) fn JourneyPanel(props: &JourneyPanelProps) -> Html {
    let body = match &props.reply {
        Reply::Here(journey) => html! {
            <Legs journey={Same::from(journey)} onchoose={props.onchoose.clone()} />
        },
        Reply::Gone if !props.reading => html! {
            <p class="journey-note">
                {format!("Packet {} carries no message, or is not kept any more.", format::count(props.seq))}
            </p>
        },
        Reply::Gone | Reply::Waiting => html! {
            <p class="journey-note">{"Looking for the message\u{2026}"}</p>
        },
    };
    let words = match props.reply.here() {
        Some(journey) => html! {
            <>
                <span class="mono">{&journey.topic}</span>
                <span class="journey-payload mono ellipsis">{&journey.preview}</span>
            </>
        },
        None => Html::default(),
    };
    html! {
        <section class="journey" aria-label="Message followed">
            <header class="journey-head">
                <h2 class="journey-title">{"Message"}</h2>
                {words}
                <button type="button" class="icon-button" aria-label="Stop following the message"
                    onclick={props.onstop.reform(|_: MouseEvent| ())}><Icon sign={Sign::Close} /></button>
            </header>
            {body}
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct LegsProps {
    journey: Same<JourneyAnswer>,
    onchoose: Callback<Option<u64>>,
}

#[component]
fn Legs(props: &LegsProps) -> Html {
    let journey = &props.journey;
    let published = match &journey.published {
        Some(leg) => leg_item(leg, true, &props.onchoose),
        None => html! {
            <li class="journey-leg"><span class="journey-note">{"No publisher seen: the broker sent it itself, from its retained messages or as a will"}</span></li>
        },
    };
    html! {
        <ol class="journey-legs">
            {published}
            <li class="journey-broker"><Icon sign={Sign::Broker} size={14} />{"Broker"}</li>
            if journey.delivered.is_empty() {
                <li class="journey-leg"><span class="journey-note">{"Nobody got it: no subscription matches, or none yet"}</span></li>
            }
            { for journey.delivered.iter().map(|leg| leg_item(leg, false, &props.onchoose)) }
        </ol>
    }
}

fn leg_item(leg: &LegRow, to_broker: bool, onchoose: &Callback<Option<u64>>) -> Html {
    let seq = leg.seq;
    let onclick = onchoose.reform(move |_: MouseEvent| seq);
    let name = name(leg, to_broker);
    html! {
        <li class="journey-leg" data-fate={key(leg.fate)}>
            <button type="button" aria-label={name.clone()} title={name} disabled={seq.is_none()} {onclick}>
                <span class="journey-fate"><Icon sign={sign(leg.fate)} size={14} /></span>
                <span class="journey-client ellipsis">{&leg.client}</span>
                if let Some(qos) = leg.qos { <QosBadge {qos} /> }
                if leg.retain { <RetainIcon /> }
                if let Some(id) = leg.packet_id { <span class="ladder-id">{format!("id {id}")}</span> }
                <span class="journey-words ellipsis">{words(leg, to_broker)}</span>
            </button>
        </li>
    }
}

/// What became of it, and how long after the beginning.
fn words(leg: &LegRow, to_broker: bool) -> String {
    let mut words = leg.words.clone();
    if leg.resent > 0 {
        words.push_str(&format!(
            ", {} sent again",
            format::count(leg.resent.into())
        ));
    }
    if !to_broker {
        words.push_str(&format!(", +{}", format::span(leg.after_ms)));
    }
    if !leg.certain {
        words.push_str(", or an equal message");
    }
    words
}

fn name(leg: &LegRow, to_broker: bool) -> String {
    let way = if to_broker {
        format!("{} to broker", leg.client)
    } else {
        format!("broker to {}", leg.client)
    };
    let mut parts = vec![way];
    parts.extend(leg.qos.map(|qos| format!("QoS {}", qos as u8)));
    parts.extend(leg.packet_id.map(|id| format!("id {id}")));
    parts.push(words(leg, to_broker));
    parts.join(", ")
}

const fn key(fate: Fate) -> &'static str {
    match fate {
        Fate::Done => "done",
        Fate::Open => "open",
        Fate::Queued => "queued",
        Fate::Lost => "lost",
    }
}

const fn sign(fate: Fate) -> Sign {
    match fate {
        Fate::Done => Sign::Check,
        Fate::Open => Sign::Time,
        Fate::Queued => Sign::Inbox,
        Fate::Lost => Sign::Warning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::QoS;

    #[test]
    fn a_leg_is_heard_with_its_way_and_its_fate() {
        let leg = LegRow {
            client: "Phone".to_owned(),
            seq: Some(9),
            after_ms: 12,
            qos: Some(QoS::AtLeastOnce),
            packet_id: Some(2),
            retain: false,
            resent: 1,
            fate: Fate::Open,
            words: "waits for PUBACK".to_owned(),
            certain: false,
            group: Some(1),
        };
        assert_eq!(
            name(&leg, false),
            "broker to Phone, QoS 1, id 2, waits for PUBACK, 1 sent again, +12 ms, or an equal message"
        );
        assert!(name(&leg, true).starts_with("Phone to broker, "));
    }
}
