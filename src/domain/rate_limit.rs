//! Rate limits. Every limited act of the service is in one of these three tables.
//!
//! **By address**, checked before anything else: one rate-limit binding per class, so it is quick, permissive and counted
//! per Cloudflare location. Over it: 429 `rate_limited`, `Retry-After` the whole window, nothing is written.
//!
//! | class | acts (`web::router::rate_limit_class`) | limit | window |
//! |---|---|---|---|
//! | `Guess` | attempts at a password, code or link | `policy::GUESSES` | `policy::GUESSES_WINDOW` |
//! | `Email` | requests that send an email; by user, fetches of clients' documents | `policy::EMAILS` | `policy::EMAILS_WINDOW` |
//! | `Traffic` | requests that a whole company makes all day | `policy::TRAFFIC` | `policy::TRAFFIC_WINDOW` |
//!
//! **By account**, counted in D1: an attempt is counted before anything is compared, and uncounted on success. Over it: 429
//! `rate_limited`, `Retry-After` to the second, nothing is written. Existing and unknown accounts are limited alike: the
//! counter is a MAC of the submitted text. Devices and networks that the account knows have counters of their own.
//!
//! | secret | counted by | attempts without a wait | then a wait of | forgotten after |
//! |---|---|---|---|---|
//! | `Password` | submitted name, and the known device or else network | 10 | 15 s, doubling up to 15 min | a day |
//! | `Proof` | user and session, with the sessions opened from it by tickets | 10 | the same | a day |
//! | `Code` | email (in a session: as `Proof`), and the same | 10 | a day, and 10 again; after 100 a month | a month |
//! | `SecondFactor` | email, and the same; only after the first factor | 10 | a day, and 10 again; after 100 a month | a month |
//! | `UserCode` | user, in all of their sessions | 10 | a day, and 10 again; after 100 a month | a month |
//!
//! **By block and in total**, counted in D1: writes caused by clients without an account, so that they cannot fill the
//! database. Over it: 429 `rate_limited`, `Retry-After` to the end of the hour, nothing is written; a refused request keeps
//! its own response and is not logged.
//!
//! | class | counted | per block | in total |
//! |---|---|---|---|
//! | `Emails` | requests for an email: registration, activation sent again, recovery, code | 300 an hour | 6,000 an hour |
//! | `Failures` | passwords tried from unknown networks; refusals without session or token | 3,000 an hour | 60,000 an hour |
//! | `Requests` | pushed and device authorization requests of clients without a secret | 1,000 an hour | 20,000 an hour |
//!
//! Emails are also limited by mailbox, kind and requesting network, without an error (`store::outbox`).

use std::time::Duration;

use crate::domain::crypto::keyring::{AppKey, Keyring, Purpose};
use crate::domain::devices::device::Device;
use crate::domain::devices::network::Network;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// Acts limited by address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimitClass {
    Guess,
    Email,
    Traffic,
}

impl RateLimitClass {
    pub const ALL: [Self; 3] = [Self::Guess, Self::Email, Self::Traffic];

    pub const fn limit(self) -> u32 {
        match self {
            Self::Guess => policy::GUESSES,
            Self::Email => policy::EMAILS,
            Self::Traffic => policy::TRAFFIC,
        }
    }

    /// 10 or 60 seconds: bindings support no other windows.
    pub const fn window(self) -> Duration {
        match self {
            Self::Guess => policy::GUESSES_WINDOW,
            Self::Email => policy::EMAILS_WINDOW,
            Self::Traffic => policy::TRAFFIC_WINDOW,
        }
    }
}

/// Writes caused by clients without an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strangers {
    /// An email, and the row it is about.
    Emails,
    /// The record of an attempt or a refusal.
    Failures,
    /// A request of a client without a secret: pushed, or for a device.
    Requests,
}

impl Strangers {
    /// The names of its counters for a block at a given time, each with its limit.
    pub fn counters(self, block: &str, now: Timestamp) -> [(String, u32); 2] {
        let (word, of_a_block, of_all) = match self {
            Self::Emails => ("letters", policy::STRANGERS_EMAILS_OF_A_BLOCK, policy::STRANGERS_EMAILS),
            Self::Failures => ("failures", policy::STRANGERS_FAILURES_OF_A_BLOCK, policy::STRANGERS_FAILURES),
            Self::Requests => ("requests", policy::STRANGERS_REQUESTS_OF_A_BLOCK, policy::STRANGERS_REQUESTS),
        };
        let window = Self::window(now);
        [(format!("{word} {window} from {block}"), of_a_block), (format!("{word} {window}"), of_all)]
    }

    /// The end of the current window.
    pub fn end(now: Timestamp) -> Timestamp {
        let seconds = (Self::window(now) + 1) * window_seconds();
        Timestamp::from_millis(seconds * 1000)
    }

    fn window(now: Timestamp) -> i64 {
        now.seconds().div_euclid(window_seconds())
    }
}

fn window_seconds() -> i64 {
    i64::try_from(policy::STRANGERS_WINDOW.as_secs()).unwrap_or(i64::MAX)
}

/// Secrets that can be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guessable {
    /// A password, without a session.
    Password,
    /// A password, within a session.
    Proof,
    /// All one-time codes of an address. Each code has its own few attempts too, separately for its requester and for others.
    Code,
    /// A second factor, of all kinds together: reachable only with the first.
    SecondFactor,
    /// The code that a device shows (RFC 8628 §5.1).
    UserCode,
}

/// Where an attempt comes from. If the account knows it, it has its own counter.
pub enum KnownClient {
    Device(Id<Device>),
    Network(Network),
}

