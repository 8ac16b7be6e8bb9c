//! Dialect F, FortiPortal's: how an error looks under `/fpc`. Where it has no words of its own it has dialect P's.

use http::header::{HeaderValue, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::domain::error::Error;
use crate::web::response::{self, Response};
use crate::web::{dialect_p, refusal};

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
        other => (refusal::status(other), dialect_p::body(other, method)),
    };
    challenge(refusal::explain(response::json(status, &body), error))
}

/// The refusal of a header that cannot be read.
pub fn malformed(sentence: &str) -> Response {
    challenge(response::json(StatusCode::UNAUTHORIZED, &detail(sentence)))
}

fn detail(sentence: &str) -> Value {
    json!({ "detail": sentence })
}

/// There is one scheme here, and it has no parameters.
fn challenge(mut response: Response) -> Response {
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Token"));
    }
    response
}
