//! What the user subscribed to: kept over losses, made again when the server forgot it.

use midge_client::Token;
use midge_codec::{PacketType, QoS, Reason, topic};
use midge_view::SubscriptionState;

/// The subscriptions that the user wants, in the order of subscribing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subscriptions {
    list: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    state: SubscriptionState,
    /// The SUBSCRIBE that waits for its SUBACK.
    token: Option<Token>,
}

impl Subscriptions {
    /// The user wants `filter`; a second time replaces the QoS.
    pub(crate) fn want(&mut self, filter: &str, qos: QoS) {
        match self.find(filter) {
            Some(entry) => {
                entry.state.qos = qos;
                entry.state.granted = None;
            }
            None => self.list.push(Entry {
                state: SubscriptionState {
                    filter: filter.to_owned(),
                    qos,
                    granted: None,
                    messages: 0,
                },
                token: None,
            }),
        }
    }

    pub(crate) fn give_up(&mut self, filter: &str) {
        self.list.retain(|entry| entry.state.filter != filter);
    }

    /// A SUBSCRIBE for `filter` was sent.
    pub(crate) fn asked(&mut self, filter: &str, token: Token) {
        if let Some(entry) = self.find(filter) {
            entry.token = Some(token);
        }
    }

    /// It could not be sent: why.
    pub(crate) fn refused(&mut self, filter: &str, why: String) {
        if let Some(entry) = self.find(filter) {
            entry.state.granted = Some(Err(why));
        }
    }

    /// SUBACK to a SUBSCRIBE with one filter.
    pub(crate) fn answered(&mut self, token: Token, reason: Option<Reason>) {
        let entry = self
            .list
            .iter_mut()
            .find(|entry| entry.token == Some(token));
        if let (Some(entry), Some(reason)) = (entry, reason) {
            entry.token = None;
            entry.state.granted = Some(granted(reason));
        }
    }

    /// The session is gone: what is to be subscribed again.
    pub(crate) fn forgotten(&mut self) {
        for entry in &mut self.list {
            entry.token = None;
            entry.state.granted = None;
        }
    }

    /// What was never asked for on this session.
    pub(crate) fn missing(&self) -> Vec<(String, QoS)> {
        self.list
            .iter()
            .filter(|entry| entry.token.is_none() && entry.state.granted.is_none())
            .map(|entry| (entry.state.filter.clone(), entry.state.qos))
            .collect()
    }

    /// A message arrived: counts it at each filter that it matches.
    pub(crate) fn count(&mut self, name: &str) {
        for Entry { state, .. } in &mut self.list {
            let filter = match topic::split_shared(&state.filter) {
                Some((_, filter)) => filter,
                None => &state.filter,
            };
            state.messages += u64::from(topic::matches(filter, name));
        }
    }

    pub(crate) fn states(&self) -> Vec<SubscriptionState> {
        self.list.iter().map(|entry| entry.state.clone()).collect()
    }

    fn find(&mut self, filter: &str) -> Option<&mut Entry> {
        self.list
            .iter_mut()
            .find(|entry| entry.state.filter == filter)
    }
}

fn granted(reason: Reason) -> Result<QoS, String> {
    match reason {
        Reason::Success => Ok(QoS::AtMostOnce),
        Reason::GrantedQoS1 => Ok(QoS::AtLeastOnce),
        Reason::GrantedQoS2 => Ok(QoS::ExactlyOnce),
        failure => Err(failure.name_in(PacketType::SubAck).to_owned()),
    }
}
