//! rmqtt, a library, in threads of the test's own program.

use crate::free_port;
use async_trait::async_trait;
use rmqtt::Result;
use rmqtt::context::ServerContext;
use rmqtt::net::Builder;
use rmqtt::retain::{DefaultRetainStorage, RetainStorage};
use rmqtt::server::MqttServer;
use rmqtt::types::{Retain, TopicFilter, TopicName};
use std::time::Duration;
use tokio::runtime::Runtime;

/// Long enough for every task to come to a place where it can end.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running broker; dropping it ends it.
#[derive(Debug)]
pub(super) struct Rmqtt {
    pub(super) tcp: u16,
    pub(super) ws: u16,
    /// Its threads, with everything that it does and holds.
    runtime: Option<Runtime>,
}

impl Rmqtt {
    pub(super) async fn start() -> Self {
        let (tcp, ws) = (free_port(), free_port());
        Self {
            tcp,
            ws,
            runtime: Some(run(tcp, ws).await),
        }
    }

    /// Ends it and starts another on the same ports.
    pub(super) async fn restart_anew(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            let ended = tokio::task::spawn_blocking(|| runtime.shutdown_timeout(PATIENCE));
            ended.await.expect("it ends without a panic");
        }
        self.runtime = Some(run(self.tcp, self.ws).await);
    }
}

impl Drop for Rmqtt {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn run(tcp: u16, ws: u16) -> Runtime {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads can be had");
    let serving = runtime.spawn(async move { server(tcp, ws).await.map(MqttServer::start) });
    serving
        .await
        .expect("it starts without a panic")
        .expect("the ports are free");
    runtime
}

async fn server(tcp: u16, ws: u16) -> Result<MqttServer> {
    let context = ServerContext::new().build().await;
    *context.extends.retain_mut().await = Box::new(Retained(DefaultRetainStorage::new()));
    let listener = |port: u16| {
        Builder::new()
            .laddr(([127, 0, 0, 1], port).into())
            .reuseaddr(Some(true))
            // Else it gives every message the property that it expires in five minutes.
            .message_expiry_interval(Duration::ZERO)
            .bind()
    };
    Ok(MqttServer::new(context)
        .listener(listener(tcp)?.tcp()?)
        .listener(listener(ws)?.ws()?)
        .build())
}

/// Its own store of retained messages, which it leaves to who embeds it to switch on.
struct Retained(DefaultRetainStorage);

#[async_trait]
impl RetainStorage for Retained {
    fn enable(&self) -> bool {
        true
    }

    async fn set(&self, topic: &TopicName, retain: Retain, expiry: Option<Duration>) -> Result<()> {
        // What does not expire is of no duration elsewhere, and would be gone at once here.
        let expiry = expiry.filter(|it| !it.is_zero());
        self.0.set_with_timeout(topic, retain, expiry).await
    }

    async fn get(&self, filter: &TopicFilter) -> Result<Vec<(TopicName, Retain)>> {
        self.0.get_message(filter).await
    }

    async fn count(&self) -> isize {
        self.0.count().await
    }

    async fn max(&self) -> isize {
        self.0.max().await
    }
}
