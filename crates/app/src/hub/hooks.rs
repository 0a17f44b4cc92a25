//! Typed questions as hooks: a component that calls one is drawn again only when its answer changed.

use super::{Ending, Held, Hub, Reply};
use crate::components::toast::use_toasts;
use midge_view::{
    Action, BrokerAnswer, ConnectionAnswer, ConnectionId, ConnectionRow, CountersAnswer,
    CountersQuery, CourseAnswer, DeviceCard, DeviceId, FilterAnswer, FrameAnswer, HouseAnswer,
    JourneyAnswer, LadderAnswer, LaneChoice, LessonAnswer, MessageDetail, MessagesAnswer, Middle,
    PacketDetail, PacketFilter, PacketsAnswer, Query, RefusalsAnswer, RetainAnswer, SessionDetail,
    TopicQuery, TopicsAnswer, WhyAnswer, WhyOf, Window,
};
use std::rc::Rc;
use yew::prelude::*;

/// The hub of this page.
///
/// # Panics
/// Outside the page's frame, which provides it.
#[hook]
pub fn use_hub() -> Hub {
    use_context::<Hub>().expect("the frame provides the hub")
}

/// Asks as long as the component lives, and gives the newest answer. When the question changes the old
/// answer stays until the next one arrives, so that nothing flickers.
#[hook]
fn use_query<T: 'static>(query: Query) -> Reply<T> {
    let hub = use_hub();
    let held = use_state(|| Held::Waiting);
    let subscription = {
        let held = held.setter();
        use_memo(hub, |hub| {
            hub.subscribe(Callback::from(move |answer| held.set(answer)))
        })
    };
    use_effect_with(
        (subscription_key(&subscription), query),
        move |(_, query)| {
            subscription.set(query.clone());
        },
    );
    match &*held {
        Held::Waiting => Reply::Waiting,
        Held::Gone => Reply::Gone,
        Held::Here(answer) => match Rc::clone(answer).downcast::<T>() {
            Ok(answer) => Reply::Here(answer),
            Err(_) => Reply::Waiting,
        },
    }
}

/// Tells two subscriptions apart.
fn subscription_key(subscription: &Rc<super::Subscription>) -> super::ListenerId {
    subscription.id
}

macro_rules! questions {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) -> $answer:ty = $query:expr;)*) => {
        $(
            $(#[$doc])*
            #[hook]
            pub fn $name($($argument: $type),*) -> Reply<$answer> {
                use_query::<$answer>($query)
            }
        )*
    };
}

questions! {
    /// The top bar.
    use_frame() -> FrameAnswer = Query::Frame;
    /// The floor plan.
    use_house() -> HouseAnswer = Query::House;
    /// One device's card.
    use_device(device: DeviceId) -> DeviceCard = Query::Device(device);
    /// All connections of the Workbench.
    use_connections() -> Vec<ConnectionRow> = Query::Connections;
    /// One connection of the Workbench.
    use_connection(connection: ConnectionId) -> ConnectionAnswer = Query::Connection(connection);
    /// Messages of a connection.
    use_messages(connection: ConnectionId, window: Window) -> MessagesAnswer =
        Query::Messages { connection, window };
    /// One message with its whole payload.
    use_message(connection: ConnectionId, index: u64) -> MessageDetail =
        Query::Message { connection, index };
    /// Packets of every hop.
    use_packets(filter: PacketFilter, window: Window) -> PacketsAnswer =
        Query::Packets { filter, window };
    /// One packet with its bytes explained.
    use_packet(seq: u64) -> PacketDetail = Query::Packet(seq);
    /// What is wrong with the text of a filter, and what may be written at a byte of it.
    use_filter(text: String, cursor: u32) -> FilterAnswer = Query::Filter { text, cursor };
    /// What was counted.
    use_counters(query: CountersQuery) -> CountersAnswer = Query::Counters(query);
    /// Packets as arrows between clients and a broker; `at` is a packet whose place is asked for, `lanes`
    /// says which clients have a line.
    use_ladder(broker: Option<Middle>, filter: PacketFilter, window: Window, at: Option<u64>, lanes: LaneChoice) -> LadderAnswer =
        Query::Ladder { broker, filter, window, at, lanes };
    /// The way of the message that a packet carries.
    use_journey(seq: u64) -> JourneyAnswer = Query::Journey(seq);
    /// What the lab's broker holds; first and number of session rows and of retained rows.
    use_broker(sessions: (u32, u32), retained: (u32, u32)) -> BrokerAnswer =
        Query::Broker { sessions, retained };
    /// One session of the lab's broker.
    use_session(client_id: String) -> SessionDetail = Query::Session(client_id);
    /// What the lab's broker refused and ended.
    use_refusals() -> RefusalsAnswer = Query::Refusals;
    /// The list of lessons.
    use_course() -> CourseAnswer = Query::Course;
    /// The lesson under way.
    use_lesson() -> LessonAnswer = Query::Lesson;
    /// Who got a message, and why others did not.
    use_why(of: WhyOf) -> WhyAnswer = Query::Why(of);
    /// The topic tree, and what a filter makes of it.
    use_topics(query: TopicQuery) -> TopicsAnswer = Query::Topics(query);
    /// What is retained for a topic of the lab's broker, and what RETAIN said on each hop.
    use_retain(topic: String) -> RetainAnswer = Query::Retain(topic);
}

/// Does something; a refusal is shown as a toast. Where the person waits for the result, [`use_deed`].
#[hook]
pub fn use_act() -> Callback<Action> {
    let hub = use_hub();
    let toasts = use_toasts();
    let callback = use_memo((hub, toasts), |(hub, toasts)| {
        let (hub, toasts) = (hub.clone(), toasts.clone());
        Callback::from(move |action: Action| {
            let toasts = toasts.clone();
            hub.act(action, move |ending| {
                if let Err(problem) = ending {
                    toasts.problem(&problem);
                }
            });
        })
    });
    (*callback).clone()
}

/// Something a person does at one place of the page, and how it ended there.
#[derive(Clone, PartialEq)]
pub struct Deed {
    /// Does it.
    pub act: Callback<Action>,
    /// Whether the engine has not answered yet.
    pub busy: bool,
    /// How the last one ended; `None` before the first and while busy.
    pub ending: Option<Ending>,
}

/// Does something and shows at the same place how it ended. `done` hears every ending.
#[hook]
pub fn use_deed(done: Callback<Ending>) -> Deed {
    let hub = use_hub();
    let state = use_state(|| (false, None));
    let act = {
        let state = state.setter();
        Callback::from(move |action: Action| {
            state.set((true, None));
            let (state, done) = (state.clone(), done.clone());
            hub.act(action, move |ending| {
                state.set((false, Some(ending.clone())));
                done.emit(ending);
            });
        })
    };
    Deed {
        act,
        busy: state.0,
        ending: state.1.clone(),
    }
}
