//! What our client has to get from any broker.

use super::broker::Kind;
use super::link::{Address, Link};
use midge_client::{Cause, Command, Config, Event, Reconnect, SubscribeRequest, Token, Will};
use midge_codec::{Message, PropertiesBuf, QoS, Reason, Version};
use std::time::Duration;

/// Where a scenario is played.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) kind: Kind,
    pub(super) version: Version,
    pub(super) address: Address,
}

impl Stage {
    /// A client whose session is kept and that connects again soon.
    pub(super) fn config(&self, name: &str) -> Config {
        let transport = match self.address {
            Address::Tcp(_) => "tcp",
            Address::Ws(..) => "ws",
        };
        Config {
            version: self.version,
            client_id: format!("{name}{transport}").into(),
            clean_start: false,
            session_expiry: 3_600,
            reconnect: Some(Reconnect {
                first: Duration::from_millis(50),
                longest: Duration::from_millis(500),
            }),
            ..Config::default()
        }
    }

    /// A client with a session that is kept, connected and subscribed at QoS 2: Aedes keeps only sessions with a
    /// subscription.
    pub(super) async fn link(&self, name: &str, filter: &str) -> Link {
        let mut link = Link::connect(self.config(name), self.address).await;
        link.subscribe(filter, QoS::ExactlyOnce).await;
        link
    }

    /// Every QoS that a message can be sent with.
    pub(super) fn levels(&self) -> impl Iterator<Item = QoS> + use<> {
        let highest = self.kind.highest();
        QoS::ALL.into_iter().filter(move |&qos| qos <= highest)
    }

    /// A client without state, connected.
    pub(super) async fn clean_link(&self, name: &str) -> Link {
        let config = Config {
            clean_start: true,
            session_expiry: 0,
            ..self.config(name)
        };
        Link::connect(config, self.address).await
    }
}

impl Link {
    /// Subscribes and gives the reason of SUBACK.
    pub(super) async fn subscribe(&mut self, filter: &str, qos: QoS) -> Reason {
        self.command(Command::Subscribe {
            filters: vec![SubscribeRequest {
                filter: filter.into(),
                options: qos.into(),
            }],
            properties: PropertiesBuf::new(),
        });
        self.until("SUBACK", |event| match event {
            Event::Subscribed { reasons, .. } => reasons.first().copied(),
            _ => None,
        })
        .await
    }

    /// Hands a message over; what comes of it is an event.
    pub(super) fn publish(&self, message: &Message) {
        self.command(Command::Publish(message.clone()));
    }

    /// Waits until a message that was handed over is complete.
    pub(super) async fn published(&mut self) -> (Token, Reason) {
        self.until("the end of the handshake", |event| match event {
            Event::Published { token, reason } => Some((*token, *reason)),
            _ => None,
        })
        .await
    }

    pub(super) async fn message(&mut self) -> Message {
        self.until("a message", |event| match event {
            Event::Message { message, .. } => Some(message.clone()),
            _ => None,
        })
        .await
    }

    /// Waits for a message with this payload; others stay for later.
    pub(super) async fn message_saying(&mut self, payload: &str) {
        self.until(&format!("`{payload}`"), |event| match event {
            Event::Message { message, .. } => (message.payload == payload).then_some(()),
            _ => None,
        })
        .await;
    }

    pub(super) async fn disconnect(mut self) {
        let reason = Reason::Success;
        self.command(Command::Disconnect { reason });
        self.until("the end", |event| {
            matches!(event, Event::Disconnected { .. }).then_some(())
        })
        .await;
    }
}

/// A message arrives at the lower of the two levels, any bytes in it as they were.
pub(super) async fn every_qos(stage: Stage) {
    let any_bytes: Vec<u8> = (0..=255).cycle().take(20_000).collect();
    let mut speaker = stage.clean_link("speaker").await;
    for subscribed in QoS::ALL {
        let mut listener = stage.clean_link("listener").await;
        for published in stage.levels() {
            // Aedes lowers the QoS for a filter without wildcards only.
            let topic = format!("level/{}", published as u8);
            let reason = listener.subscribe(&topic, subscribed).await;
            assert_eq!(reason, Reason::granted(stage.kind.granted(subscribed)));
            let message = Message::new(topic, any_bytes.clone(), published, false);
            speaker.publish(&message);
            speaker.published().await;
            let expected = Message {
                qos: stage.kind.delivered(published, subscribed),
                ..message
            };
            let arrived = listener.message().await;
            assert_eq!(without_payload(&arrived), without_payload(&expected));
            assert!(arrived.payload == expected.payload, "the bytes are changed");
        }
        listener.disconnect().await;
    }
}

/// What is worth showing of a large message.
fn without_payload(message: &Message) -> Message {
    Message {
        payload: bytes::Bytes::new(),
        ..message.clone()
    }
}

/// What is retained is there for who comes later, until an empty message takes it away.
pub(super) async fn retained(stage: Stage) {
    let mut speaker = stage.clean_link("speaker").await;
    let kept = Message::new("kept/by/the/broker", "early", QoS::AtLeastOnce, true);
    speaker.publish(&kept);
    speaker.published().await;
    let filter = match stage.kind.finds_retained_by_wildcard() {
        true => "kept/#",
        false => "kept/by/the/broker",
    };
    let mut listener = stage.clean_link("listener").await;
    listener.subscribe(filter, QoS::ExactlyOnce).await;
    assert_eq!(listener.message().await, kept);
    let nothing = Message {
        payload: bytes::Bytes::new(),
        ..kept
    };
    speaker.publish(&nothing);
    speaker.published().await;
    assert_eq!(listener.message().await.payload, "");
    let mut late = stage.clean_link("late").await;
    late.subscribe(filter, QoS::ExactlyOnce).await;
    let more = late.until_silent(Duration::from_millis(200)).await;
    assert_eq!(more, []);
}

/// A connection that breaks leaves its will behind; who disconnects takes it along.
pub(super) async fn will(stage: Stage) {
    let mut listener = stage.clean_link("listener").await;
    listener.subscribe("will/#", QoS::ExactlyOnce).await;
    let last_words = Message::new("will/of/ours", "gone", QoS::AtLeastOnce, false);
    let mortal = Config {
        will: Some(Will {
            message: last_words.clone(),
            delay: 0,
        }),
        clean_start: true,
        session_expiry: 0,
        ..stage.config("mortal")
    };
    drop(Link::connect(mortal.clone(), stage.address).await);
    assert_eq!(listener.message().await, last_words);
    let polite = Link::connect(mortal, stage.address).await;
    polite.disconnect().await;
    let more = listener.until_silent(Duration::from_millis(200)).await;
    if stage.kind.hears_disconnect(stage.address) {
        assert_eq!(more, [], "the will of the second is not published");
    }
}

/// A broker without QoS 2 answers PUBLISH with PUBACK, as if it were of QoS 1: the client says what is wrong, and does not
/// take the message for delivered.
pub(super) async fn qos_2_is_not_taken(stage: Stage) {
    let mut speaker = stage.clean_link("speaker").await;
    speaker.publish(&Message::new("level/2", "", QoS::ExactlyOnce, false));
    let cause = speaker
        .until("the end of the connection", |event| match event {
            Event::Disconnected { cause, .. } => Some(cause.clone()),
            Event::Published { .. } => panic!("the message was not delivered: {event:?}"),
            _ => None,
        })
        .await;
    let Cause::Violation { reason, what } = cause else {
        panic!("{cause:?}");
    };
    assert_eq!(reason, Reason::ProtocolError);
    assert!(what.contains("PUBACK"), "{what}");
}
