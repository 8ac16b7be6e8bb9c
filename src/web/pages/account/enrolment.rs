//! `/account/security/app` and `/account/security/codes`: an authenticator app or recovery codes are offered and confirmed.

use maud::{Markup, html};

use crate::domain::credentials::totp::TotpCode;
use crate::domain::error::Error;
use crate::flows::accounts::{authenticator_app, recovery_codes};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::account::security::PAGE;
use crate::web::pages::layout::app_offer;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};
use crate::words::catalogue::Words;

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
    Ok(ask_to_save(&page, &recovery_codes::begin(ctx, &page.signed_in)?, None))
}

pub async fn confirm_codes(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let (token, saved) = (form.text(app_offer::TOKEN)?, app_offer::are_saved(&form));
    match form.outcome(ctx, recovery_codes::confirm(ctx, &page.signed_in, token, saved).await).await {
        Ok(()) => Ok(page.redirect_with_flash(PAGE, Notice::CodesRenewed)),
        Err(error) if is_mistyped(&error) => {
            Ok(ask_to_save(&page, &recovery_codes::again(ctx, &page.signed_in, token)?, Some(&error)))
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
        (buttons(words, own.add))
    };
    let content = html! {
        p { (own.about) }
        p { (own.others_end) }
        section { (page.form("/account/security/app", &fields)) }
    };
    page.respond(NavItem::Security, own.title, error, &content)
}

fn ask_to_save<P: Platform>(
    page: &SignedInPage<'_, P>,
    offer: &recovery_codes::Offer,
    error: Option<&Error>,
) -> Response {
    let (words, own) = (page.words, &page.words.security.codes);
    let fields = html! {
        (app_offer::token(&offer.token))
        (app_offer::to_save(words, &offer.codes))
        (buttons(words, own.confirm))
    };
    let content = html! {
        p { (own.about) }
        p { (own.replaces) }
        section { (page.form("/account/security/codes", &fields)) }
    };
    page.respond(NavItem::Security, own.title, error, &content)
}

fn buttons(words: &Words, submit: &str) -> Markup {
    html! {
        div class="row" {
            button type="submit" { (submit) }
            a href=(PAGE) { (words.layout.back) }
        }
    }
}
