//! `__Host-return`: where this browser was going when it left the sign-in page to register, or to choose a new password. It grants
//! nothing: the sign-in page judges it like any other target.

use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::web::http::credential::cookie;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::set_cookie;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::post_auth_redirect::{PostAuthRedirect, by_way_of};

const RETURN_COOKIE: &str = "__Host-return";

/// Keeps it for as long as the link of a registration works. One that is too long for a cookie is not kept.
pub fn remember(response: &mut Response, request: &Request, next: &PostAuthRedirect) {
    let kept = form_urlencoded::Serializer::new(String::new()).append_pair("r", &next.path()).finish();
    if next.is_home() || kept.len() > policy::HELD_MAX_BYTES {
        forget(response, request);
    } else {
        set_cookie(response, RETURN_COOKIE, &kept, Some(policy::REGISTRATION_LIFETIME.as_secs()));
    }
}

/// Redirects to the sign-in page, which shows the notice and leads there.
pub fn to_sign_in<P>(ctx: &RequestContext<'_, P>, request: &Request, notice: Notice) -> Response {
    let page = of(request).map_or_else(|| "/account/signin".to_owned(), |path| by_way_of("/account/signin", &path));
    let mut response = flash::redirect_to(ctx, &page, notice);
    forget(&mut response, request);
    response
}

fn of(request: &Request) -> Option<String> {
    let kept = cookie(request.headers(), RETURN_COOKIE).ok().flatten()?;
    let (_, path) = form_urlencoded::parse(kept.expose().as_bytes()).find(|(name, _)| name == "r")?;
    Some(path.into_owned())
}

fn forget(response: &mut Response, request: &Request) {
    if of(request).is_some() {
        set_cookie(response, RETURN_COOKIE, "", Some(0));
    }
}
