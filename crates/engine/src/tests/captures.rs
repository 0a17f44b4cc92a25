//! Captures out of the log and into it.

use super::bench::{Bench, Network, live};
use midge_trace::pcapng;
use midge_trace::{Bounds, Toward};
use midge_view::{
    Action, ImportReport, JobId, Outcome, PacketFilter, PacketRow, Problem, Work, WorkEnd,
};

const EVERYTHING: Bounds = Bounds {
    records: u32::MAX,
    bytes: u64::MAX,
};

fn begin(bench: &mut Bench, action: Action) -> Result<JobId, Problem> {
    match bench.act(action)? {
        Outcome::Job(job) => Ok(job),
        other => panic!("{other:?}"),
    }
}

fn step(bench: &mut Bench, action: Action) -> Result<Work, Problem> {
    match bench.act(action)? {
        Outcome::Work(work) => Ok(work),
        other => panic!("{other:?}"),
    }
}

fn export(bench: &mut Bench, text: &str) -> Result<(Vec<u8>, u64), Problem> {
    let filter = PacketFilter {
        text: text.to_owned(),
        ..PacketFilter::default()
    };
    let job = begin(bench, Action::Export(filter))?;
    let mut file = Vec::new();
    let mut percent = 0;
    loop {
        let work = step(bench, Action::Work(job))?;
        assert!((percent..=100).contains(&work.percent));
        percent = work.percent;
        file.extend(work.bytes);
        match work.end {
            Some(WorkEnd::Written { packets }) => return Ok((file, packets)),
            Some(other) => panic!("{other:?}"),
            None => {}
        }
    }
}

fn import(bench: &mut Bench, file: &[u8], piece: usize) -> Result<ImportReport, Problem> {
    let size = file.len() as u64;
    let name = "real.pcapng".to_owned();
    let job = begin(bench, Action::Import { name, size })?;
    for bytes in file.chunks(piece) {
        let bytes = bytes.to_vec();
        step(bench, Action::Feed { job, bytes })?;
    }
    loop {
        match step(bench, Action::Work(job))?.end {
            Some(WorkEnd::Imported(report)) => return Ok(report),
            Some(other) => panic!("{other:?}"),
            None => {}
        }
    }
}

fn lively() -> Bench {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(2_000);
    bench.act(Action::Pause(true)).expect("paused");
    bench
}

#[test]
fn what_is_exported_comes_back_as_connections_of_its_own() {
    let mut bench = lively();
    let before = bench.packets("").rows;
    let (file, packets) = export(&mut bench, "").expect("a capture");
    assert_eq!(packets, before.len() as u64);
    let report = import(&mut bench, &file, 1_000).expect("our own capture");
    assert_eq!((report.packets, report.notes.len()), (packets, 0));
    let rows = bench.packets("").rows;
    let (old, imported) = rows.split_at(before.len());
    assert_eq!(old, before);
    let facts = |row: &PacketRow| {
        (
            row.client.clone(),
            row.direction,
            row.summary.clone(),
            row.size,
        )
    };
    assert!(imported.iter().all(|row| row.imported && !row.live));
    let marked = before.iter().map(facts).map(|mut facts| {
        facts.0.push_str(" (real.pcapng)");
        facts
    });
    assert_eq!(
        imported.iter().map(facts).collect::<Vec<_>>(),
        marked.collect::<Vec<_>>()
    );
    assert_eq!(bench.packets(&report.filter).rows, imported);
    // A restart of the lab leaves them alone.
    bench.act(Action::Restart { seed: 2 }).expect("restarted");
    let rows = bench.packets("").rows;
    assert_eq!(
        rows.iter().filter(|row| row.imported).count(),
        imported.len()
    );
}

#[test]
fn an_export_holds_what_the_filter_keeps() {
    let mut bench = lively();
    let kept = bench.packets("type:PUBLISH").end;
    let (file, packets) = export(&mut bench, "type:PUBLISH").expect("a capture");
    assert_eq!(packets, kept);
    let read = pcapng::import(&file, EVERYTHING).expect("a capture");
    assert_eq!(read.log.end(), kept);
    assert!(read.log.iter_from(0).all(|record| record.fault.is_none()));
    assert_eq!(read.epoch_us / 1_000_000, 1_700_000_000);

    let nothing = export(&mut bench, "nothing-like-it").expect_err("no packet");
    assert!(nothing.what.contains("no packet"));
    let mistake = export(&mut bench, "qos:3").expect_err("a mistake");
    assert!(mistake.what.contains("from 0 to 2"), "{}", mistake.what);
}

