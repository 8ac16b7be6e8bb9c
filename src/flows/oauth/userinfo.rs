//! Claims about the user of an access token (OpenID Connect Core §5.3).

use serde_json::{Map, Value};

use crate::domain::crypto::jws::Jws;
use crate::domain::error::Error;
use crate::domain::oauth::claims;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::sessions::access_token::ClientClaims;
use crate::flows::authentication::access_tokens;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::client_sessions;

/// The claims that the token's scopes contain, and those that its client has asked for by name. The token must be a client's with
/// the scope `openid`, for this endpoint or for our own API: one that another API has received must not tell that API more.
pub async fn userinfo(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<Map<String, Value>, Error> {
    let (settings, jws) = (ctx.settings, Jws::parse(token).ok_or(Error::TokenInvalid)?);
    let token = access_tokens::verify::<ClientClaims>(ctx, &jws).await?.claims;
    if !settings.is_own_audience(&token.aud) {
        return Err(Error::TokenInvalid);
    }
    let scopes = Scopes::parse(&token.scope).ok_or(Error::TokenInvalid)?;
    if !scopes.contains(scopes::OPENID) {
        return Err(Error::oauth(ErrorName::InsufficientScope, "The token lacks the scope openid."));
    }
    let session = client_sessions::living(ctx.platform, token.sid, &token.client_id, ctx.now).await?;
    let session = session.ok_or(Error::TokenRevoked)?;
    let mut claims = claims::of(&session.person, &scopes, &session.claims.userinfo);
    claims.insert("sub".to_owned(), session.session.user.to_string().into());
    Ok(claims)
}
