//! `email…`: the routes of an email change.

use crate::domain::error::Error;
use crate::flows::accounts::change_email;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::credential;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

/// Without the current password for an account that has none.
pub async fn request(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    let fields = Fields::json(request)?;
    let named = fields.value("current_password").is_some();
    let present = named.then(|| fields.secret("current_password")).transpose()?;
    change_email::request(ctx, &signed_in, &fields.email()?, present.as_ref()).await?;
    Ok(response::message("Confirmation email sent"))
}

pub async fn confirm(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    change_email::confirm(ctx, Fields::json(request)?.text("token")?).await?;
    Ok(response::message("Email changed successfully"))
}

pub async fn undo(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    change_email::undo(ctx, fields.text("token")?, &fields.secret("password")?).await?;
    Ok(response::message("Email restored successfully"))
}
