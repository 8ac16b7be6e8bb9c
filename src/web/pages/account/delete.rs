//! `/account/delete`: somebody leaves for good.

use maud::html;

use crate::domain::accounts::login_name::LoginName;
use crate::domain::error::Error;
use crate::domain::policy;
use crate::flows::accounts::delete_account;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::page_context::Desk;
use crate::web::pages::layout::signed_in::{Place, Room};
use crate::web::pages::sign_in::sign_in;

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Ok(ask(&Room::enter_lately(visit, request).await?, "", None))
}

/// What cannot be undone is not done by one click: the login name must have been typed.
pub async fn delete(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let room = match Room::enter_lately(visit, request).await {
        Err(Error::Unauthorized) if form.is_done(visit).await? => return Ok(say_goodbye(&Desk::new(visit, request)?)),
        room => room?,
    };
    let typed = form.text("confirm_login")?;
    if !LoginName::known(typed).is_ok_and(|login| login.as_str() == room.who.user.login) {
        return Ok(ask(&room, typed, Some(&Error::InvalidRequest(Some("confirm_login")))));
    }
    form.outcome(visit, delete_account::delete(visit, &room.who).await).await?;
    Ok(say_goodbye(&room.desk))
}

fn say_goodbye(desk: &Desk<'_, impl Platform>) -> Response {
    let own = &desk.words.leaving.delete;
    let mut response = desk.respond(own.done, None, &html! { p { (own.goodbye) } });
    sign_in::forget(&mut response, desk.request);
    response
}

fn ask<P: Platform>(room: &Room<'_, P>, typed: &str, error: Option<&Error>) -> Response {
    let (words, login) = (room.desk.words, &room.who.user.login);
    let own = &words.leaving.delete;
    let days = policy::in_days(room.desk.visit.settings.audit_retention);
    let fields = html! {
        p { (own.type_login) " " strong { bdi { (login) } } }
        (fields::text("confirm_login", words.fields.login, typed, "off"))
        div class="row" {
            button type="submit" class="danger" { (own.delete) }
            a href="/account" { (words.frame.back) }
        }
    };
    let content = html! {
        p { (own.no_way_back) }
        section { h2 { (own.goes) } p { (own.what_goes) } }
        section { h2 { (own.stays) } p { ((own.what_stays)(days)) } }
        section class="danger" { (room.desk.form("/account/delete", &fields)) }
    };
    room.respond(Place::Account, own.title, error, &content)
}
