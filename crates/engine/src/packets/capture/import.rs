//! A capture read into the log.

use crate::budget::Budget;
use crate::packets::journal::Journal;
use crate::saturate::saturate;
use midge_trace::filter::{End, Term, TextTest};
use midge_trace::ladder::Client;
use midge_trace::pcapng::{Imported, Importer};
use midge_trace::{Bounds, HopId};
use midge_view::{ImportReport, Problem, Work, WorkEnd};

/// Bytes of a file, at most: it is held until it is read.
const SIZE_MAX: u64 = 256 << 20;
/// Bytes that tell whether a file is a capture.
const MAGIC: usize = 24;
/// Blocks or packets between two looks at the clock.
const SLICE: u32 = 256;
/// Percent of the work when the file is here, and when it is read.
const RECEIVED: u64 = 30;
const READ: u64 = 80;

/// A capture that is being read. Nothing is in the log before all of it was read.
pub(super) struct Import {
    name: String,
    size: u64,
    stage: Stage,
}

enum Stage {
    Receiving(Vec<u8>),
    Reading(Box<Importer<Vec<u8>>>),
    Logging {
        imported: Box<Imported>,
        /// The number of the next packet.
        next: u64,
        /// The log's hop for each of the file's that had a packet.
        hops: Vec<Option<HopId>>,
    },
}

impl Import {
    pub(super) fn new(name: String, size: u64) -> Result<Self, Problem> {
        if size > SIZE_MAX {
            return Err(Problem {
                what: format!(
                    "\u{201c}{name}\u{201d} has {} MiB; captures of up to {} MiB are read.",
                    size >> 20,
                    SIZE_MAX >> 20
                ),
                try_next: vec![
                    "In Wireshark, filter for mqtt and export only the packets that are displayed."
                        .to_owned(),
                ],
            });
        }
        let import = Self {
            name,
            size,
            stage: Stage::Receiving(room_for(size)),
        };
        match size {
            0 => Err(import.not_a_capture()),
            _ => Ok(import),
        }
    }

    pub(super) fn feed(&mut self, bytes: &[u8], journal: &Journal) -> Result<Work, Problem> {
        let Stage::Receiving(received) = &mut self.stage else {
            return Ok(piece(RECEIVED, None));
        };
        let is_first = received.len() < MAGIC;
        let missing = self.size.saturating_sub(received.len() as u64);
        let taken = usize::try_from(missing).map_or(bytes.len(), |it| it.min(bytes.len()));
        received.extend_from_slice(&bytes[..taken]);
        let is_whole = received.len() as u64 == self.size;
        // A film is refused after its first piece, not after its last.
        if is_first
            && (is_whole || received.len() >= MAGIC)
            && Importer::new(&received[..], Bounds::default()).is_err()
        {
            return Err(self.not_a_capture());
        }
        if !is_whole {
            let percent = received.len() as u64 * RECEIVED / self.size;
            return Ok(piece(percent, None));
        }
        let bounds = journal.log().bounds();
        let Ok(importer) = Importer::new(std::mem::take(received), bounds) else {
            return Err(self.not_a_capture());
        };
        self.stage = Stage::Reading(Box::new(importer));
        Ok(piece(RECEIVED, None))
    }

    pub(super) fn work(
        &mut self,
        journal: &mut Journal,
        budget: &Budget<'_>,
    ) -> Result<Work, Problem> {
        loop {
            match &mut self.stage {
                Stage::Receiving(received) => {
                    let percent = received.len() as u64 * RECEIVED / self.size;
                    return Ok(piece(percent, None));
                }
                Stage::Reading(importer) => {
                    if importer.advance(SLICE) {
                        self.begin_to_log()?;
                    } else if !budget.has_time() {
                        let read = u64::from(importer.percent());
                        return Ok(piece(RECEIVED + read * (READ - RECEIVED) / 100, None));
                    }
                }
                Stage::Logging {
                    imported,
                    next,
                    hops,
                } => {
                    log(journal, imported, &mark(&self.name), next, hops);
                    let (start, end) = (imported.log.start(), imported.log.end());
                    if *next == end {
                        let report = report(&self.name, imported);
                        return Ok(piece(100, Some(WorkEnd::Imported(report))));
                    }
                    if !budget.has_time() {
                        let logged = (*next - start) * (100 - READ) / (end - start);
                        return Ok(piece(READ + logged, None));
                    }
                }
            }
        }
    }

