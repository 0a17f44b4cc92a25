//! What people do.

use crate::Engine;
use crate::budget::Budget;
use crate::lab::SPEEDS;
use crate::packets::Lists;
use core::time::Duration;
use midge_codec::Message;
use midge_session::Instant;
use midge_trace::Bounds;
use midge_view::{Action, Outcome, Problem};

/// The longest that a piece of a job takes.
const JOB_MAX: Duration = Duration::from_millis(8);

impl Engine {
    pub(crate) fn act(
        &mut self,
        clock: &dyn Fn() -> Instant,
        action: Action,
    ) -> Result<Outcome, Problem> {
        let wall = clock();
        match action {
            Action::World(action) => self.act_in_world(action)?,
            Action::Pause(paused) => {
                self.lab.clock.pause(wall, self.lab.world.now(), paused);
            }
            Action::Speed(speed) => self.accelerate(wall, speed)?,
            Action::Step => return self.step(wall),
            Action::Restart { seed } => self.restart(wall, seed),
            Action::StartLesson(id) => self.course.start(&id, &self.lab.world)?,
            Action::ResetLesson(id) => self.course.reset(&id, &self.lab.world)?,
            Action::LeaveLesson => self.course.leave(),
            Action::RestoreProgress(text) => self.course.restore(&text, &self.lab.world)?,
            Action::BoundLog { packets, mebibytes } => self.journal.set_bounds(Bounds {
                records: packets,
                bytes: u64::from(mebibytes) << 20,
            }),
            Action::ClearPackets => self.journal.clear(),
            Action::RestorePackets => self.restore_packets()?,
            Action::Export(_)
            | Action::Import { .. }
            | Action::Feed { .. }
            | Action::Work(_)
            | Action::Abandon(_) => return self.act_on_job(clock, action),
            Action::Connect(profile) => {
                return self.with_connections(wall, |connections, around| {
                    connections.open(*profile, around)
                });
            }
            Action::Disconnect(_)
            | Action::Reconnect(_)
            | Action::Remove(_)
            | Action::Subscribe { .. }
            | Action::Unsubscribe { .. }
            | Action::Publish { .. }
            | Action::ClearMessages(_) => self.act_on_connection(wall, action)?,
        }
        Ok(Outcome::Done)
    }

    fn act_in_world(&mut self, action: midge_sim::Action) -> Result<(), Problem> {
        let done = self.lab.act(action, &mut self.journal);
        done.map_err(|why| Problem {
            what: crate::words::capitalised(&format!("{why}.").replace("..", ".")),
            try_next: Vec::new(),
        })
    }

    fn restore_packets(&mut self) -> Result<(), Problem> {
        if self.journal.restore() {
            // Their searches went on from where the log was cleared.
            self.lists = Lists::default();
            return Ok(());
        }
        Err(Problem {
            what: "The cleared packets are not kept any more.".to_owned(),
            try_next: Vec::new(),
        })
    }

    fn act_on_job(
        &mut self,
        clock: &dyn Fn() -> Instant,
        action: Action,
    ) -> Result<Outcome, Problem> {
        let Self { jobs, journal, .. } = self;
        Ok(match action {
            Action::Export(filter) => {
                Outcome::Job(jobs.export(journal, &filter, self.epoch_ms * 1_000)?)
            }
            Action::Import { name, size } => Outcome::Job(jobs.import(name, size)?),
            Action::Feed { job, bytes } => Outcome::Work(jobs.feed(job, &bytes, journal)?),
            Action::Work(job) => {
                let budget = Budget::new(clock, JOB_MAX);
                Outcome::Work(jobs.work(job, journal, &budget)?)
            }
            Action::Abandon(job) => {
                jobs.abandon(job);
                Outcome::Done
            }
            _ => Outcome::Done,
        })
    }

    fn accelerate(&mut self, wall: Instant, speed: u32) -> Result<(), Problem> {
        if !SPEEDS.contains(&speed) {
            return Err(Problem {
                what: format!("The clock does not run {speed} times as fast."),
                try_next: vec!["Choose 1, 10 or 60.".to_owned()],
            });
        }
        let now = self.lab.world.now();
        self.lab.clock.accelerate(wall, now, speed);
        Ok(())
    }

    /// Runs to the next packet. A running clock is stopped first: people step to look.
    fn step(&mut self, wall: Instant) -> Result<Outcome, Problem> {
        self.lab.import(&mut self.journal);
        let reached = self.lab.world.step();
        self.serve_lab(wall);
        let now = self.lab.world.now();
        self.lab.clock.pause(wall, now, true);
        let first = self.journal.log().end();
        self.lab.import(&mut self.journal);
        self.course.update(&self.lab.world);
        if reached.is_none() {
            return Err(Problem {
                what: "No packet was sent within an hour of the lab's time.".to_owned(),
                try_next: vec!["Give a device power, or connect something.".to_owned()],
            });
        }
        Ok(Outcome::Packet(first))
    }

    fn restart(&mut self, wall: Instant, seed: u64) {
        self.lab.restart(seed, wall, &mut self.journal);
        self.with_connections(wall, |connections, around| {
            connections.on_lab_restart(around)
        });
        self.course.on_lab_restart(&self.lab.world);
    }

    fn act_on_connection(&mut self, wall: Instant, action: Action) -> Result<(), Problem> {
        self.with_connections(wall, |connections, around| {
            match action {
                Action::Disconnect(id) => connections.find(id)?.disconnect(around),
                Action::Reconnect(id) => connections.find(id)?.connect(around)?,
                Action::Remove(id) => connections.remove(id, around),
                Action::ClearMessages(id) => connections.find(id)?.clear_messages(),
                Action::Subscribe {
                    connection,
                    filter,
                    qos,
                } => connections
                    .find(connection)?
                    .subscribe(&filter, qos, around)?,
                Action::Unsubscribe { connection, filter } => {
                    connections.find(connection)?.unsubscribe(&filter, around)?;
                }
                Action::Publish {
                    connection,
                    topic,
                    payload,
                    qos,
                    retain,
                } => {
                    let message = Message::new(topic, payload, qos, retain);
                    connections.find(connection)?.publish(message, around)?;
                }
                _ => {}
            }
            Ok(())
        })
    }
}
