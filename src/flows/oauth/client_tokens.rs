//! Tokens of clients, as introspection and revocation see them.

use crate::domain::audit::{Act, Entry};
use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::oauth::active_token::{ActiveToken, Granted};
use crate::domain::oauth::client::Client;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::sessions::access_token::CommonClaims;
use crate::domain::sessions::refresh_token::RefreshToken;
use crate::domain::sessions::session::{EndReason, Session};
use crate::domain::settings::settings::Settings;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_auth::PresentedClient;
use crate::flows::oauth::tokens::tells_role;
use crate::flows::transaction::Transaction;
use crate::ports::{Platform, Row, Statement};
use crate::store::{client_proofs, client_sessions, clients};

/// A genuine token of a client. Whether it is still valid is decided by D1.
pub enum ClientToken {
    /// Of a user's session, or of the client itself.
    Access(AccessOfClient),
    Refresh(RefreshToken),
}

/// An access token and the client that it was issued to.
pub struct AccessOfClient {
    /// As our tables name it.
    pub client: String,
    pub token: VerifiedClaims<CommonClaims>,
}

impl ClientToken {
    /// `None` for a token that a client has for itself.
    pub const fn session(&self) -> Option<Id<Session>> {
        match self {
            Self::Access(access) => access.token.claims.sid,
            Self::Refresh(token) => Some(token.session),
        }
    }

    /// Selects the row that it is valid by.
    pub fn select(&self, now: Timestamp) -> Statement {
        match self {
            Self::Access(AccessOfClient { client, token }) => match token.claims.sid {
                Some(session) => client_sessions::select_living(session, Some(client), now),
                None => clients::find_named(client),
            },
            Self::Refresh(token) => client_sessions::select_living(token.session, None, now),
        }
    }

    /// Its state, by the row of [`Self::select`].
    pub fn state(self, settings: &Settings, row: Option<&Row>) -> Result<Option<ActiveToken>, Fault> {
        let Some(row) = row else {
            return Ok(None);
        };
        match self {
            Self::Access(AccessOfClient { client, token }) if token.claims.sid.is_none() => {
                let is_enabled = clients::read(row)?.disabled_at.is_none() && token.claims.sub == client;
                Ok(is_enabled.then(|| of_itself(client, token)))
            }
            Self::Access(AccessOfClient { client, token }) => access(settings, client, token, row).map(Some),
            Self::Refresh(token) => refresh(settings, token, row),
        }
    }
}

fn of_itself(client: String, token: VerifiedClaims<CommonClaims>) -> ActiveToken {
    let VerifiedClaims { claims, issued_at, expires_at } = token;
    ActiveToken {
        subject: claims.sub,
        user: None,
        username: None,
        role: None,
        kind: "access_token",
        scheme: Some("Bearer"),
        id: claims.jti,
        session: None,
        issued_at,
        expires_at: Some(expires_at),
        granted: Some(Granted { client, scope: claims.scope, audience: claims.aud }),
    }
}

fn access(
    settings: &Settings,
    client: String,
    token: VerifiedClaims<CommonClaims>,
    row: &Row,
) -> Result<ActiveToken, Fault> {
    let session = client_sessions::read(row)?;
    let scopes = Scopes::parse(&token.claims.scope).unwrap_or_default();
    let tells_role = tells_role(settings, &scopes, &token.claims.aud);
    Ok(ActiveToken {
        user: Some(session.session.user),
        username: Some(session.person.login),
        role: Some(session.person.role).filter(|_| tells_role),
        session: Some(session.session.id),
        ..of_itself(client, token)
    })
}

fn refresh(settings: &Settings, token: RefreshToken, row: &Row) -> Result<Option<ActiveToken>, Fault> {
    let client = client_sessions::read(row)?;
    let session = client.session;
    if session.generation != token.generation || !client.refreshes {
        return Ok(None);
    }
    let audience = client.audience.unwrap_or_else(|| settings.userinfo_audience());
    let tells_role = tells_role(settings, &client.scopes, &audience);
    Ok(Some(ActiveToken {
        subject: session.user.to_string(),
        user: Some(session.user),
        username: Some(client.person.login),
        role: Some(client.person.role).filter(|_| tells_role),
        kind: "refresh_token",
        scheme: None,
        id: session.id.to_string(),
        session: Some(session.id),
        issued_at: session.rotated_at,
        expires_at: Some(session.refresh_expires_at),
        granted: Some(Granted { client: client.client, scope: client.scopes.to_string(), audience }),
    }))
}

/// The state of a token for a client that authenticates itself: of its own tokens, and of access tokens for the API that it is.
/// `None` does not say why. In one round trip.
pub async fn introspect(
    ctx: &RequestContext<'_, impl Platform>,
    caller: &PresentedClient,
    token: Option<ClientToken>,
) -> Result<Option<ActiveToken>, Error> {
    let select = token.iter().map(|token| token.select(ctx.now)).collect();
    let (client, found) = caller.authenticate(ctx, select).await?;
    if client.metadata.is_public() {
        // Anybody can name it.
        return Err(Error::oauth(ErrorName::InvalidClient, "A public client may not introspect tokens."));
    }
    let state = token.map(|token| token.state(ctx.settings, found.iter().flatten().next())).transpose()?.flatten();
    Ok(state.filter(|active| is_visible(active, &client)))
}

fn is_visible(active: &ActiveToken, client: &Client) -> bool {
    active.granted.as_ref().is_some_and(|granted| {
        let is_api = client.metadata.api.as_ref().is_some_and(|api| api.resource.as_str() == granted.audience);
        granted.client == client.id.as_str() || is_api && active.scheme.is_some()
    })
}

/// Ends the session of a client's token for that client (RFC 7009 §2.1). Tokens of others are not even looked at. In one round trip,
/// if there is something to end.
pub async fn revoke(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    token: Option<ClientToken>,
) -> Result<(), Error> {
    let Some(token) = token else {
        return client.is_genuine(ctx).await;
    };
    match token.session() {
        Some(session) => end(ctx, client, session).await,
        None => {
            client.is_genuine(ctx).await?;
            let is_own = matches!(&token, ClientToken::Access(access) if access.client == client.id.as_str());
            let refusal =
                Error::oauth(ErrorName::UnsupportedTokenType, "This token cannot be revoked. It expires soon.");
            if is_own { Err(refusal) } else { Ok(()) }
        }
    }
}

async fn end(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    session: Id<Session>,
) -> Result<(), Error> {
    let own = client_sessions::belong_to(&client.id);
    let guard = own.and(client_proofs::is_proved(&client.id, &client.proof, ctx.now));
    let entry = Entry::of(Act::SignOut).in_session(session);
    let mut transaction = Transaction::end_session(ctx, entry, (session, EndReason::SignedOut), guard)?;
    transaction.extend(client.proof.spend());
    if transaction.commit().await?.is_empty() {
        client.is_genuine(ctx).await?;
    }
    Ok(())
}
