//! Connections and brokers that break while messages are in flight.

use super::broker::{Broker, Kind};
use super::link::{Cut, Link};
use super::scenarios::Stage;
use midge_client::Event;
use midge_codec::{Message, PacketType, QoS, Version};
use std::time::Duration;

/// What is to be delivered has been delivered after this time on loopback.
const SILENCE: Duration = Duration::from_millis(700);

const TOPIC: &str = "in/flight";

/// How many messages of each QoS wait for a client that is away.
const WAITING: u8 = 20;

/// At QoS 1 and 2, the packets of a handshake at which a connection can break.
const HANDSHAKES: [(QoS, &[PacketType]); 2] = [
    (QoS::AtLeastOnce, &[PacketType::Publish, PacketType::PubAck]),
    (
        QoS::ExactlyOnce,
        &[
            PacketType::Publish,
            PacketType::PubRec,
            PacketType::PubRel,
            PacketType::PubComp,
        ],
    ),
];

/// The handshakes that the broker has.
fn handshakes(kind: &Kind) -> impl Iterator<Item = (QoS, &'static [PacketType])> + use<> {
    let highest = kind.highest();
    HANDSHAKES
        .into_iter()
        .filter(move |&(qos, _)| qos <= highest)
}

fn over_tcp(broker: &Broker, kind: &Kind, version: Version) -> Stage {
    let [tcp, _] = broker.addresses();
    Stage {
        kind: kind.clone(),
        version,
        address: tcp,
    }
}

/// Every place where one message can be cut off from its acknowledgement, on the way to the broker and from it: the
/// message is complete in the end, at QoS 2 exactly once.
pub(super) async fn cut_at_every_packet(stage: Stage) {
    let mut speaker = stage.link("speaker", "nothing").await;
    let mut listener = stage.link("listener", TOPIC).await;
    for (qos, packets) in handshakes(&stage.kind) {
        for &at in packets {
            for arrives in [true, false] {
                for breaks in ["speaker", "listener"] {
                    let cut = Cut { at, arrives };
                    let payload = format!("{qos:?} {breaks} {cut:?}");
                    match breaks {
                        "speaker" => speaker.cut_at(cut),
                        _ => listener.cut_at(cut),
                    }
                    speaker.publish(&Message::new(TOPIC, payload.clone(), qos, false));
                    speaker.published().await;
                    listener.message_saying(&payload).await;
                    let broken = match breaks {
                        "speaker" => &mut speaker,
                        _ => &mut listener,
                    };
                    connected_again(broken, &payload).await;
                }
            }
        }
    }
    if stage.kind.delivers_once() {
        nothing_came_twice_at_qos_2(&mut listener).await;
    }
}

