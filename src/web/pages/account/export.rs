//! `/account/export`: what is kept about somebody, to take away.

use maud::html;

use crate::domain::error::Error;
use crate::domain::policy;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::api::export;
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::signed_in::{Place, Room};

const PAGE: &str = "/account/export";

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let room = Room::enter_lately(visit, request).await?;
    let (words, own) = (room.desk.words, &room.desk.words.leaving.export);
    let content = html! {
        p { ((own.what_is_in_it)(policy::EXPORT_ROWS)) }
        div class="row" {
            a class="button" href="/account/export/file" { (own.download) }
            a href="/account" { (words.frame.back) }
        }
    };
    Ok(room.respond(Place::Account, own.title, None, &content))
}

/// The file. Whoever must sign in or prove that it is them first comes back to the page: a browser that is sent to a file
/// stays where it was, which would be in front of a form that has done its work.
pub async fn download(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    match Room::enter_lately(visit, request).await {
        Ok(room) => export::file(visit, room.who).await,
        Err(Error::Unauthorized | Error::ReauthenticationRequired) => Ok(response::lead_to(visit.settings, PAGE)),
        Err(error) => Err(error),
    }
}
