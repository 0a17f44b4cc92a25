//! Numbers, sizes and times as people read them. Pure.

use std::cell::Cell;

thread_local! {
    static GROUP: Cell<char> = const { Cell::new(',') };
}

/// Sets what stands between groups of three digits, as the reader's locale has it.
pub fn set_group_separator(separator: char) {
    GROUP.set(separator);
}

/// A whole number with grouped digits: `1,048,576`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(GROUP.get());
        }
        text.push(digit);
    }
    text
}

/// An exact number of bytes: `1,048,576 bytes`.
pub fn bytes(number: u64) -> String {
    match number {
        1 => "1 byte".to_owned(),
        _ => format!("{} bytes", count(number)),
    }
}

/// A size to judge by: `12 B`, `1.5 KiB`, `1.0 MiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    #[allow(clippy::cast_precision_loss)] // One decimal is shown.
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1023.95 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// A time since a beginning, to the millisecond: `0:01:02.345`.
pub fn clock(ms: u64) -> String {
    let seconds = ms / 1000;
    format!(
        "{}:{:02}:{:02}.{:03}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        ms % 1000
    )
}

/// A time of day from seconds since midnight: `07:05:09`.
pub fn time_of_day(seconds: u32) -> String {
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// A length of time in its largest fitting unit: `850 ms`, `12 s`, `3 min`, `2 h`, `5 d`.
pub fn span(ms: u64) -> String {
    const SECOND: u64 = 1000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    match ms {
        0..SECOND => format!("{ms} ms"),
        SECOND..MINUTE => format!("{} s", ms / SECOND),
        MINUTE..HOUR => format!("{} min", ms / MINUTE),
        HOUR..DAY => format!("{} h", ms / HOUR),
        _ => format!("{} d", count(ms / DAY)),
    }
}

/// How long ago something was: `now`, `12 s ago`, `3 min ago`.
pub fn ago(ms: u64) -> String {
    match ms {
        0..1000 => "now".to_owned(),
        _ => format!("{} ago", span(ms)),
    }
}

/// A temperature to a tenth, with a true minus sign: `20.4 °C`.
pub fn celsius(degrees: f32) -> String {
    let text = format!("{degrees:.1} °C");
    match text.strip_prefix('-') {
        Some(rest) if rest.starts_with("0.0 ") => rest.to_owned(),
        Some(rest) => format!("\u{2212}{rest}"),
        None => text,
    }
}

/// `one` for 1, `many` with the grouped number otherwise: `1 message`, `1,204 messages`.
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_three() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_204), "1,204");
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn sizes_change_unit_before_four_digits_show() {
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(1024), "1.0 KiB");
        assert_eq!(size(1_048_575), "1.0 MiB");
        assert_eq!(size(1_572_864), "1.5 MiB");
    }

    #[test]
    fn times_keep_their_leading_zeros() {
        assert_eq!(clock(3_723_045), "1:02:03.045");
        assert_eq!(time_of_day(25_509), "07:05:09");
    }

    #[test]
    fn spans_use_the_largest_unit_that_is_not_zero() {
        assert_eq!(span(999), "999 ms");
        assert_eq!(span(59_999), "59 s");
        assert_eq!(span(60_000), "1 min");
        assert_eq!(span(86_400_000), "1 d");
        assert_eq!(ago(400), "now");
        assert_eq!(ago(61_000), "1 min ago");
    }

    #[test]
    fn a_temperature_just_below_zero_is_not_minus_zero() {
        assert_eq!(celsius(-0.04), "0.0 °C");
        assert_eq!(celsius(-3.25), "\u{2212}3.2 °C");
        assert_eq!(celsius(20.44), "20.4 °C");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(plural(1, "message", "messages"), "1 message");
        assert_eq!(bytes(1), "1 byte");
        assert_eq!(bytes(1_048_576), "1,048,576 bytes");
    }
}
