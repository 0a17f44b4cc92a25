//! The ladder: one lane a client, the broker in the middle, an arrow for each packet.

mod follow;
mod head;
mod journey;
mod lanes;
mod layout;
mod lines;
mod row;
mod words;

pub(super) use follow::FollowButton;

use crate::components::empty::EmptyState;
use crate::components::icon::Sign;
use crate::components::measure::use_size;
use crate::components::same::Same;
use crate::components::virtual_list::{Row, VirtualList};
use crate::hub::{Reply, use_act, use_journey, use_ladder};
use crate::store::use_stored;
use head::Heads;
use journey::JourneyPanel;
use lanes::{Change, LaneMemory};
use layout::Layout;
use lines::LinesPanel;
use midge_view::{
    Action, JourneyAnswer, LadderAnswer, LadderEntry, LadderWhat, Middle, PacketFilter, Window,
};
use row::{Drawn, HEIGHT};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// Properties of [`LadderView`].
#[derive(PartialEq, Properties)]
pub(super) struct LadderViewProps {
    /// Which packets count.
    pub filter: PacketFilter,
    /// Another filter.
    pub onfilter: Callback<PacketFilter>,
    /// Whose broker stands in the middle; `None` for the one that suits.
    pub broker: Option<Middle>,
    /// Another one.
    pub onbroker: Callback<Middle>,
    /// Number of the chosen packet.
    pub chosen: Option<u64>,
    /// Another one is chosen.
    pub onchoose: Callback<Option<u64>>,
    /// Number of the packet whose message is followed.
    pub followed: Option<u64>,
    /// The message is followed no longer.
    pub onstop: Callback<()>,
    /// Whether the newest packets stay in view.
    pub follow: bool,
    /// Begins or ends that.
    pub onfollow: Callback<bool>,
}

