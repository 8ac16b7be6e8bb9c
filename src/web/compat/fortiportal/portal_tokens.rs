//! The FortiPortal API: `tokenlogin` and `tokenlogout`.

use std::time::Duration;

use http::StatusCode;
use http::header::AUTHORIZATION;
use serde::Serialize;

use crate::domain::accounts::login_name::Identifier;
use crate::domain::error::Error;
use crate::domain::field_error::FieldError;
use crate::domain::policy;
use crate::domain::secret::Secret;
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::authenticate;
use crate::flows::authentication::credential::Credential;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::portal_login;
use crate::ports::Platform;
use crate::web::compat::django::fields::DrfFields;
use crate::web::compat::fortiportal::errors;
use crate::web::http::credential;
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};

#[derive(Serialize)]
struct Token {
    /// `null` if it lives until it is revoked.
    expiry: Option<Timestamp>,
    token: String,
}

pub async fn login(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let mut form = DrfFields::json(request)?;
    let (username, password) = (form.text("username"), form.secret("password"));
    let life = life(&mut form);
    let (username, password) = form.finish(username.zip(password))?;
    let made = portal_login::login(ctx, &Identifier::parse(&username), &password, life).await?;
    Ok(response::json(StatusCode::OK, &Token { expiry: made.expires_at, token: made.token }))
}

/// The sum of the given values; `None` if there are none. A lifetime of zero is an error: the token would be useless, and its
/// user could not get another one.
fn life(form: &mut DrfFields) -> Option<Duration> {
    let days = form.count("ttl_days", policy::TTL_DAYS_MAX);
    let hours = form.count("ttl_hours", policy::TTL_HOURS_MAX);
    let minutes = form.count("ttl_minutes", policy::TTL_MINUTES_MAX);
    days.or(hours).or(minutes)?;
    let sum = policy::span(days.unwrap_or(0), hours.unwrap_or(0), minutes.unwrap_or(0));
    if sum.is_zero() && form.is_sound() { form.complain("non_field_errors", FieldError::NoLife) } else { Some(sum) }
}

pub async fn logout(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = match credential::header(request.headers(), &AUTHORIZATION)? {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("token") => token,
        // Only this scheme: other credentials are for other routes.
        Some(_) | None => return Err(Error::Unauthorized),
    };
    if token.is_empty() {
        return Ok(errors::malformed("Invalid token header. No credentials provided."));
    }
    if token.contains(' ') {
        return Ok(errors::malformed("Invalid token header. Token string should not contain spaces."));
    }
    let caller = authenticate::caller(ctx, &Credential::PortalToken(Secret::new(token))).await?;
    portal_login::logout(ctx, &caller).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
