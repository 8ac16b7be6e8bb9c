//! `exchange`: an application trades the ticket its user's browser has brought.

use http::header::ORIGIN;

use crate::domain::error::Error;
use crate::flows::ticket;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::web::request::{Fields, Request};
use crate::web::response::Response;
use crate::web::session;

pub async fn exchange(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let (code, verifier) = (fields.text("code")?, fields.optional_text("code_verifier")?);
    ticket::exchange(visit, code, verifier, origin).await.map(session::tokens)
}
