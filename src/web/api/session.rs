//! `token/refresh`, `logout` and `verify`: the routes of a session.

use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::sessions::auth_methods::AuthLevel;
use crate::domain::sessions::token_pair::TokenPair;
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::{logout, refresh};
use crate::ports::Platform;
use crate::web::http::credential;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

/// FastSchema's response to a sign-in, with the refresh token pair only if refresh is enabled.
#[derive(Serialize)]
struct Tokens {
    token: String,
    expires: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_expires: Option<Timestamp>,
}

pub fn tokens(pair: TokenPair) -> Response {
    let (refresh_token, refresh_token_expires) = pair.refresh.unzip();
    let expires = pair.access_expires_at;
    response::json(StatusCode::OK, &Tokens { token: pair.access, expires, refresh_token, refresh_token_expires })
}

pub async fn refresh(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    if ctx.settings.sessions.lifetimes.refresh.is_none() {
        return Err(Error::NotFound);
    }
    let fields = Fields::json(request)?;
    refresh::refresh(ctx, fields.text("refresh_token")?).await.map(tokens)
}

pub async fn logout(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    match Fields::json_or_none(request)?.optional_text("refresh_token")? {
        Some(token) => logout::by_refresh_token(ctx, token).await?,
        None => {
            let session = authenticate::session(ctx, &credential::of(ctx, request)?).await?;
            logout::by_access_token(ctx, session).await?;
        }
    }
    Ok(response::message("Logged out successfully"))
}

/// For a gateway: the user, in headers. All five are always set, empty if they have no value: a gateway would pass on the
/// client's own header in place of a missing one.
pub async fn verify(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let identity = authenticate::identify_for_gateway(ctx, &credential::forwarded(ctx, request)?).await?;
    let mut response = response::empty(StatusCode::OK);
    let values = [
        ("x-auth-user", identity.user.to_string()),
        ("x-auth-role", identity.role.as_str().to_owned()),
        ("x-auth-method", identity.method),
        ("x-auth-level", identity.level.map(AuthLevel::as_str).unwrap_or_default().to_owned()),
        ("x-auth-session", identity.session.map(|session| session.to_string()).unwrap_or_default()),
    ];
    for (name, value) in values {
        let value = HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(""));
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    Ok(response)
}
