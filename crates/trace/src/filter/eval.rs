//! A filter asked about a packet, without allocating.

use super::{Comparison, End, Expression, Filter, Flag, Quantity, Term, TextTest};
use crate::{RecordRef, Toward};
use core::cell::OnceCell;
use midge_codec::{Packet, PacketType, topic};

/// The name by which filters know the broker's end of a hop.
const BROKER: &str = "broker";

/// What a filter is asked about: a record, and what the record alone does not say.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The packet on its hop.
    pub record: RecordRef<'a>,
    /// The name of the hop's client.
    pub client: &'a str,
    /// The topic that the alias of a PUBLISH without a topic stands for.
    pub topic: Option<&'a str>,
}

impl Filter {
    /// Whether it keeps this packet. The packet is decoded at most once, and only if its first byte
    /// and its hop do not decide.
    pub fn keeps(&self, subject: &Subject<'_>) -> bool {
        let question = Question {
            subject,
            packet: OnceCell::new(),
        };
        question.holds(&self.plan)
    }
}

/// Puts the cheapest parts of each "and" and "or" first.
pub(super) fn sort_by_cost(expression: &mut Expression) {
    match expression {
        Expression::And(parts) | Expression::Or(parts) => {
            parts.iter_mut().for_each(sort_by_cost);
            parts.sort_by_key(cost);
        }
        Expression::Not(inner) => sort_by_cost(inner),
        Expression::Term(_) => {}
    }
}

/// 0 where the first bytes decide, 1 for a name, 2 where the packet is decoded, 3 for its payload.
fn cost(expression: &Expression) -> u8 {
    match expression {
        Expression::And(parts) | Expression::Or(parts) => parts.iter().map(cost).max().unwrap_or(0),
        Expression::Not(inner) => cost(inner),
        Expression::Term(term) => match term {
            Term::Type(_) | Term::Version(_) | Term::Flag(_) => 0,
            Term::Number(Quantity::QoS | Quantity::Size, ..) => 0,
            Term::Name(..) => 1,
            Term::Topic(_) | Term::TopicText(..) | Term::Number(..) | Term::Word(_) => 2,
            Term::Payload(..) => 3,
        },
    }
}

struct Question<'a> {
    subject: &'a Subject<'a>,
    packet: OnceCell<Option<Packet<'a>>>,
}

impl<'a> Question<'a> {
    fn holds(&self, expression: &Expression) -> bool {
        match expression {
            Expression::And(parts) => parts.iter().all(|part| self.holds(part)),
            Expression::Or(parts) => parts.iter().any(|part| self.holds(part)),
            Expression::Not(inner) => !self.holds(inner),
            Expression::Term(term) => self.is(term),
        }
    }

    fn is(&self, term: &Term) -> bool {
        let record = self.subject.record;
        match term {
            Term::Word(word) => self.has_word(word),
            Term::Topic(filter) => {
                self.any_topic(|name| topic::compare(unshared(filter), name).is_ok())
            }
            Term::TopicText(test, text) => {
                self.any_topic(|name| test.holds(name.as_bytes(), text.as_bytes()))
            }
            Term::Type(types) => record
                .packet_type()
                .is_some_and(|kind| types.contains(kind)),
            Term::Name(end, test, name) => test.holds(self.name(*end).as_bytes(), name.as_bytes()),
            Term::Payload(test, text) => {
                matches!(self.publish_packet(), Some(Packet::Publish(publish))
                    if test.holds(publish.payload, text.as_bytes()))
            }
            Term::Number(Quantity::Reason, comparison, number) => {
                self.any_reason(|value| comparison.holds(value, *number))
            }
            Term::Number(quantity, comparison, number) => self
                .quantity(*quantity)
                .is_some_and(|value| comparison.holds(value, *number)),
            Term::Version(version) => record.version == *version,
            Term::Flag(Flag::Fault) => record.fault.is_some(),
            Term::Flag(Flag::Retain) => self.publish_flags().is_some_and(|flags| flags & 1 != 0),
            Term::Flag(Flag::Dup) => self.publish_flags().is_some_and(|flags| flags & 8 != 0),
        }
    }

