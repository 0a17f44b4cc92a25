//! Whole brokers over loopback TCP: one publisher, many subscribers, `midge-server` and Mosquitto in turns.
//!
//! The publisher sends at QoS 1 and never has more than [`WINDOW`] messages unacknowledged, and both brokers may queue as
//! much as they have to, so that neither drops anything. The time runs until the last subscriber has its last message
//! (and, above QoS 0, has acknowledged it).

use crate::peer::Peer;
use midge_codec::QoS;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// Turns of each broker in a scenario.
const ROUNDS: usize = 5;

/// Messages of the publisher that may be unacknowledged; Mosquitto's own limit is 20.
const WINDOW: usize = 20;

const PAYLOAD: usize = 64;

/// Subscribers, their QoS, and how many messages are published.
const SCENARIOS: [(usize, QoS, usize); 5] = [
    (1, QoS::AtMostOnce, 20_000),
    (1, QoS::AtLeastOnce, 10_000),
    (1, QoS::ExactlyOnce, 5_000),
    (50, QoS::AtMostOnce, 1_000),
    (50, QoS::AtLeastOnce, 400),
];

/// A broker that runs until it is dropped.
struct Running {
    name: &'static str,
    address: SocketAddr,
    child: Child,
}

/// Runs every scenario, or says what is missing.
pub(crate) fn run() {
    let Some(server) = env::var_os("MIDGE_SERVER").map(PathBuf::from) else {
        println!("The brokers are left out: MIDGE_SERVER does not say where midge-server is.");
        return;
    };
    let mosquitto = [
        "/usr/sbin/mosquitto",
        "/usr/bin/mosquitto",
        "/usr/local/sbin/mosquitto",
    ];
    let Some(mosquitto) = mosquitto
        .into_iter()
        .map(Path::new)
        .find(|path| path.is_file())
    else {
        println!("The brokers are left out: there is no Mosquitto.");
        return;
    };
    let brokers = [midge_server(&server), start_mosquitto(mosquitto)];
    for (subscribers, qos, messages) in SCENARIOS {
        println!(
            "From QoS 1 to {subscribers} at QoS {}, payload of {PAYLOAD} bytes, over loopback",
            qos as u8
        );
        let mut samples = [Vec::new(), Vec::new()];
        for _ in 0..ROUNDS {
            for (broker, samples) in brokers.iter().zip(&mut samples) {
                samples.push(round(broker.address, subscribers, qos, messages));
            }
        }
        let medians = samples.map(|mut samples| {
            samples.sort();
            samples[ROUNDS / 2]
        });
        let deliveries = (subscribers * messages) as f64;
        for (broker, median) in brokers.iter().zip(medians) {
            let each = median.as_secs_f64() * 1e6 / deliveries;
            let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
            println!(
                "  {:<20} {each:>9.2} µs a delivery, {ratio:>5.2} times Midge's",
                broker.name
            );
        }
    }
}

/// How long it takes until everybody has everything.
fn round(address: SocketAddr, subscribers: usize, qos: QoS, messages: usize) -> Duration {
    let receivers: Vec<Peer> = (0..subscribers)
        .map(|number| {
            let mut peer = Peer::connect(address, &format!("receiver{number}"));
            peer.subscribe("bench/topic", qos);
            peer
        })
        .collect();
    let mut publisher = Peer::connect(address, "publisher");
    let start = Instant::now();
    thread::scope(|scope| {
        for mut receiver in receivers {
            scope.spawn(move || {
                receiver.receive(messages);
                receiver.disconnect();
            });
        }
        publisher.publish("bench/topic", &[b'x'; PAYLOAD], messages, WINDOW);
    });
    let spent = start.elapsed();
    publisher.disconnect();
    spent
}

fn midge_server(program: &Path) -> Running {
    let address = free_address();
    let mut command = Command::new(program);
    command
        .args(["--tcp", &address.to_string()])
        .args(["--ws", &free_address().to_string()])
        .args(["--max-queued", "1000000"]);
    start("midge-server", address, command)
}

fn start_mosquitto(program: &Path) -> Running {
    let address = free_address();
    let config = env::temp_dir().join(format!("midge-rivals-{}.conf", address.port()));
    let text = format!(
        "listener {} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\n",
        address.port()
    );
    fs::write(&config, text).expect("the folder for temporary files can be written");
    let mut command = Command::new(program);
    command.arg("-c").arg(config);
    start("Mosquitto", address, command)
}

fn start(name: &'static str, address: SocketAddr, mut command: Command) -> Running {
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the broker starts");
    let running = Running {
        name,
        address,
        child,
    };
    let patience = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(
            patience.elapsed() < Duration::from_secs(10),
            "{name} does not listen"
        );
        thread::sleep(Duration::from_millis(20));
    }
    running
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("the listener has an address")
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
