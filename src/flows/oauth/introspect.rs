//! For other services: token introspection (RFC 7662), and revocation by the token's holder (RFC 7009).

use crate::domain::accounts::user::{Role, User};
use crate::domain::audit::{Act, Entry};
use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::Jws;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::sessions::access_token::AccessClaims;
use crate::domain::sessions::refresh_token::{RefreshKind, RefreshToken};
use crate::domain::sessions::session::{EndReason, Session};
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{self, ApiToken};
use crate::domain::tokens::private_token;
use crate::flows;
use crate::flows::authentication::access_tokens;
use crate::flows::authentication::authenticate::Caller;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::logout;
use crate::flows::tokens::Ending;
use crate::flows::transaction::Holder;
use crate::ports::{Guard, Platform};
use crate::store::{sessions, signed_in, tokens};

/// A genuine token. Whether it is still valid is decided by D1.
enum Recognized {
    Access(VerifiedClaims<AccessClaims>),
    Refresh(RefreshToken),
    /// An API key, private token or portal token.
    Token(Id<ApiToken>),
}

/// Recognizes a token. Each kind has its own format, so no hint is needed: a `token_type_hint` could only be wrong (RFC 7662
/// §2.1). A browser's session is not recognized: its cookie is for our own routes.
async fn recognize(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<Option<Recognized>, Fault> {
    let (settings, now, keys) = (ctx.settings, ctx.now, &ctx.settings.keys);
    if let Some(token) = RefreshToken::read(keys, RefreshKind::Own, token) {
        return Ok(Some(Recognized::Refresh(token)));
    }
    let Some(jws) = Jws::parse(token) else {
        return Ok(api_token::recognize(keys, token).map(Recognized::Token));
    };
    if jws.is_of_type(private_token::TYPE) {
        // An expired one may have created others, which end with it.
        let token = private_token::verified(&settings.issuer, now, &jws);
        return Ok(token.map(|token| Recognized::Token(token.claims.jti)));
    }
    match access_tokens::verify(ctx, &jws).await {
        Ok(token) => Ok(Some(Recognized::Access(token))),
        Err(Error::Unavailable(fault)) => Err(fault),
        Err(_) => Ok(None),
    }
}

/// A valid token and its user.
pub struct Active {
    pub user: User,
    /// The kind of token.
    pub kind: &'static str,
    /// The authorization scheme; `None` for refresh tokens, which are only exchanged.
    pub scheme: Option<&'static str>,
    pub id: String,
    pub session: Option<Id<Session>>,
    pub issued_at: Timestamp,
    /// `None`: valid until revoked.
    pub expires_at: Option<Timestamp>,
}

/// The current state of a token, for callers that may know it: administrators and the introspectors of the settings may ask
/// about every user's tokens, other callers about their own. `None` does not say why.
pub async fn introspect(
    ctx: &RequestContext<'_, impl Platform>,
    caller: &Caller,
    token: &str,
) -> Result<Option<Active>, Error> {
    let active = match recognize(ctx, token).await? {
        Some(Recognized::Access(token)) => access(ctx, token).await?,
        Some(Recognized::Refresh(token)) => refresh(ctx, token).await?,
        Some(Recognized::Token(id)) => bearer(ctx, id).await?,
        None => None,
    };
    let named = ctx.settings.api_tokens.introspectors.contains(&caller.user().id);
    let of_everybody = caller.user().role == Role::Admin || named;
    Ok(active.filter(|active| of_everybody || active.user.id == caller.user().id))
}

async fn access(
    ctx: &RequestContext<'_, impl Platform>,
    token: VerifiedClaims<AccessClaims>,
) -> Result<Option<Active>, Error> {
    let VerifiedClaims { claims, issued_at, expires_at } = token;
    let living = signed_in::by_live_session(ctx.platform, claims.sid, Some(claims.sub), ctx.now).await?;
    Ok(living.map(|signed_in| Active {
        user: signed_in.user,
        kind: "access_token",
        scheme: Some("Bearer"),
        id: claims.jti,
        session: Some(signed_in.session),
        issued_at,
        expires_at: Some(expires_at),
    }))
}

async fn refresh(ctx: &RequestContext<'_, impl Platform>, token: RefreshToken) -> Result<Option<Active>, Error> {
    let living = sessions::living(ctx.platform, token.session, ctx.settings.response_style, ctx.now).await?;
    let Some(session) = living.map(|living| living.session).filter(|session| session.generation == token.generation)
    else {
        return Ok(None);
    };
    let signed_in = signed_in::by_live_session(ctx.platform, session.id, Some(session.user), ctx.now).await?;
    Ok(signed_in.map(|signed_in| Active {
        user: signed_in.user,
        kind: "refresh_token",
        scheme: None,
        id: session.id.to_string(),
        session: Some(session.id),
        issued_at: session.rotated_at,
        expires_at: Some(session.refresh_expires_at),
    }))
}

async fn bearer(ctx: &RequestContext<'_, impl Platform>, id: Id<ApiToken>) -> Result<Option<Active>, Error> {
    let bearer = tokens::bearer(ctx.platform, id).await?.filter(|bearer| !bearer.token.is_over(ctx.now));
    Ok(bearer.map(|bearer| Active {
        user: bearer.user,
        kind: bearer.token.kind.as_str(),
        scheme: Some(bearer.token.kind.spec().scheme),
        id: id.to_string(),
        session: None,
        issued_at: bearer.token.created_at,
        expires_at: bearer.token.expires_at,
    }))
}

/// Revokes a token: ends its session, or the token itself and all tokens created with it. An unknown or ended token is already
/// as its holder wants it, so that is no error.
pub async fn revoke(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<(), Error> {
    let id = match recognize(ctx, token).await? {
        Some(Recognized::Access(token)) => return logout::end(ctx, token.claims.sid).await.map(|_| ()),
        Some(Recognized::Refresh(token)) => return logout::end(ctx, token.session).await.map(|_| ()),
        Some(Recognized::Token(id)) => id,
        None => return Ok(()),
    };
    let entry = Entry::of(Act::EndToken).with_token(id).of_token(id);
    let ending = Ending { id, reason: EndReason::SignedOut, guard: Guard::always(), entry };
    flows::tokens::end(ctx, &Holder, ending).await.map(|_| ())
}
