//! Hands the course's progress to the engine at the start, and keeps what it says for the next visit.

use crate::components::toast::use_toasts;
use crate::hub::{use_course, use_hub};
use crate::store::{Settings, use_stored};
use midge_view::Action;
use yew::prelude::*;

/// Keeps the progress; draws nothing.
#[component]
pub(super) fn ProgressKeeper() -> Html {
    let settings = use_stored::<Settings>();
    let hub = use_hub();
    let toasts = use_toasts();
    let restored = use_state_eq(|| false);
    {
        let (progress, restored) = (settings.progress.clone(), restored.setter());
        use_effect_with((), move |()| {
            if progress.is_empty() {
                restored.set(true);
            } else {
                hub.act(Action::RestoreProgress(progress), move |ending| {
                    if let Err(problem) = ending {
                        toasts.problem(&problem);
                    }
                    restored.set(true);
                });
            }
        });
    }
    // Until the engine has the stored progress, its own is that of a first visit.
    if *restored {
        html! { <Keeper /> }
    } else {
        Html::default()
    }
}

#[component]
fn Keeper() -> Html {
    let settings = use_stored::<Settings>();
    let course = use_course();
    let progress = course.here().map(|course| course.progress.clone());
    use_effect_with(progress, move |progress| {
        if let Some(progress) = progress.clone() {
            settings.update(move |settings| settings.progress.clone_from(&progress));
        }
    });
    Html::default()
}
