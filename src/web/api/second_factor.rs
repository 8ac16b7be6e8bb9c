//! `mfa/verify`: the second step of a sign-in, or of a renewed proof of identity.

use crate::domain::credentials::mfa_token::Goal;
use crate::domain::credentials::recovery_codes::RecoveryCode;
use crate::domain::credentials::totp::TotpCode;
use crate::domain::error::Error;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::second_factor::{self, Completed, SecondFactor};
use crate::ports::Platform;
use crate::web::api::session;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

/// Answers as the route whose second step it is.
pub async fn verify(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    let token = second_factor::read(ctx, fields.text("mfa_token")?)?;
    // The page has a form of its own, which only its browser can send.
    if token.goal == Goal::Page {
        return Err(Error::MfaTokenInvalid);
    }
    match second_factor::verify(ctx, &token, &presented(&fields)?).await? {
        Completed::SignIn(session) => Ok(session::tokens(ctx.settings.tokens(&session)?)),
        Completed::Reauthentication => Ok(response::message("Reauthenticated successfully")),
    }
}

/// Exactly one of the factors. What cannot be one counts no attempt.
fn presented(fields: &Fields) -> Result<SecondFactor, Error> {
    match (fields.optional_text("code")?, fields.optional_text("recovery_code")?) {
        (Some(code), None) => TotpCode::parse(code).map(SecondFactor::Totp).ok_or(Error::InvalidRequest(Some("code"))),
        (None, Some(code)) => RecoveryCode::parse(code)
            .map(SecondFactor::RecoveryCode)
            .ok_or(Error::InvalidRequest(Some("recovery_code"))),
        _ => Err(Error::InvalidRequest(Some("code"))),
    }
}
