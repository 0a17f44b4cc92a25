//! The steps of a lesson: what is done, what is to do, hints one by one.

use super::prose::{Prose, line};
use crate::components::icon::{Icon, Sign};
use midge_view::{StepRow, StepState};
use yew::prelude::*;

/// Properties of [`Steps`].
#[derive(PartialEq, Properties)]
pub(super) struct StepsProps {
    /// In order.
    pub(super) steps: Vec<StepRow>,
}

/// A state as the styles know it, and in words.
const fn state(state: StepState) -> (&'static str, &'static str) {
    match state {
        StepState::Waiting => ("todo", "to do later"),
        StepState::Active => ("current", "to do now"),
        StepState::Done => ("done", "done"),
    }
}

/// All steps; the active one is open.
#[component]
pub(super) fn Steps(props: &StepsProps) -> Html {
    html! {
        <ol class="steps" role="list" aria-label="Steps">
            { for props.steps.iter().enumerate().map(|(place, step)| html! {
                <Step key={place} number={place + 1} step={step.clone()} />
            }) }
        </ol>
    }
}

#[derive(PartialEq, Properties)]
struct StepProps {
    number: usize,
    step: StepRow,
}

#[component]
fn Step(props: &StepProps) -> Html {
    let step = &props.step;
    let (key, words) = state(step.state);
    let active = step.state == StepState::Active;
    html! {
        <li class="step" data-state={key} aria-current={active.then_some("step")}>
            <span class="step-number" aria-hidden="true">
                if step.state == StepState::Done { <Icon sign={Sign::Check} /> } else { {props.number} }
            </span>
            <div class="step-body">
                <h3>{ line(&step.title) }<span class="visually-hidden">{format!(" ({words})")}</span></h3>
                if active {
                    <Prose text={step.text.clone()} />
                    <Hints hints={step.hints.clone()} />
                }
            </div>
        </li>
    }
}

#[derive(PartialEq, Properties)]
struct HintsProps {
    hints: Vec<String>,
}

/// Hints, the next one at a press.
#[component]
fn Hints(props: &HintsProps) -> Html {
    let opened = use_state_eq(|| 0_usize);
    let all = props.hints.len();
    if all == 0 {
        return Html::default();
    }
    let onclick = {
        let opened = opened.clone();
        Callback::from(move |_: MouseEvent| opened.set((*opened + 1).min(all)))
    };
    html! {
        <div class="hints">
            <ul aria-label="Hints">
                { for props.hints.iter().take(*opened).map(|hint| html! {
                    <li><Icon sign={Sign::Hint} /><span>{ line(hint) }</span></li>
                }) }
            </ul>
            if *opened < all {
                <button type="button" class="button quiet" {onclick}>
                    <Icon sign={Sign::Hint} />{format!("Hint {} of {all}", *opened + 1)}
                </button>
            }
        </div>
    }
}
