//! MQTT over TCP.

use crate::{
    connection::{Sink, Source, drive},
    hub::Hub,
};
use bytes::{Bytes, BytesMut};
use midge_codec::Wire;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const READ_BUFFER: usize = 16 * 1024;

/// Payloads from here on are written as they are instead of being copied beside their heads.
const COPY_MAX: usize = 4 * 1024;

/// Accepts until told to stop.
pub(crate) async fn serve(
    listener: TcpListener,
    hub: Hub,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        match accepted {
            Ok((stream, peer)) => {
                tracing::debug!(%peer, "TCP connection");
                // Small packets wait for nobody; a socket without the option works as well.
                let _ = stream.set_nodelay(true);
                let (read, write) = stream.into_split();
                let source = Reader {
                    socket: read,
                    buffer: BytesMut::new(),
                };
                let sink = Writer {
                    socket: write,
                    buffer: BytesMut::new(),
                };
                tasks.spawn(drive(hub.clone(), source, sink));
            }
            Err(error) => {
                // Out of file descriptors, say: others may close, so accepting goes on.
                tracing::warn!(%error, "cannot accept");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

struct Reader {
    socket: OwnedReadHalf,
    buffer: BytesMut,
}

impl Source for Reader {
    async fn receive(&mut self) -> Option<Bytes> {
        self.buffer.reserve(READ_BUFFER);
        match self.socket.read_buf(&mut self.buffer).await {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(self.buffer.split().freeze()),
        }
    }
}

struct Writer {
    socket: OwnedWriteHalf,
    buffer: BytesMut,
}

impl Sink for Writer {
    async fn send(&mut self, packets: &mut Vec<Wire>) -> io::Result<()> {
        self.buffer.clear();
        for packet in packets.drain(..) {
            self.buffer.extend_from_slice(&packet.head);
            if packet.payload.len() < COPY_MAX {
                self.buffer.extend_from_slice(&packet.payload);
            } else {
                self.socket.write_all(&self.buffer).await?;
                self.buffer.clear();
                self.socket.write_all(&packet.payload).await?;
            }
        }
        self.socket.write_all(&self.buffer).await
    }

    async fn finish(&mut self) {
        // A peer that is gone needs no end.
        let _ = self.socket.shutdown().await;
    }
}
