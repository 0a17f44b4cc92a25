//! One row of the ladder: what the wires look like there, and what stands beside the arrow.

use super::layout::{Layout, Rail, connected, rails};
use super::words;
use crate::components::badge::{DupIcon, Family, PacketBadge, QosBadge, RetainIcon};
use crate::components::icon::{Icon, Sign};
use crate::format;
use midge_view::{Direction, LadderAnswer, LadderEntry, LadderWhat, LaneRow, MarkSign, PacketRow};
use yew::prelude::*;

/// Pixels of a row.
pub(super) const HEIGHT: u32 = 34;

/// Where in a row the arrow lies.
const ARROW_Y: u32 = 25;

/// Columns that are on screen together.
const COLUMNS_IN_SIGHT: usize = 14;

/// Half of the broker's line.
const BROKER_HALF: i32 = 5;

/// A row with everything that is needed to draw it.
pub(super) struct Drawn<'a> {
    pub answer: &'a LadderAnswer,
    pub layout: &'a Layout,
    pub index: u64,
    pub entry: &'a LadderEntry,
    /// The handshake that stands out.
    pub lit: Option<u64>,
}

impl Drawn<'_> {
    /// The client's name.
    pub(super) fn client(&self) -> String {
        let named = words::client(self.answer, self.entry.lane);
        named.unwrap_or_else(|| match &self.entry.what {
            LadderWhat::Packet { packet, .. } => packet.client.clone(),
            LadderWhat::Mark(..) => "a client that is not shown".to_owned(),
        })
    }

    /// Whose entry it is, where no line says so: there is none, or there are so many that its name may be
    /// out of sight.
    fn who(&self) -> Html {
        let has_line = self.layout.column_of(self.entry.lane).is_some();
        if has_line && self.layout.columns() <= COLUMNS_IN_SIGHT {
            return Html::default();
        }
        let towards = match &self.entry.what {
            LadderWhat::Packet { packet, .. } => Some(packet.direction),
            LadderWhat::Mark(..) => None,
        };
        html! {
            <span class="ladder-who">
                if let Some(direction) = towards {
                    <Icon sign={match direction { Direction::ToBroker => Sign::ToBroker, Direction::ToClient => Sign::ToClient }} />
                }
                <span class="ellipsis">{self.client()}</span>
            </span>
        }
    }

    /// The time, and how long nothing happened before it.
    pub(super) fn time(&self) -> Html {
        html! {
            <>
                if let Some(pause) = words::pause(self.entry) { <span class="ladder-pause">{pause}</span> }
                <span class="ladder-clock">{format::clock(self.entry.at_ms)}</span>
            </>
        }
    }

    /// Lifelines, lines of handshakes, and the arrow or mark.
    pub(super) fn wires(&self) -> Html {
        let broker = self.layout.broker();
        let rails = rails(self.layout, &self.answer.groups, self.index, self.entry);
        let lanes = self.answer.lanes.iter().enumerate();
        html! {
            <svg class="ladder-wires" width="100%" height={HEIGHT.to_string()} aria-hidden="true">
                { for lanes.map(|(place, lane)| self.lifeline(lane, self.layout.column(place))) }
                { for rails.iter().map(|rail| self.rail(rail)) }
                { self.arrow() }
                <svg x={self.percent(broker)} overflow="visible">
                    <rect class="ladder-broker" x={(-BROKER_HALF).to_string()} width={(2 * BROKER_HALF).to_string()}
                        height={HEIGHT.to_string()} />
                    { self.arrival() }
                </svg>
                { self.sign() }
            </svg>
        }
    }

    /// What stands above the arrow.
    pub(super) fn label(&self) -> Html {
        let broker = self.layout.broker();
        let column = self.layout.column_of(self.entry.lane).unwrap_or(broker);
        match &self.entry.what {
            LadderWhat::Packet { packet, again, .. } => {
                let left = self.percent(column.min(broker));
                html! {
                    <div class="ladder-over" style={format!("left: calc({left} + 9px)")}>
                        <span class="ladder-label">{ self.who() }{ of_packet(packet, *again) }</span>
                    </div>
                }
            }
            LadderWhat::Mark(sign, words, topic) => {
                let x = self.layout.x(column);
                let side = if column < broker {
                    format!("left: calc({x:.3}% + 14px)")
                } else {
                    format!(
                        "right: calc({:.3}% + 14px); justify-content: flex-end",
                        100.0 - x
                    )
                };
                html! {
                    <div class="ladder-over" style={side}>
                        <span class="ladder-label ladder-note" data-mark={key(*sign)}>
                            <span>{words}</span>
                            { self.who() }
                            if let Some(topic) = topic { <span class="mono ellipsis">{topic}</span> }
                        </span>
                    </div>
                }
            }
        }
    }

    fn percent(&self, column: usize) -> String {
        format!("{:.3}%", self.layout.x(column))
    }

    fn lifeline(&self, lane: &LaneRow, column: usize) -> Html {
        let (above, below) = connected(lane, self.index);
        let x = self.percent(column);
        let line = |from: u32, to: u32, connected: bool| {
            html! {
                <line class="ladder-life" data-connected={connected.then_some("true")} x1={x.clone()} x2={x.clone()}
                    y1={from.to_string()} y2={to.to_string()} />
            }
        };
        if above == below {
            return line(0, HEIGHT, below);
        }
        html! { <>{ line(0, ARROW_Y, above) }{ line(ARROW_Y, HEIGHT, below) }</> }
    }

    fn rail(&self, rail: &Rail) -> Html {
        let outwards = if rail.column < self.layout.broker() {
            -1
        } else {
            1
        };
        let x = (outwards * (8 + 5 * i32::from(rail.track))).to_string();
        let from = if rail.above { 0 } else { ARROW_Y };
        let to = if rail.below { HEIGHT } else { ARROW_Y };
        html! {
            <svg class="ladder-rail" x={self.percent(rail.column)} overflow="visible" data-qos={rail.qos.map(|qos| qos.to_string())}
                data-open={rail.open.then_some("true")} data-lit={(self.lit == Some(rail.group)).then_some("true")}>
                <line x1={x.clone()} x2={x.clone()} y1={from.to_string()} y2={to.to_string()} />
                if rail.tick {
                    <line x1={x} x2="0" y1={ARROW_Y.to_string()} y2={ARROW_Y.to_string()} />
                }
            </svg>
        }
    }

    fn arrow(&self) -> Html {
        let LadderWhat::Packet { packet, again, .. } = &self.entry.what else {
            return Html::default();
        };
        let Some(column) = self.layout.column_of(self.entry.lane) else {
            return Html::default();
        };
        let (lane, broker) = (self.percent(column), self.percent(self.layout.broker()));
        let head = match packet.direction {
            Direction::ToBroker => Html::default(),
            Direction::ToClient => {
                let points_left = column < self.layout.broker();
                html! { <svg x={lane.clone()} overflow="visible">{ head(points_left, 0) }</svg> }
            }
        };
        let start = match packet.direction {
            Direction::ToBroker => html! {
                <circle cx={lane.clone()} cy={ARROW_Y.to_string()} r="2.5" />
            },
            Direction::ToClient => Html::default(),
        };
        html! {
            <g class="ladder-arrow" data-family={family(packet)} data-fault={packet.fault.then_some("true")}
                data-again={(packet.dup || *again).then_some("true")}>
                <line x1={lane} x2={broker} y1={ARROW_Y.to_string()} y2={ARROW_Y.to_string()} />
                {start}{head}
            </g>
        }
    }

    /// The head of an arrow that ends at the broker.
    fn arrival(&self) -> Html {
        let (LadderWhat::Packet { packet, .. }, Some(column)) =
            (&self.entry.what, self.layout.column_of(self.entry.lane))
        else {
            return Html::default();
        };
        if packet.direction == Direction::ToClient {
            return Html::default();
        }
        let from_left = column < self.layout.broker();
        let edge = if from_left { -BROKER_HALF } else { BROKER_HALF };
        html! {
            <g class="ladder-arrow" data-family={family(packet)} data-fault={packet.fault.then_some("true")}>
                { head(!from_left, edge) }
            </g>
        }
    }

    /// The sign of a mark on its lane.
    fn sign(&self) -> Html {
        let (LadderWhat::Mark(mark, ..), Some(column)) =
            (&self.entry.what, self.layout.column_of(self.entry.lane))
        else {
            return Html::default();
        };
        html! {
            <svg class="ladder-mark" data-mark={key(*mark)} x={self.percent(column)} overflow="visible">
                <circle cy={ARROW_Y.saturating_sub(8).to_string()} r="9" />
                <svg x="-6" y={ARROW_Y.saturating_sub(14).to_string()} width="12" height="12" viewBox="0 0 16 16">
                    <path d={picture(*mark).path()} />
                </svg>
            </svg>
        }
    }
}

