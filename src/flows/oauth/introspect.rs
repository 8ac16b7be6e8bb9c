//! For other services: token introspection (RFC 7662), and revocation by the token's holder (RFC 7009).

use crate::domain::accounts::user::{Role, User};
use crate::domain::audit::{Act, Entry};
use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::Jws;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::oauth::active_token::ActiveToken;
use crate::domain::sessions::access_token::CommonClaims;
use crate::domain::sessions::refresh_token::{RefreshKind, RefreshToken};
use crate::domain::sessions::session::{EndReason, Session};
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{self, ApiToken};
use crate::domain::tokens::private_token;
use crate::flows;
use crate::flows::authentication::access_tokens;
use crate::flows::authentication::authenticate::Caller;
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_tokens::{AccessOfClient, ClientToken};
use crate::flows::sign_in::logout;
use crate::flows::tokens::Ending;
use crate::flows::transaction::Holder;
use crate::ports::{Guard, Platform};
use crate::store::{sessions, signed_in, tokens};

/// A genuine token. Whether it is still valid is decided by D1.
enum Recognized {
    Access(OwnAccess),
    Refresh(RefreshToken),
    Client(ClientToken),
    /// An API key, private token or portal token.
    Token(Id<ApiToken>),
}

/// An access token of a session of ours.
struct OwnAccess {
    user: Id<User>,
    session: Id<Session>,
    id: String,
    issued_at: Timestamp,
    expires_at: Timestamp,
}

