//! How to write a filter: examples to click.

use crate::components::dialog::Dialog;
use yew::prelude::*;

/// Filters and what they keep, from the plain to the elaborate.
const EXAMPLES: &[(&str, &str)] = &[
    (
        "lamp",
        "the word in a topic, a client\u{2019}s name or a packet type",
    ),
    (
        "topic:home/+/temperature",
        "topics that a topic filter matches; topic~kitchen for a part of it",
    ),
    ("type:PUBLISH,PUBACK", "these packet types"),
    (
        "from:phone to:broker",
        "who sent it and who got it; client:lamp for either way",
    ),
    ("qos>=1", "Quality of Service of a PUBLISH"),
    (
        "payload~\"on\"",
        "text in the payload, in any case; payload=ON for all of it",
    ),
    ("retain or dup", "RETAIN is set, or it was sent again"),
    ("size>1k", "bytes of the whole packet"),
    ("reason>=0x80", "refused: reason codes from 0x80 on"),
    ("fault", "bytes that are no legal packet"),
    (
        "-type:PINGREQ,PINGRESP",
        "not these: a minus or the word not before a term",
    ),
    (
        "(kitchen or hall) version:5 id:7",
        "all of these together; or and parentheses for alternatives",
    ),
];

/// Properties of [`FilterHelp`].
#[derive(PartialEq, Properties)]
pub(super) struct FilterHelpProps {
    /// Somebody takes an example.
    pub onexample: Callback<String>,
    /// Closes the sheet.
    pub onclose: Callback<()>,
}

/// The sheet.
#[component]
pub(super) fn FilterHelp(props: &FilterHelpProps) -> Html {
    html! {
        <Dialog label="Filter packets" class="filter-help" onclose={props.onclose.clone()}>
            <p>{"Write what you look for. Terms side by side must all hold; names with spaces stand in quotation marks. Choose an example to use it:"}</p>
            <ul class="filter-examples">
                { for EXAMPLES.iter().map(|(example, meaning)| {
                    let onclick = props.onexample.reform(move |_: MouseEvent| (*example).to_owned());
                    html! {
                        <li key={*example}>
                            <button type="button" class="filter-example mono" {onclick}>{*example}</button>
                            <span>{*meaning}</span>
                        </li>
                    }
                }) }
            </ul>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::EXAMPLES;

    #[test]
    fn every_key_of_the_language_has_an_example() {
        let all: String = EXAMPLES.iter().map(|(example, _)| *example).collect();
        for word in [
            "topic:", "type:", "from:", "to:", "qos", "payload", "size", "id:", "reason",
            "version:", "retain", "dup", "fault", " or ", "-",
        ] {
            assert!(all.contains(word), "{word}");
        }
    }
}
