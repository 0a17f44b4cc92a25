//! The QoS 1 and 2 handshakes as one table: both ends, every step.
//!
//! [`step`] is the code that runs and the diagram that is drawn: asking it for every pair of
//! [`Stage::ALL`] and [`Input::ALL`] gives each arrow once.

use serde::{Deserialize, Serialize};

/// Where one message is in its handshake (section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// The packet identifier is free.
    Free,
    /// Sender, QoS 1: PUBLISH was sent.
    AwaitingPubAck,
    /// Sender, QoS 2: PUBLISH was sent.
    AwaitingPubRec,
    /// Sender, QoS 2: PUBREL was sent.
    AwaitingPubComp,
    /// Receiver, QoS 1: the message was handed on, and is not yet accepted.
    DecidingPubAck,
    /// Receiver, QoS 2: the message was handed on, and is not yet accepted.
    DecidingPubRec,
    /// Receiver, QoS 2: the message was accepted and PUBREC sent.
    AwaitingPubRel,
}

/// What moves a handshake on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Input {
    /// Sender: the owner's QoS 1 message has its turn.
    SendQoS1,
    /// Sender: the owner's QoS 2 message has its turn.
    SendQoS2,
    /// Sender: PUBACK arrived, whatever its reason.
    PubAck,
    /// Sender: PUBREC arrived with a reason below 0x80.
    PubRec,
    /// Sender: PUBREC arrived with a reason of 0x80 or above.
    PubRecFailure,
    /// Sender: PUBCOMP arrived, whatever its reason.
    PubComp,
    /// Receiver: PUBLISH at QoS 1 arrived.
    PublishQoS1,
    /// Receiver: PUBLISH at QoS 2 arrived.
    PublishQoS2,
    /// Receiver: the owner accepts the message.
    Accept,
    /// Receiver: the owner does not accept the message.
    Reject,
    /// Receiver: PUBREL arrived.
    PubRel,
    /// Both: the session goes on over another connection.
    Resume,
}

/// What a step sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing.
    Nothing,
    /// Nothing; the message goes to the owner, for the first time.
    Deliver,
    /// PUBLISH, DUP 0.
    Publish,
    /// PUBLISH, DUP 1.
    PublishAgain,
    /// PUBACK with the owner's reason.
    PubAck,
    /// PUBREC with the owner's reason.
    PubRec,
    /// PUBREL.
    PubRel,
    /// PUBREL with Packet Identifier not found.
    PubRelNotFound,
    /// PUBCOMP.
    PubComp,
    /// PUBCOMP with Packet Identifier not found.
    PubCompNotFound,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 7] = [
        Self::Free,
        Self::AwaitingPubAck,
        Self::AwaitingPubRec,
        Self::AwaitingPubComp,
        Self::DecidingPubAck,
        Self::DecidingPubRec,
        Self::AwaitingPubRel,
    ];

    /// In words.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::AwaitingPubAck => "waits for PUBACK",
            Self::AwaitingPubRec => "waits for PUBREC",
            Self::AwaitingPubComp => "waits for PUBCOMP",
            Self::DecidingPubAck => "delivered, PUBACK is due",
            Self::DecidingPubRec => "delivered, PUBREC is due",
            Self::AwaitingPubRel => "waits for PUBREL",
        }
    }
}

impl Input {
    /// Every input.
    pub const ALL: [Self; 12] = [
        Self::SendQoS1,
        Self::SendQoS2,
        Self::PubAck,
        Self::PubRec,
        Self::PubRecFailure,
        Self::PubComp,
        Self::PublishQoS1,
        Self::PublishQoS2,
        Self::Accept,
        Self::Reject,
        Self::PubRel,
        Self::Resume,
    ];
}

