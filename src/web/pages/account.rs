//! `/account`: who is signed in here, and the way out.

use maud::html;

use crate::domain::error::Error;
use crate::flows::visit::Visit;
use crate::flows::{authenticate, logout};
use crate::ports::Platform;
use crate::web::pages::form::Form;
use crate::web::pages::notice::{self, Notice};
use crate::web::pages::room::{self, Place, Room};
use crate::web::pages::signin;
use crate::web::request::Request;
use crate::web::response::Response;

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let room = Room::enter(visit, request).await?;
    let user = &room.who.user;
    let content = html! { p { (user.login) " (" (user.email) ")" } };
    Ok(room.respond(Place::Account, room.desk.words.frame.account, None, &content))
}

/// Ends the browser's session. One that is over already is signed out as asked.
pub async fn sign_out(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Form::read(visit, request)?;
    if let Some(credential) = room::presented(request)
        && let Ok(session) = authenticate::session(visit, &credential).await
    {
        logout::end(visit, session).await?;
    }
    let address = format!("{}/account/signin", visit.settings.base_url);
    let mut response = notice::see_other_with(&address, Notice::SignedOut);
    signin::forget(&mut response);
    Ok(response)
}
