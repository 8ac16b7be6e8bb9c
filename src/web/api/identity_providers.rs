//! `/api/auth/providers`: the providers that users may sign in with, for the buttons of a page of one's own, and the tokens that they
//! have issued, if the operator wants them kept.

use http::StatusCode;
use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::identity_providers::identity::UpstreamTokens;
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::kept_tokens;
use crate::ports::Platform;
use crate::web::http::credential;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};

#[derive(Serialize)]
struct List<'a> {
    providers: Vec<Button<'a>>,
}

/// A button: it links to `url`, with the target as its parameter `r`.
#[derive(Serialize)]
struct Button<'a> {
    id: &'a str,
    name: &'a str,
    kind: &'static str,
    sign_up: bool,
    url: String,
}

/// In the operator's order.
pub fn list<P>(ctx: &RequestContext<'_, P>) -> Response {
    let providers = ctx.settings.identity_providers.iter().map(|provider| Button {
        id: &provider.id,
        name: &provider.name,
        kind: provider.kind.as_str(),
        sign_up: provider.signs_up && ctx.settings.accounts.registration.is_open(),
        url: format!("{}{}", ctx.settings.base_url, provider.start()),
    });
    response::json(StatusCode::OK, &List { providers: providers.collect() })
}

/// RFC 6749 §5.1, with a time in place of a duration.
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    expires_at: Option<Timestamp>,
    scope: Option<String>,
}

/// Those of the user's latest sign-in with a provider.
pub async fn tokens(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_session(ctx, &credential::of(ctx, request)?).await?;
    let id = request::second_last_segment(request);
    let provider = ctx.settings.identity_provider(id).ok_or(Error::NotFound)?;
    let UpstreamTokens { access_token, refresh_token, expires_at, scope } =
        kept_tokens::latest(ctx, provider, &signed_in).await?;
    let expires_at = expires_at.map(Timestamp::from_seconds);
    Ok(response::json(StatusCode::OK, &Tokens { access_token, refresh_token, expires_at, scope }))
}
