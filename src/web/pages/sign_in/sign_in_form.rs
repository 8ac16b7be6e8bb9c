//! The form of `/account/signin`: read, answered, and left with a session.

use maud::{Markup, html};

use crate::domain::devices::device;
use crate::domain::error::Error;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::passkey;
use crate::ports::Platform;
use crate::web::http::credential::SESSION_COOKIE;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::{CsrfForm, clear_csrf_cookie, set_cookie};
use crate::web::pages::layout::device_cookie;
use crate::web::pages::layout::page_context::{PageContext, PasskeyCeremony};
use crate::web::pages::layout::post_auth_redirect::{PostAuthRedirect, by_way_of};
use crate::web::pages::layout::signed_in;

/// Handles a form of this page. If it is outdated because the user has signed in meanwhile, they are redirected to its
/// target, as a link would do.
pub async fn with_form(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    act: impl AsyncFnOnce(CsrfForm, PostAuthRedirect) -> Result<Response, Error>,
) -> Result<Response, Error> {
    let next = |form: &CsrfForm| PostAuthRedirect::read(ctx, |name| form.optional(name));
    match CsrfForm::read(ctx, request) {
        Ok(form) => {
            let next = next(&form)?;
            act(form, next).await
        }
        Err(Error::CsrfFailed) => {
            let form = CsrfForm::read_stale(ctx, request)?;
            let signed_in = signed_in::current_user(ctx, request).await?.ok_or(Error::CsrfFailed)?;
            next(&form)?.follow(ctx, request, signed_in.session).await
        }
        Err(error) => Err(error),
    }
}

/// Sets the session cookie, and redirects to the target.
pub async fn enter(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    next: &PostAuthRedirect,
    session: &Session,
) -> Result<Response, Error> {
    let mut response = next.follow(ctx, request, session.id).await?;
    let token = device::SESSION_TOKEN.spell(&ctx.settings.keys, session.id);
    set_cookie(&mut response, SESSION_COOKIE, &token, Some(session.expires_at.since(ctx.now).as_secs()));
    device_cookie::remember(&mut response, ctx, session);
    clear_csrf_cookie(&mut response, request);
    Ok(response)
}

/// Removes the session cookie.
pub fn forget(response: &mut Response, request: &Request) {
    set_cookie(response, SESSION_COOKIE, "", Some(0));
    clear_csrf_cookie(response, request);
}

pub fn ask_for_password(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    typed: &str,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let (words, codes) = (&page.words.sign_in, page.ctx.settings.email_otp.is_some());
    let passkeys = page.ctx.settings.passkeys.is_some();
    let content = html! {
        label for="login" { (page.words.fields.login_or_email) }
        input id="login" name="login" value=(typed) autocomplete=(if passkeys { "username webauthn" } else { "username" })
              autocapitalize="none" spellcheck="false" required autofocus[typed.is_empty()];
        label for="password" { (page.words.fields.password) }
        input id="password" type="password" name="password" autocomplete="current-password" required[!codes]
              autofocus[!typed.is_empty()];
        div class="row" {
            button type="submit" { (words.sign_in) }
            @if codes {
                button type="submit" class="second" formaction="/account/signin/code" formnovalidate { (words.send_code) }
            }
        }
    };
    let other_way = html! { (with_passkey(page, next)?) (with_providers(page, &next.path(), |_| true)) };
    Ok(respond(page, next, "/account/signin", &content, &other_way, error))
}

/// The form that a passkey signs in with. Its challenge costs no I/O, and is bound to this browser.
fn with_passkey(page: &PageContext<'_, impl Platform>, next: &PostAuthRedirect) -> Result<Markup, Error> {
    if page.ctx.settings.passkeys.is_none() {
        return Ok(html! {});
    }
    let (options, renew_from) = (passkey::options(page.ctx, page.browser())?, Some("/account/signin"));
    let button = page.words.passkeys.sign_in;
    let ceremony = PasskeyCeremony { kind: "autofill", options: &options, renew_from, button };
    Ok(page.passkey_form("/account/signin/passkey", &ceremony, &next.fields()))
}

/// Links, in the operator's order: a form to another site would need its address in the page's policy.
pub fn with_providers(
    page: &PageContext<'_, impl Platform>,
    back: &str,
    shows: impl Fn(&IdentityProvider) -> bool,
) -> Markup {
    let words = &page.words.identity_providers;
    let providers: Vec<_> = page.ctx.settings.identity_providers.iter().filter(|provider| shows(provider)).collect();
    html! {
        @if !providers.is_empty() {
            section {
                @for provider in providers {
                    div class="row" {
                        a class="button second" href=(by_way_of(&provider.start(), back)) {
                            ((words.go_on_with)(&provider.name))
                        }
                    }
                }
            }
        }
    }
}

pub fn respond(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    action: &str,
    content: &Markup,
    other_way: &Markup,
    error: Option<&Error>,
) -> Response {
    let words = &page.words.sign_in;
    let content = html! {
        (page.form(action, &html! { (next.fields()) (content) }))
        (other_way)
        ul class="ways" {
            li { a href=(next.by_way_of("/account/recover")) { (page.words.recovery.forgotten) } }
            @if error == Some(&Error::AccountNotActivated) { li { a href="/account/activate" { (words.no_email) } } }
            @if page.ctx.settings.accounts.registration.is_open() {
                li { (words.no_account) " " a href=(next.by_way_of("/account/register")) { (page.words.register.register) } }
            }
        }
    };
    let title = (words.title)(&page.ctx.settings.app_name);
    page.respond_leading_to(next.foreign_origin().as_deref(), &title, error, &content)
}
