//! A client that is a program: it reads orders and writes what came of them, a line each.

use super::client::{Orders, Tell};
use super::order::Told;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

/// Runs the program as long as there are orders; it is killed when this future is dropped.
pub(super) async fn play(mut command: Command, mut orders: Orders, tell: Tell) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    let mut input = child.stdin.take().expect("piped");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    loop {
        tokio::select! {
            order = orders.recv() => {
                let Some(order) = order else { return };
                let line = serde_json::to_string(&order).expect("an order is plain data");
                // A program that has ended is noticed below.
                let _ = input.write_all(format!("{line}\n").as_bytes()).await;
            }
            line = lines.next_line() => {
                let told = match line {
                    Ok(Some(line)) => read(&line),
                    _ => Told::Failed { why: last_words(&mut child).await },
                };
                let failed = matches!(told, Told::Failed { .. });
                // Nobody listens any more when the client was dropped.
                if tell.send(told).is_err() || failed {
                    return;
                }
            }
        }
    }
}

fn read(line: &str) -> Told {
    serde_json::from_str(line).unwrap_or_else(|error| Told::Failed {
        why: format!("{error}: {line}"),
    })
}

async fn last_words(child: &mut Child) -> String {
    let mut words = String::new();
    if let Some(mut errors) = child.stderr.take() {
        // What cannot be read is not worth a second failure.
        let _ = errors.read_to_string(&mut words).await;
    }
    words
}
