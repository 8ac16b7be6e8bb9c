//! `/oauth/par`: pushed authorization requests (RFC 9126 §2).

use http::StatusCode;
use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::flows::oauth::{client_auth, pushed_requests};
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::oauth::client_credentials;

/// RFC 9126 §2.2.
#[derive(Serialize)]
struct PushedRequest {
    request_uri: String,
    expires_in: u64,
}

pub async fn push(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let parameters = Parameters::checked(request::form(request)?)?;
    let client = client_auth::read(ctx, &client_credentials::read(request, &parameters)?).await?;
    let request_uri = pushed_requests::push(ctx, &client, &parameters).await?;
    let answer = PushedRequest { request_uri, expires_in: policy::PUSHED_REQUEST_LIFETIME.as_secs() };
    Ok(response::json(StatusCode::CREATED, &answer))
}
