//! The topic tree: only the rows on screen exist. What the filter makes of each level stands beside it.

use super::keys::{Move, by_key, reveal};
use crate::components::badge::RetainIcon;
use crate::components::empty::EmptyState;
use crate::components::icon::{Icon, Sign};
use crate::components::measure::use_size;
use crate::format;
use crate::hub::use_act;
use crate::pages::broker::window::{ROW_HEIGHT, spacers, window};
use midge_view::{Action, TopicRow, TopicVerdict, TopicsAnswer};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// Properties of [`TopicTree`].
#[derive(PartialEq, Properties)]
pub(super) struct TopicTreeProps {
    /// The rows at hand.
    pub answer: Rc<TopicsAnswer>,
    /// The chosen path.
    pub chosen: Option<String>,
    /// Another one is chosen.
    pub onchoose: Callback<String>,
    /// A branch is opened or closed.
    pub ontoggle: Callback<String>,
    /// Which rows are needed: first and number.
    pub onrows: Callback<(u32, u32)>,
}

/// The tree. One stop for the Tab key; arrows move, open and close.
#[component]
pub(super) fn TopicTree(props: &TopicTreeProps) -> Html {
    let root = use_node_ref();
    let (_, height) = use_size(&root);
    let top = use_state_eq(|| 0_u32);
    let cursor = use_state_eq(|| 0_u32);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Pixels of a screen.
    let height = height as u32;
    let answer = &props.answer;
    let at = (*cursor).min(answer.all_rows.saturating_sub(1));
    use_window(*top, height, &props.onrows);
    use_choice(props, &cursor, at);
    let onscroll = {
        let (root, top) = (root.clone(), top.setter());
        Callback::from(move |_: Event| {
            if let Some(element) = root.cast::<Element>() {
                top.set(element.scroll_top().unsigned_abs());
            }
        })
    };
    let onkeydown = {
        let (root, cursor, answer) = (root.clone(), cursor.setter(), Rc::clone(answer));
        let (ontoggle, top) = (props.ontoggle.clone(), *top);
        Callback::from(move |event: KeyboardEvent| {
            let rows = &answer.rows;
            let Some(action) = by_key(&event.key(), rows, answer.first, at, answer.all_rows) else {
                return;
            };
            event.prevent_default();
            event.stop_propagation();
            match action {
                Move::Toggle(path) => ontoggle.emit(path),
                Move::To(row) => {
                    cursor.set(row);
                    if let (Some(element), Some(to)) =
                        (root.cast::<Element>(), reveal(row, ROW_HEIGHT, top, height))
                    {
                        element.set_scroll_top(i32::try_from(to).unwrap_or(i32::MAX));
                    }
                }
            }
        })
    };
    let (above, below) = spacers(answer.first, answer.rows.len(), answer.all_rows);
    let rows = answer.rows.iter().zip(answer.first..).map(|(row, index)| {
        let onpoint = {
            let cursor = cursor.setter();
            Callback::from(move |()| cursor.set(index))
        };
        let is_chosen = props.chosen.as_ref() == Some(&row.path);
        html! {
            <TopicItem key={row.path.clone()} row={row.clone()} {index} chosen={is_chosen} cursor={index == at}
                {onpoint} onchoose={props.onchoose.clone()} ontoggle={props.ontoggle.clone()} />
        }
    });
    html! {
        <div class="topics-tree" role="tree" aria-label="Topics" tabindex="0" ref={root} {onscroll} {onkeydown}
            aria-activedescendant={(answer.all_rows > 0).then(|| row_id(at))}>
            <div style={format!("height: {above}px")}></div>
            { for rows }
            <div style={format!("height: {below}px")}></div>
            if answer.all_rows == 0 { <Nothing /> }
        </div>
    }
}

/// Asks for the rows near the screen.
#[hook]
fn use_window(top: u32, height: u32, onrows: &Callback<(u32, u32)>) {
    let onrows = onrows.clone();
    use_effect_with(window(top, height), move |wanted| onrows.emit(*wanted));
}

/// The row under the cursor is the chosen one, once somebody has moved it.
#[hook]
fn use_choice(props: &TopicTreeProps, cursor: &UseStateHandle<u32>, at: u32) {
    let (answer, onchoose) = (Rc::clone(&props.answer), props.onchoose.clone());
    let moved = use_mut_ref(|| false);
    use_effect_with(**cursor, move |_| {
        // The first time nobody has moved anything.
        if !moved.replace(true) {
            return;
        }
        let row = at.checked_sub(answer.first);
        if let Some(row) = row.and_then(|place| answer.rows.get(place as usize)) {
            onchoose.emit(row.path.clone());
        }
    });
}

