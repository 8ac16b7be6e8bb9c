//! A client exchanges an authorization code for tokens (RFC 6749 §4.1.3).

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::authorization;
use crate::domain::oauth::client::Grant;
use crate::domain::oauth::client_session::ClientSession;
use crate::domain::oauth::pkce::PkceChallenge;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::policy;
use crate::domain::sessions::session::{EndReason, Session};
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_auth::PresentedClient;
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::authorizations::{self, Issued};
use crate::store::client_sessions::{self, PresentedCode};

/// What the client sends with its authentication.
pub struct Redemption<'a> {
    pub code: &'a str,
    pub verifier: Option<&'a str>,
    pub redirect_uri: Option<&'a str>,
    pub resource: Option<&'a str>,
}

const INVALID: Error =
    Error::oauth(ErrorName::InvalidGrant, "The code is unknown, used, expired, or not this client's.");

/// Begins the client's session, once: of many requests with one code one wins. In one round trip, unless it is refused.
pub async fn redeem(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    request: &Redemption<'_>,
) -> Result<ClientSession, Error> {
    let code = authorization::CODE.read(&ctx.settings.keys, request.code).ok_or(INVALID)?;
    let challenge = request.verifier.map(|verifier| PkceChallenge::of(verifier).ok_or(INVALID)).transpose()?;
    let presented = PresentedCode {
        code,
        client: &client.id,
        proof: &client.proof,
        challenge: challenge.as_ref(),
        redirect_uri: request.redirect_uri,
        resource: request.resource,
        own_audience: &ctx.settings.issuer.audience,
    };
    let id = ctx.id_beside(code)?;
    let row = client_sessions::redeem(id, &presented, &ctx.settings.sessions.client_lifetimes, ctx.now);
    let entry = Entry::of(Act::RedeemCode).in_session(id);
    let mut transaction = Transaction::new(ctx, entry, row, client_sessions::find_begun(id));
    transaction.extend(client.proof.spend());
    let rows = transaction.commit().await?;
    match rows.first() {
        Some(row) => Ok(client_sessions::read(row)?),
        None => Err(refuse(ctx, client, &presented).await?),
    }
}

/// Why nothing was begun. A code that its own client presents again some time after its redemption is in two hands: its session
/// ends (RFC 6749 §4.1.2). At once it is a request sent twice, and ends nothing. Other clients' attempts never do.
async fn refuse(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    presented: &PresentedCode<'_>,
) -> Result<Error, Error> {
    client.check_grant(ctx, Grant::AuthorizationCode).await?;
    let issued = authorizations::issued(ctx.platform, presented.code).await?;
    let Some(issued) = issued.filter(|issued| issued.is_of(client.id.as_str(), presented.challenge)) else {
        return ctx.audit_failure(Entry::of(Act::RedeemCode), INVALID).await;
    };
    match issued {
        Issued { begun: Some((session, at)), .. } if ctx.now.since(at) > policy::CODE_REPEAT => {
            end_reused(ctx, session).await?;
            Ok(INVALID)
        }
        Issued { audience, .. } if presented.resource.is_some_and(|named| Some(named) != audience.as_deref()) => {
            Ok(Error::oauth(ErrorName::InvalidTarget, "The code was issued for another resource."))
        }
        _ => ctx.audit_failure(Entry::of(Act::RedeemCode), INVALID).await,
    }
}

async fn end_reused(ctx: &RequestContext<'_, impl Platform>, session: Id<Session>) -> Result<(), Error> {
    let entry = Entry::of(Act::RedeemCode).in_session(session).failed(&INVALID);
    let transaction = Transaction::end_session(ctx, entry, (session, EndReason::CodeReused), Guard::always())?;
    transaction.commit().await.map(drop)
}
