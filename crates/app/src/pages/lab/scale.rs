//! The colour of a temperature: a scale with few named stops, mixed between neighbours. Pure.

/// The stops in degrees Celsius; the style sheet has a colour `--heat-<place>` for each.
pub const STOPS: [f32; 5] = [14.0, 18.0, 21.0, 24.0, 28.0];

/// The colour of a temperature as CSS, mixed in a space where the steps look even.
pub fn tint(degrees: f32) -> String {
    let (stop, percent) = between(degrees);
    if percent == 0 {
        return format!("var(--heat-{stop})");
    }
    format!(
        "color-mix(in oklab, var(--heat-{}) {percent}%, var(--heat-{stop}))",
        stop + 1
    )
}

/// The stop at or below a temperature, and how many percent of the way to the next it is. Whole
/// percents, so that a room is not painted again for what nobody sees.
fn between(degrees: f32) -> (usize, u8) {
    let last = STOPS.len() - 1;
    if degrees.is_nan() || degrees <= STOPS[0] {
        return (0, 0);
    }
    for stop in 0..last {
        let (low, high) = (STOPS[stop], STOPS[stop + 1]);
        if degrees < high {
            let part = (degrees - low) / (high - low) * 100.0;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 100.
            return (stop, part as u8);
        }
    }
    (last, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_its_own_colour() {
        for (place, degrees) in STOPS.into_iter().enumerate() {
            assert_eq!(tint(degrees), format!("var(--heat-{place})"));
        }
    }

    #[test]
    fn between_stops_both_colours_are_mixed() {
        assert_eq!(
            tint(19.5),
            "color-mix(in oklab, var(--heat-2) 50%, var(--heat-1))"
        );
    }

    #[test]
    fn beyond_the_scale_its_ends_hold() {
        assert_eq!(tint(-40.0), "var(--heat-0)");
        assert_eq!(tint(99.0), "var(--heat-4)");
        assert_eq!(tint(f32::NAN), "var(--heat-0)");
    }
}
