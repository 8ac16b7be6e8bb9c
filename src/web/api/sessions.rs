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
use crate::flows::sign_in::{assertions, passkey, sessions};
use crate::ports::Platform;
use crate::store::passkeys::list as keys_of;
use crate::store::session_lists::Overview;
use crate::web::api::{email_otp, passkeys};
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
    match (fields.value("credential"), fields.optional_text("code")?) {
        (Some(_), _) => {
            assertions::relying_party(ctx)?;
            passkey::reauthenticate(ctx, &signed_in, &passkeys::assertion(&fields)?).await?;
        }
        (None, Some(code)) => {
            let settings = email_otp::settings(ctx)?;
            let code = email_otp::typed(settings, code)?;
            flows::sign_in::email_otp::reauthenticate(ctx, settings, &signed_in, &code).await?;
        }
        (None, None) => change_password::reauthenticate(ctx, &signed_in, &fields.secret("password")?).await?,
    }
    Ok(response::message("Reauthenticated successfully"))
}

/// The options that ask for one of the user's passkeys.
pub async fn reauthentication_options(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
) -> Result<Response, Error> {
    assertions::relying_party(ctx)?;
    let signed_in = authenticate::require_session(ctx, &credential::of(ctx, request)?).await?;
    let keys = keys_of(ctx.platform, signed_in.user.id).await?;
    Ok(passkeys::options(&passkey::options_in_session(ctx, &signed_in, &keys)?))
}

/// Without the current password it sets one for an account that has none.
pub async fn change_password(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    let fields = Fields::json(request)?;
    let new = fields.secret("new_password")?;
    if fields.value("current_password").is_none() {
        change_password::set_first(ctx, &signed_in, &new).await?;
        return Ok(response::message("Password set successfully"));
    }
    change_password::change(ctx, &signed_in, &fields.secret("current_password")?, &new).await?;
    Ok(response::message("Password changed successfully"))
}

pub async fn remove_password(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    assertions::relying_party(ctx)?;
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    change_password::remove(ctx, &signed_in).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
