//! `exchange`: an application trades the ticket its user's browser has brought.

use crate::domain::error::Error;
use crate::flows::ticket;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::web::request::{Fields, Request};
use crate::web::response::Response;
use crate::web::session;

pub async fn exchange(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    ticket::exchange(visit, fields.text("code")?, fields.text("code_verifier")?).await.map(session::tokens)
}
