//! `sessions`, `logout/all`, `reauthenticate` and `password`: what a user does about their own account's safety.

use http::StatusCode;
use serde::Serialize;

use crate::domain::device;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::flows::visit::Visit;
use crate::flows::{self, authenticate, password, sessions};
use crate::ports::Platform;
use crate::store::sessions::Overview;
use crate::web::credential;
use crate::web::one_time_code;
use crate::web::request::{self, Fields, Request};
use crate::web::response::{self, Response};
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
    /// `null` where nobody knows.
    place: Option<String>,
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
    /// Whether it is the one this was asked from.
    current: bool,
}

pub async fn list(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = authenticate::person(visit, &credential::of(visit, request)?).await?;
    Ok(listed(sessions::list(visit, who.user.id).await?, who.session))
}

/// Sessions, as they are shown in the one named last.
pub fn listed(sessions: Vec<Overview>, current: Id<Session>) -> Response {
    // Programs read this list, and must find the same words whoever asks.
    let words = &catalogue::of(Language::English).devices;
    let items = sessions.into_iter().map(|session| Item {
        id: session.id,
        device: device::describe(&session.agent, words),
        address: session.address,
        place: Some(session.place).filter(|place| !place.is_empty()),
        created_at: session.created_at,
        last_used_at: session.last_used_at,
        expires_at: session.expires_at,
        current: session.id == current,
    });
    response::json(StatusCode::OK, &List { sessions: items.collect() })
}

pub async fn end(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = authenticate::lately(visit, &credential::of(visit, request)?).await?;
    let id = request::last_segment(request).parse().map_err(|_| Error::NotFound)?;
    sessions::end(visit, &who, id).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

pub async fn end_all(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = authenticate::lately(visit, &credential::of(visit, request)?).await?;
    sessions::end_all(visit, &who).await?;
    Ok(response::message("Logged out successfully"))
}

pub async fn reauthenticate(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = authenticate::person(visit, &credential::of(visit, request)?).await?;
    let fields = Fields::json(request)?;
    match fields.optional_text("code")? {
        Some(code) => {
            let settings = one_time_code::settings(visit)?;
            let code = one_time_code::typed(settings, code)?;
            flows::one_time_code::reauthenticate(visit, settings, &who, &code).await?;
        }
        None => password::reauthenticate(visit, &who, &fields.secret("password")?).await?,
    }
    Ok(response::message("Reauthenticated successfully"))
}

pub async fn change_password(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = authenticate::lately(visit, &credential::of(visit, request)?).await?;
    let fields = Fields::json(request)?;
    password::change(visit, &who, &fields.secret("current_password")?, &fields.secret("new_password")?).await?;
    Ok(response::message("Password changed successfully"))
}
