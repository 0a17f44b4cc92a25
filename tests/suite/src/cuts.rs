//! Connections cut at random packets: QoS 1 arrives at least once, QoS 2 exactly once, order holds,
//! nothing is stuck at the end. `MIDGE_LONG=1` runs many more of them.

use crate::network::{Cut, Network, NodeId};
use core::time::Duration;
use midge_client::{Config, Reconnect};
use midge_codec::{QoS, Version};
use proptest::prelude::*;

fn config(name: &str, version: Version) -> Config {
    Config {
        version,
        client_id: name.into(),
        clean_start: false,
        session_expiry: u32::MAX,
        reconnect: Some(Reconnect {
            first: Duration::from_millis(10),
            longest: Duration::from_secs(1),
        }),
        ..Config::default()
    }
}

/// Publishes 30 messages while both connections are cut again and again, then lets everything end.
fn arrivals(version: Version, qos: QoS, cuts: &[(usize, u32)]) -> (Vec<String>, Network) {
    let mut network = Network::new(midge_broker::Config::default());
    let publisher = network.connected(config("publisher", version));
    let subscriber = network.connected(config("subscriber", version));
    network.subscribe(subscriber, "t", qos);
    let mut cuts = cuts.iter();
    for number in 0..30 {
        if let Some(&(who, packets)) = cuts.next() {
            network.cut_later(NodeId(who), Cut::AfterPackets(packets));
        }
        network.publish(publisher, "t", &number.to_string(), qos, false);
        network.advance(Duration::from_millis(5));
    }
    network.advance(Duration::from_secs(60));
    (network.payloads(subscriber), network)
}

fn assert_nothing_is_stuck(network: &Network) -> Result<(), TestCaseError> {
    for session in network.broker.sessions() {
        prop_assert!(
            session.connection.is_some(),
            "{} is offline",
            session.client_id
        );
        prop_assert_eq!(
            (session.queued, session.inflight, session.incoming),
            (0, 0, 0)
        );
    }
    Ok(())
}

fn cuts() -> impl Strategy<Value = Vec<(usize, u32)>> {
    prop::collection::vec((0..2_usize, 1..12_u32), 0..20)
}

fn version() -> impl Strategy<Value = Version> {
    prop::sample::select(vec![Version::V311, Version::V5])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::cases(300, 20_000)))]

    /// [3.1.1 MQTT-4.3.3-2] [3.1.1 MQTT-4.4.0-1] [3.1.1 MQTT-4.6.0-1] [5.0 MQTT-4.3.3-10]
    /// [5.0 MQTT-4.4.0-1] [5.0 MQTT-4.6.0-1]
    #[test]
    fn qos_2_arrives_exactly_once_and_in_order(version in version(), cuts in cuts()) {
        let (payloads, network) = arrivals(version, QoS::ExactlyOnce, &cuts);
        let expected: Vec<String> = (0..30).map(|number| number.to_string()).collect();
        prop_assert_eq!(payloads, expected);
        assert_nothing_is_stuck(&network)?;
    }

    /// [3.1.1 MQTT-4.4.0-1] [3.1.1 MQTT-4.6.0-1] [5.0 MQTT-4.4.0-1] [5.0 MQTT-4.6.0-1]
    #[test]
    fn qos_1_arrives_at_least_once_and_first_arrivals_keep_their_order(
        version in version(),
        cuts in cuts(),
    ) {
        let (payloads, network) = arrivals(version, QoS::AtLeastOnce, &cuts);
        let mut first: Vec<String> = Vec::new();
        for payload in payloads {
            if !first.contains(&payload) {
                first.push(payload);
            }
        }
        let expected: Vec<String> = (0..30).map(|number| number.to_string()).collect();
        prop_assert_eq!(first, expected);
        assert_nothing_is_stuck(&network)?;
    }
}
