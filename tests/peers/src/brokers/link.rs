//! A driver of our client: it owns the socket and the clock, and breaks the connection where it is told to.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use midge_client::{Client, Command, Config, Event, Output, State};
use midge_codec::{Framer, PacketType, Wire};
use midge_session::Instant;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// A program that has to start again may take a while on a busy machine; nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where a broker listens on loopback.
#[derive(Clone, Copy, Debug)]
pub(super) enum Address {
    Tcp(u16),
    /// A port and a path.
    Ws(u16, &'static str),
}

/// Where a connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// At the next packet of this type, in either direction.
    pub(super) at: PacketType,
    /// Whether the packet still arrives.
    pub(super) arrives: bool,
}

enum Order {
    Command(Command),
    CutAt(Cut),
    CutNow,
}

/// A client and its connection, driven by a task. Dropping it breaks the connection.
#[derive(Debug)]
pub(super) struct Link {
    orders: UnboundedSender<Order>,
    events: UnboundedReceiver<Event>,
    /// Events that nobody asked for yet.
    waiting: VecDeque<Event>,
    task: JoinHandle<()>,
}

impl Link {
    /// A client that connects at once.
    pub(super) async fn connect(config: Config, address: Address) -> Self {
        let (orders, to_obey) = unbounded_channel();
        let (tell, events) = unbounded_channel();
        let mut driver = Driver::new(config, address, tell);
        let mut link = Self {
            orders,
            events,
            waiting: VecDeque::new(),
            task: tokio::spawn(async move { driver.run(to_obey).await }),
        };
        link.command(Command::Connect);
        link.until("a connection", |event| {
            matches!(event, Event::Connected { .. }).then_some(())
        })
        .await;
        link
    }

    pub(super) fn command(&self, command: Command) {
        self.order(Order::Command(command));
    }

    /// Breaks the connection at a packet that comes later.
    pub(super) fn cut_at(&self, cut: Cut) {
        self.order(Order::CutAt(cut));
    }

    /// Breaks the connection.
    pub(super) fn cut(&self) {
        self.order(Order::CutNow);
    }

    /// The first event that `pick` takes, among those that nobody has taken yet.
    pub(super) async fn until<T>(
        &mut self,
        what: &str,
        mut pick: impl FnMut(&Event) -> Option<T>,
    ) -> T {
        for index in 0..self.waiting.len() {
            if let Some(picked) = pick(&self.waiting[index]) {
                self.waiting.remove(index);
                return picked;
            }
        }
        loop {
            match timeout(PATIENCE, self.events.recv()).await {
                Ok(Some(event)) => match pick(&event) {
                    Some(picked) => return picked,
                    None => self.waiting.push_back(event),
                },
                other => panic!("{what} did not come ({other:?}), but {:?}", self.waiting),
            }
        }
    }

    /// Every event until nothing has happened for this long.
    pub(super) async fn until_silent(&mut self, silence: Duration) -> Vec<Event> {
        let mut events = Vec::from(core::mem::take(&mut self.waiting));
        while let Ok(Some(event)) = timeout(silence, self.events.recv()).await {
            events.push(event);
        }
        events
    }

