//! `/account/confirm`: somebody who is signed in proves once more that it is them, and goes on to what wanted to know.

use maud::{Markup, html};

use crate::domain::accounts::email_address::Email;
use crate::domain::error::Error;
use crate::domain::policy;
use crate::domain::sessions::redirect_target::Return;
use crate::flows::accounts::change_password;
use crate::flows::authentication::authenticate;
use crate::flows::context::Visit;
use crate::flows::sign_in::email_otp;
use crate::ports::Platform;
use crate::web::api::email_otp as codes;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::page_context::mendable;
use crate::web::pages::layout::post_auth_redirect::{HOME, by_way_of};
use crate::web::pages::layout::signed_in::{Place, Room};

/// Who has proved it just now is not asked again.
pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let room = Room::enter(visit, request).await?;
    let goal = goal(visit, &request::query_parameter(request, "r").unwrap_or_default());
    match authenticate::check_proof(visit, &room.who) {
        Ok(()) => Ok(room.go(&goal)),
        Err(_) => Ok(ask_for_password(&room, &goal, None)),
    }
}

/// With the password.
pub async fn prove(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let room = Room::enter(visit, request).await?;
    let goal = goal(visit, form.optional("r"));
    let password = form.secret("password")?;
    match form.outcome(visit, change_password::reauthenticate(visit, &room.who, &password).await).await {
        Ok(()) => Ok(room.go(&goal)),
        Err(error) => Ok(ask_for_password(&room, &goal, Some(&mendable(error)?))),
    }
}

/// Sends a code to the user's own address, and asks for it.
pub async fn send_code(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = codes::settings(visit)?;
    let form = Form::read(visit, request)?;
    let room = Room::enter(visit, request).await?;
    let email = Email::stored(&room.who.user.email);
    email_otp::request(visit, settings, &email).await?;
    Ok(ask_for_code(&room, &goal(visit, form.optional("r")), None))
}

/// With the code.
pub async fn prove_with_code(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = codes::settings(visit)?;
    let form = Form::read(visit, request)?;
    let room = Room::enter(visit, request).await?;
    let goal = goal(visit, form.optional("r"));
    let proved = match codes::typed(settings, form.text("code")?) {
        Ok(code) => email_otp::reauthenticate(visit, settings, &room.who, &code).await,
        Err(error) => Err(error),
    };
    match form.outcome(visit, proved).await {
        Ok(()) => Ok(room.go(&goal)),
        Err(error) => Ok(ask_for_code(&room, &goal, Some(&mendable(error)?))),
    }
}

/// A path of ours. Whatever else was named leads nobody anywhere.
fn goal<P>(visit: &Visit<'_, P>, named: &str) -> String {
    match Return::read(&visit.settings.base_url, &[], named) {
        Some(Return::Own(path)) => path,
        _ => HOME.to_owned(),
    }
}

fn ask_for_password<P: Platform>(room: &Room<'_, P>, goal: &str, error: Option<&Error>) -> Response {
    let words = room.desk.words;
    let codes = room.desk.visit.settings.codes.is_some();
    let content = html! {
        p { (words.confirm.who) " " strong { bdi { (room.who.user.login) } } }
        (fields::username(&room.who.user.login))
        label for="password" { (words.fields.password) }
        input id="password" type="password" name="password" autocomplete="current-password" required autofocus;
        div class="row" {
            button type="submit" { (words.confirm.confirm) }
            @if codes {
                button type="submit" class="second" formaction="/account/confirm/code" formnovalidate {
                    (words.signin.send_code)
                }
            }
        }
    };
    respond(room, goal, "/account/confirm", &content, error)
}

fn ask_for_code<P: Platform>(room: &Room<'_, P>, goal: &str, error: Option<&Error>) -> Response {
    let words = room.desk.words;
    let content = html! {
        p { (words.confirm.code_sent) " " strong { bdi { (room.who.user.email) } } }
        (fields::code(words))
        div class="row" {
            button type="submit" { (words.confirm.confirm) }
            button type="submit" class="second" formaction="/account/confirm/code" formnovalidate {
                (words.signin.send_another)
            }
        }
        p { a href=(by_way_of("/account/confirm", goal)) { (words.confirm.with_password) } }
    };
    respond(room, goal, "/account/confirm/verify", &content, error)
}

fn respond<P: Platform>(
    room: &Room<'_, P>,
    goal: &str,
    action: &str,
    content: &Markup,
    error: Option<&Error>,
) -> Response {
    let words = &room.desk.words.confirm;
    let page = html! {
        p { ((words.why)(policy::in_minutes(policy::RECENT_AUTHENTICATION))) }
        section { (room.desk.form(action, &html! { input type="hidden" name="r" value=(goal); (content) })) }
    };
    room.respond(Place::Account, words.title, error, &page)
}
