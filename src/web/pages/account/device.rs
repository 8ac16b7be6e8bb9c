//! `/account/device`: a user types the code that a device shows (RFC 8628 §3.3).

use maud::html;

use crate::domain::error::Error;
use crate::domain::oauth::user_code::UserCode;
use crate::flows::context::RequestContext;
use crate::flows::oauth::device_consent;
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::account::device_consent as consent;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::page_context::recoverable;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

/// A link may contain the code (RFC 8628 §3.3.1). It is only filled in: the link may come from somebody else, so its user compares
/// the code with the device's display (§5.4).
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = SignedInPage::load(ctx, request).await?;
    let named = request::query_parameter(request, "user_code").ok().and_then(|code| UserCode::parse(&code));
    Ok(ask(&page, named.as_ref(), None))
}

/// Ties the device to the user's session, and leads to the question what it may do.
pub async fn enter(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let entered = match UserCode::parse(form.text("user_code")?) {
        Some(code) => form.outcome(ctx, device_consent::claim(ctx, &page.signed_in, &code).await).await,
        None => Err(Error::InvalidCode),
    };
    match entered {
        Ok(id) => Ok(page.redirect(&consent::path(id))),
        Err(error) => Ok(ask(&page, None, Some(&recoverable(error)?))),
    }
}

/// The form for a code. It warns of attackers, who send codes of devices of their own (RFC 8628 §5.4).
pub fn ask<P: Platform>(page: &SignedInPage<'_, P>, named: Option<&UserCode>, error: Option<&Error>) -> Response {
    let words = &page.words.device;
    let fields = html! {
        label for="user_code" { (words.code) }
        input id="user_code" name="user_code" value=[named] autocomplete="off" autocapitalize="characters" spellcheck="false"
              required autofocus[named.is_none()] aria-describedby="user_code-hint";
        p class="hint" id="user_code-hint" { @if named.is_some() { (words.compare) } @else { (words.form) } }
        div class="row" { button type="submit" { (words.go_on) } }
    };
    let content = html! {
        p { (words.what) }
        section { p { strong { (words.warning) } } (page.form("/account/device", &fields)) }
    };
    page.respond(NavItem::Applications, words.title, error, &content)
}
