//! Lists inside packets: filters of SUBSCRIBE and UNSUBSCRIBE, reasons of their answers.

use super::{RetainHandling, SubscriptionOptions};
use crate::encode::{Checked, Writer};
use crate::reader::{Reader, Trace, error};
use crate::{DecodeError, EncodeError, ErrorKind, Field, QoS, Reason, Version, topic};
use alloc::vec::Vec;
use core::fmt;

/// The payload of a SUBSCRIBE in its wire form, validated when it was decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SubscribeFilters<'a>(pub(crate) &'a [u8]);

/// One filter of a SUBSCRIBE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscribeFilter<'a> {
    /// The topic filter, possibly shared (`$share/group/filter`). Its UTF-8 is legal; whether it is
    /// a legal filter is [`topic::validate_filter`]'s to say, and answered filter by filter.
    pub filter: &'a str,
    /// Its options.
    pub options: SubscriptionOptions,
}

/// The payload of an UNSUBSCRIBE in its wire form, validated when it was decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UnsubscribeFilters<'a>(pub(crate) &'a [u8]);

/// The reason codes of a SUBACK or UNSUBACK, validated when they were decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Reasons<'a>(pub(crate) &'a [u8]);

impl<'a> SubscribeFilters<'a> {
    /// The filters in order.
    pub fn iter(self) -> impl Iterator<Item = SubscribeFilter<'a>> {
        let mut reader = Reader::new(self.0, ());
        // Both versions write an entry alike; 3.1.1 leaves the upper six bits of the options 0.
        core::iter::from_fn(move || SubscribeFilter::read(&mut reader, Version::V5).ok())
    }
}

impl<'a> UnsubscribeFilters<'a> {
    /// The filters in order.
    pub fn iter(self) -> impl Iterator<Item = &'a str> {
        let mut reader = Reader::new(self.0, ());
        core::iter::from_fn(move || reader.utf8_string(Field::TopicFilter).ok())
    }
}

impl<'a> Reasons<'a> {
    /// No reasons, as in an UNSUBACK of 3.1.1.
    pub const EMPTY: Self = Self(&[]);

    /// The reasons in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Reason> {
        self.0
            .iter()
            .map(|&value| Reason::from_value(value).unwrap_or(Reason::UnspecifiedError))
    }

    /// How many there are.
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> SubscribeFilter<'a> {
    /// Reads one entry of a SUBSCRIBE.
    pub(crate) fn read<T: Trace>(
        reader: &mut Reader<'a, T>,
        version: Version,
    ) -> Result<Self, DecodeError> {
        reader.enter(Field::Subscription);
        let filter = reader.utf8_string(Field::TopicFilter)?;
        reader.enter(Field::SubscriptionOptions);
        let mut octet = reader.octet(Field::SubscriptionOptions)?;
        let offset = octet.offset();
        let fault = |kind, field| Err(error(kind, field, offset));
        let (reserved, handling, retain_as_published, no_local);
        if version.has_properties() {
            reserved = reader.bits(&mut octet, Field::Reserved, 2);
            handling = reader.bits(&mut octet, Field::RetainHandling, 2);
            retain_as_published = reader.flag(&mut octet, Field::RetainAsPublished);
            no_local = reader.flag(&mut octet, Field::NoLocal);
        } else {
            reserved = reader.bits(&mut octet, Field::Reserved, 6);
            (handling, retain_as_published, no_local) = (0, false, false);
        }
        let qos = reader.bits(&mut octet, Field::RequestedQoS, 2);
        if reserved != 0 {
            return fault(ErrorKind::ReservedBits(reserved), Field::Reserved);
        }
        let Some(retain_handling) = RetainHandling::from_bits(handling) else {
            let kind = ErrorKind::OutOfRange(handling.into());
            return fault(kind, Field::RetainHandling);
        };
        let Some(qos) = QoS::from_bits(qos) else {
            return fault(ErrorKind::ReservedQoS, Field::RequestedQoS);
        };
        if no_local && topic::split_shared(filter).is_some() {
            return fault(ErrorKind::NoLocalOnShared, Field::NoLocal);
        }
        reader.exit();
        reader.exit();
        let options = SubscriptionOptions {
            qos,
            no_local,
            retain_as_published,
            retain_handling,
        };
        Ok(Self { filter, options })
    }
}

