//! The one table of properties: identifier, name, wire type, range, where allowed, where repeated.

use crate::encode::{Sink, Writer};
use crate::reader::{Reader, Seen, Trace, error};
use crate::{DecodeError, EncodeError, ErrorKind, Field, PacketType};
use core::fmt;
use serde::{Deserialize, Serialize};

mod buf;
mod list;
pub use buf::PropertiesBuf;
pub(crate) use buf::share;
pub use list::{Properties, PropertiesIter};
pub(crate) use list::{check, read_list};

/// Where a property list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Place {
    /// In the variable header of a packet.
    Packet(PacketType),
    /// In the will of a CONNECT.
    Will,
}

impl Place {
    /// The place as one bit of a set.
    const fn bit(self) -> u16 {
        match self {
            Self::Packet(packet) => 1 << packet as u16,
            Self::Will => 1,
        }
    }
}

impl From<PacketType> for Place {
    fn from(packet: PacketType) -> Self {
        Self::Packet(packet)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Packet(packet) => f.write_str(packet.name()),
            Self::Will => f.write_str("the will"),
        }
    }
}

/// A Rust type that carries a value of the wire.
trait WireValue {
    /// The value of an integer.
    fn number(self) -> Option<u32>;
}

impl WireValue for u8 {
    fn number(self) -> Option<u32> {
        Some(self.into())
    }
}

impl WireValue for u16 {
    fn number(self) -> Option<u32> {
        Some(self.into())
    }
}

impl WireValue for u32 {
    fn number(self) -> Option<u32> {
        Some(self)
    }
}

impl WireValue for &str {
    fn number(self) -> Option<u32> {
        None
    }
}

impl WireValue for &[u8] {
    fn number(self) -> Option<u32> {
        None
    }
}

/// The field of a part of a property: User Property has two, every other property one.
macro_rules! field_of {
    ($variant:ident value) => {
        Field::Property(PropertyId::$variant)
    };
    ($variant:ident user_name) => {
        Field::UserPropertyName
    };
    ($variant:ident user_value) => {
        Field::UserPropertyValue
    };
}

macro_rules! place {
    (Will) => {
        Place::Will
    };
    ($packet:ident) => {
        Place::Packet(PacketType::$packet)
    };
}

macro_rules! properties {
    ($(
        $id:literal $variant:ident $finder:ident $name:literal
        ($($part:ident $wire:ident $type:ty),*) $(in $low:literal..=$high:literal)?
        [$($place:ident)*] $(repeats [$($many:ident)*])?;
    )*) => {
        /// One property with its value (5.0, section 2.2.2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)] // Each is the standard's own name.
        pub enum Property<'a> { $($variant($($type),*)),* }

        /// The name of a property, without a value.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[repr(u8)]
        #[allow(missing_docs)] // Each is the standard's own name.
        pub enum PropertyId { $($variant = $id),* }

        impl PropertyId {
            /// Every property, in the order of the identifiers.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The property with this identifier, if the standard defines one.
            pub const fn from_value(value: u32) -> Option<Self> {
                match value { $($id => Some(Self::$variant),)* _ => None }
            }

            /// The standard's name, as in "Receive Maximum".
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The values that an integer may take; `None` for strings, binary data, and integers
            /// that may take any value of their type.
            pub const fn range(self) -> Option<(u32, u32)> {
                match self { $(Self::$variant => properties!(@range $($low $high)?)),* }
            }

            const fn places(self) -> u16 {
                match self { $(Self::$variant => 0 $(| place!($place).bit())*),* }
            }

            const fn places_repeated(self) -> u16 {
                match self { $(Self::$variant => 0 $($(| place!($many).bit())*)?),* }
            }
        }

        impl<'a> Property<'a> {
            /// Which property it is.
            pub const fn id(self) -> PropertyId {
                match self { $(Self::$variant(..) => PropertyId::$variant),* }
            }

            /// The value of an integer property.
            pub fn number(self) -> Option<u32> {
                match self {
                    $(Self::$variant($($part),*) => None$(.or($part.number()))*),*
                }
            }

            /// Reads the value of property `id`.
            fn read_value<T: Trace>(
                id: PropertyId,
                reader: &mut Reader<'a, T>,
            ) -> Result<Self, DecodeError> {
                Ok(match id {
                    $(PropertyId::$variant => Self::$variant(
                        $(reader.$wire(field_of!($variant $part))?),*
                    )),*
                })
            }

            /// Writes the value.
            fn write_value<S: Sink>(self, writer: &mut Writer<S>) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant($($part),*) => {
                        $(writer.$wire(field_of!($variant $part), $part)?;)*
                    })*
                }
                Ok(())
            }
        }

        impl<'a> Properties<'a> {
            $(
                #[doc = concat!("The first ", $name, " in the list.")]
                #[allow(unused_parens)] // One part is a value, two are a pair.
                pub fn $finder(self) -> Option<($($type),*)> {
                    self.iter().find_map(|property| match property {
                        Property::$variant($($part),*) => Some(($($part),*)),
                        _ => None,
                    })
                }
            )*
        }
    };
    (@range $low:literal $high:literal) => { Some(($low, $high)) };
    (@range) => { None };
}

