//! Who subscribes to what: the tree of filters with their subscribers, shared or not.

use crate::{sessions::SessionKey, tree::Tree};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use midge_codec::{ByteString, SubscriptionOptions, topic};

/// A subscription as granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) options: SubscriptionOptions,
    /// Subscription Identifier (5.0).
    pub(crate) identifier: Option<u32>,
}

/// A subscription that matches a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Match {
    pub(crate) session: SessionKey,
    pub(crate) subscription: Subscription,
}

/// All subscriptions of all sessions.
#[derive(Clone, Debug)]
pub(crate) struct Subscriptions {
    tree: Tree<Subscribers>,
    count: u64,
    /// What changed since the journal was drained; `None` without a journal.
    pub(crate) touched: Option<BTreeSet<(SessionKey, ByteString)>>,
}

/// Who subscribed to one filter.
#[derive(Clone, Debug, Default)]
struct Subscribers {
    direct: Members,
    /// Shared subscriptions by their share names (5.0, section 4.8.2).
    groups: BTreeMap<ByteString, Group>,
}

#[derive(Clone, Debug, Default)]
struct Group {
    /// As it is subscribed to.
    filter: ByteString,
    members: Members,
    /// The member served last: the turn passes to the next one in the order of the keys.
    served: Option<SessionKey>,
}

/// In the order of the keys, without duplicates.
#[derive(Clone, Debug, Default)]
struct Members(Vec<Match>);

/// The share name of a filter, if it is shared, and the filter to compare with topics.
fn parts(filter: &str) -> (Option<&str>, &str) {
    match topic::split_shared(filter) {
        Some((group, filter)) => (Some(group), filter),
        None => (None, filter),
    }
}

