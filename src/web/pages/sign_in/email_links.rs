//! `/account/email…`: an account moves to the address whose letter was opened, or comes back to the one it had.

use maud::html;

use crate::domain::error::Error;
use crate::flows::accounts::change_email::{self, WayBack};
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::http::error_response;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{Desk, mendable};
use crate::web::pages::layout::{email_link, fields};

pub async fn show_change(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = email_link::token(request).ok_or(Error::InvalidToken)?;
    let change = change_email::look(visit, &token).await?.ok_or(Error::InvalidToken)?;
    let desk = Desk::new(visit, request)?;
    let words = &desk.words.address_links;
    let content = desk.form(
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
    Ok(desk.respond(words.confirm_title, None, &content))
}

pub async fn confirm(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    form.outcome(visit, change_email::confirm(visit, form.text("token")?).await).await?;
    Ok(flash::lead_to(visit, "/account/signin", Notice::AddressChanged))
}

pub async fn show_undo(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = email_link::token(request).ok_or(Error::InvalidToken)?;
    ask_for_password(&Desk::new(visit, request)?, &token, None).await
}

/// With a new password: whoever changed the address knew the old one.
pub async fn undo(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let (token, password) = (form.text("token")?, form.secret("password")?);
    match form.outcome(visit, change_email::undo(visit, token, &password).await).await {
        Ok(()) => Ok(flash::lead_to(visit, "/account/signin", Notice::AddressRestored)),
        Err(error) => ask_for_password(&Desk::new(visit, request)?, token, Some(&mendable(error)?)).await,
    }
}

/// Shows the address that comes back and not the one the account has: a mailbox that was left may be read by others.
async fn ask_for_password(
    desk: &Desk<'_, impl Platform>,
    token: &str,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let change = match change_email::look_back(desk.visit, token).await? {
        WayBack::Open(change) => change,
        WayBack::GivenAway => return Ok(given_away(desk)),
        WayBack::Gone => return Err(Error::InvalidToken),
    };
    let words = &desk.words.address_links;
    let content = desk.form(
        "/account/email/undo",
        &html! {
            (email_link::field(token))
            p { (words.what_undoing_does) }
            dl { dt { (words.old_address) } dd { bdi { (change.to) } } }
            (fields::whose(desk.words, &change.login))
            (fields::new_password("password", desk.words, desk.visit.settings))
            div class="row" { button type="submit" { (words.undo) } }
        },
    );
    Ok(desk.respond(words.undo_title, error, &content))
}

/// Who opened the link reads the mailbox, so they may know what became of its address.
fn given_away(desk: &Desk<'_, impl Platform>) -> Response {
    let content = html! { p { (desk.words.address_links.given_away) } };
    let mut response = desk.respond(desk.words.errors.titles.link, None, &content);
    *response.status_mut() = error_response::status(&Error::InvalidToken);
    response
}
