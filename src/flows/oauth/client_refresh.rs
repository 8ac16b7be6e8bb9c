//! A client exchanges its refresh token for the next tokens (RFC 6749 §6).

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::oauth::client::Grant;
use crate::domain::oauth::client_session::ClientSession;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::policy;
use crate::domain::sessions::refresh_token::{RefreshKind, RefreshToken};
use crate::domain::sessions::session::RefreshOutcome;
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_auth::PresentedClient;
use crate::flows::sign_in::refresh::{self, Reused};
use crate::ports::Platform;
use crate::store::client_sessions::{self, Narrowing};
use crate::store::conditions;

/// What the client sends with its authentication.
pub struct Refresh<'a> {
    pub token: &'a str,
    /// Fewer scopes than were granted, for this access token alone.
    pub scopes: Option<Scopes>,
    pub resource: Option<&'a str>,
}

const INVALID: Error =
    Error::oauth(ErrorName::InvalidGrant, "The refresh token is unknown, expired, revoked, or not this client's.");

const NO_MORE: Error = Error::oauth(
    ErrorName::InvalidGrant,
    "The client may no longer have what was granted. The user has to sign in again.",
);

/// As `flows::sign_in::refresh`: one statement, and every request with the current token gets the tokens of one generation. The
/// client's authentication is a condition of that statement.
pub async fn refresh(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    request: &Refresh<'_>,
) -> Result<ClientSession, Error> {
    let token = RefreshToken::read(&ctx.settings.keys, RefreshKind::Client, request.token).ok_or(INVALID)?;
    let own_audience = ctx.settings.issuer.audience.as_str();
    let narrowing = Narrowing { scopes: request.scopes.as_ref(), resource: request.resource, own_audience };
    let lifetimes = &ctx.settings.sessions.client_lifetimes;
    let statement = client_sessions::rotate(token, &client.id, &client.proof, &narrowing, lifetimes, ctx.now);
    let rows = ctx.twice(async || client.rows(ctx, statement.clone()).await).await?;
    match rows.first() {
        Some(row) => Ok(client_sessions::read(row)?),
        None => lost(ctx, client, token, &narrowing).await,
    }
}

/// The token is not the current one, or something else does not hold.
async fn lost(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    token: RefreshToken,
    narrowing: &Narrowing<'_>,
) -> Result<ClientSession, Error> {
    client.check_grant(ctx, Grant::RefreshToken).await?;
    let living = client_sessions::living(ctx.platform, token.session, client.id.as_str(), ctx.now).await?;
    let Some(living) = living else {
        return ctx.audit_failure(Entry::of(Act::Refresh).in_session(token.session), INVALID).await;
    };
    narrowing_fits(&living, narrowing)?;
    if !conditions::holds(ctx.platform, client_sessions::is_entitled(token.session, narrowing.own_audience)).await? {
        return ctx.audit_failure(Entry::of(Act::Refresh).in_session(token.session), NO_MORE).await;
    }
    match living.session.classify(token.generation, policy::CLIENT_REFRESH_GRACE, ctx.now) {
        RefreshOutcome::InGrace => Ok(living),
        RefreshOutcome::Reused => {
            let ClientSession { session, person, created_at, client_name, .. } = living;
            let reused = Reused { session: session.id, email: &person.email, created_at, held_by: client_name };
            refresh::end_reused(ctx, reused).await?;
            Err(INVALID)
        }
        RefreshOutcome::FromTheFuture => {
            ctx.audit_failure(Entry::of(Act::Refresh).in_session(token.session), INVALID).await
        }
    }
}

fn narrowing_fits(living: &ClientSession, narrowing: &Narrowing<'_>) -> Result<(), Error> {
    if narrowing.scopes.is_some_and(|scopes| !scopes.is_within(&living.scopes)) {
        return Err(Error::oauth(ErrorName::InvalidScope, "The refresh token was not granted this scope."));
    }
    if narrowing.resource.is_some_and(|resource| Some(resource) != living.audience.as_deref()) {
        return Err(Error::oauth(ErrorName::InvalidTarget, "The refresh token was issued for another resource."));
    }
    Ok(())
}
