//! MQTT over TCP, with or without TLS.

use crate::{
    connection::{Sink, Source, drive},
    hub::Hub,
    tls,
};
use bytes::{Bytes, BytesMut};
use midge_codec::Wire;
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const READ_BUFFER: usize = 16 * 1024;

/// Payloads from here on are written as they are instead of being copied beside their heads.
const COPY_MAX: usize = 4 * 1024;

/// Accepts until told to stop, and moves packets.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    hub: Hub,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    accept(listener, stop, |stream, peer| {
        let (tls, hub) = (tls.clone(), hub.clone());
        tasks.spawn(async move {
            match tls {
                None => {
                    let (read, write) = stream.into_split();
                    drive(hub, Reader::new(read), Writer::new(write)).await;
                }
                Some(tls) => {
                    if let Some(stream) = tls::handshake(tls, stream, peer).await {
                        let (read, write) = tokio::io::split(stream);
                        drive(hub, Reader::new(read), Writer::new(write)).await;
                    }
                }
            }
        });
    })
    .await;
}

/// Accepts until told to stop, and hands on.
pub(crate) async fn accept(
    listener: TcpListener,
    stop: CancellationToken,
    mut take: impl FnMut(TcpStream, SocketAddr),
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
                take(stream, peer);
            }
            Err(error) => {
                // Out of file descriptors, say: others may close, so accepting goes on.
                tracing::warn!(%error, "cannot accept");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

struct Reader<R> {
    socket: R,
    buffer: BytesMut,
}

impl<R> Reader<R> {
    fn new(socket: R) -> Self {
        let buffer = BytesMut::new();
        Self { socket, buffer }
    }
}

impl<R: AsyncRead + Unpin + Send + 'static> Source for Reader<R> {
    async fn receive(&mut self) -> Option<Bytes> {
        self.buffer.reserve(READ_BUFFER);
        match self.socket.read_buf(&mut self.buffer).await {
            Ok(0) | Err(_) => None,
            // A chunk is kept as long as anything that came in it, so that a small one is copied out.
            Ok(count) if count < READ_BUFFER / 4 => {
                let bytes = Bytes::copy_from_slice(&self.buffer);
                self.buffer.clear();
                Some(bytes)
            }
            Ok(_) => Some(self.buffer.split().freeze()),
        }
    }
}

struct Writer<W> {
    socket: W,
    buffer: BytesMut,
}

impl<W> Writer<W> {
    fn new(socket: W) -> Self {
        let buffer = BytesMut::new();
        Self { socket, buffer }
    }
}

impl<W: AsyncWrite + Unpin + Send + 'static> Sink for Writer<W> {
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
        self.socket.write_all(&self.buffer).await?;
        // What TLS has not encrypted yet would wait for the next packet.
        self.socket.flush().await
    }

    async fn finish(&mut self) {
        // A peer that is gone needs no end.
        let _ = self.socket.shutdown().await;
    }
}
