//! `/account`: the signed-in user, and links to what they can change.

use maud::{Markup, html};

use crate::domain::accounts::user::Role;
use crate::domain::error::Error;
use crate::domain::sessions::redirect_target::RedirectTarget;
use crate::flows::accounts::language;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::logout;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::account::passkeys;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::post_auth_redirect::by_way_of;
use crate::web::pages::layout::signed_in::{self, NavItem, SignedInPage};
use crate::web::pages::layout::time::time;
use crate::web::pages::sign_in::sign_in_form;
use crate::words::language::Language;

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = SignedInPage::load(ctx, request).await?;
    let words = &page.words;
    let content = html! {
        (passkeys::offer(&page)?)
        section { h2 { (words.account.profile) } (profile(&page)) }
        section { h2 { (words.account.language.title) } (languages(&page)) }
        section {
            h2 { (words.data_export.title) }
            p { (words.data_export.about) }
            p { a class="button second" href="/account/export" { (words.data_export.link) } }
        }
        section class="danger" {
            h2 { (words.account_deletion.title) }
            p { (words.account_deletion.about) }
            p { a href="/account/delete" { (words.account_deletion.link) } }
        }
    };
    Ok(page.respond(NavItem::Account, words.layout.account, None, &content))
}

fn profile<P: Platform>(page: &SignedInPage<'_, P>) -> Markup {
    let (words, fields, user) = (&page.words.account, &page.words.fields, &page.signed_in.user);
    let change = |path: &str, what: &str| html! { a href=(path) aria-label=(what) { (words.change) } };
    html! {
        dl {
            dt { (fields.login) } dd { bdi { (user.login) } }
            dt { (fields.email) } dd { bdi { (user.email) } " " (change("/account/address", words.change_email)) }
            dt { (fields.password) } dd { (change("/account/password", words.change_password)) }
            @if user.role == Role::Admin { dt { (words.role) } dd { (page.words.admin.administrator) } }
            dt { (words.since) } dd { (time(user.created_at)) }
        }
    }
}

/// Each language is named in itself, so that users find theirs even if they cannot read the current one.
fn languages<P: Platform>(page: &SignedInPage<'_, P>) -> Markup {
    let (words, chosen) = (&page.words.account.language, page.signed_in.user.language);
    let choice = html! {
        div class="row fields" {
            div {
                label for="language" { (words.label) }
                select id="language" name="language" {
                    option value="" selected[chosen.is_none()] { (words.of_browser) }
                    @for language in Language::ALL {
                        option value=(language.tag()) lang=(language.tag()) selected[chosen == Some(language)] {
                            (language.name())
                        }
                    }
                }
            }
            button type="submit" class="second" { (words.save) }
        }
    };
    page.form("/account/language", &choice)
}

/// Sets the language of pages and emails, or leaves it to the browser.
pub async fn choose_language(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let chosen = match form.text("language")? {
        "" => None,
        tag => Some(Language::parse(tag).ok_or(Error::InvalidRequest(Some("language")))?),
    };
    form.outcome(ctx, language::choose(ctx, &page.signed_in, chosen).await).await?;
    Ok(page.redirect_with_flash("/account", Notice::LanguageChosen))
}

/// Ends the browser's session. If it has already ended, the user is signed out all the same. With `r`, the sign-in page leads
/// there.
pub async fn sign_out(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    if let Some(credential) = signed_in::session_cookie(request)
        && let Ok(session) = authenticate::session(ctx, &credential).await
    {
        logout::end(ctx, session).await?;
    }
    let way = match RedirectTarget::read(&ctx.settings.base_url, &[], form.optional("r")) {
        Some(RedirectTarget::Own(path)) => by_way_of("/account/signin", &path),
        _ => "/account/signin".to_owned(),
    };
    let mut response = flash::redirect_to(ctx, &way, Notice::SignedOut);
    sign_in_form::forget(&mut response, request);
    Ok(response)
}
