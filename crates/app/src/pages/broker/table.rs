//! A table that scrolls inside itself and holds only the rows near the screen.

use super::window::{spacers, window};
use crate::components::measure::use_size;
use web_sys::Element;
use yew::prelude::*;

/// Properties of [`WindowedTable`].
#[derive(PartialEq, Properties)]
pub(super) struct WindowedTableProps {
    /// Its name.
    pub label: AttrValue,
    /// What the columns are called.
    pub columns: &'static [&'static str],
    /// The rows at hand.
    pub rows: Html,
    /// The number of rows at hand.
    pub shown: usize,
    /// The first row at hand.
    pub first: u32,
    /// The number of all rows.
    pub all: u32,
    /// Which rows it needs: first and number.
    pub onwindow: Callback<(u32, u32)>,
    /// What is said when there are none.
    #[prop_or_default]
    pub empty: Html,
}

/// The table.
#[component]
pub(super) fn WindowedTable(props: &WindowedTableProps) -> Html {
    let root = use_node_ref();
    let (_, height) = use_size(&root);
    let top = use_state_eq(|| 0_u32);
    let onscroll = {
        let (root, top) = (root.clone(), top.setter());
        Callback::from(move |_: Event| {
            if let Some(element) = root.cast::<Element>() {
                top.set(element.scroll_top().unsigned_abs());
            }
        })
    };
    {
        let onwindow = props.onwindow.clone();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Pixels of a screen.
        let wanted = window(*top, height as u32);
        use_effect_with(wanted, move |wanted| onwindow.emit(*wanted));
    }
    let (above, below) = spacers(props.first, props.shown, props.all);
    html! {
        <div class="windowed" ref={root} {onscroll} tabindex="0" role="group" aria-label={format!("{}, scrolls", props.label)}>
            <table class="table" aria-label={props.label.clone()} aria-rowcount={(props.all + 1).to_string()}>
                <thead>
                    <tr>{ for props.columns.iter().map(|name| html! { <th scope="col">{*name}</th> }) }</tr>
                </thead>
                <tbody>
                    { spacer(above) }
                    { props.rows.clone() }
                    { spacer(below) }
                </tbody>
            </table>
            if props.all == 0 { <div class="windowed-empty">{props.empty.clone()}</div> }
        </div>
    }
}

fn spacer(pixels: u32) -> Html {
    if pixels == 0 {
        return Html::default();
    }
    html! { <tr aria-hidden="true"><td style={format!("height: {pixels}px; padding: 0; border: 0")}></td></tr> }
}
