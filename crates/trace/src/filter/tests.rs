//! The filter language: text to value and back, mistakes, evaluation, proposals.

mod laws;

use super::{Filter, Subject, Vocabulary, complete};
use crate::tests::{connect, frame, publish};
use crate::{HopId, Log, Matches, Record, Toward};
use bytes::Bytes;
use midge_codec::{
    Ack, AckKind, Delivery, Packet, PacketId, Properties, Publish, QoS, Reason, Subscribe,
    SubscribeFiltersBuf, Version,
};
use midge_session::Instant;

fn record(toward: Toward, version: Version, frame: Bytes) -> Record {
    Record {
        seq: 0,
        at: Instant::ZERO,
        hop: HopId(1),
        toward,
        version,
        frame,
        fault: None,
    }
}

fn keeps(filter: &str, record: &Record) -> bool {
    let subject = Subject {
        record: record.borrowed(),
        client: "lamp-kitchen",
        topic: None,
    };
    Filter::parse(filter)
        .unwrap_or_else(|error| panic!("{filter}: {error}"))
        .keeps(&subject)
}

fn mistake(filter: &str) -> String {
    Filter::parse(filter).expect_err(filter).to_string()
}

fn light(qos: QoS, payload: &'static [u8]) -> Record {
    let publish = Publish {
        delivery: Delivery::new(qos, PacketId::new(7).unwrap(), true),
        retain: true,
        topic: "home/kitchen/light",
        properties: Properties::EMPTY,
        payload,
    };
    record(
        Toward::Broker,
        Version::V5,
        frame(&Packet::Publish(publish), Version::V5),
    )
}

#[test]
fn every_term_keeps_what_it_says_and_nothing_else() {
    let light = light(QoS::AtLeastOnce, b"turn ON now");
    for filter in [
        "",
        "topic:home/+/light",
        "topic:home/#",
        "topic:$share/group/home/#",
        "topic~kitchen",
        "topic=home/kitchen/light",
        "type:publish",
        "type:PUBACK,PUBLISH",
        "from:lamp",
        "from=lamp-kitchen",
        "to:broker",
        "client:kitchen",
        "payload~\"on\"",
        "payload:on",
        "payload=\"turn ON now\"",
        "qos:1",
        "qos >= 1",
        "qos<2",
        "qos!=0",
        "size>20 size<1k",
        "id:7",
        "id:0x7",
        "version:5.0",
        "retain",
        "DUP",
        "kitchen",
        "PUBLI",
        "LAMP",
        "nothing or kitchen",
        "not nothing",
        "-type:PINGREQ",
        "qos:1 and retain",
        "(nothing or retain) -(fault or qos:2)",
        "topic:home/+/light qos>=1 type:PUBLISH from:lamp payload~\"on\" retain dup",
    ] {
        assert!(keeps(filter, &light), "{filter}");
        let canonical = Filter::parse(filter).unwrap().to_string();
        assert!(keeps(&canonical, &light), "{canonical}");
        assert!(
            filter.is_empty() || !keeps(&format!("-({filter})"), &light),
            "{filter}"
        );
    }
    for filter in [
        "topic:home/+",
        "topic:+/light",
        "topic=home",
        "type:PUBACK",
        "from:broker",
        "to:lamp",
        "from=lamp",
        "payload~off",
        "payload=on",
        "qos:2",
        "size>1k",
        "id:8",
        "version:3.1.1",
        "fault",
        "reason:0",
        "nothing",
        "now",
        "nothing or fault",
        "kitchen fault",
        "\"kitchen fault\"",
    ] {
        assert!(!keeps(filter, &light), "{filter}");
    }
}

#[test]
fn subscriptions_wills_reasons_and_faults_are_asked_about_too() {
    let filters = SubscribeFiltersBuf::try_from_iter([("$share/g/home/+/temp", QoS::AtMostOnce)]);
    let filters = filters.unwrap();
    let subscribe = Packet::Subscribe(Subscribe {
        packet_id: PacketId::MIN,
        properties: Properties::EMPTY,
        filters: filters.as_ref(),
    });
    let subscribe = record(Toward::Broker, Version::V5, frame(&subscribe, Version::V5));
    assert!(keeps("topic:home/#", &subscribe));
    assert!(keeps("topic=home/+/temp id:1", &subscribe));
    assert!(!keeps("retain or dup or qos>=0", &subscribe));

    let refused = Packet::Ack(Ack {
        kind: AckKind::PubRec,
        packet_id: PacketId::MAX,
        reason: Reason::QuotaExceeded,
        properties: Properties::EMPTY,
    });
    let refused = record(Toward::Client, Version::V5, frame(&refused, Version::V5));
    assert!(keeps(
        "reason>=0x80 reason:\"quota exceeded\" id:65535",
        &refused
    ));
    assert!(keeps("to:lamp from:broker", &refused));
    assert!(!keeps("reason<0x80", &refused));

    let mut fault = light(QoS::AtMostOnce, b"x");
    fault.frame = Bytes::from_static(&[0x30, 0xFF]);
    fault.fault = midge_codec::decode(&[0x30, 0x01, 0x00], Version::V5).err();
    assert!(keeps("fault type:PUBLISH", &fault));
    assert!(!keeps("retain or topic:# or payload~x", &fault));
}

