//! SUBSCRIBE and UNSUBSCRIBE with their answers, and what is known of them.

use super::*;
use midge_codec::{ReasonsBuf, SubAck, UnsubAck};

fn suback(script: &mut Script, packet_id: u16, reasons: &[Reason]) {
    let reasons: ReasonsBuf = reasons.iter().copied().collect();
    script.receive(&Packet::SubAck(SubAck {
        packet_id: id(packet_id),
        properties: Properties::EMPTY,
        reasons: reasons.as_ref(),
    }));
}

fn unsuback(script: &mut Script, packet_id: u16, reasons: &[Reason]) {
    let reasons: ReasonsBuf = reasons.iter().copied().collect();
    script.receive(&Packet::UnsubAck(UnsubAck {
        packet_id: id(packet_id),
        properties: Properties::EMPTY,
        reasons: reasons.as_ref(),
    }));
}

fn granted(script: &Script) -> Vec<(&str, Option<QoS>)> {
    let known = script.client.subscriptions();
    known.map(|(filter, it)| (&**filter, it.granted)).collect()
}

#[test]
fn subscriptions_are_known_by_what_was_granted() {
    for config in both() {
        let mut script = Script::connected(config);
        let token = script.subscribe(&["home/#", "attic/+"]).unwrap();
        assert_eq!(script.sent(), ["SUBSCRIBE #1 home/# attic/+"]);
        assert_eq!(granted(&script), [("attic/+", None), ("home/#", None)]);
        let reasons = vec![Reason::GrantedQoS1, Reason::UnspecifiedError];
        suback(&mut script, 1, &reasons);
        assert_eq!(script.events(), [Event::Subscribed { token, reasons }]);
        assert_eq!(granted(&script), [("home/#", Some(QoS::AtLeastOnce))]);

        let filters = vec!["home/#".into()];
        let token = script.command(Command::Unsubscribe { filters }).unwrap();
        assert_eq!(script.sent(), ["UNSUBSCRIBE #2 home/#"]);
        unsuback(&mut script, 2, &[Reason::Success]);
        let reasons = vec![Reason::Success];
        assert_eq!(script.events(), [Event::Unsubscribed { token, reasons }]);
        assert_eq!(granted(&script), []);
    }
}

#[test]
fn identifiers_are_free_again_once_they_were_answered() {
    let mut script = Script::connected(v311());
    for round in 0..66_000 {
        script.subscribe(&["home"]).unwrap();
        let packet_id = (round % 65_535 + 1) as u16;
        suback(&mut script, packet_id, &[Reason::Success]);
        script.sent();
    }
    assert_eq!(script.client.state(), State::Connected);
}

#[test]
fn filters_are_checked_before_they_are_sent() {
    let mut script = Script::new(v5());
    assert_eq!(script.subscribe(&["home"]), Err(Refused::NotConnected));
    let mut script = Script::connected(v5());
    assert_eq!(script.subscribe(&[]), Err(Refused::NoFilters));
    let filters = Vec::new();
    let refused = script.command(Command::Unsubscribe { filters });
    assert_eq!(refused, Err(Refused::NoFilters));
    let refused = script.subscribe(&["home/#", "home/#/hall"]);
    assert!(matches!(refused, Err(Refused::InvalidFilter(1, _))));
    assert_eq!(script.sent(), [""; 0]);
}

#[test]
fn subscriptions_that_the_server_does_not_offer_are_refused() {
    let offer = [
        Property::WildcardSubscriptionAvailable(0),
        Property::SubscriptionIdentifierAvailable(0),
        Property::SharedSubscriptionAvailable(0),
    ];
    let mut script = Script::connected_to(v5(), &offer);
    for (filter, reason) in [
        ("home/+", Reason::WildcardSubscriptionsNotSupported),
        ("$share/g/home", Reason::SharedSubscriptionsNotSupported),
    ] {
        assert_eq!(
            script.subscribe(&[filter]),
            Err(Refused::Unsupported(reason))
        );
    }
    let identifier = [Property::SubscriptionIdentifier(4)];
    let refused = script.command(Command::Subscribe {
        filters: vec![SubscribeRequest {
            filter: "home".into(),
            options: QoS::AtMostOnce.into(),
        }],
        properties: PropertiesBuf::try_from_iter(identifier).unwrap(),
    });
    let reason = Reason::SubscriptionIdentifiersNotSupported;
    assert_eq!(refused, Err(Refused::Unsupported(reason)));
    script.subscribe(&["home"]).unwrap();
}

#[test]
fn an_open_subscribe_is_sent_again_when_the_session_goes_on() {
    let mut script = Script::connected(Config {
        session_expiry: 60,
        ..v5()
    });
    let token = script.subscribe(&["home/#"]).unwrap();
    script.close();
    script.wait(1);
    script.open();
    script.sent();
    script.events();
    script.connack(true, Reason::Success, &[]);
    assert_eq!(script.sent(), ["SUBSCRIBE #2 home/#"]);
    suback(&mut script, 2, &[Reason::GrantedQoS2]);
    let reasons = vec![Reason::GrantedQoS2];
    assert_eq!(
        script.events().last(),
        Some(&Event::Subscribed { token, reasons })
    );
}

#[test]
fn an_open_subscribe_that_another_server_does_not_offer_is_answered_here() {
    let mut script = Script::connected(Config {
        session_expiry: 60,
        ..v5()
    });
    let token = script.subscribe(&["home/#"]).unwrap();
    script.close();
    script.wait(1);
    script.open();
    script.sent();
    let offer = [Property::WildcardSubscriptionAvailable(0)];
    script.connack(true, Reason::Success, &offer);
    assert_eq!(script.sent(), [""; 0]);
    let reasons = vec![Reason::WildcardSubscriptionsNotSupported];
    assert_eq!(
        script.events().last(),
        Some(&Event::Subscribed { token, reasons })
    );
}

#[test]
fn a_lost_session_leaves_subscriptions_known_but_not_in_force() {
    let mut script = Script::connected(v5());
    script.subscribe(&["home/#"]).unwrap();
    suback(&mut script, 1, &[Reason::GrantedQoS2]);
    script.close();
    script.wait(1);
    script.open();
    script.connack(false, Reason::Success, &[]);
    assert_eq!(granted(&script), [("home/#", None)]);
}

#[test]
fn an_answer_to_nothing_is_a_violation() {
    let mut script = Script::connected(v5());
    suback(&mut script, 7, &[Reason::Success]);
    let (cause, _) = script.disconnected();
    assert!(matches!(cause, Cause::Violation { .. }));
    let mut script = Script::connected(v5());
    script.subscribe(&["home", "attic"]).unwrap();
    suback(&mut script, 1, &[Reason::Success]);
    let (cause, _) = script.disconnected();
    assert!(
        matches!(cause, Cause::Violation { .. }),
        "one reason for two filters"
    );
    let mut script = Script::connected(v5());
    script.subscribe(&["home"]).unwrap();
    unsuback(&mut script, 1, &[Reason::Success]);
    let (cause, _) = script.disconnected();
    assert!(
        matches!(cause, Cause::Violation { .. }),
        "UNSUBACK for SUBSCRIBE"
    );
}
