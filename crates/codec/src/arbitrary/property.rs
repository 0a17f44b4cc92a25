//! Strategies for properties and property lists.

use super::{binary, text, topic_name};
use crate::{PacketType, Place, Properties, PropertiesBuf, Property, PropertyId, Version};
use alloc::{boxed::Box, vec::Vec};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;

/// A legal property list of `place`, in any order; empty in 3.1.1, and never in AUTH.
pub fn properties(place: impl Into<Place>, version: Version) -> BoxedStrategy<Properties<'static>> {
    let place = place.into();
    if !version.has_properties() {
        return Just(Properties::EMPTY).boxed();
    }
    let (many, once): (Vec<_>, Vec<_>) = PropertyId::ALL
        .iter()
        .copied()
        .filter(|id| id.is_allowed_in(place))
        .partition(|id| id.may_repeat_in(place));
    let once_max = once.len();
    let once = subsequence(once, 0..=once_max)
        .prop_flat_map(|ids| ids.into_iter().map(property).collect::<Vec<_>>());
    let many: Vec<_> = many.into_iter().map(|id| vec(property(id), 0..3)).collect();
    let some = (once, many)
        .prop_map(|(once, many)| once.into_iter().chain(many.into_iter().flatten()).collect())
        .prop_shuffle()
        .prop_map(move |list: Vec<Property<'static>>| leak(legal(list, place)));
    if place == PacketType::Auth.into() {
        return some.boxed();
    }
    prop_oneof![1 => Just(Properties::EMPTY), 3 => some].boxed()
}

/// The property `id` with any legal value.
pub fn property(id: PropertyId) -> BoxedStrategy<Property<'static>> {
    use Property as P;
    use PropertyId as Id;
    match id {
        Id::PayloadFormatIndicator => flag().prop_map(P::PayloadFormatIndicator).boxed(),
        Id::MessageExpiryInterval => any::<u32>().prop_map(P::MessageExpiryInterval).boxed(),
        Id::ContentType => text().prop_map(P::ContentType).boxed(),
        Id::ResponseTopic => topic_name().prop_map(P::ResponseTopic).boxed(),
        Id::CorrelationData => binary().prop_map(P::CorrelationData).boxed(),
        Id::SubscriptionIdentifier => (1..=268_435_455u32)
            .prop_map(P::SubscriptionIdentifier)
            .boxed(),
        Id::SessionExpiryInterval => any::<u32>().prop_map(P::SessionExpiryInterval).boxed(),
        Id::AssignedClientIdentifier => text().prop_map(P::AssignedClientIdentifier).boxed(),
        Id::ServerKeepAlive => any::<u16>().prop_map(P::ServerKeepAlive).boxed(),
        Id::AuthenticationMethod => text().prop_map(P::AuthenticationMethod).boxed(),
        Id::AuthenticationData => binary().prop_map(P::AuthenticationData).boxed(),
        Id::RequestProblemInformation => flag().prop_map(P::RequestProblemInformation).boxed(),
        Id::WillDelayInterval => any::<u32>().prop_map(P::WillDelayInterval).boxed(),
        Id::RequestResponseInformation => flag().prop_map(P::RequestResponseInformation).boxed(),
        Id::ResponseInformation => text().prop_map(P::ResponseInformation).boxed(),
        Id::ServerReference => text().prop_map(P::ServerReference).boxed(),
        Id::ReasonString => text().prop_map(P::ReasonString).boxed(),
        Id::ReceiveMaximum => (1..=u16::MAX).prop_map(P::ReceiveMaximum).boxed(),
        Id::TopicAliasMaximum => any::<u16>().prop_map(P::TopicAliasMaximum).boxed(),
        Id::TopicAlias => (1..=u16::MAX).prop_map(P::TopicAlias).boxed(),
        Id::MaximumQoS => flag().prop_map(P::MaximumQoS).boxed(),
        Id::RetainAvailable => flag().prop_map(P::RetainAvailable).boxed(),
        Id::UserProperty => (text(), text())
            .prop_map(|(name, value)| P::UserProperty(name, value))
            .boxed(),
        Id::MaximumPacketSize => (1..=u32::MAX).prop_map(P::MaximumPacketSize).boxed(),
        Id::WildcardSubscriptionAvailable => {
            flag().prop_map(P::WildcardSubscriptionAvailable).boxed()
        }
        Id::SubscriptionIdentifierAvailable => {
            flag().prop_map(P::SubscriptionIdentifierAvailable).boxed()
        }
        Id::SharedSubscriptionAvailable => flag().prop_map(P::SharedSubscriptionAvailable).boxed(),
    }
}

fn flag() -> impl Strategy<Value = u8> {
    0..=1u8
}

/// Adds the Authentication Method where the list needs one.
fn legal(mut list: Vec<Property<'static>>, place: Place) -> Vec<Property<'static>> {
    let has = |id| list.iter().any(|property| property.id() == id);
    let needed = place == PacketType::Auth.into() || has(PropertyId::AuthenticationData);
    if needed && !has(PropertyId::AuthenticationMethod) {
        list.push(Property::AuthenticationMethod("SCRAM-SHA-1"));
    }
    list
}

fn leak(list: Vec<Property<'static>>) -> Properties<'static> {
    let list = PropertiesBuf::try_from_iter(list).expect("every value is legal");
    Box::leak(Box::new(list)).as_ref()
}
