//! `mfa_token`: what a client holds between the first factor and the second. It is encrypted, works for one purpose, for a few
//! minutes and once; it is no session, and no route takes it for one.

use serde::{Deserialize, Serialize};

use crate::domain::accounts::user::User;
use crate::domain::credentials::email_otp::EmailOtp;
use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::seal::{self, NONCE_BYTES};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

/// The readable prefix, by which people and secret scanners recognise it.
const PREFIX: &str = "ghm_";

/// What encryption binds it to, besides its purpose.
const CONTEXT: &str = "mfa_token";

/// A first factor that has been proved, and what it was proved for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MfaToken {
    pub id: Id<MfaToken>,
    pub user: Id<User>,
    /// `users.auth_version` when the first factor was proved.
    pub auth_version: i64,
    /// The first factor.
    pub methods: AuthMethods,
    /// The code sent by email that is used up together with this.
    pub code: Option<Id<EmailOtp>>,
    /// The issuer and subject of the identity that must still belong to the account.
    pub identity: Option<(String, String)>,
    /// The account's address, case-folded: guesses are counted by it.
    pub email: String,
    pub goal: Goal,
    /// In milliseconds.
    pub expires_at: i64,
}

/// What the second factor completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goal {
    /// A sign-in by the API.
    Api,
    /// A sign-in on the page.
    Page,
    /// A renewed proof of identity in a session.
    Reauthentication(Id<Session>),
}

impl MfaToken {
    pub const fn expires_at(&self) -> Timestamp {
        Timestamp::from_millis(self.expires_at)
    }

    pub fn seal(&self, keys: &Keyring, nonce: [u8; NONCE_BYTES]) -> Result<String, Fault> {
        let plain = serde_json::to_vec(self).map_err(|error| Fault::new("seal", error))?;
        Ok(format!("{PREFIX}{}", seal::seal(keys, Purpose::MfaToken, CONTEXT, nonce, &plain)?))
    }

    /// The content of a genuine token that has not expired. Whether it has been used is in `spent`.
    pub fn read(keys: &Keyring, now: Timestamp, text: &str) -> Option<Self> {
        let sealed = text.strip_prefix(PREFIX)?;
        let plain = seal::open(keys, Purpose::MfaToken, CONTEXT, sealed).ok()?;
        let token: Self = serde_json::from_slice(&plain).ok()?;
        (token.expires_at() > now).then_some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;
    use crate::domain::policy;
    use crate::domain::sessions::auth_methods::AuthMethod;

    fn keys(text: &str) -> Keyring {
        Keyring::new(AppKey::parse(text).unwrap(), vec![])
    }

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn token() -> MfaToken {
        let (user, session) = (Id::from_bytes([2; 16]), Id::from_bytes([3; 16]));
        MfaToken {
            id: Id::from_bytes([1; 16]),
            user,
            auth_version: 7,
            methods: AuthMethod::Pwd.into(),
            code: None,
            identity: None,
            email: "ada@example.com".to_owned(),
            goal: Goal::Reauthentication(session),
            expires_at: (NOW + policy::MFA_TOKEN_LIFETIME).millis(),
        }
    }

    #[test]
    fn it_is_read_back_until_it_expires() {
        let (ours, token) = (keys("0123456789abcdef0123456789abcdef"), token());
        let text = token.seal(&ours, [9; NONCE_BYTES]).unwrap();
        assert_eq!(MfaToken::read(&ours, NOW, &text), Some(token.clone()));
        assert_eq!(MfaToken::read(&ours, token.expires_at(), &text), None);
    }

    #[test]
    fn nobody_else_makes_or_changes_one() {
        let ours = keys("0123456789abcdef0123456789abcdef");
        let text = token().seal(&ours, [9; NONCE_BYTES]).unwrap();
        assert_eq!(MfaToken::read(&keys("fedcba9876543210fedcba9876543210"), NOW, &text), None);
        for place in PREFIX.len()..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(MfaToken::read(&ours, NOW, &String::from_utf8(changed).unwrap()), None, "{place}");
        }
        for hostile in ["", PREFIX, "ghm_AAAA", &text[PREFIX.len()..]] {
            assert_eq!(MfaToken::read(&ours, NOW, hostile), None, "{hostile}");
        }
    }
}
