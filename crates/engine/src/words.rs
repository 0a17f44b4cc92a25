//! Small phrases for people.

use core::time::Duration;

/// A duration in its largest unit, with the next one below where it tells something: "3 s",
/// "2 min", "1 h 5 min".
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => "less than a second".to_owned(),
        1..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 if (seconds / 60).is_multiple_of(60) => format!("{} h", seconds / 3_600),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3_600 % 24),
    }
}

/// Time left, rounded up, so that what has not happened is never "in 0 s".
pub(crate) fn time_left(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    duration(Duration::from_secs(seconds.max(1)))
}

/// With a capital first letter.
pub(crate) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said = |seconds| duration(Duration::from_secs(seconds));
        assert_eq!(said(0), "less than a second");
        assert_eq!(said(59), "59 s");
        assert_eq!(said(125), "2 min");
        assert_eq!(said(3_600), "1 h");
        assert_eq!(said(3_900), "1 h 5 min");
        assert_eq!(said(90_000), "1 d 1 h");
        assert_eq!(time_left(Duration::from_millis(2_100)), "3 s");
        assert_eq!(time_left(Duration::ZERO), "1 s");
        assert_eq!(capitalised("living room"), "Living room");
    }
}
