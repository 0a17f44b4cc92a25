//! What the client is subscribed to, and the SUBSCRIBE and UNSUBSCRIBE packets that wait for an answer.

use crate::{Event, SubscribeRequest, Token};
use alloc::{collections::BTreeMap, vec::Vec};
use midge_codec::{ByteString, PacketId, PropertiesBuf, QoS, Reason, Reasons, SubscriptionOptions};

/// One subscription that the application asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// QoS and options as asked for.
    pub options: SubscriptionOptions,
    /// Subscription Identifier (5.0).
    pub identifier: Option<u32>,
    /// The QoS that the server granted; `None` while it is not in force: SUBACK has not come, or the
    /// server lost the session.
    pub granted: Option<QoS>,
}

/// A SUBSCRIBE or UNSUBSCRIBE.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    Subscribe {
        filters: Vec<SubscribeRequest>,
        properties: PropertiesBuf,
    },
    Unsubscribe {
        filters: Vec<ByteString>,
    },
}

/// A request without an answer.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) token: Token,
    pub(crate) request: Request,
}

/// The subscriptions and the open requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subscriptions {
    known: BTreeMap<ByteString, Subscription>,
    sent: BTreeMap<PacketId, Open>,
    /// Requests whose connection was lost: they are sent again if the session goes on.
    waiting: Vec<Open>,
}

impl Subscriptions {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ByteString, &Subscription)> {
        self.known.iter()
    }

    /// A request was sent.
    pub(crate) fn sent(&mut self, packet_id: PacketId, open: Open) {
        if let Request::Subscribe {
            filters,
            properties,
        } = &open.request
        {
            for request in filters {
                let granted = self
                    .known
                    .get(&request.filter)
                    .and_then(|known| known.granted);
                let subscription = Subscription {
                    options: request.options,
                    identifier: properties.as_ref().subscription_identifier(),
                    granted,
                };
                self.known.insert(request.filter.clone(), subscription);
            }
        }
        self.sent.insert(packet_id, open);
    }

    /// The connection is gone.
    pub(crate) fn suspend(&mut self) {
        let mut sent: Vec<Open> = core::mem::take(&mut self.sent).into_values().collect();
        sent.sort_by_key(|open| open.token);
        self.waiting.append(&mut sent);
    }

    /// The session goes on: the requests to send again, in order.
    pub(crate) fn resume(&mut self) -> Vec<Open> {
        core::mem::take(&mut self.waiting)
    }

    /// The session is gone: nothing is in force. Gives the tokens that will never complete.
    pub(crate) fn restart(&mut self) -> Vec<Token> {
        for subscription in self.known.values_mut() {
            subscription.granted = None;
        }
        self.waiting.drain(..).map(|open| open.token).collect()
    }

    /// SUBACK. `None` if it answers no SUBSCRIBE, or not each of its filters.
    pub(crate) fn on_suback(&mut self, packet_id: PacketId, reasons: Reasons<'_>) -> Option<Event> {
        let open = self.sent.get(&packet_id)?;
        let Request::Subscribe { filters, .. } = &open.request else {
            return None;
        };
        let reasons: Vec<Reason> = reasons.iter().collect();
        if reasons.len() != filters.len() {
            return None;
        }
        for (request, reason) in filters.iter().zip(&reasons) {
            match (reason.granted_qos(), self.known.get_mut(&request.filter)) {
                (Some(qos), Some(known)) => known.granted = Some(qos),
                // The server keeps a subscription that it does not replace.
                (None, Some(known)) if known.granted.is_none() => {
                    self.known.remove(&request.filter);
                }
                _ => {}
            }
        }
        let token = open.token;
        self.sent.remove(&packet_id);
        Some(Event::Subscribed { token, reasons })
    }

    /// UNSUBACK; 3.1.1 has no reasons, which is success for each filter. `None` if it answers no
    /// UNSUBSCRIBE, or not each of its filters.
    pub(crate) fn on_unsuback(
        &mut self,
        packet_id: PacketId,
        reasons: Reasons<'_>,
    ) -> Option<Event> {
        let open = self.sent.get(&packet_id)?;
        let Request::Unsubscribe { filters } = &open.request else {
            return None;
        };
        let mut reasons: Vec<Reason> = reasons.iter().collect();
        if reasons.is_empty() {
            reasons.resize(filters.len(), Reason::Success);
        }
        if reasons.len() != filters.len() {
            return None;
        }
        for (filter, reason) in filters.iter().zip(&reasons) {
            if !reason.is_failure() {
                self.known.remove(filter);
            }
        }
        let token = open.token;
        self.sent.remove(&packet_id);
        Some(Event::Unsubscribed { token, reasons })
    }
}
