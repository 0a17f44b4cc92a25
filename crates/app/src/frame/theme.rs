//! Light, dark and motion: by the system, or as the person chose.

use crate::store::{Settings, use_stored};
use yew::prelude::*;

/// Puts the chosen theme on the document, and whether motion is unwelcome.
#[hook]
pub(super) fn use_theme_applied() {
    let settings = use_stored::<Settings>();
    use_effect_with(settings.theme, |theme| {
        if let Some(root) = gloo::utils::document().document_element() {
            // Neither can fail for a name this plain.
            let _ = match theme.key() {
                Some(key) => root.set_attribute("data-theme", key),
                None => root.remove_attribute("data-theme"),
            };
        }
    });
    use_effect_with(settings.reduce_motion, |reduce| {
        if let Some(root) = gloo::utils::document().document_element() {
            let _ = if *reduce {
                root.set_attribute("data-motion", "reduced")
            } else {
                root.remove_attribute("data-motion")
            };
        }
    });
}
