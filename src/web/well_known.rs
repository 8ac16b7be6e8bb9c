//! `/.well-known/…`: what other services read about this one.

use http::StatusCode;

use crate::domain::policy;
use crate::domain::signing::Jwks;
use crate::flows::visit::Visit;
use crate::web::response::{self, Response};

/// The public keys: previous, current and next.
pub fn jwks<P>(visit: &Visit<'_, P>) -> Response {
    let epochs = visit.settings.signing.around(visit.now);
    let mut response = response::json(StatusCode::OK, &Jwks::of(&epochs));
    response::cache(&mut response, policy::JWKS_MAX_AGE);
    response
}
