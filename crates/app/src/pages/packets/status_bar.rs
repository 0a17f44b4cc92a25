//! Below the packets: how many there are, what is kept no longer, and captures in and out.

use super::captures::{Captures, Capturing, Ending};
use super::words;
use crate::components::icon::{Icon, Sign};
use crate::components::menu::{Menu, MenuItem};
use crate::components::problem::ProblemBox;
use crate::format;
use crate::hub::{use_act, use_packets};
use crate::route::{self, Address, Page};
use midge_view::{Action, Kept, PacketFilter, PacketsAnswer, Window};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`StatusBar`].
#[derive(PartialEq, Properties)]
pub(super) struct StatusBarProps {
    /// Which packets are shown.
    pub filter: PacketFilter,
    /// Whether the filter that is written has a mistake, so that an earlier one is in force.
    pub is_stale: bool,
    /// Captures in and out.
    pub captures: Captures,
}

/// The bar.
#[component]
pub(super) fn StatusBar(props: &StatusBarProps) -> Html {
    // Its own question asks for no rows.
    let reply = use_packets(props.filter.clone(), Window::Tail { count: 0 });
    let answer = reply.here().cloned().unwrap_or_default();
    html! {
        <footer class="packets-status" aria-label="About the log">
            { notice(&props.captures) }
            <div class="packets-status-line">
                { counts(props, &answer) }
                <Deeds filter={props.filter.clone()} captures={props.captures.clone()} kept={answer.kept}
                    shown={answer.end - answer.start} />
            </div>
        </footer>
    }
}

fn counts(props: &StatusBarProps, answer: &PacketsAnswer) -> Html {
    let is_filtered = props.filter != PacketFilter::default();
    let shown = words::shown(answer.end - answer.start, is_filtered, &answer.kept);
    html! {
        <p class="packets-counts">
            <span>{shown}</span>
            if let Some(percent) = answer.scanning {
                <span class="packets-scanning">
                    <progress max="100" value={percent.to_string()} aria-label="Scanning"></progress>
                    {format!("scanning, {percent} %")}
                </span>
            }
            if props.is_stale {
                <span class="packets-stale">{"The filter has a mistake: the last one that could be read is in force."}</span>
            }
            if let Some(dropped) = words::dropped(&answer.kept) {
                <span>
                    {dropped}{" ("}<a href={Address::of(Page::Settings).href()}>{"how much is kept"}</a>{")"}
                </span>
            }
        </p>
    }
}

/// What is said about a capture, above the line.
fn notice(captures: &Captures) -> Html {
    let dismiss = captures.dismiss.reform(|_: MouseEvent| ());
    match &captures.state {
        None => Html::default(),
        Some(Capturing::Busy { what, percent }) => html! {
            <div class="packets-notice" role="status">
                <progress max="100" value={percent.to_string()} aria-label={*what}></progress>
                <span class="grow">{format!("{what}, {percent} %")}</span>
                <button type="button" class="button" onclick={dismiss}>{"Cancel"}</button>
            </div>
        },
        Some(Capturing::Ended(Ending { words, filter })) => html! {
            <div class="packets-notice" role="status">
                <Icon sign={Sign::Check} />
                <div class="grow">{ for words.iter().map(|line| html! { <p>{line}</p> }) }</div>
                if let Some(filter) = filter {
                    <a class="button" href={route::packets(filter).href()}>{"Show only these"}</a>
                }
                <button type="button" class="icon-button" aria-label="Dismiss" onclick={dismiss}><Icon sign={Sign::Close} /></button>
            </div>
        },
        Some(Capturing::Failed(problem)) => html! {
            <ProblemBox problem={problem.clone()} ondismiss={captures.dismiss.clone()} />
        },
    }
}

#[derive(PartialEq, Properties)]
struct DeedsProps {
    filter: PacketFilter,
    captures: Captures,
    kept: Kept,
    shown: u64,
}

/// Export, import, clear.
#[component]
fn Deeds(props: &DeedsProps) -> Html {
    let act = use_act();
    let captures = &props.captures;
    let is_busy = captures.is_busy();
    let export = |filter: PacketFilter| captures.export.reform(move |()| filter.clone());
    let mut items = vec![MenuItem {
        label: format!("Every packet ({})", format::count(props.kept.packets)).into(),
        action: export(PacketFilter::default()),
    }];
    if props.filter != PacketFilter::default() {
        let label = format!("What the filter keeps ({})", format::count(props.shown)).into();
        let action = export(props.filter.clone());
        items.insert(0, MenuItem { label, action });
    }
    let onchange = {
        let import = captures.import.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let file = input.files().and_then(|files| files.get(0));
            // The same file can be chosen again.
            input.set_value("");
            if let Some(file) = file {
                import.emit(file);
            }
        })
    };
    let deed = |action: Action| act.reform(move |_: MouseEvent| action.clone());
    html! {
        <div class="packets-deeds">
            if let Some(cleared) = props.kept.restorable {
                <button type="button" class="button quiet" onclick={deed(Action::RestorePackets)}
                    title={format!("Brings {} back", format::plural(cleared, "packet", "packets"))}>
                    <Icon sign={Sign::Undo} />{"Undo clearing"}
                </button>
            }
            <Menu label="Export to Wireshark" class="button quiet" {items}><Icon sign={Sign::Save} />{"Export"}</Menu>
            <label class={classes!("button", "quiet", "file", is_busy.then_some("disabled"))}>
                <Icon sign={Sign::Inbox} />{"Import"}
                <input type="file" aria-label="Import a capture" accept=".pcapng,.pcap,.cap,application/vnd.tcpdump.pcap"
                    disabled={is_busy} {onchange} />
            </label>
            <button type="button" class="button quiet" disabled={props.kept.packets == 0}
                onclick={deed(Action::ClearPackets)}><Icon sign={Sign::Remove} />{"Clear"}</button>
        </div>
    }
}
