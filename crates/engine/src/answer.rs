//! What the page asks, answered from the state itself.

use crate::Engine;
use crate::budget::Budget;
use crate::lab::{broker, card, house, refusals, session};
use crate::packets::{LadderQuery, detail};
use crate::why::{Sources, retain, why};
use core::time::Duration;
use midge_session::Instant;
use midge_view::{Answer, Ask, ConnectionRow, FrameAnswer, Query};

/// The longest that filters look through old packets in one frame.
const FILTER_MAX: Duration = Duration::from_millis(4);

impl Engine {
    /// The answers that the page does not have yet.
    pub(crate) fn answer(
        &mut self,
        clock: &dyn Fn() -> Instant,
        asks: &[Ask],
    ) -> Vec<(u32, Answer)> {
        let wall = clock();
        let budget = Budget::new(clock, FILTER_MAX);
        self.slots
            .keep_only(|slot| asks.iter().any(|ask| ask.slot == slot));
        self.lists.begin_frame();
        self.ladders.begin_frame();
        let mut answers = Vec::new();
        for Ask { slot, query } in asks {
            let travelled = self.lab.activity.travelled();
            let kept = self.slots.ask(*slot, query, travelled);
            if kept.is_fixed() && self.is_there(query) {
                continue;
            }
            let from = self.slots.ask(*slot, query, travelled).travelled;
            let answer = self.look(query, wall, from, &budget);
            let kept = self.slots.ask(*slot, query, travelled);
            kept.travelled = travelled;
            answers.extend(kept.changed(answer).map(|answer| (*slot, answer)));
        }
        self.lists.end_frame();
        self.ladders.end_frame();
        answers
    }

    /// Whether what a fixed answer is about still exists.
    fn is_there(&self, query: &Query) -> bool {
        match query {
            Query::Packet(seq) => {
                let log = self.journal.log();
                (log.start()..log.end()).contains(seq)
            }
            Query::Message { connection, index } => self
                .connections
                .get(*connection)
                .is_some_and(|connection| connection.has_message(*index)),
            _ => true,
        }
    }

    fn look(&mut self, query: &Query, wall: Instant, travels: u64, budget: &Budget<'_>) -> Answer {
        let lab = self.lab.world.now();
        match query {
            Query::Frame => Answer::Frame(self.frame(wall)),
            Query::House => Answer::House(house(&mut self.lab, travels)),
            Query::Device(id) => Answer::Device(card(&self.lab, &self.journal, *id).map(Box::new)),
            Query::Connections => Answer::Connections(self.connection_rows(wall)),
            Query::Connection(id) => {
                let connection = self.connections.get(*id);
                Answer::Connection(connection.map(|it| Box::new(it.answer(wall, lab))))
            }
            Query::Messages { connection, window } => {
                let connection = self.connections.get(*connection);
                let page = connection.map(|it| it.page(*window));
                Answer::Messages(page.unwrap_or_default())
            }
            Query::Message { connection, index } => {
                let connection = self.connections.get(*connection);
                let message = connection.and_then(|it| it.message(*index));
                Answer::Message(message.map(Box::new))
            }
            Query::Packets { filter, window } => {
                let Self { lists, journal, .. } = self;
                Answer::Packets(lists.answer(journal, filter, *window, budget))
            }
            Query::Packet(seq) => {
                let record = self.journal.log().record(*seq);
                Answer::Packet(record.map(|it| Box::new(detail(&self.journal, &it))))
            }
            Query::Filter { text, cursor } => {
                let Self { words, journal, .. } = self;
                Answer::Filter(words.answer(journal, wall, text, *cursor))
            }
            Query::Counters(query) => {
                let Self {
                    orders, journal, ..
                } = self;
                Answer::Counters(Box::new(orders.answer(journal, wall, query)))
            }
            Query::Ladder {
                broker,
                filter,
                window,
                at,
                lanes,
            } => {
                let query = LadderQuery {
                    broker: broker.as_ref(),
                    filter,
                    window: *window,
                    at: *at,
                    lanes,
                };
                Answer::Ladder(Box::new(self.ladders.answer(&self.journal, &query, budget)))
            }
            Query::Journey(seq) => {
                let journey = self.ladders.journey(&self.journal, *seq, budget);
                Answer::Journey(journey.map(Box::new))
            }
            Query::Broker { sessions, retained } => Answer::Broker(Box::new(broker(
                &self.lab,
                &self.connections,
                *sessions,
                *retained,
            ))),
            Query::Session(client_id) => {
                Answer::Session(session(&self.lab, &self.connections, client_id).map(Box::new))
            }
            Query::Refusals => Answer::Refusals(refusals(&self.lab)),
            Query::Course => Answer::Course(self.course.list()),
            Query::Lesson => Answer::Lesson(self.course.lesson(&self.lab.world).map(Box::new)),
            Query::Why(of) => Answer::Why(why(self.sources(), of).map(Box::new)),
            Query::Topics(query) => {
                let Self { lab, journal, .. } = self;
                Answer::Topics(journal.topics_mut().answer(lab.world.broker(), query))
            }
            Query::Retain(topic) => Answer::Retain(Box::new(retain(self.sources(), topic))),
        }
    }

    fn sources(&self) -> Sources<'_> {
        Sources {
            lab: &self.lab,
            journal: &self.journal,
            connections: &self.connections,
        }
    }

    fn frame(&self, wall: Instant) -> FrameAnswer {
        let devices = self.lab.world.devices();
        let (online, all) = devices.fold((0, 0), |(online, all), view| {
            let connected = view.client == midge_client::State::Connected;
            (online + u32::from(connected), all + 1)
        });
        FrameAnswer {
            world: "The house".to_owned(),
            clock: self.lab.clock_view(wall),
            connections: self.connection_rows(wall),
            packets: self.journal.log().end(),
            devices_online: (online, all),
        }
    }

    fn connection_rows(&self, wall: Instant) -> Vec<ConnectionRow> {
        let lab = self.lab.world.now();
        self.connections
            .iter()
            .map(|it| it.row(wall, lab))
            .collect()
    }
}
