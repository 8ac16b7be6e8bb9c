//! The `Outbound` port is one `fetch`.

use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use wasm_bindgen::JsValue;
use worker::web_sys::AbortSignal;
use worker::{Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response, ResponseBody};

use crate::cloudflare::body;
use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::ports::{Bounds, Outbound};

impl Outbound for Cloudflare {
    async fn fetch(
        &self,
        request: http::Request<Vec<u8>>,
        bounds: Bounds,
    ) -> Result<http::Response<Result<Vec<u8>, Fault>>, Fault> {
        self.count(|operations| &mut operations.fetch);
        // The host alone: a path may contain secrets that must not be logged.
        let host = request.uri().host().unwrap_or_default().to_owned();
        let fault = |error| Fault::new("fetch", format!("{host}: {error}"));
        let millis = u32::try_from(bounds.timeout.as_millis()).unwrap_or(u32::MAX);
        let timeout = AbortSignal::timeout_with_u32(millis).into();
        let request = outbound(request).map_err(fault)?;
        let mut response = Fetch::Request(request).send_with_signal(&timeout).await.map_err(fault)?;
        let mut answer = http::Response::builder().status(response.status_code());
        // The only response headers that are used.
        for name in [CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER] {
            let value = response.headers().get(name.as_str()).ok().flatten();
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                answer = answer.header(name, value);
            }
        }
        let body = body_of(&mut response, bounds.body_limit).await.map_err(fault).and_then(|body| bounds.check(body));
        answer.body(body).map_err(|e| Fault::new("fetch", e))
    }
}

/// The body is always read or cancelled, or it would hold one of the six connections an event may have.
async fn body_of(response: &mut Response, limit: usize) -> worker::Result<Vec<u8>> {
    match response.body() {
        ResponseBody::Stream(_) => body::read(response.stream()?, limit).await,
        ResponseBody::Empty | ResponseBody::Body(_) => response.bytes().await,
    }
}

fn outbound(request: http::Request<Vec<u8>>) -> worker::Result<Request> {
    let (parts, body) = request.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.append(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    let body = String::from_utf8(body).map_err(|e| worker::Error::RustError(e.to_string()))?;
    let mut init = RequestInit::new();
    // A redirect would carry the provider's key to wherever it points, and lead from a client's website to any other host.
    init.with_method(Method::from(parts.method.as_str().to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        // A GET must not have a body, not even an empty one.
        .with_body((!body.is_empty()).then(|| JsValue::from(body)));
    Request::new_with_init(&parts.uri.to_string(), &init)
}
