//! Scrolls something into view within its list.

use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

/// Scrolls the element with this id into view, no further than needed.
pub fn reveal(id: &str) {
    if let Some(item) = gloo::utils::document().get_element_by_id(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        item.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
