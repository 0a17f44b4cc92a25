//! Wireshark's own decoder on our captures, and its captures of a real broker. Skipped, and said so,
//! where the programs are not installed; under `cargo xtask test`, which installs them, they have to run.

use super::{both_versions, capture, read};
use crate::{Record, Toward};
use midge_codec::{Packet, PacketId, QoS};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("midge-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program that is ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    command
}

#[allow(clippy::print_stdout)]
fn is_missing(name: &str) -> bool {
    let found = program(name)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let missing = found.is_err();
    if missing {
        assert!(!is_required(name), "{name} is not on PATH");
        println!("SKIPPED: {name} is not installed");
    }
    missing
}

/// Whether `cargo xtask test` made sure of this tool.
fn is_required(tool: &str) -> bool {
    let tools = std::env::var("MIDGE_TOOLS").unwrap_or_default();
    tools.split(' ').any(|required| required == tool)
}

/// What tshark says of a file, a line a frame.
fn dissect(file: &Path, arguments: &[&str]) -> String {
    let output = program("tshark")
        .args(["-n", "-r"])
        .arg(file)
        .args([
            "-o",
            "tcp.check_checksum:TRUE",
            "-o",
            "ip.check_checksum:TRUE",
        ])
        .args(arguments)
        .output()
        .expect("tshark runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The fields of a packet as tshark prints them: type, QoS, DUP, RETAIN, identifiers, topics.
fn expected(record: &Record) -> Vec<String> {
    let packet = record.packet().expect("a legal packet");
    let text = |number: Option<u16>| number.map(|number| number.to_string()).unwrap_or_default();
    let bit = |flag: bool| u8::from(flag).to_string();
    let mut fields = vec![(packet.packet_type() as u8).to_string()];
    match packet {
        Packet::Publish(publish) => fields.extend([
            (publish.delivery.qos() as u8).to_string(),
            bit(publish.delivery.dup()),
            bit(publish.retain),
        ]),
        _ => fields.extend([String::new(), String::new(), String::new()]),
    }
    fields.push(text(packet.packet_id().map(PacketId::get)));
    let topics: Vec<&str> = match packet {
        Packet::Publish(publish) => vec![publish.topic],
        Packet::Subscribe(subscribe) => {
            subscribe.filters.iter().map(|entry| entry.filter).collect()
        }
        Packet::Unsubscribe(unsubscribe) => unsubscribe.filters.iter().collect(),
        _ => Vec::new(),
    };
    fields.push(topics.join(","));
    fields
}

/// Text that tshark prints as it is.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[test]
fn tshark_decodes_every_packet_of_all_types_and_says_the_same() {
    if is_missing("tshark") {
        return;
    }
    let log = both_versions(600);
    let folder = Folder::new("tshark");
    let file = folder.file("ours.pcapng");
    std::fs::write(&file, capture(&log)).unwrap();

    let complaints = dissect(
        &file,
        &[
            "-Y",
            "_ws.malformed or tcp.analysis.flags or tcp.checksum.status == 0 or ip.checksum.status == 0",
        ],
    );
    assert_eq!(complaints, "", "malformed, or TCP that is not right");

    let fields = [
        "mqtt.msgtype",
        "mqtt.qos",
        "mqtt.dupflag",
        "mqtt.retain",
        "mqtt.msgid",
        "mqtt.topic",
    ];
    let mut arguments = vec!["-Y", "mqtt", "-T", "fields", "-E", "separator=/t"];
    arguments.extend(fields.iter().flat_map(|field| ["-e", *field]));
    let lines = dissect(&file, &arguments);
    let records: Vec<Record> = log.iter_from(0).collect();
    assert_eq!(lines.lines().count(), records.len());
    let mut kinds = std::collections::BTreeSet::new();
    for (line, record) in lines.lines().zip(&records) {
        let found: Vec<&str> = line.split('\t').collect();
        let expected = expected(record);
        kinds.insert((record.version, record.packet_type()));
        // tshark shows the topic twice where it tells what the alias stands for.
        let comparable = if is_plain(&expected[5]) && found[5].split(',').count() == 1 {
            6
        } else {
            5
        };
        assert_eq!(found[..comparable], expected[..comparable], "{record:?}");
    }
    // All fifteen in 5.0, and all but AUTH in 3.1.1.
    assert_eq!(kinds.len(), 29);
}

#[test]
fn every_name_that_the_byte_view_shows_is_one_of_wiresharks() {
    if is_missing("tshark") {
        return;
    }
    let output = program("tshark").args(["-G", "fields"]).output();
    let output = output.expect("tshark runs").stdout;
    let listed = String::from_utf8_lossy(&output);
    let names: std::collections::BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.split('\t').nth(2))
        .filter(|name| name.starts_with("mqtt."))
        .collect();
    let mut shown = std::collections::BTreeSet::new();
    for record in both_versions(3_000).iter_from(0) {
        let explanation = midge_codec::explain(&record.frame, record.version);
        let spans = 0..explanation.spans.len();
        shown.extend(spans.filter_map(|span| explanation.wireshark(span, record.version)));
    }
    assert!(shown.len() > 50, "{shown:?}");
    let unknown: Vec<_> = shown.difference(&names).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn a_capture_of_a_real_broker_is_imported() {
    if ["tshark", "mosquitto", "mosquitto_pub", "mosquitto_sub"]
        .into_iter()
        .any(is_missing)
    {
        return;
    }
    let folder = Folder::new("mosquitto");
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let settings = folder.file("mosquitto.conf");
    std::fs::write(
        &settings,
        format!("listener {port} 127.0.0.1\nallow_anonymous true\n"),
    )
    .unwrap();
    let broker = program("mosquitto")
        .arg("-c")
        .arg(&settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("mosquitto starts");
    let _broker = Running(broker);
    wait_for(|| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());

    for (format, version) in [("pcapng", "5"), ("pcap", "311")] {
        let file = folder.file(&format!("real.{format}"));
        let Some(mut capturing) = start_capture(&file, format, port) else {
            return;
        };
        let port = port.to_string();
        let subscriber = program("mosquitto_sub")
            .args([
                "-p", &port, "-V", version, "-i", "reader", "-t", "home/#", "-q", "2", "-C", "3",
                "-W", "20",
            ])
            .stdout(Stdio::null())
            .spawn()
            .expect("mosquitto_sub starts");
        let mut subscriber = Running(subscriber);
        std::thread::sleep(Duration::from_millis(700));
        let large = "x".repeat(50_000);
        for (qos, payload) in [("0", "zero"), ("1", "one"), ("2", large.as_str())] {
            let status = program("mosquitto_pub")
                .args([
                    "-p",
                    &port,
                    "-V",
                    version,
                    "-i",
                    "writer",
                    "-t",
                    "home/temp",
                    "-q",
                    qos,
                    "-m",
                    payload,
                ])
                .status()
                .expect("mosquitto_pub runs");
            assert!(status.success());
        }
        assert!(subscriber.0.wait().unwrap().success());
        std::thread::sleep(Duration::from_millis(700));
        let interrupted = program("kill")
            .args(["-INT", &capturing.0.id().to_string()])
            .status();
        assert!(interrupted.unwrap().success());
        capturing.0.wait().unwrap();
        check_real(&std::fs::read(&file).unwrap(), &large);
    }
}

fn check_real(bytes: &[u8], large: &str) {
    let imported = read(bytes);
    assert!(
        imported
            .log
            .iter_from(0)
            .all(|record| record.fault.is_none())
    );
    assert!(
        imported
            .hops
            .iter()
            .all(|hop| !hop.without_connect && !hop.has_gap)
    );
    let mut clients: Vec<&str> = imported.hops.iter().map(|hop| &*hop.client).collect();
    clients.sort_unstable();
    assert_eq!(clients, ["reader", "writer", "writer", "writer"]);
    for toward in [Toward::Broker, Toward::Client] {
        let seen: Vec<(QoS, Vec<u8>)> = imported
            .log
            .iter_from(0)
            .filter(|record| record.toward == toward)
            .filter_map(|record| match record.packet()? {
                Packet::Publish(publish) if publish.topic == "home/temp" => {
                    Some((publish.delivery.qos(), publish.payload.to_vec()))
                }
                _ => None,
            })
            .collect();
        let expected = [
            (QoS::AtMostOnce, b"zero".to_vec()),
            (QoS::AtLeastOnce, b"one".to_vec()),
            (QoS::ExactlyOnce, large.as_bytes().to_vec()),
        ];
        assert!(seen == expected, "{toward:?}: {} messages", seen.len());
    }
}

/// A capture of the loopback interface that has begun; `None` where that is not permitted.
#[allow(clippy::print_stdout)]
fn start_capture(file: &Path, format: &str, port: u16) -> Option<Running> {
    let mut child = program("tshark")
        .args([
            "-n",
            "-i",
            "lo",
            "-F",
            format,
            "-f",
            &format!("tcp port {port}"),
            "-w",
        ])
        .arg(file)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tshark starts");
    let messages = BufReader::new(child.stderr.take().expect("piped"));
    let child = Running(child);
    let mut said = String::new();
    for line in messages.lines() {
        let line = line.unwrap();
        if line.contains("Capturing on") {
            // It says so a moment before it does.
            std::thread::sleep(Duration::from_millis(1_500));
            return Some(child);
        }
        said.push_str(&line);
    }
    assert!(!is_required("capture"), "nothing is captured: {said}");
    println!("SKIPPED: capturing on the loopback interface is not permitted: {said}");
    None
}

fn wait_for(mut ready: impl FnMut() -> bool) {
    for _ in 0..100 {
        if ready() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("not ready within 5 s");
}
