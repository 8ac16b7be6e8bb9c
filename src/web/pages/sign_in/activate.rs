//! `/account/activate`: activates a registration or declines it, with the link in the email; or sends that email again.

use maud::{Markup, html};

use crate::domain::accounts::login_name::LoginName;
use crate::domain::accounts::registration::Whose;
use crate::domain::error::Error;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::flows::accounts::{activate, activate_with_passkey};
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::sign_up;
use crate::flows::sign_in::assertions;
use crate::ports::Platform;
use crate::store::registrations::Open;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{PageContext, PasskeyCeremony, recoverable};
use crate::web::pages::layout::post_auth_redirect::by_way_of;
use crate::web::pages::layout::time::time;
use crate::web::pages::layout::{email_link, fields, passkey_form};
use crate::web::pages::{pending_identity, registered, return_path};
use crate::words::catalogue::Words;

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    match email_link::token(request) {
        Some(token) => ask(&PageContext::new(ctx, request)?, &token, "", None).await,
        None => Ok(ask_for_address(&PageContext::new(ctx, request)?, "", None)),
    }
}

/// Requires the chosen password, unless it was chosen in this browser: the mailbox's owner must not make an account of their
/// own from a stranger's registration. After a wrong password, or if the username was taken meanwhile, the link stays valid.
pub async fn activate(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let (token, login) = (form.text("token")?, form.optional("login"));
    let done = form.outcome(ctx, press(ctx, request, &form, token).await).await;
    answer(ctx, request, (token, login), false, done).await
}

