//! Subscribing: the form, and the subscriptions with what the broker granted.

use super::desk::Desk;
use super::inputs::{Hint, QosField, TextField};
use super::words;
use crate::components::icon::{Icon, Sign};
use crate::components::problem::ProblemBox;
use crate::components::same::Same;
use crate::format;
use crate::hub::{Ending, use_act, use_deed};
use crate::store::use_stored;
use midge_codec::topic;
use midge_view::{Action, ConnectionAnswer, ConnectionState, QoS, SubscriptionState};
use std::rc::Rc;
use web_sys::SubmitEvent;
use yew::prelude::*;

/// Properties of [`Subscriptions`].
#[derive(PartialEq, Properties)]
pub(super) struct SubscriptionsProps {
    /// The connection.
    pub connection: Same<ConnectionAnswer>,
}

/// The form and the list.
#[component]
pub(super) fn Subscriptions(props: &SubscriptionsProps) -> Html {
    let desk = use_stored::<Desk>();
    let connection = props.connection.row.id;
    let draft = desk.subscription.clone();
    let is_on = props.connection.row.state == ConnectionState::On;
    let checked = use_state_eq(|| false);
    let sent = use_mut_ref(String::new);
    let done = {
        let (desk, checked) = (desk.clone(), checked.setter());
        let sent = Rc::clone(&sent);
        Callback::from(move |ending: Ending| {
            if ending.is_ok() {
                checked.set(false);
                let sent = sent.borrow().clone();
                desk.update(move |desk| desk.subscription.answered(&sent));
            }
        })
    };
    let deed = use_deed(done);
    let fault = topic::validate_filter(&draft.filter).err();
    let onsubmit = {
        let (act, draft, checked) = (deed.act.clone(), draft.clone(), checked.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            checked.set(true);
            if fault.is_none() {
                sent.borrow_mut().clone_from(&draft.filter);
                act.emit(Action::Subscribe {
                    connection,
                    filter: draft.filter.clone(),
                    qos: draft.qos,
                });
            }
        })
    };
    let onfilter = {
        let desk = desk.clone();
        Callback::from(move |filter: String| {
            desk.update(move |desk| desk.subscription.filter.clone_from(&filter));
        })
    };
    let onqos = {
        let desk = desk.clone();
        Callback::from(move |qos: QoS| desk.update(move |desk| desk.subscription.qos = qos))
    };
    // An empty field is no fault before somebody tries to subscribe.
    let said = fault.filter(|_| *checked || !draft.filter.is_empty());
    let hints: Vec<Hint> = said
        .map(|fault| Hint {
            fault: true,
            text: format!("Not a topic filter: {fault}.").into(),
        })
        .into_iter()
        .collect();
    html! {
        <section class="subscriptions" aria-label="Subscriptions of this connection">
            <form class="line-form" aria-label="Subscribe" novalidate=true {onsubmit}>
                <TextField id="subscribe-filter" label="Topic filter" value={draft.filter.clone()} oninput={onfilter} code=true
                    placeholder="home/+/temperature" {hints} />
                <QosField id="subscribe-qos" qos={draft.qos} onchange={onqos} />
                <button type="submit" class="button" disabled={!is_on || deed.busy}>{"Subscribe"}</button>
            </form>
            if let Some(Err(problem)) = &deed.ending { <ProblemBox problem={problem.clone()} /> }
            if !props.connection.subscriptions.is_empty() {
                <ul class="subscription-list" aria-label="Subscriptions">
                    { for props.connection.subscriptions.iter().map(|subscription| html! {
                        <SubscriptionItem key={subscription.filter.clone()} connection={props.connection.clone()}
                            subscription={subscription.clone()} />
                    }) }
                </ul>
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct SubscriptionItemProps {
    connection: Same<ConnectionAnswer>,
    subscription: SubscriptionState,
}

#[component]
fn SubscriptionItem(props: &SubscriptionItemProps) -> Html {
    let act = use_act();
    let subscription = &props.subscription;
    let connection = props.connection.row.id;
    let onclick = {
        let filter = subscription.filter.clone();
        act.reform(move |_: MouseEvent| Action::Unsubscribe {
            connection,
            filter: filter.clone(),
        })
    };
    let is_refused = matches!(subscription.granted, Some(Err(_)));
    let is_on = props.connection.row.state == ConnectionState::On;
    html! {
        <li class="subscription" data-refused={is_refused.then_some("true")}>
            <span class="subscription-filter mono" title={subscription.filter.clone()}>{&subscription.filter}</span>
            <span class="subscription-words">
                {format!("{}, {}", words::granted(subscription), format::plural(subscription.messages, "message", "messages"))}
            </span>
            <button type="button" class="icon-button" aria-label={format!("Unsubscribe from {}", subscription.filter)}
                title="Unsubscribe" disabled={!is_on} {onclick}><Icon sign={Sign::Close} /></button>
        </li>
    }
}
