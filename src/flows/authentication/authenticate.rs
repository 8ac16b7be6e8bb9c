//! Identifies the caller. Independent of HTTP: the route passes in the credential.

use crate::domain::accounts::user::{Role, User};
use crate::domain::audit::Entry;
use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::auth_methods::AuthLevel;
use crate::domain::sessions::session::Session;
use crate::domain::tokens::api_token::{ApiToken, TokenKind};
use crate::flows::authentication::credential::{self, Credential, ParsedCredential};
use crate::flows::authentication::replica_reads::ReplicaReader;
use crate::flows::authentication::revocation;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::ports::Platform;
use crate::store::signed_in::{self, SignedIn};
use crate::store::tokens::{self, Bearer};

/// The caller, according to D1 at this moment.
pub enum Caller {
    /// A user in a session.
    Session(SignedIn),
    /// A program with a key or token.
    ApiToken(Bearer),
}

impl Caller {
    pub const fn user(&self) -> &User {
        match self {
            Self::Session(signed_in) => &signed_in.user,
            Self::ApiToken(bearer) => &bearer.user,
        }
    }

    pub fn into_user(self) -> User {
        match self {
            Self::Session(signed_in) => signed_in.user,
            Self::ApiToken(bearer) => bearer.user,
        }
    }

    /// The user's `auth_version`.
    pub const fn auth_version(&self) -> i64 {
        match self {
            Self::Session(signed_in) => signed_in.auth_version,
            Self::ApiToken(bearer) => bearer.auth_version,
        }
    }

    /// The presented key or token; `None` for a session.
    pub const fn token(&self) -> Option<Id<ApiToken>> {
        match self {
            Self::Session(_) => None,
            Self::ApiToken(bearer) => Some(bearer.token.id),
        }
    }

    /// Adds the user and the session or token to an audit entry.
    pub fn attribute(&self, entry: Entry) -> Entry {
        let entry = entry.by(Some(self.user().id));
        match self {
            Self::Session(signed_in) => entry.in_session(signed_in.session),
            Self::ApiToken(bearer) => entry.with_token(bearer.token.id),
        }
    }
}

/// The user behind any credential. Revocation and disabling take effect at once, except on routes that allow replicas. One
/// round trip.
pub async fn caller(ctx: &RequestContext<'_, impl Platform>, credential: &Credential) -> Result<Caller, Error> {
    let presented = credential::read(ctx, credential).await?;
    let replica = ReplicaReader { ctx, presented: &presented };
    match &presented {
        ParsedCredential::Access(VerifiedClaims { claims, .. }) => {
            signed_in(&replica, claims.sid, Some(claims.sub)).await.map(Caller::Session)
        }
        ParsedCredential::Browser(id) => browse(&replica, *id).await.map(Caller::Session),
        ParsedCredential::Private(VerifiedClaims { claims, .. }) => {
            bearer(&replica, claims.jti).await.map(Caller::ApiToken)
        }
        ParsedCredential::Stamped(id) => bearer(&replica, *id).await.map(Caller::ApiToken),
    }
}

async fn signed_in(
    replica: &ReplicaReader<'_, impl Platform>,
    session: Id<Session>,
    user: Option<Id<User>>,
) -> Result<SignedIn, Error> {
    signed_in::by_live_session(replica, session, user, replica.ctx.now).await?.ok_or(Error::TokenRevoked)
}

/// Viewing pages counts as use of the session.
async fn browse(replica: &ReplicaReader<'_, impl Platform>, session: Id<Session>) -> Result<SignedIn, Error> {
    let signed_in = signed_in(replica, session, None).await?;
    note_use(replica.ctx, &signed_in);
    Ok(signed_in)
}

/// Records, from time to time, that a browser uses its session.
pub fn note_use(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) {
    if ctx.now.since(signed_in.used_at) >= ctx.settings.sessions.browser_lifetimes.note_step() {
        note_once(ctx, signed_in.session, BackgroundTask::Prolong(signed_in.session));
    }
}

async fn bearer(replica: &ReplicaReader<'_, impl Platform>, id: Id<ApiToken>) -> Result<Bearer, Error> {
    let (ctx, bearer) = (replica.ctx, tokens::bearer(replica, id).await?.ok_or(Error::TokenRevoked)?);
    let token = &bearer.token;
    if token.is_over(ctx.now) {
        return Err(Error::TokenExpired);
    }
    if token.last_used_at.is_none_or(|used| ctx.now.since(used) >= policy::LAST_USED_STEP) {
        note_once(ctx, token.id, BackgroundTask::NoteUse(token.id));
    }
    Ok(bearer)
}

