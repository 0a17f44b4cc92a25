//! What went wrong, where it went wrong: what happened, what to try, and a button to try again.

use super::icon::{Icon, Sign};
use midge_view::Problem;
use yew::prelude::*;

/// Properties of [`ProblemBox`].
#[derive(PartialEq, Properties)]
pub struct ProblemBoxProps {
    /// What went wrong.
    pub problem: Problem,
    /// The words of the button that tries again.
    #[prop_or_default]
    pub retry: Option<AttrValue>,
    /// Tries again.
    #[prop_or_default]
    pub onretry: Callback<()>,
    /// Takes the box away; without it there is no such button.
    #[prop_or_default]
    pub ondismiss: Option<Callback<()>>,
}

/// A problem in words.
#[component]
pub fn ProblemBox(props: &ProblemBoxProps) -> Html {
    let onretry = props.onretry.reform(|_: MouseEvent| ());
    html! {
        <div class="problem" role="alert">
            <Icon sign={Sign::Warning} />
            <div class="problem-words">
                <p class="problem-what">{&props.problem.what}</p>
                if !props.problem.try_next.is_empty() {
                    <ul class="problem-try">
                        { for props.problem.try_next.iter().map(|hint| html! { <li>{hint}</li> }) }
                    </ul>
                }
                if let Some(retry) = &props.retry {
                    <button type="button" class="button" onclick={onretry}>{retry.clone()}</button>
                }
            </div>
            if let Some(dismiss) = &props.ondismiss {
                <button type="button" class="icon-button" aria-label="Dismiss"
                    onclick={dismiss.reform(|_: MouseEvent| ())}><Icon sign={Sign::Close} /></button>
            }
        </div>
    }
}