/// Recognizes a token. Each kind has its own format, so no hint is needed: a `token_type_hint` could only be wrong (RFC 7662
/// §2.1). A browser's session is not recognized: its cookie is for our own routes.
async fn recognize(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<Option<Recognized>, Fault> {
    let (settings, now, keys) = (ctx.settings, ctx.now, &ctx.settings.keys);
    if let Some(token) = RefreshToken::read(keys, RefreshKind::Own, token) {
        return Ok(Some(Recognized::Refresh(token)));
    }
    if let Some(token) = RefreshToken::read(keys, RefreshKind::Client, token) {
        return Ok(Some(Recognized::Client(ClientToken::Refresh(token))));
    }
    let Some(jws) = Jws::parse(token) else {
        return Ok(api_token::recognize(keys, token).map(Recognized::Token));
    };
    if jws.is_of_type(private_token::TYPE) {
        // An expired one may have created others, which end with it.
        let token = private_token::verified(&settings.issuer, now, &jws);
        return Ok(token.map(|token| Recognized::Token(token.claims.jti)));
    }
    match access_tokens::verify::<CommonClaims>(ctx, &jws).await {
        Ok(token) => Ok(recognize_access(ctx, token)),
        Err(Error::Unavailable(fault)) => Err(fault),
        Err(_) => Ok(None),
    }
}

fn recognize_access<P>(ctx: &RequestContext<'_, P>, token: VerifiedClaims<CommonClaims>) -> Option<Recognized> {
    let issuer = &ctx.settings.issuer;
    if let Some(client) = token.claims.client() {
        let client = client.to_owned();
        return Some(Recognized::Client(ClientToken::Access(AccessOfClient { client, token })));
    }
    let VerifiedClaims { claims, issued_at, expires_at } = token;
    let (user, session) = (claims.sub.parse().ok()?, claims.sid.filter(|_| claims.is_for(issuer))?);
    Some(Recognized::Access(OwnAccess { user, session, id: claims.jti, issued_at, expires_at }))
}

/// A client's token, if it is one.
pub async fn recognize_of_client(
    ctx: &RequestContext<'_, impl Platform>,
    token: &str,
) -> Result<Option<ClientToken>, Fault> {
    Ok(recognize(ctx, token).await?.and_then(|recognized| match recognized {
        Recognized::Client(token) => Some(token),
        Recognized::Access(_) | Recognized::Refresh(_) | Recognized::Token(_) => None,
    }))
}

/// The current state of a token, for callers that may know it: administrators and the introspectors of the settings may ask
/// about every user's tokens, other callers about their own. `None` does not say why.
pub async fn introspect(
    ctx: &RequestContext<'_, impl Platform>,
    caller: &Caller,
    token: &str,
) -> Result<Option<ActiveToken>, Error> {
    let active = match recognize(ctx, token).await? {
        Some(Recognized::Access(token)) => access(ctx, token).await?,
        Some(Recognized::Refresh(token)) => refresh(ctx, token).await?,
        Some(Recognized::Token(id)) => bearer(ctx, id).await?,
        Some(Recognized::Client(token)) => {
            let rows = ctx.platform.rows(token.select(ctx.now)).await?;
            token.state(ctx.settings, rows.first())?
        }
        None => None,
    };
    let named = ctx.settings.api_tokens.introspectors.contains(&caller.user().id);
    let of_everybody = caller.user().role == Role::Admin || named;
    Ok(active.filter(|active| of_everybody || active.user == Some(caller.user().id)))
}

async fn access(ctx: &RequestContext<'_, impl Platform>, token: OwnAccess) -> Result<Option<ActiveToken>, Error> {
    let living = signed_in::by_live_session(ctx.platform, token.session, Some(token.user), ctx.now).await?;
    Ok(living.map(|signed_in| ActiveToken {
        scheme: Some("Bearer"),
        session: Some(signed_in.session),
        expires_at: Some(token.expires_at),
        ..ActiveToken::of_user(signed_in.user, "access_token", token.id, token.issued_at)
    }))
}

async fn refresh(ctx: &RequestContext<'_, impl Platform>, token: RefreshToken) -> Result<Option<ActiveToken>, Error> {
    let living = sessions::living(ctx.platform, token.session, ctx.settings.response_style, ctx.now).await?;
    let Some(session) = living.map(|living| living.session).filter(|session| session.generation == token.generation)
    else {
        return Ok(None);
    };
    let signed_in = signed_in::by_live_session(ctx.platform, session.id, Some(session.user), ctx.now).await?;
    Ok(signed_in.map(|signed_in| ActiveToken {
        session: Some(session.id),
        expires_at: Some(session.refresh_expires_at),
        ..ActiveToken::of_user(signed_in.user, "refresh_token", session.id.to_string(), session.rotated_at)
    }))
}

async fn bearer(ctx: &RequestContext<'_, impl Platform>, id: Id<ApiToken>) -> Result<Option<ActiveToken>, Error> {
    let bearer = tokens::bearer(ctx.platform, id).await?.filter(|bearer| !bearer.token.is_over(ctx.now));
    Ok(bearer.map(|bearer| ActiveToken {
        scheme: Some(bearer.token.kind.spec().scheme),
        expires_at: bearer.token.expires_at,
        ..ActiveToken::of_user(bearer.user, bearer.token.kind.as_str(), id.to_string(), bearer.token.created_at)
    }))
}

/// Revokes a token: ends its session, or the token itself and all tokens created with it. An unknown or ended token is already
/// as its holder wants it, so that is no error. A client's token is revoked by that client only
/// (`client_tokens::revoke`).
pub async fn revoke(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<(), Error> {
    let id = match recognize(ctx, token).await? {
        Some(Recognized::Access(token)) => return logout::end(ctx, token.session).await.map(|_| ()),
        Some(Recognized::Refresh(token)) => return logout::end(ctx, token.session).await.map(|_| ()),
        Some(Recognized::Token(id)) => id,
        Some(Recognized::Client(_)) | None => return Ok(()),
    };
    let entry = Entry::of(Act::EndToken).with_token(id).of_token(id);
    let ending = Ending { id, reason: EndReason::SignedOut, guard: Guard::always(), entry };
    flows::tokens::end(ctx, &Holder, ending).await.map(|_| ())
}
