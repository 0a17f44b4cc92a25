//! Who got the message of the chosen packet, and why the others did not.

use crate::components::same::Same;
use crate::components::why_list::WhyList;
use crate::hub::{Reply, use_why};
use midge_view::WhyOf;
use yew::prelude::*;

/// Properties of [`Receivers`].
#[derive(PartialEq, Properties)]
pub(super) struct ReceiversProps {
    /// Number of the PUBLISH packet.
    pub seq: u64,
}

/// The list.
#[component]
pub(super) fn Receivers(props: &ReceiversProps) -> Html {
    let reply = use_why(WhyOf::Packet(props.seq));
    let body = match &reply {
        Reply::Here(answer) => html! { <WhyList answer={Same::from(answer)} /> },
        Reply::Gone => html! { <p class="packet-gone">{"This packet is not kept any more."}</p> },
        Reply::Waiting => Html::default(),
    };
    html! { <div class="receivers" role="tabpanel" aria-label="Who got it?">{body}</div> }
}
