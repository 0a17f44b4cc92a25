//! The weather outside by the time of day: a mild day in spring, every day the same.

use core::f64::consts::{PI, TAU};
use core::time::Duration;

/// The mean temperature of the day, in degrees Celsius.
const MEAN_CELSIUS: f64 = 9.0;
/// How far the warmest and the coldest hour are from the mean, in kelvin.
const SWING_KELVIN: f64 = 5.0;
/// The warmest hour of the day.
const WARMEST_HOUR: f64 = 15.0;
/// When the sun rises, in hours.
const SUNRISE_HOUR: f64 = 6.0;
/// When the sun sets, in hours.
const SUNSET_HOUR: f64 = 20.0;

/// The temperature outside in degrees Celsius: 4 at three in the morning, 14 at three in the
/// afternoon.
pub fn outdoor_temperature(time_of_day: Duration) -> f64 {
    MEAN_CELSIUS + SWING_KELVIN * libm::cos(TAU * (hours(time_of_day) - WARMEST_HOUR) / 24.0)
}

/// Daylight from 0 (from sunset at 20:00 to sunrise at 6:00) to 1 (at 13:00).
pub fn daylight(time_of_day: Duration) -> f64 {
    let hour = hours(time_of_day);
    if !(SUNRISE_HOUR..SUNSET_HOUR).contains(&hour) {
        return 0.0;
    }
    libm::sin(PI * (hour - SUNRISE_HOUR) / (SUNSET_HOUR - SUNRISE_HOUR))
}

fn hours(time_of_day: Duration) -> f64 {
    // Milliseconds of a day fit into a double exactly, so every machine divides the same numbers.
    (time_of_day.as_millis() % 86_400_000) as f64 / 3_600_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u64) -> Duration {
        Duration::from_secs(hour * 3600)
    }

    #[test]
    fn afternoons_are_warm_and_nights_are_cold() {
        assert!((outdoor_temperature(at(15)) - 14.0).abs() < 1e-9);
        assert!((outdoor_temperature(at(3)) - 4.0).abs() < 1e-9);
        assert!((outdoor_temperature(at(27)) - 4.0).abs() < 1e-9);
    }

    #[test]
    fn the_sun_is_up_from_six_to_eight_in_the_evening() {
        assert_eq!(daylight(at(5)), 0.0);
        assert_eq!(daylight(at(20)), 0.0);
        assert!((daylight(at(13)) - 1.0).abs() < 1e-9);
        assert!(daylight(at(8)) > 0.3 && daylight(at(8)) < daylight(at(10)));
    }
}
