//! Signs and verifies access tokens.

use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::Jws;
use crate::domain::crypto::signing::{epoch_of, epochs_around};
use crate::domain::error::{Error, Fault};
use crate::domain::sessions::access_token::{self, ClientGrant, Issued, Recipient};
use crate::domain::sessions::session::Session;
use crate::domain::sessions::token_pair::TokenPair;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::flows::signing;
use crate::ports::Platform;

/// The access token of a session's current generation, for our own API or for a client. Every caller gets the same bytes.
pub async fn mint(
    ctx: &RequestContext<'_, impl Platform>,
    session: &Session,
    client: Option<&Recipient<'_>>,
) -> Result<String, Fault> {
    let issuer = &ctx.settings.issuer;
    let epoch = epoch_of(access_token::issued_at(session));
    let keys = signing::keys(ctx.platform, issuer.signing.access(), epoch).await?;
    let key = signing::signing_key(&keys)?;
    signing::sign(ctx.platform, key, &access_token::unsigned(issuer, key, session, client)?).await
}

/// The access token that a client has for itself.
pub async fn mint_for_itself(
    ctx: &RequestContext<'_, impl Platform>,
    grant: &ClientGrant<'_>,
    expires_at: Timestamp,
) -> Result<String, Fault> {
    let issuer = &ctx.settings.issuer;
    let keys = signing::keys(ctx.platform, issuer.signing.access(), epoch_of(ctx.now)).await?;
    let key = signing::signing_key(&keys)?;
    let input = access_token::unsigned_for_itself(issuer, key, grant, ctx.id()?, ctx.now, expires_at)?;
    signing::sign(ctx.platform, key, &input).await
}

/// The tokens of a session in the response to a sign-in or a refresh.
pub async fn pair(ctx: &RequestContext<'_, impl Platform>, session: &Session) -> Result<TokenPair, Fault> {
    let access = mint(ctx, session, None).await?;
    let refreshes = ctx.settings.sessions.lifetimes.refresh.is_some();
    Ok(TokenPair::of(session, &ctx.settings.keys, access, refreshes))
}

/// The claims of a genuine access token that has not expired. The caller still has to check whether the session has ended.
pub async fn verify<C: Issued>(
    ctx: &RequestContext<'_, impl Platform>,
    token: &Jws<'_>,
) -> Result<VerifiedClaims<C>, Error> {
    let issuer = &ctx.settings.issuer;
    let kid = access_token::kid(token).ok_or(Error::TokenInvalid)?;
    for epoch in epochs_around(ctx.now) {
        let keys = signing::keys(ctx.platform, issuer.signing.access(), epoch).await?;
        if let Some(key) = keys.iter().find(|key| key.kid == kid) {
            let claims = signing::access_claims(ctx.platform, &key.verifying, token).await?;
            return access_token::judge(issuer, ctx.now, key, &claims.ok_or(Error::TokenInvalid)?);
        }
    }
    Err(Error::TokenInvalid)
}
