//! Routing as a value: who gets a message, at which QoS, and why others do not.
//!
//! [`decide`] is what the router calls for every candidate, and what the answer to "why did I (not)
//! get this?" is made of; there is no second opinion. The router finds its candidates in a tree of
//! levels, which answers [`topic::compare`] for all filters at once; an explanation calls `compare`
//! for the one filter it is about.

mod words;

use core::fmt;
use midge_codec::{QoS, RetainHandling, SubscriptionOptions, topic};
use serde::{Deserialize, Serialize};

/// What becomes of one message for one subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It is sent or queued.
    Deliver {
        /// The lower of the publisher's and the granted QoS.
        qos: QoS,
        /// The RETAIN flag it is sent with.
        retain: bool,
    },
    /// It is not.
    Not(NotDelivered),
}

/// Why a message is not delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotDelivered {
    /// The filter does not match, and where it fails.
    NoMatch(topic::Mismatch),
    /// No Local, and the receiver is the publisher.
    NoLocal,
    /// The receiver may not read the topic.
    NotAuthorized,
    /// The message expired before it could be sent.
    Expired,
    /// The receiver's queue is full.
    QueueFull,
    /// The receiver is offline and the message is QoS 0.
    OfflineAtMostOnce,
    /// The packet would be larger than the receiver's Maximum Packet Size.
    TooLarge,
    /// Another member of the shared subscription was chosen.
    SharedToAnother,
    /// Its properties may not stand in a PUBLISH.
    Illegal,
}

/// A message as routing sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The level at which it was published.
    pub qos: QoS,
    /// The RETAIN flag it was published with.
    pub retain: bool,
    /// Whether it comes out of the retained store because of a SUBSCRIBE, and not from a publisher.
    pub stored: bool,
    /// Whether its Message Expiry Interval has passed.
    pub expired: bool,
}

/// A subscription that may get the message, with what counts about its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What comparing the filter with the topic gave.
    pub matched: Result<(), topic::Mismatch>,
    /// The options as granted.
    pub options: SubscriptionOptions,
    /// For a shared subscription: whether the message fell to another member.
    pub shared_to_another: bool,
    /// The state of the session.
    pub receiver: Receiver,
}

/// What counts about a session when a message is routed to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiver {
    /// It published the message itself.
    pub is_publisher: bool,
    /// The access rules let it read the topic.
    pub may_read: bool,
    /// It has a connection.
    pub online: bool,
    /// Its queue for QoS 1 and 2 takes no more.
    pub queue_full: bool,
    /// Its connection has taken so little of what was sent that QoS 0 is dropped.
    pub stalled: bool,
}

/// What becomes of a message for a subscription.
pub const fn decide(subscription: &Candidate, message: &Context) -> Verdict {
    match refusal(subscription, message) {
        Some(why) => Verdict::Not(why),
        None => Verdict::Deliver {
            qos: lower(message.qos, subscription.options.qos),
            // A stored message is marked as such [MQTT-3.3.1-8 of 3.1.1]; of others the flag is kept only on
            // demand [MQTT-3.3.1-12, MQTT-3.3.1-13].
            retain: message.stored || (message.retain && subscription.options.retain_as_published),
        },
    }
}

/// What becomes of a message for a session with these subscriptions, none of them shared: it gets one
/// copy, at the highest QoS granted to any that takes part [MQTT-3.3.4-2]. Each is judged at the QoS
/// of that copy and handed to `each` in order: of an offline session, a subscription of QoS 0 beside
/// one of QoS 1 still gives its identifier and its Retain As Published. `None` without subscriptions.
pub fn decide_together(
    subscriptions: impl Iterator<Item = Candidate> + Clone,
    message: &Context,
    mut each: impl FnMut(&Verdict),
) -> Option<Verdict> {
    let takes_part = |subscription: &Candidate| obstacle(subscription, message).is_none();
    let highest = subscriptions
        .clone()
        .filter(takes_part)
        .map(|subscription| subscription.options.qos)
        .max();
    let mut outcome = None;
    for mut subscription in subscriptions {
        subscription.options.qos = highest.unwrap_or(subscription.options.qos);
        let verdict = decide(&subscription, message);
        each(&verdict);
        outcome = Some(match (outcome, verdict) {
            (Some(Verdict::Deliver { qos, retain }), Verdict::Deliver { retain: also, .. }) => {
                let retain = retain || also;
                Verdict::Deliver { qos, retain }
            }
            // What stopped the copy says more than why a subscription had no part in it.
            (Some(Verdict::Not(_)), verdict) if takes_part(&subscription) => verdict,
            (Some(before), _) => before,
            (None, verdict) => verdict,
        });
    }
    outcome
}

