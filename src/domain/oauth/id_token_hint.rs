//! `id_token_hint` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2): an ID token of ours that a client sends back. It says
//! whom the client means, and proves nothing about who sends it.

use serde::Deserialize;

use crate::domain::accounts::user::User;
use crate::domain::crypto::algorithm::Algorithm;
use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::Jws;
use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::id::Id;
use crate::domain::oauth::id_token::{IdTokenAlgorithm, JwtType};
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

/// The claims that are read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IdTokenHint {
    iss: String,
    /// The client it was issued to.
    pub aud: String,
    pub sub: Id<User>,
    pub sid: Id<Session>,
}

/// The hint, if we signed it as an ID token, with any key that we have ever published and still accept. It may have expired: users
/// sign out after that, too (RP-Initiated Logout §4). Costs no I/O.
pub fn verify(issuer: &TokenIssuer, now: Timestamp, text: &str) -> Option<IdTokenHint> {
    let token = Jws::parse(text).filter(|token| token.is_of_type(JwtType::IdToken.as_str()))?;
    let algorithm = IdTokenAlgorithm::ALL.into_iter().find(|algorithm| algorithm.as_str() == token.alg())?;
    let kid = token.kid()?;
    let claims = match algorithm.derived() {
        Some(algorithm) => of_derived(issuer, algorithm, kid, &token),
        None => issuer.rsa.published().find(|key| key.kid == kid).and_then(|key| token.claims(key)),
    };
    VerifiedClaims::read(now, &claims?, |hint: &IdTokenHint| hint.iss == issuer.issuer).map(|verified| verified.claims)
}

/// A key signs in its own epoch, so a leaked one of the past makes hints for the past.
fn of_derived(
    issuer: &TokenIssuer,
    algorithm: Algorithm,
    kid: &str,
    token: &Jws<'_>,
) -> Option<jwt_compact::Claims<IdTokenHint>> {
    let mut epochs = issuer.signing.with(algorithm).at(token.claimed_issue()?);
    epochs.find_map(|keys| keys.iter().find(|key| key.kid == kid).and_then(|key| token.claims(&key.verifying)))
}
