//! rumqttc, obeying orders. It has a module a version, with the same words in both.

use super::client::{Orders, Tell};
use super::order::{Hello, Message, Order, Told};
use rumqttc::Transport;
use std::time::Duration;

const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// Its own limit is lower than what a scenario sends.
const PACKET_MAX: u32 = 1024 * 1024;

/// Waits for the first order, which tells the version.
pub(super) async fn play(mut orders: Orders, tell: Tell) {
    if let Some(Order::Connect(hello)) = orders.recv().await {
        match hello.version {
            "5.0" => v5(&hello, orders, tell).await,
            _ => v4(&hello, orders, tell).await,
        }
    }
}

/// A function that plays the client of a version.
macro_rules! player {
    ($name:ident, $root:path, $packets:path, $qos:path, $options:expr, $topic:expr) => {
        async fn $name(hello: &Hello, mut orders: Orders, tell: Tell) {
            use packets::{Packet, SubscribeReasonCode};
            use root::{AsyncClient, Event};
            use $packets as packets;
            use $qos as QoS;
            use $root as root;

            let level = |qos: u8| match qos {
                0 => QoS::AtMostOnce,
                1 => QoS::AtLeastOnce,
                _ => QoS::ExactlyOnce,
            };
            let topic = $topic;
            let (client, mut events) = AsyncClient::new($options(hello), 10);
            // Of a message at QoS 0 nothing comes back: it is published once it is sent.
            let mut unanswered = false;
            // Once DISCONNECT is written, the server closes.
            let mut leaving = false;
            loop {
                let event = tokio::select! {
                    event = events.poll() => event,
                    order = orders.recv() => {
                        match order {
                            None => return,
                            Some(Order::Connect(_)) => unreachable!("it connects once"),
                            Some(Order::Subscribe { filter, qos }) => {
                                client.subscribe(filter, level(qos)).await.unwrap();
                            }
                            Some(Order::Publish(it)) => {
                                unanswered = it.qos == 0;
                                let (level, payload) = (level(it.qos), it.bytes());
                                client.publish(it.topic, level, it.retain, payload).await.unwrap();
                            }
                            Some(Order::Disconnect) => client.disconnect().await.unwrap(),
                        }
                        continue;
                    }
                };
                let told = match event {
                    Ok(Event::Incoming(Packet::ConnAck(ack))) => Told::Connected {
                        session_present: Some(ack.session_present),
                    },
                    Ok(Event::Incoming(Packet::SubAck(ack))) => match ack.return_codes[..] {
                        [SubscribeReasonCode::Success(qos)] => {
                            Told::Subscribed { granted: qos as u8 }
                        }
                        _ => Told::Failed {
                            why: format!("{ack:?}"),
                        },
                    },
                    Ok(Event::Incoming(Packet::PubAck(_) | Packet::PubComp(_))) => Told::Published,
                    Ok(Event::Incoming(Packet::Publish(publish))) => Told::Message(Message::new(
                        &topic(&publish.topic),
                        &publish.payload,
                        publish.qos as u8,
                        publish.retain,
                    )),
                    Ok(Event::Outgoing(rumqttc::Outgoing::Publish(_))) if unanswered => {
                        Told::Published
                    }
                    Ok(Event::Outgoing(rumqttc::Outgoing::Disconnect)) => {
                        leaving = true;
                        continue;
                    }
                    Ok(_) => continue,
                    Err(_) if leaving => Told::Disconnected,
                    Err(error) => Told::Failed {
                        why: error.to_string(),
                    },
                };
                let last = matches!(told, Told::Failed { .. } | Told::Disconnected);
                // Nobody listens any more when the client was dropped.
                if tell.send(told).is_err() || last {
                    return;
                }
            }
        }
    };
}

player!(
    v4,
    rumqttc,
    rumqttc,
    rumqttc::QoS,
    options_v4,
    String::clone
);
player!(
    v5,
    rumqttc::v5,
    rumqttc::v5::mqttbytes::v5,
    rumqttc::v5::mqttbytes::QoS,
    options_v5,
    |topic: &bytes::Bytes| String::from_utf8_lossy(topic).into_owned()
);

fn transport(hello: &Hello) -> (String, Transport) {
    match hello.transport {
        "ws" => (
            format!("ws://127.0.0.1:{}/mqtt", hello.port),
            Transport::ws(),
        ),
        _ => ("127.0.0.1".to_owned(), Transport::tcp()),
    }
}

fn options_v4(hello: &Hello) -> rumqttc::MqttOptions {
    let (host, transport) = transport(hello);
    let mut options = rumqttc::MqttOptions::new(&hello.client_id, host, hello.port);
    options
        .set_transport(transport)
        .set_keep_alive(KEEP_ALIVE)
        .set_clean_session(hello.clean)
        .set_max_packet_size(PACKET_MAX as usize, PACKET_MAX as usize);
    if let Some(will) = &hello.will {
        let qos = rumqttc::qos(will.qos).unwrap();
        let will = rumqttc::LastWill::new(&will.topic, will.bytes(), qos, will.retain);
        options.set_last_will(will);
    }
    options
}

fn options_v5(hello: &Hello) -> rumqttc::v5::MqttOptions {
    use rumqttc::v5::mqttbytes::{self, v5::LastWill};
    let (host, transport) = transport(hello);
    let mut options = rumqttc::v5::MqttOptions::new(&hello.client_id, host, hello.port);
    options
        .set_transport(transport)
        .set_keep_alive(KEEP_ALIVE)
        .set_clean_start(hello.clean)
        .set_max_packet_size(Some(PACKET_MAX))
        .set_session_expiry_interval(Some(if hello.clean { 0 } else { 3_600 }));
    if let Some(will) = &hello.will {
        let qos = mqttbytes::qos(will.qos).unwrap();
        let will = LastWill::new(&will.topic, will.bytes(), qos, will.retain, None);
        options.set_last_will(will);
    }
    options
}
