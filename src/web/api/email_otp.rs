//! `otp/…`: the routes of codes by email. They exist only if `AUTH_OTP_ENABLED` is on.

use http::StatusCode;
use serde::Serialize;

use crate::domain::credentials::email_otp::EmailOtp;
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::Error;
use crate::domain::settings::email_otp::EmailOtpSettings;
use crate::flows::authentication::access_tokens;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::email_otp;
use crate::ports::Platform;
use crate::web::api::session;
use crate::web::compat::fastschema::fields;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

pub fn settings<P>(ctx: &RequestContext<'_, P>) -> Result<EmailOtpSettings, Error> {
    ctx.settings.email_otp.ok_or(Error::NotFound)
}

/// The code that was entered, if it has the form of one. Otherwise no attempt is counted, and nothing leaks: the error
/// depends on the input alone.
pub fn typed(settings: EmailOtpSettings, text: &str) -> Result<EmailOtp, Error> {
    EmailOtp::typed(text, settings.length).ok_or(Error::InvalidRequest(Some("code")))
}

#[derive(Serialize)]
struct Sent {
    message: &'static str,
    /// In seconds.
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
}

pub async fn request(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = settings(ctx)?;
    let email = Fields::json(request)?.email()?;
    let session_id = fields::session_id(ctx, &email)?;
    email_otp::request(ctx, settings, &email).await?;
    let sent = Sent { message: "OTP sent to email", expires_in: settings.lifetime.as_secs(), session_id };
    Ok(response::json(StatusCode::OK, &sent))
}

pub async fn verify(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = settings(ctx)?;
    let fields = Fields::json(request)?;
    let (email, code) = (fields.email()?, typed(settings, fields.text("code")?)?);
    let session = email_otp::sign_in(ctx, settings, &email, &code, Goal::Api).await?;
    Ok(session::tokens(access_tokens::pair(ctx, &session).await?))
}
