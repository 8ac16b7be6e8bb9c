//! The FastReport Cloud API: API keys.

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::field_error::FieldError;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{self, ApiToken, TokenKind};
use crate::flows::context::RequestContext;
use crate::flows::tokens::{self, DisplayedKey, Maker, TokenOwner, TokenRequest};
use crate::ports::Platform;
use crate::store::tokens::Overview;
use crate::web::compat::django::fields::DrfFields;
use crate::web::http::credential;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

#[derive(Serialize)]
struct List {
    #[serde(rename = "apiKeys")]
    api_keys: Vec<Item>,
    count: usize,
}

#[derive(Serialize)]
struct Item {
    value: String,
    description: Option<String>,
    expired: Option<Timestamp>,
}

pub async fn create(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let maker = Maker::authorize(ctx, &credential::of(ctx, request)?).await?;
    let (description, expires_at) = requested(ctx, request)?;
    let requested = TokenRequest { kind: TokenKind::ApiKey, name: description.as_deref(), expires_at };
    let made = tokens::create(ctx, &maker, &requested).await?;
    let item = Item { value: made.value, description, expired: Some(made.expires_at) };
    Ok(response::json(StatusCode::OK, &item))
}

pub async fn list(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let owner = TokenOwner::authorize(ctx, &credential::of(ctx, request)?).await?;
    let keys = tokens::list(ctx, &owner, TokenKind::ApiKey).await?;
    let item = |key: Overview| {
        let DisplayedKey { value, .. } = owner.show(ctx, &key)?;
        Some(Item { value, description: key.name, expired: key.expires_at })
    };
    let api_keys: Vec<_> = keys.into_iter().filter_map(item).collect();
    let count = api_keys.len();
    let mut response = response::json(StatusCode::OK, &List { api_keys, count });
    // FastReport's instructions have users open this page and type a `fetch` into the console.
    let policy = HeaderValue::from_static("default-src 'none'; connect-src 'self'; frame-ancestors 'none'");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

pub async fn delete(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let owner = TokenOwner::authorize(ctx, &credential::of(ctx, request)?).await?;
    let fields = fields(request)?;
    let key = find(ctx, &owner, fields.text("apiKey")?).await?;
    tokens::delete_own(ctx, &owner, key, TokenKind::ApiKey).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

/// The key with this value, given in full or masked as in the list.
async fn find(
    ctx: &RequestContext<'_, impl Platform>,
    owner: &TokenOwner,
    value: &str,
) -> Result<Option<Id<ApiToken>>, Error> {
    if let Some(id) = api_token::read_api_key(&ctx.settings.keys, value) {
        return Ok(Some(id));
    }
    let keys = tokens::list(ctx, owner, TokenKind::ApiKey).await?;
    Ok(keys.into_iter().map(|key| key.id).find(|id| api_token::mask_api_key(*id) == value))
}

/// FastReport's clients send JSON under several media types. Its `$t`, like any unknown member, is ignored.
fn fields(request: &Request) -> Result<Fields, Error> {
    Fields::of_type(request, |media_type| {
        let structured = media_type.strip_prefix("application/").is_some_and(|subtype| subtype.ends_with("+json"));
        matches!(media_type, "application/json" | "text/json") || structured
    })
}

/// The requested description, if any, and expiry.
fn requested<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<(Option<String>, Timestamp), Error> {
    let mut form = DrfFields::of(fields(request)?);
    let description = form.optional_text("description");
    if description.as_deref().is_some_and(|text| !api_token::is_name(text)) {
        form.complain::<()>("description", FieldError::TooLong(policy::KEY_NAME_MAX_CHARS));
    }
    let expires_at = form.moment("expired", (ctx.now.next(), ctx.now + ctx.settings.api_tokens.max_lifetime));
    form.finish(expires_at.map(|end| (description, end)))
}
