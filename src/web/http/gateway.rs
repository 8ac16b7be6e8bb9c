//! A gateway's question about its client: what it is put to, and how much of it the client has chosen.

use http::header::{CONNECTION, HeaderName, ORIGIN, UPGRADE};
use http::{HeaderMap, Method, Uri};

use crate::web::http::origin;
use crate::web::http::request::Request;

/// What a gateway adds to its questions. Nothing but `verify` answers a request that has it.
const MARK: HeaderName = HeaderName::from_static("x-gatehouse-verify");
const VERIFY: &str = "/api/auth/verify";

/// Gives a gateway's question the address of `verify`, before anything has looked at its own. A gateway may append its
/// client's path to the address it asks at, and dot segments are resolved before a Worker sees them, so that
/// `/api/auth/verify/../../../health` has come as `/health`: an open route, whose 200 the gateway would take for a yes.
pub fn readdress(mut request: Request) -> Request {
    if request.headers().contains_key(MARK) {
        *request.uri_mut() = Uri::from_static(VERIFY);
    }
    request
}

/// Whether what the client wants changes nothing. A gateway may ask with its client's method, or say it in a header, which
/// another gateway lets the client write: the least safe of them counts.
pub fn is_safe(request: &Request) -> bool {
    let headers = request.headers();
    let said = ["x-forwarded-method", "x-original-method"].into_iter().flat_map(|name| headers.get_all(name));
    // A method that cannot be read is not a safe one.
    let mut methods = said.map(|name| Method::from_bytes(name.as_bytes()).unwrap_or(Method::POST));
    let safe = methods.all(|method| origin::is_safe(&method)) && origin::is_safe(request.method());
    safe && !headers.contains_key(ORIGIN) && !opens_a_socket(headers)
}

/// A WebSocket is opened with a GET, by any page, and what is said over it may change anything. The gateway may keep back
/// any of its handshake (RFC 6455 §4.1). `Origin`, which browsers send with each, is not said with a GET that just reads
/// the application's own pages.
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
