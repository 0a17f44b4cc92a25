//! A device's card.

use super::{Lab, house};
use crate::packets::{Journal, row};
use crate::words;
use midge_client::State;
use midge_sim::{DeviceView, LinkState};
use midge_view::{DeviceCard, DeviceId, InboxRow, QoS};

/// Characters of a payload.
const PREVIEW_MAX: usize = 200;
/// Messages of the phone's inbox.
const INBOX_MAX: usize = 50;
/// Lines of the journal.
const NOTES_MAX: usize = 8;

/// The card of the device with this id.
pub(crate) fn card(lab: &Lab, journal: &Journal, id: DeviceId) -> Option<DeviceCard> {
    let view = lab.world.device(id)?;
    let device = view.device;
    let wishes = device.wishes();
    let will_payload = midge_payload::preview(&wishes.will.payload, PREVIEW_MAX).text;
    Some(DeviceCard {
        row: house::row(lab, &view),
        client_id: view.client_id.to_owned(),
        client: client(lab, &view),
        publishes: publishes(&view),
        subscribes: subscribes(lab, &view),
        will: Some((wishes.will.topic.to_string(), will_payload)),
        packets: lab
            .activity
            .packets(id)
            .filter_map(|seq| journal.log().record(seq))
            .map(|record| row(journal, &record))
            .collect(),
        chart: lab.activity.chart(id),
        inbox: inbox(lab, id),
        notes: newest(device.journal(), NOTES_MAX)
            .map(|entry| entry.text.clone())
            .collect(),
        stalled: view.link == LinkState::Stalled,
    })
}

/// What the broker holds for the client while it is connected, which people can change; otherwise
/// what the firmware will subscribe to.
fn subscribes(lab: &Lab, view: &DeviceView<'_>) -> Vec<(String, QoS)> {
    if view.client == State::Connected {
        return lab
            .world
            .broker()
            .subscriptions(view.client_id)
            .map(|subscription| (subscription.filter.to_string(), subscription.options.qos))
            .collect();
    }
    let wishes = view.device.wishes().subscriptions;
    wishes
        .into_iter()
        .map(|(filter, qos)| (filter.to_string(), qos))
        .collect()
}

/// The topic of a device's state, and the one that says whether it is there. A phone has no state of
/// its own to tell.
fn publishes(view: &DeviceView<'_>) -> Vec<String> {
    let status = view.device.wishes().will.topic.to_string();
    match view.device.kind() {
        midge_devices::Kind::Phone => vec![status],
        _ => vec![view.device.topic().to_owned(), status],
    }
}

/// What its client is doing, in words.
fn client(lab: &Lab, view: &DeviceView<'_>) -> String {
    if !view.device.is_powered() {
        return "without power".to_owned();
    }
    let connected = || {
        let session = lab.world.broker().session(view.client_id)?;
        let since = session.connection?.since;
        Some(words::duration(lab.world.now().since(since)))
    };
    match view.client {
        State::Idle => "disconnected".to_owned(),
        State::Opening | State::Connecting => "connecting".to_owned(),
        State::Connected => match connected() {
            Some(time) => format!("connected for {time}"),
            None => "connected; the broker does not know it any more".to_owned(),
        },
        State::Waiting => "connection lost; connects again soon".to_owned(),
    }
}

fn inbox(lab: &Lab, id: DeviceId) -> Vec<InboxRow> {
    newest(lab.world.inbox(id), INBOX_MAX)
        .map(|received| InboxRow {
            at_ms: received.at.as_millis() as u64,
            topic: received.message.topic.to_string(),
            preview: midge_payload::preview(&received.message.payload, PREVIEW_MAX).text,
            qos: received.message.qos,
            retain: received.message.retain,
        })
        .collect()
}

/// The last `count` items, in their order.
fn newest<I>(items: I, count: usize) -> impl Iterator<Item = I::Item>
where
    I: DoubleEndedIterator,
{
    let mut last: Vec<_> = items.rev().take(count).collect();
    last.reverse();
    last.into_iter()
}
