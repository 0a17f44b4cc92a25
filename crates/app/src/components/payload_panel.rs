//! A payload as text, JSON, hex or base64: shown as what it is, never as part of the page.

use super::clipboard::use_copy;
use super::hex_view::HexView;
use super::icon::{Icon, Sign};
use super::tabs::{Tab, Tabs};
use crate::format;
use bytes::Bytes;
use midge_payload::{Fault, Kind, guess};
use web_sys::{Blob, BlobPropertyBag, Url};
use yew::prelude::*;

/// Properties of [`PayloadPanel`].
#[derive(PartialEq, Properties)]
pub struct PayloadPanelProps {
    /// The bytes.
    pub payload: Bytes,
    /// The topic it came with: names the file it is saved to.
    pub topic: AttrValue,
}

/// Longer texts are shown in part until somebody wants all: browsers lay out text slowly.
const SHOWN_AT_ONCE: usize = 64 * 1024;

/// The panel.
#[component]
pub fn PayloadPanel(props: &PayloadPanelProps) -> Html {
    let kind = use_state_eq(|| None::<Kind>);
    let guessed = use_memo(props.payload.clone(), |payload| guess(payload));
    let shown = kind.unwrap_or(*guessed);
    let text = use_memo(
        (props.payload.clone(), shown),
        |(payload, kind)| match kind {
            Kind::Hex => Ok(String::new()),
            kind => kind.show(payload),
        },
    );
    let copy = use_copy();
    let oncopy = {
        let payload = props.payload.clone();
        copy.reform(move |_: MouseEvent| {
            let text = shown.show(&payload);
            text.unwrap_or_else(|_| midge_payload::hex_line(&payload))
        })
    };
    let onopen = {
        let kind = kind.setter();
        Callback::from(move |key: AttrValue| {
            kind.set(Kind::ALL.into_iter().find(|kind| kind.name() == key));
        })
    };
    let tabs: Vec<Tab> = Kind::ALL
        .iter()
        .map(|kind| Tab {
            key: kind.name().into(),
            label: kind.name().into(),
        })
        .collect();
    let size = format::bytes(props.payload.len() as u64);
    html! {
        <div class="payload">
            <div class="payload-head">
                <Tabs label="Payload as" {tabs} open={shown.name()} {onopen} />
                <span class="payload-size">{size}</span>
                <button type="button" class="icon-button" aria-label="Copy payload" title="Copy payload" onclick={oncopy}>
                    <Icon sign={Sign::Copy} />
                </button>
                <SaveLink payload={props.payload.clone()} file={file_name(&props.topic, *guessed)} />
            </div>
            <div class="payload-body" role="tabpanel" aria-label={shown.name()}>
                if props.payload.is_empty() {
                    <p class="muted">{"Empty: no bytes."}</p>
                } else if shown == Kind::Hex {
                    <HexView bytes={props.payload.clone()} label="Payload bytes" />
                } else {
                    { words(&text, shown) }
                }
            </div>
        </div>
    }
}

fn words(text: &Result<String, Fault>, kind: Kind) -> Html {
    match text {
        Ok(text) => html! { <LongText text={text.clone()} /> },
        Err(fault) => html! {
            <p class="notice" data-tone="warn">
                {format!("Not to be shown as {}: {fault}. Hex shows every byte.", kind.name())}
            </p>
        },
    }
}

#[derive(PartialEq, Properties)]
struct LongTextProps {
    text: String,
}

/// Text, and the rest of a long one on demand.
#[component]
fn LongText(props: &LongTextProps) -> Html {
    let all = use_state_eq(|| false);
    let text = &props.text;
    let (shown, rest) = text.split_at(if *all {
        text.len()
    } else {
        cut(text, SHOWN_AT_ONCE)
    });
    let onclick = {
        let all = all.setter();
        Callback::from(move |_: MouseEvent| all.set(true))
    };
    html! {
        <>
            <pre class="payload-text" tabindex="0">{shown}</pre>
            if !rest.is_empty() {
                <p class="row">
                    <span class="muted">{format!("{} more.", format::bytes(rest.len() as u64))}</span>
                    <button type="button" class="button" {onclick}>{"Show all"}</button>
                </p>
            }
        </>
    }
}

/// Where to cut `text` after about `most` bytes, between characters.
fn cut(text: &str, most: usize) -> usize {
    text.floor_char_boundary(most)
}

/// What a saved payload is called: its topic, with signs that no file system minds.
fn file_name(topic: &str, kind: Kind) -> String {
    let name: String = topic
        .chars()
        .map(|sign| match sign {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => sign,
            _ => '-',
        })
        .take(80)
        .collect();
    let name = name.trim_matches('-');
    let ending = match kind {
        Kind::Json => "json",
        Kind::Text => "txt",
        _ => "bin",
    };
    if name.is_empty() {
        format!("payload.{ending}")
    } else {
        format!("{name}.{ending}")
    }
}

#[derive(PartialEq, Properties)]
struct SaveLinkProps {
    payload: Bytes,
    file: String,
}

/// A link that saves exactly the bytes received.
#[component]
fn SaveLink(props: &SaveLinkProps) -> Html {
    let url = use_state_eq(|| None::<String>);
    {
        let url = url.setter();
        use_effect_with(props.payload.clone(), move |payload| {
            let made = object_url(payload);
            url.set(made.clone());
            move || {
                if let Some(made) = made {
                    let _ = Url::revoke_object_url(&made);
                }
            }
        });
    }
    html! {
        <a class="icon-button" href={(*url).clone()} download={props.file.clone()} aria-label="Save payload" title="Save payload">
            <Icon sign={Sign::Save} />
        </a>
    }
}

fn object_url(payload: &[u8]) -> Option<String> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(payload));
    let options = BlobPropertyBag::new();
    // Never a type that a browser would open and run.
    options.set_type("application/octet-stream");
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_topic() {
        assert_eq!(
            file_name("home/livingroom/light", Kind::Json),
            "home-livingroom-light.json"
        );
        assert_eq!(file_name("../../etc/passwd", Kind::Text), "etc-passwd.txt");
        assert_eq!(file_name("/", Kind::Hex), "payload.bin");
        assert!(file_name(&"x".repeat(500), Kind::Hex).len() < 100);
    }

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("a\u{20ac}b", 2), 1);
        assert_eq!(cut("abc", 10), 3);
    }
}
