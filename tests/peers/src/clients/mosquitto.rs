//! `mosquitto_sub` and `mosquitto_pub` as one client: the first holds the connection, the second publishes.

use super::client::{Orders, Tell};
use super::order::{Hello, Message, Order, Told};
use crate::process::Process;
use std::process::Stdio;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Before a line that is a message; the others are about packets.
const MARK: &str = "arrived ";

/// Starts the programs as they are needed.
pub(super) async fn play(mut orders: Orders, tell: Tell) {
    let mut hello = None;
    let mut listener: Option<Process> = None;
    let mut seen = 0;
    let say = |told| {
        // Nobody listens any more when the client was dropped.
        let _ = tell.send(told);
    };
    loop {
        let order = tokio::select! {
            order = orders.recv() => order,
            message = next_message(listener.as_ref(), &mut seen) => {
                say(Told::Message(message));
                continue;
            }
        };
        match order {
            None => return,
            Some(Order::Connect(how)) => {
                hello = Some(how);
                say(Told::Connected {
                    session_present: None,
                });
            }
            Some(Order::Subscribe { filter, qos }) => {
                let hello = hello.as_ref().expect("connected before");
                let process = Process::start(&mut subscriber(hello, &filter, qos));
                let line = process.line_with("Subscribed").await;
                let granted = line.rsplit(' ').next().and_then(|word| word.parse().ok());
                seen = 0;
                listener = Some(process);
                say(Told::Subscribed {
                    granted: granted.expect("the line ends in the granted QoS"),
                });
            }
            Some(Order::Publish(message)) => {
                let hello = hello.as_ref().expect("connected before");
                say(publish(hello, &message).await);
            }
            Some(Order::Disconnect) => {
                if let Some(process) = &mut listener {
                    process.interrupt().await;
                }
                say(Told::Disconnected);
            }
        }
    }
}

/// Waits for a line that is a message; for ever without a listener.
async fn next_message(listener: Option<&Process>, seen: &mut usize) -> Message {
    let Some(process) = listener else {
        return std::future::pending().await;
    };
    loop {
        let lines = process.lines();
        while let Some(line) = lines.get(*seen) {
            *seen += 1;
            if let Some(words) = line.strip_prefix(MARK) {
                return message(words);
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

/// A line `topic qos retain payload-in-hex`.
fn message(words: &str) -> Message {
    let words: Vec<&str> = words.split(' ').collect();
    let [topic, qos, retain, payload] = words[..] else {
        panic!("four words a message: {words:?}");
    };
    Message {
        topic: topic.to_owned(),
        payload: payload.to_owned(),
        qos: qos.parse().expect("a number"),
        retain: retain == "1",
    }
}

fn subscriber(hello: &Hello, filter: &str, qos: u8) -> Command {
    // It would keep its lines to itself until there are many.
    let mut command = Command::new("stdbuf");
    command.args(["-oL", "mosquitto_sub", "-d"]);
    address(&mut command, hello);
    command.args(["-i", &hello.client_id, "-t", filter, "-q", &qos.to_string()]);
    command.args(["-F", &format!("{MARK}%t %q %r %x")]);
    if !hello.clean {
        command.arg("-c");
        if hello.version == "5.0" {
            command.args(["-x", "3600"]);
        }
    }
    if let Some(will) = &hello.will {
        let payload = String::from_utf8(will.bytes()).expect("a will of text");
        command.args(["--will-topic", &will.topic, "--will-payload", &payload]);
        command.args(["--will-qos", &will.qos.to_string()]);
        if will.retain {
            command.arg("--will-retain");
        }
    }
    command
}

async fn publish(hello: &Hello, message: &Message) -> Told {
    let mut command = Command::new("mosquitto_pub");
    address(&mut command, hello);
    command.args(["-t", &message.topic, "-q", &message.qos.to_string()]);
    if message.retain {
        command.arg("-r");
    }
    // It takes an empty standard input for a mistake.
    command.arg(if message.payload.is_empty() {
        "-n"
    } else {
        "-s"
    });
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("mosquitto_pub starts");
    let mut input = child.stdin.take().expect("piped");
    input.write_all(&message.bytes()).await.expect("it reads");
    drop(input);
    let output = child.wait_with_output().await.expect("it ends");
    match output.status.success() {
        true => Told::Published,
        false => Told::Failed {
            why: String::from_utf8_lossy(&output.stderr).into_owned(),
        },
    }
}

fn address(command: &mut Command, hello: &Hello) {
    let version = match hello.version {
        "5.0" => "mqttv5",
        _ => "mqttv311",
    };
    command.args([
        "-h",
        "127.0.0.1",
        "-p",
        &hello.port.to_string(),
        "-V",
        version,
    ]);
}
