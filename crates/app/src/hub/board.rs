//! Which questions are on screen, in which slots, and who waits for their answers. Pure: it sends nothing.

use midge_view::{Answer, Ask, Query};
use std::any::Any;
use std::mem::discriminant;
use std::rc::Rc;

/// What is known about something that was asked.
pub enum Reply<T: ?Sized> {
    /// Not answered yet.
    Waiting,
    /// The engine does not have it, or not any more.
    Gone,
    /// The answer.
    Here(Rc<T>),
}

impl<T: ?Sized> Reply<T> {
    /// The answer, if it is here.
    pub fn here(&self) -> Option<&Rc<T>> {
        match self {
            Self::Here(answer) => Some(answer),
            Self::Waiting | Self::Gone => None,
        }
    }
}

impl<T: ?Sized> Clone for Reply<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Waiting => Self::Waiting,
            Self::Gone => Self::Gone,
            Self::Here(answer) => Self::Here(Rc::clone(answer)),
        }
    }
}

/// Two replies are equal when they are the same answer: nothing inside is compared.
impl<T: ?Sized> PartialEq for Reply<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Waiting, Self::Waiting) | (Self::Gone, Self::Gone) => true,
            (Self::Here(one), Self::Here(two)) => Rc::ptr_eq(one, two),
            _ => false,
        }
    }
}

/// An answer whose type the asker knows.
pub type Held = Reply<dyn Any>;

/// Somebody who shows an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ListenerId(u64);

struct Slot {
    number: u32,
    query: Query,
    held: Held,
    listeners: Vec<ListenerId>,
}

/// The slots. Equal questions share a slot, so an answer travels and is unpacked once.
#[derive(Default)]
pub(super) struct Board {
    slots: Vec<Slot>,
    next_slot: u32,
    next_listener: u64,
    frame: u64,
    in_flight: bool,
}

impl Board {
    /// A listener's key; it shows nothing until [`Board::set`].
    pub(super) fn listener(&mut self) -> ListenerId {
        self.next_listener += 1;
        ListenerId(self.next_listener)
    }

    /// Says what `listener` shows from here on, and gives what is known about it already.
    ///
    /// A slot that only this listener reads keeps its number when a question of the same kind follows
    /// (the next rows of a list), because the engine keeps a filter's place by slot.
    pub(super) fn set(&mut self, listener: ListenerId, query: Query) -> Held {
        let old = self
            .slots
            .iter()
            .position(|slot| slot.listeners.contains(&listener));
        if let Some(old) = old
            && self.slots[old].query == query
        {
            return self.slots[old].held.clone();
        }
        if let Some(shared) = self.slots.iter_mut().find(|slot| slot.query == query) {
            shared.listeners.push(listener);
            let held = shared.held.clone();
            if let Some(old) = old {
                self.leave(old, listener);
            }
            return held;
        }
        match old {
            Some(old)
                if self.slots[old].listeners.len() == 1
                    && discriminant(&self.slots[old].query) == discriminant(&query) =>
            {
                self.slots[old].query = query;
            }
            _ => {
                if let Some(old) = old {
                    self.leave(old, listener);
                }
                self.next_slot += 1;
                self.slots.push(Slot {
                    number: self.next_slot,
                    query,
                    held: Held::Waiting,
                    listeners: vec![listener],
                });
            }
        }
        Held::Waiting
    }

    /// Forgets a listener.
    pub(super) fn remove(&mut self, listener: ListenerId) {
        if let Some(slot) = self
            .slots
            .iter()
            .position(|slot| slot.listeners.contains(&listener))
        {
            self.leave(slot, listener);
        }
    }

    fn leave(&mut self, slot: usize, listener: ListenerId) {
        self.slots[slot]
            .listeners
            .retain(|other| *other != listener);
        if self.slots[slot].listeners.is_empty() {
            self.slots.remove(slot);
        }
    }

    /// The question of this animation frame; `None` while the one before is unanswered.
    pub(super) fn ask(&mut self) -> Option<(u64, Vec<Ask>)> {
        if self.in_flight {
            return None;
        }
        self.in_flight = true;
        self.frame += 1;
        let asks = self
            .slots
            .iter()
            .map(|slot| Ask {
                slot: slot.number,
                query: slot.query.clone(),
            })
            .collect();
        Some((self.frame, asks))
    }

