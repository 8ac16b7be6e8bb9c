//! `__Host-device`: the cookie by which a browser is known again, on whatever network it is. It lets nobody in.

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

/// The browser's own, or a new one, which the browser is told of once somebody has signed in with it; the same for as long as
/// it has the same forms.
pub fn of(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Id<Device>, Fault> {
    let token = cookie(request.headers(), DEVICE_COOKIE).ok().flatten();
    let known = token.and_then(|token| device::DEVICE_TOKEN.read(&ctx.settings.keys, token.expose()));
    let from_forms = || csrf_form::nonce(request).map(|nonce| device::new_device(&ctx.settings.keys, nonce));
    known.or_else(from_forms).map_or_else(|| ctx.id(), Ok)
}

/// Has the browser keep it for as long as the account will know it by this session.
pub fn remember<P>(response: &mut Response, ctx: &RequestContext<'_, P>, session: &Session) {
    if let Some(device) = ctx.client.device {
        let known_until = session.expires_at + policy::PLACE_KNOWN;
        let token = device::DEVICE_TOKEN.spell(&ctx.settings.keys, device);
        set_cookie(response, DEVICE_COOKIE, &token, Some(known_until.since(ctx.now).as_secs()));
    }
}
