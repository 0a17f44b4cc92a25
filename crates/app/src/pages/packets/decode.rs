//! "Edit and decode": bytes that somebody types or pastes, and what the decoder says of them, in both
//! versions. The codec is pure, so it runs here.

mod samples;

use super::byte_view::ByteView;
use super::explained::Explained;
use super::hex_text::{NotHex, parse, write};
use crate::components::badge::PacketBadge;
use crate::components::icon::{Icon, Sign};
use crate::components::menu::{Menu, MenuItem};
use crate::components::same::Same;
use crate::components::tabs::{Tab, Tabs};
use crate::format;
use crate::hub::{Reply, use_packet};
use crate::route::{Address, Page};
use crate::router::{Router, use_router};
use bytes::Bytes;
use gloo::timers::callback::Timeout;
use midge_codec::{Framer, PacketType, Version};
use midge_view::PacketDetail;
use samples::sample;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Its part of the address.
pub(crate) const PART: &str = "decode";
/// The bytes in the address.
const HEX: &str = "hex";
/// The version in the address: `5`, or `311`.
const VERSION: &str = "version";
/// A packet of the log in the address, by its number: for bytes that the address cannot hold.
const PACKET: &str = "packet";
/// Bytes that an address can hold.
const ADDRESS_MAX: usize = 4_096;
/// Bytes that can be changed here: more are no longer fluent to type in.
const EDIT_MAX: usize = 65_536;
/// The largest packet that is read, in bytes.
const PACKET_MAX: u32 = 1 << 20;
/// How long the address waits for the next key, in milliseconds: browsers count how often it changes.
const PAUSE_MS: u32 = 400;

/// The address that opens a packet here: with its bytes, or with its number where they are too many for an
/// address; `None` when they are too many to be changed.
pub(super) fn address_of_packet(detail: &PacketDetail) -> Option<Address> {
    let is_whole = detail.bytes.len() as u64 == u64::from(detail.row.size);
    if !is_whole || detail.bytes.len() > EDIT_MAX {
        return None;
    }
    let by_number = || {
        let address = Address::of(Page::Packets).at(PART);
        let address = address.with(PACKET, detail.row.seq.to_string());
        address.with(VERSION, key(detail.version))
    };
    Some(address_of(&detail.bytes, detail.version).unwrap_or_else(by_number))
}

/// The name of a version in an address.
const fn key(version: Version) -> &'static str {
    if version.has_properties() { "5" } else { "311" }
}

/// The address that opens these bytes here; `None` when they are too many for one.
fn address_of(bytes: &[u8], version: Version) -> Option<Address> {
    if bytes.len() > ADDRESS_MAX {
        return None;
    }
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let address = Address::of(Page::Packets).at(PART);
    Some(address.with(HEX, hex).with(VERSION, key(version)))
}

fn version_in(address: &Address) -> Version {
    match address.parameter(VERSION) {
        Some("311") => Version::V311,
        _ => Version::V5,
    }
}

/// The packets in these bytes; what is left, or cannot be one, is the last.
fn packets(bytes: &[u8]) -> Vec<Bytes> {
    let mut framer = Framer::new(PACKET_MAX);
    framer.push(Bytes::copy_from_slice(bytes));
    let mut packets = Vec::new();
    let mut read = 0;
    while let Ok(Some(frame)) = framer.next_frame() {
        read += frame.len();
        packets.push(frame);
    }
    if read < bytes.len() {
        packets.push(Bytes::copy_from_slice(&bytes[read..]));
    }
    packets
}

