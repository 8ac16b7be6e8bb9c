//! `exchange`: an application exchanges the ticket that its user's browser has brought.

use crate::domain::error::Error;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::ticket;
use crate::ports::Platform;
use crate::web::api::session;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::Response;

pub async fn exchange(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    ticket::exchange(ctx, fields.text("code")?, fields.text("code_verifier")?).await.map(session::tokens)
}
