//! Laws of the filter language, for random filters and packets.

use crate::filter::{
    Comparison, End, Expression, Filter, Flag, Quantity, Subject, Term, TextTest, Types,
    Vocabulary, complete,
};
use crate::tests::frame;
use crate::{HopId, Record, Toward};
use midge_codec::{PacketType, arbitrary};
use midge_session::Instant;
use proptest::prelude::*;
use proptest::sample::select;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        select(
            &[
                "retain",
                "or",
                "topic",
                "-a",
                "a:b",
                "two words",
                "",
                "\"",
                "\\",
                "~"
            ][..]
        )
        .prop_map(str::to_owned),
        "[a-zA-Z0-9_/#+.,$()\"\\\\<>=!~: \u{e4}-]{1,12}",
        any::<String>(),
    ]
}

fn term() -> impl Strategy<Value = Term> {
    let test = || select(&[TextTest::Contains, TextTest::Equals][..]);
    let end = select(&[End::From, End::To, End::Client][..]);
    let comparison = select(
        &[
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::AtMost,
            Comparison::Greater,
            Comparison::AtLeast,
        ][..],
    );
    let quantity = select(
        &[
            (Quantity::QoS, 2),
            (Quantity::Size, u32::MAX),
            (Quantity::Id, 65_535),
            (Quantity::Reason, 255),
        ][..],
    );
    let number = (quantity, any::<u32>()).prop_map(|((quantity, max), number)| {
        (quantity, (u64::from(number) % (u64::from(max) + 1)) as u32)
    });
    let flag = select(&[Flag::Retain, Flag::Dup, Flag::Fault][..]);
    prop_oneof![
        text().prop_map(Term::Word),
        arbitrary::topic_filter().prop_map(|filter| Term::Topic(filter.to_owned())),
        (test(), text()).prop_map(|(test, text)| Term::TopicText(test, text)),
        (1_u16..=0x7FFF).prop_map(|bits| {
            let chosen = PacketType::ALL
                .into_iter()
                .filter(move |&kind| bits >> (kind as u8 - 1) & 1 == 1);
            Term::Type(Types::new(chosen).unwrap())
        }),
        (end, test(), text()).prop_map(|(end, test, name)| Term::Name(end, test, name)),
        (test(), text()).prop_map(|(test, text)| Term::Payload(test, text)),
        (number, comparison).prop_map(|((quantity, number), comparison)| Term::Number(
            quantity, comparison, number
        )),
        arbitrary::version().prop_map(Term::Version),
        flag.prop_map(Term::Flag),
    ]
}

fn expression() -> impl Strategy<Value = Expression> {
    term()
        .prop_map(Expression::Term)
        .prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(Expression::all),
                prop::collection::vec(inner.clone(), 1..4).prop_map(Expression::any),
                inner.prop_map(|inner| Expression::Not(Box::new(inner))),
            ]
        })
}

proptest! {
    #[test]
    fn the_canonical_text_parses_back_to_the_same_filter(expression in expression()) {
        let filter = Filter::new(expression);
        let text = filter.to_string();
        prop_assert_eq!(Filter::parse(&text).map_err(|error| format!("{text}: {error}")), Ok(filter));
    }

    #[test]
    fn no_text_makes_it_panic_and_every_place_is_within_the_text(text in ".{0,40}", cursor in 0_usize..60) {
        if let Err(error) = Filter::parse(&text) {
            prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}");
        }
        for found in complete(&text, cursor, &Vocabulary::default()) {
            prop_assert!(text.get(found.replace).is_some());
        }
    }

    #[test]
    fn sorting_by_cost_changes_no_answer(
        expression in expression(),
        (version, packet) in arbitrary::versioned_packet(),
        toward in select(&[Toward::Broker, Toward::Client][..]),
    ) {
        let record = Record {
            seq: 0,
            at: Instant::ZERO,
            hop: HopId(1),
            toward,
            version,
            frame: frame(&packet, version),
            fault: None,
        };
        let subject = Subject { record: record.borrowed(), client: "lamp", topic: None };
        let filter = Filter::new(expression.clone());
        let unsorted = Filter { plan: expression, ..filter.clone() };
        prop_assert_eq!(filter.keeps(&subject), unsorted.keeps(&subject));
    }
}
