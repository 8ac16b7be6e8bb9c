//! A gateway's request about its client: its route, and how much of it the client controls.

use http::header::{CONNECTION, HeaderName, ORIGIN, UPGRADE};
use http::{HeaderMap, Method, Uri};

use crate::web::http::origin;
use crate::web::http::request::Request;

/// The header that marks a gateway's request. Only `verify` answers a request that has it.
const MARK: HeaderName = HeaderName::from_static("x-gatehouse-verify");
const VERIFY: &str = "/api/auth/verify";

/// Sets the path of a gateway's request to `verify`, before routing. A gateway may append its client's path to the URL it
/// calls, and dot segments are resolved before the Worker sees them. So `/api/auth/verify/../../../health` arrives as
/// `/health`: an open route, whose 200 the gateway would take for a yes.
pub fn readdress(mut request: Request) -> Request {
    if request.headers().contains_key(MARK) {
        *request.uri_mut() = Uri::from_static(VERIFY);
    }
    request
}

/// Whether the client's request changes nothing. A gateway may use its client's method or send it in a header, which another
/// gateway may let the client write: the least safe of them counts.
pub fn is_safe(request: &Request) -> bool {
    let headers = request.headers();
    let said = ["x-forwarded-method", "x-original-method"].into_iter().flat_map(|name| headers.get_all(name));
    // An unreadable method counts as unsafe.
    let mut methods = said.map(|name| Method::from_bytes(name.as_bytes()).unwrap_or(Method::POST));
    let safe = methods.all(|method| origin::is_safe(&method)) && origin::is_safe(request.method());
    safe && !headers.contains_key(ORIGIN) && !opens_a_socket(headers)
}

/// Any page can open a WebSocket, with a GET, and its messages may change anything. The gateway may drop any part of the
/// handshake (RFC 6455 §4.1). Browsers send `Origin` with every handshake, but not with a GET that just reads the
/// application's own pages.
fn opens_a_socket(headers: &HeaderMap) -> bool {
    let names = |name: &str, word: &str| {
        let mut values = headers.get_all(name).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        values.any(|value| value.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
    };
    headers.contains_key(UPGRADE)
        || names(CONNECTION.as_str(), "upgrade")
        || names("sec-fetch-mode", "websocket")
        || names("sec-fetch-dest", "websocket")
        || headers.keys().any(|name| name.as_str().starts_with("sec-websocket-"))
}