#[test]
fn an_alias_stands_for_its_topic() {
    let connect = record(Toward::Broker, Version::V5, connect(Version::V5));
    assert!(!keeps("topic:#", &connect));
    let alias = midge_codec::PropertiesBuf::try_from_iter([midge_codec::Property::TopicAlias(1)]);
    let alias = alias.unwrap();
    let publish = Packet::Publish(Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic: "",
        properties: alias.as_ref(),
        payload: b"",
    });
    let record = record(Toward::Broker, Version::V5, frame(&publish, Version::V5));
    let subject = Subject {
        record: record.borrowed(),
        client: "a",
        topic: Some("home/kitchen/light"),
    };
    let filter = Filter::parse("topic:home/+/light").unwrap();
    assert!(filter.keeps(&subject));
    let topic = None;
    assert!(!filter.keeps(&Subject { topic, ..subject }));
}

#[test]
fn mistakes_are_told_in_words_with_their_place() {
    for (filter, words) in [
        (
            "tpoic:a",
            "I do not know `tpoic`; did you mean `topic`? (at character 1)",
        ),
        (
            "retain http://x",
            "I do not know `http`; to look for the text itself, put it in quotation marks (at character 8)",
        ),
        (
            "type:PUBLSH",
            "`PUBLSH` is no packet type; did you mean `PUBLISH`? (at character 6)",
        ),
        (
            "qos:3",
            "`qos` is a number from 0 to 2, and `3` is not (at character 5)",
        ),
        (
            "size>x",
            "`size` is a number from 0 to 4294967295, and `x` is not (at character 6)",
        ),
        (
            "id:+7",
            "`id` is a number from 0 to 65535, and `+7` is not (at character 4)",
        ),
        (
            "topic:a/#/b",
            "not a topic filter: # stands only alone, as the last level (at character 7)",
        ),
        (
            "payload>3",
            "`payload` is not compared with `>`, but with `~` or `=` (at character 8)",
        ),
        (
            "größe or \"x",
            "the quotation mark is not closed (at character 10)",
        ),
        ("(a or b", "the parenthesis is not closed (at character 1)"),
        ("a) b", "no parenthesis is open here (at character 2)"),
        ("a or", "something must follow `or` (at character 5)"),
        ("a or or b", "something must follow `or` (at character 6)"),
        ("-", "something must follow `-` (at character 2)"),
        ("()", "something must follow `(` (at character 2)"),
        ("from:", "a value must follow `from` (at character 6)"),
        (
            ">=1",
            "a key such as `qos` must precede `>=` (at character 1)",
        ),
        (
            "version:4.2",
            "`4.2` is neither version 3.1.1 nor version 5 (at character 9)",
        ),
    ] {
        assert_eq!(mistake(filter), words);
    }
    let deep = "(".repeat(100_000);
    assert!(mistake(&deep).starts_with("parentheses and negations nest too deep"));
}

#[test]
fn the_canonical_text_is_short() {
    for (filter, canonical) in [
        ("  payload ~ \"on\"   and QOS=1 ", "payload~on qos:1"),
        ("not(a or b)", "-(a or b)"),
        ("(a b) or (c or d)", "a b or c or d"),
        ("((a)) (b c)", "a b c"),
        ("size>=1M", "size>=1000000"),
        ("type:puback,publish", "type:PUBLISH,PUBACK"),
        (
            "\"retain\" \"-x\" \"a:b\" \"\" \"or\" \"topic\"",
            "\"retain\" \"-x\" \"a:b\" \"\" \"or\" \"topic\"",
        ),
    ] {
        assert_eq!(Filter::parse(filter).unwrap().to_string(), canonical);
    }
}

