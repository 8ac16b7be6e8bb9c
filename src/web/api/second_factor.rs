//! `mfa/…`: the second step of a sign-in, or of a renewed proof of identity.

use http::StatusCode;

use crate::domain::credentials::mfa_token::{Goal, MfaToken};
use crate::domain::credentials::recovery_codes::RecoveryCode;
use crate::domain::credentials::totp::TotpCode;
use crate::domain::error::Error;
use crate::flows::accounts::required_app;
use crate::flows::authentication::access_tokens;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::second_factor::{self, Completed, SecondFactor};
use crate::ports::Platform;
use crate::web::api::factors::Offer;
use crate::web::api::{passkeys, session};
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

/// Answers as the route whose second step it is.
pub async fn verify(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    let token = of_api(ctx, &fields)?;
    answer(ctx, second_factor::verify(ctx, &token, &presented(ctx, &fields, &token)?).await?).await
}

/// Offers an authenticator app to an account that must have a second factor and has none.
pub async fn offer(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = of_api(ctx, &Fields::json(request)?)?;
    Ok(response::json(StatusCode::OK, &Offer::of(required_app::begin(ctx, &token)?)))
}

/// Adds the app, and answers as the route whose second step it is.
pub async fn enrol(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    let token = of_api(ctx, &fields)?;
    let code = TotpCode::parse(fields.text("code")?).ok_or(Error::InvalidRequest(Some("code")))?;
    let (enrolment, saved) = (fields.text("enrolment_token")?, fields.flag("recovery_codes_saved")?);
    answer(ctx, required_app::confirm(ctx, &token, enrolment, &code, saved).await?).await
}

async fn answer(ctx: &RequestContext<'_, impl Platform>, completed: Completed) -> Result<Response, Error> {
    match completed {
        Completed::SignIn(session) => Ok(session::tokens(access_tokens::pair(ctx, &session).await?)),
        Completed::Reauthentication => Ok(response::message("Reauthenticated successfully")),
    }
}

/// The options that ask for one of the account's keys.
pub async fn options(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = of_api(ctx, &Fields::json(request)?)?;
    Ok(passkeys::options(&second_factor::key_options(ctx, &token).await?))
}

/// The `mfa_token`, unless it is one of the page, which has a form of its own that only its browser can send.
fn of_api<P: Platform>(ctx: &RequestContext<'_, P>, fields: &Fields) -> Result<MfaToken, Error> {
    let token = second_factor::read(ctx, fields.text("mfa_token")?)?;
    if token.goal == Goal::Page { Err(Error::MfaTokenInvalid) } else { Ok(token) }
}

/// Exactly one of the factors. What cannot be one counts no attempt.
fn presented<P>(ctx: &RequestContext<'_, P>, fields: &Fields, token: &MfaToken) -> Result<SecondFactor, Error> {
    let (code, recovery_code) = (fields.optional_text("code")?, fields.optional_text("recovery_code")?);
    match (code, recovery_code, fields.value("credential").is_some_and(|json| !json.is_null())) {
        (Some(code), None, false) => {
            TotpCode::parse(code).map(SecondFactor::Totp).ok_or(Error::InvalidRequest(Some("code")))
        }
        (None, Some(code), false) => RecoveryCode::parse(code)
            .map(SecondFactor::RecoveryCode)
            .ok_or(Error::InvalidRequest(Some("recovery_code"))),
        (None, None, true) => second_factor::key(ctx, token, &passkeys::assertion(fields)?),
        _ => Err(Error::InvalidRequest(Some("code"))),
    }
}
