//! Errors in the format of the route they belong to.

use http::Method;
use http::header::{HeaderValue, VARY};
use http::uri::PathAndQuery;

use crate::domain::error::Error;
use crate::domain::settings::settings::{ResponseStyle, Settings};
use crate::web::http::origin;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::frame;
use crate::web::pages::layout::post_auth_redirect;
use crate::web::{api, compat, oauth, router};

/// The page an error belongs to: the requested one, or for a POST the nearest path above it with a GET route.
fn page_of(request: &Request) -> String {
    let path = request.uri().path();
    if *request.method() != Method::POST {
        return request.uri().path_and_query().map_or(path, PathAndQuery::as_str).to_owned();
    }
    let mut segments = request::segments(path);
    while router::find(&Method::GET, &segments).is_err() && segments.pop().is_some() {}
    format!("/{}", segments.join("/"))
}

/// An error response in the format of its path: pages under `/account`, `/admin` and `/dev`, the format of each compatible
/// API, and the native format elsewhere. For an unknown path a browser gets a page, and at the root a redirect to the
/// account.
pub fn refuse(request: &Request, segments: &[&str], error: &Error, settings: Option<&Settings>) -> Response {
    let is_page = matches!(segments, ["account" | "admin" | "dev", ..] | ["oauth", "authorize" | "consent" | "logout"]);
    if is_page || *error != Error::NotFound || router::find(request.method(), segments).is_ok() {
        return in_dialect(request, segments, error, settings);
    }
    let mut response = match (request::prefers_page(request), segments, settings) {
        (true, [""], Some(settings)) if origin::is_safe(request.method()) => {
            response::redirect_to(settings, post_auth_redirect::HOME)
        }
        (true, ..) => frame::refuse(request, settings, error, &page_of(request)),
        (false, ..) => in_dialect(request, segments, error, settings),
    };
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept"));
    response
}

fn in_dialect(request: &Request, segments: &[&str], error: &Error, settings: Option<&Settings>) -> Response {
    let method = request.method();
    match segments {
        ["account" | "admin" | "dev", ..] | ["oauth", "authorize" | "consent" | "logout"] => {
            frame::refuse(request, settings, error, &page_of(request))
        }
        ["api", "manage", ..] => compat::fastreport::errors::refuse(error),
        ["api", "v1", ..] => compat::django::errors::refuse(error, method),
        ["fpc", ..] => compat::fortiportal::errors::refuse(error, method),
        ["oauth", ..] => oauth::introspection::refuse(error, request.headers()),
        _ => {
            let envelope = settings.map_or(ResponseStyle::Plain, |settings| settings.response_style);
            let named = compat::fastschema::envelope::named(envelope, request, error);
            let error = named.as_ref().unwrap_or(error);
            compat::fastschema::mirror::wrap_error(envelope, api::errors::refuse(error), error)
        }
    }
}