    /// Takes the answers to the question of `frame`, and says who shows what from here on.
    pub(super) fn answers(
        &mut self,
        frame: u64,
        answers: Vec<(u32, Answer)>,
    ) -> Vec<(Vec<ListenerId>, Held)> {
        if frame == self.frame {
            self.in_flight = false;
        }
        let mut told = Vec::with_capacity(answers.len());
        for (number, answer) in answers {
            // A slot may have been left since it was asked.
            let Some(slot) = self.slots.iter_mut().find(|slot| slot.number == number) else {
                continue;
            };
            slot.held = hold(answer);
            told.push((slot.listeners.clone(), slot.held.clone()));
        }
        told
    }
}

/// Takes the variant off an answer.
fn hold(answer: Answer) -> Held {
    fn some<T: 'static>(answer: T) -> Held {
        Reply::Here(Rc::new(answer))
    }
    fn maybe<T: 'static>(answer: Option<Box<T>>) -> Held {
        answer.map_or(Reply::Gone, |answer| Reply::Here(Rc::<T>::from(answer)))
    }
    match answer {
        Answer::Frame(answer) => some(answer),
        Answer::House(answer) => some(answer),
        Answer::Device(answer) => maybe(answer),
        Answer::Connections(answer) => some(answer),
        Answer::Connection(answer) => maybe(answer),
        Answer::Messages(answer) => some(answer),
        Answer::Message(answer) => maybe(answer),
        Answer::Packets(answer) => some(answer),
        Answer::Packet(answer) => maybe(answer),
        Answer::Filter(answer) => some(answer),
        Answer::Counters(answer) => maybe(Some(answer)),
        Answer::Ladder(answer) => maybe(Some(answer)),
        Answer::Journey(answer) => maybe(answer),
        Answer::Broker(answer) => maybe(Some(answer)),
        Answer::Session(answer) => maybe(answer),
        Answer::Refusals(answer) => some(answer),
        Answer::Course(answer) => some(answer),
        Answer::Lesson(answer) => maybe(answer),
        Answer::Why(answer) => maybe(answer),
        Answer::Topics(answer) => some(answer),
        Answer::Retain(answer) => maybe(Some(answer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use midge_view::{CourseAnswer, DeviceId};

    fn numbers(board: &mut Board) -> Vec<u32> {
        let (_, asks) = board.ask().expect("nothing is in flight");
        asks.iter().map(|ask| ask.slot).collect()
    }

    #[test]
    fn equal_questions_share_a_slot_until_the_last_listener_leaves() {
        let mut board = Board::default();
        let (one, two) = (board.listener(), board.listener());
        board.set(one, Query::Course);
        board.set(two, Query::Course);
        assert_eq!(numbers(&mut board), [1]);
        let told = board.answers(1, vec![(1, Answer::Course(CourseAnswer::default()))]);
        assert_eq!(told[0].0, [one, two]);
        board.remove(one);
        assert_eq!(numbers(&mut board), [1]);
        board.answers(2, Vec::new());
        board.remove(two);
        assert!(numbers(&mut board).is_empty());
    }

    #[test]
    fn a_late_listener_gets_the_known_answer_at_once() {
        let mut board = Board::default();
        let (one, two) = (board.listener(), board.listener());
        board.set(one, Query::Course);
        board.ask();
        board.answers(1, vec![(1, Answer::Course(CourseAnswer::default()))]);
        assert!(board.set(two, Query::Course).here().is_some());
    }

    #[test]
    fn nothing_is_asked_while_the_last_question_is_unanswered() {
        let mut board = Board::default();
        assert!(board.ask().is_some());
        assert!(board.ask().is_none());
        board.answers(1, Vec::new());
        assert!(board.ask().is_some());
    }

    #[test]
    fn a_slot_keeps_its_number_when_its_only_listener_asks_for_other_rows() {
        let mut board = Board::default();
        let one = board.listener();
        board.set(one, Query::Device(DeviceId(1)));
        board.set(one, Query::Device(DeviceId(2)));
        assert_eq!(numbers(&mut board), [1]);
        board.answers(1, Vec::new());
        board.set(one, Query::Course);
        assert_eq!(numbers(&mut board), [2]);
    }

    #[test]
    fn a_shared_slot_is_left_when_one_listener_asks_something_else() {
        let mut board = Board::default();
        let (one, two) = (board.listener(), board.listener());
        board.set(one, Query::Device(DeviceId(1)));
        board.set(two, Query::Device(DeviceId(1)));
        board.set(two, Query::Device(DeviceId(2)));
        assert_eq!(numbers(&mut board), [1, 2]);
    }

    #[test]
    fn an_answer_to_a_forgotten_slot_is_dropped() {
        let mut board = Board::default();
        let one = board.listener();
        board.set(one, Query::Lesson);
        board.ask();
        board.remove(one);
        assert!(board.answers(1, vec![(1, Answer::Lesson(None))]).is_empty());
    }
}