/// The ladder, and the way of the message that is followed.
#[component]
pub(super) fn LadderView(props: &LadderViewProps) -> Html {
    // Where the reader comes from: a message that is followed, or the packet that was chosen before.
    let came_for = *use_memo((), |()| props.chosen);
    let wanted = use_state_eq(|| None::<u64>);
    {
        let wanted = wanted.setter();
        use_effect_with(props.followed, move |_| wanted.set(None));
    }
    let at = wanted.or(props.followed).or(came_for);
    let onleg = {
        let wanted = wanted.setter();
        let (onchoose, onfollow) = (props.onchoose.clone(), props.onfollow.clone());
        Callback::from(move |seq: Option<u64>| {
            onfollow.emit(false);
            wanted.set(seq);
            onchoose.emit(seq);
        })
    };
    let window = use_state_eq(|| Window::Tail { count: 60 });
    let memory = use_stored::<LaneMemory>();
    let shown_broker = use_state_eq(|| props.broker.clone().unwrap_or(Middle::Lab));
    let choice = memory.of(&shown_broker);
    let is_ordered = !choice.order.is_empty();
    let reply = use_ladder(
        props.broker.clone(),
        props.filter.clone(),
        *window,
        at,
        choice,
    );
    let nothing = use_memo((), |()| nothing_yet());
    let answer = reply.here().unwrap_or(&nothing);
    let reading = answer.scanning;
    {
        let shown_broker = shown_broker.setter();
        use_effect_with(answer.broker.clone(), move |broker| {
            shown_broker.set(broker.clone())
        });
    }
    let onlanes = {
        let broker = answer.broker.clone();
        Callback::from(move |change: Change| {
            let broker = broker.clone();
            memory.update(move |memory| memory.change(&broker, &change));
        })
    };
    let listed = use_state_eq(|| false);
    let layout = use_memo(Same::from(answer), |answer| Layout::of(&answer.lanes));
    let onkeydown = {
        let (onstop, is_following) = (props.onstop.clone(), props.followed.is_some());
        Callback::from(move |event: KeyboardEvent| {
            if is_following && event.key() == "Escape" {
                event.stop_propagation();
                onstop.emit(());
            }
        })
    };
    html! {
        <section class="ladder" aria-label="Ladder" {onkeydown}>
            if let Some(seq) = props.followed {
                <Followed {seq} {reading} onchoose={onleg} onstop={props.onstop.clone()} />
            }
            if *listed {
                <LinesPanel answer={Same::from(answer)} layout={Rc::clone(&layout)} {is_ordered} onlanes={onlanes.clone()}
                    onclose={let listed = listed.setter(); Callback::from(move |()| { listed.set(false); focus_lines_button(); })} />
            } else {
                { without_line(answer, &onlanes, &listed.setter()) }
            }
            // From the first moment on, so that what somebody points at is not replaced when the answer comes.
            <Rungs key="rungs" answer={Same::from(answer)} {layout} at={answer.at.filter(|_| at.is_some())}
                filter={props.filter.clone()} onfilter={props.onfilter.clone()} onbroker={props.onbroker.clone()}
                {onlanes} listed={*listed} onlisted={let listed = listed.setter(); Callback::from(move |on| listed.set(on))}
                chosen={props.chosen} onchoose={props.onchoose.clone()} followed={props.followed}
                follow={props.follow} onfollow={props.onfollow.clone()}
                onwindow={let window = window.setter(); Callback::from(move |wanted| window.set(wanted))} />
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct FollowedProps {
    seq: u64,
    reading: bool,
    onchoose: Callback<Option<u64>>,
    onstop: Callback<()>,
}

#[component]
fn Followed(props: &FollowedProps) -> Html {
    let reply = use_journey(props.seq);
    html! {
        <JourneyPanel seq={props.seq} {reply} reading={props.reading} onchoose={props.onchoose.clone()}
            onstop={props.onstop.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct RungsProps {
    answer: Same<LadderAnswer>,
    layout: Rc<Layout>,
    at: Option<u64>,
    filter: PacketFilter,
    onfilter: Callback<PacketFilter>,
    onbroker: Callback<Middle>,
    onlanes: Callback<Change>,
    listed: bool,
    onlisted: Callback<bool>,
    chosen: Option<u64>,
    onchoose: Callback<Option<u64>>,
    followed: Option<u64>,
    follow: bool,
    onfollow: Callback<bool>,
    onwindow: Callback<Window>,
}

/// What stands out because somebody points at an entry or has chosen it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lit {
    /// The entry's handshake.
    group: Option<u64>,
    /// Its message, on every hop.
    message: Option<u64>,
}

impl Lit {
    fn by(entry: &LadderEntry) -> Self {
        Self {
            group: group_of(entry),
            message: entry.message,
        }
    }
}

/// The lanes with their arrows.
#[component]
fn Rungs(props: &RungsProps) -> Html {
    let answer = &props.answer;
    let layout = Rc::clone(&props.layout);
    let hovered = use_state_eq(|| None::<Lit>);
    let journey = use_followed(props.followed);
    let (selected, onselect) = use_choice(props);
    let of_chosen = || Some(Lit::by(entry_at(answer, selected?)?));
    let lit = hovered.or_else(of_chosen).unwrap_or_default();
    let draw: Rc<dyn Fn(usize) -> Row> = {
        let (answer, layout, journey) = (answer.clone(), Rc::clone(&layout), journey.clone());
        let onhover = {
            let hovered = hovered.setter();
            Callback::from(move |lit: Lit| hovered.set(Some(lit)))
        };
        Rc::new(move |at| draw_row(&answer, &layout, at, lit, journey.as_deref(), &onhover))
    };
    // Behind a packet that fills the page, scrolling is lost.
    let seen = (props.chosen.is_none(), props.followed);
    let root = use_middle_in_view(layout.columns(), layout.broker(), seen);
    let onleave = {
        let hovered = hovered.setter();
        Callback::from(move |_: PointerEvent| hovered.set(None))
    };
    let revision = (
        Rc::as_ptr(&answer.0) as usize,
        Rc::as_ptr(&layout) as usize,
        lit,
        journey.as_ref().map(|journey| Rc::as_ptr(journey) as usize),
    );
    let revision = use_revision(revision);
    let is_empty = answer.end == answer.start && !answer.scanning;
    html! {
        <div class="ladder-view" ref={root} onpointerleave={onleave} data-following={props.followed.map(|_| "true")}
            style={format!("--columns: {}", layout.columns())}>
            <VirtualList label="Ladder of packets" head={heads(props)}
                row_height={HEIGHT} start={answer.start} end={answer.end} from={answer.from}
                count={answer.entries.len()} {draw} {revision} {selected} {onselect} reveal={props.at}
                follow={props.follow} onfollow={props.onfollow.clone()} onwindow={props.onwindow.clone()}
                empty={if is_empty { empty(&props.filter, &props.onfilter) } else { html! {} }} />
        </div>
    }
}

/// Where lanes are scrolled sideways, the broker begins in the middle of what is seen.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // Columns and pixels.
#[hook]
fn use_middle_in_view(columns: usize, broker: usize, again: impl PartialEq + 'static) -> NodeRef {
    let root = use_node_ref();
    let last = use_mut_ref(|| 0);
    let (width, _) = use_size(&root);
    {
        let root = root.clone();
        let deps = (columns, broker, width, again);
        use_effect_with(deps, move |(columns, broker, ..)| {
            let root = root.cast::<Element>();
            let find = |what: &str| root.as_ref()?.query_selector(what).ok().flatten();
            let (Some(view), Some(heads)) = (find(".virtual-view"), find(".ladder-heads")) else {
                return;
            };
            let left = view.scroll_left();
            if left > 0 && left != *last.borrow() {
                // Somebody looks elsewhere.
                return;
            }
            let times = find(".ladder-time").map_or(0, |time| time.client_width());
            let seen = view.client_width() - times;
            let (columns, broker) = (*columns as f64, *broker as f64);
            let middle = f64::from(heads.client_width()) * (broker + 0.5) / columns;
            view.set_scroll_left((middle - f64::from(seen) / 2.0).max(0.0) as i32);
            *last.borrow_mut() = view.scroll_left();
        });
    }
    root
}

fn heads(props: &RungsProps) -> Html {
    html! {
        <Heads answer={props.answer.clone()} layout={Rc::clone(&props.layout)} filter={props.filter.clone()}
            onfilter={props.onfilter.clone()} onbroker={props.onbroker.clone()} onlanes={props.onlanes.clone()}
            listed={props.listed} onlisted={props.onlisted.clone()} />
    }
}

/// What is shown before the engine has answered.
fn nothing_yet() -> LadderAnswer {
    LadderAnswer {
        brokers: vec![Middle::Lab],
        broker: Middle::Lab,
        lanes: Vec::new(),
        others: Vec::new(),
        more_others: 0,
        start: 0,
        end: 0,
        from: 0,
        entries: Vec::new(),
        groups: Vec::new(),
        at: None,
        scanning: true,
    }
}

fn focus_lines_button() {
    let button = gloo::utils::document().query_selector(".ladder-time .icon-button");
    if let Some(button) = button
        .ok()
        .flatten()
        .and_then(|it| it.dyn_into::<HtmlElement>().ok())
    {
        let _ = button.focus();
    }
}

/// The journey that is followed, if it is known.
#[hook]
fn use_followed(followed: Option<u64>) -> Option<Rc<JourneyAnswer>> {
    // No packet has the last number, so that nothing is followed by it.
    let reply = use_journey(followed.unwrap_or(u64::MAX));
    match (followed, reply) {
        (Some(_), Reply::Here(journey)) => Some(journey),
        _ => None,
    }
}

/// A number that changes with `what`.
#[hook]
fn use_revision<T: PartialEq + 'static>(what: T) -> usize {
    let last = use_mut_ref(|| (None::<T>, 0_usize));
    let mut last = last.borrow_mut();
    if last.0.as_ref() != Some(&what) {
        *last = (Some(what), last.1.wrapping_add(1));
    }
    last.1
}

/// The chosen entry's index, and how one is chosen: a packet by its number for the whole page, a mark
/// here only.
#[hook]
fn use_choice(props: &RungsProps) -> (Option<u64>, Callback<u64>) {
    let wanted = use_state_eq(|| None::<u64>);
    let answer = &props.answer;
    {
        // What is chosen elsewhere on the page is chosen here too, in place of a mark.
        let wanted = wanted.setter();
        use_effect_with(props.chosen, move |_| wanted.set(None));
    }
    {
        let (wanted, answer) = (wanted.clone(), answer.clone());
        let (onchoose, chosen) = (props.onchoose.clone(), props.chosen);
        use_effect_with((Rc::as_ptr(&answer.0) as usize, *wanted), move |_| {
            let seq = wanted
                .and_then(|index| entry_at(&answer, index))
                .and_then(seq_of);
            if seq.is_some() && seq != chosen {
                onchoose.emit(seq);
            }
            if seq.is_some() {
                wanted.set(None);
            }
        });
    }
    let onselect = {
        let (wanted, onfollow) = (wanted.setter(), props.onfollow.clone());
        Callback::from(move |index: u64| {
            onfollow.emit(false);
            wanted.set(Some(index));
        })
    };
    let at_hand = || {
        let chosen = props.chosen?;
        let place = answer
            .entries
            .iter()
            .position(|entry| seq_of(entry) == Some(chosen))?;
        Some(answer.from + place as u64)
    };
    (wanted.or_else(at_hand), onselect)
}

fn entry_at(answer: &LadderAnswer, index: u64) -> Option<&LadderEntry> {
    let place = usize::try_from(index.checked_sub(answer.from)?).ok()?;
    answer.entries.get(place)
}

/// Says for how many clients there is no line, if for any, and what to do about it.
fn without_line(
    answer: &LadderAnswer,
    onlanes: &Callback<Change>,
    listed: &UseStateSetter<bool>,
) -> Html {
    let (hidden, crowded) = words::without_line(answer);
    let listed = listed.clone();
    html! {
        <>
            if let Some(hidden) = hidden {
                <p class="ladder-left-out"><span>{hidden}</span>
                    <button type="button" class="button quiet" onclick={onlanes.reform(|_: MouseEvent| Change::ShowAll)}>{"Show hidden"}</button>
                </p>
            }
            if let Some(crowded) = crowded {
                <p class="ladder-left-out"><span>{crowded}</span>
                    <button type="button" class="button quiet" onclick={move |_: MouseEvent| listed.set(true)}>{"Choose lines"}</button>
                </p>
            }
        </>
    }
}

fn seq_of(entry: &LadderEntry) -> Option<u64> {
    match &entry.what {
        LadderWhat::Packet { packet, .. } => Some(packet.seq),
        LadderWhat::Mark(..) => None,
    }
}

fn group_of(entry: &LadderEntry) -> Option<u64> {
    match &entry.what {
        LadderWhat::Packet { group, .. } => *group,
        LadderWhat::Mark(..) => None,
    }
}

fn draw_row(
    answer: &LadderAnswer,
    layout: &Layout,
    at: usize,
    lit: Lit,
    journey: Option<&JourneyAnswer>,
    onhover: &Callback<Lit>,
) -> Row {
    let entry = &answer.entries[at];
    let drawn = Drawn {
        answer,
        layout,
        index: answer.from + at as u64,
        entry,
        lit: lit.group,
    };
    let own = Lit::by(entry);
    let onpointerover = onhover.reform(move |_: PointerEvent| own);
    let is_lit = own.group.is_some() && own.group == lit.group;
    let is_kin = own.message.is_some() && own.message == lit.message;
    let class = classes!(
        "ladder-row",
        is_lit.then_some("lit"),
        is_kin.then_some("kin"),
        words::pause(entry).map(|_| "after-pause"),
        journey
            .is_some_and(|journey| is_part(entry, journey))
            .then_some("followed"),
    );
    let cells = html! {
        <>
            <span role="gridcell" class="ladder-time number">{drawn.time()}</span>
            <div role="gridcell" class="ladder-rung" {onpointerover}>
                {drawn.wires()}
                {drawn.label()}
            </div>
        </>
    };
    Row {
        cells,
        class,
        label: Some(words::name(entry, &drawn.client())),
    }
}

/// Whether an entry belongs to the message that is followed.
fn is_part(entry: &LadderEntry, journey: &JourneyAnswer) -> bool {
    let legs = journey.published.iter().chain(&journey.delivered);
    entry.message == Some(journey.message)
        || group_of(entry).is_some_and(|group| legs.clone().any(|leg| leg.group == Some(group)))
}

fn empty(filter: &PacketFilter, onfilter: &Callback<PacketFilter>) -> Html {
    if *filter == PacketFilter::default() {
        return html! { <NothingYet /> };
    }
    html! {
        <EmptyState sign={Sign::Filter} title="No packet matches this filter" action="Show all packets"
            onaction={onfilter.reform(|()| PacketFilter::default())}>
            <p>{"Arrows appear here as soon as a packet that matches is sent."}</p>
        </EmptyState>
    }
}

/// No packet was sent: the lab stands, most likely.
#[component]
fn NothingYet() -> Html {
    let act = use_act();
    html! {
        <EmptyState sign={Sign::Packets} title="No arrows yet" action="Run the lab"
            onaction={act.reform(|()| Action::Pause(false))}>
            <p>{"Each client gets a line, the broker stands in the middle, and every packet is an arrow between them. The packets of one handshake hang on one bracket; what waits, is dropped or breaks is marked where it happens."}</p>
        </EmptyState>
    }
}
