//! `/api/admin/users…`: administrators view users and manage their accounts.

use http::StatusCode;
use serde::Serialize;

use crate::domain::accounts::user::{Role, User};
use crate::domain::admin_change::{Change, Person};
use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::second_factors::SecondFactors;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{ApiToken, TokenKind};
use crate::flows::admin::actions::{self, AdminSession};
use crate::flows::admin::queries::{self, Page};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::admin_users;
use crate::store::tokens::Overview;
use crate::web::api::sessions::listed;
use crate::web::http::credential;
use crate::web::http::request::{self, Fields, Request};
use crate::web::http::response::{self, Response};

#[derive(Serialize)]
struct List {
    users: Vec<Item>,
    /// The `cursor` of the next page; `null` on the last.
    next: Option<String>,
}

#[derive(Serialize)]
struct Item {
    id: Id<User>,
    login: String,
    email: String,
    role: Role,
    /// `null` while the account is enabled.
    disabled_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Person> for Item {
    fn from(Person { user, disabled_at }: Person) -> Self {
        let User { id, login, email, role, language: _, created_at, updated_at } = user;
        Self { id, login, email, role, disabled_at, created_at, updated_at }
    }
}

pub async fn users(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = look(ctx, request, Act::ListUsers).await?;
    let page = found(ctx, request, &admin).await?;
    let users = page.items.into_iter().map(Item::from).collect();
    Ok(response::json(StatusCode::OK, &List { users, next: page.next }))
}

/// The users that match the query.
pub async fn found(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    admin: &AdminSession,
) -> Result<Page<Person, String>, Error> {
    let short = |text: String| (text.len() <= policy::EMAIL_MAX_BYTES).then_some(text);
    let typed = request::optional_parameter(request, "q", short)?;
    let after = request::optional_parameter(request, "cursor", Some)?.unwrap_or_default();
    queries::users(ctx, admin, typed.as_deref(), &after).await
}

#[derive(Serialize)]
struct Profile {
    #[serde(flatten)]
    item: Item,
    factors: Factors,
    /// The number of active sessions.
    sessions: i64,
    /// `null` if none of the user's sessions is stored.
    last_seen_at: Option<Timestamp>,
}

/// What the account can be signed in to with.
#[derive(Serialize)]
struct Factors {
    password: bool,
    passkey: bool,
    totp: bool,
    security_key: bool,
    /// The number of accounts at other providers.
    identities: i64,
    /// The number of unused ones; `null` if there never were any.
    recovery_codes: Option<i64>,
}

impl Factors {
    const fn of(profile: &admin_users::Profile) -> Self {
        let SecondFactors { totp, security_key, passkey } = profile.second_factors;
        Self {
            password: profile.has_password,
            passkey,
            totp,
            security_key,
            identities: profile.identities,
            recovery_codes: profile.recovery_codes_left,
        }
    }
}

pub async fn user(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = look(ctx, request, Act::ViewUser).await?;
    let profile = queries::user(ctx, &admin, target(request)?).await?;
    let (factors, item, sessions) = (Factors::of(&profile), profile.person.into(), profile.living_sessions);
    Ok(response::json(StatusCode::OK, &Profile { item, factors, sessions, last_seen_at: profile.last_seen_at }))
}

pub async fn sessions(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = look(ctx, request, Act::ViewUserSessions).await?;
    Ok(listed(queries::sessions(ctx, &admin, target(request)?).await?, admin.session()))
}

pub async fn disable(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    act(ctx, request, Act::DisableUser).await?.change(ctx, target(request)?, Change::Disable).await?;
    Ok(response::message("User disabled successfully"))
}

pub async fn enable(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    act(ctx, request, Act::EnableUser).await?.change(ctx, target(request)?, Change::Enable).await?;
    Ok(response::message("User enabled successfully"))
}

pub async fn change_role(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let change = role(request).map(Change::to_role);
    // Missing rights are reported before an invalid body, and the audit log records the attempted action.
    let wanted = change.as_ref().map_or(Act::Promote, |change| change.act());
    let admin = act(ctx, request, wanted).await?;
    admin.change(ctx, target(request)?, change?).await?;
    Ok(response::message("Role changed successfully"))
}

fn role(request: &Request) -> Result<Role, Error> {
    Role::parse(Fields::json(request)?.text("role")?).ok_or(Error::InvalidRequest(Some("role")))
}

pub async fn start_reset(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    act(ctx, request, Act::StartReset).await?.start_reset(ctx, target(request)?).await?;
    Ok(response::message("Recovery email sent"))
}

pub async fn reset_factors(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    act(ctx, request, Act::ResetFactors).await?.reset_factors(ctx, target(request)?).await?;
    Ok(response::message("Second factors removed"))
}

pub async fn end_session(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = act(ctx, request, Act::EndUserSession).await?;
    let session = request::last_segment(request).parse().map_err(|_| Error::NotFound)?;
    admin.end_session(ctx, target(request)?, session).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

pub async fn end_sessions(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    act(ctx, request, Act::EndUserSessions).await?.end_sessions(ctx, target(request)?).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

#[derive(Serialize)]
struct TokenList {
    tokens: Vec<TokenItem>,
}

#[derive(Serialize)]
struct TokenItem {
    id: Id<ApiToken>,
    kind: TokenKind,
    name: Option<String>,
    created_at: Timestamp,
    /// `null` if it lives until it is revoked.
    expires_at: Option<Timestamp>,
    /// Accurate to the hour; `null` if D1 has seen no use of it.
    last_used_at: Option<Timestamp>,
}

pub async fn tokens(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = look(ctx, request, Act::ViewUserTokens).await?;
    let living = queries::tokens(ctx, &admin, target(request)?).await?;
    let tokens = living.into_iter().map(|token| {
        let Overview { id, kind, name, created_at, expires_at, last_used_at } = token;
        TokenItem { id, kind, name, created_at, expires_at, last_used_at }
    });
    Ok(response::json(StatusCode::OK, &TokenList { tokens: tokens.collect() }))
}

pub async fn end_token(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = act(ctx, request, Act::EndUserToken).await?;
    let token = request::last_segment(request).parse().map_err(|_| Error::NotFound)?;
    admin.end_token(ctx, target(request)?, token).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

pub async fn look(ctx: &RequestContext<'_, impl Platform>, request: &Request, act: Act) -> Result<AdminSession, Error> {
    actions::look(ctx, &credential::of(ctx, request)?, act).await
}

pub async fn act(ctx: &RequestContext<'_, impl Platform>, request: &Request, act: Act) -> Result<AdminSession, Error> {
    actions::act(ctx, &credential::of(ctx, request)?, act).await
}

/// The user of `/api/admin/users/{id}…` or `/admin/users/{id}…`.
pub fn target(request: &Request) -> Result<Id<User>, Error> {
    let segments = request::segments(request.uri().path());
    let named = segments.iter().skip_while(|segment| **segment != "users").nth(1);
    named.and_then(|id| id.parse().ok()).ok_or(Error::NotFound)
}