// A row: identifier, variant, finder, the standard's name; each part of the value with the method of
// `Reader` and `Writer` that carries it and its type; the range of an integer; the places where the
// property may stand, and those of them where it may repeat.
properties! {
    0x01 PayloadFormatIndicator payload_format_indicator "Payload Format Indicator"
        (value byte u8) in 0..=1 [Publish Will];
    0x02 MessageExpiryInterval message_expiry_interval "Message Expiry Interval"
        (value four_byte_integer u32) [Publish Will];
    0x03 ContentType content_type "Content Type" (value utf8_string &'a str) [Publish Will];
    0x08 ResponseTopic response_topic "Response Topic" (value utf8_string &'a str) [Publish Will];
    0x09 CorrelationData correlation_data "Correlation Data"
        (value binary_data &'a [u8]) [Publish Will];
    0x0B SubscriptionIdentifier subscription_identifier "Subscription Identifier"
        (value variable_byte_integer u32) in 1..=268_435_455
        [Publish Subscribe] repeats [Publish];
    0x11 SessionExpiryInterval session_expiry_interval "Session Expiry Interval"
        (value four_byte_integer u32) [Connect ConnAck Disconnect];
    0x12 AssignedClientIdentifier assigned_client_identifier "Assigned Client Identifier"
        (value utf8_string &'a str) [ConnAck];
    0x13 ServerKeepAlive server_keep_alive "Server Keep Alive"
        (value two_byte_integer u16) [ConnAck];
    0x15 AuthenticationMethod authentication_method "Authentication Method"
        (value utf8_string &'a str) [Connect ConnAck Auth];
    0x16 AuthenticationData authentication_data "Authentication Data"
        (value binary_data &'a [u8]) [Connect ConnAck Auth];
    0x17 RequestProblemInformation request_problem_information "Request Problem Information"
        (value byte u8) in 0..=1 [Connect];
    0x18 WillDelayInterval will_delay_interval "Will Delay Interval"
        (value four_byte_integer u32) [Will];
    0x19 RequestResponseInformation request_response_information "Request Response Information"
        (value byte u8) in 0..=1 [Connect];
    0x1A ResponseInformation response_information "Response Information"
        (value utf8_string &'a str) [ConnAck];
    0x1C ServerReference server_reference "Server Reference"
        (value utf8_string &'a str) [ConnAck Disconnect];
    0x1F ReasonString reason_string "Reason String" (value utf8_string &'a str)
        [ConnAck PubAck PubRec PubRel PubComp SubAck UnsubAck Disconnect Auth];
    0x21 ReceiveMaximum receive_maximum "Receive Maximum"
        (value two_byte_integer u16) in 1..=65_535 [Connect ConnAck];
    0x22 TopicAliasMaximum topic_alias_maximum "Topic Alias Maximum"
        (value two_byte_integer u16) [Connect ConnAck];
    0x23 TopicAlias topic_alias "Topic Alias"
        (value two_byte_integer u16) in 1..=65_535 [Publish];
    0x24 MaximumQoS maximum_qos "Maximum QoS" (value byte u8) in 0..=1 [ConnAck];
    0x25 RetainAvailable retain_available "Retain Available"
        (value byte u8) in 0..=1 [ConnAck];
    0x26 UserProperty user_property "User Property"
        (user_name utf8_string &'a str, user_value utf8_string &'a str)
        [Will Connect ConnAck Publish PubAck PubRec PubRel PubComp Subscribe SubAck Unsubscribe
            UnsubAck Disconnect Auth]
        repeats [Will Connect ConnAck Publish PubAck PubRec PubRel PubComp Subscribe SubAck
            Unsubscribe UnsubAck Disconnect Auth];
    0x27 MaximumPacketSize maximum_packet_size "Maximum Packet Size"
        (value four_byte_integer u32) in 1..=4_294_967_295 [Connect ConnAck];
    0x28 WildcardSubscriptionAvailable wildcard_subscription_available
        "Wildcard Subscription Available" (value byte u8) in 0..=1 [ConnAck];
    0x29 SubscriptionIdentifierAvailable subscription_identifier_available
        "Subscription Identifier Available" (value byte u8) in 0..=1 [ConnAck];
    0x2A SharedSubscriptionAvailable shared_subscription_available
        "Shared Subscription Available" (value byte u8) in 0..=1 [ConnAck];
}

impl PropertyId {
    /// The identifier on the wire.
    pub const fn value(self) -> u8 {
        self as u8
    }

    /// Whether it may stand in `place`.
    pub fn is_allowed_in(self, place: impl Into<Place>) -> bool {
        self.places() & place.into().bit() != 0
    }

    /// Whether it may stand in `place` more than once.
    pub fn may_repeat_in(self, place: impl Into<Place>) -> bool {
        self.places_repeated() & place.into().bit() != 0
    }
}

impl fmt::Display for PropertyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<'a> Property<'a> {
    /// Reads one property: its identifier, then its value, whose range is checked.
    fn read<T: Trace>(reader: &mut Reader<'a, T>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let value = reader.untraced_variable_byte_integer(Field::PropertyIdentifier)?;
        let id = PropertyId::from_value(value);
        if let Some(id) = id {
            reader.enter_at(Field::Property(id), start);
        }
        reader.leaf(Field::PropertyIdentifier, start, Seen::Number(value));
        let id = id.ok_or_else(|| {
            let kind = ErrorKind::UnknownProperty(value);
            error(kind, Field::PropertyIdentifier, start)
        })?;
        let value_start = reader.offset();
        let property = Self::read_value(id, reader)?;
        property
            .check()
            .map_err(|kind| error(kind, Field::Property(id), value_start))?;
        reader.exit();
        Ok(property)
    }

    /// Whether the value is one that the standard allows.
    fn check(self) -> Result<(), ErrorKind> {
        if let Self::ResponseTopic(topic) = self {
            return crate::topic::validate_name(topic).map_err(ErrorKind::Topic);
        }
        match (self.id().range(), self.number()) {
            (Some((low, high)), Some(value)) if value < low || value > high => {
                Err(ErrorKind::OutOfRange(value))
            }
            _ => Ok(()),
        }
    }
}
