//! `/account/security/app` and `/account/security/codes`: an authenticator app or recovery codes are offered and confirmed.

use maud::{Markup, html};

use crate::domain::credentials::totp::TotpCode;
use crate::domain::error::Error;
use crate::domain::policy::RECOVERY_CODES;
use crate::domain::sessions::redirect_target::RedirectTarget;
use crate::flows::accounts::{authenticator_app, factors, recovery_codes};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::account::security::PAGE;
use crate::web::pages::layout::app_offer;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::second_step::CODES_PAGE;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

pub async fn show_app(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = SignedInPage::load_recent(ctx, request).await?;
    if page.signed_in.second_factors.totp {
        return Ok(page.redirect(PAGE));
    }
    let offer = authenticator_app::begin(ctx, &page.signed_in).await?;
    Ok(ask_for_code(&page, &offer, None))
}

pub async fn confirm_app(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let (token, saved) = (form.text(app_offer::TOKEN)?, app_offer::are_saved(&form));
    let done = match TotpCode::parse(form.text("code")?) {
        Some(code) => authenticator_app::confirm(ctx, &page.signed_in, token, &code, saved).await,
        None => Err(Error::InvalidRequest(Some("code"))),
    };
    match form.outcome(ctx, done).await {
        Ok(()) => Ok(page.redirect_with_flash(PAGE, Notice::AppAdded)),
        Err(error) if is_mistyped(&error) => {
            Ok(ask_for_code(&page, &authenticator_app::again(ctx, &page.signed_in, token)?, Some(&error)))
        }
        Err(error) => Err(error),
    }
}

pub async fn show_codes(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = SignedInPage::load_recent(ctx, request).await?;
    let next = next(ctx, &request::query_parameter(request, "r").unwrap_or_default());
    ask_to_save(&page, &recovery_codes::begin(ctx, &page.signed_in)?, next.as_deref(), None).await
}

pub async fn confirm_codes(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let (token, saved) = (form.text(app_offer::TOKEN)?, app_offer::are_saved(&form));
    let next = next(ctx, form.optional("r"));
    match form.outcome(ctx, recovery_codes::confirm(ctx, &page.signed_in, token, saved).await).await {
        Ok(()) => Ok(page.redirect_with_flash(next.as_deref().unwrap_or(PAGE), Notice::CodesRenewed)),
        Err(error) if is_mistyped(&error) => {
            let offer = recovery_codes::again(ctx, &page.signed_in, token)?;
            ask_to_save(&page, &offer, next.as_deref(), Some(&error)).await
        }
        Err(error) => Err(error),
    }
}

/// Whether the same offer can be confirmed after all.
const fn is_mistyped(error: &Error) -> bool {
    matches!(error, Error::InvalidCode | Error::InvalidRequest(_) | Error::RateLimited(_))
}

fn ask_for_code<P: Platform>(
    page: &SignedInPage<'_, P>,
    offer: &authenticator_app::Offer,
    error: Option<&Error>,
) -> Response {
    let (words, own) = (page.words, &page.words.security.app);
    let fields = html! {
        (app_offer::app(words, offer))
        (buttons(own.add, PAGE, words.layout.back))
    };
    let content = html! {
        p { (own.about) }
        p { (own.others_end) }
        section { (page.form("/account/security/app", &fields)) }
    };
    page.respond(NavItem::Security, own.title, error, &content)
}

/// Says how many of the old codes are left. `next` is the path that a used code has interrupted.
async fn ask_to_save<P: Platform>(
    page: &SignedInPage<'_, P>,
    offer: &recovery_codes::Offer,
    next: Option<&str>,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let (words, own) = (page.words, &page.words.security.codes);
    let left = factors::codes_left(page.ctx, page.signed_in.user.id).await?;
    let (onward, way) = next.map_or((PAGE, words.layout.back), |next| (next, own.keep));
    let fields = html! {
        @if let Some(next) = next { input type="hidden" name="r" value=(next); }
        (app_offer::token(&offer.token))
        (app_offer::to_save(words, &offer.codes))
        (buttons(own.confirm, onward, way))
    };
    let content = html! {
        p { (own.about) }
        @if let Some(left) = left { p { ((own.left)(left, RECOVERY_CODES)) " " (own.replaces) } }
        section { (page.form(CODES_PAGE, &fields)) }
    };
    Ok(page.respond(NavItem::Security, own.title, error, &content))
}

/// The path of this service that a link or form names.
fn next<P>(ctx: &RequestContext<'_, P>, named: &str) -> Option<String> {
    match RedirectTarget::read(&ctx.settings.base_url, &[], named) {
        Some(RedirectTarget::Own(path)) => Some(path),
        _ => None,
    }
}

/// The form's button, and a link beside it.
fn buttons(submit: &str, onward: &str, way: &str) -> Markup {
    html! {
        div class="row" {
            button type="submit" { (submit) }
            a href=(onward) { (way) }
        }
    }
}
