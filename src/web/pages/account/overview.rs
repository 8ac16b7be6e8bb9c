//! `/account`: who is signed in here, and the ways to what they can change.

use maud::{Markup, html};

use crate::domain::accounts::user::Role;
use crate::domain::error::Error;
use crate::flows::accounts::language;
use crate::flows::authentication::authenticate;
use crate::flows::context::Visit;
use crate::flows::sign_in::logout;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::signed_in::{self, Place, Room};
use crate::web::pages::layout::time::moment;
use crate::web::pages::sign_in::sign_in;
use crate::words::language::Language;

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let room = Room::enter(visit, request).await?;
    let words = &room.desk.words;
    let leaving = &words.leaving;
    let content = html! {
        section { h2 { (words.account.profile) } (profile(&room)) }
        section { h2 { (words.account.language.title) } (languages(&room)) }
        section {
            h2 { (leaving.export.title) }
            p { (leaving.export.what) }
            p { a class="button second" href="/account/export" { (leaving.export.way) } }
        }
        section class="danger" {
            h2 { (leaving.delete.title) }
            p { (leaving.delete.what) }
            p { a href="/account/delete" { (leaving.delete.way) } }
        }
    };
    Ok(room.respond(Place::Account, words.frame.account, None, &content))
}

fn profile<P: Platform>(room: &Room<'_, P>) -> Markup {
    let (words, fields, user) = (&room.desk.words.account, &room.desk.words.fields, &room.who.user);
    let change = |path: &str, what: &str| html! { a href=(path) aria-label=(what) { (words.change) } };
    html! {
        dl {
            dt { (fields.login) } dd { bdi { (user.login) } }
            dt { (fields.email) } dd { bdi { (user.email) } " " (change("/account/address", words.change_address)) }
            dt { (fields.password) } dd { (change("/account/password", words.change_password)) }
            @if user.role == Role::Admin { dt { (words.role) } dd { (room.desk.words.admin.administrator) } }
            dt { (words.since) } dd { (moment(user.created_at)) }
        }
    }
}

/// Each in its own language: who cannot read this one finds theirs.
fn languages<P: Platform>(room: &Room<'_, P>) -> Markup {
    let (words, chosen) = (&room.desk.words.account.language, room.who.user.language);
    let choice = html! {
        div class="row fields" {
            div {
                label for="language" { (words.label) }
                select id="language" name="language" {
                    option value="" selected[chosen.is_none()] { (words.of_browser) }
                    @for language in Language::ALL {
                        option value=(language.tag()) lang=(language.tag()) selected[chosen == Some(language)] {
                            (language.name())
                        }
                    }
                }
            }
            button type="submit" class="second" { (words.save) }
        }
    };
    room.desk.form("/account/language", &choice)
}

/// Sets the language of pages and letters, or leaves it to the browser.
pub async fn choose_language(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let room = Room::enter(visit, request).await?;
    let chosen = match form.text("language")? {
        "" => None,
        tag => Some(Language::parse(tag).ok_or(Error::InvalidRequest(Some("language")))?),
    };
    form.outcome(visit, language::choose(visit, &room.who, chosen).await).await?;
    Ok(room.done("/account", Notice::LanguageChosen))
}

/// Ends the browser's session. One that is over already is signed out as asked.
pub async fn sign_out(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Form::read(visit, request)?;
    if let Some(credential) = signed_in::presented(request)
        && let Ok(session) = authenticate::session(visit, &credential).await
    {
        logout::end(visit, session).await?;
    }
    let mut response = flash::lead_to(visit, "/account/signin", Notice::SignedOut);
    sign_in::forget(&mut response, request);
    Ok(response)
}
