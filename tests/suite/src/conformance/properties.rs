//! The properties of a message on their way through the server (5.0, section 3.3.2.3).

use super::bench::*;
use super::words::*;
use midge_codec::Property;

/// [5.0 MQTT-3.3.2-4] [5.0 MQTT-3.3.2-15] [5.0 MQTT-3.3.2-16] [5.0 MQTT-3.3.2-17]
/// [5.0 MQTT-3.3.2-18] [5.0 MQTT-3.3.2-20]
#[test]
fn what_is_end_to_end_arrives_unaltered_and_in_order_at_once_later_and_retained() {
    let told = list([
        Property::UserProperty("z", "1"),
        Property::PayloadFormatIndicator(1),
        Property::ResponseTopic("answer/to"),
        Property::CorrelationData(b"\x00\xFF"),
        Property::UserProperty("a", "2"),
        Property::ContentType("text/\u{FEFF}plain"),
        Property::UserProperty("z", "1"),
    ]);
    let mut bench = Bench::new();
    let online = bench.join(V5, "online");
    bench.subscribe(online, "a", Q0);
    let (away, _) = bench.keep(V5, "away");
    bench.subscribe(away, "a", Q1);
    bench.cut(away);
    let old = bench.join(V311, "old");
    bench.subscribe(old, "a", Q0);
    let bob = bench.join(V5, "bob");
    let publish = midge_codec::Publish {
        retain: true,
        properties: told.as_ref(),
        ..publication("a", "x", Q1)
    };
    bench.send(bob, &midge_codec::Packet::Publish(publish));
    let words = format!("{:?}", told.as_ref());
    assert_eq!(bench.take(online), [format!("PUBLISH a=x {words}")]);
    assert_eq!(bench.take(old), ["PUBLISH a=x"]);
    let (_, answer) = bench.keep(V5, "away");
    assert_eq!(answer[1..], [format!("PUBLISH a=x q1 #1 {words}")]);
    let late = bench.join(V5, "late");
    let answer = bench.subscribe(late, "a", Q1);
    assert_eq!(answer[1..], [format!("PUBLISH a=x q1 #1 retain {words}")]);
}

/// [5.0 MQTT-3.3.2-5] [5.0 MQTT-3.3.2-6]
#[test]
fn expiry_is_counted_down_while_a_message_waits_and_ends_it() {
    let mut bench = Bench::new();
    let (ada, _) = bench.keep(V5, "ada");
    bench.subscribe(ada, "a", Q1);
    bench.cut(ada);
    let bob = bench.join(V5, "bob");
    for seconds in [5, 100] {
        let properties = list([Property::MessageExpiryInterval(seconds)]);
        bench.publish_with(bob, "a", Q1, properties.as_ref());
    }
    bench.pass(10);
    let (_, answer) = bench.keep(V5, "ada");
    let expected = "PUBLISH a=x q1 #2 [MessageExpiryInterval(90)]";
    assert_eq!(answer[1..], [expected]);
}

/// [5.0 MQTT-3.3.2-5] [5.0 MQTT-3.3.2-6]
#[test]
fn retained_messages_expire_as_well() {
    let mut bench = Bench::new();
    let bob = bench.join(V5, "bob");
    let properties = list([Property::MessageExpiryInterval(60)]);
    let publish = midge_codec::Publish {
        retain: true,
        properties: properties.as_ref(),
        ..publication("a", "x", Q0)
    };
    bench.send(bob, &midge_codec::Packet::Publish(publish));
    bench.pass(20);
    let answer = bench.subscribe(bob, "a", Q0);
    assert_eq!(
        answer[1..],
        ["PUBLISH a=x retain [MessageExpiryInterval(40)]"]
    );
    bench.pass(40);
    assert_eq!(bench.subscribe(bob, "a", Q0), ["SUBACK #1 00"]);
}

/// [5.0 MQTT-3.3.2-4]
#[test]
fn a_payload_that_is_not_the_text_it_says_is_refused() {
    let mut bench = Bench::new();
    let ada = bench.join(V5, "ada");
    bench.subscribe(ada, "a", Q0);
    for (qos, expected) in [(Q1, "PUBACK #9 0x99"), (Q2, "PUBREC #9 0x99")] {
        let text = list([Property::PayloadFormatIndicator(1)]);
        let publish = midge_codec::Publish {
            properties: text.as_ref(),
            payload: b"\xFF",
            ..publication("a", "", qos)
        };
        bench.send(ada, &midge_codec::Packet::Publish(publish));
        assert_eq!(bench.take(ada), [expected]);
    }
    // Without the promise any bytes will do.
    let publish = midge_codec::Publish {
        payload: b"\xFF",
        ..publication("a", "", Q0)
    };
    bench.send(ada, &midge_codec::Packet::Publish(publish));
    assert_eq!(bench.take(ada).len(), 1);
}
