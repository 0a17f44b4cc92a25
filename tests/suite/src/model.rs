//! A broker written for clarity only: lists, loops, no packets. The real one must agree with it.

use midge_codec::{QoS, RetainHandling, SubscriptionOptions, topic};

/// A message as the model sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// Topic name.
    pub topic: String,
    /// Payload.
    pub payload: String,
    /// The QoS it arrives with.
    pub qos: QoS,
    /// The RETAIN flag it arrives with.
    pub retain: bool,
}

/// A client as the model sees it.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// Whether its session survives its connection.
    pub persistent: bool,
    /// Whether it is connected.
    pub online: bool,
    subscriptions: Vec<(String, SubscriptionOptions)>,
    waiting: Vec<Arrival>,
    /// What arrived since it was last asked.
    pub arrived: Vec<Arrival>,
}

impl Person {
    /// An offline client that holds nothing.
    pub fn new(persistent: bool) -> Self {
        Self {
            persistent,
            ..Self::default()
        }
    }
}

/// The naive broker: clients are numbered.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The clients.
    pub people: Vec<Person>,
    /// With the client that published each.
    retained: Vec<(usize, Arrival)>,
}

impl Model {
    /// A client connects and gets what waited for it.
    pub fn connect(&mut self, who: usize) {
        let person = &mut self.people[who];
        person.online = true;
        person.arrived.append(&mut person.waiting);
    }

    /// A client's connection ends, in whatever way.
    pub fn disconnect(&mut self, who: usize) {
        let person = &mut self.people[who];
        person.online = false;
        if !person.persistent {
            person.subscriptions.clear();
        }
    }

    /// A client subscribes; the retained messages that it gets come in any order.
    pub fn subscribe(&mut self, who: usize, filter: &str, options: SubscriptionOptions) {
        let person = &mut self.people[who];
        let existed = person.subscriptions.iter().any(|(own, _)| own == filter);
        person.subscriptions.retain(|(own, _)| own != filter);
        person.subscriptions.push((filter.to_owned(), options));
        let send = match options.retain_handling {
            RetainHandling::Send => true,
            RetainHandling::SendIfNew => !existed,
            RetainHandling::DoNotSend => false,
        };
        for (publisher, message) in &self.retained {
            let hidden = options.no_local && *publisher == who;
            if send && !hidden && topic::compare(filter, &message.topic).is_ok() {
                person.arrived.push(Arrival {
                    qos: message.qos.min(options.qos),
                    ..message.clone()
                });
            }
        }
    }

    /// A client gives up a filter.
    pub fn unsubscribe(&mut self, who: usize, filter: &str) {
        self.people[who]
            .subscriptions
            .retain(|(own, _)| own != filter);
    }

    /// A client publishes.
    pub fn publish(&mut self, who: usize, message: &Arrival) {
        if message.retain {
            self.retained
                .retain(|(_, held)| held.topic != message.topic);
            if !message.payload.is_empty() {
                self.retained.push((who, message.clone()));
            }
        }
        for (index, person) in self.people.iter_mut().enumerate() {
            let matching: Vec<SubscriptionOptions> = person
                .subscriptions
                .iter()
                .filter(|(filter, options)| {
                    topic::compare(filter, &message.topic).is_ok()
                        && !(options.no_local && index == who)
                })
                .map(|(_, options)| *options)
                .collect();
            let Some(granted) = matching.iter().map(|options| options.qos).max() else {
                continue;
            };
            let arrival = Arrival {
                qos: message.qos.min(granted),
                retain: message.retain
                    && matching.iter().any(|options| options.retain_as_published),
                ..message.clone()
            };
            if person.online {
                person.arrived.push(arrival);
            } else if arrival.qos != QoS::AtMostOnce {
                person.waiting.push(arrival);
            }
        }
    }
}
