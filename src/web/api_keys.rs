//! Dialect R, FastReport Cloud's: API keys.

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::domain::token::{self, Kind, Token};
use crate::flows::tokens::{self, Keeper, Maker, Wish};
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::web::credential;
use crate::web::request::{Fields, Request};
use crate::web::response::{self, Response};

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

pub async fn create(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = Maker::let_in(visit, &credential::of(visit, request)?).await?;
    let fields = fields(request)?;
    let description = description(&fields)?;
    let expires_at = expiry(visit, &fields)?;
    let made = tokens::make(visit, &who, &Wish { kind: Kind::ApiKey, name: description, expires_at }).await?;
    let description = description.map(str::to_owned);
    let item = Item { value: made.value, description, expired: Some(made.expires_at) };
    Ok(response::json(StatusCode::OK, &item))
}

pub async fn list(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = Keeper::let_in(visit, &credential::of(visit, request)?).await?;
    let keys = tokens::list(visit, &who, Kind::ApiKey).await?;
    let item = |key| Item { value: who.show(visit, &key).value, description: key.name, expired: key.expires_at };
    let api_keys: Vec<_> = keys.into_iter().map(item).collect();
    let count = api_keys.len();
    let mut response = response::json(StatusCode::OK, &List { api_keys, count });
    // FastReport's instructions have a person land here and type a `fetch` into the console.
    let policy = HeaderValue::from_static("default-src 'none'; connect-src 'self'; frame-ancestors 'none'");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

pub async fn delete(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = Keeper::let_in(visit, &credential::of(visit, request)?).await?;
    let fields = fields(request)?;
    let key = find(visit, &who, fields.text("apiKey")?).await?;
    tokens::end_own(visit, &who, key, Kind::ApiKey).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

/// The key that is meant by its value, in full or as the list masks it.
async fn find(visit: &Visit<'_, impl Platform>, who: &Keeper, value: &str) -> Result<Option<Id<Token>>, Error> {
    if let Some(id) = token::read_api_key(&visit.settings.keys, value) {
        return Ok(Some(id));
    }
    let keys = tokens::list(visit, who, Kind::ApiKey).await?;
    Ok(keys.into_iter().map(|key| key.id).find(|id| token::mask_api_key(*id) == value))
}

/// FastReport's clients send JSON under several names. Its `$t`, like any member we do not know, says nothing to us.
fn fields(request: &Request) -> Result<Fields, Error> {
    Fields::of_type(request, |media_type| {
        let structured = media_type.strip_prefix("application/").is_some_and(|subtype| subtype.ends_with("+json"));
        matches!(media_type, "application/json" | "text/json") || structured
    })
}

fn description(fields: &Fields) -> Result<Option<&str>, Error> {
    let description = fields.optional_text("description")?;
    if description.is_none_or(token::is_name) {
        Ok(description)
    } else {
        Err(Error::InvalidRequest(Some("description")))
    }
}

fn expiry<P>(visit: &Visit<'_, P>, fields: &Fields) -> Result<Timestamp, Error> {
    let expired = Timestamp::parse(fields.text("expired")?);
    let latest = visit.now + visit.settings.tokens.max_lifetime;
    expired.filter(|end| *end > visit.now && *end <= latest).ok_or(Error::InvalidRequest(Some("expired")))
}
