//! `X-D1-Bookmark`, Cloudflare's name: a client that sends its last bookmark is never answered from older data.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::domain::bookmark::{self, ReadConsistency};
use crate::domain::error::Fault;
use crate::domain::settings::settings::Settings;
use crate::ports::Platform;
use crate::web::http::response::Response;

const BOOKMARK: HeaderName = HeaderName::from_static("x-d1-bookmark");

/// The required read consistency, on a route that allows replicas.
pub fn freshness(settings: &Settings, headers: &HeaderMap) -> ReadConsistency {
    if !settings.operation.read_replicas {
        return ReadConsistency::Now;
    }
    let mut presented = headers.get_all(BOOKMARK).iter();
    match (presented.next(), presented.next()) {
        (None, _) => ReadConsistency::Whenever,
        (Some(one), None) => ReadConsistency::since(&settings.keys, one.to_str().unwrap_or_default()),
        (Some(_), Some(_)) => ReadConsistency::Now,
    }
}

/// Sends the primary's bookmark after reads as well as after writes: otherwise it would reveal which requests wrote
/// something.
pub fn give(platform: &impl Platform, settings: &Settings, response: &mut Response) -> Result<(), Fault> {
    let Some(bookmark) = platform.bookmark().filter(|_| settings.operation.read_replicas) else {
        return Ok(());
    };
    let spelled = bookmark::spell(&settings.keys, platform.bytes()?, &bookmark)?;
    let value = HeaderValue::try_from(spelled).map_err(|e| Fault::new("bookmark", e))?;
    response.headers_mut().insert(BOOKMARK, value);
    Ok(())
}
