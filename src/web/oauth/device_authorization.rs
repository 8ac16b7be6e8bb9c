//! `/oauth/device_authorization`: codes for a device (RFC 8628 §3.1).

use http::StatusCode;
use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_auth;
use crate::flows::oauth::device::{self, DeviceCodes};
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::oauth::client_credentials;

/// RFC 8628 §3.2.
#[derive(Serialize)]
struct DeviceAuthorization {
    device_code: String,
    user_code: String,
    verification_uri: String,
    /// For a code that a camera reads.
    verification_uri_complete: String,
    expires_in: u64,
    interval: u64,
}

pub async fn issue(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let parameters = Parameters::checked(request::form(request)?)?;
    let client = client_auth::read(ctx, &client_credentials::read(request, &parameters)?).await?;
    let DeviceCodes { device_code, user_code } = device::begin(ctx, &client, &parameters).await?;
    let verification_uri = format!("{}/account/device", ctx.settings.base_url);
    let answer = DeviceAuthorization {
        device_code,
        verification_uri_complete: format!("{verification_uri}?user_code={user_code}"),
        user_code: user_code.to_string(),
        verification_uri,
        expires_in: policy::DEVICE_CODE_LIFETIME.as_secs(),
        interval: policy::DEVICE_POLL_INTERVAL.as_secs(),
    };
    Ok(response::json(StatusCode::OK, &answer))
}
