//! Random scripts go to the real broker, through real clients, and to the naive model; what arrives is
//! compared after every step. `MIDGE_LONG=1`, which `cargo xtask test --long` sets, makes the steps millions.

use crate::{
    model::{Arrival, Model, Person},
    network::{Network, NodeId},
};
use midge_client::{Command, Config};
use midge_codec::{QoS, Reason, RetainHandling, SubscriptionOptions, Version};
use proptest::prelude::*;

/// The clients of every script: version and whether the session survives.
const PEOPLE: [(Version, bool); 5] = [
    (Version::V311, true),
    (Version::V311, false),
    (Version::V5, true),
    (Version::V5, false),
    (Version::V5, true),
];

const TOPICS: [&str; 6] = ["a", "a/b", "a/b/c", "a//c", "/", "b/b"];
const FILTERS: [&str; 9] = ["a", "a/b", "a/#", "+/b", "#", "+", "a/+/c", "/+", "b/#"];

#[derive(Clone, Debug)]
enum Step {
    /// Connects when offline; otherwise ends the connection by DISCONNECT or by a cut.
    Toggle {
        politely: bool,
    },
    Subscribe {
        filter: usize,
        options: SubscriptionOptions,
    },
    Unsubscribe {
        filter: usize,
    },
    Publish {
        topic: usize,
        qos: QoS,
        retain: bool,
        empty: bool,
    },
}

fn qos() -> impl Strategy<Value = QoS> {
    prop::sample::select(QoS::ALL.to_vec())
}

fn options() -> impl Strategy<Value = SubscriptionOptions> {
    let handling = prop::sample::select(vec![
        RetainHandling::Send,
        RetainHandling::SendIfNew,
        RetainHandling::DoNotSend,
    ]);
    (qos(), any::<bool>(), any::<bool>(), handling).prop_map(
        |(qos, no_local, retain_as_published, retain_handling)| SubscriptionOptions {
            qos,
            no_local,
            retain_as_published,
            retain_handling,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => any::<bool>().prop_map(|politely| Step::Toggle { politely }),
        2 => (0..FILTERS.len(), options())
            .prop_map(|(filter, options)| Step::Subscribe { filter, options }),
        1 => (0..FILTERS.len()).prop_map(|filter| Step::Unsubscribe { filter }),
        5 => (0..TOPICS.len(), qos(), any::<bool>(), prop::bool::weighted(0.1)).prop_map(
            |(topic, qos, retain, empty)| Step::Publish { topic, qos, retain, empty }
        ),
    ]
}

fn config(who: usize) -> Config {
    let (version, persistent) = PEOPLE[who];
    Config {
        version,
        client_id: format!("person{who}").into(),
        clean_start: !persistent,
        session_expiry: if persistent { u32::MAX } else { 0 },
        keep_alive: 0,
        reconnect: None,
        ..Config::default()
    }
}

struct Both {
    network: Network,
    model: Model,
    published: u32,
}

impl Both {
    fn new() -> Self {
        let mut network = Network::new(midge_broker::Config {
            sys_interval: None,
            ..midge_broker::Config::default()
        });
        let mut model = Model::default();
        for (who, (_, persistent)) in PEOPLE.iter().enumerate() {
            network.connected(config(who));
            model.people.push(Person::new(*persistent));
            model.connect(who);
        }
        Self {
            network,
            model,
            published: 0,
        }
    }

    fn run(&mut self, who: usize, step: &Step) {
        let node = NodeId(who);
        let online = self.model.people[who].online;
        match step {
            Step::Toggle { .. } if !online => {
                self.network.connect(node);
                self.model.connect(who);
            }
            Step::Toggle { politely } => {
                if *politely {
                    let reason = Reason::Success;
                    self.network
                        .command(node, Command::Disconnect { reason })
                        .unwrap();
                } else {
                    self.network.cut(node);
                }
                self.model.disconnect(who);
            }
            _ if !online => {}
            Step::Subscribe { filter, options } => {
                // 3.1.1 knows the QoS only.
                let options = match PEOPLE[who].0 {
                    Version::V311 => options.qos.into(),
                    Version::V5 => *options,
                };
                self.network.subscribe(node, FILTERS[*filter], options);
                self.model.subscribe(who, FILTERS[*filter], options);
            }
            Step::Unsubscribe { filter } => {
                let filters = vec![FILTERS[*filter].into()];
                self.network
                    .command(node, Command::Unsubscribe { filters })
                    .unwrap();
                self.model.unsubscribe(who, FILTERS[*filter]);
            }
            Step::Publish {
                topic,
                qos,
                retain,
                empty,
            } => {
                self.published += 1;
                let payload = match empty {
                    true => String::new(),
                    false => self.published.to_string(),
                };
                self.network
                    .publish(node, TOPICS[*topic], &payload, *qos, *retain);
                let message = Arrival {
                    topic: TOPICS[*topic].to_owned(),
                    payload,
                    qos: *qos,
                    retain: *retain,
                };
                self.model.publish(who, &message);
            }
        }
    }

    fn compare(&mut self, step: &Step) -> Result<(), TestCaseError> {
        for who in 0..PEOPLE.len() {
            let mut real: Vec<Arrival> = self
                .network
                .messages(NodeId(who))
                .into_iter()
                .map(|(message, _)| Arrival {
                    topic: message.topic.to_string(),
                    payload: String::from_utf8_lossy(&message.payload).into_owned(),
                    qos: message.qos,
                    retain: message.retain,
                })
                .collect();
            let mut expected = core::mem::take(&mut self.model.people[who].arrived);
            if matches!(step, Step::Subscribe { .. }) {
                // The order of retained messages of different topics is the broker's choice.
                real.sort();
                expected.sort();
            }
            prop_assert_eq!(real, expected, "person {} after {:?}", who, step);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::cases(400, 40_000)))]

    /// [5.0 MQTT-3.3.1-5] [5.0 MQTT-3.3.1-8] [5.0 MQTT-3.3.4-2] [5.0 MQTT-3.8.4-3] [5.0 MQTT-4.6.0-6]
    /// [5.0 MQTT-4.7.1-2]
    #[test]
    fn what_arrives_is_what_the_naive_broker_delivers(
        script in prop::collection::vec((0..PEOPLE.len(), step()), 1..120)
    ) {
        let mut both = Both::new();
        for (who, step) in &script {
            both.run(*who, step);
            both.compare(step)?;
        }
    }
}
