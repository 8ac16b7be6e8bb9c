//! `/account/recover`: sends a recovery email; its link lets the user choose a new password.

use maud::html;

use crate::domain::error::Error;
use crate::flows::accounts::recover;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{PageContext, recoverable};
use crate::web::pages::layout::post_auth_redirect::{HOME, PostAuthRedirect};
use crate::web::pages::layout::{email_link, fields};
use crate::web::pages::return_path;

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    match email_link::token(request) {
        Some(token) => ask_for_password(&PageContext::new(ctx, request)?, &token, false, None).await,
        None => {
            let next = PostAuthRedirect::of_query(ctx, request.uri().query().unwrap_or_default())?;
            Ok(ask_for_address(&PageContext::new(ctx, request)?, &next, "", None))
        }
    }
}

/// Sends the email. The response is the same whether or not an account has the address.
pub async fn send(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let (typed, next) = (form.text("email")?, PostAuthRedirect::read(ctx, |name| form.optional(name))?);
    match request::email(typed) {
        Ok(email) => {
            form.outcome(ctx, recover::request(ctx, &email).await).await?;
            let mut response = flash::redirect_to(ctx, "/account/recover", Notice::RecoverySent);
            return_path::remember(&mut response, request, &next);
            Ok(response)
        }
        Err(error) => Ok(ask_for_address(&PageContext::new(ctx, request)?, &next, typed, Some(&error))),
    }
}

/// Sets the new password.
pub async fn reset(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let (token, end_keys) = (form.text("token")?, !form.optional("end_keys").is_empty());
    let password = form.secret("password")?;
    match form.outcome(ctx, recover::reset(ctx, token, &password, end_keys).await).await {
        Ok(()) => Ok(return_path::to_sign_in(ctx, request, Notice::PasswordSet)),
        Err(error) => {
            ask_for_password(&PageContext::new(ctx, request)?, token, end_keys, Some(&recoverable(error)?)).await
        }
    }
}

/// The page of a valid link. An invalid link offers to send another email.
async fn ask_for_password(
    page: &PageContext<'_, impl Platform>,
    token: &str,
    end_keys: bool,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let Some(target) = recover::preview(page.ctx, token).await? else {
        let home = PostAuthRedirect::to(page.ctx, HOME)?;
        return Ok(ask_for_address(page, &home, "", Some(&Error::InvalidToken)));
    };
    let words = &page.words.recovery;
    let content = page.form(
        "/account/recover",
        &html! {
            (email_link::field(token))
            p { (words.what_it_does) }
            (fields::readonly_username(page.words, &target.login))
            (fields::new_password("password", page.words, page.ctx.settings))
            label class="choice" {
                input type="checkbox" name="end_keys" value="yes" checked[end_keys];
                span { (words.end_keys) }
            }
            div class="row" { button type="submit" { (words.set) } }
        },
    );
    Ok(page.respond(words.choose, error, &content))
}

fn ask_for_address(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    email: &str,
    error: Option<&Error>,
) -> Response {
    let words = &page.words.recovery;
    let content = html! {
        (page.form("/account/recover/send", &html! {
            (next.fields())
            p { (words.enter_email) }
            (fields::email(page.words, email))
            div class="row" { button type="submit" { (words.send) } }
        }))
        ul class="ways" { li { a href=(next.by_way_of("/account/signin")) { (page.words.sign_in.sign_in) } } }
    };
    page.respond(words.forgotten, error, &content)
}
