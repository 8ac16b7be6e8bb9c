//! `X-D1-Bookmark`, as Cloudflare calls it: whoever brings the last one back is answered from nothing older.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::domain::bookmark::{self, Freshness};
use crate::domain::error::Fault;
use crate::domain::settings::settings::Settings;
use crate::ports::Platform;
use crate::web::http::response::Response;

const BOOKMARK: HeaderName = HeaderName::from_static("x-d1-bookmark");

/// How new the answer to a request must be, at a door where it may be late.
pub fn freshness(settings: &Settings, headers: &HeaderMap) -> Freshness {
    if !settings.read_replicas {
        return Freshness::Now;
    }
    let mut presented = headers.get_all(BOOKMARK).iter();
    match (presented.next(), presented.next()) {
        (None, _) => Freshness::Whenever,
        (Some(one), None) => Freshness::since(&settings.keys, one.to_str().unwrap_or_default()),
        (Some(_), Some(_)) => Freshness::Now,
    }
}

/// Gives the bookmark of what the primary has answered this request, whether that wrote anything or not: where it did may
/// be what nobody is to know.
pub fn give(on: &impl Platform, settings: &Settings, response: &mut Response) -> Result<(), Fault> {
    let Some(bookmark) = on.bookmark().filter(|_| settings.read_replicas) else {
        return Ok(());
    };
    let spelled = bookmark::spell(&settings.keys, on.bytes()?, &bookmark)?;
    let value = HeaderValue::try_from(spelled).map_err(|e| Fault::new("bookmark", e))?;
    response.headers_mut().insert(BOOKMARK, value);
    Ok(())
}
