//! The Django API: the format of errors under `/api/v1`, in the words of Django REST framework and its JWT plug-in.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::domain::error::Error;
use crate::web::http::response::{self, Response};
use crate::web::http::{error_response, error_text};

/// The plug-in's challenge for every token: it does not tell why a token is rejected.
const CHALLENGE: &str = r#"Bearer realm="api""#;

pub fn refuse(error: &Error, method: &Method) -> Response {
    let refusal = error_response::explain(response::json(status(error), &body(error, method)), error);
    error_response::challenge_with(refusal, CHALLENGE)
}

/// A failed sign-in is always a 401, whatever its reason. A page beyond the last is a 404.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::AccountDisabled | Error::AccountNotActivated => StatusCode::UNAUTHORIZED,
        Error::InvalidRequest(Some("page")) => StatusCode::NOT_FOUND,
        other => error_response::status(other),
    }
}

/// One member per invalid field, or one sentence.
pub fn body(error: &Error, method: &Method) -> Value {
    match error {
        Error::InvalidFields(complaints) => {
            let mut fields = Map::new();
            for (field, complaint) in complaints {
                fields.insert((*field).to_owned(), json!([complaint.sentence()]));
            }
            Value::Object(fields)
        }
        Error::TokenInvalid | Error::TokenExpired | Error::TokenRevoked => json!({
            "detail": "Given token not valid for any token type",
            "code": "token_not_valid",
            "messages": [{
                "token_class": "AccessToken",
                "token_type": "access",
                "message": "Token is invalid or expired",
            }],
        }),
        Error::ReauthenticationRequired | Error::SecondFactorRequired(_) | Error::EnrolmentRequired(_) => {
            json!({ "detail": error_text::in_english(error), "code": error.code() })
        }
        Error::MethodNotAllowed(_) => json!({ "detail": format!("Method \"{method}\" not allowed.") }),
        other => json!({ "detail": detail(other) }),
    }
}

/// One sentence: Django REST framework's own, if it has one.
fn detail(error: &Error) -> String {
    let fixed = match error {
        Error::Unauthorized => "Authentication credentials were not provided.",
        Error::InvalidCredentials | Error::AccountDisabled | Error::AccountNotActivated => {
            "No active account found with the given credentials"
        }
        Error::InvalidRequest(Some("page")) => "Invalid page.",
        Error::InvalidRequest(None) => "JSON parse error - the body is no JSON object that has each member once",
        Error::Forbidden => "You do not have permission to perform this action.",
        Error::CsrfFailed => "CSRF Failed: the request does not come from a page that may send it.",
        Error::NotFound => "Not found.",
        Error::UnsupportedMediaType => "Unsupported media type in request.",
        Error::RateLimited(seconds) => {
            return format!("Request was throttled. Expected available in {seconds} seconds.");
        }
        other => return error_text::in_english(other).into_owned(),
    };
    fixed.to_owned()
}