impl Subscriptions {
    pub(crate) fn new() -> Self {
        Self {
            tree: Tree::new(),
            count: 0,
            touched: None,
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Adds or replaces [MQTT-3.8.4-3]; tells whether it is the first of its kind.
    pub(crate) fn insert(
        &mut self,
        session: SessionKey,
        filter: &str,
        subscription: Subscription,
    ) -> bool {
        self.touch(session, filter);
        let (group, path) = parts(filter);
        let subscribers = self.tree.entry(path);
        let members = match group {
            None => &mut subscribers.direct,
            Some(group) => {
                let group = subscribers.groups.entry(ByteString::from(group));
                let group = group.or_insert_with(|| Group {
                    filter: ByteString::from(filter),
                    ..Group::default()
                });
                &mut group.members
            }
        };
        let is_first = members.insert(Match {
            session,
            subscription,
        });
        self.count += u64::from(is_first);
        is_first
    }

    /// Removes; tells whether it existed.
    pub(crate) fn remove(&mut self, session: SessionKey, filter: &str) -> bool {
        self.touch(session, filter);
        let (group, path) = parts(filter);
        let Some(subscribers) = self.tree.find_mut(path) else {
            return false;
        };
        let existed = match group {
            None => subscribers.direct.remove(session),
            Some(name) => match subscribers.groups.get_mut(name) {
                None => false,
                Some(group) => {
                    let existed = group.members.remove(session);
                    if group.members.0.is_empty() {
                        subscribers.groups.remove(name);
                    }
                    existed
                }
            },
        };
        if subscribers.direct.0.is_empty() && subscribers.groups.is_empty() {
            self.tree.remove(path);
        }
        self.count -= u64::from(existed);
        existed
    }

    fn touch(&mut self, session: SessionKey, filter: &str) {
        if let Some(touched) = &mut self.touched {
            touched.insert((session, ByteString::from(filter)));
        }
    }

    /// A session's subscription to exactly this filter.
    pub(crate) fn find(&self, session: SessionKey, filter: &str) -> Option<Subscription> {
        let (group, path) = parts(filter);
        let subscribers = self.tree.find(path)?;
        let members = match group {
            None => &subscribers.direct,
            Some(group) => &subscribers.groups.get(group)?.members,
        };
        let index = members.position(session).ok()?;
        Some(members.0[index].subscription)
    }

    /// Collects the subscriptions, other than shared ones, that match a topic name, in the order of
    /// the sessions. Returns whether there are shared ones that match as well.
    pub(crate) fn matching(&self, name: &str, matches: &mut Vec<Match>) -> bool {
        let mut sources = 0;
        let mut shared = false;
        self.tree.visit_filters(name, |subscribers| {
            sources += 1;
            shared |= !subscribers.groups.is_empty();
            matches.extend_from_slice(&subscribers.direct.0);
        });
        if sources > 1 {
            // Stable, so that the filters of one session stay in the tree's order.
            matches.sort_by_key(|found| found.session);
        }
        shared
    }

    /// The sessions with a subscription, shared or not, that matches a topic name, in their order.
    pub(crate) fn candidates(&self, name: &str) -> BTreeSet<SessionKey> {
        let mut sessions = BTreeSet::new();
        self.tree.visit_filters(name, |subscribers| {
            let groups = subscribers.groups.values().map(|group| &group.members);
            for members in core::iter::once(&subscribers.direct).chain(groups) {
                sessions.extend(members.0.iter().map(|member| member.session));
            }
        });
        sessions
    }

    /// Collects for each matching shared subscription the member whose turn it is, and takes note of
    /// it. Turns go round among those that `accepts`; among all when it accepts none.
    pub(crate) fn take_turns(
        &mut self,
        name: &str,
        accepts: impl Fn(&Match) -> bool,
    ) -> Vec<(ByteString, Match)> {
        let mut turns = Vec::new();
        self.tree.visit_filters_mut(name, |subscribers| {
            for group in subscribers.groups.values_mut() {
                let next = group.next(&accepts);
                turns.extend(next.map(|member| (group.filter.clone(), member)));
            }
        });
        turns
    }

    /// Gives the next turn of one shared subscription.
    pub(crate) fn take_turn(
        &mut self,
        filter: &str,
        accepts: impl Fn(&Match) -> bool,
    ) -> Option<Match> {
        let (group, path) = parts(filter);
        let group = self.tree.find_mut(path)?.groups.get_mut(group?)?;
        group.next(&accepts)
    }

    /// The member of a share that would get the next message.
    pub(crate) fn next_of_share(
        &self,
        filter: &str,
        accepts: impl Fn(&Match) -> bool,
    ) -> Option<SessionKey> {
        let (group, path) = parts(filter);
        let group = self.tree.find(path)?.groups.get(group?)?;
        group.peek(&accepts).map(|member| member.session)
    }
}

impl Group {
    fn next(&mut self, accepts: &impl Fn(&Match) -> bool) -> Option<Match> {
        let member = self.peek(accepts)?;
        self.served = Some(member.session);
        Some(member)
    }

    fn peek(&self, accepts: &impl Fn(&Match) -> bool) -> Option<Match> {
        let members = &self.members.0;
        let start = match self.served {
            None => 0,
            Some(served) => members.partition_point(|member| member.session <= served),
        };
        let mut turns = members[start..].iter().chain(&members[..start]);
        turns
            .clone()
            .find(|member| accepts(member))
            .or(turns.next())
            .copied()
    }
}

impl Members {
    fn position(&self, session: SessionKey) -> Result<usize, usize> {
        self.0
            .binary_search_by_key(&session, |member| member.session)
    }

    fn insert(&mut self, member: Match) -> bool {
        match self.position(member.session) {
            Ok(index) => {
                self.0[index] = member;
                false
            }
            Err(index) => {
                self.0.insert(index, member);
                true
            }
        }
    }

    fn remove(&mut self, session: SessionKey) -> bool {
        match self.position(session) {
            Ok(index) => {
                self.0.remove(index);
                true
            }
            Err(_) => false,
        }
    }
}
