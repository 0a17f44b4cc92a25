//! The button that follows a message through the ladder.

use crate::components::icon::{Icon, Sign};
use crate::pages::packets::place::followed;
use crate::router::use_router;
use midge_view::PacketType;
use yew::prelude::*;

/// Properties of [`FollowButton`].
#[derive(PartialEq, Properties)]
pub(in crate::pages::packets) struct FollowButtonProps {
    /// Number of the packet.
    pub seq: u64,
    /// Its type.
    pub packet_type: Option<PacketType>,
}

/// Follows the message that a packet carries or acknowledges; nothing beside other packets.
#[component]
pub(in crate::pages::packets) fn FollowButton(props: &FollowButtonProps) -> Html {
    let router = use_router();
    let has_message = matches!(
        props.packet_type,
        Some(
            PacketType::Publish
                | PacketType::PubAck
                | PacketType::PubRec
                | PacketType::PubRel
                | PacketType::PubComp
        )
    );
    if !has_message {
        return Html::default();
    }
    let address = followed(props.seq);
    let onclick = Callback::from(move |_: MouseEvent| router.push(address.clone()));
    html! {
        <button type="button" class="button quiet follow-message" aria-label="Follow this message" title="Follow this message from its publisher to each subscriber"
            {onclick}><Icon sign={Sign::Send} /><span>{"Follow message"}</span></button>
    }
}