/// The page.
#[component]
pub fn DecodePage() -> Html {
    let router = use_router();
    let text = use_state_eq(|| write(&hex_in(&router.address)));
    let version = use_state_eq(|| version_in(&router.address));
    let at = use_state_eq(|| 0_usize);
    use_address(&router, &text, &version);
    let gone = use_packet_in_address(&router, &text);
    let parsed = use_memo((*text).clone(), |text| parse(text));
    let parsed = &*parsed;
    let decoded = parsed.as_deref().unwrap_or_default();
    let problem = gone.or_else(|| problem(parsed));
    let all = match decoded.len() {
        0..=EDIT_MAX => packets(decoded),
        _ => Vec::new(),
    };
    let place = (*at).min(all.len().saturating_sub(1));
    let oninput = {
        let text = text.setter();
        Callback::from(move |new: String| text.set(new))
    };
    let onversion = {
        let version = version.setter();
        Callback::from(move |new: Version| version.set(new))
    };
    html! {
        <div class="page decode">
            <header class="decode-head">
                <h1>{"Decode bytes"}</h1>
                <a class="button quiet" href={Address::of(Page::Packets).href()}><Icon sign={Sign::Packets} />{"All packets"}</a>
            </header>
            <Editor text={(*text).clone()} version={*version} problem={problem.clone()}
                note={note(decoded.len())} {oninput} />
            if let Some(packet) = all.get(place) {
                { choice(&all, place, at.setter()) }
                <Decoded bytes={packet.clone()} version={*version} {onversion} />
            } else if problem.is_none() {
                <p class="decode-none muted">{"Paste the bytes of a packet, or begin with an example. What you change is decoded at once, by the decoder that runs the lab."}</p>
            }
        </div>
    }
}

/// Why nothing is decoded, if something is wrong with the text.
fn problem(parsed: &Result<Vec<u8>, NotHex>) -> Option<String> {
    match parsed {
        Err(error) => Some(error.to_string()),
        Ok(bytes) if bytes.len() > EDIT_MAX => Some(format!(
            "These are {}, and up to {} are decoded while you type. Keep the beginning of the packet: fields up to the cut are shown. Export on the page Packets writes packets of any size for Wireshark.",
            format::bytes(bytes.len() as u64),
            format::count(EDIT_MAX as u64)
        )),
        Ok(_) => None,
    }
}

/// What is said beneath bytes that the address cannot hold.
fn note(length: usize) -> Option<String> {
    (ADDRESS_MAX < length && length <= EDIT_MAX).then(|| {
        format!(
            "{}: too many for this page\u{2019}s address, so that what you change is lost when the page is loaded again.",
            format::bytes(length as u64)
        )
    })
}

/// Takes the bytes of the packet that the address names, once; says so when it is not kept any more.
#[hook]
fn use_packet_in_address(router: &Router, text: &UseStateHandle<String>) -> Option<String> {
    let wanted: Option<u64> = router
        .address
        .parameter(PACKET)
        .and_then(|seq| seq.parse().ok());
    // No packet has the last number.
    let reply = use_packet(wanted.unwrap_or(u64::MAX));
    let taken = use_mut_ref(|| None::<u64>);
    {
        let (text, reply) = (text.setter(), reply.clone());
        use_effect_with((wanted, reply.clone()), move |(wanted, _)| {
            let Reply::Here(detail) = reply else { return };
            if Some(detail.row.seq) == *wanted && *taken.borrow() != *wanted {
                taken.replace(*wanted);
                text.set(write(&detail.bytes));
            }
        });
    }
    let is_gone = wanted.is_some() && text.is_empty() && matches!(reply, Reply::Gone);
    is_gone.then(|| "This packet is not kept any more: the log keeps the newest packets. Choose another one on the page Packets, or paste bytes here.".to_owned())
}

fn hex_in(address: &Address) -> Vec<u8> {
    parse(address.parameter(HEX).unwrap_or_default()).unwrap_or_default()
}

