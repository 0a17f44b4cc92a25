//! The native server over TCP and WebSocket, byte for byte (sections 4.2 and 6).

use futures_util::{SinkExt, StreamExt};
use midge_broker::ScramUsers;
use midge_client::{
    Authentication, Cause, Client, Command, Config, Event, Output, SubscribeRequest,
};
use midge_codec::{Message as Application, PropertiesBuf, QoS, Reason, Version};
use midge_server::{Options, Server};
use midge_session::{
    Instant,
    scram::{ITERATIONS, Keys},
};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Bytes, Error, Message, client::IntoClientRequest, http::HeaderValue},
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const CONNECT: &[u8] = b"\x10\x0F\x00\x04MQTT\x04\x02\x00\x00\x00\x03ada";
const CONNACK: &[u8] = b"\x20\x02\x00\x00";
const PINGREQ: &[u8] = b"\xC0\x00";
const PINGRESP: &[u8] = b"\xD0\x00";

async fn server() -> Server {
    let any = ([127, 0, 0, 1], 0).into();
    let options = Options {
        tcp: vec![any],
        ws: vec![any],
        ..Options::default()
    };
    Server::start(options).await.expect("a port is free")
}

/// Opens a WebSocket that offers these subprotocols; gives the one that was selected.
async fn open(server: &Server, offered: Option<&'static str>) -> Result<(Socket, String), Error> {
    let mut request = format!("ws://{}/mqtt", server.ws[0]).into_client_request()?;
    if let Some(offered) = offered {
        let value = HeaderValue::from_static(offered);
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", value);
    }
    let (socket, response) = connect_async(request).await?;
    let selected = response.headers().get("Sec-WebSocket-Protocol");
    let selected = selected
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    Ok((socket, selected.to_string()))
}

/// The bytes of the next binary frames, until there are `count`; `None` when the connection ends.
async fn receive(socket: &mut Socket, count: usize) -> Option<Vec<u8>> {
    let mut received = Vec::new();
    while received.len() < count {
        let next = timeout(Duration::from_secs(5), socket.next()).await;
        match next.expect("an answer in time")? {
            Ok(Message::Binary(bytes)) => received.extend(bytes),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(other) => panic!("only binary frames carry MQTT: {other:?}"),
        }
    }
    Some(received)
}

/// [3.1.1 MQTT-6.0.0-3] [3.1.1 MQTT-6.0.0-4] [5.0 MQTT-6.0.0-3] [5.0 MQTT-6.0.0-4]
#[tokio::test]
async fn the_subprotocol_mqtt_is_selected_and_required() {
    let server = server().await;
    for offered in ["mqtt", "other, mqtt", "mqtt, mqttv3.1"] {
        let (_, selected) = open(&server, Some(offered)).await.unwrap();
        assert_eq!(selected, "mqtt");
    }
    for offered in [None, Some("other"), Some("mqttv3.1")] {
        assert!(open(&server, offered).await.is_err(), "{offered:?}");
    }
    server.stop().await;
}

/// [3.1.1 MQTT-6.0.0-2] [5.0 MQTT-6.0.0-2]
#[tokio::test]
async fn packets_need_not_align_with_frames() {
    let server = server().await;
    let (mut socket, _) = open(&server, Some("mqtt")).await.unwrap();
    // A packet over several frames, then several packets and a half in one.
    for byte in CONNECT {
        let frame = Message::Binary(Bytes::copy_from_slice(&[*byte]));
        socket.send(frame).await.unwrap();
    }
    assert_eq!(receive(&mut socket, 4).await.unwrap(), CONNACK);
    let frame = [PINGREQ, PINGREQ, &PINGREQ[..1]].concat();
    socket.send(Message::Binary(frame.into())).await.unwrap();
    let frame = Bytes::from_static(&PINGREQ[1..]);
    socket.send(Message::Binary(frame)).await.unwrap();
    assert_eq!(receive(&mut socket, 6).await.unwrap(), PINGRESP.repeat(3));
    server.stop().await;
}

/// [3.1.1 MQTT-6.0.0-1] [5.0 MQTT-6.0.0-1]
#[tokio::test]
async fn a_text_frame_ends_the_connection() {
    let server = server().await;
    let (mut socket, _) = open(&server, Some("mqtt")).await.unwrap();
    let connect = Message::Binary(Bytes::from_static(CONNECT));
    socket.send(connect).await.unwrap();
    assert_eq!(receive(&mut socket, 4).await.unwrap(), CONNACK);
    socket.send(Message::text("\u{0}")).await.unwrap();
    assert_eq!(receive(&mut socket, 1).await, None);
    server.stop().await;
}