#[test]
fn live_connections_are_exported_in_real_time() {
    let mut network = Network::new(midge_broker::Config::default());
    let mut bench = Bench::new();
    bench.connect(live());
    network.carry(&mut bench);
    let (file, packets) = export(&mut bench, "Workbench").expect("a capture");
    assert_eq!(packets, 2);
    let read = pcapng::import(&file, EVERYTHING).expect("a capture");
    let towards: Vec<Toward> = read.log.iter_from(0).map(|record| record.toward).collect();
    assert_eq!(towards, [Toward::Broker, Toward::Client]);
    assert_eq!(read.hops[0].client, "Workbench");
    assert_eq!(read.hops[0].to.to_string(), "10.0.0.2:1883");
    assert_eq!(
        read.epoch_us,
        1_700_000_000_000_000 + bench.wall().as_micros()
    );
}

#[test]
fn a_piece_of_a_job_ends_in_time_and_an_export_shows_one_moment() {
    let mut bench = Bench::new();
    bench.act(Action::Speed(60)).expect("a speed");
    bench.pass(60_000);
    let packets = bench.packets("").end;
    let job = begin(&mut bench, Action::Export(PacketFilter::default())).expect("a job");
    // Each look at the clock ends the budget: one slice a piece.
    bench.cost = 9_000;
    let first = step(&mut bench, Action::Work(job)).expect("a piece");
    assert!(first.end.is_none() && first.percent < 100);
    // What happens meanwhile is not in the file.
    bench.act(Action::ClearPackets).expect("cleared");
    bench.cost = 0;
    let mut pieces = 1;
    let written = loop {
        pieces += 1;
        let work = step(&mut bench, Action::Work(job)).expect("a piece");
        if let Some(end) = work.end {
            break end;
        }
    };
    assert_eq!(written, WorkEnd::Written { packets });
    assert!(pieces >= 2);
}

#[test]
fn other_files_are_refused_in_words() {
    let mut bench = lively();
    let end = bench.packets("").end;
    // With the first piece, long before the last.
    let name = "film.mp4".to_owned();
    let size = 100 << 20;
    let job = begin(&mut bench, Action::Import { name, size }).expect("a job");
    let bytes = vec![0; 4_096];
    let refused = step(&mut bench, Action::Feed { job, bytes }).expect_err("a film");
    assert!(refused.what.contains("film.mp4") && refused.what.contains("neither"));
    assert!(
        step(&mut bench, Action::Work(job)).is_err(),
        "the job has ended"
    );
    assert!(import(&mut bench, b"", 1).is_err());
    assert!(import(&mut bench, b"MQTT", 1).is_err());

    let name = "large.pcapng".to_owned();
    let size = u64::MAX;
    let large = begin(&mut bench, Action::Import { name, size }).expect_err("too large");
    assert!(large.what.contains("256 MiB"), "{}", large.what);

    let (file, _) = export(&mut bench, "").expect("a capture");
    let empty = import(&mut bench, &file[..200], 50).expect_err("no packet in it");
    assert!(empty.what.contains("no MQTT"), "{}", empty.what);
    let report = import(&mut bench, &file[..file.len() - 7], 1 << 20).expect("most of it");
    assert!(report.notes[0].contains("ends in the middle"));
    assert!(bench.packets("").end > end);
}

#[test]
fn an_abandoned_job_is_gone_and_there_are_not_many_at_a_time() {
    let mut bench = lively();
    let all = || Action::Export(PacketFilter::default());
    let jobs: Vec<JobId> = (0..4)
        .map(|_| begin(&mut bench, all()).expect("a job"))
        .collect();
    assert!(begin(&mut bench, all()).is_err());
    bench.act(Action::Abandon(jobs[0])).expect("abandoned");
    assert!(step(&mut bench, Action::Work(jobs[0])).is_err());
    assert!(begin(&mut bench, all()).is_ok());
}
