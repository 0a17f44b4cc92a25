//! A chart of measurements: scaling and ticks, pure, and its drawing.

use crate::format;
use yew::prelude::*;

const WIDTH: f32 = 320.0;
const HEIGHT: f32 = 120.0;
const LEFT: f32 = 40.0;
const BOTTOM: f32 = 18.0;
const TOP: f32 = 8.0;

/// A chart's scales.
#[derive(Clone, Debug, PartialEq)]
pub struct Scales {
    /// First and last time in milliseconds.
    pub times: (u64, u64),
    /// Lowest and highest value shown.
    pub values: (f32, f32),
    /// Values with a line.
    pub ticks: Vec<f32>,
}

impl Scales {
    /// The scales of points in the order of time; `None` for fewer than two.
    pub fn of(points: &[(u64, f32)]) -> Option<Self> {
        let (first, last) = (points.first()?.0, points.last()?.0);
        if last <= first {
            return None;
        }
        let finite = || {
            points
                .iter()
                .map(|(_, value)| *value)
                .filter(|value| value.is_finite())
        };
        let low = finite().reduce(f32::min)?;
        let high = finite().reduce(f32::max)?;
        let step = step((high - low).max(0.4) / 3.0);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        let high = if high - low < step { low + step } else { high };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // At most a dozen.
        let count = ((high - low) / step).round().min(12.0) as u16;
        let ticks = (0..=count)
            .map(|place| low + f32::from(place) * step)
            .collect();
        Some(Self {
            times: (first, last),
            values: (low, high),
            ticks,
        })
    }

    /// Pixels from the left.
    #[allow(clippy::cast_precision_loss)] // Pixels.
    fn x(&self, at: u64) -> f32 {
        let part = at.saturating_sub(self.times.0) as f32 / (self.times.1 - self.times.0) as f32;
        LEFT + part * (WIDTH - LEFT - 4.0)
    }

    /// Pixels from the top.
    fn y(&self, value: f32) -> f32 {
        let part = (value - self.values.0) / (self.values.1 - self.values.0);
        HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP)
    }

    /// The line through the points.
    fn line(&self, points: &[(u64, f32)]) -> String {
        points
            .iter()
            .filter(|(_, value)| value.is_finite())
            .map(|(at, value)| format!("{:.1},{:.1}", self.x(*at), self.y(*value)))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The next step of 1, 2, 5 at or above `least`.
fn step(least: f32) -> f32 {
    let mut step = 0.1;
    for factor in [2.0, 2.5, 2.0, 2.0, 2.5, 2.0, 2.0, 2.5, 2.0] {
        if step >= least {
            break;
        }
        step *= factor;
    }
    step
}

/// Properties of [`Chart`].
#[derive(PartialEq, Properties)]
pub struct ChartProps {
    /// What is measured, for readers.
    pub label: AttrValue,
    /// Milliseconds and value, oldest first.
    pub points: Vec<(u64, f32)>,
    /// The unit behind values.
    pub unit: &'static str,
}

/// A line over time.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let Some(scales) = Scales::of(&props.points) else {
        return html! {
            <p class="chart-none muted small">{"The line begins with the second measurement."}</p>
        };
    };
    let last = props.points.last().map_or(0.0, |point| point.1);
    let span = format::span(scales.times.1 - scales.times.0);
    let spoken = format!(
        "{}: {last:.1} {} at the end of {span}",
        props.label, props.unit
    );
    html! {
        <svg class="chart" viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={spoken}>
            { for scales.ticks.iter().map(|tick| {
                let y = format!("{:.1}", scales.y(*tick));
                html! {
                    <g key={format!("{tick:.1}")}>
                        <line class="chart-grid" x1={LEFT.to_string()} x2={WIDTH.to_string()} y1={y.clone()} y2={y.clone()} />
                        <text class="chart-tick" x={(LEFT - 6.0).to_string()} {y} dy="0.35em" text-anchor="end">{format!("{tick:.1}")}</text>
                    </g>
                }
            }) }
            <polyline class="chart-line" points={scales.line(&props.points)} />
            <circle class="chart-end" r="3" cx={format!("{:.1}", scales.x(scales.times.1))} cy={format!("{:.1}", scales.y(last))} />
            <text class="chart-tick" x={LEFT.to_string()} y={(HEIGHT - 4.0).to_string()}>{format!("{span} ago")}</text>
            <text class="chart-tick" x={(WIDTH - 4.0).to_string()} y={(HEIGHT - 4.0).to_string()} text-anchor="end">{"now"}</text>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_holds_all_values_between_round_numbers() {
        let scales = Scales::of(&[(0, 19.83), (500, 20.41), (1000, 21.07)]).unwrap();
        assert_eq!(scales.times, (0, 1000));
        assert!(scales.values.0 <= 19.83 && scales.values.1 >= 21.07);
        assert!((3..=6).contains(&scales.ticks.len()), "{:?}", scales.ticks);
    }

    #[test]
    fn a_flat_line_still_has_a_height() {
        let scales = Scales::of(&[(0, 20.0), (9, 20.0)]).unwrap();
        assert!(scales.values.1 > scales.values.0);
        assert!(scales.line(&[(0, 20.0), (9, 20.0)]).split(' ').count() == 2);
    }

    #[test]
    fn one_point_is_no_line_and_no_value_breaks_the_scale() {
        assert_eq!(Scales::of(&[]), None);
        assert_eq!(Scales::of(&[(5, 20.0)]), None);
        assert_eq!(Scales::of(&[(5, 20.0), (5, 21.0)]), None);
        let scales = Scales::of(&[(0, f32::NAN), (1, 20.0), (2, f32::INFINITY)]).unwrap();
        assert!(scales.values.0.is_finite() && scales.values.1.is_finite());
    }
}
