//! A message and every client: who got it, who did not, and why. What is said was decided by the broker.

use super::badge::{QosBadge, RetainIcon};
use super::chip::TopicChip;
use super::icon::{Icon, Sign};
use super::same::Same;
use crate::format;
use crate::route::{Address, Page};
use midge_view::{WhyAnswer, WhyRow, WhySign, WhySubscription};
use std::collections::BTreeSet;
use yew::prelude::*;

/// Properties of [`WhyList`].
#[derive(PartialEq, Properties)]
pub struct WhyListProps {
    /// What the engine found.
    pub answer: Same<WhyAnswer>,
    /// Whether the message itself is left out, because it stands above.
    #[prop_or_default]
    pub bare: bool,
}

/// The list: each client can be opened to see its subscriptions.
#[component]
pub fn WhyList(props: &WhyListProps) -> Html {
    let open = use_state(BTreeSet::<String>::new);
    let answer = &props.answer;
    html! {
        <div class="why">
            if !props.bare { { message(answer) } }
            if let Some(problem) = &answer.problem {
                <p class="why-problem" role="alert"><Icon sign={Sign::Warning} />{problem}</p>
            } else {
                <p class="why-source muted">{tally(answer)}{" "}{&answer.source}</p>
            }
            <ul class="why-rows" aria-label="Clients">
                { for answer.rows.iter().map(|row| {
                    let is_open = open.contains(&row.client_id);
                    let ontoggle = {
                        let (open, id) = (open.clone(), row.client_id.clone());
                        Callback::from(move |()| {
                            let mut next = (*open).clone();
                            if !next.remove(&id) {
                                next.insert(id.clone());
                            }
                            open.set(next);
                        })
                    };
                    html! { <WhyItem key={row.client_id.clone()} row={row.clone()} open={is_open} {ontoggle} /> }
                }) }
            </ul>
        </div>
    }
}

/// The message that it is about.
fn message(answer: &WhyAnswer) -> Html {
    html! {
        <div class="why-message">
            <TopicChip topic={answer.topic.clone()} />
            <QosBadge qos={answer.qos} />
            if answer.retain { <RetainIcon /> }
            <span>{match &answer.publisher {
                Some(name) => format!("published by {name}"),
                None => "published by the broker or not seen from its publisher".to_owned(),
            }}</span>
            if let Some(at) = answer.routed_at_ms {
                <span class="muted">{format!("routed at {}", format::clock(at))}</span>
            }
            if let Some(seq) = answer.published {
                <a href={Address::of(Page::Packets).with("packet", seq.to_string()).href()}>
                    {format!("packet {}", format::count(seq))}
                </a>
            }
        </div>
    }
}

/// How many of each, in a sentence.
fn tally(answer: &WhyAnswer) -> String {
    let count = |sign| answer.rows.iter().filter(|row| row.sign == sign).count() as u64;
    let mut parts = Vec::new();
    let got = count(WhySign::Got);
    parts.push(format!(
        "{} {}",
        format::count(got),
        if got == 1 {
            "client gets it"
        } else {
            "clients get it"
        }
    ));
    for (sign, words) in [(WhySign::UnderWay, "wait for it"), (WhySign::Not, "do not")] {
        let number = count(sign);
        if number > 0 {
            parts.push(format!("{} {words}", format::count(number)));
        }
    }
    format!("{}.", parts.join(", "))
}

/// The sign, the word beside it, and the key for the styles.
const fn sign(sign: WhySign) -> (Sign, &'static str, &'static str) {
    match sign {
        WhySign::Got => (Sign::Check, "Yes", "got"),
        WhySign::UnderWay => (Sign::Time, "Waits", "waits"),
        WhySign::Not => (Sign::Close, "No", "not"),
        WhySign::Unknown => (Sign::Hint, "Perhaps", "unknown"),
    }
}

#[derive(PartialEq, Properties)]
struct WhyItemProps {
    row: WhyRow,
    open: bool,
    ontoggle: Callback<()>,
}

/// One client.
#[component]
fn WhyItem(props: &WhyItemProps) -> Html {
    let row = &props.row;
    let (icon, word, key) = sign(row.sign);
    let onclick = props.ontoggle.reform(|_: MouseEvent| ());
    let name = row.name.clone().unwrap_or_else(|| row.client_id.clone());
    html! {
        <li class="why-row" data-sign={key} data-packet={row.of_packet.then_some("true")}>
            <button type="button" class="why-head" aria-expanded={props.open.to_string()} {onclick}>
                <Icon sign={if props.open { Sign::Down } else { Sign::Right }} size={12} />
                <span class="why-sign"><Icon sign={icon} size={12} />{word}</span>
                <span class="why-client">
                    <b>{name}</b>
                    if row.of_packet { <span class="muted">{" of this packet"}</span> }
                </span>
                <span class="why-words">{&row.words}</span>
            </button>
            if props.open {
                <div class="why-more">
                    if let Some(meaning) = &row.meaning { <p>{meaning}</p> }
                    <p class="muted">
                        if row.name.is_some() && !row.client_id.is_empty() { {format!("Client id {}. ", row.client_id)} }
                        { row.clause.as_ref().map(|clause| format!("MQTT, {clause}.").replace("MQTT, MQTT", "MQTT")) }
                    </p>
                    if !row.subscriptions.is_empty() {
                        <ul class="why-subscriptions" aria-label="Subscriptions">
                            { for row.subscriptions.iter().map(subscription) }
                        </ul>
                    }
                </div>
            }
        </li>
    }
}

fn subscription(subscription: &WhySubscription) -> Html {
    let (icon, key) = match subscription.delivers {
        true => (Sign::Check, "got"),
        false => (Sign::Close, "not"),
    };
    html! {
        <li key={subscription.filter.clone()} data-sign={key}>
            <span class="why-sign"><Icon sign={icon} size={12} label={if subscription.delivers { "delivers" } else { "does not" }} /></span>
            <FilterLevels filter={subscription.filter.clone()} level={subscription.level} />
            if let Some(qos) = subscription.qos { <QosBadge {qos} /> }
            <span>{&subscription.words}</span>
        </li>
    }
}

/// Properties of [`FilterLevels`].
#[derive(PartialEq, Properties)]
pub struct FilterLevelsProps {
    /// The filter.
    pub filter: AttrValue,
    /// The level, from 0, that decided that it does not match.
    #[prop_or_default]
    pub level: Option<u16>,
}

/// A filter with the level marked that decided.
#[component]
pub fn FilterLevels(props: &FilterLevelsProps) -> Html {
    let decided = props.level.map(usize::from);
    let count = props.filter.split('/').count();
    html! {
        <span class="filter-levels mono">
            { for props.filter.split('/').enumerate().map(|(at, level)| html! {
                <>
                    if at > 0 { {"/"} }
                    if decided == Some(at) { <mark title="This level decides">{level}</mark> } else { {level} }
                </>
            }) }
            if decided.is_some_and(|level| level >= count) { <mark title="It ends here">{"\u{2003}"}</mark> }
        </span>
    }
}
