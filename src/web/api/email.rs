//! `email…`: the doors of a change of address.

use crate::domain::error::Error;
use crate::flows::accounts::change_email;
use crate::flows::authentication::authenticate;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::http::credential;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

pub async fn request(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = authenticate::lately(visit, &credential::of(visit, request)?).await?;
    let fields = Fields::json(request)?;
    change_email::request(visit, &who, &fields.email()?, &fields.secret("current_password")?).await?;
    Ok(response::message("Confirmation email sent"))
}

pub async fn confirm(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    change_email::confirm(visit, Fields::json(request)?.text("token")?).await?;
    Ok(response::message("Email changed successfully"))
}

pub async fn undo(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    change_email::undo(visit, fields.text("token")?, &fields.secret("password")?).await?;
    Ok(response::message("Email restored successfully"))
}
