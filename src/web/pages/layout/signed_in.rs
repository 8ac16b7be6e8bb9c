//! A page of somebody who is signed in, with the ways to their other pages.

use maud::{Markup, html};

use crate::domain::accounts::user::Role;
use crate::domain::error::Error;
use crate::domain::secret::Secret;
use crate::flows::authentication::authenticate::{self, Credential};
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::store::users::SignedIn;
use crate::web::http::credential::{self, SESSION_COOKIE};
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::Desk;

/// Which of the ways leads to where one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Account,
    Sessions,
    Keys,
    Administration,
}

pub struct Room<'a, P> {
    pub desk: Desk<'a, P>,
    pub who: SignedIn,
}

impl<'a, P: Platform> Room<'a, P> {
    /// For whoever is signed in in this browser. Nobody is an error that the page's dialect knows the way out of: to the
    /// sign-in, and back.
    pub async fn enter(visit: &'a Visit<'a, P>, request: &'a Request) -> Result<Self, Error> {
        let who = seen(visit, request).await?.ok_or(Error::Unauthorized)?;
        let mut desk = Desk::new(visit, request)?;
        desk.speak(who.user.language);
        desk.is_known = true;
        Ok(Self { desk, who })
    }

    /// For whoever has proved lately that it is them; the way out leads to `/account/confirm`, and back.
    pub async fn enter_lately(visit: &'a Visit<'a, P>, request: &'a Request) -> Result<Self, Error> {
        let room = Self::enter(visit, request).await?;
        authenticate::check_proof(visit, &room.who)?;
        Ok(room)
    }

    pub fn respond(&self, place: Place, title: &str, error: Option<&Error>, content: &Markup) -> Response {
        self.desk.send(title, &self.places(place), None, error, content)
    }

    /// Sends the browser to a path of ours, which will say what has been done.
    pub fn done(&self, path: &str, notice: Notice) -> Response {
        flash::lead_to(self.desk.visit, path, notice)
    }

    /// The same without a word.
    pub fn go(&self, path: &str) -> Response {
        response::lead_to(self.desk.visit.settings, path)
    }

    /// The ways to other pages, and out.
    pub fn places(&self, here: Place) -> Markup {
        let frame = &self.desk.words.frame;
        let ways = [
            (Place::Account, "/account", frame.account),
            (Place::Sessions, "/account/sessions", frame.sessions),
            (Place::Keys, "/account/keys", frame.keys),
            (Place::Administration, "/admin", frame.administration),
        ];
        let open = |place: Place| place != Place::Administration || self.who.user.role == Role::Admin;
        html! {
            nav aria-label=(frame.places) {
                @for (place, path, name) in ways.iter().filter(|(place, ..)| open(*place)) {
                    a href=(path) aria-current=[(*place == here).then_some("page")] { (name) }
                }
            }
            (self.desk.form("/account/signout", &html! { button type="submit" class="plain" { (frame.sign_out) } }))
        }
    }
}

/// Whoever the browser's cookie says. A dead one is nobody: pages ask anew instead of refusing.
pub async fn seen(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Option<SignedIn>, Error> {
    let Some(credential) = presented(request) else {
        return Ok(None);
    };
    match authenticate::person(visit, &credential).await {
        Ok(who) => Ok(Some(who)),
        Err(Error::TokenInvalid | Error::TokenExpired | Error::TokenRevoked) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Pages know people by our cookie and by nothing else.
pub fn presented(request: &Request) -> Option<Credential> {
    let token: Option<Secret> = credential::cookie(request.headers(), SESSION_COOKIE).ok().flatten();
    token.map(Credential::Browser)
}
