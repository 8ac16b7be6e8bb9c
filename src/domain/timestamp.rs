//! A point in time: whole milliseconds since 1970 in UTC, printed as RFC 3339.

use std::fmt;
use std::ops::{Add, RangeInclusive, Sub};
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use serde::{Serialize, Serializer};

/// Milliseconds since the Unix epoch. D1 stores them as INTEGER; they stay exact as `f64` until the year 287,396.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From a row. RFC 3339 years have four digits, so a timestamp with more was not written by us.
    pub fn stored(millis: i64) -> Option<Self> {
        let moment = DateTime::from_timestamp_millis(millis)?;
        (0..=9999).contains(&moment.year()).then_some(Self(millis))
    }

    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Parses the output of [`fmt::Display`] and every other spelling of RFC 3339; fractions of a millisecond are dropped.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|moment| Self(moment.timestamp_millis()))
    }

    /// Parses the input of Django REST framework's `DateTimeField`: `2030-01-02`, optionally followed by `T` or a space and
    /// `03:04`, with optional seconds, fraction and offset (`Z`, `+02:00`, `+0200`, `+02`). Without an offset it is UTC; a
    /// date alone is its midnight. Fractions of a millisecond are dropped.
    pub fn parse_date_time(text: &str) -> Option<Self> {
        let mut rest = Scanner(text);
        let year = rest.number(4..=4)?;
        let month = rest.one_of("-").and_then(|_| rest.number(1..=2))?;
        let day = rest.one_of("-").and_then(|_| rest.number(1..=2))?;
        let date = NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)?;
        let (mut time, mut offset) = (NaiveTime::MIN, 0);
        if !rest.0.is_empty() {
            rest.one_of("Tt ")?;
            (time, offset) = (rest.time()?, rest.offset_minutes()?);
        }
        let moment = date.and_time(time).and_utc() - TimeDelta::minutes(offset);
        rest.0.is_empty().then(|| Self(moment.timestamp_millis()))
    }

    /// The time that `Retry-After` asks to wait for (RFC 9110 §10.2.3): seconds to wait, or a date.
    pub fn parse_retry_after(text: &str, now: Self) -> Option<Self> {
        match text.parse() {
            Ok(seconds) => Some(now + Duration::from_secs(seconds)),
            Err(_) => Self::parse_http_date(text),
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the only format that may be generated today (RFC 9110 §5.6.7).
    fn parse_http_date(text: &str) -> Option<Self> {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (_, date) = text.strip_suffix(" GMT")?.split_once(", ")?;
        let mut parts = date.splitn(4, ' ');
        let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let month = MONTHS.iter().position(|name| *name == month)? + 1;
        Self::parse(&format!("{year}-{month:02}-{day}T{time}Z"))
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds, as JWTs count them (RFC 7519 §2, NumericDate).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The same time without its milliseconds: a token's times must equal those in the response.
    pub const fn whole_seconds(self) -> Self {
        Self::from_seconds(self.seconds())
    }

    /// One millisecond later.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The first whole second after this time.
    pub const fn next_second(self) -> Self {
        Self::from_seconds(self.seconds().saturating_add(1))
    }

    /// The time that has passed since `earlier`; zero if it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The same in seconds, rounded up for `Retry-After` (RFC 9110 §10.2.3); at least one.
    pub fn seconds_from(self, earlier: Self) -> u64 {
        let wait = self.since(earlier);
        (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
    }

    /// As a `chrono` value; times that chrono cannot represent become the earliest it can.
    pub fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

/// Reads a text from its beginning, piece by piece.
struct Scanner<'a>(&'a str);

impl<'a> Scanner<'a> {
    /// As many digits as there are; `None` if that is too few or too many.
    fn digits(&mut self, count: RangeInclusive<usize>) -> Option<&'a str> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at_checked(end).filter(|_| count.contains(&end))?;
        self.0 = rest;
        Some(digits)
    }

    fn number(&mut self, digits: RangeInclusive<usize>) -> Option<u32> {
        self.digits(digits)?.parse().ok()
    }

    /// The next character, if it is one of these.
    fn one_of(&mut self, these: &str) -> Option<char> {
        let next = self.0.chars().next().filter(|next| these.contains(*next))?;
        self.0 = self.0.strip_prefix(next)?;
        Some(next)
    }

    /// `hh:mm[:ss[.ffffff]]`
    fn time(&mut self) -> Option<NaiveTime> {
        let hour = self.number(1..=2)?;
        let minute = self.one_of(":").and_then(|_| self.number(1..=2))?;
        let (mut second, mut millis) = (0, 0);
        if self.one_of(":").is_some() {
            second = self.number(1..=2)?;
            if self.one_of(".,").is_some() {
                let fraction = format!("{:0<3}", self.digits(1..=12)?);
                millis = fraction.get(..3)?.parse().ok()?;
            }
        }
        NaiveTime::from_hms_milli_opt(hour, minute, second, millis)
    }

    /// Minutes ahead of UTC; 0 if the text has no offset.
    fn offset_minutes(&mut self) -> Option<i64> {
        self.0 = self.0.trim_start_matches(' ');
        let sign = match self.one_of("Zz+-") {
            Some('+') => 1,
            Some('-') => -1,
            Some(_) | None => return Some(0),
        };
        let (hours, mut minutes) = self.digits(2..=4)?.split_at_checked(2)?;
        if minutes.is_empty() && self.one_of(":").is_some() {
            minutes = self.digits(2..=2)?;
        }
        let hours = hours.parse::<i64>().ok().filter(|hours| *hours < 24)?;
        let minutes = match minutes.len() {
            0 => 0,
            2 => minutes.parse::<i64>().ok().filter(|minutes| *minutes < 60)?,
            _ => return None,
        };
        Some(sign * (hours * 60 + minutes))
    }
}

/// A duration as the database has it, in milliseconds.
pub fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC; milliseconds are printed when they are not zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.to_chrono();
        write!(f, "{:04}-{:02}-{:02}", t.year(), t.month(), t.day())?;
        write!(f, "T{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second())?;
        match t.timestamp_subsec_millis() {
            0 => f.write_str("Z"),
            millis => write!(f, ".{millis:03}Z"),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_printed_when_they_are_not_zero() {
        assert_eq!(Timestamp::from_seconds(1_719_865_270).to_string(), "2024-07-01T20:21:10Z");
        assert_eq!(Timestamp::from_millis(1_893_483_683_399).to_string(), "2030-01-01T07:41:23.399Z");
        assert_eq!(Timestamp::from_millis(1_893_483_683_400).to_string(), "2030-01-01T07:41:23.400Z");
    }

    #[test]
    fn a_moment_is_read_in_every_spelling_of_rfc_3339_and_no_other() {
        let moment = Timestamp::from_millis(1_893_483_683_399);
        for text in ["2030-01-01T07:41:23.399Z", "2030-01-01T08:41:23.399+01:00", "2030-01-01t07:41:23.3999z"] {
            assert_eq!(Timestamp::parse(text), Some(moment), "{text}");
        }
        for text in ["", "2030-01-01", "2030-01-01T07:41:23.399", "1893483683399", "2030-02-30T07:41:23Z"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_a_retry_after_asks_for_is_seconds_or_a_date() {
        let now = Timestamp::from_millis(1_893_483_683_399);
        let read = |text| Timestamp::parse_retry_after(text, now).map(Timestamp::millis);
        assert_eq!(read("120"), Some(1_893_483_803_399));
        assert_eq!(read("Tue, 01 Jan 2030 07:43:00 GMT"), Some(1_893_483_780_000));
        assert_eq!(read("18446744073709551615"), Some(i64::MAX), "for ever");
        for text in [
            "",
            "-1",
            "1.5",
            "soon",
            "2030-01-01T07:43:00Z",
            "Tue, 32 Jan 2030 07:43:00 GMT",
            "Tue, 01 Jan 2030 07:43:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn seconds_round_down_on_both_sides_of_the_epoch() {
        assert_eq!(Timestamp::from_millis(1_999).seconds(), 1);
        assert_eq!(Timestamp::from_millis(-1).seconds(), -1);
    }

    #[test]
    fn a_row_holds_no_moment_that_cannot_be_printed() {
        let (first, last) = (-62_167_219_200_000, 253_402_300_799_999);
        for millis in [first, 0, last] {
            let moment = Timestamp::stored(millis).unwrap();
            assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment));
        }
        for millis in [i64::MIN, first - 1, last + 1, i64::MAX] {
            assert_eq!(Timestamp::stored(millis), None, "{millis}");
        }
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let end = Timestamp::from_millis(i64::MAX);
        assert_eq!(end + Duration::MAX, end);
        assert!(!Timestamp::from_millis(i64::MIN).to_string().is_empty());
    }
}
