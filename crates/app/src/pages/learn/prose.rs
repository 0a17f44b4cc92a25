//! A lesson's paragraphs: plain text in which topics and payloads stand between backquotes.

use yew::prelude::*;

/// A run of words, or something to be typed as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// Words.
    Words(String),
    /// A topic, a payload, a packet's name.
    Code(String),
}

/// Splits a paragraph at its backquotes. One without a partner is a backquote.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('`') {
        let Some((code, next)) = after.split_once('`') else {
            break;
        };
        if !words.is_empty() {
            runs.push(Run::Words(words.to_owned()));
        }
        if !code.is_empty() {
            runs.push(Run::Code(code.to_owned()));
        }
        rest = next;
    }
    if !rest.is_empty() {
        runs.push(Run::Words(rest.to_owned()));
    }
    runs
}

/// Properties of [`Prose`].
#[derive(PartialEq, Properties)]
pub(super) struct ProseProps {
    /// Paragraphs.
    pub(super) text: Vec<String>,
}

/// Paragraphs.
#[component]
pub(super) fn Prose(props: &ProseProps) -> Html {
    html! {
        <div class="prose">
            { for props.text.iter().map(|text| html! { <p>{ line(text) }</p> }) }
        </div>
    }
}

/// One paragraph's runs.
pub(super) fn line(text: &str) -> Html {
    runs(text)
        .into_iter()
        .map(|run| match run {
            Run::Words(words) => html! { {words} },
            Run::Code(code) => html! { <code>{code}</code> },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_backquotes() {
        assert_eq!(
            runs("Publish `ON` to `home/hall/light/set`."),
            [
                Run::Words("Publish ".to_owned()),
                Run::Code("ON".to_owned()),
                Run::Words(" to ".to_owned()),
                Run::Code("home/hall/light/set".to_owned()),
                Run::Words(".".to_owned()),
            ]
        );
    }

    #[test]
    fn a_lonely_backquote_is_one_of_the_words() {
        assert_eq!(runs("a ` b"), [Run::Words("a ` b".to_owned())]);
        assert_eq!(runs("``"), []);
        assert_eq!(runs(""), []);
    }
}
