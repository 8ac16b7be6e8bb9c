//! Dialect S, the main one: how an error looks under `/api/auth`.

use http::StatusCode;
use http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;

use crate::domain::error::{Error, Weakness};
use crate::web::response::{self, Response};

/// `{"code": "401", "message": "Unauthorized", "data": {"error": "invalid_credentials"}}`.
#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
}

pub const fn status(error: &Error) -> StatusCode {
    match error {
        Error::InvalidRequest(_) | Error::InvalidToken => StatusCode::BAD_REQUEST,
        Error::InvalidCredentials
        | Error::Unauthorized
        | Error::TokenInvalid
        | Error::TokenExpired
        | Error::TokenRevoked
        | Error::InvalidRefreshToken
        | Error::RefreshTokenReused => StatusCode::UNAUTHORIZED,
        Error::AccountNotActivated | Error::AccountDisabled => StatusCode::FORBIDDEN,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
        Error::LoginTaken => StatusCode::CONFLICT,
        Error::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Error::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Error::WeakPassword(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// RFC 6750 §3: a challenge has at least one parameter, and no error where nothing was presented.
const fn challenge(error: &Error) -> &'static str {
    match error {
        Error::TokenInvalid => {
            r#"Bearer realm="api", error="invalid_token", error_description="not a token of this service""#
        }
        Error::TokenExpired => {
            r#"Bearer realm="api", error="invalid_token", error_description="the token has expired""#
        }
        Error::TokenRevoked => {
            r#"Bearer realm="api", error="invalid_token", error_description="the session has ended""#
        }
        _ => r#"Bearer realm="api""#,
    }
}

pub fn refuse(error: &Error) -> Response {
    let status = status(error);
    let retry_after = if let Error::Unavailable(fault) = error { Some(fault.retry_after()) } else { None };
    let reasons = if let Error::WeakPassword(found) = error { Some(words(found)) } else { None };
    let field = if let Error::InvalidRequest(field) = error { *field } else { None };
    let body = Body {
        code: status.as_str(),
        message: status.canonical_reason().unwrap_or_default(),
        data: Data { error: error.word(), field, reasons, retry_after },
    };
    let mut response = response::json(status, &body);
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge(error)));
    }
    if let Error::MethodNotAllowed(allowed) = error {
        headers.insert(ALLOW, HeaderValue::from_static(allowed));
    }
    if let Some(seconds) = retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn words(weaknesses: &[Weakness]) -> Vec<&'static str> {
    weaknesses.iter().map(|weakness| weakness.word()).collect()
}
