//! A page for a signed-in user, with navigation.

use std::ops::Deref;

use maud::{Markup, html};

use crate::domain::accounts::user::Role;
use crate::domain::error::Error;
use crate::domain::secret::Secret;
use crate::flows::authentication::authenticate;
use crate::flows::authentication::credential::Credential;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::signed_in::SignedIn;
use crate::web::http::credential::{self, SESSION_COOKIE};
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::PageContext;

/// The current page's entry in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NavItem {
    Account,
    Security,
    Sessions,
    Applications,
    Keys,
    Administration,
}

/// A page, and its signed-in user.
pub struct SignedInPage<'a, P> {
    page: PageContext<'a, P>,
    pub signed_in: SignedIn,
}

impl<'a, P> Deref for SignedInPage<'a, P> {
    type Target = PageContext<'a, P>;

    fn deref(&self) -> &Self::Target {
        &self.page
    }
}

impl<'a, P: Platform> SignedInPage<'a, P> {
    /// Loads the signed-in user. Without a session the error page redirects to sign-in and back.
    pub async fn load(ctx: &'a RequestContext<'a, P>, request: &'a Request) -> Result<Self, Error> {
        let signed_in = current_user(ctx, request).await?.ok_or(Error::Unauthorized)?;
        let mut page = PageContext::new(ctx, request)?;
        page.set_language(signed_in.user.language);
        page.is_known = true;
        Ok(Self { page, signed_in })
    }

    /// Also requires recent authentication. Otherwise the error page redirects to `/account/confirm` and back.
    pub async fn load_recent(ctx: &'a RequestContext<'a, P>, request: &'a Request) -> Result<Self, Error> {
        let page = Self::load(ctx, request).await?;
        authenticate::check_recent_authentication(ctx, &page.signed_in)?;
        Ok(page)
    }

    /// A passkey was presented: then only that can be wrong.
    pub const fn presented_passkey(&mut self) {
        self.page.by_passkey = true;
    }

    pub fn respond(&self, place: NavItem, title: &str, error: Option<&Error>, content: &Markup) -> Response {
        self.send(title, &self.nav(place), None, error, content)
    }

    /// Redirects to a path of this service, which will show the notice.
    pub fn redirect_with_flash(&self, path: &str, notice: Notice) -> Response {
        flash::redirect_to(self.ctx, path, notice)
    }

    /// Redirects without a notice.
    pub fn redirect(&self, path: &str) -> Response {
        response::redirect_to(self.ctx.settings, path)
    }

    /// Links to the user's other pages, and the button to sign out.
    pub fn nav(&self, here: NavItem) -> Markup {
        let layout = &self.words.layout;
        let ways = [
            (NavItem::Account, "/account", layout.account),
            (NavItem::Security, "/account/security", layout.security),
            (NavItem::Sessions, "/account/sessions", layout.sessions),
            (NavItem::Applications, "/account/apps", self.words.applications.title),
            (NavItem::Keys, "/account/keys", layout.keys),
            (NavItem::Administration, "/admin", layout.administration),
        ];
        let open = |place: NavItem| place != NavItem::Administration || self.signed_in.user.role == Role::Admin;
        html! {
            nav aria-label=(layout.nav) {
                @for (place, path, name) in ways.iter().filter(|(place, ..)| open(*place)) {
                    a href=(path) aria-current=[(*place == here).then_some("page")] { (name) }
                }
            }
            (self.form("/account/signout", &html! { button type="submit" class="plain" { (layout.sign_out) } }))
        }
    }
}

/// The user of the browser's session. An ended session counts as none: pages offer to sign in instead of failing.
pub async fn current_user(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
) -> Result<Option<SignedIn>, Error> {
    let Some(credential) = session_cookie(request) else {
        return Ok(None);
    };
    match authenticate::require_session(ctx, &credential).await {
        Ok(signed_in) => Ok(Some(signed_in)),
        Err(Error::TokenInvalid | Error::TokenExpired | Error::TokenRevoked) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Pages only accept our own session cookie.
pub fn session_cookie(request: &Request) -> Option<Credential> {
    let token: Option<Secret> = credential::cookie(request.headers(), SESSION_COOKIE).ok().flatten();
    token.map(Credential::Browser)
}
