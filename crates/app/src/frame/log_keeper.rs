//! Tells the engine how much the packet log keeps, at the start and whenever that is changed.

use crate::hub::use_act;
use crate::store::{Settings, use_stored};
use midge_view::Action;
use yew::prelude::*;

/// Keeps the log's bounds; draws nothing.
#[component]
pub(super) fn LogKeeper() -> Html {
    let settings = use_stored::<Settings>();
    let act = use_act();
    use_effect_with(settings.log.clone(), move |bounds| {
        act.emit(Action::BoundLog {
            packets: bounds.packets,
            mebibytes: bounds.mebibytes,
        });
    });
    Html::default()
}
