//! The wildcard bench: a filter to try out, whose topics, and how many match.

use crate::components::icon::{Icon, Sign};
use crate::format;
use midge_view::{TopicSource, TopicsAnswer};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// Filters to begin with, for the lab.
const FOR_THE_LAB: &[&str] = &[
    "home/+/light",
    "home/livingroom/#",
    "+/+/temperature",
    "#",
    "$SYS/#",
    "home/+",
    "home/#/light",
];

/// The filters of section 4.7 of the standard.
const OF_THE_STANDARD: &[&str] = &[
    "sport/tennis/player1/#",
    "sport/#",
    "#",
    "sport/tennis/+",
    "sport/+",
    "+",
    "+/+",
    "/+",
    "+/tennis/#",
    "sport/+/player1",
    "$SYS/#",
    "+/monitor/Clients",
    "sport/tennis#",
    "sport+",
];

/// The value of the list for the lab, and for the standard; connections have their names behind a sign.
const LAB: &str = "lab";
const STANDARD: &str = "standard";

/// Properties of [`Bench`].
#[derive(PartialEq, Properties)]
pub(super) struct BenchProps {
    /// What the engine says of the filter.
    pub answer: Rc<TopicsAnswer>,
    /// The filter.
    pub filter: String,
    /// Whose topics.
    pub source: TopicSource,
    /// Another filter.
    pub onfilter: Callback<String>,
    /// Others' topics.
    pub onsource: Callback<TopicSource>,
}

/// The bench.
#[component]
pub(super) fn Bench(props: &BenchProps) -> Html {
    let oninput = props
        .onfilter
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    let examples = match props.source {
        TopicSource::Standard => OF_THE_STANDARD,
        TopicSource::Lab | TopicSource::Connection(_) => FOR_THE_LAB,
    };
    let is_wrong = props.answer.problem.is_some();
    html! {
        <section class="bench" aria-label="Wildcard bench">
            <div class="bench-line">
                <div class="search bench-filter">
                    <Icon sign={Sign::Filter} />
                    <input type="text" class="mono" aria-label="Topic filter" placeholder="Try a filter: home/+/light"
                        spellcheck="false" autocomplete="off" autocapitalize="off" value={props.filter.clone()}
                        aria-invalid={is_wrong.to_string()} aria-describedby="bench-says" {oninput} />
                </div>
                { sources(props) }
            </div>
            <div class="bench-examples" role="group" aria-label="Examples">
                { for examples.iter().map(|filter| html! {
                    <button type="button" class="topic-chip" key={*filter} aria-pressed={(props.filter == *filter).to_string()}
                        onclick={props.onfilter.reform(move |_: MouseEvent| (*filter).to_owned())}>{*filter}</button>
                }) }
            </div>
            <p id="bench-says" class="bench-says" data-wrong={is_wrong.then_some("true")} role="status">
                {says(&props.filter, &props.answer)}
            </p>
        </section>
    }
}

fn sources(props: &BenchProps) -> Html {
    let connections = props.answer.connections.clone();
    let onchange = {
        let (onsource, connections) = (props.onsource.clone(), connections.clone());
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            onsource.emit(match value.as_str() {
                LAB => TopicSource::Lab,
                STANDARD => TopicSource::Standard,
                place => match place
                    .parse()
                    .ok()
                    .and_then(|place: usize| connections.get(place))
                {
                    Some(name) => TopicSource::Connection(name.clone()),
                    None => TopicSource::Lab,
                },
            });
        })
    };
    html! {
        <select class="select" aria-label="Whose topics" {onchange}>
            <option value={LAB} selected={props.source == TopicSource::Lab}>{"The lab\u{2019}s broker"}</option>
            { for connections.iter().enumerate().map(|(place, name)| html! {
                <option value={place.to_string()}
                    selected={props.source == TopicSource::Connection(name.clone())}>{format!("{name} (live)")}</option>
            }) }
            <option value={STANDARD} selected={props.source == TopicSource::Standard}>{"The standard\u{2019}s examples"}</option>
        </select>
    }
}

/// What there is to say about the filter.
fn says(filter: &str, answer: &TopicsAnswer) -> String {
    if let Some(problem) = &answer.problem {
        return format!("Not a filter: {problem}.");
    }
    let mut words = match filter.trim() {
        "" => format!(
            "{}. Type a filter to see which it matches, and which level decides where it does not.",
            format::plural(answer.topics.into(), "topic", "topics")
        ),
        _ => format!(
            "Matches {} of {}.",
            format::count(answer.matched.into()),
            format::plural(answer.topics.into(), "topic", "topics")
        ),
    };
    if let Some((group, shared)) = &answer.share {
        words.push_str(&format!(
            " Shared as \u{201c}{group}\u{201d}: topics are compared with {shared}, and each message goes to one member."
        ));
    }
    if answer.left_out > 0 {
        words.push_str(&format!(
            " There are more topics than the {} shown.",
            format::count(answer.topics.into())
        ));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_codec::topic;

    #[test]
    fn the_filter_is_answered_in_words() {
        let mut answer = TopicsAnswer {
            topics: 12,
            matched: 1,
            ..TopicsAnswer::default()
        };
        assert!(says("", &answer).starts_with("12 topics."));
        assert_eq!(says("a/+", &answer), "Matches 1 of 12 topics.");
        answer.share = Some(("g".to_owned(), "a".to_owned()));
        assert!(says("$share/g/a", &answer).contains("compared with a"));
        answer.problem = Some("# stands only alone".to_owned());
        assert_eq!(says("a#", &answer), "Not a filter: # stands only alone.");
    }

    #[test]
    fn examples_show_right_and_wrong_filters() {
        for examples in [FOR_THE_LAB, OF_THE_STANDARD] {
            let is_right = |filter: &&&str| topic::validate_filter(filter).is_ok();
            let right = examples.iter().filter(is_right).count();
            assert!(right > 4 && right < examples.len());
        }
    }
}
