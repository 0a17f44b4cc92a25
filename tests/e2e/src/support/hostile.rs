//! A WebSocket server that accepts any MQTT client and then sends it whatever the test wants.

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;

/// A CONNACK that accepts, in both versions.
pub(crate) const CONNACK_3_1_1: &[u8] = &[0x20, 0x02, 0x00, 0x00];
pub(crate) const CONNACK_5_0: &[u8] = &[0x20, 0x03, 0x00, 0x00, 0x00];

/// Such a server, until it is dropped.
#[derive(Debug)]
pub(crate) struct Hostile {
    port: u16,
    task: JoinHandle<()>,
}

impl Hostile {
    /// Answers the first frame of every connection, its CONNECT, with these frames.
    pub(crate) async fn start(frames: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, frames.clone()));
            }
        });
        Self { port, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/mqtt", self.port)
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, frames: Vec<Vec<u8>>) {
    let accepted = tokio_tungstenite::accept_hdr_async(stream, speak_mqtt).await;
    let Ok(mut socket) = accepted else { return };
    let _connect = socket.next().await;
    for frame in frames {
        if socket.send(Message::binary(frame)).await.is_err() {
            return;
        }
    }
    // The client is the one to close; until then the connection stays.
    while let Some(Ok(_)) = socket.next().await {}
}

#[expect(
    clippy::result_large_err,
    reason = "the library says what a callback gives back"
)]
fn speak_mqtt(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let subprotocol = HeaderValue::from_static("mqtt");
    response
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", subprotocol);
    Ok(response)
}
