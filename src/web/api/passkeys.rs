//! `passkey…` and `passkeys…`: signing in with a passkey, and the keys of an account.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::Error;
use crate::domain::passkeys::creation::Creation;
use crate::domain::passkeys::key_name::KeyName;
use crate::domain::passkeys::response::{AssertionResponse, RegistrationResponse};
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::passkeys::{self, Addition};
use crate::flows::authentication::{access_tokens, authenticate};
use crate::flows::context::RequestContext;
use crate::flows::sign_in::{assertions, passkey};
use crate::ports::Platform;
use crate::store::passkeys::{Overview, list as keys_of};
use crate::store::signed_in::SignedIn;
use crate::web::api::session;
use crate::web::http::credential;
use crate::web::http::request::{self, Fields, Request};
use crate::web::http::response::{self, Response};

/// Programs have no cookie that identifies their browser: their challenges are bound to nothing else than their purpose.
const NO_BROWSER: &[u8] = &[];

/// Costs no I/O.
pub fn sign_in_options(ctx: &RequestContext<'_, impl Platform>) -> Result<Response, Error> {
    Ok(options(&passkey::options(ctx, NO_BROWSER)?))
}

pub async fn sign_in(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    assertions::relying_party(ctx)?;
    let presented = assertion(&Fields::json(request)?)?;
    let session = passkey::sign_in(ctx, &presented, Goal::Api, NO_BROWSER).await?;
    Ok(session::tokens(access_tokens::pair(ctx, &session).await?))
}

/// `{"publicKey": …}`, for `parseRequestOptionsFromJSON()` or `parseCreationOptionsFromJSON()`.
pub fn options(options: &Value) -> Response {
    response::json(StatusCode::OK, options)
}

/// `credential`: what `toJSON()` makes of the result of `navigator.credentials.get()`.
pub fn assertion(fields: &Fields) -> Result<AssertionResponse, Error> {
    let json = fields.value("credential").ok_or(Error::InvalidRequest(Some("credential")))?;
    AssertionResponse::from_value(json).map_err(assertions::error)
}

#[derive(Serialize)]
struct List<'a> {
    passkeys: Vec<Key<'a>>,
}

/// A key as its user sees it.
#[derive(Serialize)]
pub struct Key<'a> {
    id: &'a str,
    kind: &'static str,
    name: &'a str,
    transports: Vec<&'a str>,
    /// Whether its copies may be on several devices.
    synced: bool,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl<'a> From<&'a Overview> for Key<'a> {
    fn from(key: &'a Overview) -> Self {
        Self {
            id: &key.id,
            kind: key.kind.as_str(),
            name: &key.name,
            transports: key.transports.split_ascii_whitespace().collect(),
            synced: key.backup_eligible,
            created_at: key.created_at,
            last_used_at: key.last_used_at,
        }
    }
}

pub async fn list(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    assertions::relying_party(ctx)?;
    let signed_in = authenticate::require_session(ctx, &credential::of(ctx, request)?).await?;
    let keys = keys_of(ctx.platform, signed_in.user.id).await?;
    Ok(response::json(StatusCode::OK, &List { passkeys: keys.iter().map(Key::from).collect() }))
}

pub async fn add_options(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = recent(ctx, request).await?;
    let creation = creation(&Fields::json_or_none(request)?)?;
    let keys = keys_of(ctx.platform, signed_in.user.id).await?;
    Ok(options(&passkeys::options(ctx, &signed_in, creation, &keys)?))
}

pub async fn add(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = recent(ctx, request).await?;
    let fields = Fields::json(request)?;
    let json = fields.value("credential").ok_or(Error::InvalidRequest(Some("credential")))?;
    let response = RegistrationResponse::from_value(json).map_err(assertions::error)?;
    let addition = Addition { creation: creation(&fields)?, response, name: name(&fields)? };
    let key = passkeys::add(ctx, &signed_in, &addition).await?;
    Ok(response::json(StatusCode::CREATED, &Key::from(&key)))
}

pub async fn rename(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = recent(ctx, request).await?;
    let name = name(&Fields::json(request)?)?.ok_or(Error::InvalidRequest(Some("name")))?;
    passkeys::rename(ctx, &signed_in, request::last_segment(request), &name).await?;
    Ok(response::message("Passkey renamed successfully"))
}

pub async fn remove(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = recent(ctx, request).await?;
    passkeys::remove(ctx, &signed_in, request::last_segment(request)).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

async fn recent(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<SignedIn, Error> {
    assertions::relying_party(ctx)?;
    authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await
}

fn creation(fields: &Fields) -> Result<Creation, Error> {
    Creation::parse(fields.optional_text("kind")?, fields.optional_text("mediation")?)
}

fn name(fields: &Fields) -> Result<Option<KeyName>, Error> {
    let named = fields.optional_text("name")?;
    named.map(|text| KeyName::parse(text).ok_or(Error::InvalidRequest(Some("name")))).transpose()
}