/// While a replica lags it shows the previous use, and without this check every request would write to the primary.
fn note_once<T>(ctx: &RequestContext<'_, impl Platform>, used: Id<T>, task: BackgroundTask) {
    let (uses, used) = (&ctx.cache.uses, used.to_string());
    if uses.get(&used, ctx.now).is_none() {
        uses.insert(used, (), ctx.now);
        ctx.defer(task);
    }
}

/// Requires a user session. API keys and tokens are rejected with `ReauthenticationRequired`, because a program cannot
/// reauthenticate.
pub async fn require_session(
    ctx: &RequestContext<'_, impl Platform>,
    credential: &Credential,
) -> Result<SignedIn, Error> {
    match caller(ctx, credential).await? {
        Caller::Session(signed_in) => Ok(signed_in),
        Caller::ApiToken(_) => Err(Error::ReauthenticationRequired),
    }
}

/// The same, with a recent proof of identity.
pub async fn require_recent_session(
    ctx: &RequestContext<'_, impl Platform>,
    credential: &Credential,
) -> Result<SignedIn, Error> {
    let signed_in = require_session(ctx, credential).await?;
    check_recent_authentication(ctx, &signed_in).map(|()| signed_in)
}

/// The session of an access token or cookie, without checking that it is alive: for flows whose own statement checks that.
/// `Forbidden` for keys and tokens, which have no session.
pub async fn session(ctx: &RequestContext<'_, impl Platform>, credential: &Credential) -> Result<Id<Session>, Error> {
    match credential::read(ctx, credential).await? {
        ParsedCredential::Access(token) => Ok(token.claims.sid),
        ParsedCredential::Browser(id) => Ok(id),
        ParsedCredential::Private(_) | ParsedCredential::Stamped(_) => {
            caller(ctx, credential).await?;
            Err(Error::Forbidden)
        }
    }
}

/// Requires a recent proof at the account's highest level; `ReauthenticationRequired` otherwise.
pub fn check_recent_authentication<P>(ctx: &RequestContext<'_, P>, signed_in: &SignedIn) -> Result<(), Error> {
    let recent = ctx.now.since(signed_in.auth_time) <= policy::RECENT_AUTHENTICATION;
    if recent { check_level(ctx, signed_in) } else { Err(Error::ReauthenticationRequired) }
}

/// Requires a session at the account's highest level, however old its proof; `ReauthenticationRequired` otherwise.
pub fn check_level<P>(ctx: &RequestContext<'_, P>, signed_in: &SignedIn) -> Result<(), Error> {
    let level = signed_in.second_factors.level(ctx.settings.second_factors.policy, signed_in.user.role);
    if signed_in.methods.level() >= level { Ok(()) } else { Err(Error::ReauthenticationRequired) }
}

/// The identity of a caller, as gateways receive it.
pub struct GatewayIdentity {
    pub user: Id<User>,
    pub role: Role,
    /// `None` for keys and tokens.
    pub session: Option<Id<Session>>,
    /// The means of authentication: the methods of a sign-in or a token kind.
    pub method: String,
    /// How much the sign-in proved; `None` for keys and tokens.
    pub level: Option<AuthLevel>,
}

/// Identifies the caller for gateways. A JWT costs a KV read, and its revocation may be late by the documented delay; other
/// credentials are checked in D1.
pub async fn identify_for_gateway(
    ctx: &RequestContext<'_, impl Platform>,
    credential: &Credential,
) -> Result<GatewayIdentity, Error> {
    let presented = credential::read(ctx, credential).await?;
    let replica = ReplicaReader { ctx, presented: &presented };
    match &presented {
        ParsedCredential::Access(token @ VerifiedClaims { claims, .. }) => {
            if revocation::is_marked(ctx, token).await? {
                return Err(Error::TokenRevoked);
            }
            let (method, level) = (claims.amr.to_string(), Some(claims.amr.level()));
            Ok(GatewayIdentity { user: claims.sub, role: claims.role, session: Some(claims.sid), method, level })
        }
        ParsedCredential::Private(VerifiedClaims { claims, .. }) => {
            let role = revocation::role_of(ctx, claims).await?.ok_or(Error::TokenRevoked)?;
            Ok(GatewayIdentity {
                user: claims.sub,
                role,
                session: None,
                method: TokenKind::Private.as_str().to_owned(),
                level: None,
            })
        }
        ParsedCredential::Browser(id) => {
            let signed_in = browse(&replica, *id).await?;
            Ok(GatewayIdentity {
                user: signed_in.user.id,
                role: signed_in.user.role,
                session: Some(*id),
                method: signed_in.methods.to_string(),
                level: Some(signed_in.methods.level()),
            })
        }
        ParsedCredential::Stamped(id) => {
            let Bearer { user, token, .. } = bearer(&replica, *id).await?;
            let method = token.kind.as_str().to_owned();
            Ok(GatewayIdentity { user: user.id, role: user.role, session: None, method, level: None })
        }
    }
}
