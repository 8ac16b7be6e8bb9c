//! `__Host-device`: the cookie by which a browser is recognised on any network. It grants no access.

use crate::domain::devices::device::{self, Device};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::credential::cookie;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::{self, set_cookie};

const DEVICE_COOKIE: &str = "__Host-device";

/// The browser's device, or a new one, whose cookie is set at the next sign-in. Until then it is derived from the browser's
/// form nonce, so it stays the same as long as that does.
pub fn of(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Id<Device>, Fault> {
    let token = cookie(request.headers(), DEVICE_COOKIE).ok().flatten();
    let known = token.and_then(|token| device::DEVICE_TOKEN.read(&ctx.settings.keys, token.expose()));
    let from_forms = || csrf_form::nonce(request).map(|nonce| device::new_device(&ctx.settings.keys, nonce));
    known.or_else(from_forms).map_or_else(|| ctx.id(), Ok)
}

/// Sets the cookie for as long as the account knows the device because of this session.
pub fn remember<P>(response: &mut Response, ctx: &RequestContext<'_, P>, session: &Session) {
    if let Some(device) = ctx.client.device {
        let known_until = session.expires_at + policy::PLACE_KNOWN;
        let token = device::DEVICE_TOKEN.spell(&ctx.settings.keys, device);
        set_cookie(response, DEVICE_COOKIE, &token, Some(known_until.since(ctx.now).as_secs()));
    }
}
