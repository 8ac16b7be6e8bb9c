//! Who is asking. Knows no HTTP: a door hands over what was presented.

use crate::domain::access_token::{self, AccessClaims};
use crate::domain::error::Error;
use crate::domain::policy;
use crate::domain::secret::Secret;
use crate::flows::revocation;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::store::users::{self, SignedIn};

/// What a request carries to say who it is. Three answers come of it: nothing was presented, it is good, it is not.
#[derive(Debug)]
pub enum Credential {
    Nothing,
    /// RFC 6750 §2.1.
    Bearer(Secret),
    /// A scheme we do not know: presented, and wrong.
    Foreign,
}

/// The claims of a genuine access token that has not expired. Asks nobody; for flows whose own statement decides
/// whether the session lives.
pub fn claims(visit: &Visit<'_, impl Platform>, credential: &Credential) -> Result<AccessClaims, Error> {
    match credential {
        Credential::Nothing => Err(Error::Unauthorized),
        Credential::Foreign => Err(Error::TokenInvalid),
        Credential::Bearer(token) => access_token::verify(visit.settings, visit.now, token.expose()),
    }
}

/// The user behind a living session, as D1 knows both at this moment: revocation and disabling show at once.
pub async fn user(visit: &Visit<'_, impl Platform>, credential: &Credential) -> Result<SignedIn, Error> {
    let claims = claims(visit, credential)?;
    let user = users::by_live_session(visit.on, claims.sid, claims.sub, visit.now).await?;
    user.ok_or(Error::TokenRevoked)
}

/// The same, for what needs a proof of who is there that is not old.
pub async fn lately(visit: &Visit<'_, impl Platform>, credential: &Credential) -> Result<SignedIn, Error> {
    let who = user(visit, credential).await?;
    check_proof(visit, &who).map(|()| who)
}

/// Whether somebody's last proof is not old.
pub fn check_proof<P>(visit: &Visit<'_, P>, who: &SignedIn) -> Result<(), Error> {
    let recent = visit.now.since(who.auth_time) <= policy::RECENT_AUTHENTICATION;
    if recent { Ok(()) } else { Err(Error::ReauthenticationRequired) }
}

/// The claims of a token no mark speaks against. D1 is not asked: good for gateways, and late by the stated delay.
pub async fn unmarked_claims(visit: &Visit<'_, impl Platform>, credential: &Credential) -> Result<AccessClaims, Error> {
    let claims = claims(visit, credential)?;
    if revocation::is_marked(visit.on, &claims).await? { Err(Error::TokenRevoked) } else { Ok(claims) }
}
