//! `/account/activate`: activates a registration or declines it, with the link in the email; or sends that email again.

use maud::{Markup, html};

use crate::domain::accounts::registration::Whose;
use crate::domain::error::Error;
use crate::flows::accounts::activate;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::registrations::Open;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{PageContext, recoverable};
use crate::web::pages::layout::time::time;
use crate::web::pages::layout::{email_link, fields};
use crate::web::pages::registered;
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
    match form.outcome(ctx, press(ctx, request, &form, token).await).await {
        Ok(()) => Ok(flash::redirect_to(ctx, "/account/signin", Notice::Activated)),
        Err(error) => {
            let mut page = PageContext::new(ctx, request)?;
            page.is_known = true;
            ask(&page, token, login, Some(&recoverable(error)?)).await
        }
    }
}

async fn press(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    form: &CsrfForm,
    token: &str,
) -> Result<(), Error> {
    let login = form.optional("login");
    let other = if login.is_empty() { None } else { Some(request::login_name(login)?) };
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
    let here = registered::is_of_link(page.ctx, page.request, token);
    let Some(open) = activate::preview(page.ctx, token).await? else {
        return Ok(ask_for_address(page, "", Some(&Error::InvalidToken)));
    };
    let words = &page.words.activation;
    let needs_name = open.login_taken || !login.is_empty();
    let content = html! {
        (page.form("/account/activate", &html! {
            (email_link::field(token))
            p { (words.only_if_you) }
            (asked_for(page.words, &open))
            @if needs_name { p { (words.name_taken) } (fields::login(page.words, login)) }
            @if !here {
                p { (words.why_password) }
                @if !needs_name { (fields::username(&open.login)) }
                (fields::password("password", words.chosen_password))
            }
            div class="row" { button type="submit" { (words.activate) } }
        }))
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
