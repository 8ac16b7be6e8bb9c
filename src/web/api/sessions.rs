//! `sessions`, `logout/all`, `reauthenticate` and `password`: how users secure their own account.

use http::StatusCode;
use serde::Serialize;

use crate::domain::devices::user_agent;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::flows;
use crate::flows::accounts::change_password;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::sessions;
use crate::ports::Platform;
use crate::store::session_lists::Overview;
use crate::web::api::email_otp;
use crate::web::http::credential;
use crate::web::http::request::{self, Fields, Request};
use crate::web::http::response::{self, Response};
use crate::words::catalogue;
use crate::words::language::Language;

#[derive(Serialize)]
struct List {
    sessions: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    id: Id<Session>,
    device: String,
    address: String,
    /// `null` if unknown.
    place: Option<String>,
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
    /// Whether this request came from it.
    current: bool,
}

pub async fn list(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_session(ctx, &credential::of(ctx, request)?).await?;
    Ok(listed(sessions::list(ctx, signed_in.user.id).await?, signed_in.session))
}

/// The sessions, with the `current` one marked.
pub fn listed(sessions: Vec<Overview>, current: Id<Session>) -> Response {
    // Programs read this list, so its texts do not depend on the user's language.
    let words = &catalogue::of(Language::English).devices;
    let items = sessions.into_iter().map(|session| Item {
        id: session.id,
        device: user_agent::describe(&session.agent, words),
        address: session.address,
        place: Some(session.place).filter(|place| !place.is_empty()),
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
        current: session.id == current,
    });
    response::json(StatusCode::OK, &List { sessions: items.collect() })
}

pub async fn end(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    let id = request::last_segment(request).parse().map_err(|_| Error::NotFound)?;
    sessions::end(ctx, &signed_in, id).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

pub async fn end_all(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    sessions::end_all(ctx, &signed_in).await?;
    Ok(response::message("Logged out successfully"))
}

pub async fn reauthenticate(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_session(ctx, &credential::of(ctx, request)?).await?;
    let fields = Fields::json(request)?;
    match fields.optional_text("code")? {
        Some(code) => {
            let settings = email_otp::settings(ctx)?;
            let code = email_otp::typed(settings, code)?;
            flows::sign_in::email_otp::reauthenticate(ctx, settings, &signed_in, &code).await?;
        }
        None => change_password::reauthenticate(ctx, &signed_in, &fields.secret("password")?).await?,
    }
    Ok(response::message("Reauthenticated successfully"))
}

pub async fn change_password(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    let fields = Fields::json(request)?;
    change_password::change(ctx, &signed_in, &fields.secret("current_password")?, &fields.secret("new_password")?)
        .await?;
    Ok(response::message("Password changed successfully"))
}
