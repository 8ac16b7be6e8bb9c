//! `/.well-known/…` and `/openapi.json`: what other services read about this one.

use http::StatusCode;
use serde::Serialize;

use crate::domain::crypto::signing::Jwks;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::web::http::response::{self, Response};

const DOCUMENT: &str = include_str!(concat!(env!("OUT_DIR"), "/openapi.json")); // `build.rs` has minified it

/// RFC 8414 §2, as far as it applies: issuer, keys, and the introspection and revocation endpoints. Values without elements
/// are omitted (§3.2): users sign in on our own pages instead of through an authorization endpoint.
#[derive(Serialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
    introspection_endpoint: String,
    introspection_endpoint_auth_methods_supported: [&'static str; 2],
    revocation_endpoint: String,
    revocation_endpoint_auth_methods_supported: [&'static str; 1],
}

pub fn metadata<P>(ctx: &RequestContext<'_, P>) -> Response {
    let issuer = ctx.settings.base_url.to_string();
    let at = |path: &str| format!("{issuer}/{path}");
    let mut response = response::json(
        StatusCode::OK,
        &Metadata {
            jwks_uri: at(".well-known/jwks.json"),
            introspection_endpoint: at("oauth/introspect"),
            introspection_endpoint_auth_methods_supported: ["Bearer", "client_secret_basic"],
            revocation_endpoint: at("oauth/revoke"),
            revocation_endpoint_auth_methods_supported: ["none"],
            issuer,
        },
    );
    response::cache(&mut response, policy::JWKS_MAX_AGE);
    response
}

/// The public keys: previous, current and next.
pub fn jwks<P>(ctx: &RequestContext<'_, P>) -> Response {
    let epochs: Vec<_> = ctx.settings.issuer.signing.around(ctx.now).collect();
    let mut response = response::json(StatusCode::OK, &Jwks::of(&epochs));
    response::cache(&mut response, policy::JWKS_MAX_AGE);
    response
}

/// The OpenAPI document of all routes.
pub fn document() -> Response {
    let mut response = response::with_body(StatusCode::OK, "application/json", DOCUMENT.into());
    response::cache(&mut response, policy::DOCUMENT_MAX_AGE);
    response
}