/// What the subscriber of a topic gets of its stored message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stored {
    /// No message is stored.
    Nothing,
    /// The subscription asks for none.
    NotWanted,
    /// One is stored and asked for.
    Judged(Verdict),
}

/// Whether a granted subscription brings stored messages [MQTT-3.3.1-9] [MQTT-3.3.1-10]
/// [MQTT-3.3.1-11]. `is_first`: the session had none to the same filter. A shared one brings none.
pub const fn brings_stored(handling: RetainHandling, is_first: bool, is_shared: bool) -> bool {
    let wants = match handling {
        RetainHandling::Send => true,
        RetainHandling::SendIfNew => is_first,
        RetainHandling::DoNotSend => false,
    };
    wants && !is_shared
}

const fn refusal(subscription: &Candidate, message: &Context) -> Option<NotDelivered> {
    let receiver = &subscription.receiver;
    if let Some(why) = obstacle(subscription, message) {
        return Some(why);
    }
    match lower(message.qos, subscription.options.qos) {
        QoS::AtMostOnce if !receiver.online => Some(NotDelivered::OfflineAtMostOnce),
        QoS::AtMostOnce if receiver.stalled => Some(NotDelivered::QueueFull),
        QoS::AtLeastOnce | QoS::ExactlyOnce if receiver.queue_full => Some(NotDelivered::QueueFull),
        _ => None,
    }
}

/// What stands against delivery at any QoS.
const fn obstacle(subscription: &Candidate, message: &Context) -> Option<NotDelivered> {
    let receiver = &subscription.receiver;
    if let Err(mismatch) = subscription.matched {
        Some(NotDelivered::NoMatch(mismatch))
    } else if subscription.options.no_local && receiver.is_publisher {
        Some(NotDelivered::NoLocal)
    } else if !receiver.may_read {
        Some(NotDelivered::NotAuthorized)
    } else if subscription.shared_to_another {
        Some(NotDelivered::SharedToAnother)
    } else if message.expired {
        Some(NotDelivered::Expired)
    } else {
        None
    }
}

const fn lower(published: QoS, granted: QoS) -> QoS {
    if (published as u8) < granted as u8 {
        published
    } else {
        granted
    }
}

