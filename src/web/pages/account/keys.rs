//! `/account/keys`: what else acts for somebody who is signed in, made and deleted on one page.
//!
//! Looking and deleting need a session, making needs a proof of the last minutes besides: whoever finds a laptop open would
//! take with them what works for years.

use maud::{Markup, html};

use crate::domain::accounts::user::Role;
use crate::domain::error::Error;
use crate::domain::tokens::api_token::Kind;
use crate::flows::authentication::authenticate;
use crate::flows::context::Visit;
use crate::flows::tokens::{self, Keeper, Made, Maker};
use crate::ports::Platform;
use crate::store::tokens::Overview;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::account::key_form::{self, Typed};
use crate::web::pages::account::key_list::{self, Shelf};
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::mendable;
use crate::web::pages::layout::post_auth_redirect::by_way_of;
use crate::web::pages::layout::signed_in::{Place, Room};
use crate::words::keys::Section;

const PAGE: &str = "/account/keys";

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let room = Room::enter(visit, request).await?;
    respond(&room, &Typed::default(), None).await
}

/// Makes a key, and shows it. What can be mended is said above the form, with what was typed in it.
pub async fn make(visit: &Visit<'_, impl Platform>, request: &Request, kind: Kind) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let room = Room::enter(visit, request).await?;
    let maker = Maker::person(visit, room.who.clone())?;
    let typed = Typed { kind: Some(kind), name: form.optional("name").trim(), life: form.optional("life") };
    let made = match key_form::wish(visit, kind, &typed) {
        Ok(wish) => form.outcome(visit, tokens::make(visit, &maker, &wish).await).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(made) => Ok(show_new(&room, kind, &made)),
        Err(error) => respond(&room, &typed, Some(&mendable(error)?)).await,
    }
}

/// Deletes one of one's own, with all it has made. A session is enough: nothing must hold up who has lost a key.
pub async fn delete(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    let room = Room::enter(visit, request).await?;
    let kind = Kind::parse(form.text("kind")?).ok_or(Error::InvalidRequest(Some("kind")))?;
    let (keeper, id) = (Keeper::person(room.who.clone()), form.text("id")?.parse().ok());
    form.outcome(visit, tokens::end_own(visit, &keeper, id, kind).await).await?;
    Ok(room.done(PAGE, Notice::KeyDeleted))
}

async fn respond(room: &Room<'_, impl Platform>, typed: &Typed<'_>, error: Option<&Error>) -> Result<Response, Error> {
    let (words, keeper) = (room.desk.words, Keeper::person(room.who.clone()));
    let all = tokens::list_all(room.desk.visit, &keeper).await?;
    let shelf = Shelf { room, keeper: &keeper };
    let proved = authenticate::check_proof(room.desk.visit, &room.who).is_ok();
    let section = |section: &Section, kinds: &[Kind]| {
        let of_kinds: Vec<&Overview> = all.iter().filter(|one| kinds.contains(&one.kind)).collect();
        html! {
            section {
                h2 { (section.title) }
                p { (section.about) }
                @if of_kinds.is_empty() { p class="quiet" { (section.none) } } @else { (key_list::list(&shelf, &of_kinds)) }
                @if let Some(kind) = kinds.first().filter(|_| proved) { (key_form::form(room, section, *kind, typed)) }
            }
        }
    };
    let content = html! {
        @if !proved { (prove_first(room)) }
        (section(&words.keys.api_keys, &[Kind::ApiKey]))
        (section(&words.keys.private_tokens, &[Kind::Private]))
        @if room.who.user.role == Role::Admin { (section(&words.portal.section, &[Kind::PortalKey, Kind::Portal])) }
    };
    Ok(room.respond(Place::Keys, words.keys.title, error, &content))
}

fn prove_first(room: &Room<'_, impl Platform>) -> Markup {
    let words = &room.desk.words.keys;
    html! {
        p { (words.prove) }
        p { a class="button second" href=(by_way_of("/account/confirm", PAGE)) { (words.prove_link) } }
    }
}

/// The page of a new key: the only one, but for a young API key in its list, that has it in full.
fn show_new(room: &Room<'_, impl Platform>, kind: Kind, made: &Made) -> Response {
    let (frame, words, portal) = (&room.desk.words.frame, &room.desk.words.keys, &room.desk.words.portal);
    let now = room.desk.visit.now;
    let section = match kind {
        Kind::ApiKey => &words.api_keys,
        Kind::Private => &words.private_tokens,
        Kind::Portal | Kind::PortalKey => &portal.section,
    };
    let advice = match (kind, room.desk.visit.settings.tokens.reveal) {
        (Kind::ApiKey, Some(_)) => words.shown_a_while,
        (Kind::ApiKey, None) => words.shown_always,
        (Kind::Private | Kind::Portal | Kind::PortalKey, _) => words.shown_once,
    };
    let content = html! {
        section {
            p { (advice) }
            p class="row" { code class="value" data-copy=(frame.copy) { (made.value) } }
            p { (words.header) br; code { (section.header) } }
            p class="quiet" { (key_list::life(words, made.created_at, Some(made.expires_at), now)) }
        }
        p { a href=(PAGE) { (words.done) } }
    };
    room.respond(Place::Keys, section.new, None, &content)
}
