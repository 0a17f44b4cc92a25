//! A property list read in place.

use super::{Place, Property, PropertyId};
use crate::reader::{Reader, Trace, error};
use crate::{DecodeError, ErrorKind, Field, PacketType};
use core::fmt;

/// A property list in its wire form without the length, validated when it was decoded.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Properties<'a>(pub(super) &'a [u8]);

impl<'a> Properties<'a> {
    /// No properties.
    pub const EMPTY: Self = Self(&[]);

    /// The wire form, without the Property Length.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The properties in the order in which they were sent.
    pub fn iter(self) -> PropertiesIter<'a> {
        PropertiesIter(self.0)
    }

    /// The User Properties in order: name and value.
    pub fn user_properties(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter_map(|property| match property {
            Property::UserProperty(name, value) => Some((name, value)),
            _ => None,
        })
    }

    /// The Subscription Identifiers in order; a PUBLISH has one for each subscription that matched.
    pub fn subscription_identifiers(self) -> impl Iterator<Item = u32> {
        self.iter().filter_map(|property| match property {
            Property::SubscriptionIdentifier(value) => Some(value),
            _ => None,
        })
    }
}

impl<'a> IntoIterator for Properties<'a> {
    type Item = Property<'a>;
    type IntoIter = PropertiesIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Properties<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Iterates over a property list, in the order in which it was sent.
#[derive(Clone, Debug)]
pub struct PropertiesIter<'a>(&'a [u8]);

impl<'a> PropertiesIter<'a> {
    /// What has not been read yet, in its wire form.
    pub(super) fn as_bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl<'a> Iterator for PropertiesIter<'a> {
    type Item = Property<'a>;

    fn next(&mut self) -> Option<Property<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let mut reader = Reader::new(self.0, ());
        // The list was read with the same code when it was made, so there is no error to report.
        let property = Property::read(&mut reader).ok();
        self.0 = &self.0[reader.offset() as usize..];
        property
    }
}

/// Reads a Property Length and the properties that may stand in `place`.
pub(crate) fn read_list<'a, T: Trace>(
    reader: &mut Reader<'a, T>,
    place: Place,
) -> Result<Properties<'a>, DecodeError> {
    let start = reader.offset();
    reader.enter(Field::Properties);
    let length = reader.variable_byte_integer(Field::PropertyLength)? as usize;
    if length > reader.remaining() {
        return Err(error(ErrorKind::Truncated, Field::PropertyLength, start));
    }
    reader.limit_list(length);
    let first = reader.offset();
    read_properties(reader, place)?;
    reader.end_list();
    reader.exit();
    Ok(Properties(reader.since(first)))
}

/// Whether `properties` may stand in `place`.
pub(crate) fn check(properties: Properties<'_>, place: Place) -> Result<(), DecodeError> {
    read_properties(&mut Reader::new(properties.0, ()), place)
}

fn read_properties<T: Trace>(reader: &mut Reader<'_, T>, place: Place) -> Result<(), DecodeError> {
    let mut seen = 0u64;
    let mut authentication_data = None;
    let start = reader.offset();
    while reader.remaining() > 0 {
        let start = reader.offset();
        let id = Property::read(reader)?.id();
        let fault = |kind| Err(error(kind, Field::Property(id), start));
        if !id.is_allowed_in(place) {
            return fault(ErrorKind::PropertyNotAllowed(place));
        }
        if seen & bit(id) != 0 && !id.may_repeat_in(place) {
            return fault(ErrorKind::DuplicateProperty);
        }
        seen |= bit(id);
        if id == PropertyId::AuthenticationData {
            authentication_data = Some(start);
        }
    }
    if seen & bit(PropertyId::AuthenticationMethod) == 0 {
        let kind = ErrorKind::WithoutAuthenticationMethod;
        if let Some(offset) = authentication_data {
            let field = Field::Property(PropertyId::AuthenticationData);
            return Err(error(kind, field, offset));
        }
        if place == PacketType::Auth.into() {
            return Err(error(kind, Field::Properties, start));
        }
    }
    Ok(())
}

const fn bit(id: PropertyId) -> u64 {
    1 << id.value()
}