fn proposals(text: &str) -> Vec<String> {
    let vocabulary = Vocabulary {
        topics: &["home/kitchen/light", "home/hall/two words"],
        clients: &["lamp-kitchen", "phone"],
    };
    let apply = |found: super::Completion| {
        let mut text = text.to_owned();
        text.replace_range(found.replace, &found.insert);
        text
    };
    let found = complete(text, text.len(), &vocabulary);
    found.into_iter().map(apply).collect()
}

#[test]
fn proposals_fit_where_the_cursor_is() {
    assert_eq!(proposals("").len(), 16);
    assert_eq!(
        proposals("retain to"),
        ["retain topic:", "retain to:", "retain \"to\""]
    );
    assert_eq!(proposals("-ty")[0], "-type:");
    assert_eq!(
        proposals("(qos:1 or kitch"),
        [
            "(qos:1 or client:lamp-kitchen",
            "(qos:1 or topic:home/kitchen/light"
        ]
    );
    assert_eq!(proposals("type:PUBLISH,puba"), ["type:PUBLISH,PUBACK"]);
    assert_eq!(proposals("from:br"), ["from:broker"]);
    assert_eq!(proposals("topic:\"two"), ["topic:\"home/hall/two words\""]);
    assert_eq!(proposals("qos>=").len(), 3);
    assert_eq!(proposals("reason:quota"), ["reason:0x97"]);
    assert_eq!(proposals("version:"), ["version:3.1.1", "version:5"]);
    let middle = complete("ty retain", 2, &Vocabulary::default());
    assert_eq!(
        (middle[0].replace.clone(), &*middle[0].insert),
        (0..2, "type:")
    );
}

#[test]
fn a_filter_runs_in_small_steps_over_a_log() {
    let mut log = Log::default();
    for number in 0..1_000_u64 {
        let topic = if number % 10 == 0 {
            "home/a/temp"
        } else {
            "home/a/light"
        };
        let bytes = publish(topic, b"1", Version::V311);
        log.push(
            Instant::ZERO,
            HopId(0),
            Toward::Broker,
            Version::V311,
            bytes,
            None,
        );
    }
    let filter = Filter::parse("topic:home/+/temp").unwrap();
    let mut matches = Matches::new(&log);
    let mut turns = 0;
    while !matches.advance(&log, 100, |record| {
        filter.keeps(&Subject {
            record,
            client: "a",
            topic: None,
        })
    }) {
        turns += 1;
    }
    assert_eq!((turns, matches.range()), (9, 0..100));
}

#[test]
fn a_filter_is_asked_without_allocating() {
    let mut log = Log::default();
    let packets = [
        light(QoS::AtLeastOnce, b"{\"on\":true}"),
        record(Toward::Broker, Version::V5, connect(Version::V5)),
        record(Toward::Client, Version::V5, Bytes::from_static(b"\xD0\x00")),
    ];
    // Fewer than a segment: the log still writes into the one that is read.
    for record in packets.iter().cycle().take(300) {
        let frame = record.frame.clone();
        log.push(
            record.at,
            record.hop,
            record.toward,
            record.version,
            frame,
            None,
        );
    }
    let filter = Filter::parse(
        "(topic:home/+/light qos>=1 from:lamp payload~on retain) or kitchen or reason>=0x80 or id:9",
    );
    let filter = filter.unwrap();
    let mut kept = 0;
    let spent = allocation_counter::measure(|| {
        for seq in 0..log.end() {
            let record = log.peek(seq).unwrap();
            let client = "lamp";
            let topic = None;
            let subject = Subject {
                record,
                client,
                topic,
            };
            kept += u32::from(filter.keeps(&subject));
        }
    });
    assert_eq!((kept, spent.count_total), (100, 0));
}

#[test]
fn code_writes_terms_as_people_do() {
    use super::{about_client, about_topic};
    assert_eq!(about_topic("home/+/light"), "topic:home/+/light");
    assert_eq!(about_topic("two words"), "topic:\"two words\"");
    // No legal topic filter: compared as text.
    assert_eq!(about_topic("a/#/b"), "topic=a/#/b");
    assert_eq!(about_client("Lamp, kitchen"), "client=\"Lamp, kitchen\"");
    for text in ["#", "a:b", "\"", "(", "-x", "\\"] {
        assert!(Filter::parse(&about_topic(text)).is_ok(), "{text}");
        assert!(Filter::parse(&about_client(text)).is_ok(), "{text}");
    }
}
