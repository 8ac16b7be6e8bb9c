//! Other origins: which may call from a browser (CORS), and whether a request with a cookie was intended (CSRF).

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ALLOW, HeaderName, HeaderValue,
    ORIGIN, VARY,
};
use http::{HeaderMap, Method, StatusCode};

use crate::domain::error::Error;
use crate::domain::policy;
use crate::domain::settings::settings::{ResponseStyle, Settings};
use crate::web::http::response::{self, Response};

/// Headers that scripts of listed origins may send and read, besides those that CORS always allows.
const REQUEST_HEADERS: &str = "Authorization, Content-Type";
const SDK_REQUEST_HEADERS: &str = "Authorization, Content-Type, X-Auth-Token";
/// MCP clients announce their protocol's version to the metadata, too.
const PROTOCOL_REQUEST_HEADERS: &str = "Authorization, Content-Type, MCP-Protocol-Version";
const RESPONSE_HEADERS: &str = "Retry-After, WWW-Authenticate, X-Request-Id";
/// Added when replicas are read.
const BOOKMARK_HEADER: &str = ", X-D1-Bookmark";

/// The request's `Origin`, if it is one of `AUTH_CORS_ORIGINS`.
fn listed<'a>(settings: &Settings, headers: &'a HeaderMap) -> Option<&'a HeaderValue> {
    let origin = headers.get(ORIGIN)?;
    settings.cors_origins.iter().any(|listed| listed.as_str().as_bytes() == origin.as_bytes()).then_some(origin)
}

/// The response to `OPTIONS`, preflight requests included: the allowed methods.
pub fn options(allow: &'static str) -> Response {
    let mut response = response::empty(StatusCode::NO_CONTENT);
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
    response
}

/// Lets a listed origin read the response. Without these headers, the browser withholds it from all other origins.
pub fn permit(response: &mut Response, settings: &Settings, request: &HeaderMap) {
    if settings.cors_origins.is_empty() {
        return;
    }
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = listed(settings, request) else {
        return;
    };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    insert_list(headers, ACCESS_CONTROL_EXPOSE_HEADERS, settings, RESPONSE_HEADERS);
    if let Some(allow) = headers.get(ALLOW).cloned() {
        let request_headers = match settings.response_style {
            ResponseStyle::Plain => REQUEST_HEADERS,
            ResponseStyle::FastSchema => SDK_REQUEST_HEADERS,
        };
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, allow);
        insert_list(headers, ACCESS_CONTROL_ALLOW_HEADERS, settings, request_headers);
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(policy::PREFLIGHT_MAX_AGE.as_secs()));
    }
}

/// Lets every origin read the response, and a preflight announce credentials in the header. Browsers then send no cookies.
pub fn permit_any(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(RESPONSE_HEADERS));
    if let Some(allow) = headers.get(ALLOW).cloned() {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, allow);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(PROTOCOL_REQUEST_HEADERS));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(policy::PREFLIGHT_MAX_AGE.as_secs()));
    }
}

fn insert_list(headers: &mut HeaderMap, name: HeaderName, settings: &Settings, list: &str) {
    let more = if settings.operation.read_replicas { BOOKMARK_HEADER } else { "" };
    if let Ok(list) = HeaderValue::try_from(format!("{list}{more}")) {
        headers.insert(name, list);
    }
}

/// Whether a method changes nothing (RFC 9110 §9.2.1).
pub const fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Browsers add cookies to every request to our host, including those of another site's form. So if a request may change
/// something, its cookie only counts if the browser says that our own page or a listed origin sent it.
pub fn check_cookie_use(settings: &Settings, headers: &HeaderMap) -> Result<(), Error> {
    let same_site = headers.get("sec-fetch-site").is_some_and(|site| site.as_bytes() == b"same-origin");
    let own = headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes() == settings.base_url.as_str().as_bytes());
    if same_site || own || listed(settings, headers).is_some() { Ok(()) } else { Err(Error::CsrfFailed) }
}
