//! The log leaves by a thread of its own: whoever stops reading it stops no client.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};
use tracing_subscriber::fmt::MakeWriter;

/// Lines that may wait to be written; what comes beyond is lost and counted.
const LINES_MAX: usize = 4096;

/// How long the last lines may take when the program ends.
const FLUSH_MAX: Duration = Duration::from_secs(1);

/// Writes to standard error, some time soon.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    lines: SyncSender<Entry>,
    lost: Arc<AtomicU64>,
}

#[derive(Debug)]
enum Entry {
    Line(Vec<u8>),
    /// Everything before it is written when this is answered.
    Mark(SyncSender<()>),
}

impl Log {
    /// Starts the thread.
    pub(crate) fn start() -> Self {
        let (lines, entries) = sync_channel(LINES_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        let log = Self {
            lines,
            lost: lost.clone(),
        };
        thread::spawn(move || write(&entries, &lost, io::stderr()));
        log
    }

    /// Waits until what was logged is written, unless nobody reads it.
    pub(crate) fn flush(&self) {
        let (done, wait) = sync_channel(1);
        if self.lines.try_send(Entry::Mark(done)).is_ok() {
            let _ = wait.recv_timeout(FLUSH_MAX);
        }
    }
}

fn write(entries: &Receiver<Entry>, lost: &AtomicU64, mut out: impl Write) {
    for entry in entries {
        match entry {
            // There is no other place to say that standard error is gone.
            Entry::Line(line) => drop(out.write_all(&line)),
            Entry::Mark(done) => drop(done.send(())),
        }
        let count = lost.swap(0, Ordering::Relaxed);
        if count > 0 {
            let _ = writeln!(out, "{count} lines of the log are lost: nobody read them");
        }
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.try_send(Entry::Line(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
