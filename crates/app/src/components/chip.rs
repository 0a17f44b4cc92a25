//! A topic or filter wherever it occurs: the same look, the same things to do with it.

use super::clipboard::use_copy;
use super::menu::{Menu, MenuItem};
use crate::route;
use crate::router::use_router;
use yew::prelude::*;

/// Properties of [`TopicChip`].
#[derive(PartialEq, Properties)]
pub struct TopicChipProps {
    /// The topic name or filter.
    pub topic: AttrValue,
}

/// A topic with its menu.
#[component]
pub fn TopicChip(props: &TopicChipProps) -> Html {
    let copy = use_copy();
    let router = use_router();
    let topic = props.topic.clone();
    let show = {
        let topic = topic.clone();
        Callback::from(move |()| router.push(route::packets(&topic)))
    };
    let copy = copy.reform({
        let topic = topic.clone();
        move |()| topic.to_string()
    });
    let mut items = vec![MenuItem {
        label: "Copy".into(),
        action: copy,
    }];
    // The packet list searches for a part of the topic, which a filter's wildcards are not.
    if !topic.contains(['#', '+']) {
        items.insert(
            0,
            MenuItem {
                label: "Show its packets".into(),
                action: show,
            },
        );
    }
    html! {
        <Menu class="topic-chip" label={format!("Topic {topic}")} {items}>
            { topic.clone() }
        </Menu>
    }
}