impl fmt::Display for NotDelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoMatch(mismatch) => return write!(f, "the filter does not match: {mismatch}"),
            Self::NoLocal => "No Local: the receiver published it itself",
            Self::NotAuthorized => "the receiver may not read the topic",
            Self::Expired => "the message expired before it could be sent",
            Self::QueueFull => "the receiver's queue is full",
            Self::OfflineAtMostOnce => "the receiver is offline, and QoS 0 does not wait",
            Self::TooLarge => "larger than the receiver's Maximum Packet Size",
            Self::SharedToAnother => "another member of the shared subscription was chosen",
            Self::Illegal => "its properties may not stand in a PUBLISH",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONLINE: Candidate = Candidate {
        matched: Ok(()),
        options: SubscriptionOptions {
            qos: QoS::AtLeastOnce,
            no_local: false,
            retain_as_published: false,
            retain_handling: midge_codec::RetainHandling::Send,
        },
        shared_to_another: false,
        receiver: Receiver {
            is_publisher: false,
            may_read: true,
            online: true,
            queue_full: false,
            stalled: false,
        },
    };

    const RETAINED_QOS_2: Context = Context {
        qos: QoS::ExactlyOnce,
        retain: true,
        stored: false,
        expired: false,
    };

    #[test]
    fn the_lower_qos_counts_and_retain_is_cleared() {
        let verdict = decide(&ONLINE, &RETAINED_QOS_2);
        let (qos, retain) = (QoS::AtLeastOnce, false);
        assert_eq!(verdict, Verdict::Deliver { qos, retain });
    }

    #[test]
    fn retain_stays_when_it_is_stored_or_asked_for() {
        let mut subscription = ONLINE;
        subscription.options.retain_as_published = true;
        let kept = decide(&subscription, &RETAINED_QOS_2);
        let mut message = RETAINED_QOS_2;
        message.stored = true;
        let stored = decide(&ONLINE, &message);
        let (qos, retain) = (QoS::AtLeastOnce, true);
        assert_eq!(kept, Verdict::Deliver { qos, retain });
        assert_eq!(stored, Verdict::Deliver { qos, retain });
    }

    #[test]
    fn together_they_are_judged_at_the_highest_qos_that_takes_part() {
        let with = |qos, no_local, retain_as_published| {
            let mut subscription = ONLINE;
            let options = &mut subscription.options;
            (options.qos, options.no_local) = (qos, no_local);
            options.retain_as_published = retain_as_published;
            (
                subscription.receiver.online,
                subscription.receiver.is_publisher,
            ) = (false, true);
            subscription
        };
        let together = [
            with(QoS::AtMostOnce, false, true),
            with(QoS::ExactlyOnce, true, false),
            with(QoS::AtLeastOnce, false, false),
        ];
        let mut verdicts = alloc::vec::Vec::new();
        let outcome = decide_together(together.into_iter(), &RETAINED_QOS_2, |verdict| {
            verdicts.push(verdict.clone());
        });
        let deliver = |retain| Verdict::Deliver {
            qos: QoS::AtLeastOnce,
            retain,
        };
        let no_local = Verdict::Not(NotDelivered::NoLocal);
        assert_eq!(verdicts, [deliver(true), no_local.clone(), deliver(false)]);
        assert_eq!(outcome, Some(deliver(true)));
        let alone = decide_together([together[1]].into_iter(), &RETAINED_QOS_2, |_| {});
        assert_eq!(alone, Some(no_local));
    }

    #[test]
    fn each_obstacle_has_its_own_reason() {
        let refused = |change: fn(&mut Candidate, &mut Context)| {
            let (mut subscription, mut message) = (ONLINE, RETAINED_QOS_2);
            change(&mut subscription, &mut message);
            match decide(&subscription, &message) {
                Verdict::Not(why) => Some(why),
                Verdict::Deliver { .. } => None,
            }
        };
        let mismatch = topic::Mismatch::Level(1);
        assert_eq!(
            refused(|s, _| s.matched = Err(topic::Mismatch::Level(1))),
            Some(NotDelivered::NoMatch(mismatch))
        );
        assert_eq!(
            refused(|s, _| (s.options.no_local, s.receiver.is_publisher) = (true, true)),
            Some(NotDelivered::NoLocal)
        );
        assert_eq!(
            refused(|s, _| s.receiver.may_read = false),
            Some(NotDelivered::NotAuthorized)
        );
        assert_eq!(
            refused(|s, _| s.shared_to_another = true),
            Some(NotDelivered::SharedToAnother)
        );
        assert_eq!(
            refused(|_, m| m.expired = true),
            Some(NotDelivered::Expired)
        );
        assert_eq!(
            refused(|s, _| s.receiver.queue_full = true),
            Some(NotDelivered::QueueFull)
        );
        assert_eq!(refused(|s, _| s.receiver.online = false), None);
        assert_eq!(
            refused(|s, m| (s.receiver.online, m.qos) = (false, QoS::AtMostOnce)),
            Some(NotDelivered::OfflineAtMostOnce)
        );
        assert_eq!(
            refused(|s, m| (s.receiver.stalled, m.qos) = (true, QoS::AtMostOnce)),
            Some(NotDelivered::QueueFull)
        );
        assert_eq!(refused(|s, _| s.receiver.stalled = true), None);
    }
}
