//! One value of a request against one value of a condition.
//! Negates nothing and counts nothing: that is for the condition.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime};

use crate::error::{Fault, PolicyError};
use crate::operator::{Comparison, Order};
use crate::request::Request;
use crate::text::{Reading, Text};

/// A value of a condition, ready to be compared with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Text(Text),
    TextInAnyCase(Text),
    Arn(Text),
    Number(f64, Order),
    Date(OffsetDateTime, Order),
    Addresses(IpNet),
    /// The key is missing, or it is not.
    Missing(bool),
}

impl Operand {
    /// Reads a value as the operator, whose name is for messages, compares it.
    pub(crate) fn read(
        text: &str,
        comparison: Comparison,
        operator: &str,
        variables: bool,
    ) -> Result<Operand, PolicyError> {
        let plain = |wildcards| Text::read(text, Reading { variables, wildcards });
        let (operand, allowed) = match comparison {
            Comparison::Equal => (Some(Operand::Text(plain(false))), "texts"),
            Comparison::EqualIgnoringCase => (Some(Operand::TextInAnyCase(plain(false))), "texts"),
            Comparison::Like => (Some(Operand::Text(plain(true))), "texts"),
            Comparison::Bool => (Some(Operand::TextInAnyCase(plain(false))), "true and false"),
            Comparison::Arn => (Some(Operand::Arn(plain(true))), "ARNs"),
            Comparison::Number(order) => {
                (number(text).map(|number| Operand::Number(number, order)), "numbers")
            }
            Comparison::Date(order) => {
                (date(text).map(|date| Operand::Date(date, order)), "ISO 8601 dates and seconds since 1970")
            }
            Comparison::Address => (addresses(text).map(Operand::Addresses), "addresses and blocks of them"),
            Comparison::Null => (text.parse().ok().map(Operand::Missing), "true and false"),
        };
        let wrong = || Fault::Operand { operator: operator.to_owned(), allowed, got: text.to_owned() }.into();
        operand.ok_or_else(wrong)
    }

    /// Whether a value of the request is so.
    pub(crate) fn accepts(&self, value: &str, request: &Request) -> bool {
        let is = |order: &Order, found: Option<Ordering>| found.is_some_and(|found| order.0.contains(&found));
        match self {
            Operand::Text(text) => text.matches(value, request),
            Operand::TextInAnyCase(text) => text.matches_ignoring_case(value, request),
            Operand::Arn(text) => text.matches_arn(value, request),
            Operand::Number(wanted, order) => {
                is(order, number(value).and_then(|got| got.partial_cmp(wanted)))
            }
            Operand::Date(wanted, order) => is(order, date(value).map(|got| got.cmp(wanted))),
            Operand::Addresses(block) => value.parse().is_ok_and(|address: IpAddr| block.contains(&address)),
            Operand::Missing(missing) => !missing,
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A moment, a day (its first moment, in UTC), or seconds since 1970.
fn date(text: &str) -> Option<OffsetDateTime> {
    let day = || Date::parse(text, &Iso8601::DATE).ok().map(|day| day.midnight().assume_utc());
    let seconds = || OffsetDateTime::from_unix_timestamp(text.parse().ok()?).ok();
    OffsetDateTime::parse(text, &Iso8601::DEFAULT).ok().or_else(seconds).or_else(day)
}

/// A block, or one address.
fn addresses(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| Some(IpNet::from(text.parse::<IpAddr>().ok()?)))
}
