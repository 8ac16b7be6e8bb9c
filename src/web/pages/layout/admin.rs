//! The room of those who administer, with the ways between its pages.

use maud::{Markup, html};

use crate::domain::accounts::user::Role;
use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::flows::admin::actions::Admin;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::signed_in::{Place, Room};
use crate::words::admin::Admin as Words;

/// What somebody may do, in a word.
pub const fn role(words: &Words, role: Role) -> &'static str {
    match role {
        Role::User => words.user,
        Role::Admin => words.administrator,
    }
}

/// Which of the two lists a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Users,
    Log,
}

pub struct Office<'a, P> {
    pub room: Room<'a, P>,
    pub admin: Admin,
}

impl<'a, P: Platform> Office<'a, P> {
    /// For looking: who may not is on the record with what they wanted.
    pub async fn look(visit: &'a Visit<'a, P>, request: &'a Request, act: Act) -> Result<Self, Error> {
        let room = Room::enter(visit, request).await?;
        let admin = Admin::looking(visit, room.who.clone(), act).await?;
        Ok(Self { room, admin })
    }

    /// The same for acting.
    pub async fn act(visit: &'a Visit<'a, P>, request: &'a Request, act: Act) -> Result<Self, Error> {
        let room = Room::enter(visit, request).await?;
        let admin = Admin::acting(visit, room.who.clone(), act).await?;
        Ok(Self { room, admin })
    }

    pub fn respond(&self, here: List, title: &str, error: Option<&Error>, content: &Markup) -> Response {
        let desk = &self.room.desk;
        let words = &desk.words.admin;
        let ways = [(List::Users, "/admin", words.users), (List::Log, "/admin/audit", words.log)];
        let places = html! {
            (self.room.places(Place::Administration))
            nav class="second" aria-label=(desk.words.frame.administration) {
                @for (list, path, name) in ways {
                    a href=(path) aria-current=[(list == here).then_some("page")] { (name) }
                }
            }
        };
        desk.send(title, &places, None, error, content)
    }
}
