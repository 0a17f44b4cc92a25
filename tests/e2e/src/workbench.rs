//! The Workbench with brokers that others wrote: every QoS, both ways, in both versions.

use crate::support::Browser;
use crate::support::clients::{Note, Peer, VERSIONS, Version, line};
use crate::support::mosquitto::Mosquitto;
use crate::support::workbench::{Access, Workbench};

#[tokio::test]
async fn messages_pass_both_ways_with_mosquitto_3_1_1() {
    both_ways(VERSIONS[0]).await;
}

#[tokio::test]
async fn messages_pass_both_ways_with_mosquitto_5_0() {
    both_ways(VERSIONS[1]).await;
}

async fn both_ways(version: Version) {
    let mosquitto = Mosquitto::start().await;
    let peer = Peer {
        port: mosquitto.tcp,
        version,
    };
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .connect(Access::anonymous(&mosquitto.url(), version.name))
        .await;
    workbench.subscribe("to/page/#", 2).await;
    let listener = peer.subscribe("from/page/#", 2).await;
    for qos in 0..=2 {
        let text = format!("grüße an QoS {qos}");
        let to_page = Note {
            topic: &format!("to/page/{qos}"),
            payload: &text,
            qos,
            retain: false,
        };
        peer.publish(to_page).await;
        workbench.received(to_page).await;
        let from_page = Note {
            topic: &format!("from/page/{qos}"),
            ..to_page
        };
        workbench.publish(from_page).await;
        listener.line_with(&line(from_page)).await;
    }
    workbench.disconnect().await;
    browser.had_no_errors().await;
}

#[tokio::test]
async fn retained_messages_are_marked_as_such() {
    let mosquitto = Mosquitto::start().await;
    let peer = Peer {
        port: mosquitto.tcp,
        version: VERSIONS[1],
    };
    let early = Note {
        topic: "weather/today",
        payload: "sunny",
        qos: 1,
        retain: true,
    };
    peer.publish(early).await;
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .connect(Access::anonymous(&mosquitto.url(), "5.0"))
        .await;
    workbench.subscribe("weather/+", 1).await;
    workbench.received(early).await;

    let tomorrow = Note {
        topic: "weather/tomorrow",
        payload: "rain",
        ..early
    };
    let listener = peer.subscribe(tomorrow.topic, 1).await;
    workbench.publish(tomorrow).await;
    // Who has subscribed before gets it as a message like any other, who comes later as a retained one.
    let fresh = Note {
        retain: false,
        ..tomorrow
    };
    listener.line_with(&line(fresh)).await;
    let late = peer.subscribe(tomorrow.topic, 1).await;
    late.line_with(&line(tomorrow)).await;
}

#[tokio::test]
async fn what_is_unsubscribed_does_not_arrive() {
    let mosquitto = Mosquitto::start().await;
    let peer = Peer {
        port: mosquitto.tcp,
        version: VERSIONS[0],
    };
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    workbench
        .connect(Access::anonymous(&mosquitto.url(), "3.1.1"))
        .await;
    workbench.subscribe("a/+", 0).await;
    workbench.subscribe("z", 0).await;
    let note = |topic, payload| Note {
        topic,
        payload,
        qos: 0,
        retain: false,
    };
    peer.publish(note("a/b", "wanted")).await;
    workbench.received(note("a/b", "wanted")).await;
    workbench.unsubscribe("a/+").await;
    peer.publish(note("a/b", "unwanted")).await;
    // What comes after it shows that it would have come by now.
    peer.publish(note("z", "last")).await;
    workbench.received(note("z", "last")).await;
    let messages = workbench.messages().await;
    assert!(
        messages.iter().all(|row| row.payload != "unwanted"),
        "{messages:?}"
    );
}

#[tokio::test]
async fn the_will_is_published_when_the_page_is_gone() {
    let mosquitto = Mosquitto::start().await;
    let peer = Peer {
        port: mosquitto.tcp,
        version: VERSIONS[0],
    };
    let listener = peer.subscribe("last/words", 1).await;
    let browser = Browser::open("workbench").await;
    let workbench = Workbench::of(&browser).await;
    let url = mosquitto.url();
    workbench.fill(Access::anonymous(&url, "5.0")).await;
    let form = workbench.form().await;
    form.tick("Send a will", true).await;
    form.fill("textbox", "Will topic", "last/words").await;
    form.fill("textbox", "Will payload", "goodbye").await;
    form.choose("Will QoS", "1").await;
    workbench.press_connect().await;
    workbench.is("Connected").await;
    // Closing the tab closes the connection without a DISCONNECT.
    drop(browser);
    let will = Note {
        topic: "last/words",
        payload: "goodbye",
        qos: 1,
        retain: false,
    };
    listener.line_with(&line(will)).await;
}

#[tokio::test]
async fn the_labs_own_broker_is_one_of_the_choices() {
    for version in VERSIONS {
        let browser = Browser::open("workbench").await;
        let workbench = Workbench::of(&browser).await;
        workbench.connect_to_lab(version.name).await;
        workbench.subscribe("notes/#", 2).await;
        for qos in 0..=2 {
            let note = Note {
                topic: &format!("notes/{qos}"),
                payload: "to myself",
                qos,
                retain: false,
            };
            workbench.publish(note).await;
            workbench.received(note).await;
        }
        workbench.unsubscribe("notes/#").await;
        // The house speaks to this broker too.
        workbench.subscribe("home/livingroom/light", 1).await;
        let rows = workbench.messages().await;
        assert!(!rows.is_empty());
        workbench.disconnect().await;
        browser.had_no_errors().await;
    }
}
