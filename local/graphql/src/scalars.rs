//! AWS's scalars: which texts and numbers they take.
//! Changes no value: what is valid goes on as it came, but for `AWSJSON`.
//!
//! Source: [scalar types in AppSync](https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html).

use std::net::IpAddr;

use serde_json::Value;
use time::{Date, Month};

/// Whether a value is one of this scalar of AWS; `None` if AWS has no such scalar.
pub(crate) fn takes(scalar: &str, value: &Value) -> Option<bool> {
    let text = |is_valid: fn(&str) -> bool| value.as_str().is_some_and(is_valid);
    Some(match scalar {
        "AWSDate" => text(is_date_with_offset),
        "AWSTime" => text(is_time_with_offset),
        "AWSDateTime" => text(is_date_time),
        "AWSTimestamp" => value.is_i64() || value.is_u64(),
        "AWSEmail" => text(is_email),
        "AWSJSON" => text(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()),
        "AWSURL" => text(is_url),
        "AWSPhone" => text(is_phone),
        "AWSIPAddress" => text(is_ip_address),
        _ => return None,
    })
}

/// `1970-01-01`, perhaps with an offset.
fn is_date_with_offset(text: &str) -> bool {
    text.split_at_checked(10).is_some_and(|(date, offset)| is_date(date) && is_offset_or_none(offset))
}

/// `12:30`, `12:30:24.500+05:30`.
fn is_time_with_offset(text: &str) -> bool {
    let at = text.find(['Z', '+', '-']).unwrap_or(text.len());
    is_time(&text[..at]) && is_offset_or_none(&text[at..])
}

/// `1930-01-01T16:00:00.000-07:00`: the offset has to be there.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    let Some(at) = time.find(['Z', '+', '-']) else { return false };
    is_date(date) && is_time(&time[..at]) && is_offset(&time[at..])
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let &[year, month, day] = parts.as_slice() else { return false };
    let date = || {
        let month = Month::try_from(u8::try_from(digits(month, 2)?).ok()?).ok()?;
        let year = i32::try_from(digits(year, 4)?).ok()?;
        Date::from_calendar_date(year, month, u8::try_from(digits(day, 2)?).ok()?).ok()
    };
    date().is_some()
}

fn is_time(text: &str) -> bool {
    let (clock, fraction) =
        text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    let parts: Vec<&str> = clock.split(':').collect();
    let has_fraction = fraction.is_some();
    let is_fraction = fraction.is_none_or(|digits| (1..=9).contains(&digits.len()) && is_digits(digits));
    let are_places = match parts.as_slice() {
        [hour, minute] => !has_fraction && below(hour, 24) && below(minute, 60),
        [hour, minute, second] => below(hour, 24) && below(minute, 60) && below(second, 60),
        _ => false,
    };
    is_fraction && are_places
}

fn is_offset_or_none(text: &str) -> bool {
    text.is_empty() || is_offset(text)
}

/// `Z`, `+05:30`, and with seconds, which AppSync takes.
fn is_offset(text: &str) -> bool {
    let Some(clock) = text.strip_prefix(['+', '-']) else { return text == "Z" };
    let parts: Vec<&str> = clock.split(':').collect();
    match parts.as_slice() {
        [hours, rest @ ..] => {
            below(hours, 19) && (1..=2).contains(&rest.len()) && rest.iter().all(|one| below(one, 60))
        }
        [] => false,
    }
}

/// Two digits, of a number below this.
fn below(text: &str, limit: u32) -> bool {
    digits(text, 2).is_some_and(|number| number < limit)
}

fn digits(text: &str, length: usize) -> Option<u32> {
    (text.len() == length && is_digits(text)).then(|| text.parse().ok())?
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    let is_local = !local.is_empty() && local.bytes().all(is_atom) && !has_empty_part(local);
    let is_label = |label: &str| label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_local && !has_empty_part(domain) && domain.split('.').all(is_label)
}

fn has_empty_part(text: &str) -> bool {
    text.split('.').any(str::is_empty)
}