impl SubscriptionOptions {
    /// The options byte of 5.0.
    pub const fn bits(self) -> u8 {
        (self.retain_handling as u8) << 4
            | (self.retain_as_published as u8) << 3
            | (self.no_local as u8) << 2
            | self.qos as u8
    }
}

/// The filters of a SUBSCRIBE to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscribeFiltersBuf(Vec<u8>);

impl SubscribeFiltersBuf {
    /// No filters yet; a SUBSCRIBE needs at least one.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a filter, which is not validated beyond what its receiver must be able to read;
    /// see [`topic::validate_filter`]. Options other than QoS are not sent in 3.1.1.
    ///
    /// # Errors
    /// `FieldTooLong` over 65,535 bytes; `Illegal` for U+0000, or No Local on a shared subscription.
    pub fn push(
        &mut self,
        filter: &str,
        options: impl Into<SubscriptionOptions>,
    ) -> Result<(), EncodeError> {
        let options = options.into();
        if options.no_local && topic::split_shared(filter).is_some() {
            return Err(EncodeError::Illegal {
                field: Field::NoLocal,
                kind: ErrorKind::NoLocalOnShared,
            });
        }
        push_string(&mut self.0, filter)?;
        self.0.push(options.bits());
        Ok(())
    }

    /// A list of several filters.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn try_from_iter<'f, O: Into<SubscriptionOptions>>(
        filters: impl IntoIterator<Item = (&'f str, O)>,
    ) -> Result<Self, EncodeError> {
        let mut list = Self::new();
        for (filter, options) in filters {
            list.push(filter, options)?;
        }
        Ok(list)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The list to put into a [`Subscribe`](super::Subscribe).
    #[allow(clippy::should_implement_trait)] // `AsRef` cannot return a value that borrows.
    pub fn as_ref(&self) -> SubscribeFilters<'_> {
        SubscribeFilters(&self.0)
    }
}

/// The filters of an UNSUBSCRIBE to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnsubscribeFiltersBuf(Vec<u8>);

impl UnsubscribeFiltersBuf {
    /// No filters yet; an UNSUBSCRIBE needs at least one.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a filter, which is not validated beyond what its receiver must be able to read.
    ///
    /// # Errors
    /// `FieldTooLong` over 65,535 bytes; `Illegal` for U+0000.
    pub fn push(&mut self, filter: &str) -> Result<(), EncodeError> {
        push_string(&mut self.0, filter)
    }

    /// A list of several filters.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn try_from_iter<'f>(
        filters: impl IntoIterator<Item = &'f str>,
    ) -> Result<Self, EncodeError> {
        let mut list = Self::new();
        for filter in filters {
            list.push(filter)?;
        }
        Ok(list)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The list to put into an [`Unsubscribe`](super::Unsubscribe).
    #[allow(clippy::should_implement_trait)] // `AsRef` cannot return a value that borrows.
    pub fn as_ref(&self) -> UnsubscribeFilters<'_> {
        UnsubscribeFilters(&self.0)
    }
}

/// The reasons of a SUBACK or UNSUBACK to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReasonsBuf(Vec<u8>);

impl ReasonsBuf {
    /// No reasons yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a reason; encoding checks that the packet may carry it.
    pub fn push(&mut self, reason: Reason) {
        self.0.push(reason.value());
    }

    /// The list to put into a [`SubAck`](super::SubAck) or [`UnsubAck`](super::UnsubAck).
    #[allow(clippy::should_implement_trait)] // `AsRef` cannot return a value that borrows.
    pub fn as_ref(&self) -> Reasons<'_> {
        Reasons(&self.0)
    }
}

impl Extend<Reason> for ReasonsBuf {
    fn extend<I: IntoIterator<Item = Reason>>(&mut self, reasons: I) {
        self.0.extend(reasons.into_iter().map(Reason::value));
    }
}

impl FromIterator<Reason> for ReasonsBuf {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        let mut list = Self::new();
        list.extend(reasons);
        list
    }
}

impl fmt::Debug for SubscribeFilters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Debug for UnsubscribeFilters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl fmt::Debug for Reasons<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

fn push_string(list: &mut Vec<u8>, text: &str) -> Result<(), EncodeError> {
    Writer::new(Checked::default()).utf8_string(Field::TopicFilter, text)?;
    Writer::new(list).utf8_string(Field::TopicFilter, text)
}
