//! What a browser holds while its user is at a provider, and afterwards while it is open whose identity that is. Both are encrypted in
//! cookies: nothing is stored, and neither the `state` in the URL nor the cookie is worth anything without the other.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::accounts::registration::Registration;
use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::seal::{self, NONCE_BYTES};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::identity_providers::identity::{EmailProof, Identity, UpstreamTokens};
use crate::domain::policy;
use crate::domain::sessions::auth_methods::{AuthMethod, AuthMethods};
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

/// A sign-in that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInState {
    /// The `state` in the URL.
    pub id: Id<SignInState>,
    pub provider: String,
    pub nonce: String,
    /// `code_verifier` (RFC 7636 §4.1).
    pub verifier: String,
    /// Where the user goes afterwards: a path of ours.
    pub back: String,
    pub purpose: SignInPurpose,
    /// In milliseconds.
    pub expires_at: i64,
}

/// What a user goes to a provider for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInPurpose {
    SignIn,
    /// To connect the account of a session.
    Connect(Id<Session>),
    /// To prove their identity again in a session.
    Reauthenticate(Id<Session>),
}

/// An identity that no account has yet, proved in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingIdentity {
    /// It is used once, for whatever comes of it.
    pub id: Id<PendingIdentity>,
    pub provider: String,
    pub issuer: String,
    pub subject: String,
    /// The address and how it was proved, if there is one.
    pub email: Option<(String, EmailProof)>,
    pub name: String,
    pub mfa: bool,
    /// In seconds.
    pub auth_time: Option<i64>,
    pub tokens: Option<UpstreamTokens>,
    /// The session that it was proved in, for its account alone.
    pub session: Option<Id<Session>>,
    pub back: String,
    /// The registration whose link this browser may open with it.
    pub registration: Option<Id<Registration>>,
    pub expires_at: i64,
}

/// Something that is encrypted in a cookie until a time.
pub trait Held: Serialize + DeserializeOwned {
    const CONTEXT: &'static str;

    /// In milliseconds.
    fn expires_at(&self) -> i64;

    fn seal(&self, keys: &Keyring, nonce: [u8; NONCE_BYTES]) -> Result<String, Fault> {
        let plain = serde_json::to_vec(self).map_err(|error| Fault::new("seal", error))?;
        seal::seal(keys, Purpose::FederatedSignIn, Self::CONTEXT, nonce, &plain)
    }

    /// The content of a genuine one that has not expired.
    fn open(keys: &Keyring, now: Timestamp, sealed: &str) -> Option<Self> {
        let plain = seal::open(keys, Purpose::FederatedSignIn, Self::CONTEXT, sealed).ok()?;
        let held: Self = serde_json::from_slice(&plain).ok()?;
        (Timestamp::from_millis(held.expires_at()) > now).then_some(held)
    }
}

impl Held for SignInState {
    const CONTEXT: &'static str = "state";

    fn expires_at(&self) -> i64 {
        self.expires_at
    }
}

impl Held for PendingIdentity {
    const CONTEXT: &'static str = "identity";

    fn expires_at(&self) -> i64 {
        self.expires_at
    }
}

impl SignInState {
    pub fn began_at(&self) -> Timestamp {
        Timestamp::from_millis(self.expires_at) - policy::FEDERATED_SIGN_IN_LIFETIME
    }
}

impl PendingIdentity {
    /// What has come of a sign-in. It keeps the id, so that all that a sign-in leads to happens once.
    pub fn of(state: &SignInState, identity: Identity, expires_at: Timestamp) -> Self {
        let Identity { issuer, subject, email, name, mfa, auth_time, tokens } = identity;
        Self {
            id: Id::from_bytes(*state.id.bytes()),
            provider: state.provider.clone(),
            issuer,
            subject,
            email: email.map(|email| (email.address.spelled().to_owned(), email.proof)),
            name: name.chars().take(policy::NAME_MAX_CHARS).collect(),
            mfa,
            auth_time,
            tokens,
            session: match state.purpose {
                SignInPurpose::SignIn => None,
                SignInPurpose::Connect(session) | SignInPurpose::Reauthenticate(session) => Some(session),
            },
            back: state.back.clone(),
            registration: None,
            expires_at: expires_at.millis(),
        }
    }

    /// It waits until the owner of the address has the link of a registration. One that waits already does not wait longer for another:
    /// what a provider has said once must end.
    pub fn waiting_for(self, registration: Id<Registration>, until: Timestamp) -> Self {
        let expires_at = if self.registration.is_some() { self.expires_at } else { until.millis() };
        Self { registration: Some(registration), expires_at, ..self }
    }

    /// Whether it may be used in a session, or without one.
    pub fn is_for(&self, session: Option<Id<Session>>) -> bool {
        self.session.is_none() || self.session == session
    }

    /// When the provider has asked the user for a proof of identity, if it says so.
    pub fn asked_at(&self) -> Option<Timestamp> {
        self.auth_time.map(Timestamp::from_seconds)
    }

    /// What a session proves that begins with it.
    pub fn methods(&self) -> AuthMethods {
        let federated = AuthMethods::from(AuthMethod::Fed);
        if self.mfa { federated.with(AuthMethod::Mfa) } else { federated }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn what_a_browser_holds_opens_for_its_own_purpose_until_it_expires() {
        let key = |text| Keyring::new(AppKey::parse(text).unwrap(), vec![]);
        let ours = key("0123456789abcdef0123456789abcdef");
        let state = SignInState {
            id: Id::from_bytes([1; 16]),
            provider: "google".to_owned(),
            nonce: "n".to_owned(),
            verifier: "v".to_owned(),
            back: "/account".to_owned(),
            purpose: SignInPurpose::SignIn,
            expires_at: NOW.millis() + 1,
        };
        let sealed = state.seal(&ours, [2; NONCE_BYTES]).unwrap();
        assert_eq!(SignInState::open(&ours, NOW, &sealed), Some(state.clone()));
        assert_eq!(SignInState::open(&ours, Timestamp::from_millis(state.expires_at), &sealed), None);
        assert_eq!(PendingIdentity::open(&ours, NOW, &sealed), None);
        assert_eq!(SignInState::open(&key("fedcba9876543210fedcba9876543210"), NOW, &sealed), None);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(SignInState::open(&ours, NOW, &String::from_utf8(changed).unwrap()), None, "{place}");
        }
    }
}
