//! The FortiPortal API: the format of errors under `/fpc`. It falls back to the Django API's texts.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::domain::error::Error;
use crate::web::compat::django::errors;
use crate::web::http::error_response;
use crate::web::http::response::{self, Response};

/// The only scheme here. It has no parameters.
const CHALLENGE: &str = "Token";

pub fn refuse(error: &Error, method: &Method) -> Response {
    let (status, body) = match error {
        Error::InvalidCredentials | Error::AccountDisabled | Error::AccountNotActivated => {
            (StatusCode::BAD_REQUEST, json!({ "non_field_errors": ["Unable to log in with provided credentials."] }))
        }
        Error::TokenHeld => {
            (StatusCode::FORBIDDEN, json!({ "error": "Maximum amount of tokens allowed per user exceeded." }))
        }
        Error::TokenInvalid | Error::TokenExpired | Error::TokenRevoked => {
            (StatusCode::UNAUTHORIZED, detail("Invalid token."))
        }
        other => (error_response::status(other), errors::body(other, method)),
    };
    error_response::challenge_with(error_response::explain(response::json(status, &body), error), CHALLENGE)
}

/// The error response for a header that cannot be parsed.
pub fn malformed(sentence: &str) -> Response {
    error_response::challenge_with(response::json(StatusCode::UNAUTHORIZED, &detail(sentence)), CHALLENGE)
}

fn detail(sentence: &str) -> Value {
    json!({ "detail": sentence })
}
