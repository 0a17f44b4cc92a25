//! The lab in the engine: the world, its clock, and what moved lately.

mod activity;
mod broker;
mod clock;
mod device;
mod house;
mod marks;
mod refusals;
mod whose;

pub(crate) use activity::Activity;
pub(crate) use broker::{broker, client_name, session, whole_seconds};
pub(crate) use clock::SPEEDS;
pub(crate) use device::card;
pub(crate) use house::{house, same_but_for_travels};
pub(crate) use refusals::refusals;

use crate::packets::{Journal, Origin};
use crate::why::Decisions;
use clock::LabClock;
use core::time::Duration;
use marks::Teller;
use midge_session::Instant;
use midge_sim::{PortId, Scenario, World};
use midge_trace::HopId;
use midge_view::{Clock, ConnectionId, Middle};
use std::collections::BTreeMap;
use whose::whose;

/// Hops that are remembered: none is used again, and after so many hardly one is open but the newest.
const HOPS_MAX: usize = 4_096;

/// The world with everything that ties it to wall time and to the journal.
#[derive(Debug)]
pub(crate) struct Lab {
    pub(crate) world: World,
    pub(crate) clock: LabClock,
    pub(crate) activity: Activity,
    pub(crate) decisions: Decisions,
    /// Records of the world's log that the journal has.
    imported: u64,
    /// The journal's hop for each of the world's.
    hops: BTreeMap<HopId, HopId>,
    /// The Workbench's connections by their hops in the world.
    ports: BTreeMap<HopId, ConnectionId>,
    /// Makes marks of what the broker tells.
    teller: Teller,
}

impl Lab {
    pub(crate) fn new(seed: u64, wall: Instant) -> Self {
        Self {
            world: world(seed),
            clock: LabClock::new(wall),
            activity: Activity::default(),
            decisions: Decisions::default(),
            imported: 0,
            hops: BTreeMap::new(),
            ports: BTreeMap::new(),
            teller: Teller::default(),
        }
    }

    /// Makes the world again; the clock's pause and speed stay.
    pub(crate) fn restart(&mut self, seed: u64, wall: Instant, journal: &mut Journal) {
        journal.forget_lab();
        self.world = world(seed);
        self.decisions = Decisions::default();
        self.clock.restart(wall);
        self.activity.restart();
        self.imported = 0;
        self.hops.clear();
        self.ports.clear();
        self.teller = Teller::default();
    }

    /// Opens a port for a connection of the Workbench.
    pub(crate) fn open_port(&mut self, connection: ConnectionId, name: &str) -> PortId {
        let port = self.world.open_port(name);
        self.ports.insert(port.hop(), connection);
        port
    }

    /// Copies what the world logged and what its broker told into the journal, and learns from it.
    pub(crate) fn import(&mut self, journal: &mut Journal) {
        let Self {
            world,
            activity,
            decisions,
            imported,
            hops,
            ports,
            teller,
            ..
        } = self;
        for record in world.log().iter_from(*imported) {
            teller.tell(world, ports, journal, record.seq);
            let hop = *hops.entry(record.hop).or_insert_with(|| {
                let whose = whose(world, ports, record.hop).unwrap_or_default();
                journal.open_hop(whose.client(), Origin::Lab)
            });
            let seq = journal.import(&record, hop);
            activity.note(world, seq, &record);
            decisions.logged(seq, &record, journal);
        }
        *imported = world.log().end();
        decisions.take(world);
        teller.tell(world, ports, journal, *imported);
        while hops.len() > HOPS_MAX {
            hops.pop_first();
        }
        while ports.len() > HOPS_MAX {
            ports.pop_first();
        }
    }

    /// Does something in the world; what is broken or mended by it is noted where it belongs.
    pub(crate) fn act(
        &mut self,
        action: midge_sim::Action,
        journal: &mut Journal,
    ) -> Result<(), midge_sim::ActionRefused> {
        self.import(journal);
        let mark = marks::deed(&self.world, &action);
        self.world.act(action)?;
        if let Some(mark) = mark {
            journal.mark(Middle::Lab, mark);
        }
        self.import(journal);
        Ok(())
    }

    /// What the top bar shows.
    pub(crate) fn clock_view(&self, wall: Instant) -> Clock {
        Clock {
            paused: self.clock.is_paused(),
            speed: self.clock.speed(),
            elapsed_ms: self.world.now().as_micros() / 1_000,
            time_of_day_s: self.time_of_day(),
            seed: self.world.seed(),
            behind: self.clock.is_behind(wall),
        }
    }

    fn time_of_day(&self) -> u32 {
        const DAY: u64 = 24 * 60 * 60;
        let elapsed = Duration::from_micros(self.world.now().as_micros());
        let seconds = (self.world.scenario().start_of_day + elapsed).as_secs() % DAY;
        // Below 86,400.
        seconds as u32
    }
}

/// The house, whose broker tells its verdicts.
fn world(seed: u64) -> World {
    let mut world = World::new(Scenario::house(seed));
    world.tell_verdicts(true);
    world
}
