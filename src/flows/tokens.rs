//! Keys and tokens for programs: created, listed, ended. One flow for every API.

use crate::domain::accounts::email_address;
use crate::domain::accounts::user::{Role, User};
use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::sessions::session::EndReason;
use crate::domain::settings::settings::Settings;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{ApiToken, Creator, Limit, TokenFormat, TokenKind};
use crate::domain::tokens::private_token::{self, Private};
use crate::domain::tokens::token_summary::TokenSummary;
use crate::flows::authentication::authenticate::{self, Caller};
use crate::flows::authentication::credential::Credential;
use crate::flows::authentication::revocation;
use crate::flows::context::RequestContext;
use crate::flows::form_submission::Outcome;
use crate::flows::mail;
use crate::flows::transaction::{Actor, Transaction};
use crate::ports::{Guard, Platform, Row};
use crate::store::conditions;
use crate::store::outbox::OutboxEntry;
use crate::store::signed_in::SignedIn;
use crate::store::token_lists::{self, Search};
use crate::store::tokens::{self, Bearer, End, NewToken, Overview};

/// The requested properties of a token.
pub struct TokenRequest<'a> {
    pub kind: TokenKind,
    pub name: Option<&'a str>,
    pub expires_at: Timestamp,
}

/// A token that has been created.
pub struct CreatedToken {
    pub id: Id<ApiToken>,
    /// The token itself, in the format of its API. It is not stored.
    pub value: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// An API key as lists show it.
pub struct DisplayedKey {
    pub value: String,
    pub in_full: bool,
}

/// A caller that may list and change their tokens. Portal tokens are excluded: they open the portal, and must not create
/// anything that outlives them.
pub struct TokenOwner(Caller);

impl TokenOwner {
    /// For a user who is signed in already.
    pub const fn person(signed_in: SignedIn) -> Self {
        Self(Caller::Session(signed_in))
    }

    pub async fn authorize(ctx: &RequestContext<'_, impl Platform>, credential: &Credential) -> Result<Self, Error> {
        let caller = authenticate::caller(ctx, credential).await?;
        match &caller {
            Caller::Session(_) => Ok(Self(caller)),
            Caller::ApiToken(bearer) if bearer.token.kind.spec().is_sign_in => Err(Error::Forbidden),
            Caller::ApiToken(_) => Ok(Self(caller)),
        }
    }

    /// A token as lists show it: in full to a signed-in user while it is new, never in full to a program. `None` if it is shown
    /// once.
    pub fn show<P>(&self, ctx: &RequestContext<'_, P>, token: &Overview) -> Option<DisplayedKey> {
        let spec = token.kind.spec();
        let (mask, TokenFormat::Stamped { spell, .. }) = (spec.mask?, &spec.format) else { return None };
        let is_new = ctx.settings.api_tokens.reveal.is_none_or(|reveal| ctx.now.since(token.created_at) < reveal);
        let in_full = is_new && self.0.token().is_none();
        let value = if in_full { spell(&ctx.settings.keys, token.id) } else { mask(token.id) };
        Some(DisplayedKey { value, in_full })
    }
}

/// A caller that may create a token.
pub struct Maker(Caller);

impl Maker {
    /// For a page: requires a recent proof of identity, because a token created on an unattended laptop works long after the
    /// laptop is shut. `ReauthenticationRequired` without one.
    pub fn person<P>(ctx: &RequestContext<'_, P>, signed_in: SignedIn) -> Result<Self, Error> {
        authenticate::check_recent_authentication(ctx, &signed_in).map(|()| Self(Caller::Session(signed_in)))
    }

