//! Our client against brokers that others wrote, over real sockets: TCP and WebSocket.
//!
//! Each broker is asked for what it promises. What it does otherwise than the others is said by a method of
//! [`broker::Kind`], with the reason, and nowhere else.
//!
//! | broker | versions | QoS | a connection breaks | the broker starts again |
//! |---|---|---|---|---|
//! | Mosquitto | 3.1.1, 5.0 | 0, 1, 2 | nothing is lost, at QoS 2 nothing comes twice | the same |
//! | rmqtt | 3.1.1, 5.0 | 0, 1, 2 | the message that is on its way is not lost | it forgets, and the client is told |
//! | RabbitMQ 3.10 | 3.1.1 | 0, 1 | nothing is lost | the same |
//! | Aedes | 3.1.1 | 0, 1, 2 | nothing is lost | the same |
//! | amqtt | 3.1.1 | 0, 1, 2 | not asked | it forgets, and the client is told |

mod broker;
mod link;
mod rabbitmq;
mod resume;
mod rmqtt;
mod scenarios;

use broker::{Broker, Kind};
use midge_codec::QoS;

/// The brokers that are installed here.
fn kinds() -> Vec<Kind> {
    let mut kinds = vec![Kind::Mosquitto, Kind::Rmqtt, Kind::Amqtt];
    kinds.extend(crate::tools::node().map(Kind::Aedes));
    kinds.extend(crate::tools::rabbitmq().map(Kind::RabbitMq));
    kinds
}

/// Runs `play` with each of the brokers, in each version and over each transport, on a broker of its own; the test that
/// fails has said which was on.
#[expect(clippy::print_stdout, reason = "a failing test shows what was on")]
async fn with_each<F: Future<Output = ()>>(
    kinds: impl IntoIterator<Item = Kind>,
    play: impl Fn(scenarios::Stage) -> F,
) {
    for kind in kinds {
        for &version in kind.versions() {
            let broker = Broker::start(&kind).await;
            for address in broker.addresses() {
                println!("{kind:?} at {address:?}, {version}");
                let stage = scenarios::Stage {
                    kind: kind.clone(),
                    version,
                    address,
                };
                play(stage).await;
            }
        }
    }
}

/// The brokers whose sessions and retained messages can be relied on.
fn keeping() -> impl Iterator<Item = Kind> {
    kinds().into_iter().filter(Kind::keeps)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_qos_arrives_as_it_was_asked_for() {
    with_each(kinds(), scenarios::every_qos).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_qos_that_the_broker_does_not_have_is_not_taken_for_another() {
    let without = kinds()
        .into_iter()
        .filter(|kind| kind.highest() < QoS::ExactlyOnce);
    with_each(without, scenarios::qos_2_is_not_taken).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retained_messages_arrive() {
    with_each(keeping(), scenarios::retained).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_leaves_its_will_behind() {
    with_each(kinds(), scenarios::will).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_connection_breaks_at_any_packet_completes() {
    with_each(keeping(), resume::cut_at_every_packet).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_messages_in_flight_survive_a_broken_connection() {
    let kinds = keeping().filter(Kind::hands_over);
    with_each(kinds, resume::cut_with_many_in_flight).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_flight_survives_a_restart_of_the_broker() {
    for kind in keeping().filter(Kind::remembers) {
        for &version in kind.versions() {
            resume::restart_that_remembers(&kind, version).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_client_survives_a_restart_of_the_broker() {
    for kind in keeping().filter(Kind::remembers) {
        for &version in kind.versions() {
            resume::restart_while_away(&kind, version).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_that_forgets_is_told_and_gone_on_after() {
    for kind in kinds() {
        for &version in kind.versions() {
            resume::restart_that_forgets(&kind, version).await;
        }
    }
}