fn row_id(index: u32) -> String {
    format!("topic-row-{index}")
}

#[derive(PartialEq, Properties)]
struct TopicItemProps {
    row: TopicRow,
    index: u32,
    chosen: bool,
    cursor: bool,
    onpoint: Callback<()>,
    onchoose: Callback<String>,
    ontoggle: Callback<String>,
}

/// One level.
#[component]
fn TopicItem(props: &TopicItemProps) -> Html {
    let row = &props.row;
    let onclick = {
        let (onpoint, onchoose, path) = (
            props.onpoint.clone(),
            props.onchoose.clone(),
            row.path.clone(),
        );
        Callback::from(move |_: MouseEvent| {
            onpoint.emit(());
            onchoose.emit(path.clone());
        })
    };
    let ontwist = {
        let (ontoggle, path) = (props.ontoggle.clone(), row.path.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            ontoggle.emit(path.clone());
        })
    };
    let (key, words) = verdict(row);
    html! {
        <div id={row_id(props.index)} class="topic-row" role="treeitem" style={format!("--depth: {}", row.depth)}
            aria-level={(row.depth + 1).to_string()} aria-posinset={row.position.0.to_string()}
            aria-setsize={row.position.1.to_string()} aria-expanded={row.open.map(|open| open.to_string())}
            aria-selected={props.chosen.to_string()} data-cursor={props.cursor.then_some("true")} data-verdict={key} {onclick}>
            <span class="topic-twist" onclick={row.open.is_some().then_some(ontwist)}>
                if let Some(open) = row.open { <Icon sign={if open { Sign::Down } else { Sign::Right }} size={12} /> }
            </span>
            <span class="topic-level mono">
                if row.level.is_empty() { <span class="muted">{"(empty)"}</span> } else { {&row.level} }
            </span>
            if row.retained { <RetainIcon /> }
            if key == Some("match") {
                <span class="topic-says"><Icon sign={Sign::Check} size={12} />{"matches"}</span>
            } else if key == Some("decides") {
                <span class="topic-says" title={words.clone()}><Icon sign={Sign::Close} size={12} />{words}</span>
            }
            <span class="topic-count muted">{counts(row)}</span>
        </div>
    }
}

/// The key for the styles, and what there is to say.
fn verdict(row: &TopicRow) -> (Option<&'static str>, String) {
    match &row.verdict {
        None => (None, String::new()),
        Some(TopicVerdict::Match) => (Some("match"), "matches".to_owned()),
        Some(TopicVerdict::Decides(words)) => (Some("decides"), words.clone()),
        Some(TopicVerdict::Decided) => (Some("decided"), String::new()),
        Some(TopicVerdict::OnTheWay) if row.matched > 0 => (Some("way"), String::new()),
        Some(TopicVerdict::OnTheWay) => (Some("decided"), String::new()),
    }
}

/// Packets of a topic, or topics of a branch.
fn counts(row: &TopicRow) -> String {
    match (row.packets, row.verdict.is_some()) {
        (Some(0), _) => String::new(),
        (Some(packets), _) => format::plural(packets, "packet", "packets"),
        (None, true) => format!(
            "{} of {}",
            format::count(row.matched.into()),
            format::plural(row.topics.into(), "topic", "topics")
        ),
        (None, false) => format::plural(row.topics.into(), "topic", "topics"),
    }
}

/// No topic was seen yet.
#[component]
fn Nothing() -> Html {
    let act = use_act();
    html! {
        <EmptyState sign={Sign::Publish} title="No topics yet" action="Run the lab"
            onaction={act.reform(|()| Action::Pause(false))}>
            <p>{"A topic stands here from the first message on: nobody has to make it before."}</p>
        </EmptyState>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(packets: Option<u64>, verdict: Option<TopicVerdict>) -> TopicRow {
        TopicRow {
            path: "a".to_owned(),
            level: "a".to_owned(),
            depth: 0,
            open: None,
            position: (1, 1),
            packets,
            retained: false,
            topics: 3,
            matched: 1,
            verdict,
        }
    }

    #[test]
    fn rows_say_what_they_hold() {
        assert_eq!(counts(&row(Some(1), None)), "1 packet");
        assert_eq!(counts(&row(None, None)), "3 topics");
        let on_the_way = row(None, Some(TopicVerdict::OnTheWay));
        assert_eq!(counts(&on_the_way), "1 of 3 topics");
        assert_eq!(verdict(&on_the_way).0, Some("way"));
        assert_eq!(verdict(&row(None, None)).0, None);
    }
}
