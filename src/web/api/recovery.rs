//! `local/recover…`: the routes for a forgotten password.

use http::StatusCode;
use serde::Serialize;

use crate::domain::error::Error;
use crate::flows::accounts::recover;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

pub async fn request(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    recover::request(ctx, &Fields::json(request)?.email()?).await?;
    Ok(response::message("Recovery email sent"))
}

#[derive(Serialize)]
struct Checked {
    valid: bool,
}

pub async fn check(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let valid = recover::preview(ctx, Fields::json(request)?.text("token")?).await?.is_some();
    Ok(response::json(StatusCode::OK, &Checked { valid }))
}

pub async fn reset(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    let end_keys = fields.flag("end_keys")?;
    recover::reset(ctx, fields.text("token")?, &fields.secret("password")?, end_keys).await?;
    Ok(response::message("Password reset successfully"))
}
