//! Building responses. The headers that all of them share are set in one place.

use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, STRICT_TRANSPORT_SECURITY};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

use crate::domain::policy;
use crate::domain::settings::settings::Settings;

pub type Response = http::Response<Vec<u8>>;

pub fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    // Bodies are our own structs of text and numbers: serde_json cannot fail on them.
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    with_body(status, "application/json", bytes)
}

pub fn with_body(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// `{"message": …}`, the response of an action that issues nothing.
pub fn message(text: &'static str) -> Response {
    #[derive(Serialize)]
    struct Message {
        message: &'static str,
    }
    json(StatusCode::OK, &Message { message: text })
}

/// RFC 9110 §15.4.4: redirects with a GET.
pub fn see_other(address: &str) -> Response {
    let mut response = empty(StatusCode::SEE_OTHER);
    if let Ok(address) = HeaderValue::from_str(address) {
        response.headers_mut().insert(LOCATION, address);
    }
    response
}

/// Redirects to a path of this service.
pub fn redirect_to(settings: &Settings, path: &str) -> Response {
    see_other(&format!("{}{path}", settings.base_url))
}

/// Allows public caching for a while.
pub fn cache(response: &mut Response, max_age: Duration) {
    if let Ok(value) = HeaderValue::try_from(format!("public, max-age={}", max_age.as_secs())) {
        response.headers_mut().insert(CACHE_CONTROL, value);
    }
}

/// Allows public caching without revalidation (RFC 8246): the name changes with the content.
pub fn cache_for_good(response: &mut Response, max_age: Duration) {
    if let Ok(value) = HeaderValue::try_from(format!("public, max-age={}, immutable", max_age.as_secs())) {
        response.headers_mut().insert(CACHE_CONTROL, value);
    }
}

/// The headers of every response. Those that a handler has set are kept.
pub fn finish(mut response: Response, request_id: &str) -> Response {
    let headers = response.headers_mut();
    // RFC 6749 §5.1 requires it for tokens. The rest is not worth caching either, unless the handler says so.
    default(headers, CACHE_CONTROL, "no-store");
    default(headers, HeaderName::from_static("x-content-type-options"), "nosniff");
    // Page URLs may contain tokens. `no-referrer` does not work: forms would be sent with `Origin: null` (Fetch, "append a
    // request `Origin` header"), like those from a frame that hides its origin.
    default(headers, HeaderName::from_static("referrer-policy"), "same-origin");
    let https_only = format!("max-age={}; includeSubDomains", policy::HSTS_MAX_AGE.as_secs());
    if let Ok(value) = HeaderValue::try_from(https_only) {
        headers.insert(STRICT_TRANSPORT_SECURITY, value);
    }
    default(headers, HeaderName::from_static("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