    /// The same for cookies, and for sessions created from a browser session by a ticket. Programs cannot reauthenticate: an
    /// access token from its own sign-in, a key or a private token may create more of them.
    pub async fn authorize(ctx: &RequestContext<'_, impl Platform>, credential: &Credential) -> Result<Self, Error> {
        match TokenOwner::authorize(ctx, credential).await?.0 {
            Caller::Session(signed_in) if credential.is_cookie() || signed_in.root != signed_in.session => {
                Self::person(ctx, signed_in)
            }
            caller => Ok(Self(caller)),
        }
    }
}

/// Creates a token for the caller, if they have room for one more of its kind, and notifies them by email. A token created with
/// another token ends with it. `Forbidden` if they may not create one of this kind.
pub async fn create(
    ctx: &RequestContext<'_, impl Platform>,
    Maker(caller): &Maker,
    request: &TokenRequest<'_>,
) -> Result<CreatedToken, Error> {
    let user = caller.user();
    let id = ctx.id_beside(user.id)?;
    let allowed = match request.kind.spec().creator {
        Creator::User => true,
        Creator::Administrator => user.role == Role::Admin && caller.token().is_none(),
        Creator::Password => false,
    };
    if !allowed {
        return ctx.audit_failure(caller.attribute(Entry::of(Act::CreateToken)), Error::Forbidden).await;
    }
    let new = NewToken {
        id,
        user: user.id,
        auth_version: caller.auth_version(),
        kind: request.kind,
        name: request.name,
        made_by: caller.token(),
        expires_at: Some(request.expires_at),
    };
    let (owner, auth_version, created_at, expires_at) = (user, caller.auth_version(), ctx.now, request.expires_at);
    let value = spell(ctx.settings, request.kind, &Private { id, owner, auth_version, created_at, expires_at })?;
    let queued = prepare_email(ctx, user, id, request)?;
    let room = has_room(ctx, user.id, request.kind).and(pace(ctx, user.id));
    let (row, entry) =
        (tokens::insert(&new, room, ctx.now), caller.attribute(Entry::of(Act::CreateToken)).of_token(id));
    let mut transaction = Transaction::by(ctx, caller, entry, row, tokens::find_made(id));
    transaction.mail(&queued, &user.email);
    if transaction.commit().await?.is_empty() {
        if conditions::holds(ctx.platform, pace(ctx, user.id).negate()).await? {
            return Err(Error::RateLimited(policy::KEYS_WINDOW.as_secs()));
        }
        let full = tokens::lacked_room(ctx.platform, &new).await?;
        let error = if full { Error::TooManyKeys } else { Error::TokenRevoked };
        return ctx.audit_failure(caller.attribute(Entry::of(Act::CreateToken)), error).await;
    }
    Ok(CreatedToken { id, value, created_at, expires_at })
}

impl Outcome for CreatedToken {
    async fn again(ctx: &RequestContext<'_, impl Platform>, row: &Row) -> Result<Option<Self>, Fault> {
        let Some(Bearer { user, auth_version, token }) = tokens::bearer(ctx.platform, row.id("made")?).await? else {
            return Ok(None);
        };
        let Overview { id, kind, created_at, expires_at: Some(expires_at), .. } = token else {
            return Ok(None);
        };
        let value = spell(ctx.settings, kind, &Private { id, owner: &user, auth_version, created_at, expires_at })?;
        Ok(Some(Self { id, value, created_at, expires_at }))
    }
}

fn spell(settings: &Settings, kind: TokenKind, token: &Private<'_>) -> Result<String, Fault> {
    match kind.spec().format {
        TokenFormat::Stamped { spell, .. } => Ok(spell(&settings.keys, token.id)),
        TokenFormat::Jwt => private_token::mint(&settings.issuer, token),
    }
}

/// Holds while a user may have one more token of a kind.
pub fn has_room<P>(ctx: &RequestContext<'_, P>, user: Id<User>, kind: TokenKind) -> Guard {
    match kind.spec().limit {
        Limit::Configured => tokens::are_fewer(user, kind, ctx.settings.api_tokens.api_keys_per_user),
        Limit::Of(limit) => tokens::are_fewer(user, kind, limit),
        Limit::OneAlive => tokens::none_lives(user, kind, ctx.now),
    }
}

/// Holds while a user creates tokens slowly enough.
fn pace<P>(ctx: &RequestContext<'_, P>, user: Id<User>) -> Guard {
    tokens::were_fewer(user, ctx.now - policy::KEYS_WINDOW, policy::KEYS_AT_ONCE)
}

fn prepare_email(
    ctx: &RequestContext<'_, impl Platform>,
    user: &User,
    id: Id<ApiToken>,
    request: &TokenRequest<'_>,
) -> Result<OutboxEntry, Fault> {
    let message = Email::TokenCreated {
        key: TokenSummary::of(id, request.kind, ctx.now),
        address: ctx.client.describe_origin(),
        created_at: ctx.now.whole_seconds().to_string(),
        works_until: request.expires_at.whole_seconds().to_string(),
    };
    mail::prepare(ctx, &message, &email_address::fold(&user.email), ctx.now + policy::NOTICE_LIFETIME)
}

/// The caller's tokens of a kind, in order of creation.
pub async fn list(
    ctx: &RequestContext<'_, impl Platform>,
    TokenOwner(caller): &TokenOwner,
    kind: TokenKind,
) -> Result<Vec<Overview>, Error> {
    Ok(token_lists::of_kind(ctx.platform, caller.user().id, kind).await?)
}

/// The caller's tokens of every kind, the newest first.
pub async fn list_all(
    ctx: &RequestContext<'_, impl Platform>,
    TokenOwner(caller): &TokenOwner,
) -> Result<Vec<Overview>, Error> {
    Ok(token_lists::all_of(ctx.platform, caller.user().id).await?)
}

/// A page of the caller's private tokens, and their total number.
pub async fn search(
    ctx: &RequestContext<'_, impl Platform>,
    TokenOwner(caller): &TokenOwner,
    search: &Search,
) -> Result<(Vec<Overview>, u32), Error> {
    Ok(token_lists::search(ctx.platform, caller.user().id, TokenKind::Private, search).await?)
}

/// Ends one of the caller's tokens. `NotFound` for another user's token and for an id that is not one (`None`).
pub async fn delete_own(
    ctx: &RequestContext<'_, impl Platform>,
    TokenOwner(caller): &TokenOwner,
    id: Option<Id<ApiToken>>,
    kind: TokenKind,
) -> Result<(), Error> {
    let entry = || Entry { token: id, ..caller.attribute(Entry::of(Act::EndToken)) };
    if let Some(id) = id {
        let guard = tokens::belong_to(caller.user().id).and(tokens::are(kind));
        let ending = Ending { id, reason: EndReason::Ended, guard, entry: entry() };
        if end(ctx, caller, ending).await? {
            return Ok(());
        }
    }
    ctx.audit_failure(entry(), Error::NotFound).await
}

/// A token to be ended, with all tokens created with it.
pub struct Ending {
    pub id: Id<ApiToken>,
    pub reason: EndReason,
    /// The condition on its row.
    pub guard: Guard,
    pub entry: Entry,
}

/// Ends a token. Returns whether this request ended it.
pub async fn end(ctx: &RequestContext<'_, impl Platform>, actor: &impl Actor, ending: Ending) -> Result<bool, Error> {
    let Ending { id, reason, guard, entry } = ending;
    let op = ctx.operation()?;
    let first = tokens::end(&End { id, reason, op: &op }, guard, ctx.now);
    let ended = Transaction::by(ctx, actor, entry, first, tokens::find_ended_by(id, &op)).commit().await?;
    let Some(row) = ended.first() else {
        return Ok(false);
    };
    revocation::mark_tokens(ctx, row.id("user_id")?).await;
    Ok(true)
}

/// The keys and tokens that still act for a user after their sessions end, as emails list them: the newest first, because an
/// intruder may have created one, and with a final entry if there are more.
pub async fn mentioned(ctx: &RequestContext<'_, impl Platform>, user: Id<User>) -> Result<Vec<TokenSummary>, Fault> {
    let mut living = token_lists::keys_of_user(ctx.platform, user, ctx.now, policy::KEYS_IN_AN_EMAIL + 1).await?;
    let beyond = living.len() > policy::KEYS_IN_AN_EMAIL as usize;
    living.truncate(policy::KEYS_IN_AN_EMAIL as usize);
    let mentioned = living.iter().map(|one| TokenSummary::of(one.id, one.kind, one.created_at));
    Ok(mentioned.chain(beyond.then_some(TokenSummary::Older)).collect())
}