/// A head whose point is at `x`.
fn head(points_left: bool, x: i32) -> Html {
    let back = if points_left { x + 8 } else { x - 8 };
    let (up, down) = (ARROW_Y - 4, ARROW_Y + 4);
    html! { <path d={format!("M{back} {up}L{x} {ARROW_Y}L{back} {down}z")} /> }
}

fn family(packet: &PacketRow) -> Option<&'static str> {
    packet.packet_type.map(Family::of).map(Family::key)
}

fn of_packet(packet: &PacketRow, again: bool) -> Html {
    html! {
        <>
            <PacketBadge packet_type={packet.packet_type} fault={packet.fault} />
            if let Some(qos) = packet.qos { <QosBadge {qos} /> }
            if packet.retain { <RetainIcon /> }
            if packet.dup || again { <DupIcon /> }
            if let Some(id) = packet.packet_id { <span class="ladder-id">{format!("id {id}")}</span> }
            <span class="ladder-detail mono ellipsis">{words::detail(packet)}</span>
        </>
    }
}

/// The name used in styles.
const fn key(mark: MarkSign) -> &'static str {
    match mark {
        MarkSign::Cut => "cut",
        MarkSign::SessionEnded => "ended",
        MarkSign::Queued => "queued",
        MarkSign::Dropped => "dropped",
        MarkSign::Expired => "expired",
        MarkSign::Deed => "deed",
    }
}

/// The sign of a mark.
const fn picture(mark: MarkSign) -> Sign {
    match mark {
        MarkSign::Cut => Sign::Fault,
        MarkSign::SessionEnded => Sign::Disconnect,
        MarkSign::Queued => Sign::Inbox,
        MarkSign::Dropped => Sign::Remove,
        MarkSign::Expired => Sign::Time,
        MarkSign::Deed => Sign::Press,
    }
}
