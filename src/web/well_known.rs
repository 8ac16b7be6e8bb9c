//! `/.well-known/…`: what other services read about this one.

use http::StatusCode;

use crate::domain::policy;
use crate::flows::visit::Visit;
use crate::web::response::{self, Response};

/// The public keys: previous, current and next.
pub fn jwks<P>(visit: &Visit<'_, P>) -> Response {
    let mut response = response::json(StatusCode::OK, &visit.settings.signing.jwks(visit.now));
    response::cache(&mut response, policy::JWKS_MAX_AGE);
    response
}
