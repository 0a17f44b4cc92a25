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

/// The broker hears of every so many bytes that left, also within one packet: a client that takes a long
/// one slowly takes it all the same.
const PIECE: usize = 64 * 1024;

/// What is read of a client that is not let in yet, in bytes, about: no less than the broker takes for a
/// CONNECT. The rest waits in the transport until its password is checked.
const EARLY_MAX: usize = 512 * 1024;

/// Where bytes come from.
pub(crate) trait Source: Send + 'static {
    /// The next bytes; `None` at the end, clean or not. Safe to cancel.
    fn receive(&mut self) -> impl Future<Output = Option<Bytes>> + Send;
}

/// Where packets go.
pub(crate) trait Sink: Send + 'static {
    /// Writes these packets, or pieces of them, in order and returns when the transport took them.
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
        mut admitted,
    }) = hub.open().await
    else {
        return;
    };
    let written = write(hub.clone(), conn, sink, outbox);
    let mut writer = hub.writers.spawn(written);
    let mut early = Some(0);
    loop {
        let may_read = early.is_none_or(|early| early < EARLY_MAX);
        tokio::select! {
            _ = &mut admitted, if early.is_some() => early = None,
            received = source.receive(), if may_read => match received {
                Some(bytes) => {
                    early = early.map(|early| early + bytes.len());
                    if !hub.send(Input::Bytes(conn, bytes)).await {
                        break;
                    }
                }
                None => {
                    // A peer that has only stopped sending still reads the answers.
                    hub.send(Input::Closed(conn)).await;
                    let _ = timeout(LINGER, &mut writer).await;
                    break;
                }
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
    let mut pieces = Vec::new();
    while outbox.recv_many(&mut batch, BATCH_MAX).await > 0 {
        let mut rest = batch.drain(..).flat_map(cut).peekable();
        while rest.peek().is_some() {
            let mut bytes = 0;
            while bytes < PIECE
                && let Some(piece) = rest.next()
            {
                bytes += piece.len();
                pieces.push(piece);
            }
            if sink.send(&mut pieces).await.is_err() {
                return;
            }
            pieces.clear();
            // When the broker's task has ended, what it left in the outbox is still to be sent.
            hub.send(Input::Sent(conn, bytes)).await;
        }
    }
    sink.finish().await;
}

/// A packet in pieces of about [`PIECE`] bytes.
fn cut(packet: Wire) -> impl Iterator<Item = Wire> {
    let Wire { head, mut payload } = packet;
    let first = Wire {
        head,
        payload: payload.split_to(payload.len().min(PIECE)),
    };
    let rest = core::iter::from_fn(move || {
        let next = payload.split_to(payload.len().min(PIECE));
        (!next.is_empty()).then_some(Wire {
            head: Bytes::new(),
            payload: next,
        })
    });
    core::iter::once(first).chain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_cut_into_pieces_that_make_the_same_bytes() {
        for length in [0, 1, PIECE, PIECE + 1, 3 * PIECE] {
            let packet = Wire {
                head: Bytes::from_static(b"head"),
                payload: vec![7; length].into(),
            };
            let pieces: Vec<Wire> = cut(packet.clone()).collect();
            assert_eq!(pieces.len(), length.div_ceil(PIECE).max(1));
            let bytes: Vec<u8> = pieces.iter().flat_map(Wire::to_bytes).collect();
            assert_eq!(bytes, packet.to_bytes());
        }
    }
}
