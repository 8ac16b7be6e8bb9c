//! `/account/address`: the wish for another e-mail address. What its letter's link opens is `/account/email`.

use maud::html;

use crate::domain::accounts::email_address::Email;
use crate::domain::error::Error;
use crate::flows::accounts::change_email;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::page_context::mendable;
use crate::web::pages::layout::signed_in::{Place, Room};

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Ok(ask(&Room::enter_lately(visit, request).await?, "", None))
}

/// The answer is the same whether or not somebody has the address.
pub async fn change(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let room = Room::enter_lately(visit, request).await?;
    let (typed, present) = (form.text("email")?, form.secret("current_password")?);
    let Ok(email) = Email::parse(typed) else {
        return Ok(ask(&room, typed, Some(&Error::InvalidRequest(Some("email")))));
    };
    match form.outcome(visit, change_email::request(visit, &room.who, &email, &present).await).await {
        Ok(()) => Ok(sent(&room, &email)),
        Err(error) => Ok(ask(&room, typed, Some(&mendable(error)?))),
    }
}

fn ask<P: Platform>(room: &Room<'_, P>, typed: &str, error: Option<&Error>) -> Response {
    let (words, user) = (room.desk.words, &room.who.user);
    let own = &words.account.address;
    let fields = html! {
        label for="email" { (own.new) }
        input id="email" type="email" name="email" value=(typed) autocomplete="email" required;
        (fields::username(&user.login))
        (fields::password("current_password", words.fields.current_password))
        div class="row" {
            button type="submit" { (own.send) }
            a href="/account" { (words.frame.back) }
        }
    };
    let content = html! {
        p { (own.now) " " strong { bdi { (user.email) } } }
        p { (own.what_happens) }
        section { (room.desk.form("/account/address", &fields)) }
    };
    room.respond(Place::Account, own.title, error, &content)
}

fn sent<P: Platform>(room: &Room<'_, P>, email: &Email) -> Response {
    let words = room.desk.words;
    let own = &words.account.address;
    let content = html! {
        p { (own.sent) " " strong { bdi { (email.spelled()) } } }
        p { (own.then) }
        p class="quiet" { (own.nothing_came) }
        p { a href="/account" { (words.frame.back) } }
    };
    room.respond(Place::Account, own.look, None, &content)
}
