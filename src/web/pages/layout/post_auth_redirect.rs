//! The redirect after a sign-in: its target, and how it is reached.

use http::HeaderMap;
use maud::{Markup, html};

use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::pkce::PkceChallenge;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::policy;
use crate::domain::sessions::redirect_target::{self, RedirectTarget};
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::ticket;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::flash;

/// The default target.
pub const HOME: &str = "/account";

/// The parameters that the application has sent the user with.
pub struct PostAuthRedirect {
    to: To,
    /// The target as it was given, for the form to repeat.
    named: String,
    /// The application's `state`, returned unchanged.
    state: String,
}

enum To {
    /// A path of this service.
    Own(String),
    /// A listed redirect URI, which gets a ticket bound to the PKCE challenge.
    Application(String, PkceChallenge),
}

impl PostAuthRedirect {
    /// Reads the parameters of a query.
    pub fn of_query<P>(ctx: &RequestContext<'_, P>, query: &str) -> Result<Self, Error> {
        let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        Self::read(ctx, |name| parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value))
    }

    /// A redirect to a path of this service.
    pub fn to<P>(ctx: &RequestContext<'_, P>, path: &str) -> Result<Self, Error> {
        Self::read(ctx, |name| if name == "r" { path } else { "" })
    }

    /// `find` gets a parameter or field by name. An empty one counts as missing. If the target is the sign-in page itself, what counts is
    /// the target of that page.
    pub fn read<'a, P>(ctx: &RequestContext<'_, P>, find: impl Fn(&'static str) -> &'a str) -> Result<Self, Error> {
        let (named, state) = (Some(find("r")).filter(|r| !r.is_empty()).unwrap_or(HOME), find("state"));
        let settings = ctx.settings;
        let to = RedirectTarget::read(&settings.base_url, &settings.sessions.redirect_uris, named);
        if state.len() > policy::RETURN_ADDRESS_LIMIT {
            return Err(Error::InvalidRequest(Some("state")));
        }
        let to = match to.ok_or(Error::InvalidRequest(Some("r")))? {
            RedirectTarget::Own(path) => match path.strip_prefix("/account/signin?") {
                Some(query) => return Self::of_query(ctx, query),
                None => To::Own(path),
            },
            RedirectTarget::Listed(uri) => {
                To::Application(uri, challenge(find("code_challenge"), find("code_challenge_method"))?)
            }
        };
        Ok(Self { to, named: named.to_owned(), state: state.to_owned() })
    }

    /// The parameters as hidden fields of a form.
    pub fn fields(&self) -> Markup {
        html! {
            input type="hidden" name="r" value=(self.named);
            @if !self.state.is_empty() { input type="hidden" name="state" value=(self.state); }
            @if let To::Application(_, challenge) = &self.to {
                input type="hidden" name="code_challenge" value=(challenge.as_str());
                input type="hidden" name="code_challenge_method" value="S256";
            }
        }
    }

    /// The target as a path of this service, which a link can name.
    pub fn path(&self) -> String {
        let challenge = match &self.to {
            To::Own(path) => return path.clone(),
            To::Application(_, challenge) => challenge,
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("r", &self.named).append_pair("state", &self.state);
        query.append_pair("code_challenge", challenge.as_str()).append_pair("code_challenge_method", "S256");
        format!("/account/signin?{}", query.finish())
    }

    pub fn is_home(&self) -> bool {
        matches!(&self.to, To::Own(path) if path == HOME)
    }

    /// The address of another page of ours that passes the target on.
    pub fn by_way_of(&self, page: &str) -> String {
        if self.is_home() { page.to_owned() } else { by_way_of(page, &self.path()) }
    }

    /// The origin that a form finally redirects to, unless it is ours.
    pub fn foreign_origin(&self) -> Option<String> {
        match &self.to {
            To::Own(path) => foreign_origin(path),
            To::Application(uri, _) => redirect_target::origin_of(uri).map(str::to_owned),
        }
    }

    /// Redirects a user who has a session. A ticket is issued only to a top-level navigation: not to a frame, not to a
    /// script, and not to a prefetch.
    pub async fn follow(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        request: &Request,
        session: Id<Session>,
    ) -> Result<Response, Error> {
        match &self.to {
            To::Own(path) => Ok(response::redirect_to(ctx.settings, path)),
            To::Application(uri, challenge) if navigates(request.headers()) => {
                let code = ticket::issue(ctx, session, uri, challenge.clone()).await?;
                let state = Some(self.state.clone()).filter(|state| !state.is_empty());
                let parameters: Vec<_> =
                    [("code", code)].into_iter().chain(state.map(|state| ("state", state))).collect();
                let mut response = response::see_other(&with_query(uri, &parameters));
                // It would be shown on a page of ours, whenever the next one is.
                if flash::take(request).is_some() {
                    flash::forget(&mut response);
                }
                Ok(response)
            }
            To::Application(..) => Err(Error::Forbidden),
        }
    }
}

/// Only `S256` is supported: with `plain`, anyone who sees the request has the verifier (RFC 9700 §2.1.1).
fn challenge(text: &str, method: &str) -> Result<PkceChallenge, Error> {
    let challenge = PkceChallenge::parse(text).filter(|_| method == "S256");
    challenge.ok_or(Error::InvalidRequest(Some("code_challenge")))
}

/// Whether a browser shows the response as its page.
pub fn navigates(headers: &HeaderMap) -> bool {
    let to_document = headers.get("sec-fetch-dest").is_none_or(|destination| destination.as_bytes() == b"document");
    to_document && !headers.contains_key("sec-purpose")
}

/// The query of an authorization request that a path of ours leads back to.
pub fn authorization_request(path: &str) -> Option<&str> {
    path.strip_prefix("/oauth/authorize?")
}

/// The origin that a path of ours finally redirects to: an authorization request names its client's.
pub fn foreign_origin(path: &str) -> Option<String> {
    let query = authorization_request(path)?;
    let (_, uri) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "redirect_uri")?;
    RedirectUri::parse(&uri).and_then(|uri| RedirectUri::csp_source(uri.as_str()))
}

/// An address with more parameters.
pub fn with_query(uri: &str, parameters: &[(&str, String)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{uri}{}{query}", if uri.contains('?') { '&' } else { '?' })
}

/// A page of ours that redirects to a path when it is done.
pub fn by_way_of(page: &str, path: &str) -> String {
    let path: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("{page}?r={path}")
}
