//! `enrolment_token`: what a client holds between the offer of an authenticator app or of recovery codes and their confirmation.
//! Nothing is stored until then. It is encrypted, works for one user, for some minutes and once.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::domain::accounts::user::User;
use crate::domain::credentials::recovery_codes::{self, RecoveryCode};
use crate::domain::credentials::totp::TotpSecret;
use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::seal::{self, NONCE_BYTES};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy::{RECOVERY_CODES, TOTP_SECRET_BYTES};
use crate::domain::timestamp::Timestamp;

/// The readable prefix, by which people and secret scanners recognise it.
const PREFIX: &str = "ghn_";

/// What is offered to a user. `Debug` prints neither secret nor codes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    pub id: Id<Enrolment>,
    /// The secret of an authenticator app, base64url.
    secret: Option<String>,
    /// The random bytes of recovery codes, base64url.
    entropy: Option<String>,
    /// In milliseconds.
    expires_at: i64,
}

impl Enrolment {
    /// Of nothing yet. Both ids and bytes come from the CSPRNG.
    pub const fn new(id: Id<Self>, expires_at: Timestamp) -> Self {
        Self { id, secret: None, entropy: None, expires_at: expires_at.millis() }
    }

    /// With the secret of an authenticator app.
    pub fn with_app(self, secret: [u8; TOTP_SECRET_BYTES]) -> Self {
        Self { secret: Some(URL_SAFE_NO_PAD.encode(secret)), ..self }
    }

    /// With recovery codes.
    pub fn with_codes(self, entropy: [u8; recovery_codes::ENTROPY_BYTES]) -> Self {
        Self { entropy: Some(URL_SAFE_NO_PAD.encode(entropy)), ..self }
    }

    pub const fn expires_at(&self) -> Timestamp {
        Timestamp::from_millis(self.expires_at)
    }

    /// The app's secret, if an app is offered.
    pub fn secret(&self) -> Option<TotpSecret> {
        bytes(self.secret.as_deref()?).map(|bytes| TotpSecret::from_bytes(*bytes))
    }

    /// The recovery codes, if they are offered.
    pub fn codes(&self) -> Option<[RecoveryCode; RECOVERY_CODES]> {
        bytes(self.entropy.as_deref()?).map(|entropy| recovery_codes::generate(*entropy))
    }

    /// Encrypts it for its user.
    pub fn seal(&self, keys: &Keyring, user: Id<User>, nonce: [u8; NONCE_BYTES]) -> Result<String, Fault> {
        let plain = Zeroizing::new(serde_json::to_vec(self).map_err(|error| Fault::new("seal", error))?);
        Ok(format!("{PREFIX}{}", seal::seal(keys, Purpose::Enrolment, &user.to_string(), nonce, &plain)?))
    }

    /// The content of this user's genuine token that has not expired. Whether it has been used is in `spent`.
    pub fn read(keys: &Keyring, user: Id<User>, now: Timestamp, text: &str) -> Option<Self> {
        let sealed = text.strip_prefix(PREFIX)?;
        let plain = Zeroizing::new(seal::open(keys, Purpose::Enrolment, &user.to_string(), sealed).ok()?);
        let enrolment: Self = serde_json::from_slice(&plain).ok()?;
        (enrolment.expires_at() > now).then_some(enrolment)
    }
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

fn bytes<const N: usize>(text: &str) -> Option<Zeroizing<[u8; N]>> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
    bytes.as_slice().try_into().ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;
    use crate::domain::policy;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const USER: Id<User> = Id::from_bytes([2; 16]);

    fn keys(text: &str) -> Keyring {
        Keyring::new(AppKey::parse(text).unwrap(), vec![])
    }

    fn offered() -> Enrolment {
        let empty = Enrolment::new(Id::from_bytes([1; 16]), NOW + policy::ENROLMENT_LIFETIME);
        empty.with_app(*b"12345678901234567890").with_codes([7; recovery_codes::ENTROPY_BYTES])
    }

    #[test]
    fn it_is_read_back_until_it_expires() {
        let (ours, offered) = (keys(KEY), offered());
        let text = offered.seal(&ours, USER, [9; NONCE_BYTES]).unwrap();
        let read = Enrolment::read(&ours, USER, NOW, &text).unwrap();
        assert_eq!(read.secret().unwrap().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let expected = recovery_codes::generate([7; recovery_codes::ENTROPY_BYTES]).map(|code| code.grouped());
        assert_eq!(read.codes().unwrap().map(|code| code.grouped()), expected);
        let last = Timestamp::from_millis(offered.expires_at().millis() - 1);
        assert_eq!(Enrolment::read(&ours, USER, last, &text), Some(offered.clone()));
        assert_eq!(Enrolment::read(&ours, USER, offered.expires_at(), &text), None);
    }

    #[test]
    fn what_was_not_offered_is_not_in_it() {
        let empty = || Enrolment::new(Id::from_bytes([1; 16]), NOW);
        let app = empty().with_app([3; TOTP_SECRET_BYTES]);
        assert!(app.secret().is_some() && app.codes().is_none());
        let codes = empty().with_codes([3; recovery_codes::ENTROPY_BYTES]);
        assert!(codes.secret().is_none() && codes.codes().is_some());
    }

    #[test]
    fn it_works_for_its_user_key_and_purpose_only() {
        let (ours, theirs) = (keys(KEY), keys("fedcba9876543210fedcba9876543210"));
        let text = offered().seal(&ours, USER, [9; NONCE_BYTES]).unwrap();
        assert_eq!(Enrolment::read(&ours, Id::from_bytes([3; 16]), NOW, &text), None);
        assert_eq!(Enrolment::read(&theirs, USER, NOW, &text), None);
        let plain = serde_json::to_vec(&offered()).unwrap();
        for (purpose, expected) in [(Purpose::Enrolment, Some(offered())), (Purpose::MfaToken, None)] {
            let sealed = seal::seal(&ours, purpose, &USER.to_string(), [9; NONCE_BYTES], &plain).unwrap();
            assert_eq!(Enrolment::read(&ours, USER, NOW, &format!("{PREFIX}{sealed}")), expected, "{purpose:?}");
        }
    }

    #[test]
    fn nobody_changes_one() {
        let ours = keys(KEY);
        let text = offered().seal(&ours, USER, [9; NONCE_BYTES]).unwrap();
        for place in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(Enrolment::read(&ours, USER, NOW, &changed), None, "{place}");
        }
        for hostile in ["", PREFIX, "ghn_AAAA", &text[PREFIX.len()..], &format!("{text}A")] {
            assert_eq!(Enrolment::read(&ours, USER, NOW, hostile), None, "{hostile}");
        }
    }

    #[test]
    fn debug_tells_nothing_of_it() {
        assert_eq!(format!("{:?}", offered()), "Enrolment(…)");
    }
}
