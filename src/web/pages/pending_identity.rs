//! `__Host-identity`: the cookie of an identity that was proved in this browser, and that no account has yet.

use crate::domain::accounts::registration;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::identity_providers::sign_in_state::{Held, PendingIdentity};
use crate::domain::policy;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::credential::cookie;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::set_cookie;

const PENDING_COOKIE: &str = "__Host-identity";

/// What this browser has proved, and where, for use in a session or without one.
pub fn of<'a, P>(
    ctx: &RequestContext<'a, P>,
    request: &Request,
    session: Option<Id<Session>>,
) -> Option<(PendingIdentity, &'a IdentityProvider)> {
    let sealed = cookie(request.headers(), PENDING_COOKIE).ok().flatten()?;
    let pending = PendingIdentity::open(&ctx.settings.keys, ctx.now, sealed.expose())?;
    if !pending.is_for(session) {
        return None;
    }
    let provider = ctx.settings.identity_provider(&pending.provider)?;
    Some((pending, provider))
}

/// The provider with which this browser began the registration of a link.
pub fn waiting_for<'a, P>(ctx: &RequestContext<'a, P>, request: &Request, link: &str) -> Option<&'a IdentityProvider> {
    let (pending, provider) = of(ctx, request, None)?;
    let began_here = pending.registration.is_some();
    (began_here && pending.registration == registration::TOKEN.read(&ctx.settings.keys, link)).then_some(provider)
}

/// Keeps it in this browser until it expires. Tokens that are too large for a cookie are kept from the next sign-in on.
pub fn hold(
    ctx: &RequestContext<'_, impl Platform>,
    response: &mut Response,
    pending: &PendingIdentity,
) -> Result<(), Error> {
    match hold_as(ctx, response, PENDING_COOKIE, pending) {
        Err(_) if pending.tokens.is_some() => {
            hold_as(ctx, response, PENDING_COOKIE, &PendingIdentity { tokens: None, ..pending.clone() })
        }
        held => held,
    }
}

/// The same with anything that is encrypted. Only the way back is of any length.
pub fn hold_as<H: Held>(
    ctx: &RequestContext<'_, impl Platform>,
    response: &mut Response,
    name: &str,
    held: &H,
) -> Result<(), Error> {
    let sealed = held.seal(&ctx.settings.keys, ctx.platform.bytes()?)?;
    if sealed.len() > policy::HELD_MAX_BYTES {
        return Err(Error::InvalidRequest(Some("r")));
    }
    let seconds = Timestamp::from_millis(held.expires_at()).since(ctx.now).as_secs();
    set_cookie(response, name, &sealed, Some(seconds));
    Ok(())
}

pub fn forget(response: &mut Response) {
    set_cookie(response, PENDING_COOKIE, "", Some(0));
}
