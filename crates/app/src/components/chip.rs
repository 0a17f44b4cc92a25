//! A topic or filter wherever it occurs: the same look, the same things to do with it.

use super::clipboard::use_copy;
use super::menu::{Menu, MenuItem};
use crate::route::{self, Address};
use crate::router::use_router;
use midge_view::about_topic;
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
    let packets = |topic: &str| route::packets(&about_topic(topic));
    let (show, truth, try_out) = (go(packets), go(route::topic), go(route::filter));
    let copy = copy.reform({
        let topic = topic.clone();
        move |()| topic.to_string()
    });
    let (words, action) = match topic.contains(['#', '+']) {
        true => ("Try this filter", try_out),
        false => ("Retained, and who gets it", truth),
    };
    let item = |label: &'static str, action| MenuItem {
        label: label.into(),
        action,
    };
    let items = vec![
        item("Show its packets", show),
        item("Copy", copy),
        item(words, action),
    ];
    html! {
        <Menu class="topic-chip" label={format!("Topic {topic}")} {items}>
            { topic.clone() }
        </Menu>
    }
}