/// A counter of failures. Its name does not reveal its subject.
pub struct Counter;

impl Guessable {
    /// How long further attempts are refused after this many failures in a row.
    pub fn wait_after(self, failures: u32) -> Duration {
        match self {
            Self::Password | Self::Proof => {
                let Some(beyond) = failures.checked_sub(policy::FAILURES_AT_ONCE) else {
                    return Duration::ZERO;
                };
                let doubled = policy::FAILURE_WAIT.saturating_mul(2_u32.saturating_pow(beyond));
                doubled.min(policy::FAILURE_WAIT_MAX)
            }
            Self::Code | Self::SecondFactor | Self::UserCode if failures >= policy::CODE_FAILURES_MAX => {
                policy::CODE_FAILURES_FORGOTTEN
            }
            Self::Code | Self::SecondFactor | Self::UserCode
                if failures.is_multiple_of(policy::CODE_FAILURES_A_DAY) =>
            {
                policy::CODE_FAILURES_DAY
            }
            Self::Code | Self::SecondFactor | Self::UserCode => Duration::ZERO,
        }
    }

    /// The number of failures from which the wait stays the same.
    pub const fn steady_from(self) -> u32 {
        match self {
            Self::Password | Self::Proof => {
                let doubled = policy::FAILURE_WAIT_MAX.as_secs().div_ceil(policy::FAILURE_WAIT.as_secs());
                policy::FAILURES_AT_ONCE + doubled.next_power_of_two().ilog2()
            }
            Self::Code | Self::SecondFactor | Self::UserCode => policy::CODE_FAILURES_MAX,
        }
    }

    /// The time without a further failure after which all are forgotten.
    pub const fn forgotten_after(self) -> Duration {
        match self {
            Self::Password | Self::Proof => policy::FAILURES_FORGOTTEN,
            Self::Code | Self::SecondFactor | Self::UserCode => policy::CODE_FAILURES_FORGOTTEN,
        }
    }

    /// The counter of a subject: that of a device or a network, or the one for all others.
    pub fn counter(self, keys: &Keyring, subject: &str, from: Option<&KnownClient>) -> Id<Counter> {
        self.counter_under(keys.current(), subject, from)
    }

    /// Its names under each of the accepted keys, for counters that must survive a planned change of the key.
    pub fn counters(self, keys: &Keyring, subject: &str, from: &KnownClient) -> Vec<Id<Counter>> {
        keys.accepted().map(|key| self.counter_under(key, subject, Some(from))).collect()
    }

    fn counter_under(self, key: &AppKey, subject: &str, from: Option<&KnownClient>) -> Id<Counter> {
        let word = match self {
            Self::Password => "password",
            Self::Proof => "proof",
            Self::Code => "code",
            Self::SecondFactor => "second factor",
            Self::UserCode => "user code",
        };
        let client = match from {
            Some(KnownClient::Device(id)) => id.to_string(),
            Some(KnownClient::Network(network)) => network.as_str().to_owned(),
            None => "anywhere".to_owned(),
        };
        // The subject is user input, so it comes last: it cannot imitate the other parts.
        let message = format!("{word}\n{client}\n{subject}");
        key.derive(Purpose::Counter).id_of(&[message.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(what: Guessable, failures: impl IntoIterator<Item = u32>) -> Vec<u64> {
        failures.into_iter().map(|count| what.wait_after(count).as_secs()).collect()
    }

    #[test]
    fn passwords_wait_ever_longer_and_never_longer_than_a_quarter_of_an_hour() {
        assert!(seconds(Guessable::Password, 1..10).iter().all(|wait| *wait == 0));
        assert_eq!(seconds(Guessable::Password, 10..18), [15, 30, 60, 120, 240, 480, 900, 900]);
        let last = Guessable::Password.steady_from();
        assert_eq!(seconds(Guessable::Password, [last, last + 1, u32::MAX]), [900, 900, 900]);
    }

    #[test]
    fn codes_are_ten_a_day_and_a_hundred_in_a_row() {
        assert_eq!(seconds(Guessable::Code, [1, 9, 10, 11, 19, 20, 90, 99]), [0, 0, 86_400, 0, 0, 86_400, 86_400, 0]);
        assert_eq!(seconds(Guessable::Code, [100, 101, 1000]), [2_592_000; 3]);
    }

    #[test]
    fn a_typed_name_cannot_imitate_the_counter_of_another_place() {
        let keys = Keyring::new(AppKey::parse("0123456789abcdef0123456789abcdef").unwrap(), vec![]);
        let [here, there] = ["203.0.113.7", "203.0.113.8"].map(|address| KnownClient::Network(Network::of(address)));
        let device = Id::from_bytes([7; 16]);
        let mine = KnownClient::Device(device);
        let counter = |what: Guessable, subject, from| what.counter(&keys, subject, from);
        let all = [
            counter(Guessable::Password, "ada", None),
            counter(Guessable::Password, "ada", Some(&here)),
            counter(Guessable::Password, "ada", Some(&there)),
            counter(Guessable::Password, "ada", Some(&mine)),
            counter(Guessable::Password, "203.0.113.7\nada", None),
            counter(Guessable::Password, &format!("{device}\nada"), None),
            counter(Guessable::Password, "anywhere\nada", Some(&here)),
            counter(Guessable::Code, "ada", None),
            counter(Guessable::Proof, "ada", None),
        ];
        for (place, one) in all.iter().enumerate() {
            assert!(all[place + 1..].iter().all(|other| other != one), "{place}");
        }
    }
}
