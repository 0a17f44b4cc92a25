//! The part "Topics" of the page "Broker": every topic as a tree, a filter tried out on it, and what
//! there is to know about the chosen topic.

mod bench;
mod keys;
mod pane;
mod tree;

use super::tabs::{BrokerTabs, Part};
use crate::components::splitter::{Lie, Splitter};
use crate::hub::use_topics;
use crate::router::use_router;
use bench::Bench;
use midge_view::{TopicQuery, TopicSource};
use pane::TopicPane;
use tree::TopicTree;
use yew::prelude::*;

/// The filter in the address.
const FILTER: &str = "filter";
/// The chosen topic in the address.
const TOPIC: &str = "topic";
/// Rows asked for before the tree knows its height.
const FIRST: (u32, u32) = (0, 40);

/// The page.
#[component]
pub fn TopicsPage() -> Html {
    let router = use_router();
    let filter = router
        .address
        .parameter(FILTER)
        .unwrap_or_default()
        .to_owned();
    let chosen = router.address.parameter(TOPIC).map(str::to_owned);
    let source = use_state_eq(TopicSource::default);
    // The broker's own topics are many, and few look for them.
    let closed = use_state_eq(|| vec!["$SYS".to_owned()]);
    let rows = use_state_eq(|| FIRST);
    let reply = use_topics(TopicQuery {
        source: (*source).clone(),
        filter: filter.clone(),
        closed: (*closed).clone(),
        rows: *rows,
    });
    let answer = reply.here().cloned().unwrap_or_default();
    let set = |name: &'static str| {
        let router = router.clone();
        Callback::from(move |value: String| {
            router.replace(router.address.clone().with(name, value));
        })
    };
    let (onfilter, onchoose) = (set(FILTER), set(TOPIC));
    let ontoggle = {
        let closed = closed.clone();
        Callback::from(move |path: String| {
            let mut next = (*closed).clone();
            match next.iter().position(|other| *other == path) {
                Some(place) => {
                    next.remove(place);
                }
                None => next.push(path),
            }
            closed.set(next);
        })
    };
    let onrows = {
        let rows = rows.setter();
        Callback::from(move |wanted| rows.set(wanted))
    };
    let onsource = {
        let source = source.setter();
        Callback::from(move |wanted| source.set(wanted))
    };
    let tree = html! {
        <section class="topics-tree-side" aria-label="Topic tree">
            <TopicTree answer={answer.clone()} chosen={chosen.clone()} onchoose={onchoose.clone()} {ontoggle} {onrows} />
        </section>
    };
    let is_lab = *source == TopicSource::Lab;
    let pane = html! {
        <TopicPane topic={chosen.clone()} {is_lab} onclose={onchoose.reform(|()| String::new())} />
    };
    html! {
        <div class="page topics" data-chosen={chosen.is_some().then_some("true")}>
            <h1 class="visually-hidden">{"Topics"}</h1>
            <BrokerTabs open={Part::Topics} />
            <Bench {answer} {filter} source={(*source).clone()} {onfilter} {onsource} />
            <Splitter name="topics-pane" label="topic details" lie={Lie::Beside} initial={480.0}
                least={280.0} rest={300.0} first={tree} second={pane} />
        </div>
    }
}
