//! The page "Settings": looks, packet log, storage, about.

mod archive;
mod packet_log;
mod storage;
mod vault;

use crate::components::icon::{Icon, Sign};
use crate::components::switch::Switch;
use crate::store::{Settings, Theme, use_stored};
use packet_log::PacketLogSettings;
use storage::StorageSettings;
use web_sys::{KeyboardEvent, KeyboardEventInit};
use yew::prelude::*;

/// The page.
#[component]
pub fn SettingsPage() -> Html {
    html! {
        <div class="page">
            <div class="page-scroll">
                <div class="settings">
                    <h1>{"Settings"}</h1>
                    <Looks />
                    <PacketLogSettings />
                    <StorageSettings />
                    <About />
                </div>
            </div>
        </div>
    }
}

/// Theme and motion.
#[component]
fn Looks() -> Html {
    let settings = use_stored::<Settings>();
    let onswitch = {
        let settings = settings.clone();
        Callback::from(move |on| settings.update(move |settings| settings.reduce_motion = on))
    };
    html! {
        <section class="panel" aria-labelledby="looks-heading">
            <header class="panel-head"><h2 id="looks-heading">{"Looks"}</h2></header>
            <div class="panel-body stack">
                <div class="field">
                    <span class="label" id="theme-label">{"Theme"}</span>
                    <div class="segments" role="radiogroup" aria-labelledby="theme-label">
                        { for Theme::ALL.map(|theme| theme_choice(&settings, theme)) }
                    </div>
                </div>
                <Switch label="Reduce motion" on={settings.reduce_motion} {onswitch} />
                <p class="muted small">{"Off: as the system asks. On: messages do not travel their wires, and nothing slides."}</p>
            </div>
        </section>
    }
}

fn theme_choice(settings: &crate::store::StoredHandle<Settings>, theme: Theme) -> Html {
    let sign = match theme {
        Theme::System => Sign::System,
        Theme::Light => Sign::Light,
        Theme::Dark => Sign::Dark,
    };
    let onchange = {
        let settings = settings.clone();
        Callback::from(move |_: Event| settings.update(move |settings| settings.theme = theme))
    };
    html! {
        <label class="segment" key={theme.name()}>
            <input type="radio" name="theme" value={theme.name()} checked={settings.theme == theme} {onchange} />
            <span><Icon {sign} />{theme.name()}</span>
        </label>
    }
}

/// Version, licences, standards, keys.
#[component]
fn About() -> Html {
    let onkeys = Callback::from(|_: MouseEvent| show_keys());
    html! {
        <section class="panel" aria-labelledby="about-heading">
            <header class="panel-head"><h2 id="about-heading">{"About"}</h2></header>
            <div class="panel-body stack">
                <dl class="facts">
                    <dt>{"Midge"}</dt><dd>{env!("CARGO_PKG_VERSION")}</dd>
                    <dt>{"Licence"}</dt><dd>{"MIT or Apache-2.0, as you like"}</dd>
                    <dt>{"Speaks"}</dt>
                    <dd>
                        <a href="https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html" rel="noreferrer">{"MQTT 3.1.1"}</a>
                        {" and "}
                        <a href="https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html" rel="noreferrer">{"MQTT 5.0"}</a>
                    </dd>
                </dl>
                <p>{"An MQTT lab in a browser tab: a workbench for real brokers, and a broker with a house of devices inside the page."}</p>
                <div class="row">
                    <button type="button" class="button" onclick={onkeys}><Icon sign={Sign::Keyboard} />{"Keyboard"}</button>
                </div>
            </div>
        </section>
    }
}

/// Opens the sheet of keys, as its own key does.
fn show_keys() {
    let options = KeyboardEventInit::new();
    options.set_key("?");
    options.set_bubbles(true);
    if let Ok(event) = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options)
        && let Some(body) = gloo::utils::document().body()
    {
        let _ = body.dispatch_event(&event);
    }
}