/// A connection breaks again and again while many messages are under way.
pub(super) async fn cut_with_many_in_flight(stage: Stage) {
    const MESSAGES: usize = 60;
    let mut speaker = stage.link("speaker", "nothing").await;
    let mut listener = stage.link("listener", "many/#").await;
    for (qos, _) in handshakes(&stage.kind) {
        let topic = format!("many/{}", qos as u8);
        for number in 0..MESSAGES {
            speaker.publish(&Message::new(topic.clone(), number.to_string(), qos, false));
            match number % 20 {
                7 => speaker.cut(),
                13 => listener.cut(),
                _ => {}
            }
            // They are spread over some round trips.
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        for _ in 0..MESSAGES {
            speaker.published().await;
        }
        let arrived = payloads(listener.until_silent(SILENCE * 2).await);
        let expected: Vec<String> = (0..MESSAGES).map(|number| number.to_string()).collect();
        if qos == QoS::ExactlyOnce && stage.kind.delivers_once() {
            assert_eq!(arrived, expected);
        } else {
            let mut once = arrived;
            once.sort_by_key(|payload| payload.parse::<usize>().ok());
            once.dedup();
            assert_eq!(once, expected);
        }
    }
}

/// The broker ends in peace with messages half delivered, and takes them up again.
pub(super) async fn restart_that_remembers(kind: &Kind, version: Version) {
    let mut broker = Broker::start_remembering(kind).await;
    let stage = over_tcp(&broker, kind, version);
    let mut speaker = stage.link("speaker", "nothing").await;
    let mut listener = stage.link("listener", "#").await;
    for (qos, packets) in handshakes(kind) {
        for &at in packets {
            // The speaker stays away until the broker is back: its handshake stands half-way.
            let payload = format!("{qos:?} at {at:?}");
            let cut = Cut { at, arrives: true };
            speaker.cut_at(cut);
            speaker.publish(&Message::new(TOPIC, payload.clone(), qos, false));
            broker.restart_in_peace().await;
            speaker.published().await;
            listener.message_saying(&payload).await;
        }
    }
    if kind.delivers_once() {
        nothing_came_twice_at_qos_2(&mut listener).await;
    }
    // The listener has been back for long, and has not subscribed again.
    listener.until_silent(SILENCE * 2).await;
    speaker.publish(&Message::new(TOPIC, "after", kind.highest(), false));
    listener.message_saying("after").await;
}

/// The broker ends in peace while a client is away: the client finds its session, what came for it in the order it came in,
/// and its subscription; and what is retained is there for who comes anew.
pub(super) async fn restart_while_away(kind: &Kind, version: Version) {
    let mut broker = Broker::start_remembering(kind).await;
    let stage = over_tcp(&broker, kind, version);
    let mut speaker = stage.link("speaker", "nothing").await;
    stage.link("listener", TOPIC).await.disconnect().await;
    // The order is kept among messages of one QoS, and not between the two.
    let sent =
        |qos| (0..WAITING).map(move |number| Message::new(TOPIC, number.to_string(), qos, false));
    for (qos, _) in handshakes(kind) {
        for message in sent(qos) {
            speaker.publish(&message);
            speaker.published().await;
        }
    }
    let kept = Message::new("kept", "over a restart", QoS::AtLeastOnce, true);
    speaker.publish(&kept);
    speaker.published().await;
    broker.restart_in_peace().await;

    let mut listener = Link::connect(stage.config("listener"), stage.address).await;
    let mut arrived = Vec::new();
    for _ in handshakes(kind).flat_map(|(qos, _)| sent(qos)) {
        arrived.push(listener.message().await);
    }
    for (qos, _) in handshakes(kind) {
        let of_this: Vec<&Message> = arrived.iter().filter(|it| it.qos == qos).collect();
        assert_eq!(
            of_this,
            sent(qos).collect::<Vec<_>>().iter().collect::<Vec<_>>()
        );
    }
    speaker.publish(&Message::new(TOPIC, "after", kind.highest(), false));
    assert_eq!(listener.message().await.payload, "after");
    let mut late = stage.clean_link("late").await;
    late.subscribe("kept", QoS::ExactlyOnce).await;
    assert_eq!(late.message().await, kept);
}

/// A broker that keeps nothing starts anew: the client says that its session is lost, subscribes again, and goes on.
pub(super) async fn restart_that_forgets(kind: &Kind, version: Version) {
    let mut broker = Broker::start(kind).await;
    let stage = over_tcp(&broker, kind, version);
    let mut client = stage.link("client", TOPIC).await;
    broker.restart_anew().await;
    client
        .until("the news that the session is lost", |event| {
            matches!(event, Event::SessionLost { .. }).then_some(())
        })
        .await;
    client.subscribe(TOPIC, QoS::ExactlyOnce).await;
    let message = Message::new(TOPIC, "after", kind.highest(), false);
    client.publish(&message);
    assert_eq!(client.message().await, message);
}

/// After each message was taken once: what is left came at QoS 1.
async fn nothing_came_twice_at_qos_2(listener: &mut Link) {
    let again = payloads(listener.until_silent(SILENCE * 2).await);
    let of_qos_2 = format!("{:?}", QoS::ExactlyOnce);
    let twice: Vec<&String> = again
        .iter()
        .filter(|it| it.starts_with(&of_qos_2))
        .collect();
    assert!(twice.is_empty(), "{twice:?}");
}

async fn connected_again(link: &mut Link, what: &str) {
    link.until(&format!("a new connection after {what}"), |event| {
        matches!(
            event,
            Event::Connected {
                session_present: true,
                ..
            }
        )
        .then_some(())
    })
    .await;
}

fn payloads(events: Vec<Event>) -> Vec<String> {
    events
        .into_iter()
        .filter_map(|event| match event {
            Event::Message { message, .. } => {
                Some(String::from_utf8_lossy(&message.payload).into_owned())
            }
            _ => None,
        })
        .collect()
}
