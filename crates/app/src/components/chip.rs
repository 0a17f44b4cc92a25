//! A topic or filter wherever it occurs: the same look, the same things to do with it.

use super::clipboard::use_copy;
use super::menu::{Menu, MenuItem};
use crate::route::{self, Address};
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
    let go = |address: fn(&str) -> Address| {
        let (router, topic) = (router.clone(), topic.clone());
        Callback::from(move |()| router.push(address(&topic)))
    };
    let (show, truth, try_out) = (go(route::packets), go(route::topic), go(route::filter));
    let copy = copy.reform({
        let topic = topic.clone();
        move |()| topic.to_string()
    });
    let mut items = vec![MenuItem {
        label: "Copy".into(),
        action: copy,
    }];
    // The packet list searches for a part of the topic, which a filter's wildcards are not.
    if topic.contains(['#', '+']) {
        items.push(MenuItem {
            label: "Try this filter".into(),
            action: try_out,
        });
    } else {
        items.insert(
            0,
            MenuItem {
                label: "Show its packets".into(),
                action: show,
            },
        );
        items.push(MenuItem {
            label: "Retained, and who gets it".into(),
            action: truth,
        });
    }
    html! {
        <Menu class="topic-chip" label={format!("Topic {topic}")} {items}>
            { topic.clone() }
        </Menu>
    }
}
