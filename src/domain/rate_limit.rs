//! What is limited. Every limited act of the house is in one of these three tables.
//!
//! **By address**, before anything else is looked at: a rate-limit binding each, so it is quick, permissive and counted
//! per Cloudflare location. Over it: 429 `rate_limited`, `Retry-After` the whole window, nothing is written.
//!
//! | lane | acts (`web::router::rate_limit_class`) | so many | within |
//! |---|---|---|---|
//! | `Guess` | what a password, code or link is tried at | `policy::GUESSES` | `policy::GUESSES_WINDOW` |
//! | `Letter` | what sends a letter | `policy::LETTERS` | `policy::LETTERS_WINDOW` |
//! | `Traffic` | what a whole page does all day | `policy::TRAFFIC` | `policy::TRAFFIC_WINDOW` |
//!
//! **By account**, counted in D1: a try is spent before anything is compared, and given back by success. Over it: 429
//! `rate_limited`, `Retry-After` to the second, nothing is written. Who or whether anybody has the account makes no
//! difference: the counter is a MAC of what was submitted.
//!
//! | secret | counted by | tries without a wait | then a wait of | forgotten after |
//! |---|---|---|---|---|
//! | `Password` | name as typed, and the device or else the network if the account knows it | 10 | 15 s, doubling up to 15 min | a day |
//! | `Proof` | user and session, with those that come of it by tickets | 10 | the same | a day |
//! | `Code` | e-mail (in a session: as `Proof`), and the device or else the network if the account knows it | 10 | a day, and 10 again; after 100 a month | a month |
//!
//! **By block and for all**, counted in D1: what somebody without an account can have written, so that nobody fills the
//! database. Over it: 429 `rate_limited`, `Retry-After` to the end of the hour, nothing is written; a refusal keeps its own
//! answer and is not on the record.
//!
//! | what | counted | of a block | of all |
//! |---|---|---|---|
//! | `Letters` | what asks for an email: registration, activation sent again, recovery, code | 300 an hour | 6,000 an hour |
//! | `Failures` | a try at a password from where no account is at home; a refusal of who has no session and no token | 3,000 an hour | 60,000 an hour |
//!
//! Emails are limited by mailbox, kind and asking network as well, without a word (`store::outbox`).

use std::time::Duration;

use crate::domain::crypto::keyring::{AppKey, Keyring, Purpose};
use crate::domain::devices::device::Device;
use crate::domain::devices::network::Network;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// Acts an address may do so often.
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
            Self::Email => policy::LETTERS,
            Self::Traffic => policy::TRAFFIC,
        }
    }

    /// 10 or 60 seconds: bindings have no others.
    pub const fn window(self) -> Duration {
        match self {
            Self::Guess => policy::GUESSES_WINDOW,
            Self::Email => policy::LETTERS_WINDOW,
            Self::Traffic => policy::TRAFFIC_WINDOW,
        }
    }
}

/// What somebody without an account can have written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strangers {
    /// An email, and what it tells of.
    Letters,
    /// That something was tried or refused.
    Failures,
}

impl Strangers {
    /// Its counters, by name, for who comes from a block at a moment: each with its limit.
    pub fn counters(self, block: &str, now: Timestamp) -> [(String, u32); 2] {
        let (word, of_a_block, of_all) = match self {
            Self::Letters => ("letters", policy::STRANGERS_LETTERS_OF_A_BLOCK, policy::STRANGERS_LETTERS),
            Self::Failures => ("failures", policy::STRANGERS_FAILURES_OF_A_BLOCK, policy::STRANGERS_FAILURES),
        };
        let window = Self::window(now);
        [(format!("{word} {window} from {block}"), of_a_block), (format!("{word} {window}"), of_all)]
    }

    /// The end of the window a moment is in.
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

/// What somebody may try to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guessable {
    /// A password, by who does not have a session.
    Password,
    /// A password, by who does.
    Proof,
    /// One-time codes, one after another: each has its own few tries besides, from where it was asked for and from elsewhere.
    Code,
}

/// Where a try comes from: what an account may know, and then has a counter for.
pub enum KnownClient {
    Device(Id<Device>),
    Network(Network),
}

/// A counter of failures. The name alone tells nothing of who is counted.
pub struct Counter;

impl Guessable {
    /// How long nobody may try again after so many failures in a row.
    pub fn wait_after(self, failures: u32) -> Duration {
        match self {
            Self::Password | Self::Proof => {
                let Some(beyond) = failures.checked_sub(policy::FAILURES_AT_ONCE) else {
                    return Duration::ZERO;
                };
                let doubled = policy::FAILURE_WAIT.saturating_mul(2_u32.saturating_pow(beyond));
                doubled.min(policy::FAILURE_WAIT_MAX)
            }
            Self::Code if failures >= policy::CODE_FAILURES_MAX => policy::CODE_FAILURES_FORGOTTEN,
            Self::Code if failures.is_multiple_of(policy::CODE_FAILURES_A_DAY) => policy::CODE_FAILURES_DAY,
            Self::Code => Duration::ZERO,
        }
    }

    /// From this many failures on the wait stays the same.
    pub const fn steady_from(self) -> u32 {
        match self {
            Self::Password | Self::Proof => {
                let doubled = policy::FAILURE_WAIT_MAX.as_secs().div_ceil(policy::FAILURE_WAIT.as_secs());
                policy::FAILURES_AT_ONCE + doubled.next_power_of_two().ilog2()
            }
            Self::Code => policy::CODE_FAILURES_MAX,
        }
    }

    /// Without a further failure within this, nothing is left of them.
    pub const fn forgotten_after(self) -> Duration {
        match self {
            Self::Password | Self::Proof => policy::FAILURES_FORGOTTEN,
            Self::Code => policy::CODE_FAILURES_FORGOTTEN,
        }
    }

    /// The counter of a subject: the one of a device or a network, or the one of everywhere else.
    pub fn counter(self, keys: &Keyring, subject: &str, from: Option<&KnownClient>) -> Id<Counter> {
        self.counter_under(keys.current(), subject, from)
    }

    /// Its names under each of the accepted keys, for what a planned change of the key must not forget.
    pub fn counters(self, keys: &Keyring, subject: &str, from: &KnownClient) -> Vec<Id<Counter>> {
        keys.accepted().map(|key| self.counter_under(key, subject, Some(from))).collect()
    }

    fn counter_under(self, key: &AppKey, subject: &str, from: Option<&KnownClient>) -> Id<Counter> {
        let word = match self {
            Self::Password => "password",
            Self::Proof => "proof",
            Self::Code => "code",
        };
        let whence = match from {
            Some(KnownClient::Device(id)) => id.to_string(),
            Some(KnownClient::Network(network)) => network.as_str().to_owned(),
            None => "anywhere".to_owned(),
        };
        // The subject is whatever somebody typed, so it comes last: no other parts can be imitated in it.
        let message = format!("{word}\n{whence}\n{subject}");
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
