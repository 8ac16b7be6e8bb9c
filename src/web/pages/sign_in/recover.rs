//! `/account/recover`: who has forgotten the password asks for a letter, and by its link chooses another.

use maud::html;

use crate::domain::error::Error;
use crate::flows::accounts::recover;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{Desk, mendable};
use crate::web::pages::layout::{email_link, fields};

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    match email_link::token(request) {
        Some(token) => ask_for_password(&Desk::new(visit, request)?, &token, false, None).await,
        None => Ok(ask_for_address(&Desk::new(visit, request)?, "", None)),
    }
}

/// Sends the letter, and says the same whether or not anybody has the address.
pub async fn send(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let typed = form.text("email")?;
    match request::email(typed) {
        Ok(email) => {
            form.outcome(visit, recover::request(visit, &email).await).await?;
            Ok(flash::lead_to(visit, "/account/recover", Notice::RecoverySent))
        }
        Err(error) => Ok(ask_for_address(&Desk::new(visit, request)?, typed, Some(&error))),
    }
}

/// With the new password.
pub async fn reset(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let (token, end_keys) = (form.text("token")?, !form.optional("end_keys").is_empty());
    let password = form.secret("password")?;
    match form.outcome(visit, recover::reset(visit, token, &password, end_keys).await).await {
        Ok(()) => Ok(flash::lead_to(visit, "/account/signin", Notice::PasswordSet)),
        Err(error) => ask_for_password(&Desk::new(visit, request)?, token, end_keys, Some(&mendable(error)?)).await,
    }
}

/// The page of a link, while it works; from one that does not the way leads to another letter.
async fn ask_for_password(
    desk: &Desk<'_, impl Platform>,
    token: &str,
    end_keys: bool,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let Some(target) = recover::look(desk.visit, token).await? else {
        return Ok(ask_for_address(desk, "", Some(&Error::InvalidToken)));
    };
    let words = &desk.words.recovery;
    let content = desk.form(
        "/account/recover",
        &html! {
            (email_link::field(token))
            p { (words.what_it_does) }
            (fields::whose(desk.words, &target.login))
            (fields::new_password("password", desk.words, desk.visit.settings))
            label class="choice" {
                input type="checkbox" name="end_keys" value="yes" checked[end_keys];
                span { (words.end_keys) }
            }
            div class="row" { button type="submit" { (words.set) } }
        },
    );
    Ok(desk.respond(words.choose, error, &content))
}

fn ask_for_address(desk: &Desk<'_, impl Platform>, email: &str, error: Option<&Error>) -> Response {
    let words = &desk.words.recovery;
    let content = html! {
        (desk.form("/account/recover/send", &html! {
            p { (words.type_address) }
            (fields::email(desk.words, email))
            div class="row" { button type="submit" { (words.send) } }
        }))
        ul class="ways" { li { a href="/account/signin" { (desk.words.signin.sign_in) } } }
    };
    desk.respond(words.forgotten, error, &content)
}
