//! `__Host-registered`: the cookie by which the activation page recognises the browser that registered. It grants no access.

use crate::domain::accounts::registration::{self, Registration};
use crate::domain::id::Id;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::web::http::credential::cookie;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::set_cookie;

const REGISTERED_COOKIE: &str = "__Host-registered";

/// Stores the browser's latest registration in the cookie, for as long as its link works.
pub fn remember<P>(response: &mut Response, ctx: &RequestContext<'_, P>, registration: Id<Registration>) {
    let token = registration::HERE_TOKEN.spell(&ctx.settings.keys, registration);
    set_cookie(response, REGISTERED_COOKIE, &token, Some(policy::REGISTRATION_LIFETIME.as_secs()));
}

/// Whether the link's registration was made in this browser.
pub fn is_of_link<P>(ctx: &RequestContext<'_, P>, request: &Request, link: &str) -> bool {
    let (keys, kept) = (&ctx.settings.keys, cookie(request.headers(), REGISTERED_COOKIE).ok().flatten());
    let made_here = kept.and_then(|token| registration::HERE_TOKEN.read(keys, token.expose()));
    made_here.is_some() && made_here == registration::TOKEN.read(keys, link)
}
