//! What the page asks and what the engine answers: plain structs, no behaviour but small conversions.
//!
//! Each animation frame the page sends one [`ToEngine::Ask`] with a query for everything on screen; the
//! engine sends one [`FromEngine::Answers`] with those answers that differ from what that slot holds.
//! What people do goes the same way as [`ToEngine::Act`] and is answered by [`FromEngine::Done`].

mod action;
mod broker;
mod connection;
mod counters;
mod job;
mod lab;
mod ladder;
mod learn;
mod packets;
mod topics;
mod why;
pub mod wire;

pub use action::{Action, Outcome, Problem};
pub use broker::{
    BrokerAnswer, DeadlineRow, RefusalGroup, RefusalRow, RefusalsAnswer, RetainedRow,
    SessionDetail, SessionRow, SubscriptionRow,
};
pub use connection::{
    ConnectionAnswer, ConnectionId, ConnectionRow, ConnectionState, Link, MessageDetail,
    MessageRow, MessagesAnswer, Profile, SubscriptionState, WillProfile,
};
pub use counters::{Both, Count, CountKey, CountRow, CountersAnswer, CountersQuery, CountsOf};
pub use job::{ImportReport, JobId, Work, WorkEnd};
pub use lab::{
    Clock, DeviceCard, DeviceRow, DeviceState, FrameAnswer, HouseAnswer, InboxRow, Opening, Rect,
    RoomRow, Travel,
};
pub use ladder::{
    Fate, GroupRow, JourneyAnswer, LadderAnswer, LadderEntry, LadderWhat, LaneChoice, LaneKey,
    LaneRow, LegRow, MarkSign, Middle, OTHERS_MAX, OtherLane,
};
pub use learn::{CourseAnswer, LessonAnswer, LessonRow, StepRow, StepState};
pub use midge_codec::{Explanation, PacketType, QoS, Reason, Version};
pub use midge_sim as sim;
pub use midge_sim::{DeviceId, RoomId};
pub use midge_trace::filter::{about_client, about_topic};
pub use packets::{
    Direction, FilterAnswer, FilterMistake, Kept, PacketDetail, PacketFilter, PacketRow,
    PacketsAnswer, Proposal, Window,
};
pub use topics::{TopicQuery, TopicRow, TopicSource, TopicVerdict, TopicsAnswer};
pub use why::{
    RetainAnswer, RetainHop, RetainNext, RetainSubscription, StoredMessage, Thought, WhyAnswer,
    WhyOf, WhyRow, WhySign, WhySubscription,
};

use serde::{Deserialize, Serialize};

/// From the page to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToEngine {
    /// What is on screen, once an animation frame. Slots not named are forgotten.
    Ask {
        /// Counts up; the answer repeats it.
        frame: u64,
        /// One query a slot.
        asks: Vec<Ask>,
    },
    /// Something to do.
    Act {
        /// Counts up; the answer repeats it.
        id: u64,
        /// What.
        action: Action,
    },
}

/// A query in a slot: a place on the page that holds one answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Chosen by the page.
    pub slot: u32,
    /// What is asked.
    pub query: Query,
}

/// From the engine to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromEngine {
    /// The engine runs and answers.
    Ready,
    /// The answers that changed since that slot was last answered, or whose query changed.
    Answers {
        /// Of the ask.
        frame: u64,
        /// Slot and answer.
        answers: Vec<(u32, Answer)>,
    },
    /// How an action ended.
    Done {
        /// Of the action.
        id: u64,
        /// What it made, or why it was refused.
        result: Result<Outcome, Problem>,
    },
    /// The engine met a fault of its own and answers no more: what it was, for a report.
    Stopped(String),
}

/// What the page can ask. Each variant is answered by the variant of [`Answer`] with the same name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Query {
    /// The top bar.
    Frame,
    /// The floor plan.
    House,
    /// One device's card.
    Device(DeviceId),
    /// All connections of the Workbench.
    Connections,
    /// One connection of the Workbench.
    Connection(ConnectionId),
    /// Messages that a connection received or published.
    Messages {
        /// Whose.
        connection: ConnectionId,
        /// Which rows.
        window: Window,
    },
    /// One message with its whole payload.
    Message {
        /// Whose.
        connection: ConnectionId,
        /// Its index.
        index: u64,
    },
    /// Packets of every hop.
    Packets {
        /// Which packets count.
        filter: PacketFilter,
        /// Which rows of those.
        window: Window,
    },
    /// One packet with its bytes explained.
    Packet(u64),
    /// What is wrong with a filter, and what may be written next.
    Filter {
        /// Its text so far.
        text: String,
        /// Where the cursor is, in bytes of the text.
        cursor: u32,
    },
    /// What was counted.
    Counters(CountersQuery),
    /// Packets as arrows between clients and one broker.
    Ladder {
        /// Whose broker; `None` for that of the packet `at`, else the lab's.
        broker: Option<Middle>,
        /// Which packets count.
        filter: PacketFilter,
        /// Which entries of those.
        window: Window,
        /// The number of a packet whose place is asked for.
        at: Option<u64>,
        /// Which clients have a lane, and in which order.
        lanes: LaneChoice,
    },
    /// The way of the message that the packet with this number carries or acknowledges.
    Journey(u64),
    /// What the lab's broker holds.
    Broker {
        /// First and number of session rows.
        sessions: (u32, u32),
        /// First and number of retained rows.
        retained: (u32, u32),
    },
    /// One session of the lab's broker.
    Session(String),
    /// What the lab's broker refused and ended, and which limits were reached.
    Refusals,
    /// The list of lessons.
    Course,
    /// The lesson under way.
    Lesson,
    /// Who got a message, and why others did not.
    Why(WhyOf),
    /// The topic tree, and what a filter makes of it.
    Topics(TopicQuery),
    /// What is retained for a topic of the lab's broker, and what RETAIN said on each hop.
    Retain(String),
}

/// What the engine answers; `None` inside means that what was asked for is not there (any more).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)] // Each is documented at its query.
pub enum Answer {
    Frame(FrameAnswer),
    House(HouseAnswer),
    Device(Option<Box<DeviceCard>>),
    Connections(Vec<ConnectionRow>),
    Connection(Option<Box<ConnectionAnswer>>),
    Messages(MessagesAnswer),
    Message(Option<Box<MessageDetail>>),
    Packets(PacketsAnswer),
    Packet(Option<Box<PacketDetail>>),
    Filter(FilterAnswer),
    Counters(Box<CountersAnswer>),
    Ladder(Box<LadderAnswer>),
    Journey(Option<Box<JourneyAnswer>>),
    Broker(Box<BrokerAnswer>),
    Session(Option<Box<SessionDetail>>),
    Refusals(RefusalsAnswer),
    Course(CourseAnswer),
    Lesson(Option<Box<LessonAnswer>>),
    Why(Option<Box<WhyAnswer>>),
    Topics(TopicsAnswer),
    Retain(Box<RetainAnswer>),
}
