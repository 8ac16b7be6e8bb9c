//! Checks whether a password has leaked. The service does not learn the password: it gets the first 20 of a SHA-1's 160 bits
//! and returns all leaked passwords that share them (k-anonymity). <https://haveibeenpwned.com/API/v3#PwnedPasswords>

use sha1::{Digest, Sha1};

use crate::domain::error::Fault;
use crate::domain::policy::USER_AGENT;

/// The service, and the policy for its failures.
pub struct BreachCheck {
    /// Without a trailing slash.
    pub api_url: String,
    pub when_down: FailurePolicy,
}

pub const DEFAULT_API_URL: &str = "https://api.pwnedpasswords.com/range";

/// The policy for a password that cannot be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailurePolicy {
    /// Accept it, and log that.
    Open,
    /// Refuse all new passwords until the service is back.
    Closed,
}

/// The hexadecimal digits of a hash that are sent. The service supports no other length.
const PREFIX_DIGITS: usize = 5;

/// A password's hash as the service spells it: the part that is sent, and the part that is compared here.
pub struct Fingerprint {
    prefix: String,
    suffix: String,
}

impl Fingerprint {
    /// SHA-1 because the service's list uses it. The protection is not the hash but how little of it is sent.
    pub fn of(password: &[u8]) -> Self {
        let mut prefix: String = Sha1::digest(password).iter().map(|byte| format!("{byte:02X}")).collect();
        let suffix = prefix.split_off(PREFIX_DIGITS);
        Self { prefix, suffix }
    }

    /// The request. It asks for padding, so that the length of the response does not reveal the range to an eavesdropper.
    pub fn request(&self, check: &BreachCheck) -> Result<http::Request<Vec<u8>>, Fault> {
        http::Request::get(format!("{}/{}", check.api_url, self.prefix))
            .header("Add-Padding", "true")
            .header("User-Agent", USER_AGENT)
            .body(Vec::new())
            .map_err(fault)
    }

    /// Whether the response contains this password. A malformed response is a fault: a proxy's error page, parsed leniently,
    /// would pass for a password that has never leaked.
    pub fn is_named_in(&self, status: http::StatusCode, body: &[u8]) -> Result<bool, Fault> {
        if status != http::StatusCode::OK {
            return Err(fault(format!("answered {}", status.as_u16())));
        }
        let lines = std::str::from_utf8(body).map_err(fault)?.lines();
        let counts = lines.map(|line| self.count_in(line).ok_or_else(|| fault("an answer that is no range")));
        let counts: Vec<_> = counts.collect::<Result<_, _>>()?;
        if counts.is_empty() {
            return Err(fault("an empty answer"));
        }
        Ok(counts.contains(&true))
    }

    /// Whether a line `suffix:count` has this password's suffix and a count above 0 (padding has 0); `None` if malformed.
    fn count_in(&self, line: &str) -> Option<bool> {
        let (suffix, count) = line.split_once(':')?;
        let count: u64 = count.parse().ok()?;
        let is_suffix = suffix.len() == self.suffix.len() && suffix.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_suffix.then(|| count > 0 && suffix.eq_ignore_ascii_case(&self.suffix))
    }
}

fn fault(detail: impl std::fmt::Display) -> Fault {
    Fault::new("breach service", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4's example "abc".
    const REST: &str = "E364706816ABA3E25717850C26C9CD0D89D";

    fn read(body: &str) -> Result<bool, Fault> {
        Fingerprint::of(b"abc").is_named_in(http::StatusCode::OK, body.as_bytes())
    }

    #[test]
    fn a_password_is_named_by_the_rest_of_its_hash_and_a_count() {
        let abc = Fingerprint::of(b"abc");
        assert_eq!((abc.prefix.as_str(), abc.suffix.as_str()), ("A9993", REST));
        let other = "0".repeat(35);
        assert!(read(&format!("{other}:3\r\n{REST}:1\r\n")).unwrap());
        assert!(read(&format!("{}:18446744073709551615", REST.to_lowercase())).unwrap());
        assert!(!read(&format!("{other}:3\r\n{REST}:0\r\n")).unwrap(), "padding");
        assert!(!read(&format!("{other}:3")).unwrap());
    }

    #[test]
    fn an_answer_that_is_no_range_is_no_answer() {
        let good = format!("{REST}:1");
        for wrong in [
            "",
            "\r\n",
            "<html>",
            REST,
            &format!("{REST}:"),
            &format!("{REST}:-1"),
            &format!("{REST}:many"),
            &format!("{REST}0:1"),
            &format!("A9993{REST}:1"),
            &format!("{good}\n\n{good}"),
            &format!("{good}\n<!-- a proxy was here -->"),
            &"é".repeat(40),
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(Fingerprint::of(b"abc").is_named_in(http::StatusCode::OK, b"\xff\xfe").is_err());
        for status in [204, 301, 404, 429, 503] {
            let status = http::StatusCode::from_u16(status).unwrap();
            assert!(Fingerprint::of(b"abc").is_named_in(status, good.as_bytes()).is_err(), "{status}");
        }
    }
}
