//! `/oauth/…`: introspection (RFC 7662), revocation (RFC 7009), and the format of their errors (RFC 6749 §5.2).

use std::borrow::Cow;

use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::domain::accounts::user::Role;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::active_token::{ActiveToken, Granted};
use crate::domain::sessions::session::Session;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::oauth::introspect;
use crate::flows::oauth::{client_auth, client_tokens};
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::http::{credential, error_response, error_text};
use crate::web::oauth::client_credentials;

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
    sub: String,
    /// Absent if a client acts for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
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

impl Token {
    fn new(iss: String, active: ActiveToken) -> Self {
        let (client_id, scope, aud) = match active.granted {
            Some(Granted { client, scope, audience }) => (Some(client), Some(scope), Some(audience)),
            None => (None, None, None),
        };
        Self {
            iss,
            sub: active.subject,
            username: active.username,
            role: active.role,
            client_id,
            scope,
            aud,
            kind: active.kind,
            token_type: active.scheme,
            jti: active.id,
            sid: active.session,
            iat: active.issued_at.seconds(),
            exp: active.expires_at.map(|end| end.seconds()),
        }
    }
}

/// For a client that authenticates itself, and for users.
pub async fn introspect(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let active = match client_credentials::find(request)? {
        Some(client) => {
            let client = client_auth::read(ctx, &client).await?;
            let token = request::form_field(request, "token")?;
            client_tokens::introspect(ctx, &client, introspect::recognize_of_client(ctx, &token)).await?
        }
        None => {
            let caller = authenticate::caller(ctx, &credential::of(ctx, request)?).await?;
            introspect::introspect(ctx, &caller, &request::form_field(request, "token")?).await?
        }
    };
    let token = active.map(|active| Token::new(ctx.settings.base_url.to_string(), active));
    Ok(response::json(StatusCode::OK, &Introspected { active: token.is_some(), token }))
}

/// A client that authenticates itself revokes its own tokens; everybody else the token they hold, unless it is a client's.
pub async fn revoke(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let client = client_credentials::find(request)?;
    let token = request::form_field(request, "token")?;
    match client {
        Some(client) => {
            let client = client_auth::read(ctx, &client).await?;
            client_tokens::revoke(ctx, &client, introspect::recognize_of_client(ctx, &token)).await?;
        }
        None => introspect::revoke(ctx, &token).await?,
    }
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
