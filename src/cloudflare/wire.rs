//! Requests and responses across the boundary between JavaScript and WASM. Each crossing costs about as much as the data it
//! carries, so everything possible crosses as one string.

use std::collections::BTreeMap;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use worker::js_sys::{Array, JSON, Reflect, Uint8Array};
use worker::send::SendWrapper;
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{Request, Response, ResponseInit};

use crate::cloudflare::body;
use crate::domain::devices::location::{Location, LocationReader};
use crate::domain::policy;
use crate::web;

/// The runtime's request, as routes read it. No input of a client causes a failure here: a URL or header that cannot be
/// represented becomes one that is refused later, in the format of its route.
pub async fn inbound(request: &Request) -> worker::Result<web::http::request::Request> {
    let mut inbound = http::Request::new(Vec::new());
    *inbound.method_mut() = request.method().parse().unwrap_or_default();
    *inbound.uri_mut() = request.url().parse().unwrap_or_else(|_| Uri::from_static("/unreadable"));
    for (name, value) in headers(request)? {
        if let Ok(name) = HeaderName::try_from(name) {
            let value = HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("?"));
            inbound.headers_mut().append(name, value);
        }
    }
    let asked = SendWrapper::new(Clone::clone(request));
    inbound.extensions_mut().insert(LocationReader::new(move || place(&asked)));
    *inbound.body_mut() = body(request, inbound.headers()).await?;
    Ok(inbound)
}

/// Each name with its value.
fn headers(request: &Request) -> worker::Result<Vec<(String, String)>> {
    let pairs = String::from(JSON::stringify(&Array::from(&request.headers()))?);
    Ok(serde_json::from_str(&pairs)?)
}

/// A body of known length is read at once, any other in chunks. The declared length of a chunked body is not trusted.
async fn body(request: &Request, headers: &HeaderMap) -> worker::Result<Vec<u8>> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length <= policy::BODY_LIMIT) && !headers.contains_key(TRANSFER_ENCODING) {
        let body = Uint8Array::new(&JsFuture::from(request.array_buffer()?).await?);
        return Ok(body.to_vec());
    }
    if request.body().is_none() {
        return Ok(Vec::new());
    }
    body::read(worker::Request::from(Clone::clone(request)).stream()?, policy::BODY_LIMIT).await
}

/// The location Cloudflare reports for the client; empty if it reports none. Read by reflection, because the bindings' own
/// getters panic on unexpected values.
fn place(request: &Request) -> Location {
    let cf = Reflect::get(request, &"cf".into()).unwrap_or_default();
    let text = |name: &str| Reflect::get(&cf, &name.into()).ok().and_then(|value| value.as_string());
    let asn = Reflect::get(&cf, &"asn".into()).ok().and_then(|value| value.as_f64()).map(|asn| asn as u32);
    Location::new(text("country").as_deref(), text("region").as_deref(), text("city").as_deref()).by_way_of(asn)
}

/// A route's response, as the runtime sends it.
pub fn outbound(response: web::http::response::Response) -> worker::Result<Response> {
    let (parts, body) = response.into_parts();
    let (mut headers, mut further) = (BTreeMap::new(), Vec::new());
    for (name, value) in &parts.headers {
        let value = value.to_str().unwrap_or_default();
        // An object holds one value per name; further cookies are set one by one.
        let taken = headers.contains_key(name.as_str());
        if taken {
            further.push((name.as_str(), value));
        } else {
            headers.insert(name.as_str(), value);
        }
    }
    let init = ResponseInit::new();
    init.set_status(parts.status.as_u16());
    init.set_headers(&JSON::parse(&serde_json::to_string(&headers)?)?);
    // A copy: the runtime may still be sending it when this memory is reused.
    let body = (!body.is_empty()).then(|| Uint8Array::from(body.as_slice()));
    let response = Response::new_with_opt_buffer_source_and_init(body.as_deref(), &init)?;
    for (name, value) in further {
        response.headers().append(name, value)?;
    }
    Ok(response)
}