/// Keeps the address and the text alike: another address replaces the text, and what is typed stands in
/// the address after a pause.
#[hook]
fn use_address(router: &Router, text: &UseStateHandle<String>, version: &UseStateHandle<Version>) {
    let written = use_mut_ref(|| None::<Address>);
    {
        let (text, version) = (text.setter(), version.setter());
        let written = written.clone();
        use_effect_with(router.address.clone(), move |address| {
            if written.borrow().as_ref() != Some(address) && address.parameter(HEX).is_some() {
                text.set(write(&hex_in(address)));
                version.set(version_in(address));
            }
        });
    }
    let router = router.clone();
    use_effect_with(((**text).clone(), **version), move |(text, version)| {
        let address = parse(text)
            .ok()
            .filter(|bytes| !bytes.is_empty())
            .and_then(|bytes| address_of(&bytes, *version));
        let timer = address.map(|address| {
            Timeout::new(PAUSE_MS, move || {
                if address != router.address {
                    written.replace(Some(address.clone()));
                    router.replace(address);
                }
            })
        });
        move || drop(timer)
    });
}

#[derive(PartialEq, Properties)]
struct EditorProps {
    text: String,
    version: Version,
    problem: Option<String>,
    note: Option<String>,
    oninput: Callback<String>,
}

/// The bytes as text.
#[component]
fn Editor(props: &EditorProps) -> Html {
    let oninput = props
        .oninput
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    let version = props.version;
    let example = |kind: &PacketType| {
        let text = sample(*kind, version)?;
        let action = props.oninput.reform(move |()| text.to_owned());
        Some(MenuItem {
            label: kind.name().into(),
            action,
        })
    };
    let items: Vec<MenuItem> = PacketType::ALL.iter().filter_map(example).collect();
    html! {
        <section class="decode-editor" aria-label="Bytes to decode">
            <div class="row">
                <label class="grow" for="decode-bytes">{"Bytes in hexadecimal"}
                    <span class="muted">{" \u{00b7} separators, 0x, and dumps of Wireshark, xxd or tcpdump are understood"}</span>
                </label>
                <Menu label="Examples" class="button" {items}>{"Examples"}<Icon sign={Sign::Down} size={12} /></Menu>
            </div>
            <textarea id="decode-bytes" class="mono" rows="4" spellcheck="false" autocomplete="off" autocapitalize="off"
                aria-invalid={props.problem.is_some().to_string()} aria-describedby="decode-problem"
                value={props.text.clone()} placeholder="30 0d 00 09 68 6f 6d 65 2f 68 61 6c 6c 6f 6e" {oninput} />
            <p id="decode-problem" class="decode-problem" role="status">{props.problem.clone()}</p>
            if let Some(note) = &props.note { <p class="decode-note muted">{note}</p> }
        </section>
    }
}

