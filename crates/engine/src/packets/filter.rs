//! Which packets a filter keeps: the language of `trace`, with what the page adds to it.

use super::journal::Journal;
use midge_codec::PacketType;
use midge_trace::filter::{End, Expression, Term, TextTest, Types};
use midge_trace::{Filter, FilterError, RecordRef, Subject};
use midge_view::PacketFilter;

/// The filter that asks for all that `filter` asks for.
///
/// # Errors
/// The first mistake in its text.
pub(crate) fn whole(filter: &PacketFilter) -> Result<Filter, FilterError> {
    let text = Filter::parse(&filter.text)?;
    let types = Types::new(filter.types.iter().copied());
    let client = filter
        .client
        .clone()
        .map(|name| Term::Name(End::Client, TextTest::Equals, name));
    let pings = Types::new([PacketType::PingReq, PacketType::PingResp])
        .filter(|_| filter.hide_pings)
        .map(|pings| Expression::Not(Box::new(Term::Type(pings).into())));
    let more = [
        types.map(|types| Term::Type(types).into()),
        client.map(Expression::from),
        pings,
    ];
    let parts = [text.expression().clone()].into_iter();
    Ok(Filter::new(Expression::all(
        parts.chain(more.into_iter().flatten()),
    )))
}

/// Whether `filter` keeps this record of the journal.
pub(crate) fn keeps(filter: &Filter, journal: &Journal, record: RecordRef<'_>) -> bool {
    let is_publish = record.packet_type() == Some(PacketType::Publish);
    filter.keeps(&Subject {
        client: journal.hop(record.hop).map_or("", |hop| &hop.name),
        topic: match is_publish {
            true => journal.alias_topic(record.seq),
            false => None,
        },
        record,
    })
}
