//! MQTT over WebSocket, with or without TLS, and the built page beside it.

use crate::{
    connection::{Sink, Source, drive},
    hub::Hub,
    tcp, tls,
};
use axum::{
    Router,
    extract::{
        Request,
        ws::{Message, WebSocket, WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode, header::SEC_WEBSOCKET_PROTOCOL},
    response::{IntoResponse, Response},
};
use bytes::{Bytes, BytesMut};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use midge_codec::Wire;
use std::{io, path::Path, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::services::ServeDir;

/// The WebSocket subprotocol of MQTT [MQTT-6.0.0-3].
const SUBPROTOCOL: &str = "mqtt";

/// Received messages up to this size are copied out of the buffer they were read into, in bytes.
const COPY_MAX: usize = 32 * 1024;

/// WebSocket messages are written with about so many bytes.
const MESSAGE_TARGET: usize = 64 * 1024;

#[derive(Clone)]
struct Context {
    hub: Hub,
    tasks: TaskTracker,
    packet_limit: usize,
}

pub(crate) fn router(
    hub: Hub,
    tasks: TaskTracker,
    packet_limit: usize,
    www: Option<&Path>,
) -> Router {
    let context = Context {
        hub,
        tasks,
        packet_limit,
    };
    let page = www.map(ServeDir::new);
    let elsewhere =
        move |upgrade, headers, request| respond(context, page, upgrade, headers, request);
    Router::new().fallback(elsewhere)
}

/// A WebSocket, at whatever path: brokers differ in theirs, and clients keep the one they know. Everything
/// else is for the page.
async fn respond(
    context: Context,
    mut page: Option<ServeDir>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    match (upgrade, &mut page) {
        (Ok(upgrade), _) => open(context, &headers, upgrade),
        (Err(_), Some(page)) => match page.try_call(request).await {
            Ok(response) => response.into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        (Err(_), None) => (
            StatusCode::NOT_FOUND,
            "midge-server: MQTT over WebSocket is here, at /mqtt. To serve the page as well, start it with --www.\n",
        )
            .into_response(),
    }
}

/// Accepts until told to stop. Upgraded connections live on until the broker ends them, and idle
/// browsers are not waited for.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    patience: Duration,
    stop: CancellationToken,
) {
    tcp::accept(listener, stop.clone(), |stream, peer| {
        let (tls, router, stop) = (tls.clone(), router.clone(), stop.clone());
        tokio::spawn(async move {
            let answered = async {
                match tls {
                    None => answer(stream, router, patience).await,
                    Some(tls) => {
                        if let Some(stream) = tls::handshake(tls, stream, peer).await {
                            answer(stream, router, patience).await;
                        }
                    }
                }
            };
            tokio::select! {
                () = answered => {}
                () = stop.cancelled() => {}
            }
        });
    })
    .await;
}

/// Answers the requests of one connection, until it becomes a WebSocket. One that sends no whole request
/// head in time is closed, as is one from which no MQTT comes.
async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    patience: Duration,
) {
    let ended = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .with_upgrades()
        .await;
    if let Err(error) = ended {
        tracing::debug!(%error, "the HTTP connection ended");
    }
}

fn open(context: Context, headers: &HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if !offers_mqtt(headers) {
        return (
            StatusCode::BAD_REQUEST,
            "midge-server: the WebSocket must offer the subprotocol \"mqtt\".\n",
        )
            .into_response();
    }
    let Context {
        hub,
        tasks,
        packet_limit,
    } = context;
    upgrade
        .protocols([SUBPROTOCOL])
        .max_message_size(packet_limit.saturating_add(MESSAGE_TARGET))
        .on_upgrade(move |socket| tasks.track_future(converse(hub, socket)))
}

fn offers_mqtt(headers: &HeaderMap) -> bool {
    headers
        .get_all(SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|protocol| protocol.trim() == SUBPROTOCOL)
}

async fn converse(hub: Hub, socket: WebSocket) {
    let (sink, stream) = socket.split();
    let sink = Writer {
        socket: sink,
        buffer: BytesMut::new(),
    };
    drive(hub, Reader(stream), sink).await;
}

struct Reader(SplitStream<WebSocket>);

impl Source for Reader {
    /// A text frame ends the connection [MQTT-6.0.0-1].
    async fn receive(&mut self) -> Option<Bytes> {
        loop {
            match self.0.next().await? {
                // What is kept of a message keeps the whole buffer that it was read into.
                Ok(Message::Binary(bytes)) if bytes.len() < COPY_MAX => {
                    return Some(Bytes::copy_from_slice(&bytes));
                }
                Ok(Message::Binary(bytes)) => return Some(bytes),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(Message::Text(_) | Message::Close(_)) | Err(_) => return None,
            }
        }
    }
}

struct Writer {
    socket: SplitSink<WebSocket, Message>,
    buffer: BytesMut,
}

impl Writer {
    async fn flush_buffer(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let message = Message::Binary(self.buffer.split().freeze());
        self.socket.send(message).await.map_err(io::Error::other)
    }
}

impl Sink for Writer {
    async fn send(&mut self, packets: &mut Vec<Wire>) -> io::Result<()> {
        for packet in packets.drain(..) {
            if !self.buffer.is_empty() && self.buffer.len() + packet.len() > MESSAGE_TARGET {
                self.flush_buffer().await?;
            }
            self.buffer.extend_from_slice(&packet.head);
            self.buffer.extend_from_slice(&packet.payload);
        }
        self.flush_buffer().await
    }

    async fn finish(&mut self) {
        // A peer that is gone needs no end.
        let _ = self.socket.close().await;
    }
}
