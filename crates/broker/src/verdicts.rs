//! Verdicts as events: what the router decided about each message, for whoever listens.
//!
//! Nobody pays for it who does not listen. [`Broker::explain`] answers the same question of a message
//! that is only thought of.

use crate::{Broker, ConnId, MessageId, route::NotDelivered, route::Verdict, sessions::SessionKey};
use alloc::vec::Vec;
use midge_codec::{ByteString, Message, QoS, Reason, topic};
use serde::{Deserialize, Serialize};

/// An accepted message, and what became of it for every session with a filter that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdicts {
    /// The message's number.
    pub id: MessageId,
    /// The connection on which it came; `None` for a will and for the broker's own.
    pub from: Option<ConnId>,
    /// The client that published it, or whose will it is.
    pub publisher: Option<ByteString>,
    /// The message.
    pub message: Message,
    /// For each of those sessions a verdict for each of its subscriptions, in the order of their
    /// filters.
    pub judged: Vec<Judged>,
}

/// The verdict for one subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Whose subscription.
    pub client_id: ByteString,
    /// Its filter, as subscribed.
    pub filter: ByteString,
    /// What becomes of the message.
    pub verdict: Verdict,
}

/// How a delivery ended that was queued or in flight: with the reason of the last acknowledgement, or
/// not at all.
pub type Ending = Result<Reason, NotDelivered>;

impl Broker {
    /// Begins or ends [`crate::Event::Routed`] and [`crate::Event::Ended`], which cost time for each
    /// message and its receivers.
    pub fn tell_verdicts(&mut self, on: bool) {
        self.tells_verdicts = on;
    }

    /// What is to be told of a message, when somebody listens: judged before it is routed, because a
    /// turn of a shared subscription is over afterwards.
    pub(crate) fn judged(
        &self,
        message: &Message,
        publisher: Option<SessionKey>,
    ) -> Option<Vec<Judged>> {
        if !self.tells_verdicts {
            return None;
        }
        let publisher = self.client_id(publisher);
        let mut judged = Vec::new();
        for key in self.subscriptions.candidates(&message.topic) {
            let Some(client_id) = self.client_id(Some(key)) else {
                continue;
            };
            let verdicts = self.explain(message, publisher.as_deref(), &client_id);
            judged.extend(verdicts.into_iter().map(|(filter, verdict)| Judged {
                client_id: client_id.clone(),
                filter,
                verdict,
            }));
        }
        Some(judged)
    }

    pub(crate) fn client_id(&self, key: Option<SessionKey>) -> Option<ByteString> {
        let client = self.sessions.get(key?)?;
        Some(client.id.clone())
    }
}

/// Takes note of what became of one copy in the end: a packet can be too large, and an earlier copy of
/// the same message can fill a queue, so that a turn of a shared subscription passes to another member.
pub(crate) fn settle(
    judged: &mut [Judged],
    client_id: &str,
    share: Option<&ByteString>,
    given: &Result<(QoS, bool), NotDelivered>,
) {
    let verdict = match given {
        Ok((qos, retain)) => Verdict::Deliver {
            qos: *qos,
            retain: *retain,
        },
        Err(why) => Verdict::Not(why.clone()),
    };
    for judged in judged {
        let is_receiver = judged.client_id == client_id;
        let delivers = matches!(judged.verdict, Verdict::Deliver { .. });
        match share {
            Some(filter) if judged.filter == *filter && is_receiver => {
                judged.verdict = verdict.clone();
            }
            Some(filter) if judged.filter == *filter && delivers => {
                judged.verdict = Verdict::Not(NotDelivered::SharedToAnother);
            }
            // Of a copy for several subscriptions each keeps its own RETAIN As Published.
            None if is_receiver
                && delivers
                && given.is_err()
                && topic::split_shared(&judged.filter).is_none() =>
            {
                judged.verdict = verdict.clone();
            }
            _ => {}
        }
    }
}
