//! A client at work, whoever wrote it.

use super::order::{Hello, Message, Order, Told};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Starting a program on a busy machine takes seconds; nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// What has not come after this time does not come.
const SILENCE: Duration = Duration::from_millis(200);

/// What obeys the orders of a client.
pub(super) type Orders = UnboundedReceiver<Order>;
/// Where it tells what came of them.
pub(super) type Tell = UnboundedSender<Told>;

/// A client; dropping it breaks its connection without a DISCONNECT.
#[derive(Debug)]
pub(super) struct Client {
    orders: UnboundedSender<Order>,
    told: UnboundedReceiver<Told>,
    arrived: VecDeque<Message>,
    task: JoinHandle<()>,
}

impl Client {
    /// A client that a task plays.
    pub(super) fn start<F>(play: impl FnOnce(Orders, Tell) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (orders, to_obey) = unbounded_channel();
        let (tell, told) = unbounded_channel();
        Self {
            orders,
            told,
            arrived: VecDeque::new(),
            task: tokio::spawn(play(to_obey, tell)),
        }
    }

    /// Connects; whether the server had a session, where the client says so.
    pub(super) async fn connect(&mut self, hello: Hello) -> Option<bool> {
        match self.obey(Order::Connect(hello)).await {
            Told::Connected { session_present } => session_present,
            other => panic!("not connected: {other:?}"),
        }
    }

    /// Subscribes and gives the granted QoS.
    pub(super) async fn subscribe(&mut self, filter: &str, qos: u8) -> u8 {
        let filter = filter.to_owned();
        match self.obey(Order::Subscribe { filter, qos }).await {
            Told::Subscribed { granted } => granted,
            other => panic!("not subscribed: {other:?}"),
        }
    }

    pub(super) async fn publish(&mut self, message: &Message) {
        let told = self.obey(Order::Publish(message.clone())).await;
        assert_eq!(told, Told::Published, "{message:?}");
    }

    pub(super) async fn disconnect(mut self) {
        let told = self.obey(Order::Disconnect).await;
        assert_eq!(told, Told::Disconnected);
    }

    /// The next message.
    pub(super) async fn message(&mut self) -> Message {
        if let Some(message) = self.arrived.pop_front() {
            return message;
        }
        match timeout(PATIENCE, self.told.recv()).await {
            Ok(Some(Told::Message(message))) => message,
            other => panic!("no message came: {other:?}"),
        }
    }

    /// Everything that arrives until it is silent.
    pub(super) async fn messages(&mut self) -> Vec<Message> {
        let mut messages = Vec::from(core::mem::take(&mut self.arrived));
        while let Ok(told) = timeout(SILENCE, self.told.recv()).await {
            match told {
                Some(Told::Message(message)) => messages.push(message),
                other => panic!("no message: {other:?}"),
            }
        }
        messages
    }

    async fn obey(&mut self, order: Order) -> Told {
        self.orders.send(order).expect("the client still plays");
        loop {
            match timeout(PATIENCE, self.told.recv()).await {
                Ok(Some(Told::Message(message))) => self.arrived.push_back(message),
                Ok(Some(Told::Failed { why })) => panic!("the client failed:\n{why}"),
                Ok(Some(told)) => return told,
                other => panic!("the client tells nothing: {other:?}"),
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.task.abort();
    }
}
