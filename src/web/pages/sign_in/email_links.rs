//! `/account/email…`: confirms a change of the email address, or undoes it.

use maud::html;

use crate::domain::error::Error;
use crate::flows::accounts::change_email::{self, UndoState};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::error_response;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{PageContext, recoverable};
use crate::web::pages::layout::{email_link, fields};

pub async fn show_change(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = email_link::token(request).ok_or(Error::InvalidToken)?;
    let change = change_email::preview(ctx, &token).await?.ok_or(Error::InvalidToken)?;
    let page = PageContext::new(ctx, request)?;
    let words = &page.words.email_links;
    let content = page.form(
        "/account/email",
        &html! {
            (email_link::field(&token))
            p { (words.only_if_yours) }
            dl {
                dt { (words.account) } dd { bdi { (change.login) } }
                dt { (words.new_address) } dd { bdi { (change.to) } }
            }
            div class="row" { button type="submit" { (words.confirm) } }
        },
    );
    Ok(page.respond(words.confirm_title, None, &content))
}

pub async fn confirm(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    form.outcome(ctx, change_email::confirm(ctx, form.text("token")?).await).await?;
    Ok(flash::redirect_to(ctx, "/account/signin", Notice::AddressChanged))
}

pub async fn show_undo(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = email_link::token(request).ok_or(Error::InvalidToken)?;
    ask_for_password(&PageContext::new(ctx, request)?, &token, None).await
}

/// Requires a new password: the person who changed the address knew the old one.
pub async fn undo(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let (token, password) = (form.text("token")?, form.secret("password")?);
    match form.outcome(ctx, change_email::undo(ctx, token, &password).await).await {
        Ok(()) => Ok(flash::redirect_to(ctx, "/account/signin", Notice::AddressRestored)),
        Err(error) => ask_for_password(&PageContext::new(ctx, request)?, token, Some(&recoverable(error)?)).await,
    }
}

/// Shows the address to be restored, but not the current one: others may have access to an abandoned mailbox.
async fn ask_for_password(
    page: &PageContext<'_, impl Platform>,
    token: &str,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let change = match change_email::preview_undo(page.ctx, token).await? {
        UndoState::Open(change) => change,
        UndoState::GivenAway => return Ok(given_away(page)),
        UndoState::Gone => return Err(Error::InvalidToken),
    };
    let words = &page.words.email_links;
    let content = page.form(
        "/account/email/undo",
        &html! {
            (email_link::field(token))
            p { (words.what_undoing_does) }
            dl { dt { (words.old_address) } dd { bdi { (change.to) } } }
            (fields::readonly_username(page.words, &change.login))
            (fields::new_password("password", page.words, page.ctx.settings))
            div class="row" { button type="submit" { (words.undo) } }
        },
    );
    Ok(page.respond(words.undo_title, error, &content))
}

/// The link proves access to the mailbox, so it is safe to reveal that another account has the address now.
fn given_away(page: &PageContext<'_, impl Platform>) -> Response {
    let content = html! { p { (page.words.email_links.given_away) } };
    let mut response = page.respond(page.words.errors.titles.link, None, &content);
    *response.status_mut() = error_response::status(&Error::InvalidToken);
    response
}
