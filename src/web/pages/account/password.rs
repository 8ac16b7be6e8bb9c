//! `/account/password`: a new one for the old one.

use maud::html;

use crate::domain::error::Error;
use crate::flows::accounts::change_password;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::mendable;
use crate::web::pages::layout::signed_in::{Place, Room};

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Ok(ask(&Room::enter_lately(visit, request).await?, None))
}

pub async fn change(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let room = Room::enter_lately(visit, request).await?;
    let (present, new) = (form.secret("current_password")?, form.secret("new_password")?);
    match form.outcome(visit, change_password::change(visit, &room.who, &present, &new).await).await {
        Ok(()) => Ok(room.done("/account", Notice::PasswordChanged)),
        Err(error) => Ok(ask(&room, Some(&mendable(error)?))),
    }
}

fn ask<P: Platform>(room: &Room<'_, P>, error: Option<&Error>) -> Response {
    let (words, settings) = (room.desk.words, room.desk.visit.settings);
    let own = &words.account.password;
    let fields = html! {
        (fields::username(&room.who.user.login))
        (fields::password("current_password", words.fields.current_password))
        (fields::new_password("new_password", words, settings))
        div class="row" {
            button type="submit" { (own.save) }
            a href="/account" { (words.frame.back) }
        }
    };
    let content = html! {
        p { (own.what_ends) }
        section { (room.desk.form("/account/password", &fields)) }
        p { a href="/account/recover" { (words.recovery.forgotten) } }
    };
    room.respond(Place::Account, own.title, error, &content)
}
