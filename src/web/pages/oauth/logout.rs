//! `/oauth/logout`: a client asks to sign its user out, which the user's browser carries.

use maud::html;

use crate::domain::error::Error;
use crate::domain::oauth::parameters::Parameters;
use crate::flows::context::RequestContext;
use crate::flows::oauth::logout::{self, Next};
use crate::ports::Platform;
use crate::store::signed_in::SignedIn;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::page_context::PageContext;
use crate::web::pages::layout::post_auth_redirect;
use crate::web::pages::layout::signed_in;
use crate::web::pages::oauth::authorize;
use crate::web::pages::sign_in::sign_in_form;

/// A request as a link or a redirect.
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    if !post_auth_redirect::navigates(request.headers()) {
        return Err(Error::Forbidden);
    }
    let parameters = Parameters::new(request::query(request));
    let next = logout::log_out(ctx, &parameters, authorize::session(ctx, request).await?).await?;
    let mut response = match next {
        Next::Ask(signed_in) => return ask(ctx, request, &signed_in),
        Next::SignedOut(None) => signed_out(ctx, request)?,
        Next::SignedOut(Some(uri)) => response::see_other(&match parameters.get("state") {
            Some(state) => post_auth_redirect::with_query(&uri, &[("state", state.to_owned())]),
            None => uri,
        }),
    };
    if signed_in::session_cookie(request).is_some() {
        sign_in_form::forget(&mut response, request);
    }
    Ok(response)
}

/// The same as a form of the client (RP-Initiated Logout §2). Browsers send no session with another site's form, so it becomes a
/// link.
pub async fn receive<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<Response, Error> {
    let query = Parameters::new(request::form(request)?).query_without(&[]).finish();
    Ok(response::redirect_to(ctx.settings, &format!("/oauth/logout?{query}")))
}

/// The form is the one of every page. It does not lead back to the client, which nobody may have sent.
fn ask(ctx: &RequestContext<'_, impl Platform>, request: &Request, signed_in: &SignedIn) -> Result<Response, Error> {
    let mut page = PageContext::new(ctx, request)?;
    page.set_language(signed_in.user.language);
    let (words, user) = (&page.words.logout, &signed_in.user);
    let choice = html! {
        div class="row" {
            button type="submit" { (page.words.layout.sign_out) }
            a class="button second" href="/account" { (words.stay) }
        }
    };
    let content = html! {
        section {
            p { (page.words.consent.signed_in_as) " " strong { bdi { (user.login) } } " (" bdi { (user.email) } ")" }
            p { (words.what_ends) }
            (page.form("/account/signout", &choice))
        }
    };
    Ok(page.respond(words.title, None, &content))
}

fn signed_out(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = PageContext::new(ctx, request)?;
    let words = &page.words.logout;
    let content = html! { p { a class="button second" href="/account/signin" { (words.sign_in) } } };
    Ok(page.respond(words.done, None, &content))
}
