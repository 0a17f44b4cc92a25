//! TLS and WebSocket over TLS, and what a wrong certificate says.

use futures_util::{SinkExt, StreamExt};
use midge_codec::{Packet, Version, Wire};
use midge_server::{Options, Server};
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName},
    },
};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

const PATIENCE: Duration = Duration::from_secs(20);

struct Place {
    folder: TempDir,
    root: CertificateDer<'static>,
}

impl Place {
    /// A certificate for `localhost` in files.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed([String::from("localhost")]).unwrap();
        std::fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
        std::fs::write(
            folder.path().join("key.pem"),
            made.signing_key.serialize_pem(),
        )
        .unwrap();
        let root = made.cert.der().clone();
        Self { folder, root }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn options(&self) -> Options {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Options {
            tls: vec![any],
            wss: vec![any],
            certificate: Some((self.file("cert.pem"), self.file("key.pem"))),
            ..Options::default()
        }
    }

    async fn reach(&self, address: SocketAddr) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(self.root.clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        connector.connect(name, stream).await.unwrap()
    }
}

fn connect() -> Vec<u8> {
    let hello = Packet::Connect(crate::support::hello("ada"));
    Wire::encode(&hello, Version::V5).unwrap().to_bytes().into()
}

/// The first byte of CONNACK and its reason code.
fn is_accepted(connack: &[u8]) -> bool {
    connack[0] == 0x20 && connack[3] == 0
}

#[tokio::test]
async fn mqtt_is_spoken_over_tls() {
    let place = Place::new();
    let server = Server::start(place.options()).await.unwrap();
    let mut stream = place.reach(server.tls[0]).await;
    stream.write_all(&connect()).await.unwrap();
    let mut connack = [0; 5];
    let read = timeout(PATIENCE, stream.read_exact(&mut connack)).await;
    read.unwrap().unwrap();
    assert!(is_accepted(&connack), "{connack:?}");
    server.stop().await;
}

#[tokio::test]
async fn mqtt_is_spoken_over_websocket_over_tls_while_another_peer_dawdles() {
    let place = Place::new();
    let server = Server::start(place.options()).await.unwrap();
    let _dawdler = TcpStream::connect(server.wss[0]).await.unwrap();
    let stream = place.reach(server.wss[0]).await;
    let mut request = "wss://localhost/mqtt".into_client_request().unwrap();
    let protocol = "mqtt".parse().unwrap();
    request
        .headers_mut()
        .insert("Sec-WebSocket-Protocol", protocol);
    let (mut socket, response) = tokio_tungstenite::client_async(request, stream)
        .await
        .unwrap();
    assert_eq!(response.headers()["Sec-WebSocket-Protocol"], "mqtt");
    socket.send(Message::binary(connect())).await.unwrap();
    let answer = timeout(PATIENCE, socket.next()).await.unwrap();
    let Some(Ok(Message::Binary(connack))) = answer else {
        panic!("{answer:?}");
    };
    assert!(is_accepted(&connack), "{connack:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_websocket_is_taken_at_any_path_and_everything_else_there_is_the_page() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "the page").unwrap();
    for www in [None, Some(folder.path().to_owned())] {
        let options = Options {
            ws: vec![SocketAddr::from(([127, 0, 0, 1], 0))],
            www: www.clone(),
            ..Options::default()
        };
        let server = Server::start(options).await.unwrap();
        let address = server.ws[0];
        for path in ["/", "/mqtt", "/ws", "/a/b"] {
            let request = format!("ws://{address}{path}").into_client_request();
            let mut request = request.unwrap();
            let protocol = "mqtt".parse().unwrap();
            request
                .headers_mut()
                .insert("Sec-WebSocket-Protocol", protocol);
            let opened = tokio_tungstenite::connect_async(request).await;
            let (mut socket, _) = opened.unwrap();
            socket.send(Message::binary(connect())).await.unwrap();
            let answer = timeout(PATIENCE, socket.next()).await.unwrap();
            let Some(Ok(Message::Binary(connack))) = answer else {
                panic!("{path}: {answer:?}");
            };
            assert!(is_accepted(&connack), "{path}: {connack:?}");
        }
        let mut stream = TcpStream::connect(address).await.unwrap();
        let get = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(get).await.unwrap();
        let mut page = String::new();
        let read = timeout(PATIENCE, stream.read_to_string(&mut page)).await;
        read.unwrap().unwrap();
        assert_eq!(page.ends_with("the page"), www.is_some(), "{page}");
        server.stop().await;
    }
}

#[tokio::test]
async fn files_without_certificate_or_key_are_named() {
    let place = Place::new();
    std::fs::write(place.file("empty.pem"), "").unwrap();
    for (certificate, key, name) in [
        ("missing.pem", "key.pem", "missing.pem"),
        ("empty.pem", "key.pem", "empty.pem"),
        ("cert.pem", "empty.pem", "empty.pem"),
    ] {
        let options = Options {
            certificate: Some((place.file(certificate), place.file(key))),
            ..place.options()
        };
        let error = Server::start(options).await.unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}
