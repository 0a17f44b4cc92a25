//! One connection: bytes from a source to the broker, packets from the broker to a sink.

use crate::hub::{Hub, Input, Opened, Outbox};
use bytes::Bytes;
use midge_broker::ConnId;
use midge_codec::Wire;
use std::{future::Future, io, pin::pin, time::Duration};
use tokio::{task::JoinHandle, time::timeout};

/// After the last packet the peer may go on sending for so long; what it sends is discarded. A socket
/// closed with unread bytes is reset, and the reset would destroy the last packet under way.
const LINGER: Duration = Duration::from_secs(1);

/// A peer may take so long to read the last packets after the broker ended the connection.
const FLUSH_MAX: Duration = Duration::from_secs(5);

/// Packets written at once, at most.
const BATCH_MAX: usize = 128;

/// Where bytes come from.
pub(crate) trait Source: Send + 'static {
    /// The next bytes; `None` at the end, clean or not. Safe to cancel.
    fn receive(&mut self) -> impl Future<Output = Option<Bytes>> + Send;
}

/// Where packets go.
pub(crate) trait Sink: Send + 'static {
    /// Writes these packets in order and returns when the transport took them.
    fn send(&mut self, packets: &mut Vec<Wire>) -> impl Future<Output = io::Result<()>> + Send;

    /// Tells the peer that nothing follows.
    fn finish(&mut self) -> impl Future<Output = ()> + Send;
}

/// Moves bytes between a transport and the broker until one of them ends it.
pub(crate) async fn drive(hub: Hub, mut source: impl Source, sink: impl Sink) {
    let Some(Opened {
        conn,
        outbox,
        ended,
    }) = hub.open().await
    else {
        return;
    };
    let mut writer = tokio::spawn(write(hub.clone(), conn, sink, outbox));
    loop {
        tokio::select! {
            received = source.receive() => match received {
                Some(bytes) => if !hub.send(Input::Bytes(conn, bytes)).await { break },
                None => break,
            },
            () = ended.cancelled() => {
                // Elapsed or done: either way the connection is over.
                let _ = timeout(FLUSH_MAX, finish(&mut writer, source)).await;
                break;
            }
            _ = &mut writer => break,
        }
    }
    writer.abort();
    // Without the broker's task nobody needs to know.
    let _ = hub.send(Input::Closed(conn)).await;
}

/// Lets the last packets out and the peer's last bytes in, whichever is the slower.
async fn finish(writer: &mut JoinHandle<()>, mut source: impl Source) {
    let mut discard = pin!(async { while source.receive().await.is_some() {} });
    tokio::select! {
        _ = &mut *writer => drop(timeout(LINGER, discard).await),
        () = &mut discard => drop(writer.await),
    }
}

async fn write(hub: Hub, conn: ConnId, mut sink: impl Sink, mut outbox: Outbox) {
    let mut batch = Vec::with_capacity(BATCH_MAX);
    while outbox.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let bytes = batch.iter().map(Wire::len).sum();
        if sink.send(&mut batch).await.is_err() {
            return;
        }
        batch.clear();
        if !hub.send(Input::Sent(conn, bytes)).await {
            // The broker's task has ended, and what it left in the outbox is still to be sent.
            continue;
        }
    }
    sink.finish().await;
}