    fn packet(&self) -> Option<&Packet<'a>> {
        self.packet
            .get_or_init(|| self.subject.record.packet())
            .as_ref()
    }

    /// The packet if it is a PUBLISH; others are not decoded for it.
    fn publish_packet(&self) -> Option<&Packet<'a>> {
        self.publish_flags()?;
        self.packet()
    }

    /// The lower four bits of the first byte of a legal PUBLISH.
    fn publish_flags(&self) -> Option<u8> {
        let record = self.subject.record;
        let is_publish = record.packet_type() == Some(PacketType::Publish);
        (is_publish && record.fault.is_none()).then(|| record.frame[0] & 0x0F)
    }

    fn name(&self, end: End) -> &str {
        match (end, self.subject.record.toward) {
            (End::Client, _) | (End::From, Toward::Broker) | (End::To, Toward::Client) => {
                self.subject.client
            }
            _ => BROKER,
        }
    }

    fn has_word(&self, word: &str) -> bool {
        let within = |text: &str| contains(text.as_bytes(), word.as_bytes());
        let record = self.subject.record;
        record.packet_type().is_some_and(|kind| within(kind.name()))
            || within(self.subject.client)
            || self.any_topic(within)
    }

    /// The topic of a PUBLISH or a will, and the filters of SUBSCRIBE and UNSUBSCRIBE, read as if they
    /// were topics.
    fn any_topic(&self, test: impl Fn(&str) -> bool) -> bool {
        let has_topic = matches!(
            self.subject.record.packet_type(),
            Some(
                PacketType::Publish
                    | PacketType::Subscribe
                    | PacketType::Unsubscribe
                    | PacketType::Connect
            )
        );
        if !has_topic {
            return false;
        }
        match self.packet() {
            Some(Packet::Publish(publish)) if publish.topic.is_empty() => {
                self.subject.topic.is_some_and(test)
            }
            Some(Packet::Publish(publish)) => test(publish.topic),
            Some(Packet::Subscribe(subscribe)) => subscribe
                .filters
                .iter()
                .any(|entry| test(unshared(entry.filter))),
            Some(Packet::Unsubscribe(unsubscribe)) => unsubscribe
                .filters
                .iter()
                .any(|filter| test(unshared(filter))),
            Some(Packet::Connect(connect)) => connect.will.is_some_and(|will| test(will.topic)),
            _ => false,
        }
    }

    fn any_reason(&self, test: impl Fn(u32) -> bool) -> bool {
        let test = |reason: midge_codec::Reason| test(u32::from(reason.value()));
        match self.packet() {
            Some(Packet::ConnAck(ack)) => test(ack.reason),
            Some(Packet::Ack(ack)) => test(ack.reason),
            Some(Packet::SubAck(ack)) => ack.reasons.iter().any(test),
            Some(Packet::UnsubAck(ack)) => ack.reasons.iter().any(test),
            Some(Packet::Disconnect(disconnect)) => test(disconnect.reason),
            Some(Packet::Auth(auth)) => test(auth.reason),
            _ => false,
        }
    }

    fn quantity(&self, quantity: Quantity) -> Option<u32> {
        match quantity {
            Quantity::QoS => self.publish_flags().map(|flags| u32::from(flags >> 1 & 3)),
            Quantity::Size => u32::try_from(self.subject.record.frame.len()).ok(),
            Quantity::Id => self.packet()?.packet_id().map(|id| u32::from(id.get())),
            Quantity::Reason => None,
        }
    }
}

impl TextTest {
    fn holds(self, text: &[u8], wanted: &[u8]) -> bool {
        match self {
            Self::Contains => contains(text, wanted),
            Self::Equals => text == wanted,
        }
    }
}

impl Comparison {
    const fn holds(self, value: u32, number: u32) -> bool {
        match self {
            Self::Equal => value == number,
            Self::NotEqual => value != number,
            Self::Less => value < number,
            Self::AtMost => value <= number,
            Self::Greater => value > number,
            Self::AtLeast => value >= number,
        }
    }
}

/// The filter that a shared subscription shares.
fn unshared(filter: &str) -> &str {
    topic::split_shared(filter).map_or(filter, |(_, filter)| filter)
}

/// Whether `needle` is part of `text`, whatever the case of ASCII letters.
pub(super) fn contains(text: &[u8], needle: &[u8]) -> bool {
    let Some((&first, rest)) = needle.split_first() else {
        return true;
    };
    let Some(last_start) = text.len().checked_sub(needle.len()) else {
        return false;
    };
    text[..=last_start].iter().enumerate().any(|(at, byte)| {
        byte.eq_ignore_ascii_case(&first)
            && text[at + 1..at + needle.len()].eq_ignore_ascii_case(rest)
    })
}
