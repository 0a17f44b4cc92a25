//! A modal dialog: the browser's own, which keeps the focus inside and gives it back at the end.

use super::icon::{Icon, Sign};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// Properties of [`Dialog`].
#[derive(PartialEq, Properties)]
pub struct DialogProps {
    /// Its name.
    pub label: AttrValue,
    /// Whether it shows its name and a button to close it.
    #[prop_or(true)]
    pub head: bool,
    /// Class of the dialog, for its width.
    #[prop_or_default]
    pub class: Classes,
    /// Somebody closed it: Esc, the button, a click beside it.
    pub onclose: Callback<()>,
    /// What is in it.
    pub children: Html,
}

/// A modal dialog, open as long as it is drawn.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                // Fails only for a dialog that is open or not in the page; this one is neither.
                let _ = dialog.show_modal();
            }
        });
    }
    let oncancel = {
        let onclose = props.onclose.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            onclose.emit(());
        })
    };
    // A click on the backdrop has the dialog itself as its target.
    let onclick = {
        let (node, onclose) = (node.clone(), props.onclose.clone());
        Callback::from(move |event: MouseEvent| {
            let target: Option<web_sys::Node> = event.target_dyn_into();
            if target.is_some() && target == node.cast::<web_sys::Node>() {
                onclose.emit(());
            }
        })
    };
    let close = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <dialog ref={node} class={classes!("dialog", props.class.clone())} aria-label={props.label.clone()}
            {oncancel} {onclick}>
            <div class="dialog-body">
                if props.head {
                    <header class="dialog-head">
                        <h2>{props.label.clone()}</h2>
                        <button type="button" class="icon-button" aria-label="Close" onclick={close}>
                            <Icon sign={Sign::Close} />
                        </button>
                    </header>
                }
                { props.children.clone() }
            </div>
        </dialog>
    }
}