/// Which of several packets is shown.
fn choice(all: &[Bytes], place: usize, at: UseStateSetter<usize>) -> Html {
    if all.len() < 2 {
        return Html::default();
    }
    html! {
        <div class="decode-packets row" role="group" aria-label="Packets">
            { for all.iter().enumerate().map(|(index, bytes)| {
                let at = at.clone();
                let kind = PacketType::from_bits(bytes.first().map_or(0, |byte| byte >> 4));
                html! {
                    <button type="button" class="button quiet" key={index} aria-pressed={(index == place).to_string()}
                        onclick={Callback::from(move |_: MouseEvent| at.set(index))}>
                        {format!("{}", index + 1)}<PacketBadge packet_type={kind} />
                    </button>
                }
            }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct DecodedProps {
    bytes: Bytes,
    version: Version,
    onversion: Callback<Version>,
}

/// What the decoder says of one packet, in both versions; fields and bytes of one of them.
#[component]
fn Decoded(props: &DecodedProps) -> Html {
    let explained = use_memo((props.bytes.clone(), props.version), |(bytes, version)| {
        Explained::read(bytes.clone(), *version)
    });
    let versions = [Version::V5, Version::V311];
    let tabs = versions.map(|version| {
        let error = midge_codec::explain(&props.bytes, version).error;
        let says = if error.is_none() {
            "legal"
        } else {
            "not legal"
        };
        Tab {
            key: key(version).into(),
            label: format!("MQTT {version}: {says}").into(),
        }
    });
    let onopen = props.onversion.reform(move |open: AttrValue| {
        let named = versions.into_iter().find(|version| key(*version) == open);
        named.unwrap_or(Version::V5)
    });
    let kind = explained.packet_type();
    html! {
        <section class="packet" aria-label="Packet">
            <header class="packet-head">
                <h2 class="packet-title"><PacketBadge packet_type={kind} fault={explained.explanation.error.is_some()} /></h2>
                <p class="packet-facts">{format::bytes(props.bytes.len() as u64)}
                    if kind == Some(PacketType::Connect) { {" \u{00b7} a CONNECT says its version itself"} }
                </p>
                <Tabs label="Version" tabs={tabs.to_vec()} open={key(props.version)} {onopen} />
            </header>
            <ByteView explained={Same(explained)} packet={0} />
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::{Direction, PacketRow};

    #[test]
    fn an_address_gives_back_its_bytes_and_version() {
        for version in [Version::V311, Version::V5] {
            let address = address_of(&[0xc0, 0], version).expect("a short one");
            let read = Address::parse(&address.href());
            assert_eq!(hex_in(&read), [0xc0, 0]);
            assert_eq!(version_in(&read), version);
        }
        assert_eq!(address_of(&[0; ADDRESS_MAX + 1], Version::V5), None);
    }

    fn detail(length: usize, size: u32) -> PacketDetail {
        let bytes = vec![0x30; length];
        PacketDetail {
            row: PacketRow {
                seq: 7,
                at_ms: 0,
                at_us: 0,
                live: false,
                imported: false,
                client: String::new(),
                direction: Direction::ToBroker,
                packet_type: None,
                summary: String::new(),
                topic: None,
                qos: None,
                packet_id: None,
                retain: false,
                dup: false,
                size,
                fault: false,
            },
            version: Version::V311,
            explanation: midge_codec::explain(&bytes, Version::V311),
            bytes,
            fault: None,
        }
    }

    #[test]
    fn a_packet_too_long_for_an_address_is_opened_by_its_number_and_a_longer_one_not_at_all() {
        let address = |length: usize| address_of_packet(&detail(length, length as u32));
        let short = address(ADDRESS_MAX).expect("it is short");
        assert_eq!(hex_in(&short).len(), ADDRESS_MAX);
        let long = address(EDIT_MAX).expect("it can be changed");
        assert_eq!(long.parameter(PACKET), Some("7"));
        assert_eq!(
            (long.parameter(HEX), version_in(&long)),
            (None, Version::V311)
        );
        assert_eq!(address(EDIT_MAX + 1), None);
        // The engine sends the first bytes only.
        assert_eq!(
            address_of_packet(&detail(EDIT_MAX, EDIT_MAX as u32 + 1)),
            None
        );
    }

    #[test]
    fn what_is_too_long_is_said_with_what_to_do() {
        assert_eq!(problem(&Ok(vec![0; EDIT_MAX])), None);
        let said = problem(&Ok(vec![0; EDIT_MAX + 1])).expect("too long");
        assert!(
            said.contains("65,537 bytes") && said.contains("Export"),
            "{said}"
        );
        assert_eq!(note(ADDRESS_MAX), None);
        assert!(note(ADDRESS_MAX + 1).is_some());
        assert_eq!(note(EDIT_MAX + 1), None);
    }

    #[test]
    fn several_packets_are_told_apart_and_nothing_is_lost() {
        let lengths = |bytes: &[u8]| packets(bytes).iter().map(Bytes::len).collect::<Vec<_>>();
        assert_eq!(lengths(&[0xc0, 0, 0x40, 2, 0, 1]), [2, 4]);
        assert_eq!(lengths(&[0xc0, 0, 0x30, 9, 0]), [2, 3]);
        assert_eq!(lengths(&[0x00, 0x00]), [2]);
        assert_eq!(lengths(&[0x30, 0xff, 0xff, 0xff, 0xff, 1]), [6]);
        assert!(packets(&[]).is_empty());
    }
}
