//! A contest: the same work by several implementations, round after round, so that a busy machine slows all alike.

use std::time::{Duration, Instant};

/// Rounds of a contest; each implementation runs once in each.
const ROUNDS: usize = 31;

/// How long one implementation runs in a round, at least.
const ROUND: Duration = Duration::from_millis(8);

/// One implementation at the work of a contest.
struct Contender {
    name: &'static str,
    /// Does the work once.
    work: Box<dyn FnMut()>,
    /// Nanoseconds for one item, a value a round.
    samples: Vec<f64>,
}

/// The same work by several implementations; the first is Midge.
pub(crate) struct Contest {
    title: String,
    /// Items (packets, comparisons) in one run of the work.
    items: usize,
    contenders: Vec<Contender>,
}

impl Contest {
    pub(crate) fn new(title: impl Into<String>, items: usize) -> Self {
        Self {
            title: title.into(),
            items,
            contenders: Vec::new(),
        }
    }

    /// Adds an implementation; `work` handles all items once and panics where it gets them wrong.
    pub(crate) fn with(mut self, name: &'static str, work: impl FnMut() + 'static) -> Self {
        self.contenders.push(Contender {
            name,
            work: Box::new(work),
            samples: Vec::with_capacity(ROUNDS),
        });
        self
    }

    /// Runs it and prints a line for each implementation.
    pub(crate) fn run(mut self) {
        for _ in 0..ROUNDS {
            for contender in &mut self.contenders {
                let sample = sample(&mut contender.work, self.items);
                contender.samples.push(sample);
            }
        }
        println!("{}", self.title);
        let medians: Vec<f64> = self
            .contenders
            .iter_mut()
            .map(|it| median(&mut it.samples))
            .collect();
        for (contender, nanos) in self.contenders.iter().zip(&medians) {
            println!(
                "  {:<20} {nanos:>9.1} ns each, {:>6.2} times Midge's",
                contender.name,
                nanos / medians[0]
            );
        }
    }
}

/// Nanoseconds for one item, over one round.
fn sample(work: &mut dyn FnMut(), items: usize) -> f64 {
    let start = Instant::now();
    let mut runs = 0_u32;
    while start.elapsed() < ROUND {
        work();
        runs += 1;
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(runs) / items as f64
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
