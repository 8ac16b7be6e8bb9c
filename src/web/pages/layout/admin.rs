//! A page for administrators, with navigation.

use std::ops::Deref;

use maud::{Markup, html};

use crate::domain::accounts::user::Role;
use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::flows::admin::actions::AdminSession;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};
use crate::words::admin::Admin as Words;

/// The name of a role.
pub const fn role(words: &Words, role: Role) -> &'static str {
    match role {
        Role::User => words.user,
        Role::Admin => words.administrator,
    }
}

/// The list that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Users,
    Clients,
    Log,
}

/// A signed-in page, and the administrator's rights.
pub struct AdminPage<'a, P> {
    page: SignedInPage<'a, P>,
    pub admin: AdminSession,
}

impl<'a, P> Deref for AdminPage<'a, P> {
    type Target = SignedInPage<'a, P>;

    fn deref(&self) -> &Self::Target {
        &self.page
    }
}

impl<'a, P: Platform> AdminPage<'a, P> {
    /// For viewing. An attempt without the rights is recorded in the audit log, with the attempted action.
    pub async fn look(ctx: &'a RequestContext<'a, P>, request: &'a Request, act: Act) -> Result<Self, Error> {
        let page = SignedInPage::load(ctx, request).await?;
        let admin = AdminSession::looking(ctx, page.signed_in.clone(), act).await?;
        Ok(Self { page, admin })
    }

    /// For actions.
    pub async fn act(ctx: &'a RequestContext<'a, P>, request: &'a Request, act: Act) -> Result<Self, Error> {
        let page = SignedInPage::load(ctx, request).await?;
        let admin = AdminSession::acting(ctx, page.signed_in.clone(), act).await?;
        Ok(Self { page, admin })
    }

    pub fn respond(&self, here: List, title: &str, error: Option<&Error>, content: &Markup) -> Response {
        let words = &self.words.admin;
        let ways = [
            (List::Users, "/admin", words.users),
            (List::Clients, "/admin/clients", self.words.clients.title),
            (List::Log, "/admin/audit", words.log),
        ];
        let places = html! {
            (self.nav(NavItem::Administration))
            nav class="second" aria-label=(self.words.layout.administration) {
                @for (list, path, name) in ways {
                    a href=(path) aria-current=[(list == here).then_some("page")] { (name) }
                }
            }
        };
        self.send(title, &places, None, error, content)
    }
}
