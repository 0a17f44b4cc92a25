//! The signs: one sign a meaning, drawn as inline SVG in the colour of the text around them.

use yew::prelude::*;

/// What a sign means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each is what it says.
pub enum Sign {
    Lab,
    Workbench,
    Packets,
    Broker,
    Learn,
    Settings,
    Pause,
    Run,
    Step,
    System,
    Light,
    Dark,
    Keyboard,
    Palette,
    Search,
    Filter,
    Close,
    Check,
    Add,
    Remove,
    Edit,
    Copy,
    Save,
    Undo,
    More,
    Down,
    Right,
    Warning,
    Hint,
    /// A retained message.
    Retained,
    /// A re-sent message.
    Duplicate,
    /// From the client to the broker.
    ToBroker,
    /// From the broker to the client.
    ToClient,
    /// A fault of the link.
    Fault,
    /// The link stalls.
    Stall,
    Power,
    Lamp,
    Temperature,
    Motion,
    Phone,
    Person,
    Window,
    Heater,
    Press,
    Send,
    Inbox,
    Time,
    Follow,
    /// Packet families.
    Connect,
    Publish,
    Acknowledge,
    Subscribe,
    Ping,
    Disconnect,
}

impl Sign {
    /// The path on a grid of 16 by 16, drawn with a stroke.
    #[allow(clippy::too_many_lines)] // A table.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Lab => "M2 7.5 8 2.5l6 5M3.5 6.5v7h9v-7M6.5 13.5v-4h3v4",
            Self::Workbench => "M5.5 2v3M10.5 2v3M3.5 5h9v2.5a4.5 4.5 0 0 1-9 0zM8 12v2.5",
            Self::Packets => "M2 3.5h2M6.5 3.5H14M2 8h2M6.5 8H14M2 12.5h2M6.5 12.5H14",
            Self::Broker => {
                "M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8 5.5V2M8 10.5V14M5.8 9.2 2.8 11M10.2 9.2l3 1.8M5.8 6.8 2.8 5M10.2 6.8l3-1.8"
            }
            Self::Learn => "M1.5 6 8 3l6.5 3L8 9zM4.5 7.5v3.5c2 1.7 5 1.7 7 0V7.5M14.5 6v4",
            Self::Settings => {
                "M2 4.5h7M13 4.5h1M2 11.5h1M7 11.5h7M11 6.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5 13.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
            }
            Self::Pause => "M5.5 3.5v9M10.5 3.5v9",
            Self::Run => "M5 3l8 5-8 5z",
            Self::Step => "M4 3l6 5-6 5zM12.5 3v10",
            Self::System => "M2 3h12v8H2zM6 14h4M8 11v3",
            Self::Light => {
                "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.2v1.5M8 13.3v1.5M1.2 8h1.5M13.3 8h1.5M3.2 3.2l1 1M11.8 11.8l1 1M12.8 3.2l-1 1M4.2 11.8l-1 1"
            }
            Self::Dark => "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z",
            Self::Keyboard => {
                "M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M5 9.5h6"
            }
            Self::Palette => "M5 3.5 9 8l-4 4.5M9.5 12.5H13",
            Self::Search => "M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM10.8 10.8 14 14",
            Self::Filter => "M2 3h12l-4.5 5.5V13l-3-1.5v-3z",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Check => "M3 8.5l3.5 3.5L13 4.5",
            Self::Add => "M8 3v10M3 8h10",
            Self::Remove => "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.5 9h6l.5-9",
            Self::Edit => "M3 13l.7-3L11 2.7l2.3 2.3L6 12.3z",
            Self::Copy => "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
            Self::Save => "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
            Self::Undo => "M5.5 3 2.5 6l3 3M2.5 6H10a3.5 3.5 0 0 1 0 7H6",
            Self::More => "M3.5 8h.01M8 8h.01M12.5 8h.01",
            Self::Down => "M4 6l4 4 4-4",
            Self::Right => "M6 4l4 4-4 4",
            Self::Warning => "M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.8h.01",
            Self::Hint => "M6 11.5a4.2 4.2 0 1 1 4 0V13H6zM6.5 15h3",
            Self::Retained => "M6 2h4l-.5 4.5L12 9H4l2.5-2.5zM8 9v5",
            Self::Duplicate => {
                "M3 8a5 5 0 0 1 8.8-3.2L13 6M13 2.5V6H9.5M13 8a5 5 0 0 1-8.8 3.2L3 10M3 13.5V10h3.5"
            }
            Self::ToBroker => "M2.5 8h10M9 4.5 12.5 8 9 11.5",
            Self::ToClient => "M13.5 8h-10M7 4.5 3.5 8 7 11.5",
            Self::Fault => {
                "M4 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM4 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM5.5 5.3 14 12M5.5 10.7 14 4"
            }
            Self::Stall => "M4.5 2h7M4.5 14h7M5 2c0 4 6 4 6 12M11 2c0 4-6 4-6 12",
            Self::Power => "M8 2v5.5M4.6 4.2a5.2 5.2 0 1 0 6.8 0",
            Self::Lamp => "M5 2.5h6l2 6H3zM8 8.5v5M5.5 13.5h5",
            Self::Temperature => "M6.5 9V3.5a1.5 1.5 0 0 1 3 0V9a3 3 0 1 1-3 0zM8 6.5v4.5",
            Self::Motion => {
                "M8 8h.01M5.2 10.8a4 4 0 0 1 0-5.6M10.8 5.2a4 4 0 0 1 0 5.6M3 13A7 7 0 0 1 3 3M13 3a7 7 0 0 1 0 10"
            }
            Self::Phone => "M4.5 1.5h7v13h-7zM7 12.5h2",
            Self::Person => {
                "M8 7a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 14c.5-3.2 2.3-4.8 5-4.8s4.5 1.6 5 4.800z"
            }
            Self::Window => "M2.5 2.500h11v11h-11zM8 2.500v11M2.5 8h11",
            Self::Heater => "M3.5 4v8M6.5 4v8M9.5 4v8M12.5 4v8M2 5.500h12M2 10.500h12",
            Self::Press => "M8 12.500a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM8 8h.01",
            Self::Send => "M2 7.5 14 2.500l-4 11-2.5-4.500zM7.5 9 14 2.5",
            Self::Inbox => "M2 9l2-6h8l2 6v4.500H2zM2 9h3.500l1 2h3l1-2H14",
            Self::Time => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.500V8l2.5 1.5",
            Self::Follow => "M8 2v9M4.5 7.5 8 11l3.5-3.500M3 14h10",
            Self::Connect => {
                "M6.5 9.500l3-3M5 7 3.2 8.800a2.8 2.8 0 0 0 4 4L9 11M7 5l1.8-1.800a2.8 2.8 0 0 1 4 4L11 9"
            }
            Self::Publish => "M2 4h12v8.500H2zM2 4.5 8 9l6-4.5",
            Self::Acknowledge => "M1.5 8.5 4.5 11.5 10 5M8 11l.5.500L14 5",
            Self::Subscribe => {
                "M3 13h.01M3 9a4 4 0 0 1 4 4M3 5a8 8 0 0 1 8 8M3 1.800A11.2 11.2 0 0 1 14.2 13"
            }
            Self::Ping => "M1.5 8h3l2-5 3 10 2-5h3",
            Self::Disconnect => {
                "M5 7 3.2 8.800a2.8 2.8 0 0 0 4 4L9 11M7 5l1.8-1.800a2.8 2.8 0 0 1 4 4L11 9M2.5 2.500l11 11"
            }
        }
    }
}

/// Properties of [`Icon`].
#[derive(PartialEq, Properties)]
pub struct IconProps {
    /// Which sign.
    pub sign: Sign,
    /// Pixels of a side.
    #[prop_or(16)]
    pub size: u8,
    /// What readers hear; without it the sign is decoration beside words.
    #[prop_or_default]
    pub label: Option<AttrValue>,
}

/// A sign.
#[component]
pub fn Icon(props: &IconProps) -> Html {
    let size = props.size.to_string();
    let hidden = props.label.is_none().then_some("true");
    let role = props.label.as_ref().map(|_| "img");
    html! {
        <svg class="icon" width={size.clone()} height={size} viewBox="0 0 16 16"
            aria-hidden={hidden} role={role} aria-label={props.label.clone()}>
            <path d={props.sign.path()} />
        </svg>
    }
}
