//! `/oauth/…`: introspection (RFC 7662), revocation (RFC 7009), and the format of their errors (RFC 6749 §5.2).

use std::borrow::Cow;

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::domain::accounts::user::{Role, User};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::oauth::introspect::{self, Active};
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::http::{credential, error_response, error_text};

#[derive(Serialize)]
struct Introspected {
    active: bool,
    #[serde(flatten)]
    token: Option<Token>,
}

/// RFC 7662 §2.2, and our own members: `kind`, `role`, `sid`.
#[derive(Serialize)]
struct Token {
    iss: String,
    sub: Id<User>,
    username: String,
    role: Role,
    kind: &'static str,
    /// The scheme it is presented with; absent for tokens that are exchanged instead of presented.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Id<Session>>,
    /// Seconds since 1970, like `exp`, which is absent for tokens that live until they are revoked.
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
}

pub async fn introspect(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let caller = authenticate::caller(ctx, &credential::of(ctx, request)?).await?;
    let token = request::form_field(request, "token")?;
    let active = introspect::introspect(ctx, &caller, &token).await?;
    let iss = ctx.settings.base_url.to_string();
    let token = active.map(|Active { user, kind, scheme, id, session, issued_at, expires_at }| Token {
        iss,
        sub: user.id,
        username: user.login,
        role: user.role,
        kind,
        token_type: scheme,
        jti: id,
        sid: session,
        iat: issued_at.seconds(),
        exp: expires_at.map(|end| end.seconds()),
    });
    Ok(response::json(StatusCode::OK, &Introspected { active: token.is_some(), token }))
}

pub async fn revoke(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    introspect::revoke(ctx, &request::form_field(request, "token")?).await?;
    Ok(response::empty(StatusCode::OK))
}

#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
    error_description: &'a str,
}

/// RFC 6749's error codes where they exist, RFC 6750's for an invalid Bearer token, and ours for the rest.
pub fn refuse(error: &Error, request: &HeaderMap) -> Response {
    let challenge = challenge_of_client(request);
    let word = match error {
        Error::TokenInvalid | Error::TokenExpired | Error::TokenRevoked if challenge.is_none() => "invalid_token",
        Error::Unauthorized | Error::TokenInvalid | Error::TokenExpired | Error::TokenRevoked => "invalid_client",
        Error::UnsupportedMediaType | Error::UnsupportedCoding | Error::PayloadTooLarge => "invalid_request",
        Error::Unavailable(_) => "temporarily_unavailable",
        other => other.code(),
    };
    let body = Refusal { error: word, error_description: &description(error) };
    let refusal = error_response::explain(response::json(error_response::status(error), &body), error);
    match challenge {
        Some(challenge) => error_response::challenge_with(refusal, challenge),
        None => refusal,
    }
}

/// A request without a Bearer token comes from a client that authenticates itself. It is challenged with the scheme it used
/// (RFC 6749 §5.2), or with ours if we do not know that scheme.
fn challenge_of_client(request: &HeaderMap) -> Option<&'static str> {
    let (scheme, _) = credential::header(request, &AUTHORIZATION).ok()??;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => None,
        "basic" => Some(r#"Basic realm="api""#),
        "token" => Some(r#"Token realm="api""#),
        _ => Some(r#"Bearer realm="api""#),
    }
}

/// The error, described for the client's developer.
fn description(error: &Error) -> Cow<'static, str> {
    match error {
        Error::UnsupportedMediaType => "The body must be application/x-www-form-urlencoded.".into(),
        Error::CsrfFailed => {
            "A cookie counts here only if the browser says that a page of this service or of a listed origin asks."
                .into()
        }
        other => error_text::for_programmers(other),
    }
}
