//! `/.well-known/…`: what other services read about this one.

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};

use crate::domain::policy;
use crate::flows::visit::Visit;
use crate::web::response::{self, Response};

/// The public keys: previous, current and next.
pub fn jwks<P>(visit: &Visit<'_, P>) -> Response {
    let mut response = response::json(StatusCode::OK, &visit.settings.signing.jwks(visit.now));
    let cache = format!("public, max-age={}", policy::JWKS_MAX_AGE.as_secs());
    if let Ok(value) = HeaderValue::try_from(cache) {
        response.headers_mut().insert(CACHE_CONTROL, value);
    }
    response
}