/// The table: the stage after `input`, and what is sent. `None` is a protocol error of the peer, or
/// an input that only the session itself makes and never makes here.
pub const fn step(stage: Stage, input: Input) -> Option<(Stage, Answer)> {
    use {Answer as A, Input as I, Stage as S};
    Some(match (stage, input) {
        // Sender, QoS 1.
        (S::Free, I::SendQoS1) => (S::AwaitingPubAck, A::Publish),
        (S::AwaitingPubAck, I::PubAck) => (S::Free, A::Nothing),
        (S::AwaitingPubAck, I::Resume) => (S::AwaitingPubAck, A::PublishAgain),

        // Sender, QoS 2. After PUBREL the PUBLISH is never sent again [MQTT-4.3.3-6].
        (S::Free, I::SendQoS2) => (S::AwaitingPubRec, A::Publish),
        (S::AwaitingPubRec, I::PubRec) => (S::AwaitingPubComp, A::PubRel),
        (S::AwaitingPubRec, I::PubRecFailure) => (S::Free, A::Nothing),
        (S::AwaitingPubRec, I::Resume) => (S::AwaitingPubRec, A::PublishAgain),
        (S::AwaitingPubComp, I::PubRec) => (S::AwaitingPubComp, A::PubRel),
        (S::AwaitingPubComp, I::PubComp) => (S::Free, A::Nothing),
        (S::AwaitingPubComp, I::Resume) => (S::AwaitingPubComp, A::PubRel),

        // Sender, nothing known of the identifier: only PUBREC asks for an answer.
        (S::Free, I::PubRec) => (S::Free, A::PubRelNotFound),
        (S::Free, I::PubAck | I::PubRecFailure | I::PubComp) => (S::Free, A::Nothing),

        // Receiver, QoS 1. What was not answered is sent again on the next connection.
        (S::Free, I::PublishQoS1) => (S::DecidingPubAck, A::Deliver),
        (S::DecidingPubAck, I::Accept | I::Reject) => (S::Free, A::PubAck),
        (S::DecidingPubAck, I::Resume) => (S::Free, A::Nothing),

        // Receiver, QoS 2. Each message is delivered at the first PUBLISH only.
        (S::Free, I::PublishQoS2) => (S::DecidingPubRec, A::Deliver),
        (S::DecidingPubRec, I::PublishQoS2) => (S::DecidingPubRec, A::Nothing),
        (S::DecidingPubRec, I::Accept) => (S::AwaitingPubRel, A::PubRec),
        (S::DecidingPubRec, I::Reject) => (S::Free, A::PubRec),
        (S::DecidingPubRec, I::Resume) => (S::DecidingPubRec, A::Nothing),
        (S::AwaitingPubRel, I::PublishQoS2) => (S::AwaitingPubRel, A::PubRec),
        (S::AwaitingPubRel, I::PubRel) => (S::Free, A::PubComp),
        (S::AwaitingPubRel, I::Resume) => (S::AwaitingPubRel, A::Nothing),
        (S::Free, I::PubRel) => (S::Free, A::PubCompNotFound),

        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    fn reachable(from: Stage) -> BTreeSet<Stage> {
        let mut reached = BTreeSet::from([from]);
        let mut before = 0;
        while reached.len() > before {
            before = reached.len();
            let steps = reached.iter().flat_map(|&stage| {
                let next = move |input| step(stage, input);
                Input::ALL.into_iter().filter_map(next)
            });
            let found: BTreeSet<Stage> = steps.map(|(stage, _)| stage).collect();
            reached.extend(found);
        }
        reached
    }

    #[test]
    fn every_stage_is_reached_and_every_handshake_can_end() {
        let all = BTreeSet::from(Stage::ALL);
        for stage in Stage::ALL {
            assert_eq!(reachable(stage), all, "{stage:?}");
        }
    }

    /// [5.0 MQTT-4.3.3-6]
    #[test]
    fn after_pubrel_no_step_sends_publish_before_the_identifier_is_free() {
        for input in Input::ALL {
            if let Some((next, answer)) = step(Stage::AwaitingPubComp, input) {
                assert!(!matches!(answer, Answer::Publish | Answer::PublishAgain));
                assert!(matches!(next, Stage::AwaitingPubComp | Stage::Free));
            }
        }
    }

    /// [5.0 MQTT-4.3.3-10]
    #[test]
    fn a_message_is_handed_on_only_when_its_identifier_was_free() {
        for stage in Stage::ALL {
            for input in Input::ALL {
                if let Some((_, Answer::Deliver)) = step(stage, input) {
                    assert_eq!(stage, Stage::Free);
                }
            }
        }
    }
}
