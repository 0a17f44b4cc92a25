//! A property list that owns its bytes, or shares a frame's.

use super::{Properties, Property};
use crate::encode::{Checked, Writer};
use crate::{EncodeError, Field};
use bytes::{BufMut, Bytes, BytesMut};
use core::fmt;

/// An owned property list in its wire form. Cloning copies no bytes.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct PropertiesBuf(Bytes);

impl PropertiesBuf {
    /// No properties.
    pub const fn new() -> Self {
        Self(Bytes::new())
    }

    /// The list to read or to put into a packet.
    #[allow(clippy::should_implement_trait)] // `AsRef` cannot return a value that borrows.
    pub fn as_ref(&self) -> Properties<'_> {
        Properties(&self.0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The list `properties` of a packet that was decoded from `frame`, sharing the frame's bytes.
    ///
    /// Copies when `properties` is not part of `frame`.
    pub fn slice_of(frame: &Bytes, properties: Properties<'_>) -> Self {
        Self(share(frame, properties.0))
    }

    /// The bytes of a list that was read before.
    pub(crate) const fn from_checked(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// The properties for which `keep` holds, in order. Shares the bytes when it holds for all.
    pub fn filtered(&self, mut keep: impl FnMut(&Property<'_>) -> bool) -> Self {
        if self.as_ref().iter().all(|property| keep(&property)) {
            return self.clone();
        }
        self.as_ref().filtered(keep)
    }

    /// Appends a property.
    ///
    /// Where a property may stand and how often depends on the packet; encoding checks that.
    ///
    /// # Errors
    /// `FieldTooLong` for a string or binary data over 65,535 bytes, `Illegal` for a value that the
    /// standard does not allow. The list is unchanged then.
    pub fn push(&mut self, property: Property<'_>) -> Result<(), EncodeError> {
        let field = Field::Property(property.id());
        property
            .check()
            .map_err(|kind| EncodeError::Illegal { field, kind })?;
        let mut counter = Writer::new(Checked::default());
        property.write(&mut counter)?;
        let mut bytes = BytesMut::from(core::mem::take(&mut self.0));
        bytes.reserve(counter.into_sink().len());
        let written = property.write(&mut Writer::new(&mut bytes));
        self.0 = bytes.freeze();
        written
    }

    /// Appends several properties.
    ///
    /// # Errors
    /// As [`push`](Self::push); the properties before the refused one are in the list.
    pub fn try_extend<'p>(
        &mut self,
        properties: impl IntoIterator<Item = Property<'p>>,
    ) -> Result<(), EncodeError> {
        properties
            .into_iter()
            .try_for_each(|property| self.push(property))
    }

    /// A list of several properties.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub fn try_from_iter<'p>(
        properties: impl IntoIterator<Item = Property<'p>>,
    ) -> Result<Self, EncodeError> {
        let mut list = Self::new();
        list.try_extend(properties)?;
        Ok(list)
    }
}

impl From<Properties<'_>> for PropertiesBuf {
    /// Copies the list.
    fn from(properties: Properties<'_>) -> Self {
        Self(Bytes::copy_from_slice(properties.0))
    }
}

impl fmt::Debug for PropertiesBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

impl Properties<'_> {
    /// Copies the properties for which `keep` holds, in order.
    pub fn filtered(self, mut keep: impl FnMut(&Property<'_>) -> bool) -> PropertiesBuf {
        let mut kept = BytesMut::new();
        let mut rest = self.iter();
        loop {
            let before = rest.as_bytes();
            let Some(property) = rest.next() else { break };
            if keep(&property) {
                kept.put_slice(&before[..before.len() - rest.as_bytes().len()]);
            }
        }
        PropertiesBuf(kept.freeze())
    }
}

impl Property<'_> {
    fn write<S: crate::encode::Sink>(self, writer: &mut Writer<S>) -> Result<(), EncodeError> {
        // Every identifier is below 128, so that the variable byte integer is the byte itself.
        writer.byte(Field::PropertyIdentifier, self.id().value())?;
        self.write_value(writer)
    }
}

/// `part` as a slice of `frame`, or a copy when it lies elsewhere.
pub(crate) fn share(frame: &Bytes, part: &[u8]) -> Bytes {
    let inside = frame.as_ptr_range();
    let wanted = part.as_ptr_range();
    if part.is_empty() {
        Bytes::new()
    } else if inside.start <= wanted.start && wanted.end <= inside.end {
        frame.slice_ref(part)
    } else {
        Bytes::copy_from_slice(part)
    }
}