/// With a scheme, and without an empty part in its path.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let after = rest.strip_prefix("//").unwrap_or(rest);
    let path = after.split(['?', '#']).next().unwrap_or_default();
    is_scheme && !path.is_empty() && !path.contains("//") && !text.contains(char::is_whitespace)
}

/// Digits, in groups separated by spaces or hyphens; a country code, or else ten digits as in North America.
fn is_phone(text: &str) -> bool {
    let number = text.strip_prefix('+').unwrap_or(text);
    let count = number.bytes().filter(u8::is_ascii_digit).count();
    let are_groups = number.split([' ', '-']).all(|group| !group.is_empty() && is_digits(group));
    let lengths = if text.starts_with('+') { 7..=15 } else { 10..=11 };
    are_groups && lengths.contains(&count)
}

/// IPv4 or IPv6, perhaps with the length of a subnet's mask.
fn is_ip_address(text: &str) -> bool {
    let (address, mask) = text.split_once('/').map_or((text, None), |(address, mask)| (address, Some(mask)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    mask.is_none_or(|mask| is_digits(mask) && mask.parse::<u32>().is_ok_and(|length| length <= longest))
}

#[cfg(test)]
mod tests {
    use super::takes;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(scalar: &str, good: &[Value], bad: &[Value]) {
        for value in good {
            assert_eq!(takes(scalar, value), Some(true), "{scalar} {value}");
        }
        for value in bad {
            assert_eq!(takes(scalar, value), Some(false), "{scalar} {value}");
        }
    }

    fn texts(all: &[&str]) -> Vec<Value> {
        all.iter().map(|one| json!(one)).collect()
    }

    #[test]
    fn dates_and_times_are_extended_iso_8601() {
        check(
            "AWSDate",
            &texts(&["1970-01-01", "1970-01-01Z", "2024-02-29-07:00", "1970-01-01+05:30"]),
            &[
                json!("2023-02-29"),
                json!("1970-1-1"),
                json!("19700101"),
                json!("1970-01-01x"),
                json!(""),
                json!(7),
            ],
        );
        check(
            "AWSTime",
            &texts(&["12:30", "12:30Z", "12:30:24-07:00", "12:30:24.500+05:30", "23:59:59.999999999"]),
            &texts(&["24:00", "12", "12:60", "12:30.5", "1:30", "12:30:24.", "12:30+5"]),
        );
        check(
            "AWSDateTime",
            &texts(&["1970-01-01T12:00Z", "1930-01-01T16:00:00-07:00", "1970-01-01T12:00:00.123+05:30:15"]),
            &texts(&[
                "1970-01-01",
                "1970-01-01T12:00:00",
                "1970-01-01 12:00Z",
                "1970-13-01T12:00Z",
                "T12:00Z",
                "é",
            ]),
        );
        check("AWSTimestamp", &[json!(1), json!(-1)], &[json!(1.5), json!("1"), json!(true)]);
    }

    #[test]
    fn texts_of_a_form_have_it() {
        check(
            "AWSEmail",
            &texts(&["a@b.example", "a.b+c@d"]),
            &texts(&["a", "@b", "a@", "a@b..c", ".a@b", "a b@c", "a@b c"]),
        );
        check(
            "AWSJSON",
            &texts(&["{\"a\": [1]}", "1", "\"x\"", "null"]),
            &[json!("{a: 1}"), json!(""), json!({"a": 1})],
        );
        check(
            "AWSURL",
            &texts(&["https://example.com/a?b=//c", "mailto:a@b"]),
            &texts(&["example.com", "https://example.com/a//b", "https://", "1a://b", "https://a b"]),
        );
        check(
            "AWSPhone",
            &texts(&["+44 20 7946 0958", "555-123-4567", "5551234567"]),
            &texts(&["123", "+44  20", "555.123.4567", "abc", "", "+"]),
        );
        check(
            "AWSIPAddress",
            &texts(&["123.12.34.56", "1a2b:3c4b::1234:4567", "10.0.0.0/8", "::/128"]),
            &texts(&["256.0.0.1", "10.0.0.0/33", "10.0.0.0/", "::/129", "a"]),
        );
    }

    #[test]
    fn no_other_scalar_is_known() {
        assert_eq!(takes("Colour", &json!(1)), None);
    }
}