/// [3.1.1 MQTT-7.1.1-1] [5.0 MQTT-4.2-1]
#[tokio::test]
async fn the_server_speaks_over_tcp_in_any_chunks() {
    let server = server().await;
    let mut stream = TcpStream::connect(server.tcp[0]).await.unwrap();
    for chunk in [&CONNECT[..3], &CONNECT[3..]] {
        stream.write_all(chunk).await.unwrap();
        stream.flush().await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, CONNACK);
    stream.write_all(&PINGREQ.repeat(2)).await.unwrap();
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, *PINGRESP.repeat(2));
    stream.write_all(b"\x00\x00").await.unwrap();
    assert_eq!(stream.read(&mut answer).await.unwrap(), 0, "it is closed");
    server.stop().await;
}

/// Does what a client asks for over TCP, until `wanted` is told.
async fn drive(client: &mut Client, stream: &mut TcpStream, wanted: impl Fn(&Event) -> bool) {
    let mut buffer = [0; 1024];
    loop {
        while let Some(output) = client.poll_output() {
            match output {
                Output::Open => client.handle_open(Instant::ZERO),
                Output::Send(wire) => {
                    stream.write_all(&wire.to_bytes()).await.unwrap();
                    client.handle_sent(Instant::ZERO, wire.len());
                }
                Output::Event(event) if wanted(&event) => return,
                Output::Event(_) => {}
                // The event that follows says why.
                Output::Close => {}
            }
        }
        let next = timeout(Duration::from_secs(5), stream.read(&mut buffer)).await;
        let count = next.expect("an answer in time").unwrap();
        assert!(count > 0, "the server closed");
        client.handle_input(
            Instant::ZERO,
            bytes::Bytes::copy_from_slice(&buffer[..count]),
        );
    }
}

/// [3.1.1 MQTT-7.1.2-1] [5.0 MQTT-4.2-1]
#[tokio::test]
async fn the_client_speaks_over_tcp() {
    let server = server().await;
    for version in [Version::V311, Version::V5] {
        let mut stream = TcpStream::connect(server.tcp[0]).await.unwrap();
        let config = Config {
            version,
            ..Config::default()
        };
        let mut client = Client::new(config, 1);
        client.command(Instant::ZERO, Command::Connect).unwrap();
        let connected = |event: &Event| matches!(event, Event::Connected { .. });
        drive(&mut client, &mut stream, connected).await;
        let filters = vec![SubscribeRequest {
            filter: "a".into(),
            options: QoS::ExactlyOnce.into(),
        }];
        let properties = PropertiesBuf::new();
        let subscribe = Command::Subscribe {
            filters,
            properties,
        };
        client.command(Instant::ZERO, subscribe).unwrap();
        let subscribed = |event: &Event| matches!(event, Event::Subscribed { .. });
        drive(&mut client, &mut stream, subscribed).await;
        let message = Application::new("a", "x".repeat(5_000), QoS::ExactlyOnce, false);
        client
            .command(Instant::ZERO, Command::Publish(message.clone()))
            .unwrap();
        let received = |event: &Event| match event {
            Event::Message { message: it, .. } => it.payload == message.payload,
            _ => false,
        };
        drive(&mut client, &mut stream, received).await;
    }
    server.stop().await;
}

/// The keys are as a file has them.
#[tokio::test]
async fn the_client_and_the_server_prove_the_password_to_each_other_over_tcp() {
    let keys = Keys::derive(b"secret", b"sixteen of salt!", ITERATIONS);
    let file = format!("ada:{}\n", keys.to_text());
    let mut options = Options {
        tcp: vec![([127, 0, 0, 1], 0).into()],
        ..Options::default()
    };
    options.broker.allow_anonymous = false;
    options.broker.scram_users = ScramUsers::parse(&file).unwrap();
    let server = Server::start(options).await.expect("a port is free");
    for (password, lets_in) in [("secret", true), ("Secret", false)] {
        let mut stream = TcpStream::connect(server.tcp[0]).await.unwrap();
        let config = Config {
            authentication: Some(Authentication {
                user_name: "ada".into(),
                password: password.into(),
            }),
            reconnect: None,
            ..Config::default()
        };
        let mut client = Client::new(config, 1);
        client.command(Instant::ZERO, Command::Connect).unwrap();
        if lets_in {
            let connected = |event: &Event| matches!(event, Event::Connected { .. });
            drive(&mut client, &mut stream, connected).await;
            let again = Command::ReAuthenticate;
            client.command(Instant::ZERO, again).unwrap();
            let proved = |event: &Event| matches!(event, Event::ReAuthenticated { .. });
            drive(&mut client, &mut stream, proved).await;
        } else {
            let refused = |event: &Event| match event {
                Event::Disconnected { cause, .. } => {
                    matches!(cause, Cause::Refused { reason, .. } if *reason == Reason::NotAuthorized)
                }
                _ => false,
            };
            drive(&mut client, &mut stream, refused).await;
        }
    }
    server.stop().await;
}
