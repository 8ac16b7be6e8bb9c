//! `/.well-known/…` and `/openapi.json`: what other services read about this one.

use http::StatusCode;
use serde::Serialize;

use crate::domain::crypto::jwks::Jwks;
use crate::domain::error::Error;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::flows::signing;
use crate::ports::Platform;
use crate::web::http::response::{self, Response};

const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json")); // `build.rs` has minified it

/// The public keys: those of RSA, and previous, current and next of the derived ones.
pub async fn jwks(ctx: &RequestContext<'_, impl Platform>) -> Result<Response, Error> {
    let issuer = &ctx.settings.issuer;
    let derived = signing::published(ctx.platform, &issuer.signing, ctx.now).await?;
    let mut response = response::json(StatusCode::OK, &Jwks::of(&issuer.rsa, &derived));
    response::cache(&mut response, policy::JWKS_MAX_AGE);
    Ok(response)
}

/// Further websites that may use the passkeys of this relying party (WebAuthn L3 §5.11).
#[derive(Serialize)]
struct RelatedOrigins<'a> {
    origins: Vec<&'a str>,
}

/// Browsers ask for it on the host of the RP ID. Only websites need it, so `NotFound` if there is none besides this service.
pub fn webauthn<P>(ctx: &RequestContext<'_, P>) -> Result<Response, Error> {
    let passkeys = ctx.settings.passkeys.as_ref().ok_or(Error::NotFound)?;
    let origins = passkeys.relying_party.origins.iter().map(String::as_str);
    let origins: Vec<_> = origins.filter(|origin| origin.starts_with("https://")).collect();
    if origins.iter().all(|origin| *origin == ctx.settings.base_url.as_str()) {
        return Err(Error::NotFound);
    }
    let mut response = response::json(StatusCode::OK, &RelatedOrigins { origins });
    response::cache(&mut response, policy::JWKS_MAX_AGE);
    Ok(response)
}

/// The OpenAPI document of all routes.
pub fn document() -> Response {
    let mut response = response::with_body(StatusCode::OK, "application/json", DOCUMENT.into());
    response::cache(&mut response, policy::DOCUMENT_MAX_AGE);
    response
}