/// Needs no proof but the link: whoever has opened it makes the passkey, and nothing else enters the account.
pub async fn with_passkey(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    assertions::relying_party(ctx)?;
    let form = CsrfForm::read(ctx, request)?;
    let (token, login) = (form.text("token")?, form.optional("login"));
    let done = match (passkey_form::registration(&form), other_name(login)) {
        (Ok(made), Ok(other)) => activate_with_passkey::activate(ctx, token, other, &made).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    let done = form.outcome(ctx, done).await;
    answer(ctx, request, (token, login), true, done).await
}

/// Needs no proof but the link and this browser, which holds the proof of the identity, and knows where its user was going.
pub async fn with_identity(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let (token, login) = (form.text("token")?, form.optional("login"));
    let held = pending_identity::of(ctx, request, None);
    let done = match (&held, other_name(login)) {
        (Some((pending, provider)), Ok(other)) => sign_up::activate(ctx, provider, pending, token, other).await,
        (None, _) => Err(Error::InvalidToken),
        (_, Err(error)) => Err(error),
    };
    let done = form.outcome(ctx, done).await;
    if let (Ok(()), Some((pending, _))) = (&done, &held) {
        return Ok(flash::redirect_to(ctx, &by_way_of("/account/signin", &pending.back), Notice::Activated));
    }
    answer(ctx, request, (token, login), false, done).await
}

async fn answer(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    (token, login): (&str, &str),
    by_passkey: bool,
    done: Result<(), Error>,
) -> Result<Response, Error> {
    match done {
        Ok(()) => Ok(return_path::to_sign_in(ctx, request, Notice::Activated)),
        Err(error) => {
            let mut page = PageContext::new(ctx, request)?;
            page.is_known = true;
            page.by_passkey = by_passkey;
            ask(&page, token, login, Some(&recoverable(error)?)).await
        }
    }
}

/// A name instead of the registration's, if one was typed.
fn other_name(login: &str) -> Result<Option<LoginName>, Error> {
    if login.is_empty() { Ok(None) } else { request::login_name(login).map(Some) }
}

async fn press(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    form: &CsrfForm,
    token: &str,
) -> Result<(), Error> {
    let other = other_name(form.optional("login"))?;
    let proved = match registered::is_of_link(ctx, request, token) {
        true => None,
        false => Some(activate::prove(ctx, token, &form.secret("password")?).await?),
    };
    activate::activate(ctx, token, other, proved).await
}

/// Declines the registration.
pub async fn decline(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    form.outcome(ctx, activate::decline(ctx, form.text("token")?).await).await?;
    Ok(flash::redirect_to(ctx, "/account/signin", Notice::RegistrationDeclined))
}

/// Sends the email again. The response is the same whether or not there is anything to send.
pub async fn send(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let typed = form.text("email")?;
    match request::email(typed) {
        Ok(email) => {
            form.outcome(ctx, activate::send_again(ctx, Whose::Address(&email)).await).await?;
            Ok(flash::redirect_to(ctx, "/account/activate", Notice::ActivationSent))
        }
        Err(error) => Ok(ask_for_address(&PageContext::new(ctx, request)?, typed, Some(&error))),
    }
}

/// The page of a valid link. An invalid link offers to send another email.
async fn ask(
    page: &PageContext<'_, impl Platform>,
    token: &str,
    login: &str,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let passkeys = page.ctx.settings.passkeys.is_some();
    let identity = pending_identity::waiting_for(page.ctx, page.request, token);
    let can_enter = |open: &Open| open.has_password || passkeys || identity.is_some();
    let Some(open) = activate::preview(page.ctx, token).await?.filter(can_enter) else {
        let page = PageContext::new(page.ctx, page.request)?;
        return Ok(ask_for_address(&page, "", Some(&Error::InvalidToken)));
    };
    let words = &page.words.activation;
    let content = html! {
        @if open.has_password {
            (by_password(page, token, &open, login))
        } @else if let Some(provider) = identity {
            (by_identity(page, token, &open, login, provider))
        } @else {
            (by_passkey(page, token, &open, login)?)
        }
        details {
            summary { (words.not_you) }
            p { (words.what_declining_does) }
            (page.form("/account/activate/decline", &html! {
                (email_link::field(token))
                div class="row" { button type="submit" class="danger" { (words.decline) } }
            }))
        }
    };
    Ok(page.respond(&(words.title)(&page.ctx.settings.app_name), error, &content))
}

fn by_password<P: Platform>(page: &PageContext<'_, P>, token: &str, open: &Open, login: &str) -> Markup {
    let words = &page.words.activation;
    page.form(
        "/account/activate",
        &html! {
            (email_link::field(token))
            p { (words.only_if_you) }
            (asked_for(page.words, open))
            (new_name(page, open, login))
            @if !registered::is_of_link(page.ctx, page.request, token) {
                p { (words.why_password) }
                @if !needs_name(open, login) { (fields::username(&open.login)) }
                (fields::password("password", words.chosen_password))
            }
            div class="row" { button type="submit" { (words.activate) } }
        },
    )
}

fn by_identity<P: Platform>(
    page: &PageContext<'_, P>,
    token: &str,
    open: &Open,
    login: &str,
    provider: &IdentityProvider,
) -> Markup {
    page.form(
        "/account/activate/identity",
        &html! {
            (email_link::field(token))
            p { ((page.words.identity_providers.only_if_you)(&provider.name)) }
            (asked_for(page.words, open))
            (new_name(page, open, login))
            div class="row" { button type="submit" { (page.words.activation.activate) } }
        },
    )
}

/// The passkey is made under the name of the registration, also if another has to be typed: its user can rename it.
fn by_passkey<P: Platform>(page: &PageContext<'_, P>, token: &str, open: &Open, login: &str) -> Result<Markup, Error> {
    let words = &page.words.activation;
    let options = activate_with_passkey::options(page.ctx, token, &open.login)?;
    let (renew_from, button) = (format!("/account/activate?token={token}"), words.create_passkey);
    let ceremony = PasskeyCeremony { kind: "create", options: &options, renew_from: Some(&renew_from), button };
    Ok(html! {
        p { (words.only_if_you_passkey) }
        (asked_for(page.words, open))
        p class="quiet" data-without-passkeys { (page.words.passkeys.needs_script) }
        (page.passkey_form("/account/activate/passkey", &ceremony, &html! {
            (email_link::field(token))
            (new_name(page, open, login))
        }))
    })
}

const fn needs_name(open: &Open, login: &str) -> bool {
    open.login_taken || !login.is_empty()
}

fn new_name<P: Platform>(page: &PageContext<'_, P>, open: &Open, login: &str) -> Markup {
    html! {
        @if needs_name(open, login) { p { (page.words.activation.name_taken) } (fields::login(page.words, login)) }
    }
}

/// Distinguishes this registration from others for the same address.
fn asked_for(words: &Words, open: &Open) -> Markup {
    html! {
        dl {
            dt { (words.fields.login) } dd { bdi { (open.login) } }
            dt { (words.activation.asked_at) } dd { (time(open.created_at)) }
            @if !open.address.is_empty() { dt { (words.activation.asked_from) } dd { bdi { (open.address) } } }
        }
    }
}

fn ask_for_address(page: &PageContext<'_, impl Platform>, email: &str, error: Option<&Error>) -> Response {
    let words = &page.words.activation;
    let content = html! {
        (page.form("/account/activate/send", &html! {
            p { (words.check_email) }
            (fields::email(page.words, email))
            div class="row" { button type="submit" { (words.send_again) } }
        }))
        ul class="ways" {
            li { a href="/account/signin" { (page.words.sign_in.sign_in) } }
            @if page.ctx.settings.accounts.registration.is_open() { li { (words.too_old) " " a href="/account/register" { (words.register) } } }
        }
    };
    page.respond(&(words.title)(&page.ctx.settings.app_name), error, &content)
}
