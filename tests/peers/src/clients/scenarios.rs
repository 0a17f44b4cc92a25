//! What every client has to get from our server.

use super::order::Message;
use super::scenario::Stage;
use std::pin::Pin;

type Play = for<'a> fn(&'a Stage) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Every scenario with its name.
pub(super) const SCENARIOS: &[(&str, Play)] = &[
    ("every QoS", |stage| Box::pin(every_qos(stage))),
    ("retained messages", |stage| Box::pin(retained(stage))),
    ("a will", |stage| Box::pin(will(stage))),
    ("a shared subscription", |stage| Box::pin(shared(stage))),
    ("a session that is kept", |stage| {
        Box::pin(kept_session(stage))
    }),
];

/// A message arrives at the lower of the two levels, any bytes in it as they were.
async fn every_qos(stage: &Stage) {
    let any_bytes: Vec<u8> = (0..=255).cycle().take(20_000).collect();
    let mut speaker = stage.client("speaker").await;
    for subscribed in 0..=2 {
        let mut listener = stage.client("listener").await;
        assert_eq!(listener.subscribe("level/#", subscribed).await, subscribed);
        for published in 0..=2 {
            let message = Message::new(&format!("level/{published}"), &any_bytes, published, false);
            speaker.publish(&message).await;
            let expected = Message {
                qos: published.min(subscribed),
                ..message
            };
            assert_eq!(listener.message().await, expected);
        }
        listener.disconnect().await;
    }
}

/// What is retained is there for who comes later, marked, until an empty one takes it away.
async fn retained(stage: &Stage) {
    let mut speaker = stage.client("speaker").await;
    for qos in 0..=2 {
        let message = Message::new(&format!("kept/{qos}"), b"early", qos, true);
        speaker.publish(&message).await;
    }
    let mut listener = stage.client("listener").await;
    listener.subscribe("kept/#", 2).await;
    let mut arrived = Vec::new();
    for _ in 0..=2 {
        arrived.push(listener.message().await);
    }
    arrived.sort();
    for (qos, message) in (0..).zip(&arrived) {
        let expected = Message::new(&format!("kept/{qos}"), b"early", qos, true);
        assert_eq!(*message, expected);
    }
    for qos in 0..=2 {
        let nothing = Message::new(&format!("kept/{qos}"), b"", qos, true);
        speaker.publish(&nothing).await;
        let expected = Message {
            retain: false,
            ..nothing
        };
        assert_eq!(
            listener.message().await,
            expected,
            "it is live, not retained"
        );
    }
    let mut late = stage.client("late").await;
    late.subscribe("kept/#", 2).await;
    assert_eq!(late.messages().await, []);
}

/// A connection that breaks leaves its will behind; one that ends with DISCONNECT does not, unless that asks for it.
async fn will(stage: &Stage) {
    let mut listener = stage.client("listener").await;
    listener.subscribe("will/#", 2).await;
    for qos in 0..=2 {
        let last_words = Message::new(&format!("will/{qos}"), b"gone", qos, qos == 2);
        let mut polite = stage.mortal_client("polite", &last_words).await;
        polite.subscribe("nothing", 0).await;
        polite.disconnect().await;
        let expected = Message {
            retain: false,
            ..last_words.clone()
        };
        if stage.ends_with_will() {
            assert_eq!(listener.message().await, expected);
        }
        let mut mortal = stage.mortal_client("mortal", &last_words).await;
        mortal.subscribe("nothing", 0).await;
        drop(mortal);
        assert_eq!(listener.message().await, expected);
    }
    assert_eq!(listener.messages().await, [], "a will is published once");
    let mut late = stage.client("late").await;
    late.subscribe("will/#", 2).await;
    let kept = Message::new("will/2", b"gone", 2, true);
    assert_eq!(late.message().await, kept);
}

/// Each message goes to one of the members, and every member gets some. 3.1.1 has no word for it, and the server knows
/// the same filter.
async fn shared(stage: &Stage) {
    const MESSAGES: usize = 20;
    let mut members = [stage.client("one").await, stage.client("two").await];
    for member in &mut members {
        assert_eq!(member.subscribe("$share/readers/work/+", 1).await, 1);
    }
    let mut speaker = stage.client("speaker").await;
    for number in 0..MESSAGES {
        let payload = format!("{number:02}");
        let message = Message::new("work/piece", payload.as_bytes(), 1, false);
        speaker.publish(&message).await;
    }
    let [one, two] = &mut members;
    let (of_one, of_two) = (one.messages().await, two.messages().await);
    assert!(!of_one.is_empty() && !of_two.is_empty(), "both get some");
    let mut payloads: Vec<Vec<u8>> = of_one.iter().chain(&of_two).map(Message::bytes).collect();
    payloads.sort();
    let expected: Vec<Vec<u8>> = (0..MESSAGES)
        .map(|number| format!("{number:02}").into_bytes())
        .collect();
    assert_eq!(payloads, expected, "each goes to one of them");
}

/// What comes at QoS 1 and 2 while a client is away waits for it, each level in order: between the two there is none,
/// because many clients hand a message of QoS 2 over at its PUBREL.
async fn kept_session(stage: &Stage) {
    let (mut absent, session_present) = stage.keeping_client("absent").await;
    assert_ne!(session_present, Some(true), "nobody was here before");
    absent.subscribe("while/away", 2).await;
    absent.disconnect().await;
    let mut speaker = stage.client("speaker").await;
    let mut expected = Vec::new();
    for number in 0..6_u8 {
        let qos = 1 + number % 2;
        let message = Message::new("while/away", &[number], qos, false);
        speaker.publish(&message).await;
        expected.push(message);
    }
    let (mut absent, session_present) = stage.keeping_client("absent").await;
    assert_ne!(session_present, Some(false), "the session was kept");
    if session_present.is_none() {
        // `mosquitto_sub` connects when it is told what to subscribe to.
        absent.subscribe("while/away", 2).await;
    }
    let mut arrived = Vec::new();
    for _ in &expected {
        arrived.push(absent.message().await);
    }
    for qos in [1, 2] {
        let of_level = |messages: &[Message]| -> Vec<Message> {
            let level = messages.iter().filter(|message| message.qos == qos);
            level.cloned().collect()
        };
        assert_eq!(of_level(&arrived), of_level(&expected));
    }
}