    fn order(&self, order: Order) {
        assert!(self.orders.send(order).is_ok(), "the driver still runs");
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Driver {
    client: Client,
    address: Address,
    tell: UnboundedSender<Event>,
    epoch: tokio::time::Instant,
    stream: Option<Stream>,
    /// Cuts what arrives into packets, so that a connection can break between two.
    arriving: Framer,
    cut: Option<Cut>,
}

impl Driver {
    fn new(config: Config, address: Address, tell: UnboundedSender<Event>) -> Self {
        Self {
            client: Client::new(config, 1),
            address,
            tell,
            epoch: tokio::time::Instant::now(),
            stream: None,
            arriving: Framer::new(u32::MAX),
            cut: None,
        }
    }

    fn now(&self) -> Instant {
        let passed = self.epoch.elapsed().as_micros();
        Instant::from_micros(passed as u64)
    }

    async fn run(&mut self, mut orders: UnboundedReceiver<Order>) {
        loop {
            self.obey().await;
            let deadline = self.client.poll_timeout().map(|deadline| {
                let after = deadline.at.since(Instant::ZERO);
                self.epoch + after
            });
            tokio::select! {
                // What was ordered before a packet is done before the packet is seen.
                biased;
                order = orders.recv() => match order {
                    None => return,
                    Some(Order::CutAt(cut)) => self.cut = Some(cut),
                    Some(Order::CutNow) => self.lose(),
                    Some(Order::Command(command)) => {
                        let done = self.client.command(self.now(), command);
                        done.expect("a command that can be done");
                    }
                },
                bytes = read(&mut self.stream) => match bytes {
                    Some(bytes) => self.receive(bytes),
                    None => self.lose(),
                },
                () = sleep_to(deadline) => self.client.handle_timeout(self.now()),
            }
        }
    }

    async fn obey(&mut self) {
        while let Some(output) = self.client.poll_output() {
            match output {
                Output::Open => {
                    self.arriving = Framer::new(u32::MAX);
                    self.stream = Stream::open(self.address).await;
                    match self.stream {
                        Some(_) => self.client.handle_open(self.now()),
                        None => self.client.handle_close(self.now()),
                    }
                }
                Output::Send(wire) => self.send(&wire).await,
                Output::Close => self.stream = None,
                // Nobody listens any more when the link was dropped.
                Output::Event(event) => drop(self.tell.send(event)),
            }
        }
    }

    async fn send(&mut self, wire: &Wire) {
        let Some(stream) = &mut self.stream else {
            return;
        };
        let bytes = wire.to_bytes();
        let cut = take_cut(&mut self.cut, &bytes);
        let is_lost = cut.is_some_and(|cut| !cut.arrives);
        if !is_lost {
            // A peer that is gone is noticed when it is read from.
            let _ = stream.send(bytes.clone()).await;
        }
        self.client.handle_sent(self.now(), bytes.len());
        if cut.is_some() {
            self.lose();
        }
    }

    fn receive(&mut self, bytes: Bytes) {
        self.arriving.push(bytes);
        while let Ok(Some(frame)) = self.arriving.next_frame() {
            let cut = take_cut(&mut self.cut, &frame);
            if cut.is_none_or(|cut| cut.arrives) {
                self.client.handle_input(self.now(), frame);
            }
            if cut.is_some() {
                self.lose();
                return;
            }
        }
    }

    /// The connection is gone, without a word to the broker.
    fn lose(&mut self) {
        self.stream = None;
        if self.client.state() != State::Idle {
            self.client.handle_close(self.now());
        }
    }
}

/// The cut that is due at this packet.
fn take_cut(cut: &mut Option<Cut>, packet: &[u8]) -> Option<Cut> {
    let at = cut.as_ref()?.at as u8;
    if packet.first().is_some_and(|first| first >> 4 == at) {
        cut.take()
    } else {
        None
    }
}

async fn sleep_to(deadline: Option<tokio::time::Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// What arrives; `None` when the stream ends, and nothing at all without one.
async fn read(stream: &mut Option<Stream>) -> Option<Bytes> {
    match stream {
        Some(stream) => stream.read().await,
        None => std::future::pending().await,
    }
}

enum Stream {
    Tcp(TcpStream),
    Ws(Box<WebSocketStream<TcpStream>>),
}

impl Stream {
    async fn open(address: Address) -> Option<Self> {
        let (Address::Tcp(port) | Address::Ws(port, _)) = address;
        let stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let Address::Ws(_, path) = address else {
            return Some(Self::Tcp(stream));
        };
        let url = format!("ws://127.0.0.1:{port}{path}");
        let mut request = url.into_client_request().expect("a legal URL");
        let protocol = "mqtt".parse().expect("a legal header");
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", protocol);
        let (socket, _) = tokio_tungstenite::client_async(request, stream)
            .await
            .ok()?;
        Some(Self::Ws(Box::new(socket)))
    }

    async fn send(&mut self, bytes: Bytes) -> Result<(), ()> {
        match self {
            Self::Tcp(stream) => stream.write_all(&bytes).await.map_err(drop),
            Self::Ws(socket) => socket.send(Message::Binary(bytes)).await.map_err(drop),
        }
    }

    async fn read(&mut self) -> Option<Bytes> {
        match self {
            Self::Tcp(stream) => {
                let mut buffer = vec![0; 4096];
                let count = stream.read(&mut buffer).await.ok()?;
                buffer.truncate(count);
                (count > 0).then(|| buffer.into())
            }
            Self::Ws(socket) => loop {
                match socket.next().await? {
                    Ok(Message::Binary(bytes)) => return Some(bytes),
                    Ok(Message::Close(_)) | Err(_) => return None,
                    Ok(_) => {}
                }
            },
        }
    }
}