    fn begin_to_log(&mut self) -> Result<(), Problem> {
        let nothing = Stage::Receiving(Vec::new());
        let Stage::Reading(importer) = std::mem::replace(&mut self.stage, nothing) else {
            return Ok(());
        };
        let imported = importer.finish();
        if imported.log.end() == 0 {
            return Err(Problem {
                what: format!(
                    "\u{201c}{}\u{201d} holds no MQTT that can be read.",
                    self.name
                ),
                try_next: notes(&imported),
            });
        }
        self.stage = Stage::Logging {
            next: imported.log.start(),
            hops: vec![None; imported.hops.len()],
            imported: Box::new(imported),
        };
        Ok(())
    }

    fn not_a_capture(&self) -> Problem {
        Problem {
            what: format!(
                "\u{201c}{}\u{201d} is neither a pcapng nor a pcap file.",
                self.name
            ),
            try_next: vec![
                "Save the capture in Wireshark as pcapng, uncompressed, and choose that file."
                    .to_owned(),
            ],
        }
    }
}

/// Room for a whole file at once: a buffer that grows is copied as a whole each time, which takes tens of
/// milliseconds. Where there is no such room it grows all the same.
fn room_for(size: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(size) = usize::try_from(size) {
        let _ = bytes.try_reserve_exact(size);
    }
    bytes
}

/// Copies the next packets of a capture into the journal, under hops of their own.
fn log(
    journal: &mut Journal,
    imported: &Imported,
    mark: &str,
    next: &mut u64,
    hops: &mut [Option<HopId>],
) {
    let epoch_us = imported.epoch_us;
    let until = imported.log.end().min(*next + u64::from(SLICE));
    for record in (*next..until).filter_map(|seq| imported.log.record(seq)) {
        let index = record.hop.0 as usize;
        let Some((hop, of_file)) = hops.get_mut(index).zip(imported.hops.get(index)) else {
            continue;
        };
        let hop = *hop.get_or_insert_with(|| {
            // Of one name at two brokers there are two clients.
            let key = format!("{} {}", of_file.to, of_file.client);
            let client = Client {
                key: &key,
                name: &format!("{} {mark}", of_file.client),
            };
            journal.open_file_hop(client, epoch_us, of_file.to.to_string())
        });
        journal.import(&record, hop);
    }
    *next = until;
}

/// What stands behind the names of a file's clients, so that they are told from those of the same name
/// in the lab.
fn mark(name: &str) -> String {
    format!("({name})")
}

fn report(name: &str, imported: &Imported) -> ImportReport {
    ImportReport {
        name: name.to_owned(),
        packets: imported.log.end() - imported.log.start(),
        connections: saturate(imported.hops.len()),
        filter: Term::Name(End::Client, TextTest::Contains, mark(name)).to_string(),
        notes: notes(imported),
    }
}

/// What was left out and what is doubtful.
fn notes(imported: &Imported) -> Vec<String> {
    let left_out = &imported.left_out;
    let hops = |is: fn(&midge_trace::pcapng::ImportedHop) -> bool| {
        imported.hops.iter().filter(|hop| is(hop)).count() as u64
    };
    let dropped = imported.log.dropped().records;
    let counted = [
        (
            left_out.web_connections,
            "connection begins with HTTP: MQTT over WebSocket is not read from captures.",
            "connections begin with HTTP: MQTT over WebSocket is not read from captures.",
        ),
        (
            left_out.connections,
            "connection is not MQTT, or it is encrypted.",
            "connections are not MQTT, or they are encrypted.",
        ),
        (
            left_out.frames,
            "frame holds no TCP.",
            "frames hold no TCP.",
        ),
        (
            hops(|hop| hop.without_connect),
            "connection began before the capture: it is read as MQTT 3.1.1, which is a guess.",
            "connections began before the capture: they are read as MQTT 3.1.1, which is a guess.",
        ),
        (
            hops(|hop| hop.has_gap),
            "connection has a gap, and what comes after it is left out.",
            "connections have a gap each, and what comes after it is left out.",
        ),
        (
            dropped,
            "older packet did not fit the log: Settings says how much it keeps.",
            "older packets did not fit the log: Settings says how much it keeps.",
        ),
    ];
    let counted = counted.into_iter().filter(|(count, ..)| *count > 0);
    let mut notes: Vec<String> = counted
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    if left_out.is_cut {
        notes.push(
            "The file ends in the middle, or contradicts itself: what could be read is here."
                .to_owned(),
        );
    }
    notes
}

fn piece(percent: u64, end: Option<WorkEnd>) -> Work {
    Work {
        // At most 100.
        percent: percent as u8,
        bytes: Vec::new(),
        end,
    }
}
