//! Mail over HTTP: the `Mailer` port is one `fetch`.

use wasm_bindgen::JsValue;
use worker::web_sys::AbortSignal;
use worker::{Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::domain::policy;
use crate::ports::Mailer;

impl Mailer for Cloudflare {
    async fn send(&self, request: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, Fault> {
        let millis = u32::try_from(policy::MAIL_TIMEOUT.as_millis()).unwrap_or(u32::MAX);
        let timeout = AbortSignal::timeout_with_u32(millis).into();
        let request = outbound(request).map_err(fault)?;
        let mut response = Fetch::Request(request).send_with_signal(&timeout).await.map_err(fault)?;
        // Read to its end, or it would hold one of the six connections an event may have. If it breaks off, its status
        // still counts: a letter that was accepted must not go out again.
        let body = response.bytes().await.unwrap_or_default();
        http::Response::builder().status(response.status_code()).body(body).map_err(fault)
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
    // A redirect would carry the provider's key to wherever it points.
    init.with_method(Method::from(parts.method.as_str().to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_body(Some(JsValue::from(body)));
    Request::new_with_init(&parts.uri.to_string(), &init)
}

fn fault(error: impl std::fmt::Display) -> Fault {
    Fault::new("mail provider", error)
}
