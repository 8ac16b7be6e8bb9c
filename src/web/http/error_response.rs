//! What error responses share in all formats: the status, and the headers that say how to proceed.

use http::StatusCode;
use http::header::{ACCEPT_ENCODING, ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};

use crate::domain::error::{Error, ProviderProblem};
use crate::domain::oauth::refusal::{ErrorName, Refusal};
use crate::web::http::response::Response;

pub const fn status(error: &Error) -> StatusCode {
    match error {
        Error::InvalidRequest(_)
        | Error::InvalidFields(_)
        | Error::UnreachableAddress
        | Error::InvalidToken
        | Error::MfaTokenInvalid
        | Error::UnknownClient
        | Error::UnknownRedirect
        | Error::ClientDocument { .. }
        | Error::UnknownRequest
        | Error::TooManyKeys
        | Error::TooManyClients => StatusCode::BAD_REQUEST,
        Error::Provider { problem, .. } => match problem {
            ProviderProblem::Expired | ProviderProblem::Declined | ProviderProblem::Unproved => StatusCode::BAD_REQUEST,
            ProviderProblem::Taken => StatusCode::CONFLICT,
            ProviderProblem::Unreachable(_) => StatusCode::SERVICE_UNAVAILABLE,
            ProviderProblem::Unacceptable(_) => StatusCode::BAD_GATEWAY,
        },
        Error::OAuth(refusal) => oauth_status(refusal.name),
        Error::InvalidCredentials
        | Error::Unauthorized
        | Error::TokenInvalid
        | Error::TokenExpired
        | Error::TokenRevoked
        | Error::InvalidCode
        | Error::InvalidRefreshToken
        | Error::RefreshTokenReused => StatusCode::UNAUTHORIZED,
        Error::AccountNotActivated
        | Error::AccountDisabled
        | Error::Forbidden
        | Error::CsrfFailed
        | Error::TokenHeld
        | Error::ReauthenticationRequired
        | Error::SecondFactorRequired(_)
        | Error::EnrolmentRequired(_) => StatusCode::FORBIDDEN,
        Error::TooManyAttempts(_) | Error::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
        Error::LoginTaken
        | Error::LastAdmin
        | Error::SecondFactorHeld
        | Error::RecoveryCodesRequired
        | Error::LastWayIn
        | Error::ClientInUse
        | Error::ClientChanged => StatusCode::CONFLICT,
        Error::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Error::UnsupportedMediaType | Error::UnsupportedCoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Error::WeakPassword(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// RFC 6749 §5.2, RFC 6750 §3.1.
const fn oauth_status(name: ErrorName) -> StatusCode {
    match name {
        ErrorName::InvalidClient => StatusCode::UNAUTHORIZED,
        ErrorName::InsufficientScope => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    }
}

/// RFC 6750 §3: a challenge has at least one parameter, and no error if the request had no credential.
const fn challenge(error: &Error) -> &'static str {
    match error {
        Error::TokenInvalid => {
            r#"Bearer realm="api", error="invalid_token", error_description="not a token of this service""#
        }
        Error::TokenExpired => {
            r#"Bearer realm="api", error="invalid_token", error_description="the token has expired""#
        }
        Error::TokenRevoked => {
            r#"Bearer realm="api", error="invalid_token", error_description="the token has been revoked""#
        }
        Error::OAuth(Refusal { name: ErrorName::InvalidClient, .. }) => r#"Basic realm="oauth""#,
        _ => r#"Bearer realm="api""#,
    }
}

/// Adds `WWW-Authenticate`, `Allow`, `Accept-Encoding` and `Retry-After` where they apply.
pub fn explain(mut response: Response, error: &Error) -> Response {
    let unauthorized = response.status() == StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    if unauthorized {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge(error)));
    }
    if let Error::MethodNotAllowed(allowed) = error {
        headers.insert(ALLOW, HeaderValue::from_static(allowed));
    }
    if matches!(error, Error::UnsupportedCoding) {
        // RFC 9110 §12.5.3: only for a 415 about a content coding.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    if let Some(seconds) = error.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Replaces the challenge of a 401 by the compatible API's own.
pub fn challenge_with(mut response: Response, challenge: &'static str) -> Response {
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}
